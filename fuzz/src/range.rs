//! Range headers as they are meant to be, and as other crates read them.

use http_range::{HttpRange, HttpRangeParseError};
use tidegate_core::{ByteRange, RangeAnswer};

/// What a header comes to, in pairs of start and length.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    Whole,
    Parts(Vec<(u64, u64)>),
    Unsatisfiable,
}

use Wanted::{Parts, Unsatisfiable, Whole};

pub fn ours(header: &[u8], size: u64) -> Wanted {
    let pair = |range: &ByteRange| (range.start(), range.len());
    match RangeAnswer::parse(header, size) {
        RangeAnswer::Whole => Whole,
        RangeAnswer::One(range) => Parts(vec![pair(&range)]),
        RangeAnswer::Many(ranges) => Parts(ranges.as_slice().iter().map(pair).collect()),
        RangeAnswer::Unsatisfiable => Unsatisfiable,
    }
}

/// A range as it is asked for: `first-last`, `first-` or `-last`, where what 64
/// bits do not hold is the most that they do.
type Asked = (Option<u64>, Option<u64>);

/// The ranges of a well-formed header.
fn asked(header: &[u8]) -> Option<Vec<Asked>> {
    let header = str::from_utf8(header).ok()?;
    let (unit, set) = header.split_once('=')?;
    if !unit.eq_ignore_ascii_case("bytes") {
        return None;
    }
    let elements = set
        .split(',')
        .map(|element| element.trim_matches([' ', '\t']));
    let elements = elements.filter(|element| !element.is_empty());
    elements.map(asked_one).collect()
}

fn asked_one(element: &str) -> Option<Asked> {
    let (first, last) = element.split_once('-')?;
    let number = |text: &str| {
        let digits = text.trim_matches([' ', '\t']);
        let all = digits.bytes().all(|byte| byte.is_ascii_digit());
        // Of digits alone, too many of them are all that can be wrong.
        all.then(|| (!digits.is_empty()).then(|| digits.parse().unwrap_or(u64::MAX)))
    };
    match (number(first)?, number(last)?) {
        (None, None) => None,
        (Some(first), Some(last)) if first > last => None,
        range => Some(range),
    }
}

/// RFC 9110 section 14, and what is made to keep a server busy.
pub fn model(header: &[u8], size: u64) -> Wanted {
    let Some(asked) = asked(header) else {
        return Whole;
    };
    let mut parts = Vec::new();
    let mut any = false;
    for &range in &asked {
        let (start, end) = match range {
            (Some(first), last) => (
                first,
                last.map_or(size, |last| last.saturating_add(1).min(size)),
            ),
            (None, last) => (size.saturating_sub(last.unwrap_or(0)), size),
        };
        any |= match range {
            (Some(first), _) => first < size,
            (None, last) => last != Some(0),
        };
        if start < end {
            parts.push((start, end - start));
        }
    }
    match () {
        () if asked.is_empty() || asked.len() > 16 || total(&parts) > u128::from(size) => Whole,
        () if !any => Unsatisfiable,
        () if parts.is_empty() => Whole,
        () => Parts(parts),
    }
}

fn total(parts: &[(u64, u64)]) -> u128 {
    parts.iter().map(|&(_, len)| u128::from(len)).sum()
}

/// Where another crate differs from us, and why that is as it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Different {
    /// Theirs is an error, which becomes a 416; RFC 9110 section 14.2 has a
    /// server ignore what it cannot read.
    MalformedIsIgnored,
    /// Theirs serves them; more than 16 are nobody's honest wish.
    TooManyAreTheWhole,
    /// Theirs serves ranges that overlap until they are longer than the file.
    TooMuchIsTheWhole,
    /// Theirs is an error; a number that 64 bits do not hold is a number, and
    /// behind the end of any file.
    LongNumbersAreNumbers,
    /// `http-range` serves a part of no bytes of an empty file, which no
    /// Content-Range can name.
    NoPartOfNothing,
    /// `http-range` does not look behind the dash of a range that starts behind
    /// the end, so that the size decides whether a header is malformed.
    AllIsLookedAt,
    /// `http-range-header` refuses what the grammar has: blanks, leading zeros,
    /// empty elements, the unit in another case.
    TheGrammarIsTheRfcs,
    /// `http-range-header` refuses all if one range is behind the end, overlaps
    /// another, or is a suffix longer than the file.
    WhatCanBeServedIs,
    /// `http-range-header` serves byte 0 of an empty file.
    NothingOfNothing,
    /// `http-range-header` takes what Unicode calls white space for a blank.
    BlanksAreSpaceAndTab,
}

