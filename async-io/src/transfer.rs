//! HTTP/1.1 bodies: `input_stream`.

mod chunked;
mod input;

pub(crate) use input::Content;
pub use input::InputStream;
