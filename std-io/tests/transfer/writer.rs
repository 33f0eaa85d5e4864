//! `ChunkedWriter` over writers that take little, and fail.

use proptest::prelude::*;
use std::io::{self, ErrorKind, IoSlice, Read, Write};
use tidegate_std_io::{
    At, BodyKind, ChunkedFault, ChunkedWriter, InputLimits, Trailers, input_stream,
};

/// What a body of these writes is, as it is announced.
fn encoded(writes: &[&[u8]], trailers: &str) -> Vec<u8> {
    let mut body = Vec::new();
    for data in writes.iter().filter(|data| !data.is_empty()) {
        body.extend(format!("{:x}\r\n", data.len()).bytes());
        body.extend([data, &b"\r\n"[..]].concat());
    }
    body.extend(format!("0\r\n{trailers}\r\n").bytes());
    body
}

/// What a body says, or how it fails.
fn decoded(body: &[u8]) -> Result<Vec<u8>, ChunkedFault> {
    let mut content = Vec::new();
    let mut stream = input_stream(body, BodyKind::Chunked, InputLimits::new()).unwrap();
    match stream.read_to_end(&mut content) {
        Ok(_) => {
            assert_eq!(stream.into_inner(), b"", "one body and nothing behind it");
            Ok(content)
        }
        Err(error) => {
            let at: &At<ChunkedFault> = error.get_ref().unwrap().downcast_ref().unwrap();
            Err(at.fault)
        }
    }
}

const WRITES: &[&[&[u8]]] = &[
    &[],
    &[b""],
    &[b"a"],
    &[b"hello, world"],
    &[b"", b"0\r\n\r\n", b"", b"", b"x"],
    &[b"one", b"of sixteen bytes", b"\r\n", b"end"],
];

/// Takes so many bytes a call, or says an error, as a script wants it, over and
/// over; and gathers more than one piece a call, or does not.
#[derive(Debug)]
struct Moody {
    written: Vec<u8>,
    script: Vec<Result<usize, ErrorKind>>,
    calls: usize,
    gathers: bool,
}

impl Moody {
    fn new(script: &[Result<usize, ErrorKind>], gathers: bool) -> Self {
        Self {
            written: Vec::new(),
            script: script.to_vec(),
            calls: 0,
            gathers,
        }
    }
}

impl Write for Moody {
    fn write(&mut self, data: &[u8]) -> io::Result<usize> {
        self.write_vectored(&[IoSlice::new(data)])
    }

