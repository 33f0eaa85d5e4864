//! Files out: ranges, what is said of them, and blocks, beside models that are
//! slow and plain. `file_answer.rs` has the preconditions.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may")]

use proptest::prelude::*;
use serde_json::Value;
use std::panic::catch_unwind;
use std::time::Duration;
use tidegate_core::{
    At, BlockPlan, Blocks, ByteRange, ContentRange, ETag, Fault, FaultClass, FileFault, RangeAnswer,
};

/// What a Range header comes to, in pairs of start and length.
#[derive(Clone, Debug, PartialEq)]
enum Wanted {
    Whole,
    Parts(Vec<(u64, u64)>),
    Unsatisfiable,
}

use Wanted::{Parts, Unsatisfiable, Whole};

fn parse(header: impl AsRef<[u8]>, size: u64) -> Wanted {
    let pair = |range: &ByteRange| (range.start(), range.len());
    match RangeAnswer::parse(header, size) {
        RangeAnswer::Whole => Whole,
        RangeAnswer::One(range) => Parts(vec![pair(&range)]),
        RangeAnswer::Many(ranges) => {
            assert!(ranges.as_slice().len() > 1, "many are more than one");
            Parts(ranges.as_slice().iter().map(pair).collect())
        }
        RangeAnswer::Unsatisfiable => Unsatisfiable,
    }
}

fn parts(parts: &[(u64, u64)]) -> Wanted {
    Parts(parts.to_vec())
}

const MAX: u64 = u64::MAX;
/// What 64 bits do not hold.
const MORE: &str = "18446744073709551616";
const MUCH_MORE: &str = "999999999999999999999999999999999999999999";

