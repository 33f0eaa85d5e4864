//! Requests that somebody else may frame otherwise. Each is refused, and what
//! stands behind it is never taken for a request.

use crate::client::{PAGE, chunked_head};
use crate::refusals::expect_refusal;
use crate::server::Server;

fn expect_bad_headers(server: &Server, version: &str, headers: &str, why: &str) {
    let head = format!("POST /lines HTTP/{version}\r\nHost: x\r\n{headers}\r\n\r\n");
    // Whoever believes in any of the framings finds a body here.
    for body in ["", "0\r\n\r\n", "5\r\nhello\r\n0\r\n\r\n"] {
        let answer = expect_refusal(server, format!("{head}{body}").as_bytes(), 400);
        assert!(answer.content.contains(why), "{headers:?}: {answer:?}");
    }
}

#[test]
fn lengths() {
    let server = Server::start();
    for (headers, why) in [
        ("Content-Length: ", "has no value"),
        ("Content-Length:", "has no value"),
        ("Content-Length: +5", "has a sign"),
        ("Content-Length: -5", "has a sign"),
        ("Content-Length: 5 5", "has blanks"),
        ("Content-Length: 5\t5", "has blanks"),
        ("Content-Length: 5,5", "is a list"),
        ("Content-Length: 5, 5", "is a list"),
        ("Content-Length: 5, 6", "is a list"),
        ("Content-Length: ,5", "is a list"),
        ("Content-Length: 5,", "is a list"),
        ("Content-Length: 0x5", "is not a number"),
        ("Content-Length: 5.0", "is not a number"),
        ("Content-Length: 5e0", "is not a number"),
        ("Content-Length: 5_0", "is not a number"),
        ("Content-Length: \"5\"", "is not a number"),
        ("Content-Length: 5;", "is not a number"),
        ("Content-Length: \u{661}", "is not a number"),
        ("Content-Length: 18446744073709551616", "does not fit"),
        ("Content-Length: 99999999999999999999999999", "does not fit"),
        ("Content-Length: 5\r\nContent-Length: 5", "is repeated"),
        ("Content-Length: 5\r\ncontent-length: 6", "differ"),
        ("content-length: 0\r\nX: y\r\nCONTENT-LENGTH: 5", "differ"),
    ] {
        for version in ["1.1", "1.0"] {
            expect_bad_headers(&server, version, headers, why);
        }
    }
    server.wait_for_log(&["POST /lines: 400 two values of Content-Length differ"]);
}

#[test]
fn codings() {
    let server = Server::start();
    for (headers, why) in [
        ("Transfer-Encoding: ", "has an empty value"),
        ("Transfer-Encoding: ,chunked", "has an empty value"),
        ("Transfer-Encoding: chunked,", "has an empty value"),
        ("Transfer-Encoding: identity", "unknown coding"),
        ("Transfer-Encoding: gzip", "unknown coding"),
        ("Transfer-Encoding: gzip, chunked", "unknown coding"),
        ("Transfer-Encoding: xchunked", "unknown coding"),
        ("Transfer-Encoding: chunked;q=1", "unknown coding"),
        ("Transfer-Encoding: \"chunked\"", "unknown coding"),
        ("Transfer-Encoding: chunked chunked", "unknown coding"),
        ("Transfer-Encoding: chun\u{212a}ed", "unknown coding"),
        ("Transfer-Encoding: chunked, identity", "not the last"),
        (
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: x",
            "not the last",
        ),
        ("Transfer-Encoding: chunked, chunked", "twice"),
        (
            "Transfer-Encoding: chunked\r\ntransfer-encoding: chunked",
            "twice",
        ),
        (
            "Content-Length: 5\r\nTransfer-Encoding: chunked",
            "both there",
        ),
        (
            "Transfer-Encoding: chunked\r\nContent-Length: 5",
            "both there",
        ),
        (
            "Transfer-Encoding: chunked\r\nContent-Length: 0",
            "both there",
        ),
    ] {
        expect_bad_headers(&server, "1.1", headers, why);
    }
}

#[test]
fn codings_in_http_1_0() {
    let server = Server::start();
    for headers in [
        "Transfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nConnection: keep-alive",
    ] {
        expect_bad_headers(&server, "1.0", headers, "HTTP/1.0 has no Transfer-Encoding");
    }
    expect_bad_headers(
        &server,
        "1.0",
        "Transfer-Encoding: chunked\r\nContent-Length: 5",
        "both there",
    );
}

/// Headers that one reader takes for framing and another for something else.
#[test]
fn headers_in_disguise() {
    let server = Server::start();
    for headers in [
        "Content-Length : 5",
        "Content-Length\t: 5",
        "Transfer-Encoding : chunked",
        "Transfer-Encoding\x0b: chunked",
        "X: y\r\n Content-Length: 5",
        "X: y\r\n\tTransfer-Encoding: chunked",
        "Transfer-Encoding:\r\n chunked",
        "Content-Length:\r\n 5",
        "Content-Length: 5\r\n 5",
        "Content-Length: 5\0",
        "Content\0-Length: 5",
        "Transfer-Encoding: chunked\0",
        "Transfer-Encoding: \x0bchunked",
        "Transfer-Encoding: \x0cchunked",
        "Transfer-Encoding: chun\rked",
        "X: y\rTransfer-Encoding: chunked",
        "X: y\nTransfer-Encoding: chunked",
        "X: y\n\rTransfer-Encoding: chunked",
        "Transfer-Encoding\r\n: chunked",
        ": 5",
    ] {
        expect_bad_headers(&server, "1.1", headers, "400");
    }
}

