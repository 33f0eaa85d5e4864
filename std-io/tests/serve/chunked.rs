//! Bodies in the chunked coding: the same answers as with a length, and the
//! next request where it is.

use crate::Noise;
use crate::client::{PAGE, chunked, chunked_head, post_to};
use crate::server::Server;
use std::io::Write;
use std::thread;
use std::time::Duration;

/// All that the grammar allows: sizes in both cases and with zeros before them,
/// extensions of every form, and trailers.
const RICH: &[u8] = b"POST /lines HTTP/1.1\r\nHost: x\r\ntransfer-encoding: \t ChunKed \t\r\n\r\n\
    0000000000000004\r\none\r\r\n\
    A;name;other=value ; quoted=\"a;\\\"b\" \t;last = x\r\n\n\r\ntwo\n\n\n\n\r\n\
    0a\r\n0123456789\r\n\
    000;end\r\nDigest: sha-256=abc\r\nX-Empty:\r\n\r\n";

const RICH_ANSWER: &str =
    "{\"lines\":7,\"bytes\":24,\"longest\":10,\"lf\":4,\"crlf\":2,\"cr\":0,\"unterminated\":1}\n";

#[test]
fn the_same_as_with_a_length() {
    let server = Server::start();
    let mut client = server.connect();
    let mut noise = Noise(5);
    for target in ["/lines", "/chunks?sep=%0D%0A", "/chunks?sep=abc"] {
        for length in (0..20).chain([100, 8191, 65_536, 300_000]) {
            let body = noise.text(length);
            client.send(&post_to(target, &body));
            let wanted = client.answer();
            assert_eq!(wanted.status, 200);
            for size in [1, 2, 7, 4096, 65_535, 1 << 20] {
                if length / size > 20_000 {
                    continue;
                }
                client.send(&chunked(target, &body, size));
                let content = client.answer().content;
                assert_eq!(content, wanted.content, "{target} {length} by {size}");
            }
        }
    }
}

#[test]
fn pipelined_in_one_write() {
    let server = Server::start();
    let mut client = server.connect();
    let one = chunked("/lines", b"one\ntwo\n", 3);
    client.send(&[&one, RICH, PAGE, RICH, &one].concat());
    assert!(client.answer().content.starts_with("{\"lines\":2,"));
    assert_eq!(client.answer().content, RICH_ANSWER);
    assert!(client.answer().is_page());
    assert_eq!(client.answer().content, RICH_ANSWER);
    assert!(client.answer().content.starts_with("{\"lines\":2,"));
}

#[test]
fn one_byte_at_a_time() {
    let server = Server::start();
    let mut client = server.connect();
    for byte in [RICH, RICH, PAGE].concat() {
        client.send(&[byte]);
        thread::sleep(Duration::from_micros(200));
    }
    assert_eq!(client.answer().content, RICH_ANSWER);
    assert_eq!(client.answer().content, RICH_ANSWER);
    assert_eq!(client.answer().status, 200);
}

#[test]
fn cut_at_every_offset() {
    let server = Server::start();
    let mut client = server.connect();
    for cut in 0..=RICH.len() {
        let (front, back) = RICH.split_at(cut);
        client.send(front);
        thread::sleep(Duration::from_millis(1));
        client.send(&[back, PAGE].concat());
        assert_eq!(client.answer().content, RICH_ANSWER, "{cut}");
        assert_eq!(client.answer().status, 200, "{cut}");
    }
}

#[test]
fn a_body_nobody_reads_is_read_past() {
    let server = Server::start();
    let mut client = server.connect();
    let smuggled = b"GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n";
    for (target, status) in [("/nowhere", 404), ("/", 405), ("/chunks", 400)] {
        for size in [1, 11, 1000] {
            let request = chunked(target, smuggled, size);
            client.send(&[&request, PAGE].concat());
            let answer = client.answer();
            assert_eq!(
                (answer.status, answer.closes()),
                (status, false),
                "{target}"
            );
            assert!(client.answer().is_page(), "{target}");
        }
    }
}

#[test]
fn too_much_of_a_body_nobody_reads() {
    let server = Server::start();
    let mut client = server.connect();
    client.send(&chunked("/nowhere", &vec![b'x'; 8 << 20], 1 << 16));
    client.send(PAGE);
    let answer = client.answer();
    assert_eq!((answer.status, answer.closes()), (404, true));
    client.expect_end();
}

/// Nobody knows how much of it is left: it is not waited for for long.
#[test]
fn a_body_nobody_reads_that_does_not_come() {
    let server = Server::start();
    let mut client = server.connect();
    client.send(&[&chunked_head("/nowhere")[..], b"5\r\nhel"].concat());
    let answer = client.answer();
    assert_eq!((answer.status, answer.closes()), (404, true));
    client.send(b"lo\r\n0\r\n\r\n");
    client.send(PAGE);
    client.expect_end();
}

#[test]
fn a_body_nobody_reads_is_checked() {
    let server = Server::start();
    for (body, status) in [
        (&b"5\r\nhelloX\r\n0\r\n\r\n"[..], 400),
        (b"0\r\n\rX", 400),
        (b"1\r\nx\r\n0x0\r\n\r\n", 400),
    ] {
        let mut client = server.connect();
        client.send(&[&chunked_head("/nowhere"), body, PAGE].concat());
        let answer = client.answer();
        assert_eq!((answer.status, answer.closes()), (status, true));
        client.expect_end();
    }
}

