//! Multipart bodies (RFC 2046 section 5.1): forms, byte ranges, and the like.

mod boundary;
mod encode;
mod escape;
mod head;

pub use boundary::{Boundary, BoundaryFault, BoundaryParameter};
pub use encode::{BodyEnd, Encoder, PartPieces, PartStart};
pub use escape::Escaping;
pub use head::{HeadPieces, PartFault, PartHead};
