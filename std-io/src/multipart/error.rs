use std::error::Error;
use std::fmt;
use std::io;
use tidegate_core::{Assembly, FormFault, InMemory};

/// Why a form could not be sent, and the name of the part.
///
/// Inside an `io::Error`, whose `get_ref().downcast_ref()` gives it back.
///
/// ```
/// use tidegate_std_io::{Boundary, Form, FormError, FormFault};
///
/// let mut form = Form::with_boundary(Boundary::new("b")?);
/// form.reader_with_len("log", &b"short"[..], 10);
/// let error = form.finish()?.write_to(&mut Vec::new()).unwrap_err();
/// assert_eq!(error.to_string(), "part 0 ended after 5 of 10 bytes: \"log\"");
/// let error: &FormError = error.get_ref().unwrap().downcast_ref().unwrap();
/// assert_eq!((error.fault().part(), error.name()), (Some(0), Some("log")));
/// assert!(matches!(error.fault(), FormFault::Short { promised: 10, .. }));
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormError {
    fault: FormFault,
    name: Option<String>,
}

impl FormError {
    #[cold]
    pub(super) fn new<B: InMemory>(fault: FormFault, parts: &Assembly<B>) -> Self {
        let name = fault.part().and_then(|part| parts.name(part));
        let name = name.map(|name| String::from_utf8_lossy(name).into_owned());
        Self { fault, name }
    }

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

impl From<FormError> for io::Error {
    fn from(error: FormError) -> Self {
        Self::new(error.fault.into(), error)
    }
}
