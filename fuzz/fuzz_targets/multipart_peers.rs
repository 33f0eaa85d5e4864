//! A form comes to what multer says, but for what is listed.

#![cfg_attr(fuzzing, no_main)]

use arbitrary::{Arbitrary, Result, Unstructured};
use tidegate_fuzz::input::{Text, expand};
use tidegate_fuzz::multipart::{BOUNDARIES, words};
use tidegate_fuzz::multipart_peers::from_multer;

/// In a seed: a digit for the boundary, and the body.
#[derive(Debug)]
struct Case {
    boundary: usize,
    body: Text,
}

impl<'a> Arbitrary<'a> for Case {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let boundary = usize::from(u.arbitrary::<u8>()? % 4);
        let words = words(BOUNDARIES[boundary]);
        let words: Vec<&[u8]> = words.iter().map(|word| &word[..]).collect();
        let body = expand(u.bytes(u.len())?, &words, 4 << 10);
        Ok(Self { boundary, body })
    }
}

tidegate_fuzz::target!(|case: Case| {
    from_multer(&case.body.0, case.boundary).unwrap();
});
