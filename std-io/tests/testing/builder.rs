//! What a builder makes, and what it refuses.

use http::{HeaderMap, Method, Request, Version};
use std::fs::File;
use std::io::{self, Read, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use tidegate_std_io::core::environ::Environ;
use tidegate_std_io::gateway::testing::{BaseUrlFault, BuildFault, RequestBuilder, create_environ};
use tidegate_std_io::gateway::{ErrorStream, Flags, Input, Variables};
use tidegate_std_io::{Boundary, Form, FormValue, InputLimits, Multipart, PartBody};

fn text(variables: &Variables, name: &str) -> String {
    String::from_utf8_lossy(variables.var(name).unwrap_or(b"(none)")).into_owned()
}

fn read(request: Request<Input>) -> (HeaderMap, String) {
    let (parts, body) = request.into_parts();
    (parts.headers, io::read_to_string(body).unwrap())
}

/// One line a case: path, base URL, and what comes of them: SCRIPT_NAME,
/// PATH_INFO, QUERY_STRING, the target, and the Host.
#[test]
fn paths_and_base_urls() {
    let local = "http://localhost/";
    for (path, base, wanted) in [
        ("/", local, ["", "/", "", "/", "localhost"]),
        ("", local, ["", "/", "", "/", "localhost"]),
        ("foo", local, ["", "/foo", "", "/foo", "localhost"]),
        (
            "/foo?bar",
            local,
            ["", "/foo", "bar", "/foo?bar", "localhost"],
        ),
        ("/foo?", local, ["", "/foo", "", "/foo", "localhost"]),
        (
            "/a?b?c#d?e",
            local,
            ["", "/a", "b?c", "/a?b?c", "localhost"],
        ),
        (
            "/\u{fc} %41%2f",
            local,
            ["", "/\u{fc} A/", "", "/%C3%BC%20%41%2f", "localhost"],
        ),
        ("/100%", local, ["", "/100%", "", "/100%", "localhost"]),
        (
            "/?q=\u{fc} %20",
            local,
            ["", "/", "q=%C3%BC%20%20", "/?q=%C3%BC%20%20", "localhost"],
        ),
        (
            "//a/../b",
            local,
            ["", "//a/../b", "", "//a/../b", "localhost"],
        ),
        (
            "/x",
            "https://Example.org:8443/app",
            ["/app", "/x", "", "/app/x", "example.org:8443"],
        ),
        (
            "/x",
            "https://example.org:443/a%20b/",
            ["/a b", "/x", "", "/a%20b/x", "example.org"],
        ),
        ("", "http://h/app/", ["/app", "", "", "/app", "h"]),
        ("x", "http://h/app", ["/app", "/x", "", "/app/x", "h"]),
        (
            "/app",
            "http://h/app",
            ["/app", "/app", "", "/app/app", "h"],
        ),
        ("/", "http://[::1]:8080", ["", "/", "", "/", "[::1]:8080"]),
        (
            "/",
            "http://\u{2603}.net/\u{e4}",
            ["/\u{e4}", "/", "", "/%C3%A4/", "xn--n3h.net"],
        ),
        ("/", "ws://h", ["", "/", "", "/", "h"]),
    ] {
        let builder = || RequestBuilder::new(path).base_url(base);
        let environ = builder().environ().unwrap();
        let request = builder().request().unwrap();
        let names = ["SCRIPT_NAME", "PATH_INFO", "QUERY_STRING"];
        let [root, info, query] = names.map(|name| text(&environ, name));
        let (target, host) = (request.uri().to_string(), text(&environ, "HTTP_HOST"));
        assert_eq!(
            [root, info, query, target, host],
            wanted,
            "{path:?} {base:?}"
        );
        assert_eq!(request.headers()["host"], wanted[4]);
        assert_eq!(request.extensions().get(), Some(&environ));
    }
}

#[test]
fn server_names_and_ports() {
    for (base, name, port, scheme) in [
        ("http://localhost", "localhost", "80", "http"),
        ("https://localhost", "localhost", "443", "https"),
        ("http://example.org:8080/x", "example.org", "8080", "http"),
        ("http://[::1]", "[::1]", "80", "http"),
        (
            "https://[2001:DB8::1]:4433",
            "[2001:db8::1]",
            "4433",
            "https",
        ),
        ("wss://h", "h", "443", "wss"),
    ] {
        let builder = RequestBuilder::new("/").base_url(base);
        assert_eq!(
            (builder.server_name(), builder.server_port().to_string()),
            (name, port.into())
        );
        let environ = create_environ("/", base).unwrap();
        let names = ["SERVER_NAME", "SERVER_PORT", "wsgi.url_scheme"];
        assert_eq!(names.map(|name| text(&environ, name)), [name, port, scheme]);
    }
}

#[test]
fn what_is_no_base_url() {
    for (url, wanted) in [
        ("", BaseUrlFault::Malformed),
        ("/app", BaseUrlFault::Malformed),
        ("localhost", BaseUrlFault::Malformed),
        ("http://", BaseUrlFault::Malformed),
        ("http://a b/", BaseUrlFault::Malformed),
        ("ftp://localhost/", BaseUrlFault::Scheme),
        ("localhost:80", BaseUrlFault::Scheme),
        ("http://user@localhost/", BaseUrlFault::User),
        ("http://localhost/?x", BaseUrlFault::Query),
        ("http://localhost/?", BaseUrlFault::Query),
        ("http://localhost/#x", BaseUrlFault::Fragment),
    ] {
        match create_environ("/", url) {
            Err(BuildFault::BaseUrl(fault)) => assert_eq!(fault, wanted, "{url:?}"),
            other => panic!("{url:?}: {other:?}"),
        }
    }
    for path in ["http://localhost/", "HTTPS://x", "x://"] {
        assert!(
            matches!(create_environ(path, "http://h"), Err(BuildFault::Path)),
            "{path}"
        );
    }
    create_environ("/to/http://localhost/", "http://h").unwrap();
}

#[test]
fn arguments_or_a_query() {
    let environ = |builder: RequestBuilder| text(&builder.environ().unwrap(), "QUERY_STRING");
    let at = RequestBuilder::new;
    assert_eq!(
        environ(at("/").arg("a", "1").arg("a", "2 \u{fc}&")),
        "a=1&a=2+%C3%BC%26"
    );
    assert_eq!(environ(at("/").args([("x", ""), ("", "y")])), "x=&=y");
    assert_eq!(
        environ(at("/").query_string("a=1").query_string("\u{fc} #")),
        "%C3%BC%20%23"
    );
    // Then the question mark is a part of the path.
    for builder in [at("/a?b").arg("c", "d"), at("/a?b").query_string("c=d")] {
        let request = builder.request().unwrap();
        assert_eq!(request.uri(), "/a%3Fb?c=d");
        let variables = request.extensions().get::<Variables>().unwrap();
        assert_eq!(text(variables, "PATH_INFO"), "/a?b");
    }
    for builder in [
        at("/").arg("a", "b").query_string("c"),
        at("/").query_string("c").arg("a", "b"),
    ] {
        assert!(matches!(builder.request(), Err(BuildFault::ArgsAndQuery)));
    }
}

#[test]
fn fields_alone_are_urlencoded() {
    let form = || {
        RequestBuilder::new("/")
            .field("a", "1 \u{fc}")
            .fields([("b", "&"), ("a", "")])
    };
    let (headers, body) = read(form().request().unwrap());
    assert_eq!(body, "a=1+%C3%BC&b=%26&a=");
    assert_eq!(headers["content-type"], "application/x-www-form-urlencoded");
    assert_eq!(headers["content-length"], "19");
    let given = "application/x-www-form-urlencoded; charset=x";
    let (headers, _) = read(form().content_type(given).request().unwrap());
    assert_eq!(headers["content-type"], given);
    let environ = form().environ().unwrap();
    assert_eq!(text(&environ, "CONTENT_LENGTH"), "19");
    assert_eq!(text(&environ, "HTTP_CONTENT_LENGTH"), "(none)");
}

/// Name, file name and content of each part.
fn parts(request: Request<Input>) -> Vec<[String; 3]> {
    let content_type = request.headers()["content-type"].as_bytes().to_vec();
    let length = request.headers()["content-length"]
        .to_str()
        .unwrap()
        .parse()
        .unwrap();
    let input = request.into_body();
    assert_eq!(input.limit(), length);
    let mut all = Vec::new();
    let mut form = Multipart::for_type(input, &content_type).unwrap();
    while let Some(mut part) = form.next_part().unwrap() {
        let name = part.name().unwrap().to_str_lossy().into_owned();
        let filename = part.filename().map(|name| name.to_str_lossy().into_owned());
        let mut content = String::new();
        part.read_to_string(&mut content).unwrap();
        all.push([name, filename.unwrap_or_default(), content]);
    }
    all
}

#[test]
fn with_files_a_form_is_multipart() {
    let snowman = "\u{2603}";
    let form = || {
        RequestBuilder::new("/")
            .field("text", snowman)
            .file("file", FormValue::new("content").filename("a.txt"))
            .file("empty", FormValue::new("").filename("e"))
            .field("text", "")
    };
    let wanted = [
        ["text", "", snowman],
        ["file", "a.txt", "content"],
        ["empty", "e", ""],
        ["text", "", ""],
    ];
    let request = form().request().unwrap();
    let chosen = request.headers()["content-type"]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(
        chosen.starts_with("multipart/form-data; boundary="),
        "{chosen}"
    );
    assert_eq!(parts(request), wanted);
    // Its boundary is still to be chosen.
    let asked = form()
        .content_type("multipart/form-data")
        .request()
        .unwrap();
    assert_eq!(parts(asked), wanted);
    let asked = form()
        .content_type("multipart/form-data; boundary=b")
        .request()
        .unwrap();
    assert_eq!(
        asked.headers()["content-type"],
        "multipart/form-data; boundary=b"
    );
    assert_eq!(parts(asked), wanted);
    let text = RequestBuilder::new("/")
        .field("a", "b")
        .content_type("multipart/form-data");
    assert_eq!(parts(text.request().unwrap()), [["a", "", "b"]]);
    let mut whole = Form::with_boundary(Boundary::new("whole").unwrap());
    whole.text("a", "b");
    let whole = RequestBuilder::new("/").form(whole).request().unwrap();
    assert_eq!(parts(whole), [["a", "", "b"]]);
}

#[test]
fn one_body_and_no_more() {
    let at = || RequestBuilder::new("/");
    for builder in [
        at().field("a", "b").body("c"),
        at().body("c").field("a", "b"),
        at().body("c").body("d"),
        at().file("a", "b").input(&b"c"[..]),
        at().input_with_len(&b"c"[..], 1).file("a", "b"),
        at().form(Form::new().unwrap()).field("a", "b"),
    ] {
        assert!(matches!(builder.request(), Err(BuildFault::FormAndBody)));
    }
    let urlencoded = "application/x-www-form-urlencoded";
    let file = at().file("a", "b").content_type(urlencoded).request();
    assert!(
        matches!(file, Err(BuildFault::FileInUrlEncoded)),
        "{file:?}"
    );
    for other in ["application/json", "multipart/mixed; boundary=x", "text"] {
        for form in [at().field("a", "b"), at().file("a", "b")] {
            let refused = form.content_type(other).request();
            assert!(
                matches!(refused, Err(BuildFault::ContentType(_))),
                "{other}: {refused:?}"
            );
        }
    }
}

#[test]
fn bodies_and_their_lengths() {
    let at = || RequestBuilder::new("/");
    let (headers, body) = read(
        at().body("abc")
            .content_type("text/plain")
            .request()
            .unwrap(),
    );
    assert_eq!(
        (&headers["content-length"], &*body),
        (&"3".parse().unwrap(), "abc")
    );
    let (headers, body) = read(at().request().unwrap());
    assert!(!headers.contains_key("content-length") && body.is_empty());
    let (headers, body) = read(at().input(&b"abc"[..]).request().unwrap());
    assert_eq!(
        (&headers["transfer-encoding"], &*body),
        (&"chunked".parse().unwrap(), "abc")
    );
    let (headers, body) = read(at().input_with_len(&b"abc"[..], 2).request().unwrap());
    assert_eq!(
        (&headers["content-length"], &*body),
        (&"2".parse().unwrap(), "ab")
    );
    // As it is on the wire.
    let wire = at()
        .header("Transfer-Encoding", "chunked")
        .body("3\r\nabc\r\n0\r\n\r\n");
    assert_eq!(read(wire.request().unwrap()).1, "abc");
    let short = at()
        .body("abc")
        .content_length(4)
        .request()
        .unwrap()
        .into_body();
    assert_eq!(
        io::read_to_string(short).unwrap_err().kind(),
        io::ErrorKind::UnexpectedEof
    );
    let both = at()
        .header("Transfer-Encoding", "chunked")
        .content_length(4)
        .body("x");
    assert!(matches!(both.request(), Err(BuildFault::Framing(_))));
    let none = at().header("Content-Length", "x").request();
    assert!(matches!(none, Err(BuildFault::Framing(_))), "{none:?}");
    let old = at().version(Version::HTTP_10).input(&b"abc"[..]).request();
    assert!(matches!(old, Err(BuildFault::UnknownLength)), "{old:?}");
    let long = at()
        .body("abc")
        .input_limits(InputLimits::new().max_length(2))
        .request();
    assert!(matches!(long, Err(BuildFault::TooLong(_))), "{long:?}");
    // A reader that says nothing is stopped when it is too long.
    let long = at()
        .input(io::repeat(b'x'))
        .input_limits(InputLimits::new().max_length(2));
    let error = io::read_to_string(long.request().unwrap().into_body()).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::FileTooLarge);
}