/// What belongs to no framing is no framing.
#[test]
fn headers_that_only_look_alike() {
    let server = Server::start();
    for headers in [
        "Transfer_Encoding: chunked",
        "X-Transfer-Encoding: chunked",
        "Transfer-Encodings: chunked",
        "TE: chunked",
        "Content_Length: 5",
        "Contentlength: 5",
    ] {
        let mut client = server.connect();
        let head = format!("POST /lines HTTP/1.1\r\nHost: x\r\n{headers}\r\n\r\n");
        client.send(&[head.as_bytes(), PAGE].concat());
        assert!(client.answer().content.contains("\"bytes\":0,"));
        assert!(client.answer().is_page());
    }
}

#[test]
fn chunks() {
    let server = Server::start();
    for (body, why) in [
        (&b"\r\nhello\r\n"[..], "has no size"),
        (b";a\r\nhello\r\n", "has no size"),
        (b"+5\r\nhello\r\n", "not a hexadecimal number"),
        (b"-5\r\nhello\r\n", "not a hexadecimal number"),
        (b"0x5\r\nhello\r\n", "not a hexadecimal number"),
        (b"5h\r\nhello\r\n", "not a hexadecimal number"),
        (b"1_0\r\nhello\r\n", "not a hexadecimal number"),
        (b" 5\r\nhello\r\n", "not a hexadecimal number"),
        (b"\t5\r\nhello\r\n", "not a hexadecimal number"),
        (b"\xef\xbc\x95\r\nhello\r\n", "not a hexadecimal number"),
        (b"5\0\r\nhello\r\n", "not a hexadecimal number"),
        (b"00000000000000005\r\nhello\r\n", "more than 16 digits"),
        (b"f0000000000000005\r\nhello\r\n", "more than 16 digits"),
        (b"5 \r\nhello\r\n", "ends in blanks"),
        (b"5;a \r\nhello\r\n", "ends in blanks"),
        (b"5;\r\nhello\r\n", "extension is malformed"),
        (b"5;a=\r\nhello\r\n", "extension is malformed"),
        (b"5;a=\"\r\n\"\r\nhello\r\n", "extension is malformed"),
        (b"5;a\0\r\nhello\r\n", "extension is malformed"),
        (b"5;a=\"\x7f\"\r\nhello\r\n", "extension is malformed"),
        (b"5;a b\r\nhello\r\n", "extension is malformed"),
        (b"5 5\r\nhello\r\n", "extension is malformed"),
        (b"5\nhello\r\n", "no carriage return"),
        (b"5;a\nhello\r\n", "no carriage return"),
        (b"5;a=\"\n\"\r\nhello\r\n", "no carriage return"),
        (b"5\rhello\r\n", "no line feed"),
        (b"5\r\r\nhello\r\n", "no line feed"),
        (b"5;a\r;b\r\nhello\r\n", "no line feed"),
        (b"5\r\nhelloX\r\n", "do not end in CRLF"),
        (b"5\r\nhello\n", "do not end in CRLF"),
        (b"5\r\nhello\rX", "do not end in CRLF"),
        (b"5\r\nhello\n\r\n", "do not end in CRLF"),
        (b"5\r\nhello0\r\n\r\n", "do not end in CRLF"),
        (b"3\r\nhel__1a\r\n", "do not end in CRLF"),
        (b"0\n\r\n", "no carriage return"),
        (b"0\r\n\n", "no carriage return"),
        (b"0\r\n\rX", "no line feed"),
        (b"0\r\nA: b\n\r\n", "no carriage return"),
        (b"0\r\nA: b\r\r\n\r\n", "no line feed"),
        (b"0\r\nA : b\r\n\r\n", "trailer line is malformed"),
        (b"0\r\n A: b\r\n\r\n", "trailer line is malformed"),
        (b"0\r\nA: b\r\n c\r\n\r\n", "trailer line is malformed"),
        (b"0\r\nA: b\0\r\n\r\n", "trailer line is malformed"),
        (b"0\r\nno colon\r\n\r\n", "trailer line is malformed"),
        (b"0\r\n: b\r\n\r\n", "trailer line is malformed"),
    ] {
        for target in ["/lines", "/chunks?sep=a", "/nowhere"] {
            let end = b"0\r\n\r\n";
            let request = [&chunked_head(target), body, end].concat();
            let answer = expect_refusal(&server, &request, 400);
            let shown = body.escape_ascii();
            assert!(answer.content.contains(why), "{shown}: {answer:?}");
            // And behind a good one.
            let front = [&chunked_head(target)[..], b"1\r\nx\r\n"].concat();
            let request = [&front, body, end].concat();
            let answer = expect_refusal(&server, &request, 400);
            assert!(answer.content.contains(why), "{shown}: {answer:?}");
        }
    }
    server.wait_for_log(&["POST /lines: 400", "received 5: the data of a chunk"]);
}
