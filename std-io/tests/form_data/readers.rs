//! Whole forms from readers that do their worst.

use crate::common::readers::Moody;
use crate::{TYPE, form};
use std::io::{BufReader, ErrorKind};
use tidegate_std_io::FormData;

/// `Interrupted` is the reader's and nobody else's business.
#[test]
fn an_interruption_is_not_seen() {
    let body = form(&[
        ("text", None, b"words\r\n--and more"),
        ("file", Some("f"), b"data"),
    ]);
    for capacity in [1, 3, 20, 1000] {
        for patience in 2..5 {
            let buffered = BufReader::with_capacity(capacity, &body[..]);
            let moody = Moody::new(buffered, ErrorKind::Interrupted, patience);
            let form = FormData::read(moody, TYPE).unwrap();
            let words = form.field("text").unwrap().text().unwrap();
            assert_eq!(words, "words\r\n--and more", "{capacity}, {patience}");
            assert_eq!(form.file("file").unwrap().text().unwrap(), "data");
        }
    }
}