/// At every place where it can be.
#[test]
fn cut_short() {
    let server = Server::start();
    let head = chunked_head("/lines");
    let body = b"3\r\none\r\n4;a=b\r\n\ntwo\r\n0\r\nA: b\r\n\r\n";
    for cut in 0..body.len() {
        let mut client = server.connect();
        client.send(&[&head, &body[..cut]].concat());
        client.shut_down();
        let answer = client.answer();
        assert_eq!((answer.status, answer.closes()), (400, true), "{cut}");
        assert!(!answer.content.contains("\"lines\""), "{answer:?}");
        assert!(answer.content.contains("ended before"), "{answer:?}");
        client.expect_end();
    }
    let log = server.wait_for_log(&["POST /lines: 400", "chunked body", "received 7"]);
    assert!(log.contains("the input ended before the chunked body did, at byte"));
}

#[test]
fn a_client_that_is_gone() {
    let server = Server::start();
    for received in [1, 10_000, 200_000] {
        let client = server.connect();
        client.send(&chunked_head("/lines"));
        client.send(b"100000\r\n");
        client.send(&vec![b'\n'; received]);
        drop(client);
        server.wait_for_log(&["POST /lines", &format!("received {received}: ")]);
    }
}

#[test]
fn the_maximum_and_one_byte_more() {
    let server = Server::with(&["--max-body", "1000"]);
    for size in [1, 333, 1000, 2000] {
        let mut client = server.connect();
        client.send(&chunked("/lines", &[b'x'; 1000], size));
        assert!(client.answer().content.contains("\"longest\":1000,"));
        client.send(&chunked("/lines", &[b'x'; 1001], size));
        client.send(PAGE);
        let answer = client.answer();
        assert_eq!((answer.status, answer.closes()), (413, true), "{size}");
        assert!(answer.content.contains("1000 bytes allowed"), "{answer:?}");
        client.expect_end();
    }
    server.wait_for_log(&["POST /lines", "413", "received 1000"]);
}

#[test]
fn too_large_and_still_sending() {
    let server = Server::with(&["--max-body", "100000"]);
    let mut client = server.connect();
    client.send(&chunked("/lines", &vec![b'x'; 32 << 20], 1 << 16));
    let answer = client.answer();
    assert_eq!((answer.status, answer.closes()), (413, true));
    client.expect_end();
}

/// A chunk of so many bytes never ends, but the body is too large before.
#[test]
fn the_largest_size() {
    let server = Server::with(&["--max-body", "1000"]);
    let mut client = server.connect();
    client.send(&chunked_head("/lines"));
    client.send(b"ffffffffffffffff\r\n");
    client.send(&[b'x'; 5000]);
    assert_eq!(client.answer().status, 413);
    client.expect_end();
}

#[test]
fn framing_that_is_too_long() {
    let server = Server::start();
    let line = [&b"1;"[..], &[b'a'; 4094], b"\r\nx\r\n"].concat();
    let flood = b"1;aaaaaaaaaaaaaaaa\r\nx\r\n".repeat(1000);
    let trailer = [&b"0\r\nA: "[..], &[b'b'; 9000], b"\r\n\r\n"].concat();
    let trailers = [&b"0\r\n"[..], &b"A: b\r\n".repeat(65), b"\r\n"].concat();
    for (body, limit) in [
        (&[&b"1;"[..], &[b'a'; 1 << 20]].concat(), "size line"),
        (
            &[&line[..1], &[b' '; 5000], &line[1..]].concat(),
            "size line",
        ),
        (&line.repeat(5), "extensions"),
        (&flood, "extensions"),
        (&trailer, "trailers"),
        (&trailers, "trailers"),
    ] {
        let mut client = server.connect();
        // Some of it may come behind the end of the connection.
        client.send(&chunked_head("/lines"));
        client.send(body);
        client.send(PAGE);
        let answer = client.answer();
        assert_eq!((answer.status, answer.closes()), (413, true), "{limit}");
        assert!(answer.content.contains(limit), "{limit}: {answer:?}");
        client.expect_end();
    }
    // One-byte chunks are dear, and not forbidden.
    let mut client = server.connect();
    client.send(&chunked("/lines", &[b'x'; 100_000], 1));
    assert!(client.answer().content.contains("\"longest\":100000,"));
}

/// Neither for this request nor for the next.
#[test]
fn trailers_are_not_headers() {
    let server = Server::start();
    let mut client = server.connect();
    for trailer in [
        "Connection: close",
        "Content-Length: 100",
        "Transfer-Encoding: chunked",
        "Expect: 100-continue",
        "Host: elsewhere",
        "X: \u{e9}\t\"",
    ] {
        for target in ["/lines", "/nowhere"] {
            let head = chunked_head(target);
            let body = format!("4\r\none\n\r\n0\r\n{trailer}\r\n{trailer}\r\n\r\n");
            client.send(&[&head, body.as_bytes(), PAGE].concat());
            let answer = client.answer();
            assert!(!answer.closes(), "{trailer}");
            assert_eq!(answer.status == 200, target == "/lines", "{trailer}");
            assert_eq!(client.answer().status, 200, "{trailer}");
        }
    }
}

#[test]
#[cfg(target_os = "linux")]
fn memory_does_not_grow_with_the_body() {
    let mib = 64;
    let server = Server::with(&["--max-body", &(mib << 20).to_string()]);
    let mut client = server.connect();
    client.send(&chunked_head("/lines"));
    let block = [&b"100000\r\n"[..], &vec![b'x'; 1 << 20], b"\r\n"].concat();
    for _ in 0..mib {
        client.stream().write_all(&block).unwrap();
    }
    client.send(b"0\r\n\r\n");
    let wanted = format!("\"longest\":{},", mib << 20);
    assert!(client.answer().content.contains(&wanted));
    let peak = server.peak_kib();
    assert!(peak < 32 << 10, "{peak} KiB");
}
