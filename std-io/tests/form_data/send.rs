//! Values sent by the system, out of the file that all of them are in.
#![cfg(target_os = "linux")]

use super::{FormOptions, TYPE, form};
use std::fs::File;
use std::io::{self, Write};
use tidegate_std_io::{FileSink, FileWrapper, ReadAt, Spill};

#[test]
fn a_value_is_sent_from_where_it_is_in_the_file() {
    let body = form(&[("a", None, b"one"), ("b", Some("f"), b"four")]);
    let options = FormOptions::new().spill(Spill::new().memory(0));
    let form = options.read(&body[..], TYPE).unwrap();
    for (entry, data) in form.iter().zip([&b"one"[..], b"four"]) {
        assert_eq!(entry.as_bytes(), None);
        let mut sent = Vec::new();
        let wrapped = FileWrapper::new(entry.reader()).send_to(&mut Taking(&mut sent));
        assert_eq!((wrapped.unwrap(), &sent[..]), (entry.len(), data));
    }
}

/// Reads files by itself, which need not begin where the value does.
struct Taking<'t>(&'t mut Vec<u8>);

impl Write for Taking<'_> {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        panic!("it takes the file by itself")
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl FileSink for Taking<'_> {
    fn send_file(
        &mut self,
        file: &File,
        offset: Option<u64>,
        most: usize,
    ) -> Option<io::Result<usize>> {
        let mut buf = vec![0; most];
        let read = file.read_at(&mut buf, offset.unwrap()).unwrap();
        self.0.extend_from_slice(&buf[..read]);
        Some(Ok(read))
    }
}
