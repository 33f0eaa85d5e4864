//! `POST /lines` beside a count that is obviously right.

use crate::Noise;
use crate::client::{post, promise};
use crate::server::Server;

fn naive(body: &[u8]) -> String {
    let [mut lines, mut longest, mut lf, mut crlf, mut cr] = [0; 5];
    let mut text = 0;
    let mut at = 0;
    while at < body.len() {
        let (ending, width) = match &body[at..] {
            [b'\r', b'\n', ..] => (&mut crlf, 2),
            [b'\r', ..] => (&mut cr, 1),
            [b'\n', ..] => (&mut lf, 1),
            _ => {
                at += 1;
                text += 1;
                longest = longest.max(text);
                continue;
            }
        };
        *ending += 1;
        lines += 1;
        text = 0;
        at += width;
    }
    let unterminated = u32::from(text > 0);
    lines += unterminated;
    let bytes = body.len();
    format!(
        "{{\"lines\":{lines},\"bytes\":{bytes},\"longest\":{longest},\"lf\":{lf},\
         \"crlf\":{crlf},\"cr\":{cr},\"unterminated\":{unterminated}}}\n"
    )
}

#[test]
fn generated_bodies() {
    let server = Server::start();
    let mut client = server.connect();
    let mut noise = Noise(7);
    for length in (0..40).chain([100, 1000, 65_535, 65_536, 65_537, 300_000, 5_000_000]) {
        let body = noise.text(length);
        client.send(&post(&body));
        let answer = client.answer();
        assert_eq!(answer.content, naive(&body), "{length} bytes");
        assert_eq!(answer.header("content-type"), Some("application/json"));
        assert!(serde_json::from_str::<serde_json::Value>(&answer.content).is_ok());
    }
}

/// Around the length of a fragment, and of the buffer.
#[test]
fn lines_near_the_fragments() {
    let server = Server::start();
    let mut client = server.connect();
    for about in [8192, 2 * 8192, 65_536] {
        for length in about - 3..=about + 3 {
            for end in ["", "\n", "\r\n", "\r", "\r\r\n", "\n\r"] {
                let mut body = vec![b'x'; length];
                body.extend_from_slice(end.as_bytes());
                let again = body.clone();
                body.extend_from_slice(&again);
                client.send(&post(&body));
                assert_eq!(client.answer().content, naive(&body), "{length} {end:?}");
            }
        }
    }
}

#[test]
fn the_longest_line_is_exact_at_any_length() {
    let server = Server::start();
    let mut client = server.connect();
    let longest = (3 << 20) + 7;
    for end in ["\n", "\r", "\r\n", ""] {
        let body = format!("short\r\n{}{end}", "x".repeat(longest));
        client.send(&post(&body));
        let answer = client.answer();
        assert_eq!(answer.content, naive(body.as_bytes()), "{end:?}");
        assert!(answer.content.contains(&format!("\"longest\":{longest},")));
    }
}

#[test]
#[cfg(target_os = "linux")]
fn memory_does_not_grow_with_the_body() {
    let mib = 64;
    let server = Server::with(&["--max-body", &(mib << 20).to_string()]);
    let mut client = server.connect();
    client.send(&promise(mib << 20));
    let block = vec![b'x'; 1 << 20];
    for _ in 0..mib {
        client.send(&block);
    }
    let wanted = format!("\"longest\":{},", mib << 20);
    assert!(client.answer().content.contains(&wanted));
    let peak = server.peak_kib();
    assert!(peak < 32 << 10, "{peak} KiB");
}
