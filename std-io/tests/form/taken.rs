//! The same bytes however a form is taken, and what is told of it meanwhile.

use crate::common::readers::{Drip, Sizes};
use crate::{form, written};
use bytes::Bytes;
use proptest::prelude::*;
use std::borrow::Cow;
use std::fs::File;
use std::io::{self, ErrorKind, IoSlice, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc;
use tidegate_std_io::{
    Encoder, FileSink, Form, FormBody, FormProgress, PartBody, PartHead, ReadAt, encode_multipart,
};

/// Takes at most so many bytes, of at most so many pieces.
struct Narrow {
    written: Vec<u8>,
    bytes: usize,
    pieces: usize,
    calls: usize,
}

impl Narrow {
    fn new(bytes: usize, pieces: usize) -> Self {
        Self {
            written: Vec::new(),
            bytes,
            pieces,
            calls: 0,
        }
    }
}

impl Write for Narrow {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        self.write_vectored(&[IoSlice::new(buf)])
    }

    fn write_vectored(&mut self, bufs: &[IoSlice<'_>]) -> io::Result<usize> {
        self.calls += 1;
        let before = self.written.len();
        for buf in bufs.iter().take(self.pieces) {
            let left = self.bytes - (self.written.len() - before);
            self.written.extend_from_slice(&buf[..left.min(buf.len())]);
        }
        Ok(self.written.len() - before)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// One part of each kind, small, empty and large, and the same as the encoder
/// writes it.
fn every_kind() -> (Form<'static>, Vec<u8>) {
    let large = b"0123456789".repeat(60);
    let (mut form, mut encoder) = (form(), Encoder::new(crate::boundary()));
    let mut expected = Vec::new();
    for value in [Vec::new(), b"small".to_vec(), large] {
        let text = String::from_utf8(value.clone()).unwrap();
        let len = value.len() as u64;
        let (again, leaked) = (value.clone(), Vec::leak(value.clone()));
        form.text("a", text.clone())
            .text("a", Cow::Borrowed(&*String::leak(text)))
            .bytes("a", value.clone())
            .bytes("a", &*leaked)
            .bytes("a", Bytes::from(value.clone()))
            .reader("a", io::Cursor::new(value.clone()))
            .reader_with_len("a", Drip::new(&*leaked), len)
            .reader_with_len("a", Sizes::new(&*leaked, vec![3, 1, 200]), len)
            .bytes(
                "a",
                PartBody::seekable(io::Cursor::new(value.clone())).unwrap(),
            )
            .bytes(
                "a",
                PartBody::reopened(move || Ok(io::Cursor::new(again.clone()))),
            )
            .bytes("a", PartBody::open(crate::file(&value).path()).unwrap());
        for _ in 0..11 {
            let start = encoder.part(PartHead::form_data("a"));
            start
                .pieces()
                .for_each(|piece| expected.extend_from_slice(piece));
            expected.extend_from_slice(&value);
        }
    }
    expected.extend(encoder.end().pieces().concat());
    (form, expected)
}

fn read_by(body: &mut FormBody<'_>, sizes: &[usize]) -> Vec<u8> {
    let mut taken = Vec::new();
    for size in sizes.iter().cycle() {
        let mut buf = vec![0; *size];
        match body.read(&mut buf).unwrap() {
            0 => break,
            read => taken.extend_from_slice(&buf[..read]),
        }
    }
    assert_eq!(body.read(&mut [0; 10]).unwrap(), 0, "the end stays");
    taken
}

#[test]
fn every_size_of_a_read_and_of_a_write_gives_the_same() {
    let (form, expected) = every_kind();
    assert_eq!(form.content_length(), None);
    assert_eq!(written(form.finish().unwrap()), expected);
    for size in (1..100).chain([511, 512, 513, 5000, 100_000]) {
        let mut body = every_kind().0.finish().unwrap();
        assert_eq!(read_by(&mut body, &[size]), expected, "read by {size}");
        assert_eq!(body.position(), expected.len() as u64);
        for pieces in [1, 2, 1000] {
            let mut narrow = Narrow::new(size, pieces);
            let mut body = every_kind().0.finish().unwrap();
            assert_eq!(body.write_to(&mut narrow).unwrap(), expected.len() as u64);
            assert_eq!(narrow.written, expected, "written by {size} of {pieces}");
            assert_eq!(body.write_to(&mut narrow).unwrap(), 0, "the end stays");
        }
    }
}

#[test]
fn nothing_is_read_for_nothing() {
    let mut form = form();
    form.reader("a", crate::common::readers::AfterEof::new(&b"x"[..]));
    let mut body = form.finish().unwrap();
    assert_eq!(body.read(&mut []).unwrap(), 0);
    assert!(read_by(&mut body, &[7]).ends_with(b"x\r\n--b--\r\n"));
}

#[test]
fn reading_and_writing_take_turns() {
    let (_, expected) = every_kind();
    for first in [1, 40, 700, 2000, expected.len() - 1] {
        let mut body = every_kind().0.finish().unwrap();
        let mut taken = vec![0; first];
        body.read_exact(&mut taken).unwrap();
        body.write_to(&mut taken).unwrap();
        assert_eq!(taken, expected, "{first}");
    }
}

#[test]
fn large_values_are_not_copied_and_go_out_together() {
    struct Places(Vec<*const u8>);
    impl Write for Places {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            panic!("one piece alone")
        }
        fn write_vectored(&mut self, bufs: &[IoSlice<'_>]) -> io::Result<usize> {
            self.0.extend(bufs.iter().map(|buf| buf.as_ptr()));
            Ok(bufs.iter().map(|buf| buf.len()).sum())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let (owned, shared) = (vec![b'x'; 5000], Bytes::from(vec![b'y'; 5000]));
    let borrowed = vec![b'z'; 5000];
    let places = [owned.as_ptr(), shared.as_ptr(), borrowed.as_ptr()];
    let mut form = form();
    form.bytes("a", owned)
        .bytes("b", shared.clone())
        .bytes("c", &borrowed[..]);
    let mut sink = Places(Vec::new());
    form.finish().unwrap().write_to(&mut sink).unwrap();
    // Framing, and the values between, in one call.
    assert_eq!(sink.0.len(), 7);
    assert_eq!([sink.0[1], sink.0[3], sink.0[5]], places);
}

/// Takes files by itself, a few bytes at a time, and now and then not at once.
#[derive(Default)]
struct TakesFiles {
    written: Vec<u8>,
    taken: usize,
    calls: usize,
}

impl Write for TakesFiles {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        self.written.write(buf)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl FileSink for TakesFiles {
    fn send_file(
        &mut self,
        file: &File,
        offset: Option<u64>,
        most: usize,
    ) -> Option<io::Result<usize>> {
        self.calls += 1;
        match self.calls % 3 {
            0 => return Some(Err(ErrorKind::Interrupted.into())),
            1 => return Some(Err(ErrorKind::WouldBlock.into())),
            _ => {}
        }
        let mut block = [0; 100];
        let block = &mut block[..most.min(100)];
        let read = file.read_at(block, offset?).unwrap();
        self.written.extend_from_slice(&block[..read]);
        self.taken += read;
        Some(Ok(read))
    }
}

#[test]
fn a_sink_may_take_the_files_by_itself() {
    let file = crate::file("0123456789".repeat(100));
    let make = || {
        let mut form = form();
        form.text("a", "1");
        form.file("f", file.path()).unwrap();
        form.file("g", file.path()).unwrap().reader("r", &b"2"[..]);
        form.finish().unwrap()
    };
    let mut sink = TakesFiles::default();
    let mut body = make();
    while let Err(error) = body.send_to(&mut sink) {
        assert_eq!(error.kind(), ErrorKind::WouldBlock);
    }
    assert_eq!(sink.taken, 2000);
    assert_eq!(sink.written, written(make()));
    // And a file that is not what it was is an error there too.
    let mut body = make();
    file.as_file().set_len(150).unwrap();
    let error = loop {
        let error = body.send_to(&mut sink).unwrap_err();
        if error.kind() != ErrorKind::WouldBlock {
            break error;
        }
    };
    assert_eq!(
        error.to_string(),
        "part 1 ended after 150 of 1000 bytes: \"f\""
    );
}

#[test]
fn over_a_socket_it_is_the_same() {
    let file = crate::file("0123456789".repeat(50_000));
    let make = || {
        let mut form = form();
        form.text("a", "1").bytes("b", vec![b'x'; 300_000]);
        form.file("f", file.path()).unwrap().reader("r", &b"2"[..]);
        form.finish().unwrap()
    };
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let receiving = std::thread::spawn(move || {
        let mut received = Vec::new();
        listener
            .accept()
            .unwrap()
            .0
            .read_to_end(&mut received)
            .unwrap();
        received
    });
    make().send_to(&mut client).unwrap();
    drop(client);
    assert!(receiving.join().unwrap() == written(make()));
}

#[test]
fn a_large_value_fills_a_buffer_in_one_read() {
    let mut form = form();
    form.bytes("a", vec![b'x'; 1 << 20]);
    let mut body = form.finish().unwrap();
    let mut buf = vec![0; 1 << 16];
    for _ in 0..16 {
        assert_eq!(body.read(&mut buf).unwrap(), buf.len());
    }
}

#[test]
fn whoever_sends_is_told_how_far_it_is() {
    let (sender, reports) = mpsc::channel();
    let mut form = form();
    form.text("a", "1")
        .bytes("b", vec![b'x'; 5000])
        .reader_with_len("c", &b"22"[..], 2);
    form.on_progress(move |progress| sender.send(progress).unwrap());
    let total = form.content_length();
    let mut body = form.finish().unwrap();
    let mut narrow = Narrow::new(64, 1);
    body.write_to(&mut narrow).unwrap();
    let len = narrow.written.len() as u64;
    let told: Vec<FormProgress> = reports.try_iter().collect();
    assert_eq!(told.len(), narrow.calls, "once a write");
    assert!(told.is_sorted_by(|one, next| one.sent < next.sent && one.part <= next.part));
    assert!(
        told.iter()
            .all(|told| told.total == total && total == Some(len))
    );
    let last = told.last().unwrap();
    assert_eq!((last.part, last.sent), (2, len));
    for told in &told {
        let sent = &narrow.written[..told.sent as usize];
        let parts = sent
            .windows(9)
            .filter(|window| {
                window == b"; name=\"a" || window == b"; name=\"b" || window == b"; name=\"c"
            })
            .count();
        // The delimiter in front of a name is its part's too.
        assert!((parts..=parts + 1).contains(&(told.part + 1)), "{told:?}");
    }
}

#[test]
fn it_can_be_sent_to_another_thread() {
    let (form, expected) = every_kind();
    let body = form.finish().unwrap();
    let bytes = std::thread::spawn(move || written(body)).join().unwrap();
    assert_eq!(bytes, expected);
}

#[test]
fn a_form_whole_in_memory() {
    let (boundary, body) = encode_multipart([("a", "1"), ("a", "2")]).unwrap();
    let mut form = Form::with_boundary(boundary);
    form.text("a", "1").text("a", "2");
    assert_eq!(body, written(form.finish().unwrap()));
    let (other, _) = encode_multipart([("a", "1")]).unwrap();
    assert_ne!(boundary, other);
    assert_eq!(boundary.as_str().len(), 32);
}

proptest! {
    #[test]
    fn any_sizes_of_reads(sizes in prop::collection::vec(1usize..2000, 1..6)) {
        let (form, expected) = every_kind();
        let mut body = form.finish().unwrap();
        prop_assert_eq!(read_by(&mut body, &sizes), expected);
    }
}
