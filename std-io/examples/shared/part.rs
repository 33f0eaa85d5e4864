//! A part of a multipart body as it arrives: counted, hashed, and saved if it is
//! a file. For the examples `decode_form` and `serve`.

use serde_json::Value;
use sha2::{Digest, Sha256};
use std::borrow::Cow;
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
    let names = [part.name(), part.filename(), part.content_type()];
    let names = names.map(|value| value.map(|value| value.to_str_lossy()));
    Ok(describe(names, length, sink.hash))
}

/// As JSON: the name, the file name and the media type, where there are, and what
/// the data were. What is no UTF-8 has U+FFFD in its place.
pub(crate) fn describe(names: [Option<Cow<'_, str>>; 3], length: u64, hash: Sha256) -> String {
    let [name, filename, content_type] = names.map(Value::from);
    let sha256 = hash.finalize();
    format!(
        r#"{{"name":{name},"filename":{filename},"content_type":{content_type},"length":{length},"sha256":"{sha256:x}"}}"#
    )
}

/// Where the data of a part go.
struct Sink {
    file: Option<Saved>,
    hash: Sha256,
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if let Some(saved) = &mut self.file {
            saved.write(bytes)?;
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
            file: File::create_new(&path).map_err(|error| unsaved(&path, &error))?,
            path,
            whole: false,
        })
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        let written = self.file.write_all(bytes);
        written.map_err(|error| unsaved(&self.path, &error))
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

/// Or nobody would know that it was not the body that failed. Where the directory
/// is concerns no client of a server.
fn unsaved(path: &Path, error: &io::Error) -> io::Error {
    let name = path.file_name().unwrap_or_default().display();
    io::Error::new(error.kind(), format!("{name} cannot be saved: {error}"))
}
