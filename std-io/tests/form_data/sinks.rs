//! Where a part goes is decided before its data.

use super::{FormData, FormEntry, FormOptions, FormSink, TYPE, fault, form};
use std::io::{self, ErrorKind, Write};
use std::sync::{Arc, Mutex};
use tidegate_core::{DecodeFault, MultipartTypeFault, Spill, SpillFault};

/// A writer that somebody else looks into.
#[derive(Clone, Default)]
struct Shared(Arc<Mutex<Vec<u8>>>);

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn body() -> Vec<u8> {
    form(&[
        ("text", None, b"words"),
        ("kept", Some("../k"), b"kept data"),
        ("gone", Some("g"), b"data for a writer"),
        ("both", Some("b"), b"data for both"),
        ("skipped", Some("s"), b"data for nobody"),
    ])
}

#[test]
fn each_part_goes_where_it_is_sent() {
    let (gone, both) = (Shared::default(), Shared::default());
    let form = FormOptions::new()
        .choose(|head| match head.name() {
            Some(name) if name == "gone" => FormSink::Writer(Box::new(gone.clone())),
            Some(name) if name == "both" => FormSink::Tee(Box::new(both.clone())),
            Some(name) if name == "kept" => FormSink::Disk,
            Some(name) if name == "skipped" => FormSink::Skip,
            _ => FormSink::Memory,
        })
        .read(&body()[..], TYPE)
        .unwrap();
    let names: Vec<_> = form.iter().map(|entry| entry.name()).collect();
    assert_eq!(names, [&b"text"[..], b"kept", b"gone", b"both"]);
    assert_eq!(*gone.0.lock().unwrap(), b"data for a writer");
    assert_eq!(*both.0.lock().unwrap(), b"data for both");
    assert_eq!(form.file("both").unwrap().text().unwrap(), "data for both");
    assert_eq!(form.file("kept").unwrap().as_bytes(), None);
    assert_eq!(form.file("kept").unwrap().text().unwrap(), "kept data");
    let gone = form.file("gone").unwrap();
    assert_eq!(gone.len(), 17);
    assert_eq!(gone.text().unwrap_err().kind(), ErrorKind::NotFound);
}

#[test]
fn a_part_can_be_refused_with_an_error_of_ones_own() {
    let error = FormOptions::new()
        .choose(|head| match head.is_file() {
            true => FormSink::Refuse(io::Error::other("no files")),
            false => FormSink::Keep,
        })
        .read(&body()[..], TYPE)
        .unwrap_err();
    assert_eq!(error.to_string(), "no files");
}

#[test]
fn what_has_to_be_in_memory_is_a_fault_if_it_does_not_fit() {
    let error = FormOptions::new()
        .spill(Spill::new().memory(4))
        .choose(|_| FormSink::Memory)
        .read(&body()[..], TYPE)
        .unwrap_err();
    let at = fault::<SpillFault>(&error);
    assert_eq!(at.fault, SpillFault::MemoryFull { max: 4 });
    assert_eq!(at.offset, 52, "that of the data");
}

#[test]
fn a_writer_that_fails_ends_the_form() {
    struct Full;

    impl Write for Full {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(ErrorKind::StorageFull.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    for tee in [true, false] {
        let error = FormOptions::new()
            .choose(|_| match tee {
                true => FormSink::Tee(Box::new(Full)),
                false => FormSink::Writer(Box::new(Full)),
            })
            .read(&body()[..], TYPE)
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::StorageFull);
    }
}

/// One around a buffer has written nothing until then, and says so on drop to
/// nobody.
#[test]
fn a_writer_is_flushed_behind_its_part() {
    struct Late;

    impl Write for Late {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Err(ErrorKind::StorageFull.into())
        }
    }

    for tee in [true, false] {
        let error = FormOptions::new()
            .choose(|_| match tee {
                true => FormSink::Tee(Box::new(Late)),
                false => FormSink::Writer(Box::new(Late)),
            })
            .read(&body()[..], TYPE)
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::StorageFull);
    }
}

#[test]
fn fields_and_files_are_found_by_name_and_kind() {
    let body = form(&[
        ("a", None, b"1"),
        ("a", Some("f"), b"2"),
        ("a", None, b"3"),
        ("a", Some("g"), b"4"),
        ("b", Some("h"), b"5"),
    ]);
    let form = FormData::read(&body[..], TYPE).unwrap();
    let texts = |entries: Vec<&FormEntry>| -> Vec<String> {
        let text = |entry: &&FormEntry| entry.text().unwrap().into_owned();
        entries.iter().map(text).collect()
    };
    assert_eq!(texts(form.fields("a").collect()), ["1", "3"]);
    assert_eq!(texts(form.files("a").collect()), ["2", "4"]);
    assert_eq!(texts(form.iter().collect()), ["1", "2", "3", "4", "5"]);
    assert_eq!(form.field("a").unwrap().text().unwrap(), "1");
    assert_eq!(form.file("b").unwrap().content_type(), Some(&b"a/b"[..]));
    assert!(form.field("b").is_none() && form.file("c").is_none());
    assert_eq!((form.len(), form.is_empty()), (5, false));
}

#[test]
fn a_form_that_is_cut_short_or_of_another_type_is_none() {
    let body = body();
    for len in 0..body.len() - b"\r\n".len() {
        let error = FormData::read(&body[..len], TYPE).unwrap_err();
        let at = fault::<DecodeFault>(&error);
        assert_eq!(at.fault, DecodeFault::Truncated, "{len}");
        assert_eq!(at.offset, len as u64);
    }
    for other in [
        &b"multipart/mixed; boundary=b"[..],
        b"text/plain",
        b"application/json",
        b"application/x-www-form-urlencoded2",
    ] {
        let error = FormData::read(&body[..], other).unwrap_err();
        let at = fault::<MultipartTypeFault>(&error);
        assert_eq!(at.fault, MultipartTypeFault::NotMultipart);
    }
}