#[test]
#[rustfmt::skip]
fn a_range_header_is_read_like_this() {
    let cases: &[(&str, &str, u64, Wanted)] = &[
        ("from to", "bytes=2-4", 11, parts(&[(2, 3)])),
        ("one byte", "bytes=0-0", 11, parts(&[(0, 1)])),
        ("from on", "bytes=2-", 11, parts(&[(2, 9)])),
        ("all, from on", "bytes=0-", 11, parts(&[(0, 11)])),
        ("the last", "bytes=-2", 11, parts(&[(9, 2)])),
        ("the last byte", "bytes=10-10", 11, parts(&[(10, 1)])),
        ("more of the last than there is", "bytes=-12", 11, parts(&[(0, 11)])),
        ("up to behind the end", "bytes=2-99", 11, parts(&[(2, 9)])),
        ("up to the end", "bytes=2-11", 11, parts(&[(2, 9)])),
        ("behind the end", "bytes=11-", 11, Unsatisfiable),
        ("behind the end, up to", "bytes=11-12", 11, Unsatisfiable),
        ("the last none", "bytes=-0", 11, Unsatisfiable),
        ("the last none, and some", "bytes=-0,1-1", 11, parts(&[(1, 1)])),
        ("the last none of many zeros", "bytes=-000", 11, Unsatisfiable),
        ("none of several", "bytes=11-,-0,99-100", 11, Unsatisfiable),
        ("one of several", "bytes=11-,3-3", 11, parts(&[(3, 1)])),
        ("several", "bytes=0-0,-1", 11, parts(&[(0, 1), (10, 1)])),
        ("several, in the order they are asked for", "bytes=-1,0-0", 11, parts(&[(10, 1), (0, 1)])),
        ("the same twice", "bytes=0-1,0-1", 11, parts(&[(0, 2), (0, 2)])),
        ("overlapping", "bytes=0-5,3-6", 11, parts(&[(0, 6), (3, 4)])),
        ("together the whole", "bytes=0-5,6-10", 11, parts(&[(0, 6), (6, 5)])),
        ("together more than the whole", "bytes=0-5,5-10", 11, Whole),
        ("all twice", "bytes=0-,0-", 11, Whole),
        ("all, and something behind the end", "bytes=0-,11-", 11, parts(&[(0, 11)])),
        ("of nothing, from on", "bytes=0-", 0, Unsatisfiable),
        ("of nothing, from to", "bytes=0-0", 0, Unsatisfiable),
        ("of nothing, the last", "bytes=-5", 0, Whole),
        ("of nothing, the last none", "bytes=-0", 0, Unsatisfiable),
        ("of nothing, the last and from on", "bytes=-5,0-", 0, Whole),
        ("leading zeros", "bytes=007-0000000000000000000000008", 11, parts(&[(7, 2)])),
        ("blanks around all", "bytes= \t1 - 2\t , \t4-5 ", 11, parts(&[(1, 2), (4, 2)])),
        ("a blank in a number", "bytes=1 2-3", 11, Whole),
        ("empty elements", "bytes=,, 1-2 ,\t,4-5,,", 11, parts(&[(1, 2), (4, 2)])),
        ("nothing but empty elements", "bytes= , ,", 11, Whole),
        ("no set", "bytes=", 11, Whole),
        ("no unit", "0-1", 11, Whole),
        ("nothing", "", 11, Whole),
        ("half a unit", "byt", 11, Whole),
        ("the unit alone", "bytes", 11, Whole),
        ("unit in another case", "ByTeS=1-2", 11, parts(&[(1, 2)])),
        ("another unit", "items=1-2", 11, Whole),
        ("another unit, as long", "bites=1-2", 11, Whole),
        ("a longer unit", "bytess=1-2", 11, Whole),
        ("blank before the equals sign", "bytes =1-2", 11, Whole),
        ("a colon", "bytes:1-2", 11, Whole),
        ("backwards", "bytes=4-2", 11, Whole),
        ("backwards behind the end", "bytes=14-12", 11, Whole),
        ("one backwards among good ones", "bytes=0-0,4-2,5-5", 11, Whole),
        ("no dash", "bytes=5", 11, Whole),
        ("a dash alone", "bytes=-", 11, Whole),
        ("a dash alone among good ones", "bytes=0-0,-", 11, Whole),
        ("two dashes", "bytes=--5", 11, Whole),
        ("two dashes apart", "bytes=1-2-3", 11, Whole),
        ("a sign", "bytes=+1-2", 11, Whole),
        ("a sign behind the dash", "bytes=1-+2", 11, Whole),
        ("a minus as a sign", "bytes=1--2", 11, Whole),
        ("hexadecimal", "bytes=0x1-2", 11, Whole),
        ("a dot", "bytes=1.0-2", 11, Whole),
        ("letters", "bytes=a-b", 11, Whole),
        ("semicolon", "bytes=0-1;2-3", 11, Whole),
        ("vertical tab is no blank", "bytes=\x0b1-2", 11, Whole),
        ("line feed is no blank", "bytes=1-2\n", 11, Whole),
        ("a NUL", "bytes=1-2\0", 11, Whole),
        ("digits of another script", "bytes=\u{661}-\u{662}", 11, Whole),
        ("another dash", "bytes=1\u{2013}2", 11, Whole),
        ("nginx, CVE-2017-7529", "bytes=-17208,-9223372036854758792", 17209, Whole),
    ];
    for (name, header, size, wanted) in cases {
        assert_eq!(parse(header, *size), *wanted, "{name}: {header}");
        assert_eq!(model(header.as_bytes(), *size), *wanted, "{name}, the model");
    }
}

