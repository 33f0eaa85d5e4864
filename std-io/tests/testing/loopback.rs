//! The same application in process and over a socket: the same answer.

use http::{HeaderMap, Method, Request, Response, StatusCode};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::thread;
use tidegate_std_io::core::environ::Environ;
use tidegate_std_io::gateway::testing::{Client, RequestBuilder};
use tidegate_std_io::gateway::{
    Application, ErrorStream, Failure, HandlerOptions, Input, IntoResponse, Output, RequestEnviron,
    StopHandle, demo_app, make_server, test_app,
};
use tidegate_std_io::{
    BodyKind, ChunkedWriter, Form, FormValue, HttpVersion, InputLimits, InputStream, Multipart,
    Trailers,
};

type App = Arc<dyn Application + Send + Sync>;

/// An application with a server around it, until it is dropped.
struct Both {
    app: App,
    address: SocketAddr,
    stop: StopHandle,
    serving: Option<thread::JoinHandle<io::Result<()>>>,
}

#[derive(Debug, PartialEq)]
struct Answer {
    status: StatusCode,
    headers: Vec<(String, String)>,
    /// As far as it came.
    body: String,
    is_whole: bool,
}

impl Both {
    fn new(app: impl Application + Send + Sync + 'static) -> Self {
        let app: App = Arc::new(app);
        let served = Arc::clone(&app);
        let server = make_server("127.0.0.1", 0, move |request| served.answer(request)).unwrap();
        let server = server.options(options());
        let (address, stop) = (server.local_addr(), server.stop_handle());
        let serving = Some(thread::spawn(move || server.serve_forever()));
        Self {
            app,
            address,
            stop,
            serving,
        }
    }

    /// Asks both, whose answers are the same.
    fn ask(&self, request: impl Fn() -> RequestBuilder) -> Answer {
        let base = format!("http://{}/", self.address);
        let builder = || request().base_url(&base);
        let wanted = self.over_the_socket(builder().input_limits(InputLimits::new().unlimited()));
        for buffered in [true, false] {
            let app = |request| self.app.answer(request);
            let quiet = ErrorStream::new(io::sink());
            let mut client = Client::new(app).as_handler(options());
            let found = match client
                .open(builder().errors(quiet))
                .buffered(buffered)
                .send()
            {
                // Buffered there is nothing to be seen of what was cut short.
                Err(_) if buffered && !wanted.is_whole => continue,
                exchange => exchange.unwrap(),
            };
            let (parts, mut body) = found.response.into_parts();
            let mut bytes = Vec::new();
            let is_whole = body.read_to_end(&mut bytes).is_ok();
            let found = Answer {
                status: parts.status,
                headers: fields(&parts.headers),
                body: String::from_utf8(bytes).unwrap(),
                is_whole,
            };
            assert_eq!(found, wanted);
        }
        wanted
    }

    fn over_the_socket(&self, request: RequestBuilder) -> Answer {
        let request = request.request().unwrap();
        let (parts, mut body) = request.into_parts();
        let mut stream = TcpStream::connect(self.address).unwrap();
        let mut head = format!(
            "{} {} HTTP/1.1\r\nConnection: close\r\n",
            parts.method, parts.uri
        )
        .into_bytes();
        for (name, value) in &parts.headers {
            head.extend(name.as_str().bytes().chain(*b": "));
            head.extend(value.as_bytes());
            head.extend(b"\r\n");
        }
        head.extend(b"\r\n");
        stream.write_all(&head).unwrap();
        let mut sending = stream.try_clone().unwrap();
        let is_chunked = parts.headers.contains_key("transfer-encoding");
        // The server may have its say before it has it all.
        let sending = thread::spawn(move || -> io::Result<()> {
            if is_chunked {
                let mut chunks = ChunkedWriter::new(&mut sending);
                io::copy(&mut body, &mut chunks)?;
                chunks.try_finish(Trailers::NONE)?;
            } else {
                io::copy(&mut body, &mut sending)?;
            }
            sending.shutdown(std::net::Shutdown::Write)
        });
        let answer = read_answer(&mut BufReader::new(&mut stream), &parts.method);
        drop(sending.join().unwrap());
        answer
    }
}

impl Drop for Both {
    fn drop(&mut self) {
        self.stop.stop();
        let served = self.serving.take().map(|serving| serving.join());
        if !thread::panicking() {
            served.unwrap().unwrap().unwrap();
        }
    }
}

fn options() -> HandlerOptions {
    HandlerOptions::new().log_error(|_, _| {})
}

/// All that the application says: not what a server adds.
fn fields(headers: &HeaderMap) -> Vec<(String, String)> {
    let own = ["date", "server", "connection", "transfer-encoding"];
    let fields = headers
        .iter()
        .filter(|(name, _)| !own.contains(&name.as_str()));
    let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
    let mut fields: Vec<_> = fields
        .map(|(name, value)| (name.to_string(), text(value.as_bytes())))
        .collect();
    fields.sort_by(|one, other| one.0.cmp(&other.0));
    fields
}