#[test]
fn headers_and_methods() {
    let request = RequestBuilder::new("/")
        .method(Method::PATCH)
        .version(Version::HTTP_10)
        .header("X-A", "1")
        .header("x-a", "2")
        .header("Cookie", "a=b")
        .header("Cookie", "c=d")
        .header("Host", "other:1")
        .header("Proxy", "http://evil")
        .header("X_B", "3")
        .request()
        .unwrap();
    assert_eq!(
        (request.method(), request.version()),
        (&Method::PATCH, Version::HTTP_10)
    );
    let variables = request.extensions().get::<Variables>().unwrap();
    for (name, wanted) in [
        ("REQUEST_METHOD", "PATCH"),
        ("SERVER_PROTOCOL", "HTTP/1.0"),
        ("HTTP_X_A", "1, 2"),
        ("HTTP_COOKIE", "a=b; c=d"),
        ("HTTP_HOST", "other:1"),
        ("HTTP_PROXY", "(none)"),
        ("HTTP_X_B", "(none)"),
    ] {
        assert_eq!(text(variables, name), wanted, "{name}");
    }
    for (name, value) in [("a b", "c"), ("", "c"), ("a", "b\r\nc: d"), ("a", "\0")] {
        let refused = RequestBuilder::new("/").header(name, value).request();
        assert!(
            matches!(refused, Err(BuildFault::Header(_))),
            "{name:?} {value:?}"
        );
    }
    let file = FormValue::new("x").content_type("a\r\nb");
    let refused = RequestBuilder::new("/").file("f", file).request();
    assert!(matches!(refused, Err(BuildFault::Part(_))), "{refused:?}");
    let long = RequestBuilder::new("/".repeat(70_000)).request();
    assert!(matches!(long, Err(BuildFault::Request(_))), "{long:?}");
}