/// A number that 64 bits do not hold is one, and behind the end of any file.
#[test]
#[rustfmt::skip]
fn a_number_that_does_not_fit_is_behind_the_end() {
    let cases = [
        (format!("bytes=0-{MORE}"), 11, parts(&[(0, 11)])),
        (format!("bytes=5-{MUCH_MORE}"), 11, parts(&[(5, 6)])),
        (format!("bytes=-{MORE}"), 11, parts(&[(0, 11)])),
        (format!("bytes=-{MUCH_MORE}"), MAX, parts(&[(0, MAX)])),
        (format!("bytes=-{MUCH_MORE}"), 0, Whole),
        (format!("bytes={MORE}-"), 11, Unsatisfiable),
        (format!("bytes={MORE}-"), MAX, Unsatisfiable),
        (format!("bytes={MUCH_MORE}-{MUCH_MORE}"), MAX, Unsatisfiable),
        (format!("bytes={MORE}-1"), 11, Whole),
        (format!("bytes={MUCH_MORE},1-2"), 11, Whole),
        (format!("bytes={MUCH_MORE}-,1-2"), 11, parts(&[(1, 2)])),
        (format!("bytes=0-{MAX}"), MAX, parts(&[(0, MAX)])),
        (format!("bytes={MAX}-"), MAX, Unsatisfiable),
        (format!("bytes={}-", MAX - 1), MAX, parts(&[(MAX - 1, 1)])),
        (format!("bytes={}-{MAX}", MAX - 1), MAX, parts(&[(MAX - 1, 1)])),
        (format!("bytes=-{MAX}"), MAX, parts(&[(0, MAX)])),
        (format!("bytes=-1,0-{}", MAX - 2), MAX, parts(&[(MAX - 1, 1), (0, MAX - 1)])),
        // Together more than 64 bits count.
        (format!("bytes=-1,0-{}", MAX - 1), MAX, Whole),
        ("bytes=0-,0-,0-".to_owned(), MAX, Whole),
        (format!("bytes=-{MAX},-{MAX}"), MAX, Whole),
    ];
    for (header, size, wanted) in cases {
        assert_eq!(parse(&header, size), wanted, "{header} of {size}");
        assert_eq!(model(header.as_bytes(), size), wanted, "{header} of {size}, the model");
    }
}

/// A file that is large enough for all of them.
const LARGE: u64 = 1 << 40;

#[test]
fn up_to_16_ranges_are_served_and_17_are_the_whole() {
    for (asked, served) in [
        (1, true),
        (2, true),
        (16, true),
        (17, false),
        (10_000, false),
    ] {
        let wanted: Vec<(u64, u64)> = (0..asked).map(|i| (i * 10, 5)).collect();
        let set: Vec<String> = (0..asked)
            .map(|i| format!("{}-{}", i * 10, i * 10 + 4))
            .collect();
        let header = format!("bytes={}", set.join(","));
        let wanted = if served { Parts(wanted) } else { Whole };
        assert_eq!(parse(&header, LARGE), wanted, "{asked} ranges");
    }
}

/// It is what was asked for that counts, and not what there is to serve.
#[test]
fn ranges_that_cannot_be_served_count_too() {
    for (behind_the_end, served) in [(15, true), (16, false)] {
        let header = format!("bytes={}1-1", "99-,".repeat(behind_the_end));
        let wanted = if served { parts(&[(1, 1)]) } else { Whole };
        assert_eq!(parse(&header, 11), wanted, "{behind_the_end}");
    }
    assert_eq!(
        parse(format!("bytes={}", "99-,".repeat(16)), 11),
        Unsatisfiable
    );
    assert_eq!(parse(format!("bytes={}", "99-,".repeat(17)), 11), Whole);
}

#[test]
fn empty_elements_are_no_ranges_however_many() {
    let header = format!("bytes={}1-2{}", ",".repeat(10_000), " ,\t".repeat(10_000));
    assert_eq!(parse(header, 11), parts(&[(1, 2)]));
    assert_eq!(parse(format!("bytes={}", ",".repeat(10_000)), 11), Whole);
}

/// Where we differ from Go on purpose, why, and in how many rows.
const DIFFERENT_FROM_GO: &[(&str, usize)] = &[(
    "a malformed header is ignored (200); Go refuses it (416)",
    14,
)];

#[test]
fn gos_table_of_ranges() {
    let rows = rows(include_str!("data/go-parse-range.json"));
    assert_eq!(rows.len(), 38);
    let mut malformed = 0;
    for row in &rows {
        let header = row["range"].as_str().unwrap();
        let size = row["size"].as_u64().unwrap();
        let there = match pairs(&row["ranges"]) {
            Some(ranges) => Parts(ranges),
            // In its table an error, and no range at all, are the same.
            None if header == "bytes=1-" => Unsatisfiable,
            None => {
                let set = header.strip_prefix("bytes=").unwrap_or(header);
                malformed += usize::from(set.contains(|c| !", ".contains(c)));
                Whole
            }
        };
        assert_eq!(parse(header, size), there, "{header} of {size}");
    }
    let met = [malformed];
    assert_eq!(met, [DIFFERENT_FROM_GO[0].1], "{}", DIFFERENT_FROM_GO[0].0);
}

