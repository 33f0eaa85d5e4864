//! Applications that show what an application gets.

use super::{Flags, Input, IntoResponse, Output, RequestEnviron, Variables};
use http::{Request, Response};
use std::fmt::Write;
use tidegate_core::environ::{HostRules, request_uri};

/// Says hello, and lists the variables: whether a server runs an application at
/// all.
///
/// ```
/// use http::Request;
/// use tidegate_std_io::gateway::{Application, Input, demo_app};
///
/// let response = demo_app.answer(Request::get("/x").body(Input::empty())?).unwrap();
/// assert_eq!(response.headers()["content-type"], "text/plain; charset=utf-8");
/// # Ok::<(), http::Error>(())
/// ```
pub fn demo_app(request: Request<Input>) -> String {
    let mut page = "Hello world!\n\n".to_owned();
    for (name, value) in RequestEnviron::new(&request).variables().iter() {
        // A client writes many of them: none breaks out of its line.
        let _ = writeln!(
            page,
            "{} = \"{}\"",
            name.escape_debug(),
            value.escape_ascii()
        );
    }
    page
}

/// A page of the request, its variables and the libraries, for a browser.
///
/// Whoever can ask for it sees all variables: it is for trying things out.
pub fn test_app(request: Request<Input>) -> Response<Output> {
    let page = page(&request);
    let response = Output::from(page).into_response();
    #[expect(clippy::expect_used, reason = "bytes always are one")]
    let mut response = response.expect("a body is a response");
    let html = http::HeaderValue::from_static("text/html; charset=utf-8");
    response
        .headers_mut()
        .insert(http::header::CONTENT_TYPE, html);
    response
}

fn page(request: &Request<Input>) -> String {
    let environ = RequestEnviron::new(request);
    let url = request_uri(&environ, true, &HostRules::new());
    let url = url.map_or_else(|fault| fault.to_string(), |url| url.to_string());
    let asked = [
        ("Method", request.method().to_string()),
        ("URL", url),
        ("Version", format!("{:?}", request.version())),
        ("Body", format!("up to {} bytes", request.body().limit())),
    ];
    let flags = request.extensions().get::<Flags>().map(|flags| {
        [
            ("multithread", flags.multithread.to_string()),
            ("multiprocess", flags.multiprocess.to_string()),
            ("run once", flags.run_once.to_string()),
        ]
    });
    let libraries = [
        ("tidegate-std-io", env!("CARGO_PKG_VERSION").to_owned()),
        ("system", std::env::consts::OS.to_owned()),
        ("processor", std::env::consts::ARCH.to_owned()),
    ];
    let mut page = String::from(
        "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>tidegate</title>\n\
         <style>body{font:16px sans-serif;margin:2em auto;max-width:60em}th{text-align:left;\
         vertical-align:top;padding-right:1em}td{font-family:monospace;word-break:break-all}</style>\n\
         <h1>It works</h1>\n",
    );
    table(&mut page, "Request", asked);
    let headers = request.headers().iter();
    let headers =
        headers.map(|(name, value)| (name.as_str(), value.as_bytes().escape_ascii().to_string()));
    table(&mut page, "Header fields", headers);
    table(&mut page, "Variables", shown(&environ.variables()));
    table(&mut page, "Process", flags.into_iter().flatten());
    table(&mut page, "Libraries", libraries);
    page
}

fn shown(variables: &Variables) -> impl Iterator<Item = (&str, String)> {
    let pairs = variables.iter();
    pairs.map(|(name, value)| (name, String::from_utf8_lossy(value).into_owned()))
}

fn table<'n>(page: &mut String, title: &str, rows: impl IntoIterator<Item = (&'n str, String)>) {
    let _ = writeln!(page, "<h2>{title}</h2>\n<table>");
    for (name, value) in rows {
        let _ = writeln!(page, "<tr><th>{}<td>{}", escape(name), escape(&value));
    }
    page.push_str("</table>\n");
}

/// What is text stays text in HTML.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            // Of them HTML knows nothing.
            char if char.is_control() => escaped.extend(char.escape_unicode()),
            char => escaped.push(char),
        }
    }
    escaped
}
