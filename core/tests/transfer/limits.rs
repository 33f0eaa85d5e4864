//! The four limits of the decoder: exactly so much passes, and one more is
//! refused at the byte that is one too many.

use crate::model::Limits;
use crate::{check, check_quickly};
use tidegate_core::ChunkedFault::{self, *};

const LIMITS: Limits = Limits::DEFAULT;

fn passes(limits: Limits, body: &str) {
    assert_eq!(
        check(limits, body.as_bytes()).end,
        Ok(body.len()),
        "{limits:?}, {body:?}"
    );
}

/// Whatever may follow.
fn refused(limits: Limits, body: &str, offset: usize, fault: ChunkedFault) {
    for behind in ["", "\r\n", "x\r\n\r\n"] {
        let end = check(limits, &[body, behind].concat().into_bytes()).end;
        assert_eq!(end, Err((offset as u64, fault)), "{limits:?}, {body:?}");
    }
}

/// The line is counted with its extensions and without its CRLF, digits too.
#[test]
fn size_lines() {
    for max in 4..12 {
        let limits = Limits {
            size_line: max,
            ..LIMITS
        };
        let extension = "e".repeat(max - 2);
        let digits = "0".repeat(max);
        passes(
            limits,
            &format!("1;{extension}\r\nx\r\n0;{extension}\r\n\r\n"),
        );
        passes(limits, &format!("{digits}\r\n\r\n"));
        refused(
            limits,
            &format!("1;{extension}e"),
            max,
            SizeLineTooLong { max },
        );
        refused(limits, &format!("{digits}0"), max, SizeLineTooLong { max });
        let first = format!("1;{extension}\r\nx\r\n");
        refused(
            limits,
            &format!("{first}1;{extension}e"),
            first.len() + max,
            SizeLineTooLong { max },
        );
    }
    refused(
        Limits {
            size_line: 0,
            ..LIMITS
        },
        "0",
        0,
        SizeLineTooLong { max: 0 },
    );
    passes(
        Limits {
            size_line: 1,
            ..LIMITS
        },
        "0\r\n\r\n",
    );
}

/// Everything of a size line that is not the size counts, of all chunks.
#[test]
fn extensions() {
    for max in 5..12 {
        let limits = Limits {
            extensions: max,
            ..LIMITS
        };
        let extension = |len: usize| format!(";{}", "e".repeat(len - 1));
        passes(limits, &format!("0{}\r\n\r\n", extension(max)));
        refused(
            limits,
            &format!("0{}", extension(max + 1)),
            1 + max,
            ExtensionsTooLong { max },
        );
        let first = format!("1 {}\r\nx\r\n", extension(max - 3));
        passes(limits, &format!("{first}0;e\r\n\r\n"));
        refused(
            limits,
            &format!("{first}0;ee"),
            first.len() + 3,
            ExtensionsTooLong { max },
        );
    }
    passes(
        Limits {
            extensions: 0,
            ..LIMITS
        },
        "1\r\nx\r\n0\r\n\r\n",
    );
    refused(
        Limits {
            extensions: 0,
            ..LIMITS
        },
        "1;a",
        1,
        ExtensionsTooLong { max: 0 },
    );
    refused(
        Limits {
            extensions: 0,
            ..LIMITS
        },
        "1 ;a",
        1,
        ExtensionsTooLong { max: 0 },
    );
}

#[test]
fn trailers() {
    for max in 0..5 {
        let limits = Limits {
            trailers: max,
            ..LIMITS
        };
        let fields = "0\r\n".to_owned() + &"a: b\r\n".repeat(max);
        passes(limits, &format!("{fields}\r\n"));
        refused(
            limits,
            &format!("{fields}a"),
            fields.len(),
            TooManyTrailers { max },
        );
    }
}

/// Their line ends count, and the empty line does not.
#[test]
fn trailer_bytes() {
    for max in 10..20 {
        let limits = Limits {
            trailer_bytes: max,
            ..LIMITS
        };
        let one = format!("0\r\na:{}\r\n", "b".repeat(max - 4));
        passes(limits, &format!("{one}\r\n"));
        let two = format!("0\r\na:\r\nb:{}\r\n", "b".repeat(max - 8));
        passes(limits, &format!("{two}\r\n"));
        for (before, fault) in [(&one, 3 + max), (&two, 3 + max)] {
            let longer = before.replacen(":b", ":bb", 1);
            refused(limits, &longer, fault, TrailersTooLong { max });
            refused(
                limits,
                &format!("{before}c"),
                fault,
                TrailersTooLong { max },
            );
        }
    }
    passes(
        Limits {
            trailer_bytes: 0,
            ..LIMITS
        },
        "0\r\n\r\n",
    );
    refused(
        Limits {
            trailer_bytes: 0,
            ..LIMITS
        },
        "0\r\na",
        3,
        TrailersTooLong { max: 0 },
    );
}

/// Those which the documentation names.
#[test]
fn unless_told_otherwise() {
    let quickly = |body: &str| check_quickly(LIMITS, body.as_bytes()).end;
    let line = |len: usize| format!("1;{}", "e".repeat(len - 2));
    assert!(quickly(&format!("{}\r\nx\r\n0\r\n\r\n", line(4 << 10))).is_ok());
    let end = quickly(&line((4 << 10) + 1));
    assert_eq!(end, Err((4096, SizeLineTooLong { max: 4096 })));

    let chunk = format!("1;{}\r\nx\r\n", "e".repeat(2047));
    assert!(quickly(&format!("{}0\r\n\r\n", chunk.repeat(8))).is_ok());
    let end = quickly(&format!("{}0;e\r\n\r\n", chunk.repeat(8)));
    assert_eq!(
        end,
        Err((
            8 * chunk.len() as u64 + 1,
            ExtensionsTooLong { max: 16 << 10 }
        ))
    );

    let field = |len: usize| format!("a:{}\r\n", "b".repeat(len - 4));
    assert!(quickly(&format!("0\r\n{}\r\n", field(8 << 10))).is_ok());
    let end = quickly(&format!("0\r\n{}\r\n", field((8 << 10) + 1)));
    assert_eq!(end, Err((3 + 8192, TrailersTooLong { max: 8192 })));

    assert!(quickly(&format!("0\r\n{}\r\n", "a:\r\n".repeat(64))).is_ok());
    let end = quickly(&format!("0\r\n{}\r\n", "a:\r\n".repeat(65)));
    assert_eq!(end, Err((3 + 256, TooManyTrailers { max: 64 })));
}
