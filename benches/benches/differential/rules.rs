//! What hyper is known to read otherwise, and why that stays so.

use crate::Reading;
use tidegate_core::ChunkedFault;

/// hyper passes over what is refused here.
#[derive(Debug)]
pub(crate) struct Rule {
    pub(crate) name: &'static str,
    pub(crate) reason: &'static str,
    covers: fn(ChunkedFault) -> bool,
}

/// There is none for the other way round: what hyper refuses is refused here.
pub(crate) const ALL: [Rule; 7] = [
    Rule {
        name: "blanks end a size line",
        reason: "RFC 9112 has them in front of a semicolon only",
        covers: |fault| matches!(fault, ChunkedFault::TrailingBlank),
    },
    Rule {
        name: "a size has more than 16 digits",
        reason: "zeros in front, of which hyper takes any number",
        covers: |fault| matches!(fault, ChunkedFault::SizeTooLong),
    },
    Rule {
        name: "an extension is none",
        reason: "hyper passes over them up to a CR without a look",
        covers: |fault| matches!(fault, ChunkedFault::MalformedExtension),
    },
    Rule {
        name: "a size line is longer than 4 KiB",
        reason: "hyper only bounds all extensions together, by the same 16 KiB",
        covers: |fault| matches!(fault, ChunkedFault::SizeLineTooLong { .. }),
    },
    Rule {
        name: "a bare LF is in the trailers",
        reason: "hyper's parser of headers takes it for the end of a line",
        covers: |fault| matches!(fault, ChunkedFault::BareLf),
    },
    Rule {
        name: "the trailers are longer than 8 KiB",
        reason: "hyper allows 16",
        covers: |fault| matches!(fault, ChunkedFault::TrailersTooLong { .. }),
    },
    Rule {
        name: "there are more than 64 trailers",
        reason: "hyper allows 100",
        covers: |fault| matches!(fault, ChunkedFault::TooManyTrailers { .. }),
    },
];

pub(crate) enum Verdict {
    Agree,
    Known(&'static Rule),
    Unknown,
}

pub(crate) fn judge(ours: &Reading<ChunkedFault>, hyper: &Reading<String>) -> Verdict {
    match (&ours.end, &hyper.end) {
        (Ok(end), Ok(theirs)) if end == theirs && ours.content == hyper.content => Verdict::Agree,
        (Err(_), Err(_)) if ours.content == hyper.content => Verdict::Agree,
        // It may refuse the body later, for something else.
        (Err(fault), _) if hyper.content.starts_with(&ours.content) => ALL
            .iter()
            .find(|rule| (rule.covers)(*fault))
            .map_or(Verdict::Unknown, Verdict::Known),
        _ => Verdict::Unknown,
    }
}
