//! Runs core's machines as near to bare metal as Linux gets: no std, no
//! allocator, no start files. Exits with 0 if every answer is right, and
//! otherwise with the number of the first check that fails.
//!
//! From the root of the repository:
//!
//! ```sh
//! cargo run --release --manifest-path core/no-std-check/Cargo.toml
//! # Neither std, nor an allocator, nor anything that unwinds: this finds nothing.
//! nm core/no-std-check/target/release/tidegate-no-std-check | grep -E '3std|alloc|_Unwind_'
//! ```

#![no_std]
#![no_main]

use core::panic::PanicInfo;
use tidegate_core::environ::{self, HostRules};
use tidegate_core::{
    At, BodyKind, BodyKindFault, Chunked, ChunkedDecoder, ChunkedEncoder, ChunkedFault, Ending,
    Event, Feed, HttpVersion, Limit, LimitFault, LineFault, LineScanner, Overlong, Plan, Trailers,
};

fn main() -> u8 {
    let checks = [
        lines_straddle_pieces,
        a_line_too_long_is_refused,
        a_line_too_long_comes_in_fragments,
        storage_too_small_is_refused,
        a_body_cut_short_is_known,
        a_body_too_large_is_known,
        headers_say_how_a_body_is_framed,
        a_chunked_body_goes_out_and_comes_in,
        a_chunked_body_that_is_wrong_is_refused,
        variables_make_a_url,
    ];
    match checks.iter().position(|check| check().is_none()) {
        None => 0,
        Some(failed) => failed as u8 + 1,
    }
}

fn expect(truth: bool) -> Option<()> {
    truth.then_some(())
}

/// Sentences as a UART delivers them, in an array of one sentence's length.
fn lines_straddle_pieces() -> Option<()> {
    let pieces = [
        &b"$GPGGA,1"[..],
        b"23519\r",
        b"\n$GPRMC\r\n$GP",
        b"",
        b"GSV\n$GPVTG",
    ];
    let lines = [
        (&b"$GPGGA,123519"[..], Ending::CrLf),
        (b"$GPRMC", Ending::CrLf),
        (b"$GPGSV", Ending::Lf),
        (b"$GPVTG", Ending::None),
    ];
    let mut expected = lines.iter();
    let mut feed = Feed::new(LineScanner::new().max_len(80), [0; 82]).ok()?;
    for (i, piece) in pieces.iter().enumerate() {
        let mut rest = *piece;
        loop {
            let offer = feed.offer(rest, i + 1 == pieces.len()).ok()?;
            match offer.event {
                Event::Found(placed) => {
                    let line = feed.token(placed, rest);
                    expect(expected.next() == Some(&(line.text(), line.ending())))?;
                }
                Event::More => break,
                Event::Done => return expect(expected.next().is_none()),
            }
            rest = &rest[offer.taken..];
        }
    }
    None
}

fn a_line_too_long_is_refused() -> Option<()> {
    let mut feed = Feed::new(LineScanner::new().max_len(80), [0; 82]).ok()?;
    feed.offer(&[b'x'; 60], false).ok()?;
    let fault = feed.offer(&[b'x'; 60], false).err();
    let expected = At {
        offset: 80,
        fault: LineFault::TooLong { max: 80 },
    };
    expect(fault == Some(expected) && expected.http_status() == 413)
}

fn a_line_too_long_comes_in_fragments() -> Option<()> {
    let scanner = LineScanner::new().max_len(80).overlong(Overlong::Fragment);
    let mut feed = Feed::new(scanner, [0; 82]).ok()?;
    let input = [b'x'; 200];
    let mut at = 0;
    for len in [80, 80, 40] {
        let offer = feed.offer(&input[at..], true).ok()?;
        let Event::Found(placed) = offer.event else {
            return None;
        };
        let fragment = feed.token(placed, &input[at..]);
        expect(fragment.text().len() == len && fragment.piece().is_fragment())?;
        at += offer.taken;
    }
    let end = feed.offer(b"", true).ok()?;
    expect(matches!(end.event, Event::Done))
}

/// Variables of CGI, and the URL that they come to.
fn variables_make_a_url() -> Option<()> {
    let variables = [
        ("HTTP_HOST", "[::1]:80"),
        ("SCRIPT_NAME", "/a b"),
        ("PATH_INFO", "/c/d"),
    ];
    let url = environ::request_uri(&variables, true, &HostRules::new()).ok()?;
    let mut expected = "http://[::1]/a%20b/c/d".bytes();
    expect(url.pieces().flat_map(str::bytes).eq(expected.by_ref()))?;
    let step = environ::pop_path_info(&variables)?;
    expect(step.segment() == Some(&b"c"[..]))
}

