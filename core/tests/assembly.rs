//! `Assembly`: the same bytes however they are taken, lengths that are exact or
//! else a fault, and nothing behind a fault.
#![cfg(feature = "alloc")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may")]

use proptest::prelude::*;
use tidegate_core::{
    Assembly, BodyLength, Boundary, Encoder, Escaping, FormFault, InMemory, PartHead, Turn,
};

/// A body in memory, or one that must be read and has so many bytes.
#[derive(Clone, Debug)]
enum Body {
    Memory(Vec<u8>),
    Read { bytes: Vec<u8>, read: usize },
}

impl Body {
    fn to_read(bytes: impl AsRef<[u8]>) -> Self {
        let bytes = bytes.as_ref().to_vec();
        Self::Read { bytes, read: 0 }
    }

    fn read(&mut self, most: usize) -> &[u8] {
        let Self::Read { bytes, read } = self else {
            panic!("what lies in memory is not read")
        };
        let start = *read;
        *read = bytes.len().min(start + most);
        &bytes[start..*read]
    }
}

impl InMemory for Body {
    fn in_memory(&self) -> Option<&[u8]> {
        match self {
            Self::Memory(bytes) => Some(bytes),
            Self::Read { .. } => None,
        }
    }
}

fn boundary() -> Boundary {
    Boundary::new("b").unwrap()
}

/// All that comes, in steps of at most so many bytes, and how it ends.
fn take(form: &mut Assembly<Body>, step: usize) -> (Vec<u8>, Result<(), FormFault>) {
    let mut taken = Vec::new();
    loop {
        let known = form.remaining();
        let before = taken.len();
        let recorded = match form.turn(step) {
            Ok(Turn::Ready(bytes)) => {
                assert!(!bytes.is_empty());
                let len = bytes.len().min(step);
                taken.extend_from_slice(&bytes[..len]);
                form.advance(len);
                Ok(())
            }
            Ok(Turn::Read(body, most)) => {
                assert!((1..=step).contains(&most));
                let bytes = body.read(most);
                let read = bytes.len();
                taken.extend_from_slice(bytes);
                form.record(read)
            }
            Ok(Turn::Probe(body)) => {
                let read = body.read(1).len();
                form.record(read)
            }
            Ok(Turn::Done) => {
                assert_eq!(form.remaining(), Some(0));
                assert!(matches!(form.turn(step), Ok(Turn::Done)));
                return (taken, Ok(()));
            }
            Err(fault) => Err(fault),
        };
        assert_eq!(form.position(), taken.len() as u64);
        if let (Some(known), Some(left)) = (known, form.remaining()) {
            assert_eq!(known - left, (taken.len() - before) as u64);
        }
        if let Err(fault) = recorded {
            assert_eq!(form.failure(), Some(fault));
            assert_eq!(form.turn(step).unwrap_err(), fault, "a fault sticks");
            assert_eq!(form.slices().count(), 0);
            return (taken, Err(fault));
        }
    }
}

/// The same by slices as far as they go.
fn take_slices(form: &mut Assembly<Body>, step: usize) -> Vec<u8> {
    let mut taken = Vec::new();
    loop {
        // More than one piece, and not all of the last one.
        let mut len = 0;
        for slice in form.slices() {
            assert!(!slice.is_empty());
            taken.extend_from_slice(slice);
            len += slice.len();
            if len >= step {
                taken.truncate(taken.len() - (len - step));
                len = step;
                break;
            }
        }
        form.advance(len);
        if len > 0 {
            continue;
        }
        let read = match form.turn(step).unwrap() {
            Turn::Read(body, most) => {
                let bytes = body.read(most);
                taken.extend_from_slice(bytes);
                bytes.len()
            }
            Turn::Probe(body) => body.read(1).len(),
            Turn::Ready(_) => panic!("slices have all that is ready"),
            Turn::Done => return taken,
        };
        form.record(read).unwrap();
    }
}

#[derive(Clone, Debug)]
enum Part {
    Field(Vec<u8>),
    Copied(Vec<u8>),
    Memory(Vec<u8>),
    Unknown(Vec<u8>),
    Measured(Vec<u8>),
    Promised(Vec<u8>),
}

