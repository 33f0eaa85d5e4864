//! A client that takes the bytes of a connection, and asks in the same process.

use crate::site::Site;
use crate::{refusal, routes};
use http::Version;
use std::cell::RefCell;
use std::io::{self, Read};
use std::sync::Arc;
use tidegate_std_io::gateway::testing::{self, RequestBuilder};
use tidegate_std_io::gateway::{Application, ErrorStream, HandlerOptions};
use tidegate_std_io::{BodyKind, HttpVersion, InputLimits, InputStream};

#[path = "../serve/client.rs"]
pub(crate) mod socket;

pub(crate) use socket::{Answer, PAGE, get, post_to};

pub(crate) struct Client {
    site: Arc<Site>,
    /// What was sent and not asked yet.
    sent: RefCell<Vec<u8>>,
    /// What was answered and not read yet.
    content: Vec<u8>,
}

impl Client {
    pub(crate) fn new(site: Arc<Site>) -> Self {
        Self {
            site,
            sent: RefCell::default(),
            content: Vec::new(),
        }
    }

    pub(crate) fn send(&self, bytes: &[u8]) {
        self.sent.borrow_mut().extend_from_slice(bytes);
    }

    /// The next answer.
    pub(crate) fn answer(&mut self) -> Answer {
        let mut answer = self.answer_to_head();
        answer.content = String::from_utf8(std::mem::take(&mut self.content)).unwrap();
        answer
    }

    /// The next answer, without content.
    pub(crate) fn answer_to_head(&mut self) -> Answer {
        let exchange = self.exchange();
        let status = exchange.status();
        let mut head = format!("HTTP/1.1 {status}\r\n");
        for (name, value) in exchange.headers() {
            head += &format!("{name}: {}\r\n", String::from_utf8_lossy(value.as_bytes()));
        }
        self.content = exchange.bytes().unwrap().into();
        Answer {
            status: status.as_u16(),
            head,
            content: String::new(),
        }
    }

    /// So many bytes more.
    pub(crate) fn read(&mut self, len: usize) -> Vec<u8> {
        let rest = self.content.split_off(len);
        std::mem::replace(&mut self.content, rest)
    }

    pub(crate) fn expect_end(&mut self) {
        assert!(self.content.is_empty());
    }

    /// Asks what stands first in the bytes that were sent.
    pub(crate) fn exchange(&mut self) -> testing::Exchange {
        let sent = self.sent.borrow().clone();
        let mut fields = [httparse::EMPTY_HEADER; 64];
        let mut head = httparse::Request::new(&mut fields);
        let httparse::Status::Complete(start) = head.parse(&sent).unwrap() else {
            panic!("half a head: {}", sent.escape_ascii());
        };
        let pairs = head.headers.iter().map(|field| (field.name, field.value));
        let body = &sent[start..];
        let length = length(pairs, body);
        let mut builder = RequestBuilder::new(head.path.unwrap())
            .method(head.method.unwrap().parse().unwrap())
            .version(Version::HTTP_11)
            .errors(ErrorStream::new(io::sink()))
            .body(body[..length].to_vec());
        for field in head.headers.iter() {
            builder = builder.header(field.name, field.value);
        }
        // What is not announced is not there.
        if length == 0 && !head.headers.iter().any(|field| is_framing(field.name)) {
            builder = builder.content_length(0);
        }
        self.sent.borrow_mut().drain(..start + length);
        let site = &self.site;
        let options = HandlerOptions::new()
            .error_output(refusal::page)
            .log_error(|_, _| {});
        let app = |request: http::Request<_>| {
            let request: http::Request<tidegate_std_io::gateway::Input> = request;
            site.answer(request)
        };
        let parts = http::Request::builder()
            .method(head.method.unwrap())
            .uri(head.path.unwrap())
            .body(())
            .unwrap()
            .into_parts()
            .0;
        let max = routes::max_body(&parts, &site.settings);
        let options = options.input_limits(InputLimits::new().max_length(max));
        let mut client = testing::Client::new(app).as_handler(options);
        client.open(builder).send().unwrap()
    }
}

fn is_framing(name: &str) -> bool {
    name.eq_ignore_ascii_case("content-length") || name.eq_ignore_ascii_case("transfer-encoding")
}

/// How many of these bytes are the body: all that are there, of one that is
/// broken.
fn length<'h>(fields: impl Iterator<Item = (&'h str, &'h [u8])>, bytes: &[u8]) -> usize {
    let Ok(kind) = BodyKind::of_request(HttpVersion::Http11, fields) else {
        return bytes.len();
    };
    let mut stream = InputStream::new(bytes, kind, InputLimits::new().unlimited()).unwrap();
    match io::copy(&mut stream.by_ref().take(u64::MAX), &mut io::sink()) {
        Ok(_) => bytes.len() - stream.into_inner().len(),
        Err(_) => bytes.len(),
    }
}
