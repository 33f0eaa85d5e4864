//! Bodies that several tests read, and how they are read.

use std::io::{self, BufRead, ErrorKind};
use tidegate_std_io::{At, BodyKind, ChunkedFault, InputStream, LimitFault};

/// A body, what it says, and what is behind it on its connection.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Body {
    pub(crate) kind: BodyKind,
    pub(crate) bytes: &'static [u8],
    pub(crate) content: &'static [u8],
    pub(crate) trailers: &'static [(&'static str, &'static str)],
}

/// Which are whole, so that something may follow.
pub(crate) const BODIES: &[Body] = &[
    Body {
        kind: BodyKind::Empty,
        bytes: b"",
        content: b"",
        trailers: &[],
    },
    Body {
        kind: BodyKind::Length(0),
        bytes: b"",
        content: b"",
        trailers: &[],
    },
    Body {
        kind: BodyKind::Length(12),
        bytes: b"one\r\ntwo\n\r\n!",
        content: b"one\r\ntwo\n\r\n!",
        trailers: &[],
    },
    chunked(b"0\r\n\r\n", b"", &[]),
    chunked(b"1\r\nx\r\n0\r\n\r\n", b"x", &[]),
    chunked(
        b"5\r\nhello\r\n7\r\n, world\r\n0\r\n\r\n",
        b"hello, world",
        &[],
    ),
    chunked(
        b"1;a=\"b\"\r\n\n\r\n2 ; c\r\n\r\n\r\n003\r\na\nb\r\n000;d\r\n\r\n",
        b"\n\r\na\nb",
        &[],
    ),
    chunked(
        b"A\r\n0123456789\r\n0\r\nDigest: sha-256=abc\r\nx:\r\nLonger-Name: \tand a value \r\n\r\n",
        b"0123456789",
        &[
            ("Digest", "sha-256=abc"),
            ("x", ""),
            ("Longer-Name", "and a value"),
        ],
    ),
    chunked(b"0\r\nonly: this\r\n\r\n", b"", &[("only", "this")]),
];

const fn chunked(
    bytes: &'static [u8],
    content: &'static [u8],
    trailers: &'static [(&'static str, &'static str)],
) -> Body {
    Body {
        kind: BodyKind::Chunked,
        bytes,
        content,
        trailers,
    }
}

pub(crate) const BEHIND: &[u8] = b"0\r\n\r\nGET / HTTP/1.1\r\n";

/// How content is asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Way {
    /// Up to so many bytes a read, with a read of nothing before each.
    Read(usize),
    /// Of what is lent, up to so many bytes.
    Consume(usize),
    /// As it is lent, looked at twice.
    Lent,
}

pub(crate) const WAYS: [Way; 6] = [
    Way::Read(1),
    Way::Read(4),
    Way::Read(100),
    Way::Consume(1),
    Way::Consume(3),
    Way::Lent,
];

/// Asks once: how many bytes came, 0 at the end.
pub(crate) fn ask(stream: &mut impl BufRead, way: Way, content: &mut Vec<u8>) -> io::Result<usize> {
    match way {
        Way::Read(size) => {
            assert_eq!(stream.read(&mut []).unwrap(), 0);
            let mut buf = vec![0; size];
            let read = stream.read(&mut buf)?;
            content.extend_from_slice(&buf[..read]);
            Ok(read)
        }
        Way::Consume(most) => {
            let window = stream.fill_buf()?;
            let read = window.len().min(most);
            content.extend_from_slice(&window[..read]);
            stream.consume(read);
            Ok(read)
        }
        Way::Lent => {
            let before = stream.fill_buf()?.to_vec();
            let window = stream.fill_buf()?;
            assert!(window.starts_with(&before), "a second look shows no less");
            let read = window.len();
            content.extend_from_slice(window);
            stream.consume(read);
            Ok(read)
        }
    }
}

/// All of it, however often a reader says that it is not in the mood, and the
/// end or the error that comes then, each of which comes again.
pub(crate) fn read_all<R: BufRead>(
    stream: &mut InputStream<R>,
    way: Way,
) -> (Vec<u8>, Result<(), Ended>) {
    let mut content = Vec::new();
    let end = loop {
        match ask(stream, way, &mut content) {
            Ok(0) => break Ok(()),
            Ok(_) => assert_eq!(stream.position(), content.len() as u64),
            Err(error) if is_mood(&error) => {}
            Err(error) => break Err(Ended::from(&error)),
        }
    };
    assert_eq!(stream.position(), content.len() as u64);
    for again in WAYS {
        let outcome = loop {
            match ask(stream, again, &mut content) {
                Err(error) if is_mood(&error) => {}
                outcome => break outcome,
            }
        };
        assert_eq!(
            outcome.map_err(|error| Ended::from(&error)),
            end.map(|()| 0)
        );
    }
    (content, end)
}

pub(crate) fn is_mood(error: &io::Error) -> bool {
    error.get_ref().is_none()
        && matches!(
            error.kind(),
            ErrorKind::Interrupted | ErrorKind::WouldBlock | ErrorKind::TimedOut
        )
}

/// The error that a body ended with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Ended {
    Framing(At<ChunkedFault>),
    Limit(At<LimitFault>),
    Reader(ErrorKind),
}

impl From<&io::Error> for Ended {
    fn from(error: &io::Error) -> Self {
        let Some(cause) = error.get_ref() else {
            return Self::Reader(error.kind());
        };
        if let Some(&at) = cause.downcast_ref() {
            return Self::Framing(at);
        }
        match cause.downcast_ref() {
            Some(&at) => Self::Limit(at),
            None => panic!("{error:?}"),
        }
    }
}

pub(crate) fn trailers<R: BufRead>(stream: &InputStream<R>) -> Vec<(String, String)> {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let fields = stream.trailers();
    fields
        .map(|(name, value)| (text(name), text(value)))
        .collect()
}
