use super::BuildFault;
use super::run::Reading;
use crate::gateway::Input;
use crate::{Form, FormBody, FormValue, InputStream};
use bytes::Bytes;
use http::Version;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderValue, TRANSFER_ENCODING};
use std::fmt;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use tidegate_core::{At, BodyKind, FormType, InputLimits, LimitFault, MultipartTypeFault};

/// What the body of a request is to be, as it was asked for.
#[derive(Debug, Default)]
pub(super) enum Content {
    #[default]
    Nothing,
    /// Fields, and files among them.
    Fields(Vec<(String, Field)>),
    Form(Box<Form<'static>>),
    Bytes(Bytes),
    Reader(Reader),
}

#[derive(Debug)]
pub(super) enum Field {
    Text(String),
    File(Box<FormValue<'static>>),
}

pub(super) struct Reader {
    reader: Box<dyn Read + Send>,
    length: Option<u64>,
}

impl Reader {
    pub(super) fn new(reader: impl Read + Send + 'static, length: Option<u64>) -> Self {
        let reader = Box::new(reader);
        Self { reader, length }
    }
}

impl fmt::Debug for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reader")
            .field("length", &self.length)
            .finish_non_exhaustive()
    }
}

impl Content {
    /// # Errors
    ///
    /// If there is something else already.
    pub(super) fn add_field(&mut self, name: String, field: Field) -> Result<(), BuildFault> {
        if let Self::Nothing = self {
            *self = Self::Fields(Vec::new());
        }
        let Self::Fields(fields) = self else {
            return Err(BuildFault::FormAndBody);
        };
        fields.push((name, field));
        Ok(())
    }

    /// # Errors
    ///
    /// If there is something else already.
    pub(super) fn set(&mut self, content: Self) -> Result<(), BuildFault> {
        let Self::Nothing = self else {
            return Err(BuildFault::FormAndBody);
        };
        *self = content;
        Ok(())
    }

    /// The bytes, with the headers that describe them unless they are described.
    /// The kind is there if the headers do not tell it, since nobody puts bytes in
    /// chunks that stay in the process.
    pub(super) fn encode(
        self,
        headers: &mut HeaderMap,
        version: Version,
    ) -> Result<(Body, Option<BodyKind>), BuildFault> {
        let (body, length) = match self {
            Self::Nothing => return Ok((Body::Empty, None)),
            Self::Bytes(bytes) => {
                let length = bytes.len() as u64;
                (Body::Bytes(bytes), Some(length))
            }
            Self::Reader(Reader { reader, length }) => (Body::Reader(reader), length),
            Self::Form(form) => of_form(*form, headers, false)?,
            Self::Fields(fields) => of_fields(fields, headers)?,
        };
        if headers.contains_key(CONTENT_LENGTH) || headers.contains_key(TRANSFER_ENCODING) {
            return Ok((body, None));
        }
        match length {
            Some(length) => {
                headers.insert(CONTENT_LENGTH, length.into());
                Ok((body, None))
            }
            None if version < Version::HTTP_11 => Err(BuildFault::UnknownLength),
            None => {
                headers.insert(TRANSFER_ENCODING, HeaderValue::from_static("chunked"));
                Ok((body, Some(BodyKind::UntilClose)))
            }
        }
    }
}

type Measured = (Body, Option<u64>);

/// Multipart if there are files, urlencoded if there are none, or as the
/// Content-Type says.
fn of_fields(
    fields: Vec<(String, Field)>,
    headers: &mut HeaderMap,
) -> Result<Measured, BuildFault> {
    let has_files = fields
        .iter()
        .any(|(_, field)| matches!(field, Field::File(_)));
    let given = headers.get(CONTENT_TYPE);
    let given = given.map(|value| FormType::parse(value.as_bytes()));
    let (form, is_given) = match given {
        None if !has_files => return Ok(urlencoded(&fields, headers)),
        Some(Ok(FormType::UrlEncoded)) if has_files => return Err(BuildFault::FileInUrlEncoded),
        Some(Ok(FormType::UrlEncoded)) => return Ok(urlencoded(&fields, headers)),
        Some(Ok(FormType::Multipart(boundary))) => (Form::with_boundary(boundary), true),
        // The boundary is ours to choose.
        None
        | Some(Err(At {
            fault: MultipartTypeFault::NoBoundary,
            ..
        })) => (Form::new()?, false),
        Some(Err(at)) => return Err(BuildFault::ContentType(at)),
    };
    let mut form = form;
    for (name, field) in fields {
        match field {
            Field::Text(text) => form.text(&name, text),
            Field::File(value) => form.value(&name, *value)?,
        };
    }
    of_form(form, headers, !is_given)
}

