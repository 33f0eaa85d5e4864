//! Forms that are sent again.

use crate::{form, read_until, written};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tidegate_std_io::{FormBody, FormError, FormFault, PartBody};

fn replayable() -> FormBody<'static> {
    let mut seekable = io::Cursor::new("not from its start");
    seekable.seek(SeekFrom::Start(4)).unwrap();
    let mut form = form();
    form.text("a", "1")
        .bytes("b", vec![b'x'; 600])
        .bytes("c", PartBody::seekable(seekable).unwrap())
        .bytes("d", PartBody::reopened(|| Ok(&b"made"[..])).with_len(4))
        .bytes("e", PartBody::open(crate::file("a file").path()).unwrap());
    form.finish().unwrap()
}

#[test]
fn it_begins_anew_wherever_it_was() {
    let expected = written(replayable());
    assert!(
        expected
            .windows(18)
            .any(|window| window == b"\r\n\r\nfrom its start")
    );
    let mut body = replayable();
    for taken in 0..=expected.len() {
        let mut some = vec![0; taken];
        body.read_exact(&mut some).unwrap();
        assert_eq!(some, expected[..taken]);
        assert_eq!(body.content_length(), Some((expected.len() - taken) as u64));
        body.rewind().unwrap();
        assert_eq!(body.position(), 0);
    }
    assert_eq!(written(body), expected);
}

#[test]
fn a_copy_begins_at_the_start_and_leaves_the_other_where_it_is() {
    let mut form = form();
    form.text("a", "1")
        .bytes("b", vec![b'x'; 600])
        .bytes("d", PartBody::reopened(|| Ok(&b"made"[..])))
        .bytes("e", PartBody::open(crate::file("a file").path()).unwrap());
    let mut body = form.finish().unwrap();
    let expected = written(body.try_clone().unwrap());
    for taken in 0..expected.len() {
        let mut some = vec![0; taken];
        body.read_exact(&mut some).unwrap();
        let copy = body.try_clone().unwrap();
        assert_eq!((copy.position(), copy.boundary()), (0, body.boundary()));
        assert_eq!(written(copy), expected);
        assert_eq!(body.position(), taken as u64);
        body.rewind().unwrap();
    }
}

fn fault(error: &io::Error) -> FormFault {
    let error = error
        .get_ref()
        .and_then(|error| error.downcast_ref::<FormError>());
    error.unwrap().fault()
}

#[test]
fn a_reader_that_was_read_is_refused_by_name_and_one_that_was_not_is_not() {
    let mut form = form();
    form.text("a", "1").reader("once", &b"value"[..]);
    let mut body = form.finish().unwrap();
    let head = "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--b\r\n\
                Content-Disposition: form-data; name=\"once\"\r\n\r\n";
    for _ in 0..2 {
        let mut some = vec![0; head.len()];
        body.read_exact(&mut some).unwrap();
        assert_eq!(some, head.as_bytes());
        body.rewind().unwrap();
    }
    let mut some = vec![0; head.len() + 1];
    body.read_exact(&mut some).unwrap();
    let error = body.rewind().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert_eq!(fault(&error), FormFault::NotReplayable { part: 1 });
    assert_eq!(
        error.to_string(),
        "part 1 cannot be read a second time: \"once\""
    );
    // And it goes on where it was.
    assert!(written(body).starts_with(b"alue\r\n--b--"));

    let error = replayable().try_clone().unwrap_err();
    assert_eq!(error.fault(), FormFault::NotReplayable { part: 2 });
    assert_eq!(error.name(), Some("c"));
}

#[test]
fn a_form_that_failed_may_be_tried_again_if_its_readers_may() {
    static TRIES: AtomicUsize = AtomicUsize::new(0);
    let mut form = form();
    form.bytes(
        "a",
        PartBody::reopened(|| {
            let short = TRIES.fetch_add(1, Ordering::Relaxed) == 0;
            Ok(if short { &b"sho"[..] } else { b"whole" })
        })
        .with_len(5),
    );
    let mut body = form.finish().unwrap();
    let error = body.write_to(&mut Vec::new()).unwrap_err();
    assert!(matches!(fault(&error), FormFault::Short { part: 0, .. }));
    body.rewind().unwrap();
    assert!(written(body).ends_with(b"\r\n\r\nwhole\r\n--b--\r\n"));
}

/// Seeks as often as it is told to, and not in between.
struct Stuck {
    reader: io::Cursor<&'static [u8]>,
    refuses: Arc<AtomicUsize>,
}

impl Read for Stuck {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.reader.read(buf)
    }
}

impl Seek for Stuck {
    fn seek(&mut self, position: SeekFrom) -> io::Result<u64> {
        match self.refuses.load(Ordering::Relaxed) {
            0 => self.reader.seek(position),
            _ => Err(ErrorKind::NotSeekable.into()),
        }
    }
}

/// What comes before it is at its start already.
#[test]
fn a_form_that_is_half_rewound_sends_nothing() {
    let refuses = Arc::new(AtomicUsize::new(0));
    let stuck = Stuck {
        reader: io::Cursor::new(b"stuck"),
        refuses: Arc::clone(&refuses),
    };
    let mut form = form();
    form.bytes(
        "a",
        PartBody::open(crate::file("0123456789").path()).unwrap(),
    )
    .bytes("b", PartBody::seekable(stuck).unwrap());
    let mut body = form.finish().unwrap();
    let head = read_until(&mut body, "\r\n\r\n01234");
    refuses.store(1, Ordering::Relaxed);
    assert_eq!(body.rewind().unwrap_err().kind(), ErrorKind::NotSeekable);
    let mut sent = Vec::new();
    let error = body.write_to(&mut sent).unwrap_err();
    assert_eq!(fault(&error), FormFault::Failed { part: 1 });
    assert!(sent.is_empty());
    refuses.store(0, Ordering::Relaxed);
    body.rewind().unwrap();
    let sent = written(body);
    assert!(sent.starts_with(&head) && sent.ends_with(b"stuck\r\n--b--\r\n"));
}

/// A form of thousands of files would have all of them open.
#[test]
fn a_reader_that_was_made_is_gone_at_its_end() {
    struct Counted(&'static [u8], Arc<AtomicUsize>);
    impl Read for Counted {
        fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
            self.0.read(buf)
        }
    }
    impl Drop for Counted {
        fn drop(&mut self) {
            self.1.fetch_sub(1, Ordering::Relaxed);
        }
    }
    let open = Arc::new(AtomicUsize::new(0));
    let mut form = form();
    for len in [None, Some(5)].repeat(10) {
        let open = Arc::clone(&open);
        let body = PartBody::reopened(move || {
            assert_eq!(
                open.fetch_add(1, Ordering::Relaxed),
                0,
                "the others are gone"
            );
            Ok(Counted(b"value", Arc::clone(&open)))
        });
        form.bytes("a", len.into_iter().fold(body, PartBody::with_len));
    }
    let mut body = form.finish().unwrap();
    let mut first = Vec::new();
    body.write_to(&mut first).unwrap();
    assert_eq!(open.load(Ordering::Relaxed), 0);
    body.rewind().unwrap();
    assert_eq!(written(body), first);
}
