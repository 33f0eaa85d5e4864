//! Files out: which bytes of a file an HTTP request asks for, and in which
//! blocks they are read (RFC 9110 sections 13 and 14).
//!
//! ```text
//! method, headers, FileFacts ── FileAnswer ── ByteRange ── Blocks
//! ```

mod answer;
mod blocks;
mod etag;
mod range;

pub use answer::{FileAnswer, FileFacts};
pub use blocks::{BlockPlan, Blocks, FileFault};
pub use etag::ETag;
pub use range::{ByteRange, ByteRanges, ContentRange, RangeAnswer};
