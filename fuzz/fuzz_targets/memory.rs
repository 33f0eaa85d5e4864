//! What is read of an endless input takes no more memory than its limits say.

#![cfg_attr(fuzzing, no_main)]

use arbitrary::{Arbitrary, Result, Unstructured};
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::io::{BufRead, BufReader};
use tidegate_core::{BodyKind, Decoder, Scan, Spill};
use tidegate_fuzz::chunk::Chunks;
use tidegate_fuzz::input::{Text, expand, size};
use tidegate_fuzz::line::Lines;
use tidegate_fuzz::multipart::{Rules, words};
use tidegate_fuzz::room::Room;
use tidegate_fuzz::transfer::{Limits, WORDS};
use tidegate_std_io::{FormOptions, InputLimits, Multipart, input_stream};

/// What the thread holds, and the most it held.
struct Counting;

thread_local! {
    static HELD: Cell<isize> = const { Cell::new(0) };
    static MOST: Cell<isize> = const { Cell::new(0) };
}

fn count(more: isize) {
    let held = HELD.with(|held| {
        held.set(held.get() + more);
        held.get()
    });
    MOST.with(|most| most.set(most.get().max(held)));
}

// SAFETY: passes everything on to the system's allocator as it is. The counters
// need no allocation themselves, having a constant start and no destructor.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size() as isize);
        // SAFETY: the caller's promises are passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        count(-(layout.size() as isize));
        // SAFETY: the caller's promises are passed on.
        unsafe { System.dealloc(memory, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

/// In a seed: a digit for the room, one for the capacity of the reader, what the
/// room is told, as for its own target, and the input.
#[derive(Debug)]
struct Case {
    capacity: usize,
    told: Told,
    input: Text,
}

#[derive(Debug)]
enum Told {
    Lines(Lines),
    Chunks(Chunks),
    Body(Limits),
    Parts(Box<Rules>),
    /// And how much may be in memory.
    Form(Box<Rules>, u64),
}

impl<'a> Arbitrary<'a> for Case {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let room = u.arbitrary::<u8>()? % 5;
        let capacity = size(u.arbitrary()?).clamp(1, 8 << 10);
        let told = match room {
            0 => Told::Lines(Lines::arbitrary(u)?),
            1 => Told::Chunks(Chunks::arbitrary(u)?),
            2 => Told::Body(Limits::arbitrary(u)?),
            3 => Told::Parts(Box::new(Rules::arbitrary(u)?)),
            _ => Told::Form(Box::new(Rules::arbitrary(u)?), size(u.arbitrary()?) as u64),
        };
        let words = match &told {
            Told::Lines(_) => vec![b"\r\n".to_vec()],
            Told::Chunks(chunks) => vec![chunks.separator.0.clone()],
            Told::Body(_) => WORDS.iter().map(|word| word.to_vec()).collect(),
            Told::Parts(rules) | Told::Form(rules, _) => words(rules.boundary.as_str()),
        };
        let words: Vec<&[u8]> = words.iter().map(|word| &word[..]).collect();
        // Byte by byte a long one takes long.
        let longest = if capacity < 16 { 2 << 10 } else { 32 << 10 };
        let input = expand(u.bytes(u.len())?, &words, longest);
        Ok(Self {
            capacity,
            told,
            input,
        })
    }
}

/// A `Vec` that grows is there twice, and an error or a few words are always
/// allowed.
const SLACK: usize = 1 << 10;

tidegate_fuzz::target!(|case: Case| {
    let input = &case.input.0;
    let reader = BufReader::with_capacity(case.capacity, &input[..]);
    // What is not limited is limited by the input, and by a `Vec` that doubles.
    let all = |limit: usize| limit.min(2 * input.len());
    let (most, allowed) = match &case.told {
        Told::Lines(lines) => {
            let mut iter = tidegate_std_io::LineIter::with_scanner(reader, lines.machine());
            let most = held_by(|| while let Some(Ok(_)) = iter.next_line() {});
            (most, 2 * all(lines.machine().reach()))
        }
        Told::Chunks(chunks) => {
            let machine = chunks.machine();
            let reach = machine.reach();
            let mut iter = tidegate_std_io::ChunkIter::with_scanner(reader, machine);
            let most = held_by(|| while let Some(Ok(_)) = iter.next_chunk() {});
            (most, 2 * all(reach))
        }
        Told::Body(limits) => {
            let reach = limits.decoder().reach();
            let decoder = InputLimits::new().unlimited().decoder(limits.decoder());
            let mut body = input_stream(reader, BodyKind::Chunked, decoder).unwrap();
            let most = held_by(|| pass(&mut body));
            let trailers = all(limits.trailer_bytes);
            // A name of one byte and no value has a place in the list too.
            let places = all(limits.trailers) * 64;
            (
                most,
                2 * all(reach) + 4 * trailers + places.min(64 * trailers),
            )
        }
        Told::Parts(rules) => {
            let reach = rules.decoder().reach();
            let mut parts = Multipart::new(reader, rules.decoder());
            let most = held_by(|| {
                while let Ok(Some(mut part)) = parts.next_part() {
                    pass(&mut part);
                }
            });
            (most, 4 * all(reach))
        }
        Told::Form(rules, memory) => {
            let reach = rules.decoder().reach();
            let content_type = format!(
                "multipart/form-data; boundary=\"{}\"",
                rules.boundary.as_str()
            );
            let options = FormOptions::new()
                .spill(Spill::new().memory(*memory).disk(0))
                .decoder(|decoder| of(rules, decoder));
            let most = held_by(|| drop(options.read(reader, content_type.as_bytes())));
            let kept = all(usize::try_from(*memory).unwrap_or(usize::MAX));
            // No body has room for more.
            let parts = rules.parts.min(input.len() / 8);
            let each = 512 + 2 * all(rules.head_len).min(input.len() / parts.max(1) + 64);
            (most, 4 * all(reach) + 3 * kept + 2 * parts * each)
        }
    };
    assert!(
        most <= allowed + SLACK,
        "{most} bytes, of {allowed} and a few"
    );
});

/// The limits that a form heeds.
fn of(rules: &Rules, decoder: Decoder) -> Decoder {
    decoder
        .max_parts(rules.parts)
        .max_headers(rules.headers)
        .max_head_len(rules.head_len)
        .max_name_len(rules.name_len)
}

/// The most that it held besides what there was.
fn held_by(work: impl FnOnce()) -> usize {
    let before = HELD.with(Cell::get);
    MOST.with(|most| most.set(before));
    work();
    (MOST.with(Cell::get) - before) as usize
}

fn pass(reader: &mut impl BufRead) {
    while let Ok(shown) = reader.fill_buf()
        && !shown.is_empty()
    {
        let len = shown.len();
        reader.consume(len);
    }
}
