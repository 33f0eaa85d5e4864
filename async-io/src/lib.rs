//! The rooms of tidegate over async readers and streams of `Bytes`.
//!
//! The words are those of `tidegate-std-io`, and so are the answers: what is
//! decided about the bytes is decided in [`tidegate_core`]. A module for each
//! kind of source has them under their own names:
//!
//! | your source is | use |
//! |---|---|
//! | an `AsyncBufRead` of futures-io (smol) | `futures` |
//! | an `AsyncBufRead` of tokio | `tokio` |
//! | a stream of `Bytes` | [`frames`] |
//! | a `Body` of http-body (hyper, axum), with its trailers | `body` |
//!
//! Forms ([`Form`]) and, with `tokio-fs` or `smol-fs`, files (`FileWrapper`) are streams
//! and readers of both kinds, and with `http-body` bodies too. [`ClosingStream`]
//! has something happen once when a stream is over. Whole jobs, as they would stand in
//! a program, are in the [`guide`].
//!
//! A form that comes in is read part by part, or whole:
//!
//! | you want | use |
//! |---|---|
//! | each part as it arrives, and nothing kept | [`Multipart`] |
//! | the same in several tasks | [`OwnedMultipart`] |
//! | all fields and files by name, large ones on disk; also of urlencoded forms | `FormData` (`form-data` with `tokio-fs` or `smol-fs`) |
//!
//! ```
//! # #[cfg(feature = "tokio")]
//! # ::futures::executor::block_on(async {
//! use tidegate_async_io::tokio::{LimitedStream, make_line_iter};
//!
//! let mut connection = &b"one\r\ntwo\rGET / HTTP/1.1\r\n"[..];
//! let body = LimitedStream::exact(&mut connection, 9);
//! let mut count = 0;
//! make_line_iter(body).for_each_line(|_| count += 1).await?;
//! assert_eq!(count, 2);
//! assert!(connection.starts_with(b"GET /"));
//! # Ok::<(), std::io::Error>(())
//! # }).unwrap();
//! ```
//!
//! # Features
//!
//! `futures-io` (default), `tokio`, `tokio-fs` and `smol-fs` (files, on the threads of
//! the one or the other), `sendfile` and `smol-sendfile` (files to their sockets),
//! `form-data` (whole forms, spilled on these threads: without one of the two it adds
//! nothing), `encoding_rs` (`Part::decoded_text`), `http-body`, and `tower` (a layer that
//! holds services to the rules of HTTP); with none there are [`frames`].

#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "http-body")]
#[path = "body.rs"]
mod body_source;
mod chunk;
mod close;
mod drive;
#[cfg(any(feature = "tokio-fs", feature = "smol-fs"))]
mod file;
#[path = "frames.rs"]
mod frame_source;
pub mod guide;
mod limit;
mod line;
mod lone;
mod multipart;
mod owned;
mod reader;
mod source;
mod transfer;
#[cfg(feature = "tower")]
mod validate;

#[cfg(feature = "http-body")]
pub use body_source::BodyData;
pub use chunk::ChunkIter;
pub use close::ClosingStream;
#[cfg(any(feature = "sendfile", feature = "smol-sendfile"))]
pub use file::FileSocket;
#[cfg(any(feature = "tokio-fs", feature = "smol-fs"))]
pub use file::{FileWrapper, Threads};
pub use frame_source::Frames;
pub use limit::LimitedStream;
pub use line::LineIter;
pub use multipart::{
    Baton, Form, FormBody, Holds, Multipart, OwnedMultipart, Part, PartBody, Target,
    random_boundary,
};
#[cfg(all(feature = "form-data", any(feature = "tokio-fs", feature = "smol-fs")))]
pub use multipart::{FormData, FormEntry, FormOptions, FormReader, FormSink, FormSource};
pub use owned::Owned;
#[cfg(feature = "futures-io")]
pub use reader::ReadsAsFutures;
#[cfg(feature = "tokio")]
pub use reader::ReadsAsTokio;
#[cfg(feature = "futures-io")]
pub use source::FuturesIo;
#[cfg(feature = "tokio")]
pub use source::TokioIo;
pub use source::{AnySource, InFrames, Source};
pub use tidegate_core as core;
#[cfg(feature = "encoding_rs")]
pub use tidegate_std_io::CharsetFault;
pub use transfer::InputStream;
#[cfg(feature = "tower")]
pub use validate::{ValidatedBody, ValidatedInput, Validator, ValidatorFuture, ValidatorLayer};

