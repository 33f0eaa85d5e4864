//! HTTP/1.1 body framing (RFC 9112 sections 6 and 7): how long a body is, and
//! the chunked coding in both directions.
//!
//! ```text
//! head of a message ── BodyKind ── InputLimits ──┬── Limit
//!                                                └── Limit over ChunkedDecoder
//! ```
//!
//! Two readers of one connection that frame it differently are how requests are
//! smuggled, so wherever the RFC lets a recipient choose between a guess and a
//! refusal, this refuses, and says which rule was broken.

mod body_kind;
mod decode;
mod encode;
mod fault;
mod input;
#[cfg(feature = "alloc")]
mod kept;
mod size_line;
mod trailers;

pub use body_kind::{BodyKind, BodyKindFault, HttpVersion};
pub use decode::{Chunked, ChunkedDecoder, ChunkedFound};
pub use encode::{ChunkedEncoder, EncodedChunk, LastChunk};
pub use fault::ChunkedFault;
pub use input::{InputFraming, InputLimits};
#[cfg(feature = "alloc")]
pub use kept::KeptTrailers;
pub(crate) use trailers::is_forbidden as is_no_trailer;
pub use trailers::{TrailerFault, Trailers};