/// How `http-range` differs. An error is what differs without a reason.
pub fn from_http_range(header: &[u8], size: u64) -> Result<Option<Different>, String> {
    let ours = ours(header, size);
    let pair = |range: HttpRange| (range.start, range.length);
    let theirs = HttpRange::parse_bytes(header, size)
        .map(|ranges| ranges.into_iter().map(pair).collect::<Vec<_>>());
    let malformed = asked(header).is_none();
    let many = asked(header).is_some_and(|asked| asked.len() > 16);
    Ok(Some(match (&ours, &theirs) {
        (Whole, Ok(parts)) if parts.is_empty() && !malformed => return Ok(None),
        (Parts(ours), Ok(parts)) if ours == parts => return Ok(None),
        (Unsatisfiable, Err(HttpRangeParseError::NoOverlap)) => return Ok(None),
        (Whole, Err(HttpRangeParseError::InvalidRange)) if malformed => {
            Different::MalformedIsIgnored
        }
        (Whole, _) if malformed => Different::AllIsLookedAt,
        (Whole, _) if many => Different::TooManyAreTheWhole,
        (_, Err(HttpRangeParseError::InvalidRange)) if has_long_number(header) => {
            Different::LongNumbersAreNumbers
        }
        (Whole, Ok(parts)) if size == 0 && total(parts) == 0 => Different::NoPartOfNothing,
        (Whole, Ok(parts)) if total(parts) > u128::from(size) => Different::TooMuchIsTheWhole,
        _ => return Err(format!("{ours:?}, {theirs:?}")),
    }))
}

/// How `http-range-header` differs. An error is what differs without a reason.
pub fn from_http_range_header(header: &str, size: u64) -> Result<Option<Different>, String> {
    let ours = ours(header.as_bytes(), size);
    let asked = asked(header.as_bytes());
    let theirs = http_range_header::parse_range_header(header).map(|parsed| {
        let pair = |range: std::ops::RangeInclusive<u64>| {
            (
                *range.start(),
                range.end().saturating_add(1).saturating_sub(*range.start()),
            )
        };
        let parts = parsed.validate(size);
        parts.map(|parts| parts.into_iter().map(pair).collect::<Vec<_>>())
    });
    Ok(Some(match (&ours, &theirs) {
        (Parts(ours), Ok(Ok(parts))) if ours == parts => return Ok(None),
        (Unsatisfiable, Ok(Err(_))) => return Ok(None),
        (_, Ok(Ok(_))) if size == 0 => Different::NothingOfNothing,
        (Whole, Ok(Ok(_))) if asked.as_ref().is_some_and(|asked| asked.len() > 16) => {
            Different::TooManyAreTheWhole
        }
        (Whole, Ok(_)) if asked.is_none() && has_other_blanks(header) => {
            Different::BlanksAreSpaceAndTab
        }
        (Whole, _) if asked.is_none() => Different::MalformedIsIgnored,
        (_, Err(_)) if has_long_number(header.as_bytes()) => Different::LongNumbersAreNumbers,
        (_, Err(_)) if !is_plain(header) => Different::TheGrammarIsTheRfcs,
        (Whole | Parts(_), Ok(Err(_))) => Different::WhatCanBeServedIs,
        _ => return Err(format!("{ours:?}, {theirs:?}")),
    }))
}

fn numbers(header: &str) -> impl Iterator<Item = &str> {
    let words = header.split(|c: char| !c.is_ascii_digit());
    words.filter(|word| !word.is_empty())
}

fn has_long_number(header: &[u8]) -> bool {
    str::from_utf8(header)
        .is_ok_and(|header| numbers(header).any(|word| word.parse::<u64>().is_err()))
}

fn has_other_blanks(header: &str) -> bool {
    header.contains(|c: char| c.is_whitespace() && !matches!(c, ' ' | '\t'))
}

