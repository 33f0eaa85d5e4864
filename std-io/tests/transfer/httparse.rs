//! Size lines as httparse reads them, and as we do.

use httparse::Status;
use std::io::Read;
use tidegate_std_io::{At, BodyKind, ChunkedFault, InputLimits, input_stream};

/// Where we differ from httparse on purpose, and in how many lines.
const DIFFERENT: &[(Different, usize)] = &[
    (Different::Empty, 8424),
    (Different::BareLf, 3226),
    (Different::TrailingBlank, 631),
    (Different::Extension, 5547),
];

/// Each of them a line that is refused here, at once, and taken there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Different {
    /// No digits are a size of 0 there, the end of the body; with blanks too.
    Empty,
    /// Line feeds pass in an extension: another reader's line ends there.
    BareLf,
    /// Blanks at the end of a line.
    TrailingBlank,
    /// Whatever stands behind a semicolon.
    Extension,
}

/// What is made of a body that begins with these bytes and ends there.
fn ours(bytes: &[u8]) -> (Vec<u8>, Result<(), At<ChunkedFault>>) {
    let mut content = Vec::new();
    let mut stream = input_stream(bytes, BodyKind::Chunked, InputLimits::new()).unwrap();
    let end = stream.read_to_end(&mut content).map(drop);
    let end = end.map_err(|error| *error.get_ref().unwrap().downcast_ref().unwrap());
    (content, end)
}

/// `None` if we agree.
fn difference(line: &[u8]) -> Option<ChunkedFault> {
    let name = line.escape_ascii();
    let there = httparse::parse_chunk_size(line);
    if let Ok(Status::Complete((used, size))) = there {
        let data = vec![b'x'; size.min(70_000) as usize];
        let (content, end) = match size {
            0 => ours(&[&line[..used], b"\r\n"].concat()),
            1..=70_000 => ours(&[&line[..used], &data, b"\r\n0\r\n\r\n"].concat()),
            // More than anybody sends.
            _ => ours(&[&line[..used], &data].concat()),
        };
        return match end {
            Ok(()) => {
                assert_eq!(content.len() as u64, size, "{name}");
                None
            }
            Err(At {
                fault: ChunkedFault::Truncated,
                offset,
            }) => {
                assert_eq!(
                    (content.len(), offset),
                    (data.len(), (used + data.len()) as u64),
                    "{name}"
                );
                assert!(size > 70_000, "{name}");
                None
            }
            Err(At { fault, offset }) => {
                assert!(offset < used as u64, "{name}: refused within the line");
                Some(fault)
            }
        };
    }
    match (there, ours(line).1) {
        (_, Ok(())) => panic!("{name}: a line is no body"),
        (
            Ok(_),
            Err(At {
                fault: ChunkedFault::Truncated,
                ..
            }),
        ) => None,
        (Ok(_), Err(At { fault, .. })) => Some(fault),
        (Err(_), Err(At { fault, .. })) => {
            assert_ne!(
                fault,
                ChunkedFault::Truncated,
                "{name}: refused there alone"
            );
            None
        }
    }
}

/// How we differ, if we do; without a reason is a panic.
pub(crate) fn judge(line: &[u8]) -> Option<Different> {
    Some(match difference(line)? {
        ChunkedFault::EmptySize => Different::Empty,
        ChunkedFault::MalformedSize if b" \t".contains(&line[0]) => Different::Empty,
        ChunkedFault::BareLf => Different::BareLf,
        ChunkedFault::TrailingBlank => Different::TrailingBlank,
        ChunkedFault::MalformedExtension => Different::Extension,
        other => panic!("{}: {other}", line.escape_ascii()),
    })
}

fn every_line(mut each: impl FnMut(&[u8])) {
    let places: [(&[u8], &[u8], u32); 4] = [
        (b"", b"01f;a \t\r\n", 5),
        (b"1;", b"a;=\" \\\r\n", 4),
        (b"1", b"; \t=a\"\r\n\0", 4),
        (b"00000000000000", b"0fx \r\n;", 5),
    ];
    let mut line = Vec::new();
    for (prefix, alphabet, most) in places {
        for len in 0..=most {
            for mut number in 0..alphabet.len().pow(len) {
                line.clear();
                line.extend(prefix);
                for _ in 0..len {
                    line.push(alphabet[number % alphabet.len()]);
                    number /= alphabet.len();
                }
                each(&line);
            }
        }
    }
}

#[test]
fn size_lines() {
    let mut seen = std::collections::BTreeMap::<Different, usize>::new();
    every_line(|line| {
        let Some(different) = judge(line) else {
            return;
        };
        *seen.entry(different).or_default() += 1;
    });
    assert_eq!(Vec::from_iter(seen), DIFFERENT);
}