fn read_answer(reader: &mut impl BufRead, method: &Method) -> Answer {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        assert!(
            reader.read_line(&mut head).unwrap() > 0,
            "it ended in {head:?}"
        );
    }
    let mut lines = head.lines();
    let status: u16 = lines.next().unwrap()[9..12].parse().unwrap();
    let pairs: Vec<(&str, &str)> = lines.filter_map(|line| line.split_once(": ")).collect();
    let headers = pairs
        .iter()
        .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()));
    let headers: HeaderMap = headers.collect();
    let kind = BodyKind::of_response(HttpVersion::Http11, method.as_str(), status, pairs).unwrap();
    let mut body = InputStream::new(reader, kind, InputLimits::new().unlimited()).unwrap();
    let mut bytes = Vec::new();
    let is_whole = body.read_to_end(&mut bytes).is_ok();
    Answer {
        status: StatusCode::from_u16(status).unwrap(),
        headers: fields(&headers),
        body: String::from_utf8(bytes).unwrap(),
        is_whole,
    }
}

/// Without the variables that only a server knows.
fn demo(request: Request<Input>) -> String {
    let is_common = |line: &&str| {
        let own = [
            "REMOTE_",
            "GATEWAY_INTERFACE",
            "SERVER_SOFTWARE",
            "HTTP_CONNECTION",
            "wsgi.url_scheme",
            "CONTENT_LENGTH",
            "REMOTE_HOST",
        ];
        !own.iter().any(|name| line.starts_with(name))
    };
    let page = demo_app(request);
    page.lines()
        .filter(is_common)
        .map(|line| format!("{line}\n"))
        .collect()
}

#[test]
fn what_an_application_sees() {
    let both = Both::new(demo);
    for path in ["/", "/gr\u{fc}n%20x?q=1&\u{fc}", "/a%2Fb//c?", "/100%"] {
        let page = both
            .ask(|| {
                RequestBuilder::new(path)
                    .header("X-A", "1")
                    .header("X-A", "2")
            })
            .body;
        assert!(
            page.starts_with("Hello world!\n\n") && page.contains("HTTP_X_A = \"1, 2\""),
            "{page}"
        );
        assert!(
            page.contains("SERVER_NAME") && page.contains("PATH_INFO"),
            "{page}"
        );
    }
    let both = Both::new(|request: Request<Input>| {
        let page = test_app(request);
        (
            page.status(),
            page.headers()["content-type"].to_str().unwrap().to_owned(),
        )
            .1
    });
    assert_eq!(
        both.ask(|| RequestBuilder::new("/")).body,
        "text/html; charset=utf-8"
    );
}

#[test]
fn bodies_both_ways() {
    let echo = |request: Request<Input>| {
        let (parts, body) = request.into_parts();
        match parts.uri.path() {
            "/reader" => Output::reader(body),
            "/writer" => {
                let mut body = body;
                Output::writer(move |to| io::copy(&mut body, to).map(drop))
            }
            "/lines" => Output::iter(body.lines().map(|line| Ok((line? + "\n").into()))),
            _ => Output::from(io::read_to_string(body).unwrap()),
        }
    };
    let both = Both::new(echo);
    let text: String = (0..20_000).map(|i| format!("line {i}\n")).collect();
    for path in ["/reader", "/writer", "/lines", "/whole"] {
        for body in ["", "x", "one\ntwo\n", &text] {
            let body = || body.to_owned();
            let answer = both.ask(|| RequestBuilder::new(path).method(Method::POST).body(body()));
            assert_eq!(answer.body.trim_end(), body().trim_end(), "{path}");
            both.ask(|| {
                RequestBuilder::new(path)
                    .method(Method::POST)
                    .input(io::Cursor::new(body()))
            });
        }
    }
}

