//! Forms that are sent again.

use crate::{form, written};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom};
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
    use std::sync::atomic::{AtomicUsize, Ordering};
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
