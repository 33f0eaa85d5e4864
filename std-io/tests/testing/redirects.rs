//! Redirects, and where they lead.

use http::{Method, Request, Response, StatusCode};
use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use tidegate_std_io::core::environ::Environ;
use tidegate_std_io::gateway::testing::{Client, ClientError, RedirectLoop, RequestBuilder};
use tidegate_std_io::gateway::{Input, Output, Variables};
use tidegate_std_io::{Form, FormValue, PartBody};

/// `/to/STATUS?LOCATION` redirects; anything else says what it was asked.
fn app(request: Request<Input>) -> Response<Output> {
    let (parts, body) = request.into_parts();
    if let Some(status) = parts.uri.path().split("/to/").nth(1) {
        let location = parts.uri.query().unwrap_or_default().replace("%23", "#");
        let response = Response::builder().status(status.parse::<u16>().unwrap());
        return response
            .header("Location", location)
            .body("moved".into())
            .unwrap();
    }
    let body = io::read_to_string(body).unwrap();
    let host = parts.headers["host"].to_str().unwrap();
    let header = |name| {
        parts
            .headers
            .get(name)
            .map_or("-", |value| value.to_str().unwrap())
    };
    let variables = parts.extensions.get::<Variables>();
    let root = variables.and_then(|variables| variables.var("SCRIPT_NAME"));
    let root = String::from_utf8_lossy(root.unwrap_or_default()).into_owned();
    let [typed, length, auth] = ["content-type", "content-length", "authorization"].map(header);
    let (method, uri) = (&parts.method, &parts.uri);
    Response::new(format!("{method} {host}{uri} ({root}) {typed} {length} {auth} {body}").into())
}

fn followed(request: RequestBuilder) -> Result<String, ClientError> {
    let exchange = Client::new(app)
        .open(request)
        .follow_redirects(true)
        .send()?;
    Ok(exchange.text().unwrap())
}

fn to(status: u16, location: &str) -> RequestBuilder {
    RequestBuilder::new(format!("/a/to/{status}")).query_string(location.replace('#', "%23"))
}

/// One line a case: method and status, and what is asked then.
#[test]
fn methods_and_bodies() {
    for (method, status, wanted) in [
        ("GET", 301, "GET"),
        ("POST", 301, "GET"),
        ("POST", 302, "GET"),
        ("POST", 303, "GET"),
        ("PUT", 303, "GET"),
        ("DELETE", 305, "GET"),
        ("POST", 307, "POST"),
        ("PUT", 308, "PUT"),
        ("GET", 307, "GET"),
    ] {
        let method: Method = method.parse().unwrap();
        let request = to(status, "/x")
            .method(method.clone())
            .body("abc")
            .content_type("text/plain");
        let rest = match status {
            307 | 308 => "text/plain 3 - abc",
            _ => "- - - ",
        };
        let said = followed(request).unwrap();
        assert_eq!(
            said,
            format!("{wanted} localhost/x () {rest}"),
            "{method} {status}"
        );
    }
    // Of HEAD nothing comes back, and nothing else is asked.
    let mut client = Client::new(app);
    let exchange = client
        .head(to(303, "/x"))
        .follow_redirects(true)
        .send()
        .unwrap();
    assert_eq!(exchange.request().method(), Method::HEAD);
    assert_eq!(exchange.headers()["content-length"], "26");
    assert_eq!(exchange.text().unwrap(), "");
}

/// Of other statuses, and without a Location, nothing is followed.
#[test]
fn what_does_not_redirect() {
    for status in [300, 304, 306, 201, 404] {
        let exchange = Client::new(app)
            .get(to(status, "/x"))
            .follow_redirects(true)
            .send()
            .unwrap();
        assert_eq!(exchange.status(), status);
        assert!(exchange.history.is_empty());
    }
    let bare = |_: Request<Input>| (StatusCode::FOUND, "no location");
    let exchange = Client::new(bare)
        .get("/")
        .follow_redirects(true)
        .send()
        .unwrap();
    assert_eq!(
        (exchange.status(), exchange.text().unwrap().as_str()),
        (StatusCode::FOUND, "no location")
    );
    let exchange = Client::new(app).get(to(302, "/x")).send().unwrap();
    assert_eq!(exchange.headers()["location"], "/x");
    assert_eq!(exchange.text().unwrap(), "moved");
}

