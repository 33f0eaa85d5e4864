//! The host that any variables ask for, whoever says it, is what the model says; so
//! are the names that header fields get, and the length of the body.

#![cfg_attr(fuzzing, no_main)]

use arbitrary::{Arbitrary, Result, Unstructured};
use tidegate_fuzz::environ::{Asked, SCHEMES, check_header_name, check_length};
use tidegate_fuzz::input::{Text, expand};

/// In a seed: how many proxies are ours, the number of a scheme (http, https, ws,
/// wss), and lines: `X-Forwarded-Host`, Host, SERVER_NAME, SERVER_PORT and two
/// that are trusted. The first is a header's name as well, the fourth a length. `FD`
/// is `[::1]`, `FC` `example.org`, `FB` `, `, `FA` `Proxy`.
#[derive(Debug)]
struct Case {
    hops: u8,
    scheme: u8,
    lines: [Text; 6],
}

impl<'a> Arbitrary<'a> for Case {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        const WORDS: &[&[u8]] = &[b"[::1]", b"example.org", b", ", b"Proxy"];
        let digit = |byte: u8| byte.wrapping_sub(b'0');
        let (hops, scheme) = (digit(u.arbitrary()?), digit(u.arbitrary()?));
        let text = expand(u.bytes(u.len())?, WORDS, 1 << 10);
        let mut lines = text.0.splitn(6, |&byte| byte == b'\n');
        let lines = [(); 6].map(|()| Text(lines.next().unwrap_or_default().to_vec()));
        Ok(Self {
            hops,
            scheme,
            lines,
        })
    }
}

tidegate_fuzz::target!(|case: Case| {
    let [forwarded, host, server_name, server_port, one, other] =
        case.lines.each_ref().map(|line| &line.0[..]);
    let entries = [one, other].map(String::from_utf8_lossy);
    let entries = entries.each_ref().map(|entry| &entry[..]);
    // Of none, all are trusted.
    let trusted = match (one, other) {
        ([], []) => &[],
        (_, []) => &entries[..1],
        _ => &entries[..],
    };
    let asked = Asked {
        forwarded,
        host,
        server_name,
        server_port,
        scheme: SCHEMES[usize::from(case.scheme) % SCHEMES.len()],
        hops: usize::from(case.hops),
        trusted,
    };
    asked.check();
    check_header_name(forwarded);
    check_length(server_port);
});
