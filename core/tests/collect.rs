//! Forms that are collected, whole and piece by piece.
#![cfg(feature = "alloc")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may")]

use tidegate_core::{
    Arriving, Boundary, Collected, Collector, Decoded, Decoder, Event, Feed, FormSink, Kept, Spill,
    SpillFault, Stow,
};

/// What is kept of values that arrive in pieces of so many bytes, and what is on disk.
fn collect(values: &[&[u8]], size: usize) -> (Vec<Collected>, Vec<u8>) {
    let mut collector = Collector::new(Spill::new().max_in_memory(5).memory(8));
    let mut disk = Vec::new();
    for value in values {
        let mut field = Arriving::field(value.to_vec(), 0);
        for piece in value.chunks(size) {
            if let Stow::OnDisk { before } = collector.push(&mut field, piece).unwrap() {
                disk.extend(before);
                disk.extend(piece);
            }
        }
        collector.end(field);
    }
    (collector.finish(), disk)
}

/// The naive model: each value whole, where there is room for all of it.
#[test]
fn values_are_where_they_belong_however_they_arrive() {
    let values: [&[u8]; 6] = [b"123", b"123456", b"", b"12345", b"1", b"1234567890"];
    for size in 1..=10 {
        let (collected, disk) = collect(&values, size);
        let (mut memory, mut on_disk) = (0, Vec::new());
        assert_eq!(collected.len(), values.len());
        for (entry, value) in collected.iter().zip(values) {
            assert_eq!(entry.name(), value);
            assert_eq!(entry.len(), value.len() as u64);
            if value.len() <= 5 && memory + value.len() <= 8 {
                memory += value.len();
                assert_eq!(*entry.kept(), Kept::InMemory(value.to_vec()), "{size}");
            } else {
                let (start, len) = (on_disk.len() as u64, value.len() as u64);
                assert_eq!(*entry.kept(), Kept::OnDisk { start, len }, "{size}");
                on_disk.extend(value);
            }
        }
        assert_eq!(disk, on_disk, "{size}");
    }
}

type Sink = FormSink<&'static str, &'static str>;

/// The head of a part with a file name, sent there.
fn begin(sink: Sink) -> Result<Option<(Arriving, Option<&'static str>)>, &'static str> {
    let body = b"--b\r\nContent-Disposition: form-data; name=n; filename=f\r\n\
        Content-Type: t/t\r\n\r\n";
    let decoder = Decoder::form_data(Boundary::new("b").unwrap());
    let mut feed = Feed::new(decoder, Vec::new()).unwrap();
    let mut at = 0;
    loop {
        let offer = feed.offer(&body[at..], false).unwrap();
        if let Event::Found(placed) = offer.event
            && let Decoded::Head(head) = feed.token(placed, &body[at..])
        {
            return Arriving::part(&head, 9, sink);
        }
        at += offer.taken;
    }
}

#[test]
fn a_part_goes_where_it_is_sent() {
    for (sink, writer, kept) in [
        (Sink::Keep, None, Kept::InMemory(b"12".to_vec())),
        (Sink::Memory, None, Kept::InMemory(b"12".to_vec())),
        (Sink::Disk, None, Kept::OnDisk { start: 0, len: 2 }),
        (Sink::Writer("w"), Some("w"), Kept::Elsewhere { len: 2 }),
        (Sink::Tee("t"), Some("t"), Kept::InMemory(b"12".to_vec())),
    ] {
        let mut collector = Collector::new(Spill::new());
        let (mut part, given) = begin(sink).unwrap().unwrap();
        assert_eq!(given, writer);
        let stow = collector.push(&mut part, b"12").unwrap();
        assert_eq!(stow != Stow::Kept, matches!(kept, Kept::OnDisk { .. }));
        collector.end(part);
        let [entry] = &collector.finish()[..] else {
            panic!("it is one")
        };
        assert_eq!(*entry.kept(), kept);
        assert_eq!(
            (entry.name(), entry.filename()),
            (&b"n"[..], Some(&b"f"[..]))
        );
        assert_eq!(entry.content_type(), Some(&b"t/t"[..]));
        assert!(entry.is_file_named("n") && !entry.is_field_named("n"));
    }
    assert!(begin(Sink::Skip).unwrap().is_none());
    assert_eq!(begin(Sink::Refuse("no")).unwrap_err(), "no");
}

#[test]
fn what_is_not_ended_is_not_there() {
    let mut collector = Collector::new(Spill::new());
    let mut part = Arriving::field(b"n".to_vec(), 0);
    collector.push(&mut part, b"data").unwrap();
    assert!(collector.finish().is_empty());
}

#[test]
fn no_room_is_named_by_where_the_data_begin() {
    let spill = Spill::new().memory(3).disk(4);
    for (sink, fault) in [
        (Sink::Keep, SpillFault::DiskFull { max: 4 }),
        (Sink::Memory, SpillFault::MemoryFull { max: 3 }),
        (Sink::Disk, SpillFault::DiskFull { max: 4 }),
    ] {
        let mut collector = Collector::new(spill);
        let (mut part, _) = begin(sink).unwrap().unwrap();
        collector.push(&mut part, b"123").unwrap();
        let at = collector.push(&mut part, b"45").unwrap_err();
        assert_eq!((at.offset, at.fault), (9, fault));
    }
}