#[test]
fn what_gos_file_server_answers() {
    let rows = rows(include_str!("data/go-serve-range.json"));
    assert_eq!(rows.len(), 22);
    for row in &rows {
        let header = row["range"].as_str().unwrap();
        let there = match (
            row["code"].as_u64().unwrap(),
            pairs(&row["ranges_start_end"]),
        ) {
            (200, None) => Whole,
            (206, Some(ranges)) => Parts(ranges.iter().map(|&(a, b)| (a, b - a)).collect()),
            (416, None) => Unsatisfiable,
            other => panic!("{other:?}"),
        };
        assert_eq!(parse(header, 11), there, "{header}");
    }
}

fn rows(json: &str) -> Vec<Value> {
    let file: Value = serde_json::from_str(json).unwrap();
    file["vectors"].as_array().unwrap().clone()
}

fn pairs(ranges: &Value) -> Option<Vec<(u64, u64)>> {
    let pair = |pair: &Value| (pair[0].as_u64().unwrap(), pair[1].as_u64().unwrap());
    Some(ranges.as_array()?.iter().map(pair).collect())
}

/// RFC 9110 section 14, one rule after the other, in numbers that do not
/// overflow.
fn model(header: &[u8], size: u64) -> Wanted {
    let Some(equals) = header.iter().position(|&byte| byte == b'=') else {
        return Whole;
    };
    if !header[..equals].eq_ignore_ascii_case(b"bytes") {
        return Whole;
    }
    let mut asked = Vec::new();
    for element in header[equals + 1..].split(|&byte| byte == b',') {
        let element = without_blanks(element);
        if element.is_empty() {
            continue;
        }
        match model_of_one(&element) {
            Some(range) => asked.push(range),
            None => return Whole,
        }
    }
    let size = u128::from(size);
    let mut served = Vec::new();
    let mut satisfiable = false;
    for &(first, last) in &asked {
        let (start, end) = match (first, last) {
            (Some(first), last) => (first, last.map_or(size, |last| size.min(last + 1))),
            (None, Some(len)) => (size - len.min(size), size),
            (None, None) => panic!("neither first nor last"),
        };
        satisfiable |= first.map_or(last > Some(0), |first| first < size);
        if start < end {
            served.push((start, end - start));
        }
    }
    let total: u128 = served.iter().map(|&(_, len)| len).sum();
    match () {
        () if asked.is_empty() || asked.len() > 16 || total > size => Whole,
        () if !satisfiable => Unsatisfiable,
        () if served.is_empty() => Whole,
        () => Parts(
            served
                .iter()
                .map(|&(start, len)| (start as u64, len as u64))
                .collect(),
        ),
    }
}

fn model_of_one(element: &[u8]) -> Option<(Option<u128>, Option<u128>)> {
    let dashes: Vec<usize> = (0..element.len()).filter(|&i| element[i] == b'-').collect();
    let &[dash] = &dashes[..] else { return None };
    let number = |digits: &[u8]| {
        let digits = without_blanks(digits);
        if !digits.iter().all(u8::is_ascii_digit) {
            return None;
        }
        let value = digits.iter().fold(0u128, |value, digit| {
            (value * 10 + u128::from(digit - b'0')).min(u128::from(MAX))
        });
        Some((!digits.is_empty()).then_some(value))
    };
    match (number(&element[..dash])?, number(&element[dash + 1..])?) {
        (None, None) => None,
        (Some(first), Some(last)) if first > last => None,
        range => Some(range),
    }
}

fn without_blanks(bytes: &[u8]) -> Vec<u8> {
    let blank = |byte: &&u8| matches!(**byte, b' ' | b'\t');
    let mut bytes: Vec<u8> = bytes.iter().skip_while(blank).copied().collect();
    bytes.reverse();
    let mut bytes: Vec<u8> = bytes.iter().skip_while(blank).copied().collect();
    bytes.reverse();
    bytes
}