/// Nothing in it that only the grammar knows.
fn is_plain(header: &str) -> bool {
    let Some(set) = header.strip_prefix("bytes=") else {
        return false;
    };
    let zeros = numbers(set).any(|word| word.len() > 1 && word.starts_with('0'));
    // A suffix of none is in the grammar, and asks for nothing.
    let none = set.split(',').any(|element| element == "-0");
    !zeros
        && !none
        && !set.contains([' ', '\t'])
        && set.split(',').all(|element| !element.is_empty())
}

#[cfg(test)]
mod tests {
    use super::Different::*;
    use super::*;
    use std::collections::BTreeSet;

    /// Each difference is met, and so are headers without any.
    #[test]
    fn each_difference_is_one() {
        let longest = format!("bytes={}1-1", "0-0,".repeat(16));
        let apart: Vec<String> = (0..17).map(|i| format!("{i}-{i}")).collect();
        let apart = format!("bytes={}", apart.join(","));
        let mut met = BTreeSet::new();
        for (header, size, http_range, http_range_header) in [
            ("bytes=0-4", 11, None, None),
            ("bytes=-4,0-1", 11, None, None),
            ("bytes=11-", 11, None, None),
            ("bytes=", 11, None, Some(TheGrammarIsTheRfcs)),
            (
                "bytes=4-2",
                11,
                Some(MalformedIsIgnored),
                Some(MalformedIsIgnored),
            ),
            (
                "lines=1-2",
                11,
                Some(MalformedIsIgnored),
                Some(MalformedIsIgnored),
            ),
            (
                "bytes=1-x",
                11,
                Some(MalformedIsIgnored),
                Some(MalformedIsIgnored),
            ),
            (
                "bytes=99-x",
                11,
                Some(AllIsLookedAt),
                Some(MalformedIsIgnored),
            ),
            (
                "bytes=99-2",
                11,
                Some(AllIsLookedAt),
                Some(MalformedIsIgnored),
            ),
            (
                &longest,
                1000,
                Some(TooManyAreTheWhole),
                Some(WhatCanBeServedIs),
            ),
            (
                &apart,
                1000,
                Some(TooManyAreTheWhole),
                Some(TooManyAreTheWhole),
            ),
            (
                "bytes=0-,0-",
                11,
                Some(TooMuchIsTheWhole),
                Some(WhatCanBeServedIs),
            ),
            ("bytes=0-5,3-6", 11, None, Some(WhatCanBeServedIs)),
            ("bytes=0-1,99-", 11, None, Some(WhatCanBeServedIs)),
            ("bytes=-99", 11, None, Some(WhatCanBeServedIs)),
            (
                "bytes=0-18446744073709551616",
                11,
                Some(LongNumbersAreNumbers),
                Some(LongNumbersAreNumbers),
            ),
            (
                "bytes=-5",
                0,
                Some(NoPartOfNothing),
                Some(WhatCanBeServedIs),
            ),
            ("bytes=0-", 0, None, Some(NothingOfNothing)),
            ("bytes= 0-1", 11, None, Some(TheGrammarIsTheRfcs)),
            ("bytes=00-1", 11, None, Some(TheGrammarIsTheRfcs)),
            ("bytes=0-1,", 11, None, Some(TheGrammarIsTheRfcs)),
            ("bytes=-0,1-1", 11, None, Some(TheGrammarIsTheRfcs)),
            ("Bytes=0-1", 11, None, Some(TheGrammarIsTheRfcs)),
            (
                "bytes=0-1,\u{a0}2-3",
                11,
                Some(MalformedIsIgnored),
                Some(BlanksAreSpaceAndTab),
            ),
        ] {
            assert_eq!(
                ours(header.as_bytes(), size),
                model(header.as_bytes(), size),
                "{header}"
            );
            let there = from_http_range(header.as_bytes(), size);
            assert_eq!(there, Ok(http_range), "http-range: {header} of {size}");
            let there = from_http_range_header(header, size);
            assert_eq!(
                there,
                Ok(http_range_header),
                "http-range-header: {header} of {size}"
            );
            met.extend([http_range, http_range_header].into_iter().flatten());
        }
        assert_eq!(met.len(), 10);
    }
}
