use super::media_type::essence;
use super::parameter_fault::ParameterFault;
use super::parameters::{Parameters, Span, Tokenizer, each_parameter, token_str};
use super::value::ParameterValue;
use crate::At;

/// Any media type with its parameters, as it stands in a Content-Type (RFC 9110
/// section 8.3.1). For that of a multipart body, whose boundary is checked, use
/// [`MultipartType`](super::MultipartType).
///
/// ```
/// use tidegate_core::MediaType;
///
/// let text = MediaType::parse(b"text/plain; charset=\"ISO-8859-1\"")?;
/// assert_eq!((text.kind(), text.subtype()), ("text", "plain"));
/// assert_eq!(text.parameter("Charset").expect("there is one"), "ISO-8859-1");
/// # Ok::<(), tidegate_core::At<tidegate_core::ParameterFault>>(())
/// ```
///
/// # Limits
///
/// Those of [`ContentDisposition`](super::ContentDisposition#limits).
#[derive(Clone, Copy, Debug)]
pub struct MediaType<'v> {
    value: &'v [u8],
    kind: Span,
    subtype: Span,
}

impl<'v> MediaType<'v> {
    /// Takes the value of the header apart, with or without blanks around it.
    ///
    /// # Errors
    ///
    /// The rule that it breaks, and the offset in the value.
    pub fn parse(content_type: &'v [u8]) -> Result<Self, At<ParameterFault>> {
        Self::read(content_type).map_err(|(offset, fault)| At {
            offset: offset as u64,
            fault,
        })
    }

    fn read(value: &'v [u8]) -> Result<Self, (usize, ParameterFault)> {
        let mut tokenizer = Tokenizer::new(value, false)?;
        let (kind, subtype) = essence(&mut tokenizer)?;
        each_parameter(tokenizer, |_, _| {})?;
        Ok(Self {
            value,
            kind,
            subtype,
        })
    }

    /// What stands in front of the slash, as it was sent: it has no case.
    pub fn kind(&self) -> &'v str {
        token_str(self.kind.bytes(self.value))
    }

    /// What stands behind it, as it was sent: it has no case.
    pub fn subtype(&self) -> &'v str {
        token_str(self.subtype.bytes(self.value))
    }

    /// The parameter of that name, in whatever case.
    pub fn parameter(&self, name: &str) -> Option<ParameterValue<'v>> {
        self.parameters().find(name)
    }

    /// All parameters, in their order.
    pub fn parameters(&self) -> Parameters<'v> {
        Parameters::behind(self.subtype, self.value)
    }
}