#[test]
fn all_short_headers_are_read_as_the_model_reads_them() {
    const BYTES: &[u8] = b"019-, x";
    for len in 0..=5u32 {
        for number in 0..BYTES.len().pow(len) {
            let digit = |i| BYTES[number / BYTES.len().pow(i) % BYTES.len()];
            let header: Vec<u8> = b"bytes="
                .iter()
                .copied()
                .chain((0..len).map(digit))
                .collect();
            for size in [0, 1, 2, 10, 12] {
                let name = header.escape_ascii();
                assert_eq!(
                    parse(&header, size),
                    model(&header, size),
                    "{name} of {size}"
                );
            }
        }
    }
}

fn header() -> impl Strategy<Value = Vec<u8>> {
    let number = prop_oneof![
        4 => (0..30u64).prop_map(|number| number.to_string()),
        1 => (MAX - 3..=MAX).prop_map(|number| number.to_string()),
        1 => prop::sample::select(vec![MORE, MUCH_MORE, "00", "", "+1", "x", "1 1"]).prop_map(str::to_owned),
    ];
    let blank = prop::sample::select(vec!["", "", "", " ", "\t", " \t "]);
    let dash = prop::sample::select(vec!["-", "-", "-", "-", "-", "-", "--", "", "="]);
    let range = (
        blank.clone(),
        number.clone(),
        blank.clone(),
        dash,
        blank.clone(),
        number,
        blank,
    )
        .prop_map(|(a, first, b, dash, c, last, d)| format!("{a}{first}{b}{dash}{c}{last}{d}"));
    let element = prop_oneof![8 => range, 1 => Just(" ".to_owned()), 1 => Just(String::new())];
    let unit = prop::sample::select(vec![
        "bytes=", "bytes=", "bytes=", "BYTES=", "bytes =", "lines=", "bytes==", "",
    ]);
    (
        unit,
        prop::collection::vec(element, 0..20),
        any::<bool>(),
        any::<u8>(),
        any::<prop::sample::Index>(),
    )
        .prop_map(|(unit, elements, torn, byte, at)| {
            let mut header = format!("{unit}{}", elements.join(",")).into_bytes();
            if torn && !header.is_empty() {
                let at = at.index(header.len());
                header[at] = byte;
            }
            header
        })
}

/// Few ranges, so that many of them are good.
fn good_header() -> impl Strategy<Value = Vec<u8>> {
    let range = (0..40u64, prop::option::of(0..40u64), any::<bool>()).prop_map(
        |(first, len, suffix)| match (suffix, len) {
            (true, _) => format!("-{first}"),
            (false, None) => format!("{first}-"),
            (false, Some(len)) => format!("{first}-{}", first + len),
        },
    );
    prop::collection::vec(range, 1..18)
        .prop_map(|ranges| format!("bytes={}", ranges.join(",")).into_bytes())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2048, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_header_is_read_as_the_model_reads_it(
        header in prop_oneof![header(), good_header()],
        size in prop_oneof![0..60u64, 500..1000u64, MAX - 2..=MAX],
    ) {
        let wanted = parse(&header, size);
        prop_assert_eq!(&wanted, &model(&header, size));
        if let Parts(parts) = wanted {
            prop_assert!(parts.len() <= 16);
            let total: u128 = parts.iter().map(|&(_, len)| u128::from(len)).sum();
            prop_assert!(total <= u128::from(size));
            for (start, len) in parts {
                prop_assert!(len > 0 && start.checked_add(len).unwrap() <= size);
            }
        }
    }
}

#[test]
fn a_range_has_a_byte_and_an_end_that_can_be_counted() {
    for (start, len, there) in [
        (0, 0, false),
        (5, 0, false),
        (MAX, 0, false),
        (0, 1, true),
        (0, MAX, true),
        (1, MAX, false),
        (MAX, 1, false),
        (MAX - 1, 1, true),
        (MAX - 1, 2, false),
    ] {
        let range = ByteRange::new(start, len);
        assert_eq!(range.is_some(), there, "{start}, {len}");
        if let Some(range) = range {
            assert_eq!(
                (range.start(), range.len(), range.end()),
                (start, len, start + len)
            );
        }
    }
}

