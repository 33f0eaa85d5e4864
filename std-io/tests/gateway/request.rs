//! A request of variables, and variables of a request.

use crate::run::{Ran, run, run_with, variables};
use http::{HeaderValue, Request, Version};
use std::io::{self, Write};
use std::sync::{Arc, Mutex};
use tidegate_std_io::core::environ::{Environ, Scheme};
use tidegate_std_io::gateway::{
    ErrorStream, Flags, HandlerOptions, Input, RequestEnviron, SimpleHandler, Variables,
};

/// What an application saw of it.
fn seen<T: Send>(
    pairs: &[(&str, &str)],
    options: HandlerOptions,
    look: impl Fn(&Request<Input>) -> T,
) -> (Option<T>, Ran) {
    let slot = Mutex::new(None);
    let app = |request: Request<Input>| {
        *slot.lock().unwrap() = Some(look(&request));
        "seen"
    };
    let ran = run_with(&app, pairs, io::empty(), options);
    let seen = slot.lock().unwrap().take();
    (seen, ran)
}

#[test]
fn variables_become_a_request() {
    let pairs = [
        ("REQUEST_METHOD", "PATCH"),
        ("SCRIPT_NAME", "/a b"),
        ("PATH_INFO", "/\u{e9}/%41"),
        ("QUERY_STRING", "x=%20&\u{e9}"),
        ("SERVER_PROTOCOL", "HTTP/2.0"),
        ("CONTENT_TYPE", "text/plain"),
        ("CONTENT_LENGTH", ""),
        ("HTTP_HOST", "example.org"),
        ("HTTP_X_Y", "1"),
        ("HTTP_PROXY", "http://evil"),
        ("HTTP_CONTENT_LENGTH", "9"),
        ("SERVER_NAME", "x"),
    ];
    let (request, _) = seen(&pairs, HandlerOptions::new(), |request| {
        let headers = request.headers().iter();
        let mut headers: Vec<_> = headers
            .map(|(name, value)| (name.to_string(), value.clone()))
            .collect();
        headers.sort_by(|a, b| a.0.cmp(&b.0));
        (
            request.method().to_string(),
            request.uri().to_string(),
            request.version(),
            headers,
        )
    });
    let (method, uri, version, headers) = request.unwrap();
    assert_eq!((&method[..], version), ("PATCH", Version::HTTP_2));
    assert_eq!(uri, "/a%20b/%C3%A9/%2541?x=%20&%C3%A9");
    let expected = [
        ("content-type", "text/plain"),
        ("host", "example.org"),
        ("x-y", "1"),
    ];
    let expected = expected.map(|(name, value)| (name.to_owned(), HeaderValue::from_static(value)));
    assert_eq!(headers, expected);
}

#[test]
fn what_is_no_request_is_answered_with_400() {
    let long = "x".repeat(70_000);
    for pairs in [
        [("REQUEST_METHOD", "")],
        [("REQUEST_METHOD", "GE T")],
        [("HTTP_X", "a\r\nb")],
        [("HTTP_\u{e9}", "x")],
        [("QUERY_STRING", &long)],
        [("CONTENT_LENGTH", "+5")],
        [("CONTENT_LENGTH", "5x")],
        [("HTTP_TRANSFER_ENCODING", "gzip")],
    ] {
        let (seen, ran) = seen(&pairs, HandlerOptions::new().keep_alive(true), |_| ());
        assert_eq!(
            (seen, ran.finished.status.as_u16()),
            (None, 400),
            "{:.60}",
            format!("{pairs:?}")
        );
        assert!(ran.head.starts_with("HTTP/1.1 400 Bad Request\r\n"));
        assert!(ran.log.starts_with("error: ") && !ran.finished.keeps_connection());
    }
    let both = [
        ("CONTENT_LENGTH", "5"),
        ("HTTP_TRANSFER_ENCODING", "chunked"),
    ];
    assert_eq!(
        seen(&both, HandlerOptions::new(), |_| ()).1.finished.status,
        400
    );
    let large = [("CONTENT_LENGTH", "16777217")];
    let ran = seen(&large, HandlerOptions::new(), |_| ()).1;
    assert_eq!(
        (ran.finished.status.as_u16(), ran.finished.input.is_some()),
        (413, false)
    );
}