/// The first of two is told.
#[test]
fn faults_stick() {
    let both = RequestBuilder::new("/")
        .base_url("x")
        .header("a b", "c")
        .base_url("http://ok");
    assert!(matches!(both.request(), Err(BuildFault::BaseUrl(_))));
    let error = io::Error::from(
        RequestBuilder::new("/")
            .base_url("x")
            .request()
            .unwrap_err(),
    );
    assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
    assert!(error.get_ref().unwrap().is::<BuildFault>());
    let missing = RequestBuilder::new("/")
        .file_at("f", "/there/is/none")
        .request()
        .unwrap_err();
    assert_eq!(io::Error::from(missing).kind(), io::ErrorKind::NotFound);
}

#[test]
fn base_variables_and_overrides() {
    let at = || {
        RequestBuilder::new("/a%2Fb")
            .base_url("http://h/app")
            .header("X-A", "own")
    };
    let request = at()
        .environ_base([
            ("REMOTE_ADDR", "10.0.0.1"),
            ("HTTP_X_A", "base"),
            ("HTTP_X_B", "base"),
        ])
        .request()
        .unwrap();
    assert_eq!(request.headers()["x-a"], "own");
    assert_eq!(request.headers()["x-b"], "base");
    let variables = request.extensions().get::<Variables>().unwrap();
    assert_eq!(text(variables, "REMOTE_ADDR"), "10.0.0.1");
    // What does not describe the request leaves it alone.
    let request = at()
        .environ_base([("REMOTE_ADDR", "10.0.0.1")])
        .request()
        .unwrap();
    assert_eq!(request.uri(), "/app/a%2Fb");
    let request = at()
        .environ_overrides([
            ("REQUEST_METHOD", "PUT"),
            ("PATH_INFO", "/c d"),
            ("HTTP_X_A", "over"),
        ])
        .request()
        .unwrap();
    assert_eq!(
        (request.method(), request.uri().path()),
        (&Method::PUT, "/app/c%20d")
    );
    assert_eq!(request.headers()["x-a"], "over");
    let none = at()
        .environ_overrides([("REQUEST_METHOD", "a b")])
        .request();
    assert!(matches!(none, Err(BuildFault::Request(_))), "{none:?}");
    let short = at()
        .body("abc")
        .environ_overrides([("CONTENT_LENGTH", "2")])
        .request()
        .unwrap();
    assert_eq!(read(short).1, "ab");
}

