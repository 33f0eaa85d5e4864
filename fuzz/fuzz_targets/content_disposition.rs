//! A Content-Disposition comes to what the model says; what the encoder writes is
//! read as what was meant.

#![cfg_attr(fuzzing, no_main)]

use arbitrary::{Arbitrary, Result, Unstructured};
use tidegate_core::{ContentDisposition, Escaping, PartHead};
use tidegate_fuzz::input::{Text, Which};
use tidegate_fuzz::multipart_header::{check_parameters, check_value, disposition, header};

/// In a seed: a digit for which checks to make (see `Which`), and the value. It is also taken for a name, up to its first `|`, and a
/// file name.
#[derive(Debug)]
struct Case {
    which: Which,
    value: Text,
}

impl<'a> Arbitrary<'a> for Case {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let which: Which = u.arbitrary()?;
        let value = header(u.bytes(u.len())?, which.longest(4 << 10));
        Ok(Self { which, value })
    }
}

tidegate_fuzz::target!(|case: Case| {
    let value = &case.value.0[..];
    if case.which.is(3, 4) {
        check(value);
    }
    if let Ok(text) = str::from_utf8(value) {
        let (name, filename) = text.split_once('|').unwrap_or((text, ""));
        read_again(case.which, name, filename);
    }
});

fn check(value: &[u8]) {
    let ours = ContentDisposition::parse(value);
    let (ours, model) = match (ours, disposition(value)) {
        (Ok(ours), Ok(model)) => (ours, model),
        (ours, model) => {
            let ours = ours.map_err(|at| (at.offset, at.fault)).err();
            let model = model
                .map_err(|(offset, fault)| (offset as u64, fault))
                .err();
            return assert_eq!(ours, model);
        }
    };
    assert_eq!(ours.kind().as_bytes(), model.first[0]);
    check_parameters(ours.parameters(), &model.parameters);
    for (name, ours) in [
        ("name", ours.name()),
        ("filename", ours.filename()),
        ("filename*", ours.extended_filename()),
    ] {
        let mut parameters = model.parameters.iter();
        match (ours, parameters.find(|it| it.is(name.as_bytes()))) {
            (Some(ours), Some(expected)) => check_value(ours, expected),
            (ours, expected) => assert!(ours.is_none() && expected.is_none()),
        }
    }
}

fn read_again(which: Which, name: &str, filename: &str) {
    let escapings = [Escaping::Browser, Escaping::Backslash, Escaping::Percent];
    for (i, escaping) in (0..).zip(escapings) {
        if !which.is(i, 4) {
            continue;
        }
        let head = PartHead::form_data(name)
            .filename(filename)
            .escaping(escaping);
        let head = head.pieces().collect::<Vec<_>>().concat();
        let value = head.strip_prefix(b"Content-Disposition: ").unwrap();
        let value = value.strip_suffix(b"\r\n\r\n").unwrap();
        check(value);
        let names = [name, filename];
        if !names.iter().all(|name| can_say(escaping, name))
            || names[0].ends_with('\\') && escaping == Escaping::Browser
        {
            continue;
        }
        let read = ContentDisposition::parse(value).unwrap();
        for (read, meant) in [read.name(), read.filename()].into_iter().zip(names) {
            let read = read.unwrap();
            match escaping {
                Escaping::Percent => assert!(read.to_bytes().is_some()),
                _ => assert_eq!(read.decode_form_escapes(), meant.as_bytes()),
            }
        }
    }
}

/// Whether the name can be told from what is written for it.
fn can_say(escaping: Escaping, name: &str) -> bool {
    let has_control = name
        .bytes()
        .any(|byte| byte.is_ascii_control() && !matches!(byte, b'\t' | b'\r' | b'\n'));
    let has_escape = ["%22", "%0D", "%0A"]
        .iter()
        .any(|escape| name.contains(escape));
    match escaping {
        Escaping::Percent => true,
        Escaping::Browser => !has_control && !has_escape && !name.contains("\\\\"),
        _ => !has_control && !has_escape,
    }
}
