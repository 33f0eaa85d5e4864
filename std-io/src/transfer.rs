//! HTTP/1.1 bodies: `input_stream`, and a writer of chunked ones.

mod chunked;
mod input;
mod writer;

pub use input::{InputStream, input_stream};
pub use writer::ChunkedWriter;
