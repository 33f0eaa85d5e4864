//! What is written as a multipart body is read as that: data always, and names
//! that leave no doubt.

#![cfg_attr(fuzzing, no_main)]

use arbitrary::{Arbitrary, Result, Unstructured};
use tidegate_core::testing::{End, Route, run};
use tidegate_core::{At, DecodeFault, Decoded, Decoder, Encoder, PartHead};
use tidegate_fuzz::input::{Text, cut, expand};
use tidegate_fuzz::multipart::{BOUNDARIES, boundary, words};

/// In a seed: a digit for the boundary, six sizes for the pieces, and then what is
/// cut at each `|`: a name, a file name or nothing, the data, over and over.
#[derive(Debug)]
struct Case {
    boundary: &'static str,
    pieces: [u8; 6],
    input: Text,
}

impl<'a> Arbitrary<'a> for Case {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let boundary = BOUNDARIES[usize::from(u.arbitrary::<u8>()? % 4)];
        let pieces = u.arbitrary()?;
        let words = words(boundary);
        let words: Vec<&[u8]> = words.iter().map(|word| &word[..]).collect();
        let input = expand(u.bytes(u.len())?, &words, 3 << 10);
        Ok(Self {
            boundary,
            pieces,
            input,
        })
    }
}

/// What was written, and what is read of it.
#[derive(Debug, Default, PartialEq)]
struct Part {
    name: Vec<u8>,
    filename: Option<Vec<u8>>,
    data: Vec<u8>,
    is_whole: bool,
}

tidegate_fuzz::target!(|case: Case| {
    let mut texts = case.input.0.split(|&byte| byte == b'|');
    let mut encoder = Encoder::new(boundary(case.boundary));
    let mut body = Vec::new();
    let mut sent = Vec::new();
    while let Some(name) = texts.next() {
        let name = String::from_utf8_lossy(name);
        let filename = String::from_utf8_lossy(texts.next().unwrap_or_default());
        let data = texts.next().unwrap_or_default();
        // A backslash there is an escape of the quote behind it, for who undoes
        // any: the file name is then a part of the name.
        let name = match &*filename {
            "" => &name,
            _ => name.trim_end_matches('\\'),
        };
        if occurs(case.boundary, data) {
            return;
        }
        let head = match &*filename {
            "" => PartHead::form_data(name),
            _ => PartHead::form_data(name).filename(&filename),
        };
        let start = encoder.part(head);
        let before = body.len();
        start.pieces().for_each(|piece| body.extend(piece));
        assert_eq!(start.encoded_len(), Some((body.len() - before) as u64));
        body.extend(data);
        sent.push(Part {
            name: name.as_bytes().to_vec(),
            filename: (!filename.is_empty()).then(|| filename.as_bytes().to_vec()),
            data: data.to_vec(),
            is_whole: true,
        });
    }
    body.extend(encoder.end().pieces().concat());

    let decoder = Decoder::form_data(boundary(case.boundary))
        .max_head_len(usize::MAX)
        .max_name_len(usize::MAX)
        .max_parts(usize::MAX)
        .max_files(usize::MAX)
        .max_fields(usize::MAX);
    let pieces = cut(&body, &case.pieces);
    let read = run(
        decoder,
        &pieces,
        Vec::new(),
        Route::Glance,
        End::Apart,
        &record,
    );
    // It is escaped as browsers do, who leave these as they are.
    if let Some(at) = sent.iter().position(|part| names(part).any(has_control)) {
        let fault = read.fault.map(|At { fault, .. }| fault);
        assert_eq!(fault, Some(DecodeFault::ForbiddenByte));
        assert_eq!(read.tokens.len(), at);
        return;
    }
    assert_eq!(read.fault, None);
    assert_eq!(read.tokens.len(), sent.len());
    for (mut read, mut sent) in read.tokens.into_iter().zip(sent) {
        if names(&sent).any(is_doubtful) {
            for part in [&mut read, &mut sent] {
                (part.name, part.filename) = Default::default();
            }
        }
        assert_eq!(read, sent);
    }
});

fn occurs(boundary: &str, data: &[u8]) -> bool {
    let dashed = [b"--", boundary.as_bytes()].concat();
    data.starts_with(&dashed) || {
        let delimiter = [b"\r\n", &dashed[..]].concat();
        data.windows(delimiter.len()).any(|here| here == delimiter)
    }
}

fn names(part: &Part) -> impl Iterator<Item = &[u8]> {
    [Some(&part.name[..]), part.filename.as_deref()]
        .into_iter()
        .flatten()
}

/// One that is not escaped.
fn has_control(name: &[u8]) -> bool {
    let escaped = b"\t\r\n";
    name.iter()
        .any(|byte| byte.is_ascii_control() && !escaped.contains(byte))
}

/// Nobody can tell what was meant by these.
fn is_doubtful(name: &[u8]) -> bool {
    let holds = |escape: &&[u8]| name.windows(escape.len()).any(|here| here == *escape);
    let escapes: [&[u8]; 5] = [b"%22", b"%0D", b"%0A", b"\\\"", b"\\\\"];
    escapes.iter().any(holds) || name.ends_with(b"\\")
}

fn record(parts: &mut Vec<Part>, token: Decoded<'_>) {
    match token {
        Decoded::Head(head) => parts.push(Part {
            name: head.name().unwrap().decode_form_escapes().into_owned(),
            filename: head
                .filename()
                .map(|name| name.decode_form_escapes().into_owned()),
            ..Part::default()
        }),
        Decoded::Data(data) => parts.last_mut().unwrap().data.extend(data),
        Decoded::End => parts.last_mut().unwrap().is_whole = true,
        Decoded::Preamble(_) | Decoded::Epilogue(_) => panic!("nothing is around it"),
    }
}