/// One line a case: the Location, and what is asked below `/app` at
/// `http://example.org/app/a/b/c` (RFC 3986 section 5.4).
#[test]
fn locations_are_relative_to_the_request() {
    for (location, wanted) in [
        ("/app/x?y=z#frag", "example.org/app/x?y=z (/app)"),
        ("x", "example.org/app/a/b/x (/app)"),
        ("../x", "example.org/app/a/x (/app)"),
        ("../../../../x", "example.org/x ()"),
        ("/application", "example.org/application ()"),
        ("/app", "example.org/app (/app)"),
        ("/other", "example.org/other ()"),
        ("//example.org/app/x", "example.org/app/x (/app)"),
        (
            "http://example.org:8080/app/x",
            "example.org:8080/app/x (/app)",
        ),
        ("https://example.org/app/x", "example.org/app/x (/app)"),
        ("HTTP://EXAMPLE.ORG/app/x", "example.org/app/x (/app)"),
        ("/app/gr\u{fc}n", "example.org/app/gr%C3%BCn (/app)"),
        ("/app/a%2Fb", "example.org/app/a%2Fb (/app)"),
    ] {
        let mut client = Client::new(|request: Request<Input>| {
            if request.uri().path() == "/app/a/b/c" {
                let redirect = Response::builder().status(302);
                return redirect
                    .header("Location", location.as_bytes())
                    .body("".into())
                    .unwrap();
            }
            app(request)
        });
        let request = RequestBuilder::new("/a/b/c").base_url("http://example.org/app");
        let exchange = client.get(request).follow_redirects(true).send().unwrap();
        assert_eq!(
            exchange.text().unwrap(),
            format!("GET {wanted} - - - "),
            "{location}"
        );
    }
}

#[test]
fn what_leaves_the_application_is_refused() {
    let start = |request: Request<Input>| match request.headers().get("x-location") {
        Some(location) if request.uri().path() == "/start" => {
            let redirect = Response::builder().status(302).header("Location", location);
            redirect.body(Output::empty()).unwrap()
        }
        _ => app(request),
    };
    let open = |client: &mut Client<_>, location: &str| {
        let request = RequestBuilder::new("/start").base_url("http://example.org");
        let request = request
            .header("Authorization", "x")
            .header("X-Location", location);
        let exchange = client.get(request).follow_redirects(true).send();
        exchange.map(|it| it.text().unwrap())
    };
    let sub = "http://www.example.org/x";
    for (location, subdomains, allowed) in [
        (sub, false, false),
        ("http://example.com/x", false, false),
        ("http://notexample.org/x", false, false),
        ("http://example.org.evil.com/x", false, false),
        ("http://org/x", false, false),
        ("//evil.com/x", false, false),
        ("/\\evil.com/x", false, false),
        ("http://127.0.0.1/x", false, false),
    ] {
        let refused = open(&mut Client::new(start), location).unwrap_err();
        assert!(
            matches!(&refused, ClientError::ExternalRedirect { url } if url.ends_with("/x")),
            "{refused:?}"
        );
        let subdomain = open(
            &mut Client::new(start).allow_subdomain_redirects(true),
            location,
        );
        assert_eq!(
            subdomain.is_ok(),
            subdomains || location == sub,
            "{location}"
        );
        let other = open(
            &mut Client::new(start).allow_redirects_to("example.com"),
            location,
        );
        assert_eq!(
            other.is_ok(),
            allowed || location == "http://example.com/x",
            "{location}"
        );
    }
    let mut client = Client::new(start).allow_redirects_to(".example.com");
    // Nobody else hears what was meant for the first.
    assert_eq!(
        open(&mut client, "http://a.example.com/x").unwrap(),
        "GET a.example.com/x () - - - "
    );
    assert_eq!(
        open(&mut client, "/x").unwrap(),
        "GET example.org/x () - - x "
    );
    for location in [
        "mailto:a@example.org",
        "ftp://example.org/",
        "http://",
        "http://a b/",
    ] {
        let refused = open(&mut client, location);
        assert!(
            matches!(refused, Err(ClientError::Location { .. })),
            "{location}: {refused:?}"
        );
    }
}

/// There and back again: the first host is no external one.
#[test]
fn the_way_back() {
    let mut client = Client::new(app).allow_subdomain_redirects(true);
    let back = "http://www.example.org/a/to/302?http://example.org/x";
    let request = to(302, back).base_url("http://example.org");
    let exchange = client.get(request).follow_redirects(true).send().unwrap();
    assert_eq!(exchange.url(), "http://example.org/x");
    let urls: Vec<_> = exchange
        .history
        .iter()
        .map(|hop| hop.url.as_str())
        .collect();
    assert_eq!(
        urls,
        [&*format!("http://example.org/a/to/302?{back}"), back]
    );
    assert!(
        exchange
            .history
            .iter()
            .all(|hop| hop.response.status() == 302)
    );
}

