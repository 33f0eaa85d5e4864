//! Multipart bodies (RFC 2046 section 5.1): forms, byte ranges, and the like.

mod boundary;
mod disposition;
mod encode;
mod escape;
mod head;
mod media_type;
mod parameter_fault;
mod parameters;
mod value;

pub use boundary::{Boundary, BoundaryFault, BoundaryParameter};
pub use disposition::ContentDisposition;
pub use encode::{BodyEnd, Encoder, PartPieces, PartStart};
pub use escape::Escaping;
pub use head::{HeadPieces, PartFault, PartHead};
pub use media_type::{MultipartType, MultipartTypeFault};
pub use parameter_fault::ParameterFault;
pub use parameters::Parameters;
pub use value::{ParameterPieces, ParameterValue};
