//! `POST /chunks` beside `split`.

use crate::Noise;
use crate::client::post_to;
use crate::server::Server;

fn naive(body: &[u8], separator: &[u8]) -> String {
    let (mut chunks, mut longest, mut rest) = (0, 0, body);
    while let Some(at) = rest
        .windows(separator.len())
        .position(|bytes| bytes == separator)
    {
        chunks += 1;
        longest = longest.max(at);
        rest = &rest[at + separator.len()..];
    }
    if !body.is_empty() {
        chunks += 1;
        longest = longest.max(rest.len());
    }
    let bytes = body.len();
    format!("{{\"chunks\":{chunks},\"bytes\":{bytes},\"longest\":{longest}}}\n")
}

/// One line a case: what stands in the query, and what that means.
const SEPARATORS: &[(&str, &[u8])] = &[
    ("sep=a", b"a"),
    ("sep=%0D%0A", b"\r\n"),
    ("sep=%0D%0Aabc", b"\r\nabc"),
    ("other=1&sep=%00%FF&sep=a", b"\0\xFF"),
    ("sep=a+b", b"a+b"),
    ("sep=ab%", b"ab%"),
];

#[test]
fn generated_bodies() {
    let server = Server::start();
    let mut client = server.connect();
    let mut noise = Noise(3);
    for (query, separator) in SEPARATORS {
        for length in (0..12).chain([100, 8191, 65_536, 300_000]) {
            let mut body = noise.text(length);
            body.extend_from_slice(separator);
            body.extend_from_slice(&noise.text(length / 2));
            client.send(&post_to(&format!("/chunks?{query}"), &body));
            let answer = client.answer();
            assert_eq!(answer.content, naive(&body, separator), "{query} {length}");
        }
    }
}

/// Around the length of a fragment, where the separator straddles two.
#[test]
fn chunks_near_the_fragments() {
    let server = Server::start();
    let mut client = server.connect();
    for length in (8192 - 6..=8192 + 6).chain(65_536 - 6..65_536 + 6) {
        let mut body = vec![b'x'; length];
        body.extend_from_slice(b"\r\n--x");
        body.extend_from_slice(&vec![b'y'; length]);
        client.send(&post_to("/chunks?sep=%0D%0A--x", &body));
        assert_eq!(
            client.answer().content,
            naive(&body, b"\r\n--x"),
            "{length}"
        );
    }
}

#[test]
fn a_missing_or_empty_separator_is_refused() {
    let server = Server::start();
    let mut client = server.connect();
    for target in ["/chunks", "/chunks?", "/chunks?sep=", "/chunks?sepa=x"] {
        client.send(&post_to(target, b"some body"));
        assert_eq!(client.answer().status, 400, "{target}");
    }
}
