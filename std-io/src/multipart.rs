//! Multipart bodies: forms and files on their way out, and on their way in.

mod body;
mod boundary;
mod decode;
mod encode;
mod form;
#[cfg(feature = "form-data")]
mod form_data;
mod part;
mod path;
mod read;
mod replay;
#[cfg(feature = "tempfile")]
mod spool;
#[cfg(feature = "tempfile")]
mod stream;
mod value;
mod write;

pub use body::FormBody;
pub use boundary::random_boundary;
#[cfg(feature = "encoding_rs")]
pub use decode::{CharsetFault, FormCharset, TextCharset};
pub use decode::{Multipart, Part};
pub use encode::encode_multipart;
pub use form::Form;
#[cfg(feature = "form-data")]
pub use form_data::{
    FormData, FormEntry, FormOptions, FormSink, SpillFile, UrlEncoded, UrlEncodedField,
};
pub use part::PartBody;
#[cfg(feature = "tempfile")]
pub use stream::{MultipartStream, StreamOptions, stream_encode_multipart};
pub use value::FormValue;
