//! What hostile bodies cost: as many steps as there are bytes to take them for, and
//! no more looks at each byte than a delimiter is long.

use crate::boundary;
use crate::data::{bytes, rows};
use crate::model::Rules;
use std::time::{Duration, Instant};
use tidegate_core::{At, DecodeFault, Decoded, Decoder, DecoderFound, Event, Feed, Scan, Step};

/// A decoder that counts what it is asked and shown.
struct Counted {
    machine: Decoder,
    calls: usize,
    shown: usize,
}

impl Scan for Counted {
    type Found = DecoderFound;
    type Token<'w> = Decoded<'w>;
    type Fault = DecodeFault;

    fn reach(&self) -> usize {
        self.machine.reach()
    }

    fn scan(&mut self, window: &[u8], end: bool) -> Result<Step<DecoderFound>, At<DecodeFault>> {
        self.calls += 1;
        self.shown += window.len();
        self.machine.scan(window, end)
    }

    fn token(found: DecoderFound, window: &[u8]) -> Decoded<'_> {
        Decoder::token(found, window)
    }
}

/// How often it is asked and how much it is shown until the body is over, and how
/// much data it has.
fn cost(machine: Decoder, body: &[u8], size: usize) -> (usize, usize, usize) {
    let counted = Counted {
        machine,
        calls: 0,
        shown: 0,
    };
    let mut feed = Feed::new(counted, Vec::new()).unwrap();
    let mut data = 0;
    for piece in body.chunks(size).chain([&[][..]]) {
        let mut rest = piece;
        loop {
            let offer = feed.offer(rest, piece.is_empty()).unwrap();
            if let Event::Found(placed) = offer.event
                && let Decoded::Data(bytes) = feed.token(placed, rest)
            {
                data += bytes.len();
            }
            rest = &rest[offer.taken..];
            if !matches!(offer.event, Event::Found(_)) {
                break;
            }
        }
    }
    (feed.machine().calls, feed.machine().shown, data)
}

const LONGEST: &str = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";

/// Data that a search for this boundary stops at.
fn hostile(boundary: &str) -> Vec<Vec<u8>> {
    let delimiter = format!("\r\n--{boundary}");
    let mut data: Vec<Vec<u8>> = [
        "\r", "\n", "\r\n", "\r\n--", "\r\r\n", "\n\r", "--", "-", "a", "\r\n-",
    ]
    .iter()
    .map(|unit| unit.as_bytes().to_vec())
    .collect();
    data.extend([boundary.as_bytes(), &boundary.as_bytes()[..1]].map(<[u8]>::to_vec));
    for kept in [delimiter.len() / 2, delimiter.len() - 1] {
        data.push([&delimiter.as_bytes()[..kept], b"."].concat());
        data.push([&delimiter.as_bytes()[..kept], b"\r"].concat());
        data.push([b".", &delimiter.as_bytes()[4..kept.max(4)]].concat());
    }
    data
}

fn bodies(boundary: &str, len: usize) -> impl Iterator<Item = (Vec<u8>, Vec<u8>)> {
    hostile(boundary).into_iter().map(move |unit| {
        let data = unit.repeat(len / unit.len());
        // The dot is there because a line begins there.
        let head = format!("--{boundary}\r\n\r\n.").into_bytes();
        let end = format!("\r\n--{boundary}--").into_bytes();
        (unit, [&head[..], &data, &end].concat())
    })
}

fn mixed(at: &str, lenient: bool) -> Decoder {
    Rules {
        form: false,
        lenient,
        ..Rules::form(boundary(at))
    }
    .decoder()
}

#[test]
fn a_byte_is_shown_no_more_often_than_a_delimiter_is_long() {
    for at in [
        "x",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "-",
        "-----",
        LONGEST,
    ] {
        for (unit, body) in bodies(at, 20_000) {
            for lenient in [false, true] {
                for size in [1, 2, 7, 4096, body.len()] {
                    let (calls, shown, data) = cost(mixed(at, lenient), &body, size);
                    let head_and_end = 2 * at.len() + 12;
                    assert_eq!(data, body.len() - head_and_end, "{}", unit.escape_ascii());
                    let reads = body.len().div_ceil(size);
                    let case = format!("{} of {at}, reads of {size}", unit.escape_ascii());
                    // Two answers for a read, and some for the frame.
                    assert!(calls <= 3 * reads + 20, "{calls} calls: {case}");
                    // What may be the start of a delimiter is shown again, once
                    // for each read.
                    let again = reads * (at.len() + 8);
                    assert!(
                        shown <= 3 * (body.len() + again) + 1000,
                        "{shown} shown: {case}"
                    );
                }
            }
        }
    }
}

/// Twice the body is twice the work, in the smallest reads.
#[test]
fn the_cost_is_linear_byte_by_byte() {
    for at in ["x", LONGEST] {
        for ((unit, once), (_, twice)) in bodies(at, 10_000).zip(bodies(at, 20_000)) {
            let (calls, shown, _) = cost(mixed(at, false), &once, 1);
            let (more_calls, more_shown, _) = cost(mixed(at, false), &twice, 1);
            let case = unit.escape_ascii();
            assert!(
                more_calls <= calls * 2 + 100,
                "{calls}, then {more_calls}: {case}"
            );
            assert!(
                more_shown <= shown * 2 + 1000,
                "{shown}, then {more_shown}: {case}"
            );
        }
    }
}

