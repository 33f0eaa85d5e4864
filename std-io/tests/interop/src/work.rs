//! The folder in which programs that know nothing of each other meet.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::error::Error;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

#[derive(Clone, Debug)]
pub(crate) struct Work(PathBuf);

/// A line of `bodies.jsonl`.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Body {
    pub(crate) writer: String,
    pub(crate) case: String,
    pub(crate) path: PathBuf,
    #[serde(rename = "type")]
    pub(crate) content_type: String,
}

/// A line of `sent/CLIENT.jsonl`: what a client made of a form.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(untagged)]
pub(crate) enum Sending {
    Body(Body),
    /// It would not.
    Refused {
        writer: String,
        case: String,
        refused: String,
    },
}

/// A form in `forms.jsonl`, for clients in other languages.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Described<'f> {
    pub(crate) case: &'f str,
    pub(crate) parts: Vec<DescribedPart<'f>>,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct DescribedPart<'f> {
    pub(crate) name: &'f str,
    pub(crate) filename: Option<&'f str>,
    #[serde(rename = "type")]
    pub(crate) content_type: Option<&'f str>,
    /// Where the content is.
    pub(crate) path: PathBuf,
}

/// A line of `answers/DECODER.jsonl`: what a decoder made of a body.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Answer {
    pub(crate) writer: String,
    pub(crate) case: String,
    #[serde(flatten)]
    pub(crate) reading: Reading,
}

#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Reading {
    Parts(Vec<Part>),
    /// With what it said.
    Refused(String),
}

/// What arrives of a part.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Part {
    pub(crate) name: Option<String>,
    pub(crate) filename: Option<String>,
    pub(crate) content_type: Option<String>,
    pub(crate) length: u64,
    pub(crate) sha256: String,
}

impl Part {
    pub(crate) fn new(
        name: Option<String>,
        filename: Option<String>,
        content_type: Option<String>,
        content: &[u8],
    ) -> Self {
        Self {
            name,
            filename,
            content_type,
            length: content.len() as u64,
            sha256: Sha256::digest(content)
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect(),
        }
    }
}

impl Work {
    pub(crate) fn new(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    pub(crate) fn save(
        &self,
        writer: &str,
        case: &str,
        body: &[u8],
        content_type: String,
    ) -> io::Result<Body> {
        let folder = self.0.join("bodies").join(writer);
        fs::create_dir_all(&folder)?;
        let path = folder.join(file_name(case));
        fs::write(&path, body)?;
        Ok(Body {
            writer: writer.to_owned(),
            case: case.to_owned(),
            path,
            content_type,
        })
    }

    /// The content of a part, as a file to be named in an argument.
    pub(crate) fn save_content(&self, id: &str, content: &[u8]) -> io::Result<PathBuf> {
        let folder = self.0.join("contents");
        fs::create_dir_all(&folder)?;
        let path = folder.join(file_name(id));
        fs::write(&path, content)?;
        Ok(path)
    }

    pub(crate) fn save_index(&self, bodies: &[Body]) -> Result<(), Box<dyn Error>> {
        write_lines(&self.0.join("bodies.jsonl"), bodies)
    }

    pub(crate) fn index(&self) -> Result<Vec<Body>, Box<dyn Error>> {
        read_lines(&self.0.join("bodies.jsonl"))
    }

    pub(crate) fn save_described(&self, forms: &[Described<'_>]) -> Result<(), Box<dyn Error>> {
        write_lines(&self.0.join("forms.jsonl"), forms)
    }

    pub(crate) fn save_sent(
        &self,
        client: &str,
        sendings: &[Sending],
    ) -> Result<(), Box<dyn Error>> {
        let folder = self.0.join("sent");
        fs::create_dir_all(&folder)?;
        write_lines(&folder.join(format!("{client}.jsonl")), sendings)
    }

    pub(crate) fn sent(&self, client: &str) -> Result<Vec<Sending>, Box<dyn Error>> {
        read_lines(&self.0.join("sent").join(format!("{client}.jsonl")))
    }

    pub(crate) fn save_answers(
        &self,
        decoder: &str,
        answers: &[Answer],
    ) -> Result<(), Box<dyn Error>> {
        let folder = self.0.join("answers");
        fs::create_dir_all(&folder)?;
        write_lines(&folder.join(format!("{decoder}.jsonl")), answers)
    }

    pub(crate) fn answers(&self, decoder: &str) -> Result<Vec<Answer>, Box<dyn Error>> {
        read_lines(&self.0.join("answers").join(format!("{decoder}.jsonl")))
    }
}

/// Of letters, digits and dashes, since it stands in arguments with a syntax.
fn file_name(text: &str) -> String {
    text.replace(|c: char| !c.is_ascii_alphanumeric(), "-")
}

fn write_lines<T: Serialize>(path: &Path, lines: &[T]) -> Result<(), Box<dyn Error>> {
    let mut text = String::new();
    for line in lines {
        text += &serde_json::to_string(line)?;
        text.push('\n');
    }
    Ok(fs::write(path, text)?)
}

fn read_lines<T: for<'l> Deserialize<'l>>(path: &Path) -> Result<Vec<T>, Box<dyn Error>> {
    let text = fs::read_to_string(path).map_err(|err| format!("{}: {err}", path.display()))?;
    let line = |line| {
        serde_json::from_str(line).map_err(|err| format!("{}: {err}", path.display()).into())
    };
    text.lines().map(line).collect()
}
