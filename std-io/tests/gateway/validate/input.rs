//! Bodies of requests, given and read against the rules.

use super::{Told, serve};
use http::Request;
use std::io::{self, BufRead, BufReader, Read};
use tidegate_core::validate::Rule;
use tidegate_core::{BodyKind, InputLimits};
use tidegate_std_io::gateway::{Input, Sent};

pub(super) const RULES: &[Rule] = &[
    Rule::InputTooLong,
    Rule::InputTooShort,
    Rule::Overconsumed,
    Rule::ReadAfterFailure,
    Rule::ReadPastEnd,
];

/// It ends, or fails, and goes on behind that.
struct Revived(Vec<io::Result<&'static [u8]>>);

impl Read for Revived {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let block = if self.0.is_empty() {
            &b""[..]
        } else {
            self.0.remove(0)?
        };
        buf[..block.len()].copy_from_slice(block);
        Ok(block.len())
    }
}

fn revived(blocks: Vec<io::Result<&'static [u8]>>) -> Input {
    let reader = BufReader::new(Revived(blocks));
    Input::new(
        reader,
        BodyKind::UntilClose,
        InputLimits::new().input_terminated(true),
    )
    .unwrap()
}

type Reads = fn(&mut Input) -> io::Result<()>;

fn to_the_end(input: &mut Input) -> io::Result<()> {
    input.read_to_end(&mut Vec::new()).map(drop)
}

fn line_by_line(input: &mut Input) -> io::Result<()> {
    input.lines().try_for_each(|line| line.map(drop))
}

/// Whatever comes of it.
fn over_and_over(input: &mut Input) -> io::Result<()> {
    for _ in 0..20 {
        let _ = input.read(&mut [0; 8]);
    }
    Ok(())
}

fn too_far(input: &mut Input) -> io::Result<()> {
    let shown = input.fill_buf()?.len();
    input.consume(shown + 1);
    Ok(())
}

fn not_at_all(_: &mut Input) -> io::Result<()> {
    Ok(())
}

fn in_both_ways(input: &mut Input) -> io::Result<()> {
    let shown = input.fill_buf()?.len();
    input.consume(shown.min(1));
    input.read_exact(&mut [0; 1])?;
    let _ = input.read(&mut [])?;
    to_the_end(input)
}

fn drained(input: &mut Input) -> io::Result<()> {
    input.read_exact(&mut [0; 1])?;
    let budget = tidegate_std_io::Budget {
        bytes: 9,
        time: std::time::Duration::MAX,
    };
    input.drain(budget).map(drop)
}

#[rustfmt::skip]
#[test]
fn an_input_that_is_given_or_read_so() {
    let broken = || Err(io::Error::other("broken"));
    let hello = || Ok(&b"Hello"[..]);
    let cases: [(&str, Input, Reads, &[Rule]); 16] = [
        ("5", "Hello".into(), to_the_end, &[]),
        ("5", "Hello".into(), line_by_line, &[]),
        ("5", "Hello".into(), not_at_all, &[]),
        ("5", "Hello".into(), in_both_ways, &[]),
        ("5", "Hello".into(), drained, &[]),
        ("0", Input::empty(), to_the_end, &[]),
        ("5", revived(vec![Err(io::ErrorKind::Interrupted.into()), hello()]), to_the_end, &[]),
        ("5", "Hello World".into(), to_the_end, &[Rule::InputTooLong]),
        ("5", "Hello World".into(), line_by_line, &[Rule::InputTooLong]),
        ("5", "Hell".into(), to_the_end, &[Rule::InputTooShort]),
        ("5", "Hell".into(), line_by_line, &[Rule::InputTooShort]),
        ("5", "Hello".into(), over_and_over, &[Rule::ReadPastEnd]),
        ("5", revived(vec![hello(), Ok(b""), Ok(b"more")]), over_and_over, &[Rule::ReadPastEnd]),
        ("5", revived(vec![hello(), broken(), Ok(b"more")]), over_and_over, &[Rule::ReadAfterFailure]),
        ("5", revived(vec![hello(), broken(), Ok(b"more")]), to_the_end, &[]),
        ("5", "Hello".into(), too_far, &[Rule::Overconsumed]),
    ];
    for (length, input, reads, rules) in cases {
        let told = Told::default();
        let app = move |request: Request<Input>| -> io::Result<&str> {
            let mut input = request.into_body();
            let limit = input.limit();
            assert_eq!(limit, input.position() + input.remaining());
            reads(&mut input)?;
            assert!(input.trailers().is_empty());
            Ok("read")
        };
        let request = Request::post("/").header("Host", "x").header("Content-Length", length);
        let finished = serve(&told.around(app), request.body(input).unwrap());
        assert_eq!(told.rules(), rules, "{length}");
        // An application that ignores it is not sent to anybody all the same.
        let is_right = rules.iter().all(|rule| *rule == Rule::ReadPastEnd);
        if !is_right {
            assert!(matches!(finished.sent, Sent::ErrorPage), "{rules:?}");
        }
    }
}

/// A body that goes on while the response is sent is watched to its end.
#[test]
fn an_echo_is_watched() {
    use tidegate_std_io::gateway::Output;
    for (input, rules, sent) in [
        ("Hello", vec![], "Hello"),
        ("Hello World", vec![Rule::InputTooLong], ""),
    ] {
        let told = Told::default();
        let echo = |request: Request<Input>| {
            let output = Output::reader(request.into_body());
            http::Response::builder()
                .header("Content-Type", "text/plain")
                .body(output)
        };
        let request = Request::post("/")
            .header("Host", "x")
            .header("Content-Length", 5);
        let finished = serve(&told.around(echo), request.body(input.into()).unwrap());
        assert_eq!(told.rules(), rules);
        assert_eq!(
            finished.bytes,
            if rules.is_empty() {
                sent.len() as u64
            } else {
                59
            }
        );
    }
}
