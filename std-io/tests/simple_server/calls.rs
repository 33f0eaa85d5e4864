//! What a server knows of a request, and what may be replaced in it.

use crate::client::{Client, Running, get, post};
use http::Request;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::thread;
use tidegate_std_io::InputLimits;
use tidegate_std_io::core::environ::Environ;
use tidegate_std_io::gateway::{
    Answered, Application, Call, ConnectionInfo, ErrorStream, Input, LogEntry, LogEvent,
    RequestEnviron, RequestHandler, Variables, demo_app, make_server,
};

#[test]
fn variables() {
    let mut server = make_server("127.0.0.1", 0, demo_app).unwrap();
    server.base_environ_mut().set("TIDE", "high");
    let port = server.local_addr().port();
    let base = server.base_environ();
    assert_eq!(base.var("SERVER_PORT"), Some(port.to_string().as_bytes()));
    let (address, stop) = (server.local_addr(), server.stop_handle());
    let serving = thread::spawn(move || server.serve_forever());
    let mut client = Client::connect(address);
    client.send(
        "GET /a%20b?c HTTP/1.1\r\nHost: x\r\nProxy: evil\r\nX_Y: no\r\nServer-Name: y\r\n\r\n",
    );
    let page = client.answer().content;
    let own = client.stream().local_addr().unwrap();
    for line in [
        "REQUEST_METHOD = \"GET\"".to_owned(),
        "PATH_INFO = \"/a b\"".to_owned(),
        "QUERY_STRING = \"c\"".to_owned(),
        "SERVER_PROTOCOL = \"HTTP/1.1\"".to_owned(),
        "SERVER_NAME = \"127.0.0.1\"".to_owned(),
        format!("SERVER_PORT = \"{port}\""),
        "GATEWAY_INTERFACE = \"CGI/1.1\"".to_owned(),
        "REMOTE_ADDR = \"127.0.0.1\"".to_owned(),
        format!("REMOTE_PORT = \"{}\"", own.port()),
        "TIDE = \"high\"".to_owned(),
        "HTTP_HOST = \"x\"".to_owned(),
        "HTTP_SERVER_NAME = \"y\"".to_owned(),
    ] {
        assert!(page.lines().any(|other| other == line), "{line} in {page}");
    }
    assert!(!page.contains("evil") && !page.contains("X_Y"), "{page}");
    stop.stop();
    serving.join().unwrap().unwrap();
}

#[derive(Default)]
struct Recorder {
    lines: Mutex<Vec<String>>,
}

#[derive(Clone, Default)]
struct Own(Arc<Recorder>);

impl RequestHandler for Own {
    fn environ(&self, call: &Call<'_>) -> Option<Variables> {
        let mut variables = call.variables();
        variables.set("REMOTE_USER", call.peer().ip().to_string());
        variables.remove("SERVER_SOFTWARE");
        Some(variables)
    }

    fn error_stream(&self) -> ErrorStream {
        struct Lines(Own);
        impl std::io::Write for Lines {
            fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
                let text = String::from_utf8_lossy(bytes).into_owned();
                self.0.0.lines.lock().unwrap().push(text);
                Ok(bytes.len())
            }
            fn flush(&mut self) -> std::io::Result<()> {
                Ok(())
            }
        }
        ErrorStream::new(Lines(self.clone()))
    }

    fn log(&self, entry: &LogEntry<'_>) {
        let mut lines = self.0.lines.lock().unwrap();
        lines.push(match (&entry.event, entry.request) {
            (LogEvent::Answered { status, bytes }, Some(asked)) => {
                format!("{asked}: {} {bytes}", status.as_u16())
            }
            (event, _) => event.to_string(),
        });
    }

    fn handle(&self, mut call: Call<'_>, app: &dyn Application) -> Answered {
        if call.request().uri.path() == "/short" {
            call.input_limits(InputLimits::new().max_length(1));
        }
        call.request_mut()
            .headers
            .insert("x-seen", "1".parse().unwrap());
        call.run(app)
    }
}

#[test]
fn everything_may_be_replaced() {
    fn app(request: Request<Input>) -> String {
        use std::io::Write;
        let environ = RequestEnviron::new(&request);
        let user = String::from_utf8_lossy(environ.var("REMOTE_USER").unwrap()).into_owned();
        assert_eq!(environ.var("SERVER_SOFTWARE"), None);
        assert_eq!(environ.var("SERVER_NAME"), Some(&b"127.0.0.1"[..]));
        assert!(request.headers().contains_key("x-seen"));
        let mut errors = request.extensions().get::<ErrorStream>().unwrap().clone();
        errors.write_all(b"a line of the application").unwrap();
        user
    }
    let own = Own::default();
    let server = Running::with(app, |server| server.request_handler(own.clone()));
    assert_eq!(server.ask(get("/x?y")).content, "127.0.0.1");
    assert_eq!(server.ask(post("/short", "x")).status, 200);
    assert_eq!(server.ask(post("/short", "xy")).status, 413);
    drop(server);
    let lines = own.0.lines.lock().unwrap().clone();
    for line in [
        "a line of the application",
        "GET /x: 200 9",
        "POST /short: 200 9",
    ] {
        assert!(lines.iter().any(|other| other == line), "{lines:?}");
    }
    assert!(
        lines.iter().any(|line| line.starts_with("413 ")),
        "{lines:?}"
    );
}

#[test]
fn whose_request_it_is() {
    let server = Running::new(|request: Request<Input>| {
        let info = request.extensions().get::<ConnectionInfo>().unwrap();
        info.peer().to_string()
    });
    let mut client = server.connect();
    client.send(get("/"));
    let peer: SocketAddr = client.answer().content.parse().unwrap();
    assert_eq!(peer, client.stream().local_addr().unwrap());
}

#[test]
fn the_application_may_be_replaced_while_it_runs() {
    let server = Arc::new(make_server("127.0.0.1", 0, |_: Request<Input>| "one").unwrap());
    let (address, stop) = (server.local_addr(), server.stop_handle());
    let serving = {
        let server = Arc::clone(&server);
        thread::spawn(move || server.serve_forever())
    };
    let mut client = Client::connect(address);
    client.send(get("/"));
    assert_eq!(client.answer().content, "one");
    server.set_app(|_: Request<Input>| "two");
    client.send(get("/"));
    assert_eq!(client.answer().content, "two");
    let request = Request::new(Input::empty());
    assert_eq!(server.app().answer(request).unwrap().status(), 200);
    stop.stop();
    serving.join().unwrap().unwrap();
}
