//! A guest book, and its tests: how an application is tested without a server.
//!
//! ```text
//! cargo run --example guestbook -- 8080
//! cargo test --example guestbook
//! ```

#![forbid(unsafe_code)]

use http::header::{COOKIE, LOCATION, SET_COOKIE};
use http::{Method, Request, Response, StatusCode};
use std::io::Read;
use std::sync::Mutex;
use std::{env, io};
use tidegate_std_io::gateway::{Application, Failure, Input, IntoResponse, Output, make_server};

fn main() -> io::Result<()> {
    let port = env::args().nth(1).and_then(|port| port.parse().ok());
    let server = make_server("127.0.0.1", port.unwrap_or(8080), GuestBook::default())?;
    println!("listening on http://{}", server.local_addr());
    server.serve_forever()
}

#[derive(Default)]
struct GuestBook {
    entries: Mutex<Vec<String>>,
}

impl Application for GuestBook {
    fn answer(&self, request: Request<Input>) -> Result<Response<Output>, Failure> {
        match (request.method(), request.uri().path()) {
            (&Method::GET | &Method::HEAD, "/") => self.page(&request).into_response(),
            (&Method::POST, "/") => self.sign(request),
            _ => (StatusCode::NOT_FOUND, "there is nothing here\n").into_response(),
        }
    }
}

/// An entry is a line; nobody writes a book into it.
const LONGEST: u64 = 1000;

impl GuestBook {
    fn page(&self, request: &Request<Input>) -> String {
        let cookie = request.headers().get(COOKIE);
        let is_guest = cookie.is_some_and(|cookie| cookie.as_bytes() == b"guest=yes");
        let entries = self.entries.lock().map(|entries| entries.concat());
        let greeting = if is_guest { "Welcome back.\n" } else { "" };
        format!("{greeting}{}", entries.unwrap_or_default())
    }

    fn sign(&self, request: Request<Input>) -> Result<Response<Output>, Failure> {
        let mut form = Vec::new();
        let read = request
            .into_body()
            .take(LONGEST + 1)
            .read_to_end(&mut form)?;
        if read as u64 > LONGEST {
            return (StatusCode::PAYLOAD_TOO_LARGE, "a line will do\n").into_response();
        }
        let mut fields = form_urlencoded::parse(&form);
        let Some((_, text)) = fields.find(|(name, _)| name == "text") else {
            return (StatusCode::BAD_REQUEST, "there is no text\n").into_response();
        };
        if let Ok(mut entries) = self.entries.lock() {
            entries.push(format!("{}\n", text.escape_debug()));
        }
        let response = Response::builder().status(StatusCode::SEE_OTHER);
        let response = response
            .header(LOCATION, "/")
            .header(SET_COOKIE, "guest=yes; Path=/");
        Ok(response.body(Output::empty())?)
    }
}

#[cfg(test)]
mod tests {
    use super::GuestBook;
    use http::StatusCode;
    use std::io;
    use tidegate_std_io::gateway::testing::{Client, RequestBuilder};

    #[test]
    fn a_guest_signs_and_is_known() -> io::Result<()> {
        let mut guest = Client::new(GuestBook::default());
        assert_eq!(guest.get("/").send()?.text()?, "");
        let form = RequestBuilder::new("/").field("text", "so many gr\u{fc}\u{df}e\n");
        let signed = guest.post(form).follow_redirects(true).send()?;
        assert_eq!(signed.history[0].response.status(), StatusCode::SEE_OTHER);
        assert_eq!(signed.url(), "http://localhost/");
        assert_eq!(
            signed.text()?,
            "Welcome back.\nso many gr\u{fc}\u{df}e\\n\n"
        );
        assert_eq!(guest.cookies("http://localhost/"), [("guest", "yes")]);
        guest.delete_cookie("localhost", ("guest", ""))?;
        assert_eq!(
            guest.get("/").send()?.text()?,
            "so many gr\u{fc}\u{df}e\\n\n"
        );
        Ok(())
    }

    #[test]
    fn what_it_does_not_take() -> io::Result<()> {
        let mut guest = Client::new(GuestBook::default());
        let long = RequestBuilder::new("/").field("text", "x".repeat(1000));
        for (request, status) in [
            (long, StatusCode::PAYLOAD_TOO_LARGE),
            (
                RequestBuilder::new("/").field("other", "x"),
                StatusCode::BAD_REQUEST,
            ),
            (RequestBuilder::new("/nowhere"), StatusCode::NOT_FOUND),
        ] {
            assert_eq!(guest.post(request).send()?.status(), status);
        }
        assert_eq!(guest.get("/").send()?.text()?, "");
        Ok(())
    }
}
