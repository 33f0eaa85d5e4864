//! An application asked in process, beside the same over loopback.
//!
//! Over loopback it is run by the simple server, on a connection that is kept, and
//! asked by a client that does next to nothing: it sends bytes that are there, and
//! reads to the end of the body.

#![forbid(unsafe_code)]

mod harness;

use criterion::{Criterion, Throughput};
use http::{Method, Request};
use std::hint::black_box;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::thread;
use tidegate_std_io::gateway::testing::{Client, RequestBuilder};
use tidegate_std_io::gateway::{Input, Output, demo_app, make_server};

/// What is asked. Bodies are echoed.
struct Case {
    name: &'static str,
    app: fn(Request<Input>) -> Output,
    path: &'static str,
    body: usize,
}

const CASES: &[Case] = &[
    Case {
        name: "hello",
        app: |_| Output::from("hello\n"),
        path: "/",
        body: 0,
    },
    Case {
        name: "demo_app",
        app: |request| demo_app(request).into(),
        path: "/a/path?a=query",
        body: 0,
    },
    Case {
        name: "echo/10000",
        app: |request| Output::reader(request.into_body()),
        path: "/",
        body: 10_000,
    },
];

fn main() {
    let mut criterion = harness::criterion();
    for case in CASES {
        compare(&mut criterion, case);
    }
    criterion.final_summary();
}

fn compare(criterion: &mut Criterion, case: &Case) {
    let server = make_server("127.0.0.1", 0, case.app).expect("a port is free");
    let (address, stop) = (server.local_addr(), server.stop_handle());
    let serving = thread::spawn(move || server.serve_forever());
    let mut loopback = Loopback::new(address, case);
    let mut client = Client::new(case.app);

    let over = common(&loopback.ask());
    let inside = common(&ask(&mut client, address, case));
    assert_eq!(over, inside, "{}", case.name);

    let mut group = criterion.benchmark_group(format!("testing/{}", case.name));
    group.throughput(Throughput::Elements(1));
    group.bench_function("in_process", |bencher| {
        bencher.iter(|| black_box(ask(&mut client, address, case)));
    });
    group.bench_function("loopback", |bencher| {
        bencher.iter(|| black_box(loopback.ask()));
    });
    group.finish();
    drop(loopback);
    stop.stop();
    serving.join().expect("no panic").expect("it was stopped");
}

fn ask(
    client: &mut Client<impl tidegate_std_io::gateway::Application>,
    address: SocketAddr,
    case: &Case,
) -> Vec<u8> {
    let request = RequestBuilder::new(case.path).header("Host", address.to_string());
    let request = match case.body {
        0 => request,
        len => request.method(Method::POST).body(vec![b'x'; len]),
    };
    let exchange = client.open(request).send().expect("it is answered");
    exchange.bytes().expect("it is whole").into()
}

/// Without the lines of `demo_app` that only a server has.
fn common(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    let is_common = |line: &&str| {
        let both = [
            "PATH_INFO",
            "QUERY_STRING",
            "REQUEST_METHOD",
            "HTTP_HOST",
            "SCRIPT_NAME",
        ];
        !line.contains(" = ") || both.iter().any(|name| line.starts_with(name))
    };
    text.lines()
        .filter(is_common)
        .map(|line| format!("{line}\n"))
        .collect()
}

struct Loopback {
    request: Vec<u8>,
    connection: BufReader<TcpStream>,
    line: String,
}

impl Loopback {
    fn new(address: SocketAddr, case: &Case) -> Self {
        let (method, length) = match case.body {
            0 => ("GET", String::new()),
            len => ("POST", format!("Content-Length: {len}\r\n")),
        };
        let head = format!(
            "{method} {} HTTP/1.1\r\nHost: {address}\r\n{length}\r\n",
            case.path
        );
        let mut request = head.into_bytes();
        request.resize(request.len() + case.body, b'x');
        let connection = TcpStream::connect(address).expect("it listens");
        connection.set_nodelay(true).expect("it is a socket");
        Self {
            request,
            connection: BufReader::new(connection),
            line: String::new(),
        }
    }

    fn ask(&mut self) -> Vec<u8> {
        self.exchange().expect("it is answered")
    }

    fn exchange(&mut self) -> io::Result<Vec<u8>> {
        self.connection.get_ref().write_all(&self.request)?;
        let mut length = None;
        loop {
            self.line.clear();
            self.connection.read_line(&mut self.line)?;
            match self.line.trim_end().split_once(": ") {
                Some(("content-length" | "Content-Length", value)) => length = value.parse().ok(),
                None if self.line.trim_end().is_empty() => break,
                _ => {}
            }
        }
        let mut body = Vec::new();
        if let Some(length) = length {
            body.resize(length, 0);
            self.connection.read_exact(&mut body)?;
            return Ok(body);
        }
        // In chunks.
        loop {
            self.line.clear();
            self.connection.read_line(&mut self.line)?;
            let size = usize::from_str_radix(self.line.trim_end(), 16).map_err(io::Error::other)?;
            let start = body.len();
            body.resize(start + size, 0);
            self.connection.read_exact(&mut body[start..])?;
            self.connection.read_exact(&mut [0; 2])?;
            if size == 0 {
                return Ok(body);
            }
        }
    }
}
