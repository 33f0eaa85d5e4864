//! Lines that are lent.

use super::TOTAL;
use crate::path::{Job, Path, Per, Run};
use tidegate_benches::Answer;
use tidegate_benches::input::{access_log, buffered, lines};
use tidegate_core::{Event, Feed, LineScanner};
use tidegate_std_io::make_line_iter;

#[path = "../../line/ours.rs"]
mod ours;

type Engine = (&'static str, Run<[u8]>);
type Input = (&'static str, fn() -> Vec<u8>);

const EVERYWHERE: [Engine; 4] = [
    ("slice/INPUT/for_each_line", |i| {
        ours::for_each_line(make_line_iter(i))
    }),
    ("slice/INPUT/next_line", |i| {
        ours::next_line(make_line_iter(i))
    }),
    ("buffered/INPUT/for_each_line", |i| {
        ours::for_each_line(make_line_iter(buffered(i)))
    }),
    ("buffered/INPUT/next_line", |i| {
        ours::next_line(make_line_iter(buffered(i)))
    }),
];

const SOMEWHERE: [Engine; 3] = [
    ("slice/INPUT/scan_lines", scan_lines),
    ("slice/INPUT/next_line_lf", |i| {
        ours::next_line(ours::lf_only(i))
    }),
    ("buffered/INPUT/next_line_lf", |i| {
        ours::next_line(ours::lf_only(buffered(i)))
    }),
];

pub(crate) fn paths() -> Vec<Path> {
    let inputs: [Input; 6] = [
        ("8", || lines(8, b"\n", TOTAL)),
        ("40", || lines(40, b"\n", TOTAL)),
        ("100", || lines(100, b"\n", TOTAL)),
        ("1000", || lines(1000, b"\n", TOTAL)),
        ("log", || access_log(TOTAL)),
        ("40-crlf", || lines(40, b"\r\n", TOTAL)),
    ];
    let mut paths = Vec::new();
    for (name, input) in inputs {
        let somewhere = SOMEWHERE.iter().filter(|_| name == "40");
        for &(engine, run) in EVERYWHERE.iter().chain(somewhere) {
            let name = format!("line/{}", engine.replace("INPUT", name));
            paths.push(Path::new(name, Per::Piece("line"), move || {
                let input = input();
                let lines = input.split_inclusive(|&byte| byte == b'\n').collect();
                Job::over(input, lines, run)
            }));
        }
    }
    paths.push(Path::new("line/drip", Per::Byte, || {
        let line = vec![b'x'; TOTAL / 8];
        let answer = [&line[..]].into_iter().collect();
        Job::over(line, answer, drip)
    }));
    paths
}

/// The core alone.
fn scan_lines(input: &[u8]) -> Answer {
    let mut answer = Answer::default();
    let used = LineScanner::new().scan_lines(input, |line| {
        answer.add(line.bytes());
        true
    });
    assert_eq!(used, input.len(), "the last line has its end");
    answer
}

/// A byte at a time: all of it in the carry.
fn drip(input: &[u8]) -> Answer {
    let mut answer = Answer::default();
    let mut feed = Feed::new(LineScanner::new(), Vec::new()).expect("a Vec has room");
    for byte in input {
        let offer = feed.offer(&[*byte], false).expect("it is short enough");
        assert!(offer.taken == 1 && offer.event == Event::More);
    }
    let offer = feed.offer(&[], true).expect("it is short enough");
    if let Event::Found(line) = offer.event {
        answer.add(feed.token(line, &[]).bytes());
    }
    answer
}
