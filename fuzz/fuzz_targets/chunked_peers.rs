//! A chunked body comes to what hyper says, and its first size line to what
//! httparse says, but for what is listed.

#![cfg_attr(fuzzing, no_main)]

use arbitrary::{Arbitrary, Result, Unstructured};
use tidegate_fuzz::chunked_peers::{check_with_httparse, from_hyper};
use tidegate_fuzz::input::{Text, Which, expand};
use tidegate_fuzz::transfer::WORDS;

/// In a seed: a digit for whom to ask (see `Which`), and the body.
#[derive(Debug)]
struct Case {
    which: Which,
    body: Text,
}

impl<'a> Arbitrary<'a> for Case {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let which = u.arbitrary()?;
        let body = expand(u.bytes(u.len())?, WORDS, 12 << 10);
        Ok(Self { which, body })
    }
}

tidegate_fuzz::target!(|case: Case| {
    let body = &case.body.0;
    if case.which.is(0, 2) {
        from_hyper(body).unwrap();
    }
    if case.which.is(1, 2) {
        check_with_httparse(body);
    }
});
