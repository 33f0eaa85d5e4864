//! The Content-Type of a multipart body: its kind and its boundary.

use super::boundary::{Boundary, BoundaryFault};
use super::parameter_fault::ParameterFault;
use super::parameters::{Parameters, Refused, Span, Tokenizer, each_parameter, token_str};
use super::value::ParameterValue;
use crate::fault::{At, Fault, FaultClass};
use core::fmt;

/// The Content-Type of a multipart body (RFC 2046 section 5.1).
///
/// ```
/// use tidegate_core::{BoundaryFault, MultipartType, MultipartTypeFault};
///
/// let form = MultipartType::parse(b"multipart/form-data; boundary=\"a b\"")?;
/// assert!(form.is_form_data());
/// assert_eq!(form.boundary().as_str(), "a b");
///
/// let empty = MultipartType::parse(b"multipart/form-data; boundary=\"\"").unwrap_err();
/// assert_eq!(empty.fault, MultipartTypeFault::Boundary(BoundaryFault::Empty));
/// # Ok::<(), tidegate_core::At<MultipartTypeFault>>(())
/// ```
///
/// # Limits
///
/// Those of [`ContentDisposition`](super::ContentDisposition#limits), and 70 bytes
/// of boundary.
#[derive(Clone, Copy, Debug)]
pub struct MultipartType<'v> {
    value: &'v [u8],
    subtype: Span,
    boundary: Boundary,
}

impl<'v> MultipartType<'v> {
    /// Takes the value of the header apart, with or without blanks around it.
    ///
    /// # Errors
    ///
    /// The rule that it breaks, and the offset in the value: that of the
    /// parameters first, then that of the type, then that of the boundary. A
    /// boundary that is there twice is refused, as is any other parameter; one
    /// with bytes that are in no token has to be in quotes.
    pub fn parse(content_type: &'v [u8]) -> Result<Self, At<MultipartTypeFault>> {
        let refused = |(offset, fault): (usize, _)| At {
            offset: offset as u64,
            fault,
        };
        let read = read(content_type).map_err(|(offset, fault)| {
            let fault = MultipartTypeFault::Parameter(fault);
            refused((offset, fault))
        })?;
        if !read
            .kind
            .bytes(content_type)
            .eq_ignore_ascii_case(b"multipart")
        {
            let fault = MultipartTypeFault::NotMultipart;
            return Err(refused((read.kind.start(), fault)));
        }
        let Some(boundary) = read.boundary else {
            let fault = MultipartTypeFault::NoBoundary;
            return Err(refused((content_type.len(), fault)));
        };
        // An escape stands for a byte that no boundary has, and so does a backslash.
        match Boundary::new(boundary.bytes(content_type)) {
            Ok(boundary) => Ok(Self {
                value: content_type,
                subtype: read.subtype,
                boundary,
            }),
            Err(fault) => {
                let within = match fault {
                    BoundaryFault::Forbidden { offset } => offset,
                    _ => 0,
                };
                let fault = MultipartTypeFault::Boundary(fault);
                Err(refused((boundary.start() + within, fault)))
            }
        }
    }

    /// `form-data`, `mixed`, `related`, `byteranges` or another token, as it was
    /// sent: it has no case.
    pub fn subtype(&self) -> &'v str {
        token_str(self.subtype.bytes(self.value))
    }

    /// Whether the body is a form (RFC 7578).
    pub fn is_form_data(&self) -> bool {
        self.subtype().eq_ignore_ascii_case("form-data")
    }

    /// What stands between the parts.
    pub const fn boundary(&self) -> Boundary {
        self.boundary
    }

    /// The parameter of that name, in whatever case: `start` and `type` of a
    /// `related` body (RFC 2387), `charset` of old forms.
    pub fn parameter(&self, name: &str) -> Option<ParameterValue<'v>> {
        self.parameters().find(name)
    }

    /// All parameters, in their order, the boundary among them.
    pub fn parameters(&self) -> Parameters<'v> {
        Parameters::behind(self.subtype, self.value)
    }
}

struct Read {
    kind: Span,
    subtype: Span,
    boundary: Option<Span>,
}

fn read(content_type: &[u8]) -> Result<Read, (usize, ParameterFault)> {
    let mut tokenizer = Tokenizer::new(content_type, false)?;
    let (kind, subtype) = essence(&mut tokenizer)?;
    let mut boundary = None;
    each_parameter(tokenizer, |name, content| {
        if name.eq_ignore_ascii_case(b"boundary") {
            boundary = Some(content);
        }
    })?;
    Ok(Read {
        kind,
        subtype,
        boundary,
    })
}

/// What stands in front of the parameters.
pub(super) fn essence(tokenizer: &mut Tokenizer<'_>) -> Result<(Span, Span), Refused> {
    let kind = tokenizer.token(ParameterFault::MalformedKind)?;
    tokenizer.byte(b'/', ParameterFault::MalformedKind)?;
    let subtype = tokenizer.token(ParameterFault::MalformedKind)?;
    Ok((kind, subtype))
}

/// Why a Content-Type is none of a multipart body that can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MultipartTypeFault {
    /// It cannot be taken apart.
    Parameter(ParameterFault),
    /// It is of another type.
    NotMultipart,
    /// It has no boundary.
    NoBoundary,
    /// Its boundary is none.
    Boundary(BoundaryFault),
}

impl Fault for MultipartTypeFault {
    fn class(&self) -> FaultClass {
        match self {
            Self::Parameter(fault) => fault.class(),
            Self::NotMultipart | Self::NoBoundary | Self::Boundary(_) => FaultClass::Malformed,
        }
    }
}

impl fmt::Display for MultipartTypeFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Parameter(fault) => fault.fmt(f),
            Self::NotMultipart => f.write_str("a media type is not multipart"),
            Self::NoBoundary => f.write_str("a multipart media type has no boundary"),
            Self::Boundary(fault) => fault.fmt(f),
        }
    }
}

// The fault within is no source of it: its text stands in this one's already.
impl core::error::Error for MultipartTypeFault {}
