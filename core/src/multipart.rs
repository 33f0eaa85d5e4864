//! Multipart bodies (RFC 2046 section 5.1): forms, byte ranges, and the like.

#[cfg(feature = "alloc")]
mod assembly;
mod boundary;
#[cfg(feature = "alloc")]
mod collect;
mod content_type;
mod decode;
mod delimiter;
mod disposition;
mod encode;
mod escape;
#[cfg(feature = "alloc")]
mod form_fault;
mod form_type;
mod head;
mod kind;
mod media_type;
mod opening;
mod parameter_fault;
mod parameters;
#[cfg(feature = "alloc")]
mod safe_name;
mod spill;
mod value;

#[cfg(feature = "alloc")]
pub use assembly::{Assembly, BodyLength, FormError, FormProgress, InMemory, Slices, Turn};
pub use boundary::{Boundary, BoundaryFault, BoundaryParameter};
#[cfg(feature = "alloc")]
pub use collect::{Arriving, Collected, Collector, FormSink, Kept, Stow};
pub use content_type::MediaType;
pub use decode::{
    DecodeFault, Decoded, Decoder, DecoderFound, Head, HeadFields, HeadLayout, PartKind, PartMeter,
    Unread,
};
pub use disposition::ContentDisposition;
pub use encode::{BodyEnd, Encoder, PartPieces, PartStart};
pub use escape::Escaping;
#[cfg(feature = "alloc")]
pub use form_fault::FormFault;
pub use form_type::FormType;
pub use head::{HeadPieces, PartFault, PartHead};
pub use kind::MultipartKind;
pub use media_type::{MultipartType, MultipartTypeFault};
pub use parameter_fault::ParameterFault;
pub use parameters::Parameters;
#[cfg(feature = "alloc")]
pub use safe_name::safe_file_name;
pub use spill::{Keep, Spill, SpillFault, Stored};
#[cfg(feature = "alloc")]
pub use value::decode_form_escapes;
pub use value::{ParameterPieces, ParameterValue};
