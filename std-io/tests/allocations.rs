//! `LineIter` allocates nothing for a line, keeps no more than the longest line
//! allowed, and takes half as much again while it grows to that. `FileWrapper`
//! takes one block. A part of a `Form` costs one allocation at most, and sending
//! it none.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::io::{self, BufRead, BufReader, Read};
use std::ops::ControlFlow;
use tidegate_std_io::{
    BodyKind, Boundary, ByteRange, ChunkedWriter, FileAt, FileWrapper, Form, FormData, FormOptions,
    InputLimits, LimitedStream, LineIter, LineScanner, MultiRange, Multipart, Overlong,
    RangeAnswer, input_stream, make_line_iter,
};

/// Counts what the calling thread allocates.
struct Counting;

thread_local! {
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
    static HELD: Cell<isize> = const { Cell::new(0) };
    static LARGEST: Cell<usize> = const { Cell::new(0) };
    static MOST_HELD: Cell<isize> = const { Cell::new(0) };
}

fn hold(bytes: isize) {
    let held = HELD.get() + bytes;
    HELD.set(held);
    MOST_HELD.set(MOST_HELD.get().max(held));
}

// SAFETY: passes everything on to the system's allocator as it is. The counters
// need no allocation themselves, having constant starts and no destructors.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        LARGEST.set(LARGEST.get().max(layout.size()));
        hold(layout.size() as isize);
        // SAFETY: the caller's promises are passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        hold(-(layout.size() as isize));
        // SAFETY: the caller's promises are passed on.
        unsafe { System.dealloc(memory, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

/// How many allocations the work made.
fn allocations(work: impl FnOnce()) -> usize {
    let before = ALLOCATIONS.get();
    work();
    ALLOCATIONS.get() - before
}

/// How many bytes the work held at most, of its own.
fn most_held(work: impl FnOnce()) -> usize {
    let before = HELD.get();
    MOST_HELD.set(before);
    work();
    usize::try_from(MOST_HELD.get() - before).unwrap()
}

/// The largest allocation the work made, in bytes.
fn largest(work: impl FnOnce()) -> usize {
    LARGEST.set(0);
    work();
    LARGEST.get()
}

/// Nothing else here means anything if this is not so.
#[test]
fn the_counters_count() {
    assert_eq!(allocations(|| drop(vec![1u8; 10])), 1);
    assert_eq!(allocations(|| {}), 0);
    assert_eq!(most_held(|| drop((vec![1u8; 10], vec![1u8; 20]))), 30);
    assert_eq!(
        most_held(|| [10, 20].iter().for_each(|&len| drop(vec![1u8; len]))),
        20
    );
    assert_eq!(largest(|| drop((vec![1u8; 20], vec![1u8; 10]))), 20);
}

/// Lines of all endings and of up to `longest` bytes, twice the same through
/// buffers of up to 64 KiB.
fn log_twice(longest: usize) -> Vec<u8> {
    let mut log = Vec::new();
    for i in 0..300_000 {
        log.resize(log.len() + i * 7919 % (longest + 1), b'x');
        log.extend_from_slice([&b"\n"[..], b"\r\n", b"\r"][i % 3]);
    }
    log.truncate(5 << 16);
    log.push(b'\n');
    log.remove(0);
    log.repeat(2)
}

/// Takes so many lines, or all that come.
fn take_lines<R: BufRead>(iter: &mut LineIter<R>, lines: usize, by_next: bool) -> usize {
    let mut taken = 0;
    if by_next {
        while taken < lines && iter.next_line().is_some_and(|line| line.is_ok()) {
            taken += 1;
        }
        return taken;
    }
    let flow = iter.try_for_each_line(|_| {
        taken += 1;
        match taken < lines {
            true => ControlFlow::Continue(()),
            false => ControlFlow::Break(()),
        }
    });
    assert_eq!(flow.unwrap().is_break(), taken == lines);
    taken
}

/// Once the longest line that straddles was met, nothing more is allocated.
#[test]
fn a_line_costs_no_allocation() {
    for longest in [0, 10, 100, 3000] {
        let log = log_twice(longest);
        let lines = take_lines(&mut make_line_iter(&log[..]), usize::MAX, true) / 2;
        for capacity in [16, 1 << 10, 64 << 10] {
            for by_next in [true, false] {
                let name = format!("{longest}, {capacity}, {by_next}");
                let reader = BufReader::with_capacity(capacity, &log[..]);
                let body = LimitedStream::exact(reader, log.len() as u64);
                let mut iter = make_line_iter(body);
                let mut taken = 0;
                let first = allocations(|| taken = take_lines(&mut iter, lines, by_next));
                assert_eq!(taken, lines, "{name}");
                assert!(first > 0 || longest < 16 || capacity > 16, "{name}");
                let again = allocations(|| taken = take_lines(&mut iter, usize::MAX, by_next));
                assert_eq!(taken, lines, "{name}");
                assert_eq!(again, 0, "{name}: for {lines} lines");
            }
        }
    }
}

#[test]
fn lines_in_memory_cost_no_allocation_at_all() {
    let log = log_twice(100);
    for by_next in [true, false] {
        let mut lines = 0;
        let count = allocations(|| {
            let mut iter = make_line_iter(&log[..]);
            lines = take_lines(&mut iter, usize::MAX, by_next);
        });
        assert!(lines > 10_000);
        assert_eq!(count, 0);
    }
}

/// A line that never ends.
struct Endless(u64);

impl Read for Endless {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let read = buf.len().min(usize::try_from(self.0).unwrap());
        buf[..read].fill(b'x');
        self.0 -= read as u64;
        Ok(read)
    }
}

/// However it is dealt with, and through a buffer of any size.
#[test]
fn a_line_too_long_costs_no_more_than_is_allowed() {
    // The worst of them for a buffer that doubles are just above a power of two.
    for max in [99_999, 1 << 16, 66_000, 130_000] {
        for overlong in [Overlong::Fail, Overlong::Skip, Overlong::Fragment] {
            for capacity in [1, 1000, 1 << 16] {
                let read_through = |longest: &mut usize| {
                    let reader = BufReader::with_capacity(capacity, Endless(6 * max as u64));
                    let scanner = LineScanner::new().max_len(max).overlong(overlong);
                    let mut iter = LineIter::with_scanner(reader, scanner);
                    while let Some(Ok(line)) = iter.next_line() {
                        *longest = line.text().len().max(*longest);
                    }
                    // Skipped or failed: once more, to see that this holds no more.
                    drop(iter.for_each_line(|_| {}));
                };
                let (mut longest, reach) = (0, max + b"\r\n".len());
                let held = most_held(|| read_through(&mut longest)) - capacity;
                assert!(longest <= max);
                let name = format!("{max}, {overlong:?}, {capacity}");
                // While it grows, the half before is there too; and an error.
                assert!(held <= reach * 3 / 2 + 100, "{name}: {held} bytes");
                let largest = largest(|| read_through(&mut longest));
                assert!(largest <= reach.max(capacity), "{name}: {largest} bytes");
            }
        }
    }
}

/// And a short line through a short buffer not much at all.
#[test]
fn a_line_that_straddles_costs_little_more_than_its_length() {
    let input = [&[b'x'; 500][..], b"\n"].concat().repeat(20);
    let reader = BufReader::with_capacity(499, &input[..]);
    let held = most_held(|| {
        let mut iter = make_line_iter(reader);
        assert_eq!(take_lines(&mut iter, usize::MAX, true), 20);
    });
    assert!(held <= 3 * 1024, "{held} bytes");
}

/// A body of so many chunks of so many bytes, and what is behind its data.
fn chunked(chunks: usize, size: usize, end: &[u8]) -> Vec<u8> {
    let chunk = [
        format!("{size:x};name=\"value\"\r\n").as_bytes(),
        &vec![b'x'; size],
        b"\r\n",
    ]
    .concat();
    let plain = [
        format!("{size:x}\r\n").as_bytes(),
        &vec![b'x'; size],
        b"\r\n",
    ]
    .concat();
    [
        chunk.repeat(chunks.min(9)),
        plain.repeat(chunks - chunks.min(9)),
        end.to_vec(),
    ]
    .concat()
}

/// Whatever the chunks and the buffer are, and however it is read: a body that
/// has no trailers is read without an allocation.
#[test]
fn a_chunked_body_is_read_without_an_allocation() {
    for (chunks, size) in [(20_000, 1), (3000, 16), (40, 8192), (3, 100_000)] {
        let body = chunked(chunks, size, b"0\r\n\r\n");
        for capacity in [1, 7, 64, 8192] {
            let mut reader = BufReader::with_capacity(capacity, &body[..]);
            let count = allocations(|| {
                let kind = BodyKind::Chunked;
                let mut stream = input_stream(&mut reader, kind, InputLimits::new()).unwrap();
                let mut buf = [0; 4096];
                let mut total = 0;
                // By copies first, and then as it is lent.
                while total < chunks * size / 2 {
                    total += stream.read(&mut buf).unwrap();
                }
                loop {
                    let len = stream.fill_buf().unwrap().len();
                    if len == 0 {
                        break;
                    }
                    stream.consume(len);
                    total += len;
                }
                assert_eq!(total, chunks * size);
                assert!(stream.may_reuse_connection());
            });
            assert_eq!(count, 0, "{chunks} of {size} through {capacity}");
        }
    }
}

/// Trailers are kept: a few allocations, and none for a chunk. An error and what
/// it holds are two.
#[test]
fn only_trailers_and_a_fault_allocate() {
    let read = |body: &[u8], capacity: usize| {
        let mut reader = BufReader::with_capacity(capacity, body);
        let mut kind = None;
        let count = allocations(|| {
            let limits = InputLimits::new();
            let mut stream = input_stream(&mut reader, BodyKind::Chunked, limits).unwrap();
            let mut buf = [0; 512];
            kind = loop {
                match stream.read(&mut buf) {
                    Ok(0) => break None,
                    Ok(_) => {}
                    Err(error) => break Some(error.kind()),
                }
            };
        });
        (kind, count)
    };
    for capacity in [7, 64, 8192] {
        let end = b"0\r\nDigest: sha-256=abc\r\nServer-Timing: a, b\r\n\r\n";
        for chunks in [10, 5000] {
            let (kind, count) = read(&chunked(chunks, 16, end), capacity);
            assert_eq!(kind, None, "{chunks} through {capacity}");
            assert!(
                (1..=8).contains(&count),
                "{count}: {chunks} through {capacity}"
            );
        }
        let (kind, count) = read(&chunked(5000, 16, b"x"), capacity);
        assert_eq!(
            (kind, count),
            (Some(io::ErrorKind::InvalidData), 2),
            "{capacity}"
        );
    }
}

#[test]
fn a_chunked_body_is_written_without_an_allocation() {
    let mut connection = Vec::with_capacity(1 << 20);
    let count = allocations(|| {
        let mut body = ChunkedWriter::new(&mut connection);
        for _ in 0..10_000 {
            io::Write::write_all(&mut body, b"sixteen letters!").unwrap();
        }
        body.finish().unwrap();
    });
    assert_eq!(connection.len(), 10_000 * 22 + 5);
    assert_eq!(count, 0);
}

/// Whoever takes the bytes keeps none of them.
#[test]
fn a_file_costs_one_block_however_long_it_is() {
    const BLOCK: usize = 8192;
    let part = ByteRange::new(3_000_000, 5_000_000).unwrap();
    let file = || FileWrapper::with_block_size(Endless(10_000_000), BLOCK);
    let mut blocks = 0;
    let lent = most_held(|| {
        let mut file = file();
        while let Some(block) = file.next_block() {
            blocks += usize::from(!block.unwrap().is_empty());
        }
    });
    assert!(blocks > 1000);
    assert_eq!(lent, BLOCK);
    let mut sent = 0;
    let held = most_held(|| sent = file().write_to(&mut io::sink()).unwrap());
    assert_eq!((sent, held), (10_000_000, BLOCK));
    let held = most_held(|| {
        sent = file()
            .range_by_reading(part)
            .write_to(&mut io::sink())
            .unwrap();
    });
    assert_eq!((sent, held), (part.len(), BLOCK));
    let mut buf = [0; 100];
    let read = allocations(|| {
        let mut file = file().range_by_reading(part);
        while file.read(&mut buf).unwrap() > 0 {}
    });
    assert_eq!(read, 0, "a read goes to the buffer of whoever reads");
    // And what is behind a `Bytes`.
    let given = most_held(|| file().into_bytes().for_each(|block| drop(block.unwrap())));
    assert!(given <= BLOCK + 64, "{given}");
}

#[test]
fn a_short_range_costs_no_more_than_its_length() {
    let whole = vec![b'x'; 1 << 20];
    let part = ByteRange::new(1000, 5).unwrap();
    let held = most_held(|| {
        let mut file = FileWrapper::new(FileAt::new(&whole[..]))
            .range(part)
            .unwrap();
        assert_eq!(file.next_block().unwrap().unwrap(), b"xxxxx");
    });
    assert_eq!(held, 5);
}

#[test]
fn several_ranges_cost_one_block_at_a_time_and_their_heads() {
    let whole = vec![b'x'; 16 << 20];
    let size = whole.len() as u64;
    let set: Vec<String> = (0..16)
        .map(|i| format!("{}-{}", i << 20, (i << 20) + 999_999))
        .collect();
    let RangeAnswer::Many(ranges) = RangeAnswer::parse(format!("bytes={}", set.join(",")), size)
    else {
        panic!("16 ranges are many")
    };
    let mut sent = 0;
    let held = most_held(|| {
        let boundary = Boundary::new("b").unwrap();
        let mut body = MultiRange::new(&whole[..], size, &ranges, "text/plain", boundary).unwrap();
        sent = body.send_to(&mut io::sink()).unwrap();
    });
    assert!(sent > 16_000_000);
    assert!((64 << 10..80 << 10).contains(&held), "{held}");
}

fn a_form<'a>() -> Form<'a> {
    Form::with_boundary(Boundary::new("b").unwrap())
}

/// What grows is doubled: so much for all parts together.
const GROWTH: usize = 3 * 24;

#[test]
fn small_and_borrowed_parts_cost_no_allocation_of_their_own() {
    let large = vec![b'x'; 5000];
    let count = allocations(|| {
        let mut form = a_form();
        for _ in 0..10_000 {
            form.text("name", "value").bytes("name", &large[..]);
        }
        assert!(form.content_length().is_some());
    });
    assert!(count <= GROWTH, "{count}");
}

#[test]
fn a_part_that_is_owned_or_read_costs_one_allocation_at_most() {
    // Whose capacity is their length, and others.
    let values = |capacity: usize| {
        (0..1000).map(move |_| {
            let mut value = Vec::with_capacity(capacity);
            value.resize(1000, b'x');
            value
        })
    };
    for (capacity, most) in [(1000, 0), (2000, 1000)] {
        let values: Vec<_> = values(capacity).collect();
        let count = allocations(|| {
            let mut form = a_form();
            for value in values {
                form.bytes("name", value);
            }
        });
        assert!(count <= most + GROWTH, "{count}: {capacity}");
    }
    let count = allocations(|| {
        let mut form = a_form();
        for _ in 0..1000 {
            form.reader_with_len("name", Endless(9), 9);
        }
    });
    assert!(count <= 1000 + GROWTH, "{count}");
}

#[test]
fn a_form_is_sent_without_an_allocation() {
    let make = || {
        let mut form = a_form();
        for _ in 0..100 {
            form.text("a", "small")
                .bytes("b", vec![b'x'; 5000])
                .reader("c", Endless(100_000))
                .reader_with_len("d", Endless(100_000), 100_000);
        }
        form.file("e", "Cargo.toml").unwrap();
        form.on_progress(|_| {});
        form.finish().unwrap()
    };
    let (mut body, mut sent) = (make(), 0);
    let count = allocations(|| sent = body.write_to(&mut io::sink()).unwrap());
    assert!(sent > 20_000_000);
    assert_eq!(count, 0);
    let (mut body, mut read, mut buf) = (make(), 0, vec![0; 1 << 16]);
    let count = allocations(|| {
        loop {
            match body.read(&mut buf).unwrap() {
                0 => break,
                some => read += some as u64,
            }
        }
    });
    assert_eq!((count, read), (0, sent));
}

/// Gives what is in the buffer already, so that 4 GiB take no time.
struct Huge(u64);

impl Read for Huge {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let read = buf.len().min(usize::try_from(self.0).unwrap());
        self.0 -= read as u64;
        Ok(read)
    }
}

