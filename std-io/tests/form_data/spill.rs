//! What is in memory and what on disk, and when there is room in neither.

use super::{FormData, FormOptions, TYPE, fault, form};
use std::io::Read;
use tidegate_core::{Spill, SpillFault};

/// Memory for 8 bytes of a value and 12 in all, and 20 on disk.
fn small() -> FormOptions<'static> {
    FormOptions::new().spill(Spill::new().max_in_memory(8).memory(12).disk(20))
}

fn in_memory(form: &FormData) -> Vec<bool> {
    form.iter()
        .map(|entry| entry.as_bytes().is_some())
        .collect()
}

#[test]
fn a_value_is_on_disk_from_the_byte_on_that_memory_has_no_room_for() {
    for (parts, expected) in [
        (&[8][..], &[true][..]),
        (&[9], &[false]),
        (&[8, 4], &[true, true]),
        (&[8, 5], &[true, false]),
        (&[8, 5, 4], &[true, false, true]),
        // What moves to disk leaves room.
        (&[9, 8, 4], &[false, true, true]),
        (&[20, 8], &[false, true]),
    ] {
        let data: Vec<Vec<u8>> = parts.iter().map(|&len| vec![b'x'; len]).collect();
        let body: Vec<_> = data.iter().map(|it| ("n", Some("f"), &it[..])).collect();
        let form = small().read(&form(&body)[..], TYPE).unwrap();
        assert_eq!(in_memory(&form), expected, "{parts:?}");
        for (entry, data) in form.iter().zip(&data) {
            let mut read = Vec::new();
            entry.reader().read_to_end(&mut read).unwrap();
            assert_eq!(read, *data, "{parts:?}");
            assert_eq!(entry.len(), data.len() as u64);
        }
    }
}

#[test]
fn a_form_that_fits_neither_is_a_named_fault() {
    for parts in [&[21][..], &[9, 12], &[8, 4, 20, 1]] {
        let data: Vec<Vec<u8>> = parts.iter().map(|&len| vec![b'x'; len]).collect();
        let body: Vec<_> = data.iter().map(|it| ("n", None, &it[..])).collect();
        let error = small().read(&form(&body)[..], TYPE).unwrap_err();
        let at = fault::<SpillFault>(&error);
        assert_eq!(at.fault, SpillFault::DiskFull { max: 20 }, "{parts:?}");
        assert_eq!(at.http_status(), 413);
    }
}

/// However the body arrives, and so from whatever byte of it on a value spills.
#[test]
fn what_is_kept_does_not_depend_on_the_reads() {
    let body = form(&[
        ("a", None, b"short"),
        ("b", Some("f"), b"\r\n--\r\n--a-\r\n--c, and longer"),
        ("c", Some(""), b""),
    ]);
    for capacity in 1..body.len() {
        let reader = std::io::BufReader::with_capacity(capacity, &body[..]);
        let spill = Spill::new().max_in_memory(8).memory(8);
        let form = FormOptions::new().spill(spill).read(reader, TYPE).unwrap();
        assert_eq!(in_memory(&form), [true, false, true], "{capacity}");
        assert_eq!(form.field("a").unwrap().text().unwrap(), "short");
        let long = form.file("b").unwrap().text().unwrap();
        assert_eq!(long, "\r\n--\r\n--a-\r\n--c, and longer", "{capacity}");
        assert!(form.file("c").unwrap().is_empty());
    }
}

#[test]
fn where_the_room_ended_does_not_depend_on_the_reads() {
    let body = form(&[("a", None, b"1234"), ("b", Some("f"), &[b'x'; 40])]);
    let start = body.iter().position(|&byte| byte == b'x').unwrap() as u64;
    for capacity in 1..body.len() {
        let reader = std::io::BufReader::with_capacity(capacity, &body[..]);
        let at = fault::<SpillFault>(&small().read(reader, TYPE).unwrap_err());
        assert_eq!(at.offset, start, "{capacity}: that of the value's data");
    }
}

#[test]
fn several_readers_of_one_value_do_not_meet() {
    let body = form(&[("a", Some("f"), b"0123456789")]);
    let form = small().read(&body[..], TYPE).unwrap();
    let file = form.file("a").unwrap();
    let (mut one, mut two) = (file.reader(), file.reader());
    let (mut first, mut second) = ([0; 4], [0; 6]);
    one.read_exact(&mut first).unwrap();
    two.read_exact(&mut second).unwrap();
    one.read_exact(&mut first).unwrap();
    assert_eq!((&first, &second), (b"4567", b"012345"));
}
