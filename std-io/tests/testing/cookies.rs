//! Cookies, as a client keeps them.

use http::{Request, Response};
use std::time::{Duration, SystemTime};
use tidegate_std_io::core::environ::Environ;
use tidegate_std_io::gateway::testing::{Client, CookieFault, RequestBuilder, SetCookie};
use tidegate_std_io::gateway::{Application, Input, Output, RequestEnviron};

/// Sets what the query says, and says what it was sent.
fn echo(request: Request<Input>) -> Response<Output> {
    let environ = RequestEnviron::new(&request);
    let cookie = environ.var("HTTP_COOKIE").unwrap_or(b"(none)");
    let fields = request.headers().get_all("cookie").iter();
    let fields: Vec<_> = fields.map(|value| value.as_bytes()).collect();
    let header = fields.join(&b"; "[..]);
    assert!(header == cookie || fields.is_empty() && cookie == b"(none)");
    let mut response = Response::new(cookie.to_vec().into());
    for set in request
        .uri()
        .query()
        .unwrap_or_default()
        .split('&')
        .filter(|set| !set.is_empty())
    {
        let set = set.replace("%20", " ");
        response
            .headers_mut()
            .append("set-cookie", set.parse().unwrap());
    }
    response
}

fn sent(client: &mut Client<impl Application>, url: &str) -> String {
    let (base, path) = url.split_at(url[8..].find('/').unwrap() + 8);
    let request = RequestBuilder::new(path).base_url(base);
    client.get(request).send().unwrap().text().unwrap()
}

#[test]
fn what_is_set_is_sent() {
    let mut client = Client::new(echo);
    assert_eq!(sent(&mut client, "http://localhost/?a=1&b=2"), "(none)");
    assert_eq!(sent(&mut client, "http://localhost/"), "a=1; b=2");
    assert_eq!(
        sent(&mut client, "http://localhost/?a=3;Max-Age=0"),
        "a=1; b=2"
    );
    assert_eq!(sent(&mut client, "http://localhost/"), "b=2");
    assert_eq!(sent(&mut client, "http://other/"), "(none)");
    assert_eq!(client.cookies("http://localhost/"), [("b", "2")]);
    let mut client = Client::new(echo).use_cookies(false);
    sent(&mut client, "http://localhost/?a=1");
    assert_eq!(sent(&mut client, "http://localhost/"), "(none)");
    assert_eq!(
        client.set_cookie("localhost", ("a", "b")),
        Err(CookieFault::Disabled)
    );
}

/// One line a case: the cookie, and where it is sent.
#[test]
fn domains_and_paths() {
    let at = "http://shop.example.org/a/b";
    for (set, seen) in [
        (
            "c=1",
            &[
                "http://shop.example.org/a/",
                "http://shop.example.org/a/x",
                "https://shop.example.org/a/b",
            ][..],
        ),
        ("c=1;%20Path=/", &["http://shop.example.org/", at]),
        ("c=1;%20Path=/a/b", &[at, "http://shop.example.org/a/b/c"]),
        (
            "c=1;%20Domain=example.org;%20Path=/",
            &["http://example.org/", "http://www.example.org/", at],
        ),
        (
            "c=1;%20Domain=.example.org;%20Path=/",
            &["http://example.org/", at],
        ),
        ("c=1;%20Secure;%20Path=/", &["https://shop.example.org/"]),
        ("c=1;%20HttpOnly;%20Path=/", &[at]),
    ] {
        let everywhere = [
            "http://shop.example.org/",
            "http://shop.example.org/a/",
            "http://shop.example.org/a/x",
            at,
            "http://shop.example.org/a/b/c",
            "https://shop.example.org/a/b",
            "https://shop.example.org/",
            "http://example.org/",
            "http://www.example.org/",
            "http://example.com/",
        ];
        let mut client = Client::new(echo);
        sent(&mut client, &format!("{at}?{set}"));
        let found: Vec<_> = everywhere
            .into_iter()
            .filter(|url| sent(&mut client, url) == "c=1")
            .collect();
        for url in seen {
            assert!(found.contains(url), "{set} {url}: {found:?}");
        }
        if set.contains("Secure") {
            assert!(
                found.iter().all(|url| url.starts_with("https")),
                "{found:?}"
            );
        }
        assert!(!found.contains(&"http://example.com/"), "{set}");
        assert_eq!(
            found.contains(&"http://www.example.org/"),
            set.contains("Domain"),
            "{set}"
        );
    }
    let mut client = Client::new(echo);
    sent(&mut client, &format!("{at}?c=1;Domain=example.com"));
    assert!(client.cookies("http://example.com/").is_empty());
}

/// The nearer path goes first, whichever was set first.
#[test]
fn of_two_the_nearer_goes_first() {
    for order in [
        ["c=far;Path=/", "c=near;Path=/a"],
        ["c=near;Path=/a", "c=far;Path=/"],
    ] {
        let mut client = Client::new(echo);
        sent(
            &mut client,
            &format!("http://localhost/a/b?{}", order.join("&")),
        );
        assert_eq!(sent(&mut client, "http://localhost/a/b"), "c=near; c=far");
        assert_eq!(
            client.cookies("http://localhost/a/b"),
            [("c", "near"), ("c", "far")]
        );
    }
}

