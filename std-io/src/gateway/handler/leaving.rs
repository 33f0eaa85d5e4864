//! A body that an application left unread.

use crate::{Budget, InputStream};
use std::io::{self, BufRead, ErrorKind};
use std::time::Duration;
use tidegate_core::BodyKind;

/// What is spent on it, so that the connection may be kept.
#[derive(Debug)]
pub(in crate::gateway) struct Leaving<R> {
    pub(in crate::gateway) budget: Budget,
    /// Makes the reader wait no longer than this: nobody wants what it reads.
    pub(in crate::gateway) hurry: fn(&mut R, Duration),
}

impl<R: BufRead> Leaving<R> {
    /// Whether it is worth it to read what is left, so that the connection may
    /// be kept.
    ///
    /// A length that was announced says so at once. A chunked body says nothing
    /// until its end has been seen, and the head has to say whether the
    /// connection is kept: so it is read here, before the answer. What breaks its
    /// framing is then refused as if the application had read it.
    pub(super) fn may_stay(&self, stream: &mut InputStream<R>, kind: BodyKind) -> io::Result<bool> {
        match kind {
            _ if stream.may_reuse_connection() => Ok(true),
            BodyKind::Chunked => match self.drain(stream) {
                Ok(()) => Ok(stream.may_reuse_connection()),
                Err(error) if error.kind() == ErrorKind::TimedOut => Ok(false),
                Err(error) => Err(error),
            },
            _ => Ok(stream.remaining() <= self.budget.bytes),
        }
    }

    /// Reads what is left, as far as the budget goes.
    pub(in crate::gateway) fn drain(&self, stream: &mut InputStream<R>) -> io::Result<()> {
        if stream.may_reuse_connection() {
            return Ok(());
        }
        (self.hurry)(stream.get_mut(), self.budget.time);
        stream.drain(self.budget).map(drop)
    }
}