#[test]
fn content_range_names_the_first_and_the_last_byte() {
    for (start, len, size, text) in [
        (0, 1, 1, "bytes 0-0/1"),
        (0, 5, 11, "bytes 0-4/11"),
        (10, 1, 11, "bytes 10-10/11"),
        (
            0,
            MAX,
            MAX,
            "bytes 0-18446744073709551614/18446744073709551615",
        ),
        (
            MAX - 1,
            1,
            MAX,
            "bytes 18446744073709551614-18446744073709551614/18446744073709551615",
        ),
    ] {
        let range = ByteRange::new(start, len).unwrap();
        assert_eq!(range.content_range(size).to_string(), text);
    }
    for (size, text) in [
        (0, "bytes */0"),
        (11, "bytes */11"),
        (MAX, "bytes */18446744073709551615"),
    ] {
        assert_eq!(ContentRange::unsatisfied(size).to_string(), text);
    }
}

#[test]
fn an_entity_tag_is_of_size_and_time_whatever_they_are() {
    for (size, modified, text) in [
        (0, Duration::ZERO, "\"0-0\"".to_owned()),
        (11, Duration::new(0, 1), "\"b-1\"".to_owned()),
        (11, Duration::new(1, 0), "\"b-3b9aca00\"".to_owned()),
        (
            MAX,
            Duration::MAX,
            format!(
                "\"ffffffffffffffff-{:x}\"",
                u128::from(MAX) * 1_000_000_000 + 999_999_999
            ),
        ),
    ] {
        let etag = ETag::of_file(size, modified);
        assert_eq!(etag.as_str(), text);
        assert_eq!(etag.to_string(), text);
        assert_eq!(format!("{etag:?}"), text);
    }
}

#[test]
fn an_entity_tag_changes_with_the_size_and_with_the_nanosecond() {
    let etags = [
        ETag::of_file(1, Duration::new(5, 5)),
        ETag::of_file(2, Duration::new(5, 5)),
        ETag::of_file(1, Duration::new(5, 6)),
        ETag::of_file(1, Duration::new(6, 5)),
        // The digits are the same, and stand elsewhere.
        ETag::of_file(0x11, Duration::from_nanos(0x1)),
        ETag::of_file(0x1, Duration::from_nanos(0x11)),
    ];
    for (i, etag) in etags.iter().enumerate() {
        for (j, other) in etags.iter().enumerate() {
            assert_eq!(etag == other, i == j, "{etag}, {other}");
        }
    }
}

/// What is done to blocks, and what they must answer.
#[derive(Clone, Debug)]
enum Step {
    Plan(Result<BlockPlan, At<FileFault>>),
    UpTo(usize, Result<BlockPlan, At<FileFault>>),
    Skipped(u64, Result<(), At<FileFault>>),
    Record(usize, Result<(), At<FileFault>>),
}

fn shrunk(offset: u64, expected: u64, sent: u64) -> At<FileFault> {
    let fault = FileFault::Truncated { expected, sent };
    At { offset, fault }
}

fn range(start: u64, len: u64) -> ByteRange {
    ByteRange::new(start, len).unwrap()
}

