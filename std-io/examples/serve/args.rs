//! The command line.

use std::ffi::OsString;
use std::str::FromStr;

pub(crate) const USAGE: &str = "\
Usage: serve [--port N] [--max-body BYTES]

Serves HTTP/1.1 on 127.0.0.1 and says on stdout where.

  --port N          the port, 0 for any that is free [8080]
  --max-body BYTES  the longest body taken, a longer one is 413 [16777216]
  --help            this text
";

pub(crate) enum Command {
    Help,
    Serve(Settings),
}

#[derive(Clone, Copy)]
pub(crate) struct Settings {
    pub(crate) port: u16,
    /// In bytes, inclusive.
    pub(crate) max_body: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            port: 8080,
            max_body: 16 << 20,
        }
    }
}

/// `--flag value` and `--flag=value`; the error says what is wrong.
pub(crate) fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Command, String> {
    let mut settings = Settings::default();
    let mut args = args
        .into_iter()
        .map(|arg| arg.to_string_lossy().into_owned());
    while let Some(arg) = args.next() {
        let (flag, value) = match arg.split_once('=') {
            Some((flag, value)) => (flag, Some(value.to_owned())),
            None => (arg.as_str(), None),
        };
        let value = || value.or_else(|| args.next());
        match flag {
            "--port" => settings.port = number(flag, value())?,
            "--max-body" => settings.max_body = number(flag, value())?,
            "--help" | "-h" => return Ok(Command::Help),
            _ => return Err(format!("unknown argument {arg:?}")),
        }
    }
    Ok(Command::Serve(settings))
}

fn number<N: FromStr>(flag: &str, value: Option<String>) -> Result<N, String> {
    let value = value.ok_or_else(|| format!("{flag} needs a value"))?;
    value
        .parse()
        .map_err(|_| format!("{flag} does not take {value:?}"))
}
