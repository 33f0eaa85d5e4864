use super::{Boundary, Decoder, MultipartType, MultipartTypeFault};
use crate::At;
use crate::field::trim_blanks;

/// How a form is coded, as its Content-Type says. Complete by definition: HTML
/// knows these two, and `text/plain`, which nobody can read.
///
/// ```
/// use tidegate_core::FormType;
///
/// let coding = FormType::parse(b"Application/X-WWW-Form-Urlencoded; charset=utf-8")?;
/// assert_eq!(coding, FormType::UrlEncoded);
/// assert!(FormType::parse(b"text/plain").is_err());
/// # Ok::<(), tidegate_core::At<tidegate_core::MultipartTypeFault>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FormType {
    /// `multipart/form-data` (RFC 7578), with this boundary.
    Multipart(Boundary),
    /// `application/x-www-form-urlencoded` (WHATWG URL). It has no parameters:
    /// those that are there mean nothing.
    UrlEncoded,
}

impl FormType {
    /// Takes a Content-Type apart.
    ///
    /// # Errors
    ///
    /// [`MultipartTypeFault::NotMultipart`] if it is of another type, also of
    /// another kind of multipart; and what is wrong with one that is.
    pub fn parse(content_type: &[u8]) -> Result<Self, At<MultipartTypeFault>> {
        let end = content_type.iter().position(|&byte| byte == b';');
        let essence = trim_blanks(&content_type[..end.unwrap_or(content_type.len())]);
        if essence.eq_ignore_ascii_case(b"application/x-www-form-urlencoded") {
            return Ok(Self::UrlEncoded);
        }
        let multipart = MultipartType::parse(content_type)?;
        if !multipart.is_form_data() {
            return Err(At {
                offset: 0,
                fault: MultipartTypeFault::NotMultipart,
            });
        }
        Ok(Self::Multipart(multipart.boundary()))
    }

    /// A decoder of such a form. Of a urlencoded one its limits count alone, which
    /// its [meter](Decoder::meter) has.
    pub fn decoder(&self) -> Decoder {
        Decoder::form_data(match self {
            Self::Multipart(boundary) => *boundary,
            Self::UrlEncoded => Boundary::from_random([0; 16]),
        })
    }
}