#[derive(Clone, Default)]
struct Shared(Arc<std::sync::Mutex<Vec<u8>>>);

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn flags_and_the_error_stream() {
    let written = Shared::default();
    let mut request = RequestBuilder::new("/")
        .multithread(true)
        .run_once(true)
        .errors(ErrorStream::new(written.clone()))
        .request()
        .unwrap();
    let wanted = Flags {
        multithread: true,
        multiprocess: false,
        run_once: true,
    };
    assert_eq!(request.extensions().get(), Some(&wanted));
    let errors = request.extensions_mut().get_mut::<ErrorStream>().unwrap();
    writeln!(errors, "hello").unwrap();
    assert_eq!(*written.0.lock().unwrap(), b"hello\n");
}

/// Says when it is dropped.
struct Watched(Arc<AtomicBool>);

impl Read for Watched {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Ok(0)
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        self.0.store(true, Relaxed);
    }
}

#[test]
fn files_are_closed_with_the_builder() {
    let closed = Arc::new(AtomicBool::new(false));
    let file = || FormValue::new(PartBody::reader(Watched(Arc::clone(&closed)))).filename("f");
    let builder = RequestBuilder::new("/").file("f", file());
    assert!(!closed.load(Relaxed));
    drop(builder);
    assert!(closed.swap(false, Relaxed));
    let request = RequestBuilder::new("/")
        .file("f", file())
        .request()
        .unwrap();
    assert!(!closed.load(Relaxed));
    drop(request);
    assert!(closed.swap(false, Relaxed));
    // Also one that was not used.
    drop(
        RequestBuilder::new("/")
            .body("x")
            .file("f", file())
            .request()
            .unwrap_err(),
    );
    assert!(closed.load(Relaxed));
}

#[test]
fn a_file_of_the_disk() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("a.txt");
    File::create(&path).unwrap().write_all(b"on disk").unwrap();
    let request = RequestBuilder::new("/")
        .file_at("f", &path)
        .request()
        .unwrap();
    assert_eq!(parts(request), [["f", "a.txt", "on disk"]]);
}
