//! The command line.

use std::ffi::OsString;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

pub(crate) const USAGE: &str = "\
Usage: serve [--port N] [--max-body BYTES] [--max-upload BYTES]
             [--deadline SECONDS] [--min-rate BYTES] [--idle SECONDS]
             [--stall SECONDS] [--max-connections N] [--root DIR]
             [--save DIR]

Serves HTTP/1.1 on 127.0.0.1 and says on stdout where.

  --port N             the port, 0 for any that is free [8080]
  --max-body BYTES     the longest body taken, a longer one is 413 [16777216]
  --max-upload BYTES   the same for POST /upload [268435456]
  --deadline SECONDS   how long a request may take to arrive, head and body,
                       a slower one is 408; 0 for ever [120]
  --min-rate BYTES     how many bytes a second of it must come, counted anew
                       when those of ten seconds are there, a slower one is
                       408; and of a long answer be taken; 0 for any [100]
  --idle SECONDS       how long a connection may be kept without a request;
                       0 for ever [15]
  --stall SECONDS      how long a client may take to make room for more of its
                       answers: for 64 KiB of those that are no longer, for
                       --min-rate times this of a longer one, counted anew when
                       it has; a slower one is cut off; 0 for ever [30]
  --max-connections N  how many there may be at once, one more is 503 [256]
  --root DIR           the directory that /files/ shows, to everybody who asks:
                       not its hidden files, and nothing outside of it [none]
  --save DIR           where the files of POST /upload are kept, those of each
                       request in a directory of their own, which is called
                       .part until all have arrived [none: they are counted,
                       hashed and forgotten]
  --help               this text
";

pub(crate) enum Command {
    Help,
    Serve(Settings),
}

pub(crate) struct Settings {
    pub(crate) port: u16,
    /// In bytes, inclusive.
    pub(crate) max_body: u64,
    /// The same, where a body is not kept in memory.
    pub(crate) max_upload: u64,
    pub(crate) deadline: Duration,
    /// Bytes a second, or 0.
    pub(crate) min_rate: u64,
    pub(crate) idle: Duration,
    pub(crate) stall: Duration,
    pub(crate) max_connections: NonZeroUsize,
    pub(crate) root: Option<PathBuf>,
    pub(crate) save: Option<PathBuf>,
}

/// A line of 1.2 Mbit/s sends the longest body within the deadline, and one of
/// 18 Mbit/s the longest upload. The rate is
/// there for those who have gone silent, and lets everybody else pass. A
/// connection costs a thread: so there are hundreds and not thousands of them,
/// and an idle one is not kept for minutes.
impl Default for Settings {
    fn default() -> Self {
        Self {
            port: 8080,
            max_body: 16 << 20,
            max_upload: 256 << 20,
            deadline: Duration::from_secs(120),
            min_rate: 100,
            idle: Duration::from_secs(15),
            stall: Duration::from_secs(30),
            max_connections: const { NonZeroUsize::new(256).unwrap() },
            root: None,
            save: None,
        }
    }
}

/// `--flag value` and `--flag=value`; the error says what is wrong.
pub(crate) fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Command, String> {
    let mut settings = Settings::default();
    let mut args = args.into_iter();
    while let Some(arg) = args.next() {
        let unknown = || format!("unknown argument {arg:?}");
        let arg = arg.to_str().ok_or_else(unknown)?;
        let (flag, value) = match arg.split_once('=') {
            Some((flag, value)) => (flag, Some(OsString::from(value))),
            None => (arg, None),
        };
        let value = || value.or_else(|| args.next());
        match flag {
            "--port" => settings.port = number(flag, value())?,
            "--max-body" => settings.max_body = number(flag, value())?,
            "--max-upload" => settings.max_upload = number(flag, value())?,
            "--deadline" => settings.deadline = number::<Seconds>(flag, value())?.0,
            "--min-rate" => settings.min_rate = number(flag, value())?,
            "--idle" => settings.idle = number::<Seconds>(flag, value())?.0,
            "--stall" => settings.stall = number::<Seconds>(flag, value())?.0,
            "--max-connections" => settings.max_connections = number(flag, value())?,
            "--root" => settings.root = Some(needed(flag, value())?.into()),
            "--save" => settings.save = Some(needed(flag, value())?.into()),
            "--help" | "-h" => return Ok(Command::Help),
            _ => return Err(unknown()),
        }
    }
    Ok(Command::Serve(settings))
}

fn number<N: FromStr>(flag: &str, value: Option<OsString>) -> Result<N, String> {
    let value = needed(flag, value)?;
    let number = value.to_str().and_then(|value| value.parse().ok());
    number.ok_or_else(|| format!("{flag} does not take {value:?}"))
}

fn needed(flag: &str, value: Option<OsString>) -> Result<OsString, String> {
    value.ok_or_else(|| format!("{flag} needs a value"))
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
