use http::header::{
    HeaderMap, HeaderName, HeaderValue, InvalidHeaderName, InvalidHeaderValue, MaxSizeReached,
};
use std::error::Error;
use std::fmt;
use std::io;

/// Header fields in their order, repeats and all.
///
/// `wsgiref`'s. `http::HeaderMap` keeps the values of one name in order, but not
/// the names among each other; use this where the order is to be seen, or a
/// header has [parameters](Self::add). It converts into a map and from one, and
/// is [part of a response](super::IntoResponse).
///
/// Names are compared in any letter case, and written as they were given.
///
/// ```
/// use tidegate_std_io::gateway::Headers;
///
/// let mut headers = Headers::new();
/// headers.set("Content-Type", "text/plain")?;
/// headers.add("Content-Disposition", "attachment", &[("filename", Some("bud \"x\".gif"))])?;
/// assert_eq!(headers.get("content-type"), Some(&b"text/plain"[..]));
/// let bytes = headers.to_bytes();
/// assert!(bytes.ends_with(b"Content-Disposition: attachment; filename=\"bud \\\"x\\\".gif\"\r\n\r\n"));
/// # Ok::<(), tidegate_std_io::gateway::HeaderFault>(())
/// ```
///
/// # Errors
///
/// [`HeaderFault`], which names the field, for a name that is no token and a
/// value with CR, LF, NUL or another control character: nothing of it is kept,
/// and so nothing of it can be sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Headers {
    fields: Vec<Field>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Field {
    name: HeaderName,
    /// As it was given.
    written: String,
    value: HeaderValue,
}

impl Headers {
    /// None.
    pub const fn new() -> Self {
        Self { fields: Vec::new() }
    }

    /// Removes all fields of this name, and appends one.
    ///
    /// # Errors
    ///
    /// See [the type](Self#errors).
    #[doc(alias = "__setitem__")]
    pub fn set(&mut self, name: &str, value: impl AsRef<[u8]>) -> Result<(), HeaderFault> {
        let field = Field::new(name, value.as_ref())?;
        self.fields.retain(|other| other.name != field.name);
        self.fields.push(field);
        Ok(())
    }

    /// Appends one, unless there is one of this name; the first that there is
    /// then.
    ///
    /// # Errors
    ///
    /// See [the type](Self#errors).
    #[doc(alias = "setdefault")]
    pub fn set_default(
        &mut self,
        name: &str,
        value: impl AsRef<[u8]>,
    ) -> Result<&[u8], HeaderFault> {
        let at = match self.position(name) {
            Some(at) => at,
            None => {
                self.fields.push(Field::new(name, value.as_ref())?);
                self.fields.len() - 1
            }
        };
        Ok(self.fields[at].value.as_bytes())
    }

    /// Appends a field with parameters, whatever others there are: `; name="value"`
    /// each, or the bare name where there is no value. `_` in a name becomes `-`,
    /// and quotes and backslashes in a value are escaped.
    ///
    /// # Errors
    ///
    /// See [the type](Self#errors). The name of a parameter is a token too.
    #[doc(alias = "add_header")]
    pub fn add(
        &mut self,
        name: &str,
        value: impl AsRef<[u8]>,
        parameters: &[(&str, Option<&str>)],
    ) -> Result<(), HeaderFault> {
        let mut whole = value.as_ref().to_vec();
        for (parameter, value) in parameters {
            let parameter = parameter.replace('_', "-");
            // What may name a field may name a parameter.
            if HeaderName::try_from(&parameter).is_err() {
                return Err(HeaderFault::new(name, Part::Parameter));
            }
            if !whole.is_empty() {
                whole.extend(b"; ");
            }
            whole.extend(parameter.bytes());
            // As in `wsgiref`, one of nothing is bare as well.
            if let Some(value) = value.filter(|value| !value.is_empty()) {
                let value = value.replace('\\', "\\\\").replace('"', "\\\"");
                whole.extend(format!("=\"{value}\"").bytes());
            }
        }
        self.fields.push(Field::new(name, &whole)?);
        Ok(())
    }

    /// Removes all fields of this name, if there are any.
    #[doc(alias = "__delitem__")]
    pub fn remove(&mut self, name: &str) {
        self.fields.retain(|field| !field.is(name));
    }

