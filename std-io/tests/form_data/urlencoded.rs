//! Forms as `application/x-www-form-urlencoded`, within the same limits.

use super::{FormData, FormOptions, URLENCODED, fault};
use proptest::prelude::*;
use std::io::BufReader;
use tidegate_core::{DecodeFault, Decoder, Spill, SpillFault};

fn pairs(form: &FormData) -> Vec<(String, String)> {
    let lossy = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    form.iter()
        .map(|entry| (lossy(entry.name()), entry.text().unwrap().into_owned()))
        .collect()
}

fn refused(body: &[u8], prepare: fn(Decoder) -> Decoder) -> (u64, DecodeFault) {
    let options = FormOptions::new().decoder(prepare);
    let at = fault::<DecodeFault>(&options.read(body, URLENCODED).unwrap_err());
    (at.offset, at.fault)
}

#[test]
fn each_limit_names_itself() {
    assert_eq!(
        refused(b"a=1&b=2&c=3", |decoder| decoder.max_fields(2)),
        (8, DecodeFault::TooManyFields { max: 2 })
    );
    assert_eq!(
        refused(b"a=1&b=2&c=3", |decoder| decoder.max_parts(1)),
        (4, DecodeFault::TooManyParts { max: 1 })
    );
    assert_eq!(
        refused(b"a=%31%32%33", |decoder| decoder.max_field_len(2)),
        (0, DecodeFault::FieldTooLong { max: 2 })
    );
    assert_eq!(
        refused(b"a=12&b=34", |decoder| decoder.max_fields_len(3)),
        (5, DecodeFault::FieldsTooLong { max: 3 })
    );
    assert_eq!(
        refused(b"abc=1", |decoder| decoder.max_name_len(2)),
        (0, DecodeFault::NameTooLong { max: 2 })
    );
    // Longer than any escaping could make it.
    let (offset, fault) = refused(&[b'a'; 100], |decoder| {
        decoder.max_name_len(2).max_field_len(2)
    });
    assert_eq!((offset, fault), (13, DecodeFault::FieldTooLong { max: 2 }));
}

#[test]
fn limits_are_inclusive() {
    let form = FormOptions::new()
        .decoder(|it| {
            it.max_parts(2)
                .max_field_len(2)
                .max_fields_len(4)
                .max_name_len(1)
        })
        .read(&b"&%61=%31%32&&b=34&"[..], URLENCODED)
        .unwrap();
    let expected = [("a", "12"), ("b", "34")].map(|(a, b)| (a.to_owned(), b.to_owned()));
    assert_eq!(pairs(&form), expected);
}

#[test]
fn values_spill_as_those_of_other_forms() {
    let spill = Spill::new().max_in_memory(3).disk(4);
    let read = |body: &[u8]| FormOptions::new().spill(spill).read(body, URLENCODED);
    let form = read(b"a=123&b=1234").unwrap();
    let in_memory: Vec<_> = form.iter().map(|it| it.as_bytes().is_some()).collect();
    assert_eq!(in_memory, [true, false]);
    let at = fault::<SpillFault>(&read(b"a=123&b=12345").unwrap_err());
    assert_eq!((at.offset, at.fault), (6, SpillFault::DiskFull { max: 4 }));
}

proptest! {
    /// Cut into fields by a buffer of any size, the same as all at once.
    #[test]
    fn what_is_read_is_what_form_urlencoded_reads(
        body in "[a-c=&+%0-9A-F]{0,40}",
        capacity in 1..20usize,
    ) {
        let reader = BufReader::with_capacity(capacity, body.as_bytes());
        let form = FormData::read(reader, URLENCODED).unwrap();
        let expected: Vec<_> = form_urlencoded::parse(body.as_bytes()).into_owned().collect();
        let lossy: Vec<_> = form
            .iter()
            .map(|it| (String::from_utf8(it.name().to_vec()).unwrap(), it.text().unwrap().into_owned()))
            .collect();
        prop_assert_eq!(lossy, expected);
    }

    #[test]
    fn what_is_written_is_read(fields in prop::collection::vec((".{0,8}", ".{0,8}"), 0..5)) {
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(&fields)
            .finish();
        let form = FormData::read(body.as_bytes(), URLENCODED).unwrap();
        prop_assert_eq!(pairs(&form), fields);
    }
}
