//! A chunked body is the model's, however it is cut; what is written is read.

#![cfg_attr(fuzzing, no_main)]

use arbitrary::{Arbitrary, Result, Unstructured};
use tidegate_core::testing::{End, Outcome, run};
use tidegate_core::{
    At, Chunked, ChunkedEncoder, ChunkedFault, Event, Feed, Scan, TrailerFault, Trailers,
};
use tidegate_fuzz::course::ROUTES;
use tidegate_fuzz::input::{Text, Which, cut, expand};
use tidegate_fuzz::transfer::{Answer, Limits, WORDS, decode};

/// Four routes, and what is written.
const CHECKS: u8 = 5;

/// In a seed: a digit for which checks to make (see `Which`), one for each of the four limits, six sizes for the pieces, and
/// the body.
#[derive(Debug)]
struct Case {
    which: Which,
    limits: Limits,
    pieces: [u8; 6],
    input: Text,
}

impl<'a> Arbitrary<'a> for Case {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let which: Which = u.arbitrary()?;
        Ok(Self {
            which,
            limits: Limits::arbitrary(u)?,
            pieces: u.arbitrary()?,
            input: expand(u.bytes(u.len())?, WORDS, which.longest(12 << 10)),
        })
    }
}

tidegate_fuzz::target!(|case: Case| {
    every_route_finds_the_model(&case);
    if case.which.is(4, CHECKS) {
        what_is_written_is_read(&case);
    }
});

fn every_route_finds_the_model(case: &Case) {
    let model = decode(case.limits, &case.input.0);
    let pieces = cut(&case.input.0, &case.pieces);
    for (i, route) in (0..).zip(ROUTES) {
        if !case.which.is(i, CHECKS) {
            continue;
        }
        let end = [End::WithLast, End::Apart][usize::from(i % 2)];
        let machine = case.limits.decoder();
        let reach = machine.reach();
        let found = if reach <= 1 << 14 {
            run(
                machine,
                &pieces,
                &mut vec![0; reach][..],
                route,
                end,
                &record,
            )
        } else {
            run(machine, &pieces, Vec::new(), route, end, &record)
        };
        assert_eq!(answer(found, taken(case, &pieces)), model, "{route:?}");
    }
}

fn record(tokens: &mut Vec<(Vec<u8>, Option<Vec<u8>>)>, token: Chunked<'_>) {
    tokens.push(match token {
        Chunked::Data(data) => (data.to_vec(), None),
        Chunked::Trailer { name, value } => (name.to_vec(), Some(value.to_vec())),
    });
}

fn answer(
    outcome: Outcome<(Vec<u8>, Option<Vec<u8>>), ChunkedFault>,
    used: Option<usize>,
) -> Answer {
    let (mut data, mut trailers) = (Vec::new(), Vec::new());
    for (bytes, value) in outcome.tokens {
        match value {
            None => {
                assert!(!bytes.is_empty() && trailers.is_empty());
                data.extend(bytes);
            }
            Some(value) => trailers.push((bytes, value)),
        }
    }
    let end = match outcome.fault {
        Some(At { offset, fault }) => Err((offset, fault)),
        None => Ok(used.unwrap()),
    };
    Answer {
        data,
        trailers,
        end,
    }
}

/// How many bytes of the pieces are taken until the body is over.
fn taken(case: &Case, pieces: &[&[u8]]) -> Option<usize> {
    let mut feed = Feed::new(case.limits.decoder(), Vec::new()).unwrap();
    let mut taken = 0;
    for (i, piece) in pieces.iter().enumerate() {
        let mut rest = *piece;
        loop {
            let offer = feed.offer(rest, i + 1 == pieces.len()).ok()?;
            taken += offer.taken;
            rest = &rest[offer.taken..];
            match offer.event {
                Event::Found(_) => {}
                Event::More => break,
                Event::Done => {
                    assert!(feed.machine().is_done() && feed.rest().is_empty());
                    return Some(taken);
                }
            }
        }
    }
    unreachable!("at the end it is done or faults")
}

/// The input as data, in writes of the sizes of the pieces, and as a trailer.
fn what_is_written_is_read(case: &Case) {
    let unlimited = Limits {
        size_line: usize::MAX,
        extensions: usize::MAX,
        trailers: usize::MAX,
        trailer_bytes: usize::MAX,
    };
    let field = case.input.0.split(|&byte| byte == b':');
    let field: Vec<&[u8]> = field.take(2).chain([&[][..]]).collect();
    let fields = [(field[0], field[1])];
    let trailers = match Trailers::new(&fields) {
        Ok(trailers) => trailers,
        Err(TrailerFault::Forbidden { .. }) => Trailers::NONE,
        Err(_) => {
            let line = [b"0\r\n", field[0], b": ", field[1], b"\r\n\r\n"].concat();
            let read = decode(unlimited, &line);
            let injected = read.trailers.len() != 1 || read.end != Ok(line.len());
            assert!(injected, "it was refused for nothing");
            Trailers::NONE
        }
    };
    let mut encoder = ChunkedEncoder::new();
    let mut body = Vec::new();
    for data in cut(&case.input.0, &case.pieces) {
        let chunk = encoder.chunk(data);
        let before = body.len();
        body.extend(chunk.pieces().concat());
        assert_eq!(chunk.encoded_len(), Some((body.len() - before) as u64));
    }
    let last = encoder.end(trailers);
    let len = last.encoded_len();
    let before = body.len();
    for piece in last {
        body.extend(piece);
    }
    assert_eq!(len, Some((body.len() - before) as u64));
    let read = decode(unlimited, &body);
    assert_eq!(read.end, Ok(body.len()));
    assert_eq!(read.data, case.input.0);
    assert_eq!(read.trailers.len(), trailers.fields().len());
    for ((name, value), (sent_name, sent_value)) in read.trailers.iter().zip(trailers.fields()) {
        assert_eq!(name, sent_name);
        let text = String::from_utf8_lossy(sent_value);
        let sent = text.trim_matches([' ', '\t']);
        assert_eq!(String::from_utf8_lossy(value), sent);
    }
}