#[test]
fn four_gib_of_readers_cost_one_block() {
    let held = most_held(|| {
        let mut form = a_form();
        for _ in 0..4 {
            form.reader("a", Huge(1 << 29))
                .reader_with_len("b", Huge(1 << 29), 1 << 29);
        }
        let mut body = form.finish().unwrap();
        assert!(body.write_to(&mut io::sink()).unwrap() > 4 << 30);
    });
    assert!((64 << 10..80 << 10).contains(&held), "{held}");
}

/// A form of so many bytes of a file, in blocks that are made up as it is read.
struct Made {
    head: &'static [u8],
    block: Vec<u8>,
    at: usize,
    left: u64,
    tail: &'static [u8],
}

impl Made {
    fn new(len: u64, block: &[u8]) -> Self {
        Self {
            head: b"--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"f\"\r\n\r\n",
            block: block.repeat((64 << 10) / block.len()),
            at: 0,
            left: len,
            tail: b"\r\n--b--\r\n",
        }
    }
}

impl Read for Made {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(buf)?;
        self.consume(read);
        Ok(read)
    }
}

impl BufRead for Made {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        Ok(match (self.head, self.left) {
            ([_, ..], _) => self.head,
            (_, 0) => self.tail,
            (_, left) => {
                let rest = &self.block[self.at..];
                &rest[..rest.len().min(usize::try_from(left).unwrap())]
            }
        })
    }

    fn consume(&mut self, amount: usize) {
        match (self.head, self.left) {
            ([_, ..], _) => self.head = &self.head[amount..],
            (_, 0) => self.tail = &self.tail[amount..],
            _ => {
                self.left -= amount as u64;
                self.at = (self.at + amount) % self.block.len();
            }
        }
    }
}