    fn write_vectored(&mut self, pieces: &[IoSlice<'_>]) -> io::Result<usize> {
        let turn = self.script[self.calls % self.script.len()];
        self.calls += 1;
        let most = turn?;
        let pieces = pieces.iter().filter(|piece| !piece.is_empty());
        let count = if self.gathers { usize::MAX } else { 1 };
        let data: Vec<u8> = pieces
            .take(count)
            .flat_map(|piece| piece.to_vec())
            .collect();
        assert!(!data.is_empty(), "nothing is written for nothing");
        let written = data.len().min(most);
        self.written.extend(&data[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Writes all of it, repeating what would block.
fn write_all(body: &mut impl Write, mut data: &[u8]) {
    let mut calls = 0;
    while !data.is_empty() {
        calls += 1;
        assert!(calls < 1000, "it does not get on");
        match body.write(data) {
            Ok(written) => data = &data[written..],
            Err(error) => assert_eq!(error.kind(), ErrorKind::WouldBlock),
        }
    }
}

fn flush(body: &mut impl Write) {
    while let Err(error) = body.flush() {
        assert_eq!(error.kind(), ErrorKind::WouldBlock);
    }
}

fn scripts() -> Vec<Vec<Result<usize, ErrorKind>>> {
    const AGAIN: Result<usize, ErrorKind> = Err(ErrorKind::WouldBlock);
    const NOW: Result<usize, ErrorKind> = Err(ErrorKind::Interrupted);
    vec![
        vec![Ok(usize::MAX)],
        vec![Ok(1)],
        vec![Ok(2)],
        vec![Ok(3), Ok(1)],
        vec![NOW, Ok(1)],
        vec![AGAIN, Ok(1)],
        vec![Ok(1), AGAIN, NOW, AGAIN],
        vec![Ok(4), AGAIN],
        vec![AGAIN, AGAIN, NOW, Ok(2)],
    ]
}

#[test]
fn what_is_written_is_announced_and_read() {
    for writes in WRITES {
        for script in scripts() {
            for gathers in [false, true] {
                let name = format!("{writes:?}, {script:?}, {gathers}");
                let mut body = ChunkedWriter::new(Moody::new(&script, gathers));
                for data in *writes {
                    write_all(&mut body, data);
                }
                // The end is written by `write_all`, which does not wait.
                flush(&mut body);
                let before = body.get_ref().written.clone();
                let expected = encoded(writes, "");
                assert!(expected.starts_with(&before), "{name}");
                if script.contains(&Err(ErrorKind::WouldBlock)) {
                    assert_eq!(expected[before.len()..], *b"0\r\n\r\n", "{name}");
                } else {
                    let written = body.finish().unwrap().written;
                    assert_eq!(written, expected, "{name}");
                    assert_eq!(decoded(&written), Ok(writes.concat()), "{name}");
                }
            }
        }
    }
}

/// Would block once at every byte.
#[test]
fn what_would_block_is_repeated_and_nothing_is_written_twice() {
    for writes in WRITES {
        let expected = encoded(writes, "");
        let content = expected.len() - b"0\r\n\r\n".len();
        for at in 0..content {
            for gathers in [false, true] {
                let mut script = vec![Ok(1); at];
                script.push(Err(ErrorKind::WouldBlock));
                script.extend(vec![Ok(usize::MAX); 99]);
                let mut body = ChunkedWriter::new(Moody::new(&script, gathers));
                for data in *writes {
                    write_all(&mut body, data);
                }
                assert_eq!(body.finish().unwrap().written, expected, "{writes:?}, {at}");
            }
        }
    }
}

/// Would block once at every byte of the end.
#[test]
fn an_end_that_would_block_is_tried_again() {
    let fields: [(&[u8], &[u8]); 1] = [(b"a", b"b")];
    let trailers = Trailers::new(&fields).unwrap();
    let expected = encoded(&[b"abc"], "a: b\r\n");
    for at in 0..expected.len() {
        let mut script = vec![Ok(1); at];
        script.push(Err(ErrorKind::WouldBlock));
        script.extend(vec![Ok(usize::MAX); 99]);
        let mut body = ChunkedWriter::new(Moody::new(&script, true));
        write_all(&mut body, b"abc");
        while let Err(error) = body.try_finish(trailers) {
            assert_eq!(error.kind(), ErrorKind::WouldBlock);
        }
        body.try_finish(trailers).unwrap();
        assert_eq!(
            body.write(b"more").unwrap_err().kind(),
            ErrorKind::InvalidInput
        );
        assert_eq!(body.into_inner().written, expected, "{at}");
    }
}

/// Fails for good once so many bytes were written.
#[derive(Debug)]
struct Broken<'w> {
    written: &'w mut Vec<u8>,
    left: usize,
}

impl Write for Broken<'_> {
    fn write(&mut self, data: &[u8]) -> io::Result<usize> {
        if self.left == 0 {
            return Err(ErrorKind::BrokenPipe.into());
        }
        let written = data.len().min(self.left);
        self.left -= written;
        self.written.extend(&data[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What is there is what was to be written, as far as it goes, and looks cut
/// short.
#[test]
fn a_failure_at_any_byte_leaves_a_body_that_is_cut_short() {
    for writes in WRITES {
        let expected = encoded(writes, "a: b\r\n");
        for at in 0..expected.len() {
            let mut written = Vec::new();
            let connection = Broken {
                written: &mut written,
                left: at,
            };
            let mut body = ChunkedWriter::new(connection);
            let fields = [(&b"a"[..], &b"b"[..])];
            let outcome = writes
                .iter()
                .try_for_each(|data| body.write_all(data))
                .and_then(|()| body.finish_with(Trailers::new(&fields).unwrap()).map(drop));
            assert_eq!(outcome.unwrap_err().kind(), ErrorKind::BrokenPipe);
            assert_eq!(written, expected[..at], "{writes:?}, {at}");
            assert_eq!(decoded(&written), Err(ChunkedFault::Truncated));
        }
    }
}

#[test]
fn dropped_without_its_end_it_is_cut_short() {
    for writes in WRITES {
        let mut written = Vec::new();
        {
            let mut body = ChunkedWriter::new(&mut written);
            for data in *writes {
                body.write_all(data).unwrap();
            }
            body.flush().unwrap();
        }
        assert_eq!(
            decoded(&written),
            Err(ChunkedFault::Truncated),
            "{writes:?}"
        );
    }
}

#[test]
fn a_chunk_that_failed_is_not_ended() {
    let mut written = Vec::new();
    let mut body = ChunkedWriter::new(Broken {
        written: &mut written,
        left: 5,
    });
    assert_eq!(body.write(b"hello").unwrap(), 2);
    assert!(body.write(b"llo").is_err());
    body.flush().unwrap();
    let error = body.finish().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert_eq!(written, b"5\r\nhe");
}

#[test]
fn a_writer_that_takes_nothing_is_an_error() {
    let mut body = ChunkedWriter::new(Moody::new(&[Ok(0)], false));
    let error = body.write(b"hello").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::WriteZero);
}

#[test]
fn trailers_are_written_behind_it() {
    let fields = [(&b"Digest"[..], &b"x"[..]), (b"y", b"")];
    let mut body = ChunkedWriter::new(Vec::new());
    body.write_all(b"abc").unwrap();
    let body = body.finish_with(Trailers::new(&fields).unwrap()).unwrap();
    assert_eq!(body, b"3\r\nabc\r\n0\r\nDigest: x\r\ny: \r\n\r\n");
}

fn turns() -> impl Strategy<Value = Vec<Result<usize, ErrorKind>>> {
    let turn = prop_oneof![
        3 => (1..8usize).prop_map(Ok),
        1 => Just(Err(ErrorKind::WouldBlock)),
        1 => Just(Err(ErrorKind::TimedOut)),
        1 => Just(Err(ErrorKind::Interrupted)),
    ];
    prop::collection::vec(turn, 0..12)
}

proptest! {
    /// Somebody who repeats a write may repeat it with less of the same data.
    #[test]
    fn writes_may_be_repeated_in_other_pieces(
        data in prop::collection::vec(any::<u8>(), 0..200),
        sizes in prop::collection::vec(1..60usize, 1..6),
        turns in turns(),
        gathers: bool,
    ) {
        // In the end it gets on.
        let script = [turns, vec![Ok(3)]].concat();
        let mut body = ChunkedWriter::new(Moody::new(&script, gathers));
        let mut rest = &data[..];
        for (calls, &size) in sizes.iter().cycle().enumerate() {
            prop_assert!(calls < 10_000, "it does not get on");
            if rest.is_empty() {
                break;
            }
            if let Ok(written) = body.write(&rest[..size.min(rest.len())]) {
                rest = &rest[written..];
            }
        }
        let mut written = loop {
            if body.flush().is_ok() {
                break body.get_ref().written.clone();
            }
        };
        written.extend(b"0\r\n\r\n");
        prop_assert_eq!(decoded(&written), Ok(data));
    }
}