fn storage_too_small_is_refused() -> Option<()> {
    let refused = Feed::new(LineScanner::new().max_len(80), [0; 81]).err()?;
    expect((refused.needed, refused.given) == (82, 81))
}

fn a_body_cut_short_is_known() -> Option<()> {
    let mut limit = Limit::exact(5);
    expect(limit.plan(1024) == Ok(Plan::Read(5)))?;
    limit.record(3).ok()?;
    let fault = limit.record(0).err()?.fault;
    let expected = LimitFault::Disconnected {
        expected: 5,
        received: 3,
    };
    expect(fault == expected)
}

fn a_body_too_large_is_known() -> Option<()> {
    let mut limit = Limit::at_most(5);
    limit.record(5).ok()?;
    expect(limit.plan(1024) == Ok(Plan::Probe))?;
    expect(limit.record(1).err()?.fault == LimitFault::TooLarge { limit: 5 })
}

fn headers_say_how_a_body_is_framed() -> Option<()> {
    let kind = |headers: [(&str, &str); 2]| BodyKind::of_request(HttpVersion::Http11, headers);
    let host = ("Host", "a");
    expect(kind([host, ("content-length", "42")]) == Ok(BodyKind::Length(42)))?;
    expect(kind([host, ("Transfer-Encoding", "chunked")]) == Ok(BodyKind::Chunked))?;
    let both = kind([("Content-Length", "5"), ("Transfer-Encoding", "chunked")]);
    expect(both == Err(BodyKindFault::LengthAndCoding))
}

/// Pieces as they are written, each offered as it comes.
fn a_chunked_body_goes_out_and_comes_in() -> Option<()> {
    let fields = [(&b"Digest"[..], &b"x"[..])];
    let mut encoder = ChunkedEncoder::new();
    let chunk = encoder.chunk(b"seventeen letters");
    let last = encoder.end(Trailers::new(&fields).ok()?);
    let mut feed = Feed::new(ChunkedDecoder::new().max_trailer_bytes(80), [0; 81]).ok()?;
    let (mut data, mut trailers) = (0, 0);
    for piece in chunk.pieces().into_iter().chain(last) {
        let mut rest = piece;
        loop {
            let offer = feed.offer(rest, false).ok()?;
            match offer.event {
                Event::Found(placed) => match feed.token(placed, rest) {
                    Chunked::Data(bytes) => data += bytes.len(),
                    Chunked::Trailer { name, value } => {
                        expect((name, value) == fields[0])?;
                        trailers += 1;
                    }
                },
                Event::More => break,
                Event::Done => return expect((data, trailers) == (17, 1)),
            }
            rest = &rest[offer.taken..];
        }
    }
    None
}

fn a_chunked_body_that_is_wrong_is_refused() -> Option<()> {
    let decoder = ChunkedDecoder::new().max_trailer_bytes(80);
    let mut feed = Feed::new(decoder, [0; 81]).ok()?;
    let fault = feed.offer(b"5;\nhello", false).err();
    let expected = At {
        offset: 2,
        fault: ChunkedFault::BareLf,
    };
    expect(fault == Some(expected) && expected.http_status() == 400)
}

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    exit(101)
}

/// Named by the compiled `core`, which could unwind. Never called.
// SAFETY: nothing else of this name is linked where there is no std.
#[unsafe(no_mangle)]
extern "C" fn rust_eh_personality() {}

// The kernel enters with the stack aligned as it is to be before a call, and
// not as a function finds it: so this one is not a function.
#[cfg(target_arch = "x86_64")]
core::arch::global_asm!(".globl _start", "_start:", "call run");
#[cfg(target_arch = "aarch64")]
core::arch::global_asm!(".globl _start", "_start:", "bl run");

// SAFETY: no other `run` is linked.
#[unsafe(no_mangle)]
extern "C" fn run() -> ! {
    exit(main())
}

fn exit(code: u8) -> ! {
    unsafe extern "C" {
        fn _exit(code: i32) -> !;
    }
    // SAFETY: it is declared as C does, and needs nothing set up.
    unsafe { _exit(i32::from(code)) }
}
