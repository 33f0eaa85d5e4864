//! What there is, in one table.

mod chunks;
mod files;
mod form;
mod help;
mod lines;
mod media;
mod page;
mod upload;

use crate::answer::Answer;
use crate::args::Settings;
use crate::site::Site;
use http::header::ALLOW;
use http::request::Parts;
use std::io;
use tidegate_std_io::gateway::Input;

pub(crate) use files::Root;

/// Answers a request. What it leaves of the body is read or cut off by the
/// connection; an error of the body becomes 400, 408 or 413.
type Handler = fn(&Parts, &mut Input, &Site) -> io::Result<Answer>;

/// How long a body may be.
type MaxBody = fn(&Settings) -> u64;

const USUAL: MaxBody = |settings| settings.max_body;
const UPLOAD: MaxBody = |settings| settings.max_upload;

struct Route {
    method: &'static str,
    /// `/path/...` is all that begins with `/path/`, and `/path` itself.
    path: &'static str,
    handler: Handler,
    max_body: MaxBody,
    /// For `/help`: what it does, and how to try it (`{site}` is the address).
    about: &'static str,
    examples: &'static [&'static str],
}

/// A new route is a line here and a file in `routes/`. HEAD is answered by GET.
static ROUTES: &[Route] = &[
    Route {
        method: "GET",
        path: "/",
        handler: page::page,
        max_body: USUAL,
        about: "a page for a browser, which uploads files",
        examples: &[],
    },
    Route {
        method: "GET",
        path: "/help",
        handler: help::help,
        max_body: USUAL,
        about: "this text",
        examples: &["curl {site}/help"],
    },
    Route {
        method: "POST",
        path: "/upload",
        handler: upload::upload,
        max_body: UPLOAD,
        about: "says of each part of a multipart body what it is called, its length and \
                SHA-256; with --save its files are kept",
        examples: &[
            "curl -F file=@README.md {site}/upload",
            "curl -F title=Tide -F 'photo=@gate.jpg;type=image/jpeg' {site}/upload",
        ],
    },
    Route {
        method: "POST",
        path: "/form",
        handler: form::form,
        max_body: USUAL,
        about: "the fields of a form with their values, and its files as /upload says them; \
                application/x-www-form-urlencoded, too",
        examples: &[
            "curl -d title=Tide --data-urlencode 'note=high & low' {site}/form",
            "curl -F title=Tide -F photo=@gate.jpg {site}/form",
        ],
    },
    Route {
        method: "POST",
        path: "/lines",
        handler: lines::lines,
        max_body: USUAL,
        about: "counts the lines of the body, ended by LF, CRLF or CR, and its bytes; \
                \"longest\" is the longest text",
        examples: &[
            "curl --data-binary @access.log {site}/lines",
            "printf 'one\\r\\ntwo\\rthree' | curl --data-binary @- {site}/lines",
            "curl -H 'Transfer-Encoding: chunked' --data-binary @access.log {site}/lines",
            "curl -H 'Expect: 100-continue' --data-binary @access.log {site}/lines",
        ],
    },
    Route {
        method: "POST",
        path: "/chunks",
        handler: chunks::chunks,
        max_body: USUAL,
        about: "counts the chunks of the body between the separator `sep`, percent-encoded, \
                and its bytes; \"longest\" is the longest text",
        examples: &[
            "curl --data-binary @access.log '{site}/chunks?sep=%20-%20'",
            "printf 'one\\r\\n--xtwo' | curl --data-binary @- '{site}/chunks?sep=%0D%0A--x'",
        ],
    },
    Route {
        method: "GET",
        path: "/files/...",
        handler: files::files,
        max_body: USUAL,
        about: "what lies in the directory that --root names, or parts of it, in answer to \
                Range, If-Range, If-Match, If-None-Match, If-Modified-Since and \
                If-Unmodified-Since; a directory is a page of links",
        examples: &[
            "curl {site}/files/",
            "curl -r 0-99 {site}/files/access.log",
            "curl -r 0-9,-10 {site}/files/access.log",
            "curl -C - -o copy.mp4 {site}/files/video.mp4",
            "curl -z copy.log -o copy.log {site}/files/access.log",
        ],
    },
];

/// How long the body of a request may be: this has to be known before any of it
/// is read, or invited.
pub(crate) fn max_body(request: &Parts, settings: &Settings) -> u64 {
    let mut routes = ROUTES
        .iter()
        .filter(|route| route.is_at(request.uri.path()));
    let route = routes.find(|route| route.method == request.method.as_str());
    route.map_or(USUAL, |route| route.max_body)(settings)
}

impl Route {
    fn is_at(&self, path: &str) -> bool {
        match self.path.strip_suffix("/...") {
            Some(front) => path
                .strip_prefix(front)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/')),
            None => path == self.path,
        }
    }
}

pub(crate) fn answer(request: &Parts, body: &mut Input, site: &Site) -> io::Result<Answer> {
    let method = match request.method.as_str() {
        "HEAD" => "GET",
        method => method,
    };
    let mut allowed = Vec::new();
    for route in ROUTES
        .iter()
        .filter(|route| route.is_at(request.uri.path()))
    {
        if route.method == method {
            return (route.handler)(request, body, site);
        }
        allowed.push(route.method);
        if route.method == "GET" {
            allowed.push("HEAD");
        }
    }
    Ok(if allowed.is_empty() {
        Answer::text(404, "404 Not Found: GET /help says what there is\n")
    } else {
        let allowed = allowed.join(", ");
        Answer::text(405, format!("405 Method Not Allowed: use {allowed}\n")).with(ALLOW, allowed)
    })
}