#[test]
#[rustfmt::skip]
fn every_transition_of_blocks() {
    use BlockPlan::{End, Read, Skip};
    use Step::{Plan, Record, Skipped, UpTo};
    let cases: &[(&str, Blocks, &[Step])] = &[
        ("until the end", Blocks::until_end(4), &[Plan(Ok(Read(4))), Record(3, Ok(())), Plan(Ok(Read(4))), Record(0, Ok(())), Plan(Ok(End)), Plan(Ok(End))]),
        ("until the end, of nothing", Blocks::until_end(4), &[Record(0, Ok(())), Plan(Ok(End)), UpTo(9, Ok(End))]),
        ("until the end, end seen again", Blocks::until_end(4), &[Record(0, Ok(())), Record(0, Ok(())), Plan(Ok(End))]),
        ("exact", Blocks::exact(5, 4), &[Plan(Ok(Read(4))), Record(4, Ok(())), Plan(Ok(Read(1))), Record(1, Ok(())), Plan(Ok(End))]),
        ("exact, end seen at the end", Blocks::exact(1, 4), &[Record(1, Ok(())), Record(0, Ok(())), Plan(Ok(End))]),
        ("exact none", Blocks::exact(0, 4), &[Plan(Ok(End)), UpTo(9, Ok(End))]),
        ("exact, shrunk", Blocks::exact(5, 4), &[Record(4, Ok(())), Record(0, Err(shrunk(4, 5, 4))), Plan(Err(shrunk(4, 5, 4))), UpTo(9, Err(shrunk(4, 5, 4))), UpTo(0, Err(shrunk(4, 5, 4))), Record(0, Err(shrunk(4, 5, 4))), Record(1, Err(shrunk(4, 5, 4)))]),
        ("a range", Blocks::of_range(range(100, 5), 4), &[Plan(Ok(Skip(100))), UpTo(9, Ok(Skip(100))), Skipped(60, Ok(())), Plan(Ok(Skip(40))), Skipped(40, Ok(())), Plan(Ok(Read(4))), Record(4, Ok(())), Plan(Ok(Read(1))), Record(1, Ok(())), Plan(Ok(End))]),
        ("a range from the start", Blocks::of_range(range(0, 5), 9), &[Plan(Ok(Read(5))), Record(5, Ok(())), Plan(Ok(End))]),
        ("a range, cut inside", Blocks::of_range(range(100, 5), 4), &[Skipped(100, Ok(())), Record(2, Ok(())), Record(0, Err(shrunk(102, 5, 2))), Plan(Err(shrunk(102, 5, 2)))]),
        ("a range, cut where it starts", Blocks::of_range(range(100, 5), 4), &[Skipped(100, Ok(())), Record(0, Err(shrunk(100, 5, 0))), Plan(Err(shrunk(100, 5, 0)))]),
        ("a range, cut before it starts", Blocks::of_range(range(100, 5), 4), &[Skipped(60, Ok(())), Skipped(0, Err(shrunk(60, 5, 0))), Plan(Err(shrunk(60, 5, 0))), Skipped(0, Err(shrunk(60, 5, 0))), UpTo(9, Err(shrunk(60, 5, 0)))]),
        ("by the system", Blocks::exact(100, 4), &[UpTo(64, Ok(Read(64))), Record(64, Ok(())), UpTo(64, Ok(Read(36))), Plan(Ok(Read(4)))]),
        ("by the system, none at once", Blocks::exact(100, 4), &[UpTo(0, Ok(End)), Plan(Ok(Read(4)))]),
        ("blocks of nothing", Blocks::until_end(0), &[Plan(Ok(End))]),
        ("blocks of nothing, by the system", Blocks::exact(5, 0), &[Plan(Ok(End)), UpTo(64, Ok(End))]),
        ("blocks of nothing, cut before they start", Blocks::of_range(range(9, 5), 0), &[Plan(Ok(Skip(9))), Skipped(0, Err(shrunk(0, 5, 0))), Plan(Err(shrunk(0, 5, 0)))]),
        ("all that can be counted", Blocks::exact(MAX, usize::MAX), &[Plan(Ok(Read(usize::MAX))), Record(0, Err(shrunk(0, MAX, 0)))]),
        ("the last byte that can be counted", Blocks::of_range(range(MAX - 1, 1), 9), &[Plan(Ok(Skip(MAX - 1))), Skipped(MAX - 1, Ok(())), Plan(Ok(Read(1))), Record(0, Err(shrunk(MAX - 1, 1, 0)))]),
    ];
    for (name, blocks, steps) in cases {
        let mut blocks = blocks.clone();
        for (i, step) in steps.iter().enumerate() {
            match *step {
                Plan(answer) => assert_eq!(blocks.plan(), answer, "{name}, step {i}"),
                UpTo(most, answer) => assert_eq!(blocks.plan_up_to(most), answer, "{name}, step {i}"),
                Skipped(bytes, answer) => assert_eq!(blocks.skipped(bytes), answer, "{name}, step {i}"),
                Record(read, answer) => assert_eq!(blocks.record(read), answer, "{name}, step {i}"),
            }
        }
    }
}

