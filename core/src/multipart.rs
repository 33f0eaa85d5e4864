//! Multipart bodies (RFC 2046 section 5.1): forms, byte ranges, and the like.

mod boundary;
mod decode;
mod delimiter;
mod disposition;
mod encode;
mod escape;
mod head;
mod media_type;
mod parameters;
mod value;

pub use boundary::{Boundary, BoundaryFault, BoundaryParameter};
pub use decode::{DecodeFault, Decoded, Decoder, DecoderFound, Head, HeadFields, HeadLayout};
pub use disposition::ContentDisposition;
pub use encode::{BodyEnd, Encoder, PartPieces, PartStart};
pub use escape::Escaping;
pub use head::{HeadPieces, PartFault, PartHead};
pub use media_type::{MultipartType, MultipartTypeFault};
pub use parameters::{ParameterFault, Parameters};
pub use value::{ParameterPieces, ParameterValue};