impl Part {
    fn value(&self) -> &[u8] {
        match self {
            Self::Field(value)
            | Self::Copied(value)
            | Self::Memory(value)
            | Self::Unknown(value)
            | Self::Measured(value)
            | Self::Promised(value) => value,
        }
    }

    fn add(&self, form: &mut Assembly<Body>, name: &str) {
        let head = PartHead::form_data(name);
        let len = self.value().len() as u64;
        let (body, length) = match self {
            Self::Field(value) => return form.field(name, value),
            Self::Copied(value) => return form.copied(head, value),
            Self::Memory(value) => (Body::Memory(value.clone()), BodyLength::Unknown),
            Self::Unknown(value) => (Body::to_read(value), BodyLength::Unknown),
            Self::Measured(value) => (Body::to_read(value), BodyLength::Measured(len)),
            Self::Promised(value) => (Body::to_read(value), BodyLength::Promised(len)),
        };
        form.part(head, body, length);
    }
}

/// The encoder and the values, one behind the other: the model.
fn model(parts: &[(String, Part)]) -> Vec<u8> {
    let mut encoder = Encoder::new(boundary());
    let mut body = Vec::new();
    for (name, part) in parts {
        let start = encoder.part(PartHead::form_data(name));
        body.extend(start.pieces().flatten());
        body.extend_from_slice(part.value());
    }
    body.extend(encoder.end().pieces().concat());
    body
}

fn assembled(parts: &[(String, Part)]) -> Assembly<Body> {
    let mut form = Assembly::new(boundary());
    for (name, part) in parts {
        part.add(&mut form, name);
    }
    form
}

fn any_part() -> impl Strategy<Value = Part> {
    let value = prop::collection::vec(any::<u8>(), 0..20);
    (0..6, value).prop_map(|(kind, value)| match kind {
        0 => Part::Field(value),
        1 => Part::Copied(value),
        2 => Part::Memory(value),
        3 => Part::Unknown(value),
        4 => Part::Measured(value),
        _ => Part::Promised(value),
    })
}

proptest! {
    /// Whatever the parts are, and in whatever steps they are taken.
    #[test]
    fn any_body_is_what_the_encoder_writes(
        parts in prop::collection::vec(("(?s).{0,8}", any_part()), 0..8),
        step in 1usize..200,
    ) {
        let expected = model(&parts);
        let form = assembled(&parts);
        let known = !parts.iter().any(|(_, part)| matches!(part, Part::Unknown(_)));
        prop_assert_eq!(form.remaining(), known.then_some(expected.len() as u64));
        prop_assert_eq!(form.parts(), parts.len());
        prop_assert_eq!(take(&mut form.clone(), step), (expected.clone(), Ok(())));
        prop_assert_eq!(take_slices(&mut form.clone(), step), expected.clone());

        // And again, wherever it is.
        let mut half = form.clone();
        let _ = half.turn(step).map(|turn| matches!(turn, Turn::Done));
        let same = half.try_map(|_, body| Ok::<_, ()>(match body {
            Body::Read { bytes, .. } => Body::to_read(bytes),
            Body::Memory(bytes) => Body::Memory(bytes.clone()),
        }));
        prop_assert_eq!(take(&mut same.unwrap(), step), (expected.clone(), Ok(())));
        half.rewind();
        prop_assert!(half.is_open());
        prop_assert_eq!(take(&mut half, step), (expected, Ok(())));
    }

    /// A body of another length than was promised is cut off behind what was
    /// promised at most, and the last delimiter never comes.
    #[test]
    fn a_lie_is_a_fault(
        bytes in prop::collection::vec(any::<u8>(), 0..30),
        promised in 0u64..30,
        measured: bool,
        step in 1usize..40,
    ) {
        let len = bytes.len() as u64;
        let mut form = Assembly::new(boundary());
        form.field("before", b"");
        let length = match measured {
            true => BodyLength::Measured(promised),
            false => BodyLength::Promised(promised),
        };
        form.part(PartHead::form_data("liar"), Body::to_read(&bytes), length);
        form.field("behind", b"");
        let expected = match len {
            _ if len < promised => Err(FormFault::Short { part: 1, promised, received: len }),
            _ if len > promised && !measured => Err(FormFault::Long { part: 1, promised }),
            _ => Ok(()),
        };
        let (taken, end) = take(&mut form, step);
        prop_assert_eq!(end, expected);
        prop_assert_eq!(taken.ends_with(b"--b--\r\n"), end.is_ok());
        if end.is_err() {
            let sent = &bytes[..bytes.len().min(promised as usize)];
            prop_assert!(taken.ends_with(&[b"\r\n\r\n", sent].concat()));
        }
    }

    /// Names come back as they are written, whatever is in them.
    #[test]
    fn names_are_found_in_the_framing(
        name in "[a\"\\\\;= \r\n]{0,12}|a\"; filename=\"b",
        filename in prop::option::of("[a\"\\\\;= \r\n]{0,12}|\"; filename=\""),
        escaping in 0usize..3,
    ) {
        let escaping = [Escaping::Browser, Escaping::Percent, Escaping::Backslash][escaping];
        let mut head = PartHead::form_data(&name).escaping(escaping);
        let alone = PartHead::form_data(&name).escaping(escaping);
        if let Some(filename) = &filename {
            head = head.filename(filename);
        }
        let alone = alone.pieces().collect::<Vec<_>>().concat();
        let written = alone.strip_prefix(b"Content-Disposition: form-data; name=\"").unwrap();
        let written = written.strip_suffix(b"\"\r\n\r\n").unwrap();
        let mut form = Assembly::<Body>::new(boundary());
        form.copied(PartHead::bare(), b"Content-Disposition: x; name=\"no\"\r\n");
        form.copied(head, b"");
        prop_assert_eq!(form.name(0), None);
        prop_assert_eq!(form.name(1), Some(written));
        prop_assert_eq!(form.name(2), None);
    }
}

