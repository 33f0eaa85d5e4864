//! What CGI-style variables mean: paths, hosts and URLs are what the model says.

#![cfg_attr(fuzzing, no_main)]

use arbitrary::{Arbitrary, Result, Unstructured};
use tidegate_fuzz::environ::{
    check_extract, check_extract_of_environ, check_host, check_path, check_urls,
};
use tidegate_fuzz::input::{Text, Which, expand};

/// In a seed: a digit for which checks to make (see `Which`), and three lines, which
/// are SCRIPT_NAME, PATH_INFO and a query, or a host and two that are trusted, or the
/// URL of an application and another. `FD` is `http://`, `FC` `a/../`, `FB` `%C3%A9`,
/// `FA` `[::1]`.
#[derive(Debug)]
struct Case {
    which: Which,
    lines: [Text; 3],
}

impl<'a> Arbitrary<'a> for Case {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        const WORDS: &[&[u8]] = &[b"http://", b"a/../", b"%C3%A9", b"[::1]"];
        let which: Which = u.arbitrary()?;
        let text = expand(u.bytes(u.len())?, WORDS, which.longest(1 << 10));
        let mut lines = text.0.splitn(3, |&byte| byte == b'\n');
        let lines = [(); 3].map(|()| Text(lines.next().unwrap_or_default().to_vec()));
        Ok(Self { which, lines })
    }
}

tidegate_fuzz::target!(|case: Case| {
    let [first, second, third] = case.lines.each_ref().map(|line| &line.0[..]);
    let texts = case.lines.each_ref();
    let [host, trusted, also] = texts.map(|line| String::from_utf8_lossy(&line.0));
    let checks: [&dyn Fn(); 6] = [
        &|| check_path(first, second),
        &|| check_urls(first, second, third),
        &|| check_host(first, &[&trusted, &also]),
        &|| check_extract(&host, &trusted),
        &|| check_extract(&format!("http://a/{host}"), &trusted),
        &|| check_extract_of_environ(&host, &trusted),
    ];
    for (i, check) in (0..).zip(checks) {
        if case.which.is(i, checks.len() as u8) {
            check();
        }
    }
});
