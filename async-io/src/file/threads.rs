//! Whose threads do what blocks: the only file here that knows tokio from smol.

use std::io;
use std::task::{Context, Poll};

/// A kind of runtime that keeps threads for what blocks.
///
/// Sealed: those of tokio, with `tokio-fs`, and those of the crate `blocking`, with
/// `smol-fs`, which are there under any executor.
pub trait Threads: sealed::Sealed + 'static {
    #[doc(hidden)]
    type Task<T: Send>: Send + Sync + Unpin;

    /// Has it done on one of them. Where nobody waits for it any more, maybe not.
    #[doc(hidden)]
    fn spawn<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Self::Task<T>;

    /// Drops it on one of them, or here where there are none.
    #[doc(hidden)]
    fn dispose<T: Send + 'static>(it: T);

    /// What it came to. An error if it panicked or will never be done.
    #[doc(hidden)]
    fn poll<T: Send>(task: &mut Self::Task<T>, cx: &mut Context<'_>) -> Poll<io::Result<T>>;
}

mod sealed {
    #[expect(unnameable_types, reason = "that is what it is for")]
    pub trait Sealed {}
}

#[cfg(feature = "tokio-fs")]
mod of_tokio {
    use super::{Context, Poll, Threads, io, sealed::Sealed};
    use crate::TokioIo;
    use std::pin::Pin;
    use tokio::runtime::Handle;
    use tokio::task::{JoinHandle, spawn_blocking};

    impl Sealed for TokioIo {}

    impl Threads for TokioIo {
        type Task<T: Send> = JoinHandle<T>;

        fn spawn<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> JoinHandle<T> {
            spawn_blocking(work)
        }

        fn dispose<T: Send + 'static>(it: T) {
            if let Ok(runtime) = Handle::try_current() {
                runtime.spawn_blocking(|| drop(it));
            }
        }

        fn poll<T: Send>(task: &mut JoinHandle<T>, cx: &mut Context<'_>) -> Poll<io::Result<T>> {
            Pin::new(task).poll(cx).map_err(io::Error::other)
        }
    }
}

#[cfg(feature = "smol-fs")]
mod of_smol {
    use super::{Context, Poll, Threads, io, sealed::Sealed};
    use crate::FuturesIo;
    use blocking::{Task, unblock};
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::pin::Pin;
    use std::thread;

    impl Sealed for FuturesIo {}

    impl Threads for FuturesIo {
        type Task<T: Send> = Task<thread::Result<T>>;

        /// A panic would go on in whoever waits, where tokio makes it an error.
        fn spawn<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Self::Task<T> {
            // What it moved is gone with it.
            unblock(|| catch_unwind(AssertUnwindSafe(work)))
        }

        fn dispose<T: Send + 'static>(it: T) {
            unblock(|| drop(it)).detach();
        }

        fn poll<T: Send>(task: &mut Self::Task<T>, cx: &mut Context<'_>) -> Poll<io::Result<T>> {
            let done = Pin::new(task).poll(cx);
            done.map(|done| {
                done.map_err(|_| io::Error::other("the work on another thread panicked"))
            })
        }
    }
}
