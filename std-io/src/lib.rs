//! Blocking readers that stop where they may, and split what they read without
//! copying it.
//!
//! | you want to | use |
//! |---|---|
//! | read a request body and nothing behind it, and know whether it was all there | [`LimitedStream::exact`] |
//! | read a body that may be of any length up to a maximum | [`LimitedStream::at_most`] |
//! | split a reader into lines, fast, bounded, whatever ends them | [`make_line_iter`] |
//! | split it between separators of any bytes | [`make_chunk_iter`] |
//! | keep the lines or chunks | [`LineIter::into_bytes`], [`ChunkIter::into_bytes`] |
//! | the same over pieces from an iterator | [`PieceReader`] |
//! | read the body of an HTTP/1.1 message, whatever delimits it | [`input_stream`] |
//! | write a body in chunks | [`ChunkedWriter`] |
//! | send a file, or ranges of one | [`FileWrapper`], [`MultiRange`] |
//! | send a form with files, its length known before the first byte | [`Form`] |
//! | read a form or another multipart body, part by part | [`Multipart`] |
//! | read a whole form, small values into memory and large ones to disk | `FormData` (`form-data`) |
//! | do something once when a body is over, however it ends | [`ClosingReader`], [`ClosingIterator`] |
//! | run an application over CGI, or over any reader and writer | `gateway` (`gateway`) |
//! | test one in the same process | `gateway::testing` (`testing`) |
//! | give up a client that is too slow | [`PacedReader`], [`PacedWriter`] |
//!
//! Whole jobs, as they would stand in a program, are in the [`guide`].
//!
//! Each sits on a `BufRead` and lends what it finds out of that reader's own
//! buffer. Nothing behind what was handed out is consumed, so that the next
//! pipelined request stays where it is.
//!
//! # Example
//!
//! The lines of a body of known length, from a connection that goes on:
//!
//! ```
//! use std::io::BufRead;
//! use tidegate_std_io::{LimitedStream, make_line_iter};
//!
//! let mut connection = &b"one\r\ntwo\rGET / HTTP/1.1\r\n"[..];
//! let body = LimitedStream::exact(&mut connection, 9);
//! let mut texts = Vec::new();
//! make_line_iter(body).for_each_line(|line| texts.push(line.text().to_vec()))?;
//! assert_eq!(texts, [b"one", b"two"]);
//! assert_eq!(connection.fill_buf()?, b"GET / HTTP/1.1\r\n");
//! # Ok::<(), std::io::Error>(())
//! ```

#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod chunk;
mod close;
mod drive;
mod file;
#[cfg(feature = "gateway")]
pub mod gateway;
pub mod guide;
mod limit;
mod line;
mod multipart;
mod owned;
mod pace;
mod piece;
mod status;
mod transfer;
mod visit;

pub use chunk::{ChunkIter, make_chunk_iter};
pub use close::ClosingReader;
#[cfg(unix)]
pub use file::sendfile;
pub use file::{
    FileAt, FileBytes, FileSink, FileSource, FileWrapper, MultiRange, ReadAt, wrap_file,
};
pub use limit::{Budget, Drained, LimitHooks, LimitedStream, NoHooks};
pub use line::{LineIter, make_line_iter};
#[cfg(feature = "encoding_rs")]
pub use multipart::{CharsetFault, FormCharset, TextCharset};
pub use multipart::{
    Form, FormBody, FormValue, Multipart, Part, PartBody, encode_multipart, random_boundary,
};
#[cfg(feature = "form-data")]
pub use multipart::{
    FormData, FormEntry, FormOptions, FormSink, SpillFile, UrlEncoded, UrlEncodedField,
};
#[cfg(feature = "tempfile")]
pub use multipart::{MultipartStream, StreamOptions, stream_encode_multipart};
pub use owned::OwnedIter;
pub use pace::{PacedReader, PacedWriter, ReadTimeout, WriteTimeout};
pub use piece::PieceReader;
pub use status::fault_class;
pub use tidegate_core as core;
pub use tidegate_core::{
    Arriving, At, BodyKind, BodyKindFault, Boundary, BoundaryFault, ByteRange, ByteRanges, Chunk,
    ChunkFault, ChunkScanner, Chunked, ChunkedDecoder, ChunkedEncoder, ChunkedFault, Closed,
    Closing, ClosingIterator, Collected, Collector, ContentDisposition, ContentRange, DecodeFault,
    Decoded, Decoder, ETag, EmptySeparator, Encoder, Ending, Escaping, Event, Fault, FaultClass,
    FileAnswer, FileFacts, FileFault, FormError, FormFault, FormProgress, FormType, Head,
    HeadFields, HeadLayout, HttpVersion, InputFraming, InputLimits, Keep, Kept, Limit, LimitFault,
    Line, LineEnds, LineFault, LineScanner, MediaType, MultipartKind, MultipartType,
    MultipartTypeFault, Outcome, Overlong, Pace, PaceFault, ParameterFault, ParameterValue,
    PartFault, PartHead, PartKind, PartMeter, Piece, RangeAnswer, Scan, Spill, SpillFault, Step,
    Stored, Stow, TrailerFault, Trailers, decode_form_escapes, safe_file_name,
};
pub use transfer::{ChunkedWriter, InputStream, input_stream};

/// The example of the README, which must compile and be true.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
