use super::{Assembly, InMemory};
use crate::multipart::FormFault;
use alloc::string::String;
use core::error::Error;
use core::fmt;

/// Why a form could not be sent, and the name of the part.
///
/// Inside an `io::Error`, whose `get_ref().downcast_ref()` gives it back.
///
/// ```
/// use tidegate_core::{Assembly, BodyLength, Boundary, FormFault, InMemory, PartHead};
///
/// struct Reader;
///
/// impl InMemory for Reader {
///     fn in_memory(&self) -> Option<&[u8]> {
///         None
///     }
/// }
///
/// let mut form = Assembly::new(Boundary::new("b")?);
/// form.part(PartHead::form_data("log"), Reader, BodyLength::Promised(10));
/// let error = form.error(FormFault::Failed { part: 0 });
/// assert_eq!(error.to_string(), "part 0 could not be read to its end: \"log\"");
/// assert_eq!((error.fault().part(), error.name()), (Some(0), Some("log")));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormError {
    fault: FormFault,
    name: Option<String>,
}

impl<B: InMemory> Assembly<B> {
    /// The fault, with the name of the part.
    #[cold]
    pub fn error(&self, fault: FormFault) -> FormError {
        let name = fault.part().and_then(|part| self.name(part));
        let name = name.map(|name| String::from_utf8_lossy(name).into_owned());
        FormError { fault, name }
    }
}

impl FormError {
    /// What is wrong, and with which part.
    pub const fn fault(&self) -> FormFault {
        self.fault
    }

    /// The name of that part, as it is written in the body.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }
}

impl fmt::Display for FormError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            Some(name) => write!(f, "{}: {name:?}", self.fault),
            None => self.fault.fmt(f),
        }
    }
}

// The fault is no source of it: its text stands in this one's already.
impl Error for FormError {}

#[cfg(feature = "std")]
impl From<FormError> for std::io::Error {
    fn from(error: FormError) -> Self {
        Self::new(error.fault.into(), error)
    }
}
