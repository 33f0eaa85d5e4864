//! A body is the model's, whatever it is read by and from.

#![cfg_attr(fuzzing, no_main)]

use arbitrary::{Arbitrary, Result, Unstructured};
use std::io::{self, BufRead, Read};
use std::time::Duration;
use tidegate_core::{At, BodyKind, ChunkedFault, InputLimits, LimitFault};
use tidegate_fuzz::input::{PIECES, Text, expand, size};
use tidegate_fuzz::limit;
use tidegate_fuzz::reader::Moody;
use tidegate_fuzz::transfer::{Limits, WORDS, decode};
use tidegate_std_io::{Budget, Drained, InputStream};

/// In a seed: a digit for the kind (empty, a length, chunked, until close), one
/// each for the length and the maximum, one for each limit of the framing, six
/// bytes of script for the reader, eight for us, and what is on the connection.
#[derive(Debug)]
struct Case {
    kind: BodyKind,
    max: u64,
    limits: Limits,
    script: [u8; 6],
    moves: [u8; 8],
    data: Text,
}

impl<'a> Arbitrary<'a> for Case {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let kind = u.int_in_range(0..=3)?;
        let length = size(u.arbitrary()?) as u64;
        let kinds = [
            BodyKind::Empty,
            BodyKind::Length(length),
            BodyKind::Chunked,
            BodyKind::UntilClose,
        ];
        Ok(Self {
            kind: kinds[kind],
            max: size(u.arbitrary()?) as u64,
            limits: Limits::arbitrary(u)?,
            script: u.arbitrary()?,
            moves: u.arbitrary()?,
            data: expand(u.bytes(u.len())?, WORDS, 4 << 10),
        })
    }
}

/// What there is to be read, and how it ends.
#[derive(Debug)]
struct Expected {
    content: Vec<u8>,
    trailers: Vec<(Vec<u8>, Vec<u8>)>,
    end: std::result::Result<(), Fault>,
    /// Bytes of the connection, if it is known how many.
    used: Option<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Fault {
    Limit(At<LimitFault>),
    Framing(At<ChunkedFault>),
}

fn model(case: &Case) -> Expected {
    let data = &case.data.0;
    let plain = |exact, max| {
        let settings = limit::Settings { exact, max };
        let (len, fault) = settings.of(data.len() as u64);
        let len = len as usize;
        Expected {
            content: data[..len].to_vec(),
            trailers: Vec::new(),
            end: fault.map_or(Ok(()), |at| Err(Fault::Limit(at))),
            // A look ahead may use a byte more.
            used: fault.is_none().then_some(len),
        }
    };
    match case.kind {
        BodyKind::Empty => plain(true, 0),
        BodyKind::Length(length) => plain(true, length),
        BodyKind::UntilClose => plain(false, case.max),
        BodyKind::Chunked => {
            let answer = decode(case.limits, data);
            let settings = limit::Settings {
                exact: false,
                max: case.max,
            };
            let (len, fault) = settings.of(answer.data.len() as u64);
            let end = match (fault, answer.end) {
                (Some(at), _) => Err(Fault::Limit(at)),
                (None, Err((offset, fault))) => Err(Fault::Framing(At { offset, fault })),
                (None, Ok(_)) => Ok(()),
            };
            Expected {
                content: answer.data[..len as usize].to_vec(),
                trailers: answer.trailers,
                end,
                used: end.is_ok().then(|| answer.end.unwrap()),
            }
        }
    }
}

tidegate_fuzz::target!(|case: Case| {
    let limits = InputLimits::new()
        .max_length(case.max)
        .decoder(case.limits.decoder());
    let reader = Moody::new(&case.data.0, &case.script);
    let mut stream = match InputStream::new(reader, case.kind, limits) {
        Ok(stream) => stream,
        Err(At { offset, fault }) => {
            let limit = case.max;
            assert_eq!((offset, fault), (0, LimitFault::TooLarge { limit }));
            assert!(case.kind.content_length().unwrap() > limit);
            return;
        }
    };
    let expected = model(&case);
    let mut content = Vec::new();
    let mut ends = 0;
    // Of a round of moves one at least reads something, or is told an error.
    let mut steps = (case.moves.len() + 1) * (case.data.0.len() + PIECES + 16);
    for &turn in case.moves.iter().chain(b"1").cycle() {
        let before = content.len();
        let outcome = match call(&mut stream, turn, &expected.content, &mut content) {
            Ok(Call::GoesOn) => None,
            Ok(Call::Ends) => Some(Ok(())),
            Err(error) => fault_of(&error).map(Err),
        };
        assert!(expected.content.starts_with(&content));
        assert_eq!(stream.position(), content.len() as u64);
        assert!(ends == 0 || content.len() == before, "an end must stick");
        if let Some(end) = outcome {
            assert_eq!(content, expected.content);
            assert_eq!(end, expected.end);
            ends += 1;
        }
        let done = ends > 0 && expected.end.is_ok() && case.kind != BodyKind::UntilClose;
        assert!(!done || stream.may_reuse_connection());
        assert!(ends == 0 || done == stream.may_reuse_connection());
        if ends > case.moves.len() {
            break;
        }
        steps -= 1;
        assert!(steps > 0, "the stream does not get on");
    }
    if expected.end.is_ok() {
        let fields = stream.trailers();
        let fields = fields.map(|(name, value)| (name.to_vec(), value.to_vec()));
        assert_eq!(fields.collect::<Vec<_>>(), expected.trailers);
    }
    let reader = stream.into_inner();
    if let Some(used) = expected.used {
        assert_eq!(reader.consumed(), used);
    }
});

/// `None` for an error of the reader.
fn fault_of(error: &io::Error) -> Option<Fault> {
    let cause = error.get_ref()?;
    let framing = cause.downcast_ref().map(|&at| Fault::Framing(at));
    let limit = || cause.downcast_ref().map(|&at| Fault::Limit(at));
    Some(framing.or_else(limit).expect("one of ours"))
}

/// What a call of a stream came to.
enum Call {
    GoesOn,
    Ends,
}

fn call(
    stream: &mut InputStream<Moody<'_>>,
    turn: u8,
    all: &[u8],
    content: &mut Vec<u8>,
) -> io::Result<Call> {
    let size = size(turn);
    let read = match turn / 48 {
        0 | 3 => {
            let window = stream.fill_buf()?;
            let shown = window.len();
            let read = shown.min(size);
            content.extend_from_slice(&window[..read]);
            stream.consume(read);
            shown
        }
        1 | 4.. => {
            let mut buf = vec![0; size.min(1 << 14)];
            let read = stream.read(&mut buf)?;
            content.extend_from_slice(&buf[..read]);
            if size == 0 {
                return Ok(Call::GoesOn);
            }
            read
        }
        2 => {
            let budget = Budget {
                bytes: size as u64,
                time: Duration::MAX,
            };
            let before = content.len();
            let outcome = stream.drain(budget);
            let position = stream.position() as usize;
            content.extend_from_slice(&all[before..position]);
            let drained = (position - before) as u64;
            assert!(drained <= budget.bytes);
            match outcome? {
                Drained::All(all) => assert_eq!(all, drained),
                Drained::OutOfBytes(part) | Drained::OutOfTime(part) => {
                    assert_eq!(part, drained);
                    return Ok(Call::GoesOn);
                }
            }
            0
        }
    };
    Ok(if read == 0 { Call::Ends } else { Call::GoesOn })
}
