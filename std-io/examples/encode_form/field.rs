//! One field in the notation of curl's `-F`.

use std::io;
use tidegate_std_io::{Escaping, Form, FormValue, PartBody};

pub(crate) struct Field {
    name: String,
    content: Content,
    content_type: Option<String>,
    filename: Option<String>,
    headers: Vec<(String, String)>,
}

enum Content {
    Value(String),
    /// A file as a file.
    Upload(String),
    /// A file as a value.
    Inlined(String),
}

impl Field {
    /// `name=...`, with all that may follow.
    pub(crate) fn parse(field: &str) -> Result<Self, String> {
        let (name, content) = split(field)?;
        let mut field = Self::of(name, Content::Value(String::new()));
        let mut rest = content;
        field.content = if let Some(path) = content.strip_prefix('@') {
            rest = path;
            Content::Upload(word(&mut rest, &[';', ',']))
        } else if let Some(path) = content.strip_prefix('<') {
            rest = path;
            Content::Inlined(word(&mut rest, &[';']))
        } else if content.starts_with('(') {
            return Err(format!(
                "{name}: nested parts, as of =( in curl, are not written"
            ));
        } else {
            Content::Value(word(&mut rest, &[';']))
        };
        if rest.starts_with(',') {
            return Err(format!(
                "{name}: several files for one field are not written; give it several times, \
                 or put a name with a comma in quotes"
            ));
        }
        field.parameters(rest)?;
        Ok(field)
    }

    /// `name=value` as it stands.
    pub(crate) fn literal(field: &str) -> Result<Self, String> {
        let (name, value) = split(field)?;
        Ok(Self::of(name, Content::Value(value.to_owned())))
    }

    fn of(name: &str, content: Content) -> Self {
        Self {
            name: name.to_owned(),
            content,
            content_type: None,
            filename: None,
            headers: Vec::new(),
        }
    }

    /// `;type=...;filename=...;headers=...`
    fn parameters(&mut self, mut rest: &str) -> Result<(), String> {
        // What follows a type and is nothing else is a parameter of it.
        let mut behind_type = false;
        while let Some(parameter) = rest.strip_prefix(';') {
            let behind = parameter.trim_start();
            if behind.is_empty() || behind.starts_with(';') {
                // As curl, it says nothing.
                rest = behind;
                continue;
            }
            let (key, value) = parameter.split_once('=').unwrap_or((parameter, ""));
            rest = value;
            let key = key.trim_start().to_ascii_lowercase();
            match (key.as_str(), &mut self.content_type) {
                ("type", _) => {
                    let media_type = word(&mut rest, &[';']);
                    if !media_type.contains('/') {
                        return Err(format!("{}: {media_type:?} is no media type", self.name));
                    }
                    self.content_type = Some(media_type);
                }
                ("filename", _) => self.filename = Some(word(&mut rest, &[';'])),
                ("headers", _) => {
                    let header = word(&mut rest, &[';']);
                    let Some((name, value)) = header.split_once(':') else {
                        return Err(format!("{}: {header:?} is no header", self.name));
                    };
                    let header = (name.to_owned(), value.trim().to_owned());
                    self.headers.push(header);
                }
                (_, Some(media_type)) if behind_type => {
                    let end = parameter.find(';').unwrap_or(parameter.len());
                    media_type.push(';');
                    media_type.push_str(parameter[..end].trim_end());
                    rest = &parameter[end..];
                    continue;
                }
                _ => return Err(format!("{}: unknown parameter {parameter:?}", self.name)),
            }
            behind_type = key == "type";
        }
        Ok(())
    }

    pub(crate) fn add_to(&self, form: &mut Form<'_>, escaping: Escaping) -> io::Result<()> {
        let body = self.body();
        let named =
            |error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", self.name));
        let mut value = FormValue::new(body.map_err(named)?).escaping(escaping);
        let own_name = match &self.content {
            Content::Upload(path) => path.rsplit('/').next(),
            Content::Value(_) | Content::Inlined(_) => None,
        };
        let filename = self.filename.as_deref().or(own_name);
        if let Some(filename) = filename {
            value = value.filename(filename.to_owned());
        }
        // A new name may say less than the file's own.
        let mut names = filename.into_iter().chain(own_name);
        let guessed = names.find_map(|name| mime_guess::from_path(name).first_raw());
        if let Some(media_type) = self.content_type.as_deref().or(guessed) {
            value = value.content_type(media_type.to_owned());
        }
        for (name, text) in &self.headers {
            value = value.field(name.clone(), text.clone());
        }
        form.value(&self.name, value)
            .map_err(|fault| named(fault.into()))?;
        Ok(())
    }

    fn body(&self) -> io::Result<PartBody<'static>> {
        match &self.content {
            Content::Value(value) => Ok(value.clone().into()),
            Content::Upload(path) | Content::Inlined(path) if path == "-" => {
                Ok(PartBody::reader(io::stdin()))
            }
            Content::Upload(path) | Content::Inlined(path) => PartBody::open(path)
                .map_err(|error| io::Error::new(error.kind(), format!("{path}: {error}"))),
        }
    }
}

fn split(field: &str) -> Result<(&str, &str), String> {
    let parts = field.split_once('=');
    parts.ok_or_else(|| format!("{field:?} is no field: there is no = in it"))
}

/// The next word, up to one of these signs: in quotes, or without the blanks
/// around it. A quote that is not closed is a sign like any other.
fn word(rest: &mut &str, ends: &[char]) -> String {
    let text = rest.trim_start();
    if let Some((quoted, behind)) = text.strip_prefix('"').and_then(unquote) {
        *rest = &behind[behind.find(ends).unwrap_or(behind.len())..];
        return quoted;
    }
    let (word, behind) = text.split_at(text.find(ends).unwrap_or(text.len()));
    *rest = behind;
    word.trim_end().to_owned()
}

/// What is in the quotes, and what is behind them.
fn unquote(text: &str) -> Option<(String, &str)> {
    let mut quoted = String::new();
    let mut signs = text.char_indices().peekable();
    while let Some((at, sign)) = signs.next() {
        match (sign, signs.peek()) {
            ('"', _) => return Some((quoted, &text[at + 1..])),
            ('\\', Some(&(_, escaped @ ('"' | '\\')))) => {
                quoted.push(escaped);
                signs.next();
            }
            _ => quoted.push(sign),
        }
    }
    None
}
