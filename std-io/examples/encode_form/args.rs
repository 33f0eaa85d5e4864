//! The command line.

use crate::field::Field;
use crate::post::Url;
use std::ffi::OsString;
use tidegate_std_io::Escaping;

pub(crate) const USAGE: &str = "\
Usage: encode_form [--post URL] [[-F] FIELD]...

Writes a form to stdout as multipart/form-data, and its Content-Type and
Content-Length to stderr. Without any field it is the empty form.

FIELD is what curl takes after -F:

  name=value           a value; in quotes, with \\\" and \\\\ in them, it may hold
                       semicolons, or begin with @ or <
  name=@path           a file, under its own name; @- is stdin
  name=<path           the content of a file as a value; <- is stdin

and behind each of them, in any order:

  ;type=TYPE           its media type
  ;filename=NAME       its file name, which may be in quotes
  ;headers=\"A: b\"      one more field of its head

  -F, --form FIELD     the same as FIELD
  --form-string FIELD  name=value, where nothing in the value is special
  --form-escape        quotes in names as \\\" and not as %22
  --post URL           sends it to http://HOST[:PORT]/PATH and writes the
                       answer to stdout
  --help               this text
";

pub(crate) enum Command {
    Help,
    Encode(Settings),
}

pub(crate) struct Settings {
    pub(crate) fields: Vec<Field>,
    pub(crate) escaping: Escaping,
    pub(crate) post: Option<Url>,
}

/// The error says what is wrong.
pub(crate) fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Command, String> {
    let mut settings = Settings {
        fields: Vec::new(),
        escaping: Escaping::Browser,
        post: None,
    };
    let mut args = args.into_iter().map(|arg| {
        let text = arg.into_string();
        text.map_err(|arg| format!("{} is not UTF-8", arg.display()))
    });
    while let Some(arg) = args.next() {
        let arg = arg?;
        // `-Fname=value`, and `--flag=value`.
        let (flag, value) = match arg.split_once('=') {
            Some((flag, value)) if flag.starts_with("--") => (flag, Some(value)),
            _ => match arg.strip_prefix("-F") {
                Some(field) if !field.is_empty() => ("-F", Some(field)),
                _ => (arg.as_str(), None),
            },
        };
        let mut value = || match value {
            Some(value) => Ok(value.to_owned()),
            None => args.next().unwrap_or(Err(format!("{flag} needs a value"))),
        };
        match flag {
            "-F" | "--form" => settings.fields.push(Field::parse(&value()?)?),
            "--form-string" => settings.fields.push(Field::literal(&value()?)?),
            "--form-escape" => settings.escaping = Escaping::Backslash,
            "--post" => settings.post = Some(Url::parse(&value()?)?),
            "--help" | "-h" => return Ok(Command::Help),
            _ if arg.starts_with('-') => return Err(format!("unknown argument {arg:?}")),
            _ => settings.fields.push(Field::parse(&arg)?),
        }
    }
    Ok(Command::Encode(settings))
}
