//! Whoever asks for a file, under whatever conditions, is answered as the RFC
//! says.

#![cfg_attr(fuzzing, no_main)]

use arbitrary::{Arbitrary, Result, Unstructured};
use tidegate_fuzz::conditional::{Headers, NAMES, TAG, model, ours};
use tidegate_fuzz::input::{Text, expand, size};

/// In a seed: a digit for the method, one for whether the date is known, and
/// then the headers, each on a line, its name a digit. `FD` is the tag of the
/// file, `FC` its date, `FB` `bytes=`.
#[derive(Debug)]
struct Case {
    method: &'static str,
    modified: bool,
    headers: Vec<(String, Text)>,
}

impl<'a> Arbitrary<'a> for Case {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let method = *u.choose(&["GET", "HEAD", "PUT", "get"])?;
        let modified = *u.choose(&[true, false])?;
        let text = expand(
            u.bytes(u.len())?,
            &[TAG.as_bytes(), b"@1000", b"bytes="],
            4 << 10,
        );
        let lines = text
            .0
            .split(|&byte| byte == b'\n')
            .filter_map(<[u8]>::split_first);
        let headers = lines.map(|(&byte, value)| {
            let name = NAMES[size(byte).min(NAMES.len() * 2) % NAMES.len()];
            let name = if size(byte) >= NAMES.len() {
                name.to_lowercase()
            } else {
                name.to_owned()
            };
            (name, Text(value.to_vec()))
        });
        Ok(Self {
            method,
            modified,
            headers: headers.collect(),
        })
    }
}

tidegate_fuzz::target!(|case: Case| {
    let headers: Headers = case
        .headers
        .iter()
        .map(|(name, value)| (name.clone(), value.0.clone()))
        .collect();
    let answer = ours(case.method, &headers, case.modified);
    assert_eq!(answer, model(case.method, &headers, case.modified));
});