#[test]
fn what_is_not_in_the_request_is_in_its_extensions() {
    let flags = Flags {
        multithread: false,
        multiprocess: true,
        run_once: true,
    };
    let options = HandlerOptions::new()
        .flags(flags)
        .os_environ(variables(&[("HOME", "/root"), ("PATH_INFO", "/not/this")]))
        .server_software(HeaderValue::from_static("tidegate/1"))
        .setup_environ(|variables| variables.set("EXTRA", "1"));
    let (found, _) = seen(&[("PATH_INFO", "/this")], options, |request| {
        assert!(request.extensions().get::<ErrorStream>().is_some());
        let variables = request.extensions().get::<Variables>().unwrap().clone();
        (*request.extensions().get::<Flags>().unwrap(), variables)
    });
    let (own, variables) = found.unwrap();
    assert_eq!(own, flags);
    for (name, value) in [
        ("HOME", "/root"),
        ("PATH_INFO", "/this"),
        ("EXTRA", "1"),
        ("wsgi.url_scheme", "http"),
        ("SERVER_SOFTWARE", "tidegate/1"),
    ] {
        assert_eq!(variables.var(name), Some(value.as_bytes()), "{name}");
    }
}

/// Lines of many applications on one stream, each of which stays whole.
#[test]
fn a_line_on_the_error_stream_stays_whole() {
    /// Takes what one call gives, and says how many there were.
    struct Calls(Arc<Mutex<Vec<Vec<u8>>>>);
    impl Write for Calls {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().push(bytes.to_vec());
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    /// Writes there while it is shown.
    struct Talks(ErrorStream);
    impl std::fmt::Display for Talks {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            write!(self.0.clone(), "aside").unwrap();
            f.write_str("talk")
        }
    }
    let calls = Arc::new(Mutex::new(Vec::new()));
    let mut errors = ErrorStream::new(Calls(Arc::clone(&calls)));
    let of = ["1", "two"];
    writeln!(errors, "{} of {}", of[0], of[1]).unwrap();
    writeln!(errors, "plain").unwrap();
    writeln!(errors.clone(), "{} {}", Talks(errors), 3).unwrap();
    let expected: [&[u8]; 4] = [b"1 of two\n", b"plain\n", b"aside", b"talk 3\n"];
    assert_eq!(*calls.lock().unwrap(), expected);
}

#[test]
fn the_scheme_is_guessed_or_said() {
    let scheme = |pairs: &[(&str, &str)], options| {
        let look = |request: &Request<Input>| {
            RequestEnviron::new(request)
                .var("wsgi.url_scheme")
                .unwrap()
                .to_vec()
        };
        seen(pairs, options, look).0.unwrap()
    };
    assert_eq!(scheme(&[], HandlerOptions::new()), b"http");
    assert_eq!(scheme(&[("HTTPS", "on")], HandlerOptions::new()), b"https");
    assert_eq!(
        scheme(&[("HTTPS", "on")], HandlerOptions::new().scheme(Scheme::Ws)),
        b"ws"
    );
}

#[test]
fn variables_of_a_request_that_had_none() {
    let request = Request::put("http://user@example.org:81/a%2Fb%C3%A9%/c?x=%20")
        .header("Host", "other.org")
        .header("Content-Type", "text/plain")
        .header("Accept", "a")
        .header("Accept", "b")
        .header("Cookie", "a=1")
        .header("Cookie", "b=2")
        .header("Proxy", "http://evil")
        .header("X_User", "root")
        .body(())
        .unwrap();
    let environ = RequestEnviron::new(&request);
    let expected = [
        ("CONTENT_TYPE", "text/plain"),
        ("HTTP_ACCEPT", "a, b"),
        ("HTTP_COOKIE", "a=1; b=2"),
        ("HTTP_HOST", "example.org:81"),
        ("PATH_INFO", "/a/b\u{e9}%/c"),
        ("QUERY_STRING", "x=%20"),
        ("REQUEST_METHOD", "PUT"),
        ("SCRIPT_NAME", ""),
        ("SERVER_PROTOCOL", "HTTP/1.1"),
        ("wsgi.url_scheme", "http"),
    ];
    assert_eq!(environ.to_variables(), expected.into_iter().collect());
    for (name, value) in expected {
        assert_eq!(environ.var(name), Some(value.as_bytes()), "{name}");
    }
    for name in [
        "HTTP_PROXY",
        "HTTP_X_USER",
        "HTTP_CONTENT_TYPE",
        "HTTP_RANGE",
        "",
    ] {
        assert_eq!(environ.var(name), None, "{name}");
    }
    let (parts, ()) = request.into_parts();
    assert_eq!(
        RequestEnviron::of_parts(&parts).to_variables(),
        expected.into_iter().collect()
    );
}

