//! A limit is the model's, whatever is recorded; a limited stream hands out
//! what the model says, and reads no further.

#![cfg_attr(fuzzing, no_main)]

use arbitrary::{Arbitrary, Result, Unstructured};
use std::io::{self, BufRead, Read};
use std::time::Duration;
use tidegate_core::Plan;
use tidegate_fuzz::input::{PIECES, Text, Which, expand, size};
use tidegate_fuzz::limit::{Meter, Settings};
use tidegate_fuzz::reader::Moody;
use tidegate_std_io::{Budget, Drained, LimitedStream};

/// In a seed: a digit for which checks to make (see `Which`), one each for `exact` and for counting from the top, one for
/// the maximum, six bytes of script for the reader, eight for us, and the data.
#[derive(Debug)]
struct Case {
    which: Which,
    settings: Settings,
    script: [u8; 6],
    moves: [u8; 8],
    data: Text,
}

impl<'a> Arbitrary<'a> for Case {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let which: Which = u.arbitrary()?;
        let exact = *u.choose(&[true, false])?;
        let from_the_top = *u.choose(&[false, true])?;
        let max = size(u.arbitrary()?) as u64;
        Ok(Self {
            which,
            settings: Settings {
                exact,
                max: if from_the_top { u64::MAX - max } else { max },
            },
            script: u.arbitrary()?,
            moves: u.arbitrary()?,
            data: expand(u.bytes(u.len())?, &[], which.longest(4 << 10)),
        })
    }
}

tidegate_fuzz::target!(|case: Case| {
    if case.which.is(0, 2) {
        a_meter_counts_as_the_model(&case);
    }
    if case.which.is(1, 2) {
        a_stream_hands_out_what_the_model_says(&case);
    }
});

fn a_meter_counts_as_the_model(case: &Case) {
    let mut limit = case.settings.limit();
    let mut model = Meter::new(case.settings);
    for pair in [&case.moves[..], &case.script, &case.data.0]
        .concat()
        .chunks(2)
    {
        let plan = limit.plan(size(pair[0]));
        assert_eq!(plan, model.plan(size(pair[0])));
        let most = match plan {
            Ok(Plan::Read(most)) => most,
            Ok(Plan::Probe) => 1,
            Ok(Plan::End) | Err(_) => 0,
        };
        if most > 0 {
            let read = pair.get(1).map_or(0, |&byte| size(byte)).min(most);
            assert_eq!(limit.record(read), model.record(read));
        }
        assert_eq!(limit.failure(), model.fault);
        assert_eq!(limit.max(), case.settings.max);
        assert_eq!(limit.position(), model.received);
        assert_eq!(limit.remaining(), case.settings.max - model.received);
        let full = model.received == case.settings.max;
        assert_eq!(
            limit.is_exhausted(),
            full || model.ended || model.fault.is_some()
        );
        assert_eq!(limit.is_complete(), full && case.settings.exact);
    }
}

fn a_stream_hands_out_what_the_model_says(case: &Case) {
    let reader = Moody::new(&case.data.0, &case.script);
    let mut stream = match case.settings.exact {
        true => LimitedStream::exact(reader, case.settings.max),
        false => LimitedStream::at_most(reader, case.settings.max),
    };
    let (received, fault) = case.settings.of(case.data.0.len() as u64);
    let mut handed_out = Vec::new();
    let mut ends = 0;
    // Of a round of moves one at least reads something, or is told an error.
    let mut steps = (case.moves.len() + 1) * (case.data.0.len() + PIECES + 16);
    for &turn in case.moves.iter().chain(b"1").cycle() {
        let before = handed_out.len();
        let ending = match call(&mut stream, turn, &mut handed_out) {
            Ok(Call::GoesOn) => None,
            Ok(Call::Ends) => Some(None),
            Err(error) => {
                let at = error.get_ref().and_then(|cause| cause.downcast_ref());
                assert!(at.is_some() || ends == 0, "{error} behind the end");
                at.map(|&at| Some(at))
            }
        };
        if let Some(ending) = ending {
            assert_eq!((handed_out.len() as u64, ending), (received, fault));
        }
        assert!(ends == 0 || handed_out.len() == before, "an end must stick");
        ends += usize::from(ending.is_some());

        assert!(case.data.0.starts_with(&handed_out));
        assert_eq!(stream.position(), handed_out.len() as u64);
        assert_eq!(stream.remaining(), case.settings.max - stream.position());
        let full = stream.remaining() == 0;
        assert_eq!(stream.may_reuse_connection(), full && case.settings.exact);
        assert!(stream.is_exhausted() || ends == 0 && !full);
        let ahead = stream.get_ref().consumed() - handed_out.len();
        let looked = full && !case.settings.exact;
        assert!(ahead <= usize::from(looked), "{ahead} bytes read ahead");

        if ends > case.moves.len() {
            return;
        }
        steps -= 1;
        assert!(steps > 0, "the stream does not get on");
    }
}

/// What a call of a stream came to.
enum Call {
    GoesOn,
    Ends,
}

fn call(
    stream: &mut LimitedStream<Moody<'_>>,
    turn: u8,
    handed_out: &mut Vec<u8>,
) -> io::Result<Call> {
    let size = size(turn);
    let read = match turn / 48 {
        0 => {
            let window = stream.fill_buf()?;
            let shown = window.len();
            let read = shown.min(size);
            handed_out.extend_from_slice(&window[..read]);
            stream.consume(read);
            shown
        }
        1 | 4.. => {
            let mut buf = vec![0; size.min(1 << 14)];
            let read = stream.read(&mut buf)?;
            handed_out.extend_from_slice(&buf[..read]);
            if size == 0 {
                return Ok(Call::GoesOn);
            }
            read
        }
        2 => {
            let mut line = Vec::new();
            let outcome = stream.read_line_max(&mut line, size);
            assert!(line.len() <= size);
            let text = line.strip_suffix(b"\n").unwrap_or(&line);
            assert!(!text.contains(&b'\n'));
            handed_out.extend_from_slice(&line);
            assert_eq!(outcome?, line.len());
            if size == 0 {
                return Ok(Call::GoesOn);
            }
            line.len()
        }
        3 => {
            let budget = Budget {
                bytes: size as u64,
                time: Duration::MAX,
            };
            let before = handed_out.len();
            let outcome = stream.drain(budget);
            let position = stream.position() as usize;
            handed_out.extend_from_slice(&stream.get_ref().data()[before..position]);
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
