//! Multipart bodies (RFC 2046 section 5.1): forms, byte ranges, and the like.

#[cfg(feature = "alloc")]
mod assembly;
mod boundary;
mod encode;
mod escape;
#[cfg(feature = "alloc")]
mod form_fault;
mod head;
mod kind;

#[cfg(feature = "alloc")]
pub use assembly::{Assembly, BodyLength, InMemory, Slices, Turn};
pub use boundary::{Boundary, BoundaryFault, BoundaryParameter};
pub use encode::{BodyEnd, Encoder, PartPieces, PartStart};
pub use escape::Escaping;
#[cfg(feature = "alloc")]
pub use form_fault::FormFault;
pub use head::{HeadPieces, PartFault, PartHead};
pub use kind::MultipartKind;
