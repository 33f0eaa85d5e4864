//! Takes a multipart body apart: a line of JSON for each part, and its files in a
//! directory.
//!
//! ```text
//! cargo run --example decode_form -- --content-type "multipart/form-data; boundary=b" body
//! some-server | decode_form --content-type "..." --save uploads # the body on stdin
//! ```
//!
//! Exit codes: 0, all of it was read; 1, the body is malformed or ends early, or
//! cannot be read; 2, it exceeds a limit; 3, the command line is wrong. What was
//! read until then is printed, and its files are saved.

#![forbid(unsafe_code)]

use serde_json::Value;
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use tidegate_std_io::{FaultClass, Multipart, ParameterValue, Part, fault_class, safe_file_name};

const USAGE: &str = "\
decode_form --content-type TYPE [--save DIR] [FILE]

Reads a multipart body from FILE or stdin and prints one line of JSON per part:
{\"name\",\"filename\",\"content_type\",\"length\",\"sha256\"}.

  --content-type TYPE  the Content-Type that the body came with
  --save DIR           puts the files there, named by number and safe name
";

fn main() -> ExitCode {
    let settings = match Settings::parse(std::env::args_os().skip(1)) {
        Ok(Some(settings)) => settings,
        Ok(None) => {
            print!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        Err(wrong) => {
            eprintln!("{wrong}\n\n{}", USAGE.trim_end());
            return ExitCode::from(3);
        }
    };
    match decode(&settings) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            match fault_class(&error) {
                Some(FaultClass::TooLarge) => ExitCode::from(2),
                _ => ExitCode::FAILURE,
            }
        }
    }
}

struct Settings {
    content_type: String,
    save: Option<PathBuf>,
    body: Option<PathBuf>,
}

impl Settings {
    /// `None` asks for help.
    fn parse(mut args: impl Iterator<Item = OsString>) -> Result<Option<Self>, String> {
        let (mut content_type, mut save, mut body) = (None, None, None);
        while let Some(arg) = args.next() {
            let mut value = || args.next().ok_or_else(|| format!("{arg:?} needs a value"));
            match arg.to_str() {
                Some("--help" | "-h") => return Ok(None),
                Some("--content-type") => {
                    let value = value()?.into_string();
                    content_type = Some(value.map_err(|it| format!("{it:?} is no media type"))?);
                }
                Some("--save") => save = Some(PathBuf::from(value()?)),
                Some(flag) if flag.starts_with("--") => {
                    return Err(format!("unknown argument {flag}"));
                }
                _ if body.is_none() => body = Some(PathBuf::from(arg)),
                _ => return Err(format!("{arg:?} is one file too many")),
            }
        }
        Ok(Some(Self {
            content_type: content_type.ok_or("--content-type is missing")?,
            save,
            body,
        }))
    }
}

fn decode(settings: &Settings) -> io::Result<()> {
    let body: Box<dyn BufRead> = match &settings.body {
        Some(path) => {
            let file = File::open(path).map_err(|error| named(path, &error))?;
            Box::new(BufReader::with_capacity(64 << 10, file))
        }
        None => Box::new(BufReader::with_capacity(64 << 10, io::stdin())),
    };
    let mut multipart = Multipart::for_type(body, settings.content_type.as_bytes())?;
    if let Some(dir) = &settings.save {
        fs::create_dir_all(dir).map_err(|error| named(dir, &error))?;
    }
    let mut stdout = io::stdout().lock();
    let mut index = 0;
    while let Some(mut part) = multipart.next_part()? {
        let mut sink = Sink {
            file: match &settings.save {
                Some(dir) if part.is_file() => Some(Saved::create(dir, index, &part)?),
                _ => None,
            },
            hash: Sha256::new(),
        };
        let length = part.copy_to(&mut sink)?;
        if let Some(file) = sink.file {
            file.keep();
        }
        let hash = format!("{:x}", sink.hash.finalize());
        writeln!(
            stdout,
            r#"{{"name":{},"filename":{},"content_type":{},"length":{length},"sha256":"{hash}"}}"#,
            text(part.name()),
            text(part.filename()),
            text(part.content_type()),
        )?;
        index += 1;
    }
    stdout.flush()
}

/// The system does not say which file it was.
fn named(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
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
            let written = saved.file.write_all(bytes);
            written.map_err(|error| named(&saved.path, &error))?;
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
    fn create<R: BufRead>(dir: &Path, index: usize, part: &Part<'_, R>) -> io::Result<Self> {
        let name = part.filename();
        let name = name.as_ref().map(ParameterValue::to_str_lossy);
        let name = safe_file_name(&name.unwrap_or(Cow::Borrowed("")));
        let name = format!("{index}-{name}");
        let path = dir.join(name);
        Ok(Self {
            file: File::create_new(&path).map_err(|error| named(&path, &error))?,
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