#[test]
fn blocks_say_where_they_stand() {
    let fresh = [
        (Blocks::until_end(7), None),
        (Blocks::exact(0, 7), Some(0)),
        (Blocks::exact(5, 7), Some(5)),
        (Blocks::exact(MAX, 7), Some(MAX)),
        (Blocks::of_range(range(9, 5), 7), Some(5)),
        (Blocks::of_range(range(0, MAX), 7), Some(MAX)),
    ];
    for (blocks, remaining) in fresh {
        assert_eq!(
            (blocks.position(), blocks.remaining()),
            (0, remaining),
            "{blocks:?}"
        );
        assert_eq!(blocks.block_size(), 7);
    }
}

#[test]
fn more_than_was_planned_is_a_panic() {
    type Run = fn() -> Result<(), At<FileFault>>;
    let runs: [(&str, Run); 3] = [
        ("read", || Blocks::exact(5, 4).record(6)),
        ("read behind the end", || Blocks::exact(0, 4).record(1)),
        ("skipped", || Blocks::of_range(range(9, 5), 4).skipped(10)),
    ];
    for (name, run) in runs {
        assert!(catch_unwind(run).is_err(), "{name}");
    }
}

#[test]
fn a_fault_names_what_was_promised_and_the_place() {
    let at = shrunk(102, 5, 2);
    assert_eq!(
        at.to_string(),
        "the file ended after 2 of 5 bytes, at byte 102"
    );
    assert_eq!(at.fault.class(), FaultClass::Truncated);
    assert!(std::error::Error::source(&at).is_none());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1024, failure_persistence: None, ..ProptestConfig::default() })]

    /// Reads a file of some size as planned, by steps of any size.
    #[test]
    fn any_file_is_read_as_far_as_it_was_promised(
        size in 0..60u64,
        start in 0..60u64,
        len in prop::option::of(0..60u64),
        block_size in 1..20usize,
        turns in prop::collection::vec((1..25usize, any::<bool>()), 1..9),
    ) {
        let (mut blocks, start) = match len {
            None => (Blocks::until_end(block_size), 0),
            Some(0) => (Blocks::exact(0, block_size), 0),
            Some(len) => (Blocks::of_range(range(start, len), block_size), start),
        };
        let mut at = 0;
        let mut read = Vec::new();
        let mut outcome = None;
        for &(given, by_the_system) in turns.iter().cycle().take(1000) {
            let most = if by_the_system { 30 } else { block_size };
            prop_assert_eq!(blocks.remaining(), len.map(|len| len - read.len() as u64));
            prop_assert_eq!(blocks.position(), read.len() as u64);
            let left = size.saturating_sub(at);
            let recorded = match blocks.plan_up_to(most) {
                Err(at) => { outcome = Some(Err(at)); break }
                Ok(BlockPlan::End) => { outcome = Some(Ok(())); break }
                Ok(BlockPlan::Skip(skip)) => {
                    prop_assert!(skip == start - at && read.is_empty());
                    let bytes = skip.min(given as u64).min(left);
                    at += bytes;
                    blocks.skipped(bytes)
                }
                Ok(BlockPlan::Read(planned)) => {
                    prop_assert!((1..=most).contains(&planned));
                    let bytes = (planned.min(given) as u64).min(left);
                    read.extend(at..at + bytes);
                    at += bytes;
                    blocks.record(bytes as usize)
                }
            };
            prop_assert_eq!(recorded.err(), blocks.plan().err());
        }
        let end = len.map_or(size, |len| start + len);
        let expected: Vec<u64> = (start..end.min(size)).collect();
        let fault = (end > size && len != Some(0))
            .then(|| shrunk(size, len.unwrap(), expected.len() as u64));
        prop_assert_eq!(outcome, Some(fault.map_or(Ok(()), Err)));
        prop_assert_eq!(read, expected);
    }
}