/// Over readers of futures-io.
#[cfg(feature = "futures-io")]
pub mod futures {
    use crate::FuturesIo as Kind;
    use crate::core::{At, BodyKind, EmptySeparator, InputLimits, LimitFault};
    use futures_io::AsyncBufRead;

    /// Lines of a reader of futures-io.
    pub type LineIter<R> = crate::LineIter<R, Kind>;
    /// Chunks of a reader of futures-io.
    pub type ChunkIter<'s, R> = crate::ChunkIter<'s, R, Kind>;
    /// A file, read on the threads of the crate `blocking`.
    #[cfg(feature = "smol-fs")]
    pub type FileWrapper<F> = crate::FileWrapper<F, Kind>;
    /// A form, what is large of it in a file that the crate `blocking` writes.
    #[cfg(all(feature = "form-data", feature = "smol-fs"))]
    pub type FormData = crate::FormData<Kind>;
    /// A field or a file of a form.
    #[cfg(all(feature = "form-data", feature = "smol-fs"))]
    pub type FormEntry = crate::FormEntry<Kind>;
    /// How a form is read.
    #[cfg(all(feature = "form-data", feature = "smol-fs"))]
    pub type FormOptions<'s> = crate::FormOptions<'s, Kind>;
    /// Where a part of a form goes.
    #[cfg(all(feature = "form-data", feature = "smol-fs"))]
    pub type FormSink<'s> = crate::FormSink<'s, Kind>;
    /// A limited reader of futures-io.
    pub type LimitedStream<R> = crate::LimitedStream<R, Kind>;
    /// The body of a message from a reader of futures-io.
    pub type InputStream<R> = crate::InputStream<R, Kind>;
    /// The parts of a body from a reader of futures-io.
    pub type Multipart<R> = crate::Multipart<R, Kind>;
    /// The same, to be moved into other tasks.
    pub type OwnedMultipart<R> = crate::OwnedMultipart<R, Kind>;
    /// A part that borrows its body.
    pub type Part<'m, R> = crate::Part<&'m mut Multipart<R>>;
    /// A part that can be moved into another task.
    pub type OwnedPart<R> = crate::Part<crate::Baton<R, Kind>>;

    /// Splits a reader into lines: `\n`, `\r\n` and `\r` each end one.
    pub fn make_line_iter<R: AsyncBufRead + Unpin>(reader: R) -> LineIter<R> {
        LineIter::new(reader)
    }

    /// Splits a reader at a separator.
    ///
    /// # Errors
    ///
    /// If the separator is empty.
    pub fn make_chunk_iter<R: AsyncBufRead + Unpin, S: AsRef<[u8]> + ?Sized>(
        reader: R,
        separator: &S,
    ) -> Result<ChunkIter<'_, R>, EmptySeparator> {
        ChunkIter::new(reader, separator)
    }

    /// The body of a message as a reader that is always safe; see
    /// [`InputStream`](crate::InputStream).
    ///
    /// # Errors
    ///
    /// See [`InputStream::new`](crate::InputStream::new).
    #[doc(alias = "get_input_stream")]
    pub fn input_stream<R: AsyncBufRead + Unpin>(
        reader: R,
        kind: BodyKind,
        limits: InputLimits,
    ) -> Result<InputStream<R>, At<LimitFault>> {
        InputStream::new(reader, kind, limits)
    }
}

/// Over readers of tokio.
#[cfg(feature = "tokio")]
pub mod tokio {
    use crate::TokioIo as Kind;
    use crate::core::{At, BodyKind, EmptySeparator, InputLimits, LimitFault};
    use ::tokio::io::AsyncBufRead;

