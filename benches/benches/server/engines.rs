//! The servers, each with the same applications.

use http::Request;
use std::fs::File;
use std::io::{Write, stdout};
use std::net::{SocketAddr, TcpListener};
use std::thread;
use tidegate_std_io::FileWrapper;
use tidegate_std_io::gateway::{Input, Output, demo_app, make_server};

pub(crate) const ENGINES: [&str; 3] = ["tidegate", "tiny_http", "rouille"];

/// What is asked of all of them.
pub(crate) const APPS: [&str; 2] = ["demo_app", "hello"];

const HELLO: &str = "Hello world!\n";

/// How many threads answer, where that has to be said.
const THREADS: usize = 8;

/// Serves for ever, and says first where.
pub(crate) fn serve(engine: &str, app: &str) {
    match (engine, app) {
        ("tidegate", "demo_app") => ours(demo_app),
        ("tidegate", "hello") => ours(|_: Request<Input>| HELLO),
        ("tidegate", path) => {
            let path = path.to_owned();
            ours(
                move |_: Request<Input>| -> std::io::Result<http::Response<Output>> {
                    let file = File::open(&path)?;
                    let length = file.metadata()?.len();
                    Ok(http::Response::new(
                        FileWrapper::new(file).exact(length).into(),
                    ))
                },
            );
        }
        ("sendfile", path) => bare(path),
        ("tiny_http", "demo_app") => tiny(|request| {
            let uri = request.url();
            let fields = request.headers().iter();
            let fields = fields.map(|field| (field.field.as_str().as_str(), field.value.as_str()));
            demo_page(request.method().as_str(), uri, fields)
        }),
        ("tiny_http", "hello") => tiny(|_| HELLO.to_owned()),
        ("rouille", "demo_app") => {
            rouille(|request| demo_page(request.method(), request.raw_url(), request.headers()));
        }
        ("rouille", "hello") => rouille(|_| HELLO.to_owned()),
        _ => unreachable!("no engine {engine} with {app}"),
    }
}

fn say(address: SocketAddr) {
    println!("{address}");
    stdout().flush().expect("stdout");
}

/// The same page, made by the same function, of a request of theirs.
fn demo_page<'f>(
    method: &str,
    uri: &str,
    fields: impl Iterator<Item = (&'f str, &'f str)>,
) -> String {
    let mut request = Request::builder().method(method).uri(uri);
    for (name, value) in fields {
        request = request.header(name, value);
    }
    demo_app(request.body(Input::empty()).expect("a request"))
}

fn ours(app: impl tidegate_std_io::gateway::Application + Send + Sync + 'static) {
    let server = make_server("127.0.0.1", 0, app).expect("a port");
    say(server.local_addr());
    server.serve_forever().expect("serves");
}

fn tiny(app: impl Fn(&tiny_http::Request) -> String + Send + Sync) {
    let server = tiny_http::Server::http("127.0.0.1:0").expect("a port");
    say(server.server_addr().to_ip().expect("an address"));
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                for request in server.incoming_requests() {
                    let answer = tiny_http::Response::from_string(app(&request));
                    let _ = request.respond(answer);
                }
            });
        }
    });
}

fn rouille(app: impl Fn(&rouille::Request) -> String + Send + Sync + 'static) {
    let server = rouille::Server::new("127.0.0.1:0", move |request| {
        rouille::Response::text(app(request))
    });
    let server = server.expect("a port").pool_size(THREADS);
    say(server.server_addr());
    server.run();
}

/// A head that nobody looks at, and the file, by nothing but `sendfile`: what
/// there is to reach.
fn bare(path: &str) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    say(listener.local_addr().expect("an address"));
    for stream in listener.incoming() {
        let mut stream = stream.expect("a connection");
        let _ = std::io::Read::read(&mut stream, &mut [0; 4096]);
        let file = File::open(path).expect("the file");
        let length = file.metadata().expect("a length").len();
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n");
        stream.write_all(head.as_bytes()).expect("a client");
        FileWrapper::new(file)
            .send_to(&mut stream)
            .expect("a client");
    }
}