/// A file of a gibibyte costs its head and nothing else, however it is read, and
/// the same of data that come near to a delimiter all the time.
#[test]
fn a_part_costs_its_head() {
    for (block, len) in [
        (&b"x"[..], 1 << 30),
        (b"\r\n--", 64 << 20),
        (b"\r\n--a", 64 << 20),
        (b"\r", 64 << 20),
    ] {
        for how in ["copy_to", "read", "skip"] {
            let len = if how == "read" { len / 8 } else { len };
            let mut made = Made::new(len, block);
            let mut room = vec![0; 8 << 10];
            let mut got = 0;
            let work = || {
                let mut multipart = Multipart::for_type(&mut made, FORM).unwrap();
                let mut part = multipart.next_part().unwrap().unwrap();
                match how {
                    "copy_to" => got = part.copy_to(&mut io::sink()).unwrap(),
                    "read" => loop {
                        match part.read(&mut room).unwrap() {
                            0 => break,
                            read => got += read as u64,
                        }
                    },
                    _ => got = len,
                }
                assert!(multipart.next_part().unwrap().is_none());
            };
            let mut held = 0;
            let count = allocations(|| held = most_held(work));
            assert_eq!(got, len);
            // The head, and twice the carry for what straddles.
            assert!(count <= 4, "{count} allocations");
            assert!(held <= 1 << 10, "{held} bytes");
        }
    }
}

