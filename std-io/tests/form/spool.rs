//! Parts of unknown length that get one.

use crate::common::readers::{Cut, Drip, Stutter};
use crate::{form, written};
use std::io::{self, ErrorKind};
use tidegate_std_io::{
    FormError, FormFault, PartBody, StreamOptions, encode_multipart, stream_encode_multipart,
};

#[test]
fn all_lengths_are_known_behind_it_and_the_form_can_be_sent_again() {
    let value = b"0123456789".repeat(100);
    for threshold in [0, 1, 999, 1000, 1001, 2000, 5000] {
        let mut form = form();
        form.text("a", "1")
            .reader("b", &value[..])
            .reader("c", Drip::new(&value[..]))
            .bytes("d", &value[..])
            .reader("e", io::empty());
        assert_eq!(form.content_length(), None);
        form.spool(threshold).unwrap();
        let length = form.content_length().unwrap();
        let mut body = form.finish().unwrap();
        let sent = written(body.try_clone().unwrap());
        assert_eq!(sent.len() as u64, length);
        let values = sent.windows(1000).filter(|window| *window == value).count();
        assert_eq!(values, 3, "{threshold}");
        io::copy(&mut body, &mut io::sink()).unwrap();
        body.rewind().unwrap();
        assert_eq!(written(body), sent);
    }
}

/// What stays in memory is searched for the boundary, and what does not is not.
#[test]
fn no_more_than_the_threshold_stays_in_memory() {
    let value = [b"--b".as_slice(), &[b'x'; 997]].concat();
    for (threshold, in_memory) in [(0, 0), (999, 0), (1000, 1), (1999, 1), (2000, 2), (9000, 3)] {
        let mut found = Vec::new();
        for hidden in 0..3 {
            let mut form = form();
            for part in 0..3 {
                let plain = [b'x'; 1000];
                let bytes = if part == hidden {
                    value.clone()
                } else {
                    plain.to_vec()
                };
                form.reader("a", io::Cursor::new(bytes));
            }
            form.spool(threshold).unwrap();
            found.extend(form.check_boundary().is_err().then_some(hidden));
        }
        assert_eq!(found, (0..in_memory).collect::<Vec<_>>(), "{threshold}");
    }
}

#[test]
fn promises_stay_promises() {
    let mut form = form();
    form.reader_with_len("a", &b"abc"[..], 4);
    form.spool(100).unwrap();
    let mut whole = crate::form();
    whole.text("a", "abcd");
    assert_eq!(form.content_length(), whole.content_length());
    assert!(form.finish().unwrap().write_to(&mut Vec::new()).is_err());
}

#[test]
fn a_reader_that_fails_spoils_the_form_for_good() {
    let mut form = form();
    form.text("a", "")
        .reader("b", Cut::new(&b"abc"[..], 2, ErrorKind::TimedOut));
    assert_eq!(form.spool(100).unwrap_err().kind(), ErrorKind::TimedOut);
    let error = form.spool(100).unwrap_err();
    let error: &FormError = error.get_ref().unwrap().downcast_ref().unwrap();
    assert_eq!(
        (error.fault(), error.name()),
        (FormFault::Failed { part: 1 }, Some("b"))
    );
    assert_eq!(
        form.finish().unwrap_err().fault(),
        FormFault::Failed { part: 1 }
    );
}

#[test]
fn a_stream_is_cut_off_where_a_value_fails() {
    let values = || [("a", PartBody::reader(&b"abc"[..]).with_len(2))];
    let options = StreamOptions::new();
    assert_eq!(
        stream_encode_multipart(values(), options)
            .unwrap_err()
            .kind(),
        ErrorKind::InvalidData
    );
    assert_eq!(
        encode_multipart(values()).unwrap_err().kind(),
        ErrorKind::InvalidData
    );
    let options = options.boundary(crate::boundary());
    let occurs = stream_encode_multipart([("a", "--b")], options).unwrap_err();
    assert_eq!(occurs.kind(), ErrorKind::InvalidInput);
    let stutters = [("a", PartBody::reader(Stutter::new(&b"abc"[..])))];
    assert_eq!(
        encode_multipart(stutters).unwrap_err().kind(),
        ErrorKind::WouldBlock
    );
}

#[test]
fn behind_500_kib_it_is_on_disk() {
    let around = {
        let (_, length, _) = stream_encode_multipart([("a", "")], StreamOptions::new()).unwrap();
        length as usize
    };
    for (len, on_disk) in [(512_000 - around, false), (512_001 - around, true)] {
        let value = "x".repeat(len);
        let (stream, length, _) =
            stream_encode_multipart([("a", &value[..])], StreamOptions::new()).unwrap();
        assert_eq!(
            (length as usize, stream.is_on_disk()),
            (len + around, on_disk)
        );
        let options = StreamOptions::new().use_tempfile(false);
        let (stream, ..) = stream_encode_multipart([("a", &value[..])], options).unwrap();
        assert!(!stream.is_on_disk());
    }
}

#[test]
fn a_promise_that_no_memory_holds_is_an_error() {
    for len in [u64::MAX >> 1, isize::MAX as u64 - 200, 1 << 50] {
        let values = [("a", PartBody::reader(&b"abc"[..]).with_len(len))];
        let error = encode_multipart(values).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::OutOfMemory);
    }
}