/// The shortest of three, so that what else the machine does counts little.
fn time(machine: &Decoder, body: &[u8], size: usize) -> Duration {
    let times = (0..3).map(|_| {
        let start = Instant::now();
        cost(machine.clone(), body, size);
        start.elapsed()
    });
    times.min().unwrap()
}

/// What the counts do not show: looks within one call. Quadratic is a thousand
/// times, and not sixty-four.
#[test]
fn no_body_takes_many_times_as_long_as_another() {
    for at in ["x", LONGEST] {
        let harmless = [
            format!("--{at}\r\n\r\n").as_bytes(),
            &[b'.'; 1 << 20],
            format!("\r\n--{at}--").as_bytes(),
        ]
        .concat();
        for size in [1 << 10, 1 << 16, harmless.len()] {
            let usual = time(&mixed(at, false), &harmless, size).max(Duration::from_micros(500));
            for (unit, body) in bodies(at, 1 << 20) {
                let here = time(&mixed(at, false), &body, size);
                let case = unit.escape_ascii();
                assert!(
                    here < usual * 64,
                    "{here:?}, not {usual:?}: {case} in {size}"
                );
            }
        }
    }
}

/// A head that comes a byte at a time is looked through once.
#[test]
fn heads_take_no_longer_than_data() {
    let lines = [
        "a: b\r\n".repeat(1000),
        format!("a: {}\r\n", "b".repeat(6000)),
        format!(
            "Content-Disposition: x; name=\"{}\"\r\n",
            "\\\"".repeat(2000)
        ),
        format!("Content-Disposition: x; {}\r\n", ";".repeat(6000)),
        format!("Content-Disposition: x{}\r\n", " ".repeat(6000)),
        format!(
            "Content-Disposition: x; name=\"{}\"\r\n",
            "\\\" \t".repeat(1500)
        ),
        format!("a: {}\r\n", "b\r\n ".repeat(1500)),
    ];
    for lines in lines {
        let lenient = lines.contains("\r\n ");
        let head = format!("--x\r\n{lines}\r\n\r\n");
        let body = head.repeat(50) + "--x--";
        let data = format!("--x\r\n\r\n{}\r\n--x--", "d".repeat(body.len()));
        let rules = Rules {
            form: false,
            lenient,
            headers: 1000,
            name_len: 8192,
            ..Rules::form(boundary("x"))
        };
        let machine = rules.decoder();
        let usual = time(&machine, data.as_bytes(), 1).max(Duration::from_millis(1));
        let here = time(&machine, body.as_bytes(), 1);
        assert!(here < usual * 64, "{here:?}, not {usual:?}: {lines:.60}");
    }
}

/// reqwest and others look through all that there was for each field.
#[test]
fn a_field_costs_the_same_however_many_there_were() {
    let fields = |count: usize| {
        let field = "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nv\r\n";
        field.repeat(count) + "--x--"
    };
    let machine = Rules {
        parts: 20_000,
        fields: 20_000,
        ..Rules::form(boundary("x"))
    };
    for size in [1, 64, 8192, 1 << 21] {
        let [once, twice] = [10_000, 20_000].map(|count| {
            let body = fields(count);
            cost(machine.decoder(), body.as_bytes(), size)
        });
        // A head, data, an end and what is between, and two answers for a read.
        let reads = fields(10_000).len().div_ceil(size);
        assert!(once.0 <= 6 * 10_000 + 3 * reads, "{once:?}");
        assert!(twice.0 <= 2 * once.0 + 10, "{once:?}, then {twice:?}");
    }
}

/// The recipes of `threats.json` that are for this.
#[test]
fn hostile_recipes_take_as_many_steps_as_bytes() {
    let threats = rows(include_str!("../data/multipart/threats.json"));
    let linear = threats
        .iter()
        .filter(|row| row["required"]["time"].is_string());
    let mut count = 0;
    for row in linear {
        count += 1;
        let unit = row["body"]
            .as_array()
            .unwrap()
            .iter()
            .find(|item| item["rep"].is_string());
        let unit = bytes(&unit.unwrap()["rep"]);
        let data = unit.repeat(20_000 / unit.len());
        let header = bytes(&row["content_type"]);
        let kind = tidegate_core::MultipartType::parse(&header).unwrap();
        let at = kind.boundary();
        let body = [
            format!("--{}\r\n\r\n", at.as_str()).as_bytes(),
            &data,
            format!("\r\n--{}--", at.as_str()).as_bytes(),
        ]
        .concat();
        let (calls, ..) = cost(Decoder::mixed(at), &body, 1);
        assert!(calls <= 3 * body.len() + 20, "{}", row["id"]);
    }
    assert_eq!(count, 6);
}
