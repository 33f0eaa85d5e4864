use std::io;
use tidegate_core::{At, LimitFault};

/// Replaces what the end of a [`LimitedStream`](crate::LimitedStream) comes to,
/// as overriding Werkzeug's methods of the same names does.
///
/// Each is called on every read there, and says how that read ends: `Ok` with
/// no bytes, or an error.
///
/// ```
/// use std::io::{self, Read};
/// use tidegate_std_io::{LimitHooks, LimitedStream};
///
/// /// A log that may still be growing: an early end is just the end so far.
/// struct Growing;
///
/// impl LimitHooks for Growing {
///     fn on_disconnect(&mut self, _error: io::Error) -> io::Result<()> {
///         Ok(())
///     }
/// }
///
/// let mut stream = LimitedStream::exact(&b"abc"[..], 10).with_hooks(Growing);
/// assert_eq!(stream.read_to_end(&mut Vec::new())?, 3);
/// # Ok::<(), io::Error>(())
/// ```
pub trait LimitHooks {
    /// A read at the end: all that is allowed was handed out, or the reader
    /// ended where it may. `too_large` if the reader goes on after a maximum.
    ///
    /// By default the first is a clean end and the second an error.
    ///
    /// # Errors
    ///
    /// Whatever the read is to fail with.
    fn on_exhausted(&mut self, too_large: Option<At<LimitFault>>) -> io::Result<()> {
        too_large.map_or(Ok(()), |at| Err(at.into()))
    }

    /// The reader ended early (an error that holds an `At<LimitFault>`), or
    /// failed (its own error). By default that error.
    ///
    /// # Errors
    ///
    /// Whatever the read is to fail with.
    fn on_disconnect(&mut self, error: io::Error) -> io::Result<()> {
        Err(error)
    }
}

/// The default: a good end is an end, and everything else an error.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoHooks;

impl LimitHooks for NoHooks {}