/// Whatever an application does wrong, and a client.
#[test]
fn failures_and_refusals() {
    let app = |request: Request<Input>| -> Result<Response<Output>, Failure> {
        let (parts, body) = request.into_parts();
        let build = Response::builder;
        Ok(match parts.uri.path() {
            "/error" => return Err(io::Error::other("no").into()),
            "/panic" => std::panic::resume_unwind(Box::new("quietly")),
            "/hop" => build().header("Connection", "close").body("".into())?,
            "/101" => build().status(101).body("".into())?,
            "/204" => build().status(204).body("".into())?,
            "/304" => build()
                .status(304)
                .header("ETag", "\"x\"")
                .body("abc".into())?,
            "/lie" => build().header("Content-Length", "5").body("abc".into())?,
            "/short" => Response::new(Output::iter([Ok("abc".into())]).with_length(5)),
            "/long" => Response::new(Output::iter([Ok("abc".into())]).with_length(2)),
            "/none" => Response::new(Output::iter([]).with_length(2)),
            "/early" => Response::new(Output::iter([Err(io::Error::other("early"))])),
            "/late" => Response::new(Output::iter([
                Ok("abc".into()),
                Err(io::Error::other("late")),
            ])),
            "/twice" => build()
                .header("X-A", "1")
                .header("X-A", "2")
                .body("".into())?,
            "/read" => Response::new(io::read_to_string(body)?.into()),
            "/unread" => Response::new("unread".into()),
            _ => (StatusCode::NOT_FOUND, "no such page\n").into_response()?,
        })
    };
    let both = Both::new(app);
    for (path, status) in [
        ("/error", 500),
        ("/panic", 500),
        ("/hop", 500),
        ("/101", 500),
        ("/204", 204),
        ("/304", 304),
        ("/lie", 500),
        ("/short", 200),
        ("/none", 500),
        ("/early", 500),
        ("/late", 200),
        ("/twice", 200),
        ("/unread", 200),
        ("/x", 404),
    ] {
        for method in [Method::GET, Method::HEAD, Method::POST] {
            let answer = both.ask(|| RequestBuilder::new(path).method(method.clone()));
            if method == Method::GET {
                assert_eq!(answer.status, status, "{path}");
            }
        }
    }
    // Over the socket nobody sees that there was more than promised.
    let wire = both.over_the_socket(RequestBuilder::new("/long"));
    assert!(wire.is_whole && wire.body == "ab", "{wire:?}");
    let mut client = Client::new(|request| both.app.answer(request)).as_handler(options());
    let mut body = client.get("/long").send().unwrap().response.into_body();
    let mut read = Vec::new();
    assert!(body.read_to_end(&mut read).is_err() && read == b"ab");
    let post = |path: &'static str| move || RequestBuilder::new(path).method(Method::POST);
    let limit: u64 = 16 << 20;
    for (extra, status) in [(0, 200), (1, 413)] {
        let body = vec![b'x'; usize::try_from(limit + extra).unwrap()];
        let answer = both.ask(|| post("/read")().input(io::Cursor::new(body.clone())));
        assert_eq!(answer.status, status);
    }
}

#[test]
fn a_form_of_many_parts() {
    let list = |request: Request<Input>| -> Result<String, Failure> {
        let content_type = request.headers()["content-type"].as_bytes().to_vec();
        let mut parts = Multipart::for_type(request.into_body(), &content_type)?;
        let mut list = String::new();
        while let Some(mut part) = parts.next_part()? {
            let name = part.name().unwrap().to_str_lossy().into_owned();
            let read = io::copy(&mut part, &mut io::sink())?;
            list += &format!("{name} {read}\n");
        }
        Ok(list)
    };
    let both = Both::new(list);
    let form = || {
        let boundary = "one for both, as its length is sent".replace([' ', ','], "_");
        let mut form = Form::with_boundary(tidegate_std_io::Boundary::new(&boundary).unwrap());
        for at in 0..200 {
            form.text(&format!("field {at}"), "x".repeat(at));
            let file = FormValue::new(vec![b'\n'; at * 100]).filename(format!("{at}.bin"));
            form.value(&format!("file {at}"), file).unwrap();
        }
        form
    };
    let answer = both.ask(|| {
        RequestBuilder::new("/upload")
            .method(Method::POST)
            .form(form())
    });
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.body.lines().count(), 400);
    assert!(answer.body.ends_with("field 199 199\nfile 199 19900\n"));
}

/// Hop by hop over the socket, and followed in process, with the cookies that
/// each hop sets.
#[test]
fn cookies_over_redirects() {
    let app = |request: Request<Input>| -> Response<Output> {
        let environ = RequestEnviron::new(&request);
        let cookie = String::from_utf8_lossy(environ.var("HTTP_COOKIE").unwrap_or_default());
        let count = cookie.split("; ").filter(|pair| !pair.is_empty()).count();
        match count {
            3 => Response::new(cookie.into_owned().into()),
            _ => Response::builder()
                .status(302)
                .header("Set-Cookie", format!("c{count}={count}; Path=/"))
                .header("Location", format!("/hop{count}"))
                .body("".into())
                .unwrap(),
        }
    };
    let both = Both::new(app);
    let mut client = Client::new(app);
    let exchange = client.get("/").follow_redirects(true).send().unwrap();
    assert_eq!(exchange.history.len(), 3);
    let (mut path, mut cookies) = ("/".to_owned(), Vec::new());
    for hop in &exchange.history {
        let sent = cookies.join("; ");
        let answer = both.ask(|| {
            let request = RequestBuilder::new(&path);
            match sent.is_empty() {
                true => request,
                false => request.header("Cookie", &sent),
            }
        });
        assert_eq!(answer.status, hop.response.status());
        assert_eq!(answer.headers, fields(hop.response.headers()));
        let value = |name: &str| hop.response.headers()[name].to_str().unwrap().to_owned();
        cookies.push(value("set-cookie").split(';').next().unwrap().to_owned());
        path = value("location");
    }
    let sent = cookies.join("; ");
    let last = both.ask(|| RequestBuilder::new(&path).header("Cookie", &sent));
    assert_eq!(last.body, exchange.text().unwrap());
}
