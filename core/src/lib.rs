//! Machines that read a byte stream only as far as it may be read, and cut it
//! into pieces without copying.
//!
//! This crate makes every decision of tidegate and does no input or output. It
//! is `no_std`, needs no allocator, and holds no `unsafe` code.
//!
//! | you have | use |
//! |---|---|
//! | `std::io::Read`, `BufRead` | `tidegate-std-io`, which stands on this crate |
//! | futures-io, tokio, a stream of `Bytes` | [`Feed`], as `tidegate-async-io` shows until it has rooms of its own |
//! | an interrupt handler, an event loop, a memory map, a grammar of your own | this crate |
//!
//! # What is here
//!
//! | to do this | use |
//! |---|---|
//! | count down how much of a stream may still be read | [`Limit`] |
//! | cut a stream into lines (`\n`, `\r\n`, `\r`) | [`LineScanner`] |
//! | cut a stream into chunks between any separator | [`ChunkScanner`] |
//! | say how long the body of an HTTP/1.1 message is | [`BodyKind`], [`InputLimits`] |
//! | read and write the chunked transfer coding | [`ChunkedDecoder`], [`ChunkedEncoder`] |
//! | take a Content-Disposition or the Content-Type of a multipart body apart | [`ContentDisposition`], [`MultipartType`] |
//! | say which bytes of a file a request asks for, and whether at all | [`FileAnswer`], [`Blocks`] |
//! | write a multipart body, part by part, or put together | [`Encoder`], `Assembly` (`alloc`) |
//! | keep the values of a form in memory and on disk | [`Spill`], `Collector` (`alloc`) |
//! | do something once when a stream is over, however it ends | [`ClosingIterator`], [`Closing`] |
//! | notice a client that is too slow | [`Pace`] |
//! | say what CGI-style variables mean: host, paths, URLs | [`environ`] |
//! | hold an application, and the server around it, to the rules of HTTP | [`validate`] |
//! | feed a machine from whatever pieces arrive | [`Feed`] |
//! | write a machine of your own | [`Scan`], whose module states the laws |
//!
//! Whole jobs, as firmware has them, are in the [`guide`].
//!
//! # Example
//!
//! Lines from pieces as a UART would deliver them, with 82 bytes of storage and
//! no allocator:
//!
//! ```
//! use tidegate_core::{Event, Feed, LineScanner};
//!
//! let scanner = LineScanner::new().max_len(80);
//! let mut feed = Feed::new(scanner, [0u8; 82])?;
//! let mut lines = 0;
//! for piece in [&b"$GPGGA,1"[..], b"23519\r", b"\n$GPRMC\r\n"] {
//!     let mut rest = piece;
//!     loop {
//!         let offer = feed.offer(rest, false)?;
//!         match offer.event {
//!             Event::Found(placed) => {
//!                 assert!(feed.token(placed, rest).text().starts_with(b"$GP"));
//!                 lines += 1;
//!             }
//!             Event::More | Event::Done => break,
//!         }
//!         rest = &rest[offer.taken..];
//!     }
//! }
//! assert_eq!(lines, 2);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Features
//!
//! None is on by default, and none changes what the rest does: `alloc` adds
//! storage in a `Vec` and views that may copy, `std` adds conversions into
//! `std::io::Error` and lets the byte search pick AVX2 at run time, `testing`
//! adds the harness which holds a machine to the laws of [`Scan`].

#![no_std]
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "alloc")]
extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

mod ahead;
mod chunk;
mod close;
mod cutter;
pub mod environ;
mod fault;
mod feed;
mod field;
mod file;
pub mod guide;
mod lanes;
mod limit;
mod line;
mod mask;
mod multipart;
mod pace;
mod piece;
pub mod scan;
mod sharing;
mod splitter;
mod storage;
#[cfg(feature = "testing")]
pub mod testing;
mod transfer;
pub mod validate;

pub use chunk::{Chunk, ChunkFault, ChunkFound, ChunkScanner, EmptySeparator};
pub use close::{Callbacks, Closed, Closing, ClosingIterator, Guarded, OnClose, Outcome};
pub use fault::{At, Fault, FaultClass};
pub use feed::{Feed, Offer, Placed};
pub use file::{
    BlockPlan, Blocks, ByteRange, ByteRanges, ContentRange, ETag, FileAnswer, FileFacts, FileFault,
    RangeAnswer,
};
pub use limit::{Limit, LimitFault, Plan};
pub use line::{Ending, Line, LineEnds, LineFault, LineFound, LineScanner};
#[cfg(feature = "alloc")]
pub use multipart::{
    Arriving, Assembly, BodyLength, Collected, Collector, FormError, FormFault, FormProgress,
    FormSink, InMemory, Kept, Slices, Stow, Turn, decode_form_escapes, safe_file_name,
};
pub use multipart::{
    BodyEnd, Boundary, BoundaryFault, BoundaryParameter, ContentDisposition, DecodeFault, Decoded,
    Decoder, DecoderFound, Encoder, Escaping, FormType, Head, HeadFields, HeadLayout, HeadPieces,
    Keep, MediaType, MultipartKind, MultipartType, MultipartTypeFault, ParameterFault,
    ParameterPieces, ParameterValue, Parameters, PartFault, PartHead, PartKind, PartMeter,
    PartPieces, PartStart, Spill, SpillFault, Stored, Unread,
};
pub use pace::{Pace, PaceFault};
pub use piece::{Overlong, Piece};
pub use scan::{Event, Scan, Step};
pub use sharing::{front_to_share, len_to_share, next_to_share};
pub use storage::{Storage, TooSmall};
#[cfg(feature = "alloc")]
pub use transfer::KeptTrailers;
pub use transfer::{
    BodyKind, BodyKindFault, Chunked, ChunkedDecoder, ChunkedEncoder, ChunkedFault, ChunkedFound,
    EncodedChunk, HttpVersion, InputFraming, InputLimits, LastChunk, TrailerFault, Trailers,
};

/// The example of the README, which must compile and be true.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