#[test]
fn cookies_of_a_test() {
    let mut client = Client::new(echo);
    client
        .set_cookie("localhost", ("a", "with blank, comma"))
        .unwrap();
    assert_eq!(
        sent(&mut client, "http://localhost/deep/down"),
        "a=with blank, comma"
    );
    let limited = SetCookie::new("b", "")
        .path("/x")
        .secure(true)
        .http_only(true);
    client.set_cookie("example.org", limited.clone()).unwrap();
    assert_eq!(sent(&mut client, "https://example.org/x"), "b=");
    assert_eq!(sent(&mut client, "http://example.org/x"), "(none)");
    client
        .delete_cookie("example.org", SetCookie::new("b", "").path("/other"))
        .unwrap();
    assert_eq!(sent(&mut client, "https://example.org/x"), "b=");
    client.delete_cookie("example.org", limited).unwrap();
    assert_eq!(sent(&mut client, "https://example.org/x"), "(none)");
    let below = SetCookie::new("d", "1").domain("example.org");
    client.set_cookie("www.example.org", below).unwrap();
    assert_eq!(sent(&mut client, "http://example.org/"), "d=1");
    let now = SystemTime::now();
    let minute = Duration::from_secs(60);
    for (until, lives) in [
        (SetCookie::new("e", "1").expires(now + minute), true),
        (SetCookie::new("e", "1").expires(now - minute), false),
        (
            SetCookie::new("e", "1").expires(SystemTime::UNIX_EPOCH - minute),
            false,
        ),
        (
            SetCookie::new("e", "1")
                .expires(now + minute)
                .max_age(Duration::ZERO),
            false,
        ),
        (
            SetCookie::new("e", "1")
                .expires(now - minute)
                .max_age(minute),
            true,
        ),
        (SetCookie::new("e", "1").max_age(Duration::MAX), true),
    ] {
        client.set_cookie("e.test", until.clone()).unwrap();
        assert_eq!(
            client.cookies("http://e.test/").len(),
            usize::from(lives),
            "{until}"
        );
    }
}

#[test]
fn what_is_no_cookie() {
    let mut client = Client::new(echo);
    let cookie = SetCookie::new;
    for (server, cookie, fault) in [
        ("localhost", cookie("", "x"), CookieFault::Key),
        ("localhost", cookie("a=b", "x"), CookieFault::Key),
        ("localhost", cookie("a;b", "x"), CookieFault::Key),
        ("localhost", cookie("a", "x; Path=/"), CookieFault::Value),
        ("localhost", cookie("a", "x\r\ny"), CookieFault::Value),
        ("localhost", cookie("a", " x"), CookieFault::Value),
        ("localhost", cookie("a", "x").path("y"), CookieFault::Scope),
        (
            "localhost",
            cookie("a", "x").path("/;y"),
            CookieFault::Scope,
        ),
        (
            "localhost",
            cookie("a", "x").domain("y;z"),
            CookieFault::Scope,
        ),
        (
            "localhost",
            cookie("a", "x").domain("example.org"),
            CookieFault::Domain,
        ),
        ("", cookie("a", "x"), CookieFault::Server),
        ("a b", cookie("a", "x"), CookieFault::Server),
        ("a?b", cookie("a", "x"), CookieFault::Server),
        ("a/b", cookie("a", "x"), CookieFault::Server),
    ] {
        assert_eq!(
            client.set_cookie(server, cookie.clone()),
            Err(fault),
            "{cookie}"
        );
    }
    assert_eq!(sent(&mut client, "http://localhost/"), "(none)");
}

/// What a request says itself is not replaced.
#[test]
fn own_cookies_go_first() {
    let mut client = Client::new(echo);
    client.set_cookie("localhost", ("a", "jar")).unwrap();
    client.set_cookie("localhost", ("b", "jar")).unwrap();
    let request = RequestBuilder::new("/").header("Cookie", "a=own; c=own");
    let exchange = client.get(request).send().unwrap();
    assert_eq!(
        exchange.request().headers()["cookie"],
        "a=own; c=own; b=jar"
    );
    assert_eq!(exchange.text().unwrap(), "a=own; c=own; b=jar");
}

/// The fields of a request are one list.
#[test]
fn own_cookies_of_several_fields() {
    let mut client = Client::new(echo);
    let request = || {
        let request = RequestBuilder::new("/").header("Cookie", "a=own");
        request.header("Cookie", "b=own")
    };
    client.set_cookie("localhost", ("b", "jar")).unwrap();
    let exchange = client.get(request()).send().unwrap();
    let fields = exchange
        .request()
        .headers()
        .get_all("cookie")
        .iter()
        .count();
    assert_eq!(fields, 2);
    client.set_cookie("localhost", ("c", "jar")).unwrap();
    let exchange = client.get(request()).send().unwrap();
    assert_eq!(exchange.text().unwrap(), "a=own; b=own; c=jar");
}