fn urlencoded(fields: &[(String, Field)], headers: &mut HeaderMap) -> Measured {
    let pairs = fields.iter().filter_map(|(name, field)| match field {
        Field::Text(text) => Some((name, text)),
        Field::File(_) => None,
    });
    let body = encode_pairs(pairs);
    let media_type = HeaderValue::from_static("application/x-www-form-urlencoded");
    headers.entry(CONTENT_TYPE).or_insert(media_type);
    let length = body.len() as u64;
    (Body::Bytes(body.into()), Some(length))
}

pub(super) fn encode_pairs<N: AsRef<str>, V: AsRef<str>>(
    pairs: impl IntoIterator<Item = (N, V)>,
) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish()
}

fn of_form(
    form: Form<'static>,
    headers: &mut HeaderMap,
    replace: bool,
) -> Result<Measured, BuildFault> {
    let body = form.finish()?;
    if replace || !headers.contains_key(CONTENT_TYPE) {
        #[expect(clippy::expect_used, reason = "a boundary has no control characters")]
        let value = HeaderValue::try_from(body.content_type()).expect("ASCII");
        headers.insert(CONTENT_TYPE, value);
    }
    let length = body.content_length();
    Ok((Body::Form(Box::new(body)), length))
}

/// The body of a request, to be read.
pub(super) enum Body {
    Empty,
    Bytes(Bytes),
    Form(Box<FormBody<'static>>),
    Reader(Box<dyn Read + Send>),
    /// That of a request which somebody else made.
    Given(Input),
    /// Nobody can read it again.
    Spent,
}

impl Body {
    /// The same once more, or [`Spent`](Self::Spent). Of a form that is asked for
    /// only where it is `wanted`, since it holds its files.
    pub(super) fn again(&self, wanted: bool) -> Self {
        match self {
            Self::Empty => Self::Empty,
            Self::Bytes(bytes) => Self::Bytes(bytes.clone()),
            Self::Form(form) if wanted => match form.try_clone() {
                Ok(form) => Self::Form(Box::new(form)),
                Err(_) => Self::Spent,
            },
            Self::Given(input) if input.limit() == 0 => Self::Empty,
            Self::Form(_) | Self::Reader(_) | Self::Given(_) | Self::Spent => Self::Spent,
        }
    }

    /// What an application reads: this, delimited like that.
    ///
    /// # Errors
    ///
    /// [`LimitFault::TooLarge`] if it is announced to be longer than allowed.
    pub(super) fn into_reading(
        self,
        kind: BodyKind,
        limits: InputLimits,
    ) -> Result<Reading, At<LimitFault>> {
        let reader: Box<dyn BufRead + Send> = match self {
            Self::Given(input) => return Ok(Reading::Given(input)),
            Self::Empty | Self::Spent => Box::new(io::empty()),
            Self::Bytes(bytes) => Box::new(Cursor::new(bytes)),
            Self::Form(form) => Box::new(buffered(*form)),
            Self::Reader(reader) => Box::new(buffered(reader)),
        };
        let stream = InputStream::new(reader, kind, limits)?;
        Ok(Reading::Stream(stream, kind))
    }
}

fn buffered<R: Read>(reader: R) -> BufReader<R> {
    const BLOCK_SIZE: usize = 64 << 10;
    BufReader::with_capacity(BLOCK_SIZE, reader)
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("Empty"),
            Self::Bytes(bytes) => write!(f, "{} bytes", bytes.len()),
            Self::Form(form) => form.fmt(f),
            Self::Reader(_) => f.write_str("Reader"),
            Self::Given(input) => input.fmt(f),
            Self::Spent => f.write_str("Spent"),
        }
    }
}