    /// The first value of this name.
    pub fn get(&self, name: &str) -> Option<&[u8]> {
        let at = self.position(name)?;
        Some(self.fields[at].value.as_bytes())
    }

    /// All values of this name, in their order.
    pub fn get_all(&self, name: &str) -> impl Iterator<Item = &[u8]> {
        let fields = self.fields.iter().filter(move |field| field.is(name));
        fields.map(|field| field.value.as_bytes())
    }

    /// Whether there is a field of this name.
    pub fn contains(&self, name: &str) -> bool {
        self.position(name).is_some()
    }

    /// How many fields there are, repeats included.
    #[doc(alias = "__len__")]
    pub fn len(&self) -> usize {
        self.fields.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// The names, as they were given, with repeats.
    #[doc(alias = "keys")]
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().map(|field| &field.written[..])
    }

    /// The values, in the order of the names.
    pub fn values(&self) -> impl Iterator<Item = &[u8]> {
        self.fields.iter().map(|field| field.value.as_bytes())
    }

    /// Names and values.
    #[doc(alias = "items")]
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.names().zip(self.values())
    }

    /// As they are sent: each on a line, and then the blank line.
    #[doc(alias = "__bytes__")]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for (name, value) in self.iter() {
            write_field(&mut bytes, name.as_bytes(), value);
        }
        bytes.extend(b"\r\n");
        bytes
    }

    /// Puts them in the place of those of the same names.
    pub(super) fn replace_in(self, map: &mut HeaderMap) -> Result<(), MaxSizeReached> {
        for field in &self.fields {
            map.remove(&field.name);
        }
        for field in self.fields {
            map.try_append(field.name, field.value)?;
        }
        Ok(())
    }

    fn position(&self, name: &str) -> Option<usize> {
        self.fields.iter().position(|field| field.is(name))
    }
}

/// One line of a head.
pub(super) fn write_field(to: &mut Vec<u8>, name: &[u8], value: &[u8]) {
    to.extend(name);
    to.extend(b": ");
    to.extend(value);
    to.extend(b"\r\n");
}

impl Field {
    fn new(name: &str, value: &[u8]) -> Result<Self, HeaderFault> {
        let refused = |part| HeaderFault::new(name, part);
        Ok(Self {
            name: HeaderName::try_from(name).map_err(|_: InvalidHeaderName| refused(Part::Name))?,
            written: name.to_owned(),
            value: HeaderValue::from_bytes(value)
                .map_err(|_: InvalidHeaderValue| refused(Part::Value))?,
        })
    }

    fn is(&self, name: &str) -> bool {
        self.written.eq_ignore_ascii_case(name)
    }
}

impl From<&HeaderMap> for Headers {
    /// The names come in the order in which the map has them.
    fn from(map: &HeaderMap) -> Self {
        let fields = map.iter().map(|(name, value)| Field {
            name: name.clone(),
            written: name.as_str().to_owned(),
            value: value.clone(),
        });
        Self {
            fields: fields.collect(),
        }
    }
}

impl TryFrom<Headers> for HeaderMap {
    type Error = MaxSizeReached;

    /// # Errors
    ///
    /// If there are more of them than a map may have.
    fn try_from(headers: Headers) -> Result<Self, MaxSizeReached> {
        let mut map = Self::new();
        headers.replace_in(&mut map)?;
        Ok(map)
    }
}

/// Why a header field is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeaderFault {
    name: String,
    part: Part,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Name,
    Value,
    Parameter,
}

impl HeaderFault {
    fn new(name: &str, part: Part) -> Self {
        let name = name.to_owned();
        Self { name, part }
    }

    /// The name of the field, as it was given.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl fmt::Display for HeaderFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.name.escape_debug();
        match self.part {
            Part::Name => write!(f, "\"{name}\" is no name of a header field"),
            Part::Value => write!(
                f,
                "the value of the header field \"{name}\" has a control character"
            ),
            Part::Parameter => write!(f, "a parameter of the header field \"{name}\" has no name"),
        }
    }
}

impl Error for HeaderFault {}

impl From<HeaderFault> for io::Error {
    fn from(fault: HeaderFault) -> Self {
        Self::new(io::ErrorKind::InvalidInput, fault)
    }
}
