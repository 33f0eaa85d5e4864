//! The machines of core on array storage allocate nothing, ever; nor does what
//! is asked of a file, however long the headers are.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::time::Duration;
use tidegate_core::environ::{self, HostRules, UrlPart, VariableName};
use tidegate_core::{
    At, BodyKind, Boundary, Chunked, ChunkedDecoder, ChunkedEncoder, ChunkedFault, DecodeFault,
    Decoded, Decoder, ETag, Event, Feed, FileAnswer, FileFacts, HttpVersion, Limit, LimitFault,
    LineEnds, LineScanner, Overlong, Plan, Scan, Trailers,
};

/// Counts what the calling thread allocates.
struct Counting;

thread_local! {
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: passes everything on to the system's allocator as it is. The counter
// needs no allocation itself, having a constant start and no destructor.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.with(|count| count.set(count.get() + 1));
        // SAFETY: the caller's promises are passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: the caller's promises are passed on.
        unsafe { System.dealloc(memory, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

fn allocations<T>(work: impl FnOnce() -> T) -> (T, usize) {
    let before = ALLOCATIONS.with(Cell::get);
    let result = work();
    (result, ALLOCATIONS.with(Cell::get) - before)
}

/// Nothing else here means anything if this is not so.
#[test]
fn the_counter_counts() {
    assert_eq!(allocations(|| vec![1u8; 10]).1, 1);
    assert_eq!(allocations(|| [1u8; 10]).1, 0);
}

const INPUT: &[u8] =
    b"short\n\r\nof middling length\r\nthis one is longer than the sixty-four bytes of a block, and some\rx\n";

/// How many lines, fragments included, a feed finds in pieces of this size.
fn feed_lines(scanner: LineScanner, input: &[u8], size: usize) -> Result<usize, u64> {
    let mut feed = Feed::new(scanner, [0; 128]).map_err(|_| 0u64)?;
    let mut lines = 0;
    for piece in input.chunks(size).chain([&[][..]]) {
        let mut rest = piece;
        loop {
            while let Some((used, _)) = feed.glance(rest) {
                lines += 1;
                rest = &rest[used..];
            }
            let used = feed.scan_all(rest, &mut |_, _| {
                lines += 1;
                true
            });
            rest = &rest[used..];
            let offer = feed.offer(rest, piece.is_empty()).map_err(|at| at.offset)?;
            let Event::Found(placed) = offer.event else {
                break;
            };
            lines += usize::from(!feed.token(placed, rest).bytes().is_empty());
            rest = &rest[offer.taken..];
        }
    }
    Ok(lines)
}

#[test]
fn feeding_lines_allocates_nothing() {
    let scanners = [
        (LineScanner::new().max_len(126), Ok(5)),
        (LineScanner::new().max_len(126).ends(LineEnds::Lf), Ok(4)),
        (LineScanner::new().max_len(126).interactive(true), Ok(5)),
        (
            LineScanner::new().max_len(20).overlong(Overlong::Skip),
            Ok(5),
        ),
        (
            LineScanner::new().max_len(20).overlong(Overlong::Fragment),
            Ok(8),
        ),
        (LineScanner::new().max_len(20), Err(48)),
    ];
    for (scanner, expected) in scanners {
        for size in [1, 3, 16, 64, INPUT.len()] {
            let scanner = scanner.clone();
            let (lines, count) = allocations(|| feed_lines(scanner, INPUT, size));
            assert_eq!(lines, expected, "pieces of {size}");
            assert_eq!(count, 0, "pieces of {size}");
        }
    }
}

#[test]
fn scanning_one_slice_allocates_nothing() {
    let input = &INPUT.repeat(300);
    let mut scanner = LineScanner::new();
    let ((lines, used), count) = allocations(|| {
        let (mut lines, mut at) = (0, 0);
        while let Some((used, _)) = scanner.glance(&input[at..]) {
            (lines, at) = (lines + 1, at + used);
            if lines == 700 {
                break;
            }
        }
        at += scanner.scan_lines(&input[at..], |_| {
            lines += 1;
            lines < 1400
        });
        at += scanner.scan_strs(&input[at..], |text| {
            lines += usize::from(text.is_ok());
            true
        });
        (lines, at)
    });
    assert_eq!((lines, used), (1500, input.len()));
    assert_eq!(count, 0);
}

#[test]
fn a_borrowed_carry_allocates_nothing() {
    let mut storage = [0; 128];
    let (taken, count) = allocations(|| {
        let scanner = LineScanner::new().max_len(126);
        let mut feed = Feed::new(scanner, &mut storage[..]).ok()?;
        feed.offer(b"half a", false).ok()?;
        Some(feed.offer(b" line\r\n", false).ok()?.taken)
    });
    assert_eq!(taken, Some(7));
    assert_eq!(count, 0);
}

#[test]
fn limits_and_their_faults_allocate_nothing() {
    let (faults, count) = allocations(|| {
        let mut exact = Limit::exact(10);
        let _ = exact.record(4);
        let mut at_most = Limit::at_most(10);
        let _ = at_most.record(10);
        assert_eq!(at_most.plan(5), Ok(Plan::Probe));
        [exact.record(0).err(), at_most.record(1).err()]
    });
    let [early, late]: [Option<At<LimitFault>>; 2] = faults;
    assert_eq!(early.map(|at| at.http_status()), Some(400));
    assert_eq!(late.map(|at| at.http_status()), Some(413));
    assert_eq!(count, 0);
}

#[test]
fn what_to_answer_costs_no_allocation_however_many_ranges_are_asked_for() {
    for (asked, status) in [(1, 206), (2, 206), (16, 206), (17, 200), (10_000, 200)] {
        let ranges = format!("bytes={}", "0-0,".repeat(asked));
        let tags = format!("{}\"x\"", "\"x\", ".repeat(asked));
        let headers = [("If-None-Match", &tags), ("Range", &ranges)];
        let (answer, count) = allocations(|| {
            let etag = ETag::of_file(1 << 20, Duration::from_secs(5));
            let facts = FileFacts {
                size: 1 << 20,
                etag,
                modified: Some(5),
                is_settled: true,
            };
            FileAnswer::of("GET", headers, &facts, |_| None)
        });
        assert_eq!(answer.http_status(), status, "{asked} ranges");
        assert_eq!(count, 0, "{asked} ranges");
    }
}

/// How many bytes of data and how many trailers a feed finds in pieces of this
/// size.
fn feed_chunks(input: &[u8], size: usize) -> Result<(usize, usize), At<ChunkedFault>> {
    let decoder = ChunkedDecoder::new().max_trailer_bytes(63);
    let Ok(mut feed) = Feed::new(decoder, [0; 64]) else {
        unreachable!("the storage is of the decoder's reach")
    };
    let (mut bytes, mut trailers) = (0, 0);
    for piece in input.chunks(size).chain([&[][..]]) {
        let mut rest = piece;
        loop {
            let offer = feed.offer(rest, piece.is_empty())?;
            match offer.event {
                Event::Found(placed) => match feed.token(placed, rest) {
                    Chunked::Data(data) => bytes += data.len(),
                    Chunked::Trailer { .. } => trailers += 1,
                },
                Event::More => break,
                Event::Done => return Ok((bytes, trailers)),
            }
            rest = &rest[offer.taken..];
        }
    }
    unreachable!("at the end it is done or faults")
}

#[test]
fn a_chunked_body_allocates_nothing() {
    let chunk = b"10;name=\"value\" ; other\r\n0123456789abcdef\r\n";
    let end = b"0\r\nDigest: sha-256=abc\r\nServer-Timing: x\r\n\r\nGET /";
    let body = [&chunk.repeat(100)[..], end].concat();
    for size in [1, 3, 16, 64, body.len()] {
        let (found, count) = allocations(|| feed_chunks(&body, size));
        assert_eq!(found, Ok((1600, 2)), "pieces of {size}");
        assert_eq!(count, 0, "pieces of {size}");
        let cut = &body[..body.len() - 6];
        let (found, count) = allocations(|| feed_chunks(cut, size));
        let fault = found.map_err(|at| at.fault);
        assert_eq!(fault, Err(ChunkedFault::Truncated), "pieces of {size}");
        assert_eq!(count, 0, "pieces of {size}");
    }
}

#[test]
fn framing_and_encoding_allocate_nothing() {
    let headers = [("Host", "a"), ("Transfer-Encoding", "Chunked")];
    let twice = [("Content-Length", "5"), ("content-length", "5")];
    let fields = [(&b"Digest"[..], &b"x"[..])];
    let ((kind, refused, len), count) = allocations(|| {
        let kind = BodyKind::of_request(HttpVersion::Http11, headers);
        let refused = BodyKind::of_request(HttpVersion::Http11, twice);
        let mut encoder = ChunkedEncoder::new();
        let mut len = 0;
        for piece in encoder.chunk(b"hello").pieces() {
            len += piece.len();
        }
        let trailers = Trailers::new(&fields).unwrap_or_default();
        len += encoder.end(trailers).map(<[u8]>::len).sum::<usize>();
        (kind, refused, len)
    });
    assert_eq!(kind, Ok(BodyKind::Chunked));
    assert!(refused.is_err());
    assert_eq!(len, "5\r\nhello\r\n0\r\nDigest: x\r\n\r\n".len());
    assert_eq!(count, 0);
}

/// How many parts and bytes of data a feed finds in pieces of this size; names are
/// looked at, escapes and all.
fn feed_parts(
    decoder: Decoder,
    input: &[u8],
    size: usize,
) -> Result<(usize, usize), At<DecodeFault>> {
    let Ok(mut feed) = Feed::new(decoder.max_head_len(512), [0; 514]) else {
        unreachable!("the storage is of the decoder's reach")
    };
    let (mut parts, mut bytes) = (0, 0);
    for piece in input.chunks(size).chain([&[][..]]) {
        let mut rest = piece;
        loop {
            let offer = feed.offer(rest, piece.is_empty())?;
            match offer.event {
                Event::Found(placed) => match feed.token(placed, rest) {
                    Decoded::Head(head) => {
                        assert_eq!(head.fields().count(), 2);
                        assert!(head.name().is_some_and(|name| name == "a\"b"));
                        assert!(head.filename().is_some_and(|name| name.len() > 3));
                        assert!(head.content_type().is_some_and(|kind| kind == "text/plain"));
                    }
                    Decoded::Data(data) => bytes += data.len(),
                    Decoded::End => parts += 1,
                    Decoded::Preamble(_) | Decoded::Epilogue(_) => {}
                },
                Event::More => break,
                Event::Done => return Ok((parts, bytes)),
            }
            rest = &rest[offer.taken..];
        }
    }
    unreachable!("at the end it is done or faults")
}

/// Near-delimiters too, which are searched in another way.
#[test]
fn a_multipart_body_allocates_nothing() {
    let head = b"--aaaaaaaaaaaaaaaa\r\nContent-Disposition: form-data; name=\"a\\\"b\"; \
        filename=\"C:\\d\"\r\nContent-Type: text/plain\r\n\r\n";
    let data = b"\r\n--aaaaaaaaaaaaaaa.".repeat(100);
    let part = [&head[..], &data, b"\r\n"].concat();
    let body = [
        b"preamble\r\n",
        &part.repeat(3)[..],
        b"--aaaaaaaaaaaaaaaa--\r\nepilogue",
    ]
    .concat();
    let Ok(boundary) = Boundary::new("aaaaaaaaaaaaaaaa") else {
        unreachable!("it is one")
    };
    for decoder in [
        Decoder::form_data(boundary),
        Decoder::mixed(boundary).lenient(),
    ] {
        for size in [1, 3, 64, 4096, body.len()] {
            let decoder = decoder.clone();
            let (found, count) = allocations(|| feed_parts(decoder.clone(), &body, size));
            assert_eq!(found, Ok((3, 3 * data.len())), "pieces of {size}");
            assert_eq!(count, 0, "pieces of {size}");
            let strict = Decoder::form_data(boundary);
            let cut = &body[..body.len() - 40];
            let (found, count) = allocations(|| feed_parts(strict, cut, size));
            let fault = found.map_err(|at| at.fault);
            assert_eq!(fault, Err(DecodeFault::Truncated), "pieces of {size}");
            assert_eq!(count, 0, "pieces of {size}");
        }
    }
}

#[test]
fn what_variables_mean_is_said_without_an_allocation() {
    let variables = [
        ("HTTP_HOST", "example.org:8080"),
        ("HTTP_X_FORWARDED_HOST", "a, [::1]:80"),
        ("SCRIPT_NAME", "/a b"),
        ("PATH_INFO", "//c/./\u{e9}"),
        ("QUERY_STRING", "q=\u{e9}"),
        ("CONTENT_LENGTH", "42"),
    ];
    let rules = HostRules::new().trusted(&[".example.org"]);
    let url = "https://example.org:8080/a%20b/../a%20b/x%C3%A9";
    let (bytes, count) = allocations(|| {
        let proxied = HostRules::new().forwarded_hops(1);
        let step = environ::shift_path_info(&variables)?;
        let popped = environ::pop_path_info(&variables)?;
        let steps = [step, popped].into_iter().flat_map(|step| {
            let pieces = step.script_name().chain(step.path_info());
            pieces.map(<[u8]>::len)
        });
        let urls = [
            environ::application_uri(&variables, &rules).ok()?,
            environ::request_uri(&variables, true, &proxied).ok()?,
            environ::current_url(&variables, UrlPart::Full, &rules).ok()?,
        ];
        let urls = urls.iter().flat_map(|url| url.pieces().map(str::len));
        let extracted = environ::extract_path_info(&variables, &rules, url, true).ok()?;
        let defaults = environ::testing_defaults(&variables);
        Some(
            steps.chain(urls).sum::<usize>()
                + extracted.bytes().count()
                + defaults.missing().count()
                + VariableName::of_header("Accept").ok()?.bytes().count()
                + usize::try_from(environ::content_length(&variables).ok()??).ok()?,
        )
    });
    assert_eq!(bytes, Some(9 + 12 + 29 + 39 + 49 + 4 + 5 + 11 + 42));
    assert_eq!(count, 0);
}
