use super::{Form, PartBody, path};
use std::borrow::Cow;
use tidegate_core::{Escaping, PartFault, PartHead};

/// The value of a field of a form, with all that can be said of it.
///
/// Texts and bytes convert into one, and so does a [`PartBody`]. For parts that
/// are no fields of a form use [`Form::part`](super::Form::part).
///
/// ```
/// use tidegate_std_io::{Form, FormValue};
///
/// let mut form = Form::new()?;
/// let csv = FormValue::new("a,b\n1,2\n")
///     .filename("table.csv")
///     .content_type("text/csv")
///     .field("X-Rows", "2");
/// form.value("table", csv)?.value("comment", "as text")?;
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
#[must_use]
pub struct FormValue<'a> {
    body: PartBody<'a>,
    filename: Option<Cow<'a, str>>,
    content_type: Option<Cow<'a, str>>,
    fields: Vec<(Cow<'a, str>, Cow<'a, str>)>,
    escaping: Escaping,
}

impl<'a> FormValue<'a> {
    /// This and nothing more.
    pub fn new(body: impl Into<PartBody<'a>>) -> Self {
        Self {
            body: body.into(),
            filename: None,
            content_type: None,
            fields: Vec::new(),
            escaping: Escaping::Browser,
        }
    }

    /// It is a file of this name. Its media type is that of its extension (with
    /// the feature `mime_guess`) or `application/octet-stream`, unless
    /// [another one](Self::content_type) is given.
    pub fn filename(mut self, filename: impl Into<Cow<'a, str>>) -> Self {
        self.filename = Some(filename.into());
        self
    }

    /// Its media type.
    pub fn content_type(mut self, media_type: impl Into<Cow<'a, str>>) -> Self {
        self.content_type = Some(media_type.into());
        self
    }

    /// One more field of the head of the part.
    pub fn field(mut self, name: impl Into<Cow<'a, str>>, value: impl Into<Cow<'a, str>>) -> Self {
        self.fields.push((name.into(), value.into()));
        self
    }

    /// How its name and file name are written.
    pub fn escaping(mut self, escaping: Escaping) -> Self {
        self.escaping = escaping;
        self
    }

    /// Nothing is added if the head is refused.
    pub(super) fn add_to(self, form: &mut Form<'a>, name: &str) -> Result<(), PartFault> {
        let fields = self.fields.iter();
        let fields: Vec<_> = fields
            .map(|(name, value)| (name.as_bytes(), value.as_bytes()))
            .collect();
        let mut head = PartHead::form_data(name)
            .escaping(self.escaping)
            .fields(&fields)?;
        let mut guessed = None;
        if let Some(filename) = &self.filename {
            head = head.filename(filename);
            guessed = Some(path::media_type(filename));
        }
        if let Some(media_type) = self.content_type.as_deref().or(guessed) {
            head = head.content_type(media_type)?;
        }
        form.part(head, self.body);
        Ok(())
    }
}

impl<'a, B: Into<PartBody<'a>>> From<B> for FormValue<'a> {
    fn from(body: B) -> Self {
        Self::new(body)
    }
}
