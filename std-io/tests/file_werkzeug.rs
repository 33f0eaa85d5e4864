//! `FileWrapper`: what Werkzeug's answered, and its `_RangeWrapper`.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may")]

mod common;

use common::readers::Sizes;
use common::vectors::{byte_strings, bytes, expectation, rows, sizes, string};
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::{self, Cursor, Read, Seek, SeekFrom, Write};
use tidegate_std_io::{At, ByteRange, FileFault, FileSink, FileWrapper, PieceReader, wrap_file};

/// Where we differ from Werkzeug on purpose, and in how many results.
const DIFFERENT: &[(Different, usize)] = &[
    (Different::NoSuchMethod, 76),
    (Different::ClosedOnce, 1),
    (Different::GoneWhenClosed, 1),
    (Different::Truncated, 162),
    (Different::NoNegativeStart, 1),
    (Different::OwnBlocks, 7),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Different {
    /// `seek`, `tell` and `close` are not there where the file has none; there
    /// they are, and do nothing.
    NoSuchMethod,
    /// To close is to drop, and that happens once.
    ClosedOnce,
    /// Nothing can be asked of what is closed; there it is a `ValueError`.
    GoneWhenClosed,
    /// A file that is shorter than was promised is an error, behind all that
    /// there is, and not a short body.
    Truncated,
    /// A range cannot start before the start: it is no `ByteRange`.
    NoNegativeStart,
    /// A range of a file comes in blocks, and not in lines, as Python iterates
    /// over a file.
    OwnBlocks,
}

/// How often each deliberate difference was met.
type Seen = BTreeMap<Different, usize>;

fn met(seen: &mut Seen, different: Different) {
    *seen.entry(different).or_default() += 1;
}

#[test]
fn werkzeugs_file_wrapper_and_range_wrapper() {
    let mut seen = Seen::new();
    file_wrapper(&mut seen);
    range_wrapper(&mut seen);
    assert_eq!(Vec::from_iter(seen), DIFFERENT);
}

fn file_wrapper(seen: &mut Seen) {
    let rows = rows(include_str!("data/file_wrapper.json"));
    assert_eq!(rows.len(), 132);
    for row in &rows {
        let args = &row["args"];
        let input = Cursor::new(bytes(&row["input"]));
        // Its default is one of ours by name.
        let block_size = args["buffer_size"].as_u64().unwrap_or(8192) as usize;
        if let Some(given) = row["expect"].get("server_wrapper_called_with_buffer_size") {
            // A sink is asked for its size, and not told one.
            let wrapper = wrap_file(&Likes(block_size), input);
            assert_eq!(Some(wrapper.block_size() as u64), given.as_u64());
            continue;
        }
        let mut file = Some(match string(&args["stream"], "kind") {
            "bytesio" => Wrapped::Seeks(FileWrapper::with_block_size(input, block_size)),
            _ => {
                let sizes = args["stream"].get("sizes").map(sizes).unwrap_or_default();
                let reader = Sizes::new(input, sizes);
                Wrapped::Reads(FileWrapper::with_block_size(reader, block_size))
            }
        });
        let ops = args["ops"].as_array().unwrap();
        let results = row["expect"]["results"].as_array().unwrap();
        for (i, (op, result)) in ops.iter().zip(results).enumerate() {
            let name = format!("{}, {i}: {op}", string(row, "id"));
            if string_at(op, 0) == "close" {
                let is_first = result["int"].as_u64() == Some(1);
                assert_eq!(file.is_some(), is_first || result["int"] == 0, "{name}");
                match file.take() {
                    Some(Wrapped::Seeks(_)) => {}
                    Some(Wrapped::Reads(_)) => met(seen, Different::NoSuchMethod),
                    None => met(seen, Different::ClosedOnce),
                }
                continue;
            }
            let Some(file) = &mut file else {
                assert_eq!(string(result, "err"), "ValueError", "{name}");
                met(seen, Different::GoneWhenClosed);
                continue;
            };
            match (string_at(op, 0), &mut *file) {
                ("all", file) => assert_eq!(file.all(), byte_strings(&result["list"]), "{name}"),
                ("next", file) => {
                    let expected = result.get("ok").map(bytes);
                    assert!(expected.is_some() || result["stop"] == true, "{name}");
                    assert_eq!(file.next(), expected, "{name}");
                }
                ("seek", Wrapped::Seeks(file)) => drop(file.seek(place(op)).unwrap()),
                ("tell", Wrapped::Seeks(file)) => {
                    assert_eq!(
                        Some(file.stream_position().unwrap()),
                        result["int"].as_u64(),
                        "{name}"
                    );
                }
                ("seek" | "tell", Wrapped::Reads(_)) => {
                    assert_eq!(result["none"], true, "{name}");
                    met(seen, Different::NoSuchMethod);
                }
                ("seekable", file) => {
                    assert_eq!(result["bool"], matches!(file, Wrapped::Seeks(_)), "{name}");
                }
                ("buffer_size", Wrapped::Seeks(file)) => {
                    assert_eq!(
                        Some(file.block_size() as u64),
                        result["int"].as_u64(),
                        "{name}"
                    );
                }
                other => panic!("{name}: {}", other.0),
            }
        }
    }
}

/// Over a file that can be sought in, or not.
enum Wrapped {
    Seeks(FileWrapper<Cursor<Vec<u8>>>),
    Reads(FileWrapper<Sizes<Cursor<Vec<u8>>>>),
}

impl Wrapped {
    fn next(&mut self) -> Option<Vec<u8>> {
        let block = match self {
            Self::Seeks(file) => file.next_block(),
            Self::Reads(file) => file.next_block(),
        };
        Some(block?.unwrap().to_vec())
    }

    fn all(&mut self) -> Vec<Vec<u8>> {
        std::iter::from_fn(|| self.next()).collect()
    }
}

fn string_at(op: &Value, at: usize) -> &str {
    op[at].as_str().unwrap()
}

/// Where `seek(offset, whence)` goes.
fn place(op: &Value) -> SeekFrom {
    let offset = op[1].as_i64().unwrap();
    match op.get(2).map_or(0, |whence| whence.as_u64().unwrap()) {
        0 => SeekFrom::Start(u64::try_from(offset).unwrap()),
        1 => SeekFrom::Current(offset),
        _ => SeekFrom::End(offset),
    }
}

/// A sink that likes blocks of a size.
struct Likes(usize);

impl Write for Likes {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        Ok(buf.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl FileSink for Likes {
    fn block_size(&self) -> usize {
        self.0
    }
}

fn range_wrapper(seen: &mut Seen) {
    let rows = rows(include_str!("data/range_wrapper.json"));
    assert_eq!(rows.len(), 240);
    for row in &rows {
        let args = &row["args"];
        let input = bytes(&row["input"]);
        let Some(start) = args["start_byte"].as_u64() else {
            met(seen, Different::NoNegativeStart);
            continue;
        };
        // To the end is what there is from there on.
        let len = args["byte_range"].as_u64();
        let len = len.unwrap_or((input.len() as u64).saturating_sub(start));
        let source = &args["source"];
        let kind = string(source, "kind");
        let block_size = source
            .get("buffer_size")
            .map_or(8192, |size| size.as_u64().unwrap() as usize);
        let (blocks, fault) = match (ByteRange::new(start, len), kind) {
            // No bytes are no range, and nothing is sent.
            (None, _) => (Vec::new(), None),
            (Some(range), "bytesio" | "file_wrapper") => {
                let file = FileWrapper::with_block_size(Cursor::new(input), block_size);
                blocks_of(file.range(range).unwrap())
            }
            (Some(range), _) => {
                let pieces = PieceReader::new(pieces(&input, &sizes(&source["sizes"])));
                blocks_of(FileWrapper::with_block_size(pieces, block_size).range_by_reading(range))
            }
        };
        let id = string(row, "id");
        assert_eq!(blocks.concat(), bytes(&expectation(row)["data"]), "{id}");
        if let Some(at) = fault {
            let sent = blocks.concat().len() as u64;
            assert_eq!(
                at.fault,
                FileFault::Truncated {
                    expected: len,
                    sent
                },
                "{id}"
            );
            met(seen, Different::Truncated);
        }
        if kind == "bytesio" && blocks != byte_strings(&row["expect"]["chunks"]) {
            met(seen, Different::OwnBlocks);
        } else if row["werkzeug_bug"] == false {
            assert_eq!(blocks, byte_strings(&row["expect"]["chunks"]), "{id}");
        }
    }
}

/// The blocks of a file, and what is wrong with it.
fn blocks_of(mut file: FileWrapper<impl Read>) -> (Vec<Vec<u8>>, Option<At<FileFault>>) {
    let mut blocks = Vec::new();
    while let Some(block) = file.next_block() {
        match block {
            Ok(block) => blocks.push(block.to_vec()),
            Err(error) => {
                let at = error.get_ref().unwrap().downcast_ref();
                return (blocks, at.copied());
            }
        }
    }
    (blocks, None)
}

/// Pieces of these sizes, some of them empty, and then all that is left.
fn pieces(input: &[u8], sizes: &[usize]) -> Vec<Vec<u8>> {
    let mut rest = input;
    let mut pieces = Vec::new();
    for &size in sizes {
        let (piece, behind) = rest.split_at(size.min(rest.len()));
        pieces.push(piece.to_vec());
        rest = behind;
    }
    pieces.push(rest.to_vec());
    pieces
}