const FORM: &[u8] = b"multipart/form-data; boundary=b";

/// Once the longest head was met, a part costs no allocation.
#[test]
fn a_part_costs_no_allocation() {
    for capacity in [1, 16, 100, 8 << 10] {
        let part = b"--b\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\nvalue\r\n";
        let body = [part.repeat(900), b"--b--".to_vec()].concat();
        let reader = BufReader::with_capacity(capacity, &body[..]);
        let mut multipart = Multipart::for_type(reader, FORM).unwrap();
        let mut room = [0; 10];
        let mut read = |parts: usize| {
            for _ in 0..parts {
                let mut part = multipart.next_part().unwrap().unwrap();
                assert_eq!(part.read(&mut room).unwrap().min(1), 1);
            }
        };
        // Until one has straddled, wherever in it.
        read(450);
        assert_eq!(allocations(|| read(450)), 0, "{capacity}");
    }
}

/// The longest head allowed is held twice, in the carry and in the part; while
/// these grow, half as much again.
#[test]
fn the_most_memory_is_two_heads() {
    let max = 8 << 10;
    let field = format!("X: {}\r\n", "x".repeat(max / 2 - 5 - 40));
    let disposition = "Content-Disposition: form-data; name=\"a\"\r\n";
    let part = format!("--b\r\n{disposition}{field}{field}\r\nvalue\r\n");
    let body = part.repeat(50) + "--b--";
    for capacity in [1, 100, 4 << 10] {
        let mut reader = BufReader::with_capacity(capacity, body.as_bytes());
        let held = most_held(|| {
            let mut multipart = Multipart::for_type(&mut reader, FORM).unwrap();
            while multipart.next_part().unwrap().is_some() {}
        });
        assert!(
            (2 * max - 200..3 * max).contains(&held),
            "{held}, {capacity}"
        );
    }
    // What is longer is refused before more is held.
    let body = format!("--b\r\n{disposition}X: {}", "x".repeat(1 << 20));
    let mut reader = BufReader::with_capacity(4 << 10, body.as_bytes());
    let held = most_held(|| {
        let mut multipart = Multipart::for_type(&mut reader, FORM).unwrap();
        let error = multipart.next_part().unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::FileTooLarge);
    });
    assert!(held < 2 * max, "{held}");
}