#[test]
fn loops_end() {
    let looping = |path: &str| RequestBuilder::new(path);
    let app = |request: Request<Input>| {
        let target = match request.uri().path() {
            "/a" => "/b".to_owned(),
            "/b" => "/a".to_owned(),
            path => format!("{path}/x"),
        };
        Response::builder()
            .status(302)
            .header("Location", target)
            .body("".into())
            .unwrap()
    };
    let app: fn(Request<Input>) -> Response<Output> = app;
    let error = Client::new(app)
        .get(looping("/a"))
        .follow_redirects(true)
        .send()
        .unwrap_err();
    let ClientError::RedirectLoop(RedirectLoop { status, url }) = error else {
        panic!("{error:?}");
    };
    assert_eq!((status, &*url), (StatusCode::FOUND, "http://localhost/b"));
    // One that never comes back ends as well, at exactly so many.
    let error = Client::new(app)
        .get("/long")
        .follow_redirects(true)
        .send()
        .unwrap_err();
    assert!(
        matches!(error, ClientError::TooManyRedirects { limit: 20 }),
        "{error:?}"
    );
    let count = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&count);
    let counting = move |request: Request<Input>| {
        counted.fetch_add(1, Relaxed);
        app(request)
    };
    let mut client = Client::new(counting).max_redirects(3);
    assert!(client.get("/long").follow_redirects(true).send().is_err());
    assert_eq!(count.load(Relaxed), 4);
}

/// Round after round something is learned, and so it is no loop.
#[test]
fn with_another_cookie_it_is_another_request() {
    let app = |request: Request<Input>| {
        let cookie = request
            .headers()
            .get("cookie")
            .map_or("n=0", |cookie| cookie.to_str().unwrap());
        let count: u32 = cookie[2..].parse().unwrap();
        let response: http::response::Builder =
            Response::builder().header("Set-Cookie", format!("n={}", count + 1));
        match count {
            5 => Response::new(Output::from("there")),
            _ => response
                .status(302)
                .header("Location", "/")
                .body("".into())
                .unwrap(),
        }
    };
    let exchange = Client::new(app)
        .get("/")
        .follow_redirects(true)
        .send()
        .unwrap();
    assert_eq!(exchange.history.len(), 5);
    assert_eq!(exchange.text().unwrap(), "there");
    let error = Client::new(app)
        .use_cookies(false)
        .get("/")
        .follow_redirects(true)
        .send();
    assert!(matches!(error, Err(ClientError::RedirectLoop(_))));
}

/// Forms of what can be read twice go again, and readers do not.
#[test]
fn bodies_that_go_again() {
    let mut form = Form::new().unwrap();
    form.text("a", "b").bytes("long", vec![b'x'; 2000]);
    let said = followed(to(307, "/x").method(Method::POST).form(form)).unwrap();
    assert!(
        said.contains("name=\"a\"\r\n\r\nb\r\n") && said.contains("xxxx"),
        "{said}"
    );
    let file = FormValue::new(vec![b'y'; 1000]).filename("f");
    let said = followed(to(308, "/x").method(Method::PUT).file("f", file)).unwrap();
    assert!(said.contains("yyyy"), "{said}");
    assert!(
        followed(to(307, "/x").field("a", "b"))
            .unwrap()
            .ends_with("a=b")
    );
    let reader = || FormValue::new(PartBody::reader(&b"once"[..]));
    for once in [
        to(307, "/x").input(&b"once"[..]),
        to(308, "/x").input_with_len(&b"once"[..], 4),
        to(307, "/x").file("f", reader()),
    ] {
        let error = followed(once).unwrap_err();
        assert!(
            matches!(error, ClientError::NotReplayable { .. }),
            "{error:?}"
        );
    }
    assert!(
        followed(to(303, "/x").input(io::repeat(b'x').take(10)))
            .unwrap()
            .ends_with(" - - - ")
    );
}

