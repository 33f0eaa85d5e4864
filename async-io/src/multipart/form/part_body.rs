//! What the body of a part is read from.

use crate::lone::Lone;
use crate::source::Source;
use crate::{Frames, InFrames};
use bytes::Bytes;
use futures_core::Stream;
use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use tidegate_core::{BodyLength, InMemory};

/// The body of a part of a [`Form`](super::Form): bytes, a reader, or a stream.
///
/// | made of | length |
/// |---|---|
/// | bytes and texts (`From`) | known |
/// | a reader of futures-io (`PartBody::futures_reader`), of tokio (`PartBody::tokio_reader`) | unknown, or promised |
/// | [a stream of `Bytes`](Self::stream) | unknown, or promised |
/// | a file (`PartBody::file`) | known |
/// | a body of http-body (`PartBody::body`) | what it says |
///
/// What is owned is not copied unless it is small.
pub struct PartBody {
    pub(super) origin: Origin,
    pub(super) length: BodyLength,
}

pub(super) enum Origin {
    Bytes(Bytes),
    Source(Lone<Box<dyn Source<InFrames> + Send>>),
}

impl PartBody {
    /// All that a stream gives.
    pub fn stream<S, E>(stream: S) -> Self
    where
        S: Stream<Item = Result<Bytes, E>> + Send + 'static,
        E: Into<Box<dyn Error + Send + Sync>> + 'static,
    {
        Self::source(Frames::new(Box::pin(stream)))
    }

    /// All that a reader of futures-io gives, in blocks of up to 64 KiB.
    #[cfg(feature = "futures-io")]
    pub fn futures_reader(reader: impl futures_io::AsyncRead + Send + 'static) -> Self {
        let blocks = super::blocks::Blocks::<_, crate::FuturesIo>::new(Box::pin(reader));
        Self::source(Frames::new(blocks))
    }

    /// All that a reader of tokio gives, in blocks of up to 64 KiB.
    #[cfg(feature = "tokio")]
    pub fn tokio_reader(reader: impl tokio::io::AsyncRead + Send + 'static) -> Self {
        let blocks = super::blocks::Blocks::<_, crate::TokioIo>::new(Box::pin(reader));
        Self::source(Frames::new(blocks))
    }

    /// A file or a range of one, as long as it [promised](crate::FileWrapper::len_hint)
    /// to be; if it is shorter then, that is an error.
    #[cfg(any(feature = "tokio-fs", feature = "smol-fs"))]
    pub fn file<F, K>(file: crate::FileWrapper<F, K>) -> Self
    where
        F: std::io::Read + Send + 'static,
        K: crate::Threads,
    {
        let length = file.len_hint();
        Self {
            length: length.map_or(BodyLength::Unknown, BodyLength::Measured),
            ..Self::source(file)
        }
    }

    /// The data of a body, which are as long as it says they are; its trailers are
    /// dropped.
    #[cfg(feature = "http-body")]
    pub fn body<B>(body: B) -> Self
    where
        B: http_body::Body<Data: Into<Bytes>, Error: Into<Box<dyn Error + Send + Sync>>>
            + Send
            + 'static,
    {
        let length = body.size_hint().exact();
        let part = Self::source(Frames::of_body(Box::pin(body)));
        match length {
            Some(length) => part.with_len(length),
            None => part,
        }
    }

    /// Promises that a reader or a stream ends after so many bytes. Of a body whose
    /// length is known it says nothing.
    ///
    /// One that ends earlier or goes on is an error when that turns out. For this
    /// it is asked for more: give a part of a connection that goes on as
    /// `reader.take(len)`.
    #[must_use]
    pub fn with_len(mut self, len: u64) -> Self {
        if self.length == BodyLength::Unknown {
            self.length = BodyLength::Promised(len);
        }
        self
    }

    fn source(source: impl Source<InFrames> + Send + 'static) -> Self {
        Self {
            origin: Origin::Source(Lone::new(Box::new(source))),
            length: BodyLength::Unknown,
        }
    }
}

impl From<Bytes> for PartBody {
    fn from(bytes: Bytes) -> Self {
        Self {
            origin: Origin::Bytes(bytes),
            // It says itself.
            length: BodyLength::Unknown,
        }
    }
}

impl From<Vec<u8>> for PartBody {
    fn from(bytes: Vec<u8>) -> Self {
        Bytes::from(bytes).into()
    }
}

impl From<String> for PartBody {
    fn from(text: String) -> Self {
        Bytes::from(text).into()
    }
}

impl From<&'static [u8]> for PartBody {
    fn from(bytes: &'static [u8]) -> Self {
        Bytes::from_static(bytes).into()
    }
}

impl From<&'static str> for PartBody {
    fn from(text: &'static str) -> Self {
        text.as_bytes().into()
    }
}

impl From<Cow<'static, str>> for PartBody {
    fn from(text: Cow<'static, str>) -> Self {
        match text {
            Cow::Borrowed(text) => text.into(),
            Cow::Owned(text) => text.into(),
        }
    }
}

impl fmt::Debug for PartBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PartBody")
            .field("origin", &self.origin)
            .field("length", &self.length)
            .finish()
    }
}

impl InMemory for Origin {
    #[inline]
    fn in_memory(&self) -> Option<&[u8]> {
        match self {
            Self::Bytes(bytes) => Some(bytes),
            Self::Source(_) => None,
        }
    }
}

impl fmt::Debug for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bytes(bytes) => write!(f, "{} bytes", bytes.len()),
            Self::Source(_) => f.write_str("source"),
        }
    }
}
