//! The form in an HTTP/1.1 request, and what is answered.

use indicatif::{ProgressBar, ProgressFinish, ProgressStyle};
use std::io::{self, BufRead, BufReader, ErrorKind, Write};
use std::net::TcpStream;
use std::time::Duration;
use tidegate_std_io::{BodyKind, Form, FormBody, HttpVersion, InputLimits, input_stream};

/// How long the server may be silent.
const PATIENCE: Duration = Duration::from_secs(60);

const LONGEST_HEAD: usize = 64 << 10;

pub(crate) struct Url {
    /// As it goes into `Host`.
    authority: String,
    address: String,
    target: String,
}

impl Url {
    /// `http://host[:port]/path`
    pub(crate) fn parse(url: &str) -> Result<Self, String> {
        let wrong = || format!("{url:?} is no URL like http://host:port/path");
        let rest = url.strip_prefix("http://").ok_or_else(wrong)?;
        let (rest, _fragment) = rest.split_once('#').unwrap_or((rest, ""));
        let path = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, target) = rest.split_at(path);
        let visible = rest.bytes().all(|byte| byte.is_ascii_graphic());
        if authority.is_empty() || authority.contains('@') || !visible {
            return Err(wrong());
        }
        // The colons of an IPv6 address are in brackets.
        let port = authority
            .rsplit(']')
            .next()
            .and_then(|end| end.split_once(':'));
        let address = match port {
            // Without a sign, which `parse` takes.
            Some((_, port)) if port.parse::<u16>().is_ok() && !port.starts_with('+') => {
                authority.to_owned()
            }
            Some(_) => return Err(wrong()),
            None => format!("{authority}:80"),
        };
        let slash = if target.starts_with('/') { "" } else { "/" };
        Ok(Self {
            authority: authority.to_owned(),
            address,
            target: format!("{slash}{target}"),
        })
    }
}

/// Sends the form, and writes the content of the answer to stdout.
pub(crate) fn post(url: &Url, mut form: FormBody<'_>, length: u64) -> io::Result<()> {
    let mut connection = TcpStream::connect(&url.address)?;
    connection.set_read_timeout(Some(PATIENCE))?;
    connection.set_write_timeout(Some(PATIENCE))?;
    let head = format!(
        "POST {} HTTP/1.1\r\nHost: {}\r\nUser-Agent: tidegate\r\nAccept: */*\r\nContent-Type: {}\r\n\
         Content-Length: {length}\r\nConnection: close\r\n\r\n",
        url.target,
        url.authority,
        form.content_type(),
    );
    connection.write_all(head.as_bytes())?;
    let sent = form.send_to(&mut connection);
    drop(form);
    match sent {
        Ok(_) => answer(connection),
        // Whoever does not want the form may have said why, and hung up.
        Err(error)
            if matches!(
                error.kind(),
                ErrorKind::BrokenPipe | ErrorKind::ConnectionReset
            ) =>
        {
            answer(connection).map_err(|_| error)
        }
        Err(error) => Err(error),
    }
}

/// A bar on stderr, if that is a terminal. It is gone when the form is.
pub(crate) fn show_progress(form: &mut Form<'_>, length: u64) {
    let bar = ProgressBar::new(length).with_finish(ProgressFinish::AndClear);
    let template = "{bar:40} {bytes}/{total_bytes} {bytes_per_sec} {eta}";
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    form.on_progress(move |progress| bar.set_position(progress.sent));
}

fn answer(connection: TcpStream) -> io::Result<()> {
    let mut reader = BufReader::new(connection);
    let kind = loop {
        let head = read_head(&mut reader)?;
        let mut headers = [httparse::EMPTY_HEADER; 100];
        let mut response = httparse::Response::new(&mut headers);
        response.parse(&head).map_err(invalid)?;
        let Some(status) = response.code else {
            return Err(invalid("the answer has no status"));
        };
        // An interim one; the answer is still to come.
        if (100..200).contains(&status) {
            continue;
        }
        let version = match response.version {
            Some(0) => HttpVersion::Http10,
            _ => HttpVersion::Http11,
        };
        let headers = response
            .headers
            .iter()
            .map(|header| (header.name, header.value));
        break BodyKind::of_response(version, "POST", status, headers).map_err(invalid)?;
    };
    let mut content = input_stream(reader, kind, InputLimits::new().unlimited())?;
    let mut stdout = io::stdout().lock();
    io::copy(&mut content, &mut stdout)?;
    stdout.flush()
}

/// Up to the empty line, and nothing behind it.
fn read_head(reader: &mut impl BufRead) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    loop {
        let start = head.len();
        let mut line = io::Read::take(&mut *reader, (LONGEST_HEAD - start) as u64);
        line.read_until(b'\n', &mut head)?;
        match &head[start..] {
            b"\r\n" | b"\n" => return Ok(head),
            [.., b'\n'] => {}
            _ if head.len() == LONGEST_HEAD => {
                return Err(invalid("the head of the answer is too long"));
            }
            _ => return Err(ErrorKind::UnexpectedEof.into()),
        }
    }
}

fn invalid(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, error)
}