/// What an application says of a request as it is: a builder is not needed.
#[test]
fn requests_as_they_are() {
    let request = Request::post("/a/to/307?/x")
        .header("Host", "h")
        .header("X-Y", "z");
    let mut client = Client::new(app);
    let exchange = client
        .open(request.body(Input::empty()).unwrap())
        .follow_redirects(true);
    assert_eq!(
        exchange.send().unwrap().text().unwrap(),
        "POST h/x () - - - "
    );
    let request = Request::post("/a/to/307?/x")
        .header("Host", "h")
        .body(Input::from("abc"))
        .unwrap();
    let error = client
        .open(request)
        .follow_redirects(true)
        .send()
        .unwrap_err();
    assert!(matches!(error, ClientError::NotReplayable { status } if status == 307));
}

#[test]
fn one_at_a_time() {
    let mut client = Client::new(app);
    let first = client
        .post(to(307, "/a/to/302?/x").body("abc"))
        .send()
        .unwrap();
    let second = client.resolve_redirect(first).unwrap().unwrap();
    assert_eq!(second.request().method(), Method::POST);
    assert_eq!(second.url(), "http://localhost/a/to/302?/x");
    let third = client.resolve_redirect(second).unwrap().unwrap();
    assert_eq!(third.history.len(), 2);
    let fourth = client.resolve_redirect(third).unwrap();
    assert!(fourth.is_none());
}

/// Base variables are those of the test, and not of one request.
#[test]
fn variables_over_redirects() {
    let app = |request: Request<Input>| {
        let variables = request.extensions().get::<Variables>().unwrap();
        assert_eq!(variables.var("REMOTE_USER"), Some(&b"eve"[..]));
        app(request)
    };
    let request = to(302, "/x")
        .environ_base([("REMOTE_USER", "eve")])
        .environ_overrides([("REQUEST_METHOD", "POST"), ("REMOTE_USER", "eve")]);
    let exchange = Client::new(app)
        .open(request)
        .follow_redirects(true)
        .send()
        .unwrap();
    assert_eq!(exchange.text().unwrap(), "GET localhost/x () - - - ");
}

/// A Host of the request's own is what was asked, whatever the base URL is.
#[test]
fn a_host_of_its_own() {
    for (location, allowed) in [
        ("/x", true),
        ("http://example.org/x", true),
        ("http://EXAMPLE.org:80/x", true),
        ("http://localhost/x", false),
        ("http://www.example.org/x", false),
    ] {
        let request = || {
            let request = to(302, location).header("Host", "Example.org");
            request.header("Authorization", "x")
        };
        let said = followed(request());
        match allowed {
            true => assert_eq!(said.unwrap(), "GET example.org/x () - - x ", "{location}"),
            false => assert!(
                matches!(said, Err(ClientError::ExternalRedirect { .. })),
                "{location}: {said:?}"
            ),
        }
        let mut client = Client::new(app);
        let moved = client.get(request()).send().unwrap();
        assert_eq!(
            client.resolve_redirect(moved).is_ok(),
            allowed,
            "{location}"
        );
    }
}

/// There again, but not to ask the same.
#[test]
fn with_another_method_it_is_another_request() {
    let app = |request: Request<Input>| {
        let (status, target) = match (request.method(), request.uri().path()) {
            (&Method::POST, "/a") => (307, "/b"),
            (&Method::POST, _) => (303, "/a"),
            (_, "/a") => (307, "/b"),
            _ => return Response::new(Output::from("there")),
        };
        let redirect = Response::builder().status(status);
        let redirect = redirect.header("Location", target);
        redirect.body(Output::empty()).unwrap()
    };
    let mut client = Client::new(app);
    let exchange = client.post("/a").follow_redirects(true).send().unwrap();
    assert_eq!(exchange.history.len(), 3);
    assert_eq!(exchange.text().unwrap(), "there");
}

/// Whoever drops it is seen.
struct Seen(Arc<[u8]>);

impl AsRef<[u8]> for Seen {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

/// What goes again is kept no longer than it may.
#[test]
fn what_was_sent_is_let_go() {
    for status in [307, 303, 200] {
        let bytes: Arc<[u8]> = Arc::from(&b"abc"[..]);
        let body = bytes::Bytes::from_owner(Seen(Arc::clone(&bytes)));
        let request = to(status, "/x").method(Method::PUT).body(body);
        let mut client = Client::new(app);
        let exchange = client.open(request).follow_redirects(true).send().unwrap();
        assert_eq!(Arc::strong_count(&bytes), 1, "{status}");
        assert_eq!(exchange.request().uri().path() == "/x", status != 200);
    }
}