/// A value that is read grows by doubling, and what is kept of it does not.
#[test]
fn values_in_memory_take_what_they_are_long() {
    let head = "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n";
    let part = format!("{head}{}\r\n", "x".repeat(260_000));
    let body = format!("{}--b--", part.repeat(60));
    let held = most_held(|| {
        let reader = BufReader::with_capacity(4 << 10, body.as_bytes());
        let form = FormData::read(reader, b"multipart/form-data; boundary=b").unwrap();
        assert!(form.iter().all(|entry| entry.as_bytes().is_some()));
    });
    assert!((60 * 260_000..17 << 20).contains(&held), "{held}");
}

/// A field that is read takes its coding, what that stands for, and that as text
/// with U+FFFD for what is none; what is longer is refused before it is decoded.
#[test]
fn a_urlencoded_field_takes_no_more_than_eleven_of_the_longest() {
    let max = 100_000;
    let read = |value: &[u8]| {
        let body = [b"a=", value].concat();
        let mut fits = false;
        let held = most_held(|| {
            let reader = BufReader::with_capacity(4 << 10, &body[..]);
            let form = FormOptions::new()
                .decoder(|decoder| decoder.max_name_len(1).max_field_len(max))
                .read(reader, b"application/x-www-form-urlencoded");
            fits = form.is_ok();
        });
        (fits, held)
    };
    let most = max as usize;
    for (value, fits) in [
        ("%61".repeat(most).into_bytes(), true),
        (b"+".repeat(most), true),
        (b"\xFF".repeat(most), false),
        (b"%FF".repeat(most), false),
        (b"\xFF".repeat(3 * most), false),
        (b"+%FF".repeat(most), false),
        (b"a".repeat(3 * most), false),
    ] {
        let (fitted, held) = read(&value);
        let name = value[..4].escape_ascii();
        assert_eq!(fitted, fits, "{name}");
        assert!(held <= 11 * most, "{name}: {held}");
    }
}

#[test]
fn parts_that_are_spooled_take_what_they_are_long() {
    let held = most_held(|| {
        let mut form = a_form();
        for _ in 0..50 {
            form.reader("a", Endless(270_000));
        }
        form.spool(50 * 270_000).unwrap();
        assert!(form.content_length().is_some());
    });
    assert!((50 * 270_000..15_000_000).contains(&held), "{held}");
}