/// A server that has parsed a head hands it over as it is.
#[test]
fn a_request_needs_no_variables() {
    let parts = |length: &[&str]| {
        let builder = Request::post("/a%20b?x").header("Host", "example.org");
        let builder = length.iter().fold(builder, |builder, length| {
            builder.header("Content-Length", *length)
        });
        builder.body(()).unwrap().into_parts().0
    };
    let look = |request: Request<Input>| -> io::Result<String> {
        let path = RequestEnviron::new(&request)
            .var("PATH_INFO")
            .unwrap()
            .to_vec();
        let had = request.extensions().get::<Variables>().cloned();
        let extra = had.map(|variables| variables.var("EXTRA").unwrap_or(b"none").to_vec());
        let body = io::read_to_string(request.into_body())?;
        Ok(format!(
            "{} {extra:?} {body}",
            String::from_utf8_lossy(&path)
        ))
    };
    let run = |length: &[&str], options: HandlerOptions| {
        let errors = ErrorStream::new(io::sink());
        let handler = SimpleHandler::of_request(&b"Hello"[..], Vec::new(), errors, parts(length));
        let finished = handler.options(options).run(&look);
        (
            finished.status.as_u16(),
            String::from_utf8(finished.writer).unwrap(),
        )
    };
    let (status, sent) = run(&["5"], HandlerOptions::new());
    assert!(status == 200 && sent.ends_with("/a b None Hello"), "{sent}");
    let extra = HandlerOptions::new().setup_environ(|variables| variables.set("EXTRA", "e"));
    for options in [extra, HandlerOptions::new().scheme(Scheme::Https)] {
        let (status, sent) = run(&["5"], options.clone());
        assert!(status == 200 && sent.contains("/a b Some(["), "{sent}");
        // However it is framed: two lengths are none.
        for length in [&["5", "5"][..], &["5", "6"], &["5x"], &[""]] {
            assert_eq!(run(length, options.clone()).0, 400, "{length:?}");
            assert_eq!(run(length, HandlerOptions::new()).0, 400, "{length:?}");
        }
    }
}

/// Nothing that a client writes breaks out of where the pages show it.
#[test]
fn the_pages_show_it_all_and_nothing_is_lost_in_them() {
    let pairs = [
        ("HTTP_USER_AGENT", "<script>&\"'"),
        ("QUERY_STRING", "a\nb<"),
        ("HTTP_X", "\u{e9}"),
    ];
    let page = run(&tidegate_std_io::gateway::demo_app, &pairs);
    assert!(page.text().starts_with("Hello world!\n\n"));
    assert!(
        page.text()
            .contains("\nHTTP_USER_AGENT = \"<script>&\\\"\\'\"\n")
    );
    assert!(page.text().contains("\nQUERY_STRING = \"a\\nb<\"\n"));
    let page = run(&tidegate_std_io::gateway::test_app, &pairs);
    assert_eq!(page.values("content-type"), ["text/html; charset=utf-8"]);
    assert!(
        page.text()
            .contains("<tr><th>HTTP_USER_AGENT<td>&lt;script&gt;&amp;&quot;&#39;\n")
    );
    assert!(
        page.text()
            .contains("<tr><th>QUERY_STRING<td>a\\u{a}b&lt;\n")
    );
    assert!(page.text().contains("<tr><th>multithread<td>true\n"));
}
