//! A part of a multipart body as it arrives: counted, hashed, and saved if it is
//! a file. For the examples `decode_form` and `serve`.

use serde_json::Value;
use sha2::{Digest, Sha256};
use std::fs::{self, File};
use std::io::{self, BufRead, Write};
use std::path::{Path, PathBuf};
use tidegate_std_io::{ParameterValue, Part, safe_file_name};

/// Reads it to its end and says what it was, as JSON.
///
/// With a directory a file is put there, under the number of the part and what
/// is safe of its name, and removed again unless it is whole.
pub(crate) fn take<R: BufRead>(
    part: &mut Part<'_, R>,
    number: usize,
    directory: Option<&Path>,
) -> io::Result<String> {
    let mut sink = Sink {
        file: match directory {
            Some(directory) if part.is_file() => Some(Saved::create(directory, number, part)?),
            _ => None,
        },
        hash: Sha256::new(),
    };
    let length = part.copy_to(&mut sink)?;
    if let Some(file) = sink.file {
        file.keep();
    }
    let hash = sink.hash.finalize();
    Ok(format!(
        r#"{{"name":{},"filename":{},"content_type":{},"length":{length},"sha256":"{hash:x}"}}"#,
        text(part.name()),
        text(part.filename()),
        text(part.content_type()),
    ))
}

/// As JSON, with U+FFFD for what is no UTF-8.
fn text(value: Option<ParameterValue<'_>>) -> Value {
    match value.as_ref().map(ParameterValue::to_str_lossy) {
        Some(text) => Value::String(text.into_owned()),
        None => Value::Null,
    }
}

/// Where the data of a part go.
struct Sink {
    file: Option<Saved>,
    hash: Sha256,
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if let Some(saved) = &mut self.file {
            saved.file.write_all(bytes).map_err(unsaved)?;
        }
        self.hash.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A file that is removed again unless it is whole.
struct Saved {
    file: File,
    path: PathBuf,
    whole: bool,
}

impl Saved {
    fn create<R: BufRead>(directory: &Path, number: usize, part: &Part<'_, R>) -> io::Result<Self> {
        let name = part.filename();
        let name = name.as_ref().map(ParameterValue::to_str_lossy);
        let name = safe_file_name(name.as_deref().unwrap_or_default());
        let path = directory.join(format!("{number}-{name}"));
        Ok(Self {
            file: File::create_new(&path).map_err(unsaved)?,
            path,
            whole: false,
        })
    }

    fn keep(mut self) {
        self.whole = true;
    }
}

impl Drop for Saved {
    fn drop(&mut self) {
        if !self.whole {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Or nobody would know that it was not the body that failed.
fn unsaved(error: io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("a file cannot be saved: {error}"))
}
