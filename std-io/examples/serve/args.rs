//! The command line.

use std::ffi::OsString;
use std::num::NonZeroUsize;
use std::str::FromStr;
use std::time::Duration;

pub(crate) const USAGE: &str = "\
Usage: serve [--port N] [--max-body BYTES] [--deadline SECONDS]
             [--min-rate BYTES] [--idle SECONDS] [--max-connections N]

Serves HTTP/1.1 on 127.0.0.1 and says on stdout where.

  --port N             the port, 0 for any that is free [8080]
  --max-body BYTES     the longest body taken, a longer one is 413 [16777216]
  --deadline SECONDS   how long a request may take to arrive, head and body,
                       a slower one is 408; 0 for ever [120]
  --min-rate BYTES     how many bytes a second of it must come, over any ten
                       seconds, a slower one is 408; 0 for any [100]
  --idle SECONDS       how long a connection may be kept without a request;
                       0 for ever [15]
  --max-connections N  how many there may be at once, one more is 503 [256]
  --help               this text
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
    pub(crate) deadline: Duration,
    /// Bytes a second, or 0.
    pub(crate) min_rate: u64,
    pub(crate) idle: Duration,
    pub(crate) max_connections: NonZeroUsize,
}

/// A line of 1.2 Mbit/s sends the longest body within the deadline. The rate is
/// there for those who have gone silent, and lets everybody else pass. A
/// connection costs a thread: so there are hundreds and not thousands of them,
/// and an idle one is not kept for minutes.
impl Default for Settings {
    fn default() -> Self {
        Self {
            port: 8080,
            max_body: 16 << 20,
            deadline: Duration::from_secs(120),
            min_rate: 100,
            idle: Duration::from_secs(15),
            max_connections: const { NonZeroUsize::new(256).unwrap() },
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
            "--deadline" => settings.deadline = number::<Seconds>(flag, value())?.0,
            "--min-rate" => settings.min_rate = number(flag, value())?,
            "--idle" => settings.idle = number::<Seconds>(flag, value())?.0,
            "--max-connections" => settings.max_connections = number(flag, value())?,
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

/// Seconds, fractions too; 0 is for ever.
struct Seconds(Duration);

impl FromStr for Seconds {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let seconds: f64 = text.parse().map_err(drop)?;
        match Duration::try_from_secs_f64(seconds).map_err(drop)? {
            _ if seconds == 0.0 => Ok(Self(Duration::MAX)),
            // What is too short to be told from 0 does not mean for ever.
            Duration::ZERO => Err(()),
            duration => Ok(Self(duration)),
        }
    }
}
