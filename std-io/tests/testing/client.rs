//! What a client does with one request.

use http::{Method, Request, Response, StatusCode};
use std::cell::Cell;
use std::io::{self, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};
use tidegate_std_io::InputLimits;
use tidegate_std_io::gateway::testing::{BuildFault, Client, ClientError, RequestBuilder};
use tidegate_std_io::gateway::{
    ErrorStream, Failure, Flags, HandlerOptions, Input, IntoResponse, Output, ResponseFault,
};

#[test]
fn every_method_is_enforced() {
    let app = |request: Request<Input>| {
        Response::builder()
            .header("X-Method", request.method().as_str())
            .body("x")
    };
    let mut client = Client::new(app);
    let given = || RequestBuilder::new("/").method(Method::CONNECT);
    for (method, exchange) in [
        ("GET", client.get(given()).send()),
        ("HEAD", client.head(given()).send()),
        ("POST", client.post(given()).send()),
        ("PUT", client.put(given()).send()),
        ("PATCH", client.patch(given()).send()),
        ("DELETE", client.delete(given()).send()),
        ("OPTIONS", client.options(given()).send()),
        ("TRACE", client.trace(given()).send()),
        ("GET", client.open("/").send()),
        ("GET", client.open("/".to_owned()).send()),
        ("PUT", client.put(Request::new(Input::empty())).send()),
    ] {
        let exchange = exchange.unwrap();
        assert_eq!(exchange.headers()["x-method"], method);
        assert_eq!(exchange.request().method().as_str(), method);
        assert_eq!(exchange.headers()["content-length"], "1");
        assert_eq!(
            exchange.text().unwrap(),
            if method == "HEAD" { "" } else { "x" }
        );
    }
}

#[test]
fn a_request_as_it_is_keeps_what_it_has() {
    let app = |request: Request<Input>| {
        assert_eq!(request.extensions().get(), Some(&7_u32));
        assert!(request.extensions().get::<ErrorStream>().is_some());
        assert!(request.extensions().get::<Flags>().is_some());
        let header = request.headers()["x-y"].to_str().unwrap().to_owned();
        format!(
            "{header} {}",
            io::read_to_string(request.into_body()).unwrap()
        )
    };
    let request = Request::post("/x").header("X-Y", "z").extension(7_u32);
    let exchange = Client::new(app)
        .open(request.body(Input::from("abc")).unwrap())
        .send()
        .unwrap();
    assert_eq!(exchange.request().uri(), "/x");
    assert_eq!(exchange.text().unwrap(), "z abc");
}

#[test]
fn a_failure_is_an_error_of_the_test() {
    let app = |_: Request<Input>| -> io::Result<String> { Err(io::Error::other("out of order")) };
    for buffered in [true, false] {
        let error = Client::new(app)
            .get("/")
            .buffered(buffered)
            .send()
            .unwrap_err();
        let ClientError::Failure(failure) = &error else {
            panic!("{error:?}");
        };
        assert_eq!(failure.to_string(), "out of order");
        assert_eq!(error.to_string(), "out of order");
    }
    let panics = |_: Request<Input>| -> &'static str { panic!("an assertion failed") };
    let caught = catch_unwind(AssertUnwindSafe(|| Client::new(panics).get("/").send()));
    assert_eq!(
        caught.unwrap_err().downcast_ref(),
        Some(&"an assertion failed")
    );
    let error = Client::new(app)
        .get(RequestBuilder::new("/").base_url("x"))
        .send()
        .unwrap_err();
    assert!(matches!(
        error,
        ClientError::Request(BuildFault::BaseUrl(_))
    ));
}

/// What the request is to blame for is answered, as a handler does it.
#[test]
fn bad_requests_are_answered() {
    let read = |request: Request<Input>| io::read_to_string(request.into_body());
    let at = || RequestBuilder::new("/");
    let limits = InputLimits::new().max_length(5);
    for (request, wanted) in [
        (at().body("12345"), 200),
        (at().body("123456"), 413),
        (at().input(&b"123456"[..]), 413),
        (at().input(&b"12345"[..]), 200),
        (at().body("1234").content_length(5), 400),
        (
            at().header("Transfer-Encoding", "chunked")
                .body("5\r\nhelloX\r\n0\r\n\r\n"),
            400,
        ),
        (at().header("Content-Length", "-1"), 400),
        (
            at().header("Content-Length", "1")
                .header("Transfer-Encoding", "chunked"),
            400,
        ),
        // Its own limit goes before.
        (at().body("123456").input_limits(InputLimits::new()), 200),
    ] {
        let shown = format!("{request:?}");
        let mut client = Client::new(read).input_limits(limits.clone());
        let exchange = client.post(request).send().unwrap();
        assert_eq!(exchange.status(), wanted, "{shown}");
        let text = exchange.text().unwrap();
        assert_eq!(text.ends_with('\n'), wanted != 200, "{shown}: {text}");
    }
}