#[test]
fn the_part_is_told_to_which_the_last_byte_belongs() {
    let mut form = Assembly::new(boundary());
    form.field("a", b"1");
    form.part(
        PartHead::form_data("m"),
        Body::Memory(vec![b'2'; 5]),
        BodyLength::Unknown,
    );
    form.part(
        PartHead::form_data("r"),
        Body::to_read("33"),
        BodyLength::Promised(2),
    );
    form.field("z", b"4");
    let mut expected = Vec::new();
    for (part, name) in ["a", "m", "r", "z"].iter().enumerate() {
        let value = [1, 5, 2, 1][part];
        let delimiter = if part > 0 { "\r\n" } else { "" };
        let head =
            format!("{delimiter}--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n");
        expected.resize(expected.len() + head.len() + value, part);
    }
    expected.resize(expected.len() + "\r\n--b--\r\n".len(), 3);
    assert_eq!(form.part_at(), 0);
    for part in expected {
        loop {
            let read = match form.turn(1).unwrap() {
                Turn::Ready(_) => {
                    form.advance(1);
                    break;
                }
                Turn::Read(body, most) => body.read(most).len(),
                Turn::Probe(body) => body.read(1).len(),
                Turn::Done => panic!("too early"),
            };
            form.record(read).unwrap();
            if read > 0 {
                break;
            }
        }
        assert_eq!(form.part_at(), part, "at byte {}", form.position());
    }
    assert!(matches!(form.turn(1), Ok(Turn::Done)));
}

