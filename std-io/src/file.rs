//! Files out: `FileWrapper`, and what it can be put on and sent to.

mod byteranges;
mod bytes;
mod read_at;
mod sendfile;
mod sink;
mod wrapper;

pub use byteranges::MultiRange;
pub use bytes::FileBytes;
pub use read_at::{FileAt, ReadAt};
#[cfg(unix)]
pub use sendfile::sendfile;
pub use sink::{FileSink, FileSource, wrap_file};
pub use wrapper::FileWrapper;