    /// Lines of a reader of tokio.
    pub type LineIter<R> = crate::LineIter<R, Kind>;
    /// Chunks of a reader of tokio.
    pub type ChunkIter<'s, R> = crate::ChunkIter<'s, R, Kind>;
    /// A file, read on the threads that tokio keeps for what blocks.
    #[cfg(feature = "tokio-fs")]
    pub type FileWrapper<F> = crate::FileWrapper<F, Kind>;
    /// A form, what is large of it in a file that tokio writes.
    #[cfg(all(feature = "form-data", feature = "tokio-fs"))]
    pub type FormData = crate::FormData<Kind>;
    /// A field or a file of a form.
    #[cfg(all(feature = "form-data", feature = "tokio-fs"))]
    pub type FormEntry = crate::FormEntry<Kind>;
    /// How a form is read.
    #[cfg(all(feature = "form-data", feature = "tokio-fs"))]
    pub type FormOptions<'s> = crate::FormOptions<'s, Kind>;
    /// Where a part of a form goes.
    #[cfg(all(feature = "form-data", feature = "tokio-fs"))]
    pub type FormSink<'s> = crate::FormSink<'s, Kind>;
    /// A limited reader of tokio.
    pub type LimitedStream<R> = crate::LimitedStream<R, Kind>;
    /// The body of a message from a reader of tokio.
    pub type InputStream<R> = crate::InputStream<R, Kind>;
    /// The parts of a body from a reader of tokio.
    pub type Multipart<R> = crate::Multipart<R, Kind>;
    /// The same, to be moved into other tasks.
    pub type OwnedMultipart<R> = crate::OwnedMultipart<R, Kind>;
    /// A part that borrows its body.
    pub type Part<'m, R> = crate::Part<&'m mut Multipart<R>>;
    /// A part that can be moved into another task.
    pub type OwnedPart<R> = crate::Part<crate::Baton<R, Kind>>;

    /// Splits a reader into lines: `\n`, `\r\n` and `\r` each end one.
    pub fn make_line_iter<R: AsyncBufRead + Unpin>(reader: R) -> LineIter<R> {
        LineIter::new(reader)
    }

    /// Splits a reader at a separator.
    ///
    /// # Errors
    ///
    /// If the separator is empty.
    pub fn make_chunk_iter<R: AsyncBufRead + Unpin, S: AsRef<[u8]> + ?Sized>(
        reader: R,
        separator: &S,
    ) -> Result<ChunkIter<'_, R>, EmptySeparator> {
        ChunkIter::new(reader, separator)
    }

    /// The body of a message as a reader that is always safe; see
    /// [`InputStream`](crate::InputStream).
    ///
    /// # Errors
    ///
    /// See [`InputStream::new`](crate::InputStream::new).
    #[doc(alias = "get_input_stream")]
    pub fn input_stream<R: AsyncBufRead + Unpin>(
        reader: R,
        kind: BodyKind,
        limits: InputLimits,
    ) -> Result<InputStream<R>, At<LimitFault>> {
        InputStream::new(reader, kind, limits)
    }
}

/// Over streams of `Bytes`.
pub mod frames {
    use crate::core::{At, BodyKind, EmptySeparator, InputLimits, LimitFault};
    use crate::{Frames, InFrames as Kind};
    use bytes::Bytes;
    use futures_core::Stream;
    use std::error::Error;

    /// Lines of a stream.
    pub type LineIter<S> = crate::LineIter<Frames<S>, Kind>;
    /// Chunks of a stream.
    pub type ChunkIter<'s, S> = crate::ChunkIter<'s, Frames<S>, Kind>;

    /// A limited stream.
    pub type LimitedStream<S> = crate::LimitedStream<Frames<S>, Kind>;
    /// The body of a message from a stream.
    pub type InputStream<S> = crate::InputStream<Frames<S>, Kind>;
    /// The parts of a body from a stream.
    pub type Multipart<S> = crate::Multipart<Frames<S>, Kind>;
    /// The same, to be moved into other tasks.
    pub type OwnedMultipart<S> = crate::OwnedMultipart<Frames<S>, Kind>;
    /// A part that borrows its body.
    pub type Part<'m, S> = crate::Part<&'m mut Multipart<S>>;
    /// A part that can be moved into another task.
    pub type OwnedPart<S> = crate::Part<crate::Baton<Frames<S>, Kind>>;

