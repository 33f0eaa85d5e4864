//! What there is, in one table.

mod chunks;
mod files;
mod lines;
mod page;

use crate::answer::Answer;
use crate::body::Body;
use crate::request::Request;
use crate::server::Site;
use std::io;

pub(crate) use files::Root;

/// Answers a request. What it leaves of the body is read or cut off by the
/// connection; an error of the body becomes 400, 408 or 413.
type Handler = fn(&Request<'_>, &mut Body<'_, '_>, &Site) -> io::Result<Answer>;

struct Route {
    method: &'static str,
    /// `/path/...` is all that begins with `/path/`, and `/path` itself.
    path: &'static str,
    handler: Handler,
    /// For the page: what it does, and how to try it (`{site}` is the address).
    about: &'static str,
    examples: &'static [&'static str],
}

/// A new route is a line here and a file in `routes/`. HEAD is answered by GET.
static ROUTES: &[Route] = &[
    Route {
        method: "GET",
        path: "/",
        handler: page::page,
        about: "this page",
        examples: &["curl {site}/"],
    },
    Route {
        method: "POST",
        path: "/lines",
        handler: lines::lines,
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

pub(crate) fn answer(
    request: &Request<'_>,
    body: &mut Body<'_, '_>,
    site: &Site,
) -> io::Result<Answer> {
    let method = if request.is_head() {
        "GET"
    } else {
        request.method
    };
    let mut allowed = Vec::new();
    for route in ROUTES.iter().filter(|route| route.is_at(request.path)) {
        if route.method == method {
            return (route.handler)(request, body, site);
        }
        allowed.push(route.method);
        if route.method == "GET" {
            allowed.push("HEAD");
        }
    }
    Ok(if allowed.is_empty() {
        Answer::text(404, "404 Not Found: GET / says what there is\n")
    } else {
        let allowed = allowed.join(", ");
        Answer::text(405, format!("405 Method Not Allowed: use {allowed}\n")).with("Allow", allowed)
    })
}