#[derive(Clone, Default)]
struct Shared(Arc<Mutex<Vec<u8>>>);

impl Shared {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn as_a_handler_it_answers_whatever_happens() {
    let app = |request: Request<Input>| -> Result<Response<Output>, Failure> {
        match request.uri().path() {
            "/error" => Err(io::Error::other("secret").into()),
            "/panic" => panic!("secret"),
            "/late" => {
                let blocks = [Ok("some".into()), Err(io::Error::other("late"))];
                Output::iter(blocks).into_response()
            }
            "/early" => {
                Output::iter([Ok("".into()), Err(io::Error::other("early"))]).into_response()
            }
            "/hop" => Ok(Response::builder()
                .header("Connection", "x")
                .body("".into())?),
            path => Ok(Response::new(path.to_owned().into())),
        }
    };
    let options = HandlerOptions::new()
        .backtrace_limit(0)
        .setup_environ(|variables| variables.set("SEEN", "1"));
    let mut client = Client::new(app).as_handler(options);
    for (path, log) in [
        ("/error", "error: secret\n"),
        ("/panic", "error: the application panicked: secret\n"),
        ("/early", "error: early\n"),
        (
            "/hop",
            "error: the response has the field connection, which is the server's to send\n",
        ),
    ] {
        let errors = Shared::default();
        let request = RequestBuilder::new(path).errors(ErrorStream::new(errors.clone()));
        let exchange = client.get(request).send().unwrap();
        assert_eq!(
            exchange.status(),
            StatusCode::INTERNAL_SERVER_ERROR,
            "{path}"
        );
        assert_eq!(exchange.headers()["content-type"], "text/plain");
        let text = exchange.text().unwrap();
        assert_eq!(
            text, "A server error occurred.  Please contact the administrator.",
            "{path}"
        );
        assert_eq!(errors.text(), log);
    }
    let exchange = client.get("/late").send().unwrap();
    assert_eq!(exchange.status(), StatusCode::OK);
    assert_eq!(exchange.text().unwrap_err().to_string(), "late");
    assert!(matches!(
        client.get("/late").buffered(true).send(),
        Err(ClientError::Failure(_))
    ));
    assert_eq!(client.get("/x").send().unwrap().text().unwrap(), "/x");
}

/// What a handler refuses to send is refused here.
#[test]
fn responses_that_are_none() {
    let refused = |response: fn() -> Response<Output>| {
        let error = Client::new(move |_: Request<Input>| response())
            .get("/")
            .buffered(true)
            .send()
            .unwrap_err();
        match error {
            ClientError::Failure(failure) => {
                let error = failure.error();
                let inner = error
                    .downcast_ref::<io::Error>()
                    .and_then(|error| error.get_ref());
                let fault = error
                    .downcast_ref()
                    .or(inner.and_then(|inner| inner.downcast_ref()));
                fault.cloned().unwrap_or_else(|| panic!("{failure:?}"))
            }
            other => panic!("{other:?}"),
        }
    };
    let fault = refused(|| {
        Response::builder()
            .header("Upgrade", "x")
            .body("".into())
            .unwrap()
    });
    assert!(matches!(fault, ResponseFault::HopByHop(_)));
    let fault = refused(|| Response::builder().status(101).body("".into()).unwrap());
    assert_eq!(fault, ResponseFault::Informational);
    let fault = refused(|| {
        Response::builder()
            .header("Content-Length", "2")
            .body("abc".into())
            .unwrap()
    });
    assert_eq!(
        fault,
        ResponseFault::OtherLength {
            promised: 2,
            has: 3
        }
    );
    let fault = refused(|| Response::new(Output::iter([Ok("abc".into())]).with_length(2)));
    assert_eq!(fault, ResponseFault::TooLong { promised: 2 });
    let fault = refused(|| Response::new(Output::iter([Ok("abc".into())]).with_length(4)));
    assert_eq!(
        fault,
        ResponseFault::TooShort {
            promised: 4,
            sent: 3
        }
    );
    let fault = refused(|| Response::new(Output::writer(|to| to.write_all(b"abc")).with_length(2)));
    assert_eq!(fault, ResponseFault::TooLong { promised: 2 });
    let fault = refused(|| Response::new(Output::writer(|to| to.write_all(b"abc")).with_length(4)));
    assert_eq!(
        fault,
        ResponseFault::TooShort {
            promised: 4,
            sent: 3
        }
    );
}

/// An application need be neither `Send` nor `'static`.
#[test]
fn applications_of_a_test() {
    let count = Cell::new(0);
    let app = |_: Request<Input>| {
        count.set(count.get() + 1);
        "x"
    };
    let mut client = Client::new(app);
    for _ in 0..3 {
        client.get("/").send().unwrap();
    }
    assert_eq!(count.get(), 3);
    assert!(format!("{client:?}").starts_with("Client"));
}