#[test]
fn the_boundary_is_found_wherever_it_is_and_nowhere_else() {
    let check = |parts: &[&[u8]], boundary: &str, copied: bool| {
        let mut form = Assembly::new(Boundary::new(boundary).unwrap());
        for part in parts {
            let head = PartHead::form_data("n");
            match copied {
                true => form.copied(head, part),
                false => form.part(head, Body::Memory(part.to_vec()), BodyLength::Unknown),
            }
        }
        let before = form.check_boundary();
        // The last delimiter is none of a part.
        let _ = form.turn(1).is_ok();
        assert_eq!(form.check_boundary(), before);
        before.map_err(|fault| fault.part())
    };
    for copied in [true, false] {
        for (boundary, parts, found) in [
            ("b", &[&b""[..]][..], None),
            ("b", &[], None),
            ("b", &[b"-b", b"- -b", b"\r\n-", b"b", b"--", b"B--B"], None),
            ("b", &[b"", b"--b"], Some(1)),
            ("b", &[b"x--b", b""], Some(0)),
            ("b", &[b"", b"", b"\r\n--b--\r\n", b""], Some(2)),
            ("b", &[b"---b"], Some(0)),
            ("bb", &[b"--b", b"--b"], None),
            ("-", &[b"--", b"--"], None),
            ("-", &[b"--", b"----"], Some(1)),
            ("--", &[b"\r\n---", b"-"], None),
        ] {
            let name = format!("{boundary} {copied} {parts:?}");
            let expected = found.map_or(Ok(()), |part| Err(Some(part)));
            assert_eq!(check(parts, boundary, copied), expected, "{name}");
        }
    }
    // In a head too: some readers look for it in a name.
    let mut form = Assembly::<Body>::new(boundary());
    form.field("fine", b"");
    form.field("a--b", b"");
    assert_eq!(
        form.check_boundary(),
        Err(FormFault::BoundaryInPart { part: 1 })
    );
    // What must be read is not looked at.
    let mut form = Assembly::new(boundary());
    form.part(
        PartHead::form_data("a"),
        Body::to_read("--b"),
        BodyLength::Promised(3),
    );
    assert_eq!(form.check_boundary(), Ok(()));
}

#[test]
fn a_length_that_does_not_fit_is_a_fault_before_the_first_byte() {
    for second in [u64::MAX, u64::MAX / 2 + 1] {
        let mut form = Assembly::new(boundary());
        for len in [u64::MAX / 2, second] {
            form.part(
                PartHead::form_data("a"),
                Body::to_read(""),
                BodyLength::Promised(len),
            );
        }
        assert_eq!(form.remaining(), None);
        assert_eq!(take(&mut form, 9), (Vec::new(), Err(FormFault::TooLong)));
    }
    // Without knowing there is nothing to say.
    let mut form = Assembly::new(boundary());
    form.part(
        PartHead::form_data("a"),
        Body::to_read("x"),
        BodyLength::Unknown,
    );
    assert_eq!((form.remaining(), form.close()), (None, Ok(())));
}

#[test]
fn whoever_reads_says_what_failed() {
    let mut form = Assembly::new(boundary());
    form.part(
        PartHead::form_data("a"),
        Body::to_read("x"),
        BodyLength::Unknown,
    );
    form.fail(0);
    form.fail(7);
    assert_eq!(
        take(&mut form, 9),
        (Vec::new(), Err(FormFault::Failed { part: 0 }))
    );
    form.rewind();
    assert!(take(&mut form, 9).1.is_ok());
}

#[test]
fn faults_name_the_part() {
    for (fault, text) in [
        (
            FormFault::Short {
                part: 3,
                promised: 10,
                received: 4,
            },
            "part 3 ended after 4 of 10 bytes",
        ),
        (
            FormFault::Long {
                part: 3,
                promised: 10,
            },
            "part 3 is longer than the 10 bytes promised",
        ),
        (
            FormFault::Failed { part: 3 },
            "part 3 could not be read to its end",
        ),
        (
            FormFault::BoundaryInPart { part: 3 },
            "the boundary occurs in part 3",
        ),
        (
            FormFault::NotReplayable { part: 3 },
            "part 3 cannot be read a second time",
        ),
        (
            FormFault::TooLong,
            "the length of the parts together does not fit 64 bits",
        ),
    ] {
        assert_eq!(fault.to_string(), text);
        assert_eq!(fault.part(), (fault != FormFault::TooLong).then_some(3));
    }
}

#[test]
#[should_panic(expected = "a part was added to a body that is being sent")]
fn nothing_is_added_behind_the_first_byte() {
    let mut form = Assembly::<Body>::new(boundary());
    let _ = form.turn(1).is_ok();
    form.field("late", b"");
}

#[test]
#[should_panic(expected = "more was sent than lay ready")]
fn nothing_is_sent_that_is_not_there() {
    let mut form = Assembly::<Body>::new(boundary());
    let _ = form.turn(1).is_ok();
    form.advance(8);
}
