//! Disks that are full.

use crate::alone::{Left, alone, alone_in};
use std::fs::{self, File};
use std::io::{self, BufWriter, ErrorKind, Read, Write};
use std::path::Path;
use tempfile::TempDir;
use tidegate_std_io::{
    Boundary, ChunkedWriter, FileWrapper, Form, FormData, FormOptions, FormSink, Multipart,
    PartBody, Spill, StreamOptions, stream_encode_multipart,
};

const TYPE: &[u8] = b"multipart/form-data; boundary=b";
/// No file may be longer, in blocks of 512 bytes.
const ROOM: usize = 8 * 512;

fn form(value: &[u8]) -> Vec<u8> {
    let head = b"--b\r\nContent-Disposition: form-data; name=\"a\"; filename=\"f\"\r\n\r\n";
    [head, value, b"\r\n--b--\r\n"].concat()
}

/// All on disk.
fn on_disk(value: &[u8], sink: FormSink<'static>) -> io::Result<FormData> {
    let mut sink = Some(sink);
    FormOptions::new()
        .spill(Spill::new().memory(0))
        .choose(move |_| sink.take().unwrap())
        .read(&form(value)[..], TYPE)
}

/// What it says if there is room for so many bytes on disk.
fn expect<T>(result: io::Result<T>, on_disk: usize) -> Option<T> {
    match result {
        Ok(done) => {
            assert!(on_disk <= ROOM, "{on_disk}");
            Some(done)
        }
        // As another errno than that of a full disk.
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::FileTooLarge, "{on_disk}");
            assert!(on_disk > ROOM, "{on_disk}");
            None
        }
    }
}

#[test]
fn what_spills_onto_a_full_disk_is_an_error_or_all_there() {
    // The signal would end the process.
    let script =
        "trap '' XFSZ; ulimit -f 8; exec \"$0\" --exact \"$1\" --test-threads 1 --nocapture";
    let test = "disk::what_spills_onto_a_full_disk_is_an_error_or_all_there";
    alone_in(script, test, || {
        let directory = TempDir::new().unwrap();
        for len in [1, ROOM - 200, ROOM - 1, ROOM, ROOM + 1, 3 * ROOM] {
            let value = vec![b'x'; len];
            let left = Left::now();
            for sink in [
                FormSink::Keep,
                FormSink::Disk,
                FormSink::Tee(Box::new(io::sink())),
            ] {
                if let Some(form) = expect(on_disk(&value, sink), len) {
                    assert!(form.file("a").unwrap().text().unwrap().as_bytes() == value);
                }
            }
            in_memory_and_kept(&value, directory.path());
            spooled(&value);
            encoded(&value);
            left.expect_no_more();
        }
    });
}

/// What fits into memory and is then kept.
fn in_memory_and_kept(value: &[u8], directory: &Path) {
    let kept = directory.join("kept");
    let form = FormData::read(&form(value)[..], TYPE).unwrap();
    expect(form.file("a").unwrap().persist(&kept), value.len());
    if kept.exists() {
        assert!(fs::read(&kept).unwrap() == value);
        fs::remove_file(&kept).unwrap();
    }
    assert_eq!(fs::read_dir(directory).unwrap().count(), 0);
}

fn spooled(value: &[u8]) {
    let mut form = Form::with_boundary(Boundary::new("b").unwrap());
    form.reader("a", value);
    match expect(form.spool(16), value.len()) {
        Some(()) => {
            let mut body = Vec::new();
            form.finish().unwrap().write_to(&mut body).unwrap();
            assert!(body.windows(value.len()).any(|window| window == value));
        }
        // Some of the part is lost.
        None => {
            form.spool(16).unwrap_err();
            form.finish().unwrap_err();
        }
    }
}

fn encoded(value: &[u8]) {
    let (head, end) = (54, 9);
    let boundary = Boundary::new("b").unwrap();
    let options = StreamOptions::new().threshold(16).boundary(boundary);
    let values = [("a", PartBody::reader(value))];
    let len = head + value.len() + end - 2;
    let Some((mut stream, length, _)) = expect_about(stream_encode_multipart(values, options), len)
    else {
        return;
    };
    let mut body = Vec::new();
    stream.read_to_end(&mut body).unwrap();
    assert_eq!(body.len() as u64, length);
    assert!(body.len() <= ROOM && body.windows(value.len()).any(|window| window == value));
}

/// The head and the end are some more.
fn expect_about<T>(result: io::Result<T>, len: usize) -> Option<T> {
    match result {
        Ok(done) => Some(done),
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::FileTooLarge);
            assert!(len + 100 > ROOM, "{len}");
            None
        }
    }
}

/// A device that has no room at all.
#[test]
fn what_is_written_onto_a_full_disk_says_so() {
    alone("disk::what_is_written_onto_a_full_disk_says_so", || {
        let full = || File::options().write(true).open("/dev/full").unwrap();
        let made = || {
            let mut form = Form::with_boundary(Boundary::new("b").unwrap());
            form.text("a", "1").reader("r", &b"read"[..]);
            form.finish().unwrap()
        };
        let body = form(b"value");
        let results = [
            made().write_to(&mut full()),
            made().send_to(&mut full()),
            FileWrapper::new(&b"file"[..]).send_to(&mut full()),
            ChunkedWriter::new(full())
                .write(b"chunk")
                .map(|len| len as u64),
            Multipart::for_type(&body[..], TYPE)
                .unwrap()
                .next_part()
                .and_then(|part| part.unwrap().copy_to(&mut full())),
            on_disk(b"value", FormSink::Writer(Box::new(full()))).map(|_| 0),
            on_disk(b"value", FormSink::Tee(Box::new(full()))).map(|_| 0),
            // Which is seen when it is flushed.
            on_disk(b"value", FormSink::Writer(Box::new(BufWriter::new(full())))).map(|_| 0),
            on_disk(b"value", FormSink::Tee(Box::new(BufWriter::new(full())))).map(|_| 0),
        ];
        for (at, result) in results.into_iter().enumerate() {
            assert_eq!(result.unwrap_err().kind(), ErrorKind::StorageFull, "{at}");
        }
    });
}
