//! A file is handed out as it was promised, by any mix of ways, from a reader
//! and into a sink that do their worst.

#![cfg_attr(fuzzing, no_main)]

use arbitrary::{Arbitrary, Result, Unstructured};
use std::io::{self, Read};
use tidegate_core::{At, ByteRange, FileFault};
use tidegate_fuzz::file::{Promise, Sink, Source};
use tidegate_fuzz::input::{PIECES, Text, expand, size};
use tidegate_fuzz::reader::Moody;
use tidegate_std_io::FileWrapper;

/// In a seed: a digit for nothing promised, a length or a range, one for the
/// start, one for the length, one for the blocks, six bytes of script for the
/// reader, six for the sink, six for us, and the data.
#[derive(Debug)]
struct Case {
    promise: Promise,
    block_size: usize,
    reader: [u8; 6],
    sink: [u8; 6],
    moves: [u8; 6],
    data: Text,
}

impl<'a> Arbitrary<'a> for Case {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let kind = u.choose_index(3)?;
        let start = size(u.arbitrary()?) as u64;
        let len = size(u.arbitrary()?) as u64;
        Ok(Self {
            promise: match (kind, ByteRange::new(start, len)) {
                (0, _) => Promise::Nothing,
                (2, Some(range)) => Promise::Range(range),
                _ => Promise::Length(len),
            },
            block_size: size(u.arbitrary()?).min(1 << 14),
            reader: u.arbitrary()?,
            sink: u.arbitrary()?,
            moves: u.arbitrary()?,
            data: expand(u.bytes(u.len())?, &[], 4 << 10),
        })
    }
}

tidegate_fuzz::target!(|case: Case| {
    let reader = Source(Moody::new(&case.data.0, &case.reader));
    let mut file = case.promise.wrap(reader, case.block_size);
    let mut sink = Sink::new(&case.sink);
    let (expected, fault) = case.promise.of(&case.data.0);
    let mut ends = 0;
    // Of a round of moves one at least gets on, or is told an error.
    let mut steps = (case.moves.len() + 1) * (case.data.0.len() + 2 * PIECES + 16);
    for &turn in case.moves.iter().chain(b"1").cycle() {
        let before = sink.taken.len();
        let moved = step(&mut file, turn, &mut sink);
        let position = file.position();
        assert!(ends == 0 || sink.taken.len() == before, "an end must stick");
        assert!(expected.starts_with(&sink.taken), "{:?}", Text(sink.taken));
        assert_eq!(position, sink.taken.len() as u64);
        let left = case.promise.length().map(|len| len - position);
        assert_eq!(file.len_hint(), left);
        let ending = match moved {
            Ok(Step::GoesOn) => None,
            Ok(Step::Ends) => Some(None),
            Err(error) => {
                let at = error
                    .get_ref()
                    .and_then(|cause| cause.downcast_ref::<At<FileFault>>());
                assert!(at.is_some() || ends == 0, "{error} behind the end");
                at.map(|&at| Some(at))
            }
        };
        if let Some(ending) = ending {
            // Of blocks of no bytes there are none.
            let none = case.block_size == 0 && ending.is_none();
            let expected = if none { &[] } else { expected };
            assert_eq!(Text(sink.taken.clone()), Text(expected.to_vec()));
            assert_eq!(ending, fault.filter(|_| !none));
            ends += 1;
        }
        if ends > case.moves.len() {
            return;
        }
        steps -= 1;
        assert!(steps > 0, "the file does not get on");
    }
});

/// What a call came to.
enum Step {
    GoesOn,
    Ends,
}

fn step(file: &mut FileWrapper<Source<'_>>, turn: u8, sink: &mut Sink<'_>) -> io::Result<Step> {
    let size = size(turn);
    let got_on = match turn / 48 {
        0 => match file.next_block() {
            None => false,
            Some(block) => {
                sink.taken.extend_from_slice(block?);
                true
            }
        },
        1 | 4.. => {
            let mut buf = vec![0; size.min(1 << 14)];
            let read = file.read(&mut buf)?;
            sink.taken.extend_from_slice(&buf[..read]);
            read > 0 || size == 0
        }
        2 => file.send_to(sink).map(|_| false)?,
        3 => {
            let before = sink.taken.len();
            let sent = file.write_to(sink)?;
            assert_eq!(sent, (sink.taken.len() - before) as u64);
            false
        }
    };
    Ok(if got_on { Step::GoesOn } else { Step::Ends })
}