    /// Splits a stream into lines: `\n`, `\r\n` and `\r` each end one.
    pub fn make_line_iter<S, E>(stream: S) -> LineIter<S>
    where
        S: Stream<Item = Result<Bytes, E>> + Unpin,
        E: Into<Box<dyn Error + Send + Sync>>,
    {
        LineIter::new(Frames::new(stream))
    }

    /// Splits a stream at a separator.
    ///
    /// # Errors
    ///
    /// If the separator is empty.
    pub fn make_chunk_iter<'s, S, E, P>(
        stream: S,
        separator: &'s P,
    ) -> Result<ChunkIter<'s, S>, EmptySeparator>
    where
        S: Stream<Item = Result<Bytes, E>> + Unpin,
        E: Into<Box<dyn Error + Send + Sync>>,
        P: AsRef<[u8]> + ?Sized,
    {
        ChunkIter::new(Frames::new(stream), separator)
    }

    /// The body of a message as a stream that is always safe; see
    /// [`InputStream`](crate::InputStream).
    ///
    /// # Errors
    ///
    /// See [`InputStream::new`](crate::InputStream::new).
    #[doc(alias = "get_input_stream")]
    pub fn input_stream<S, E>(
        stream: S,
        kind: BodyKind,
        limits: InputLimits,
    ) -> Result<InputStream<S>, At<LimitFault>>
    where
        S: Stream<Item = Result<Bytes, E>> + Unpin,
        E: Into<Box<dyn Error + Send + Sync>>,
    {
        InputStream::new(Frames::new(stream), kind, limits)
    }
}

/// Over bodies of http-body. A body is made a source of by
/// [`Frames::of_body`].
#[cfg(feature = "http-body")]
pub mod body {
    use crate::core::EmptySeparator;
    use crate::{BodyData, Frames, InFrames as Kind};
    use bytes::Bytes;
    use http_body::Body;
    use std::error::Error;

    /// Lines of a body.
    pub type LineIter<B> = crate::LineIter<Frames<BodyData<B>>, Kind>;
    /// Chunks of a body.
    pub type ChunkIter<'s, B> = crate::ChunkIter<'s, Frames<BodyData<B>>, Kind>;
    /// A limited body, which is a body itself.
    pub type LimitedStream<B> = crate::LimitedStream<Frames<BodyData<B>>, Kind>;
    /// The parts of a body.
    pub type Multipart<B> = crate::Multipart<Frames<BodyData<B>>, Kind>;
    /// The same, to be moved into other tasks.
    pub type OwnedMultipart<B> = crate::OwnedMultipart<Frames<BodyData<B>>, Kind>;
    /// A part that borrows its body.
    pub type Part<'m, B> = crate::Part<&'m mut Multipart<B>>;
    /// A part that can be moved into another task.
    pub type OwnedPart<B> = crate::Part<crate::Baton<Frames<BodyData<B>>, Kind>>;

    /// Splits a body into lines: `\n`, `\r\n` and `\r` each end one.
    pub fn make_line_iter<B>(body: B) -> LineIter<B>
    where
        B: Body<Data: Into<Bytes>, Error: Into<Box<dyn Error + Send + Sync>>> + Unpin,
    {
        LineIter::new(Frames::of_body(body))
    }

    /// Splits a body at a separator.
    ///
    /// # Errors
    ///
    /// If the separator is empty.
    pub fn make_chunk_iter<B, P>(body: B, separator: &P) -> Result<ChunkIter<'_, B>, EmptySeparator>
    where
        B: Body<Data: Into<Bytes>, Error: Into<Box<dyn Error + Send + Sync>>> + Unpin,
        P: AsRef<[u8]> + ?Sized,
    {
        ChunkIter::new(Frames::of_body(body), separator)
    }
}

/// The example of the README, which must compile and be true.
#[cfg(all(doctest, feature = "tokio"))]
#[doc = include_str!("../README.md")]
struct Readme;

/// Those of the README of the workspace: a link here, so that the package has it.
#[cfg(all(doctest, feature = "tokio"))]
#[doc = include_str!("workspace.md")]
struct Workspace;
