//! What the tests of the sockets send, over a socket and in the same process: the
//! same answer.

use crate::Noise;
use crate::args::{self, Command};
use crate::client::socket::{self, chunked, chunked_head, get, post, post_to, promise, request};
use crate::files::tree::Tree;
use crate::server::Server;
use crate::{refusal, routes};
use std::net::{Shutdown, SocketAddr};
use std::sync::Arc;
use std::thread;
use tidegate_std_io::InputLimits;
use tidegate_std_io::gateway::{
    Answered, Application, Call, ErrorStream, HandlerOptions, LogEntry, RequestHandler, StopHandle,
    make_server,
};

/// One site, served and not.
struct Both {
    server: Server,
    address: SocketAddr,
    stop: StopHandle,
    serving: Option<thread::JoinHandle<()>>,
}

/// As the example has it, without its log.
struct Limits(Arc<crate::site::Site>);

impl RequestHandler for Limits {
    fn error_stream(&self) -> ErrorStream {
        ErrorStream::new(std::io::sink())
    }

    fn log(&self, _: &LogEntry<'_>) {}

    fn handle(&self, mut call: Call<'_>, app: &dyn Application) -> Answered {
        let max = routes::max_body(call.request(), &self.0.settings);
        call.input_limits(InputLimits::new().max_length(max));
        call.run(app)
    }
}

impl Both {
    fn new(args: &[&str]) -> Self {
        let listening = make_server("127.0.0.1", 0, |_: http::Request<_>| "").unwrap();
        let address = listening.local_addr();
        let server = Server::at(address, args);
        assert!(matches!(args::parse([]), Ok(Command::Serve(_))));
        let site = Arc::clone(&server.site);
        listening.set_app(move |request: http::Request<_>| site.answer(request));
        let listening = listening
            .options(HandlerOptions::new().error_output(refusal::page))
            .request_handler(Limits(Arc::clone(&server.site)));
        let stop = listening.stop_handle();
        let serving = thread::spawn(move || listening.serve_forever().unwrap());
        Self {
            server,
            address,
            stop,
            serving: Some(serving),
        }
    }

    /// Sends this over a socket, which then has no more to send, and asks it in
    /// process: status, headers and content are the same.
    fn same(&self, sent: &[u8]) -> u16 {
        let shown = sent[..sent.len().min(200)].escape_ascii().to_string();
        let is_head = sent.starts_with(b"HEAD");
        let mut over = socket::Client::connect(self.address);
        over.send(sent);
        let _ = over.stream().shutdown(Shutdown::Write);
        let mut wanted = over.answer_to_head();
        let has_content = !is_head && wanted.status != 304;
        if has_content {
            let length = wanted.header("content-length").unwrap().parse().unwrap();
            wanted.content = String::from_utf8_lossy(&over.read(length)).into_owned();
        }
        let mut inside = self.server.connect();
        inside.send(sent);
        let found = inside.exchange();
        let (status, headers) = (found.status().as_u16(), found.headers().clone());
        let content = String::from_utf8_lossy(&found.bytes().unwrap()).into_owned();
        assert_eq!(
            (status, &content),
            (wanted.status, &wanted.content),
            "{shown}"
        );
        let own = ["date", "connection", "server"];
        let mut said: Vec<String> = wanted
            .head
            .lines()
            .skip(1)
            .filter_map(|line| {
                let (name, value) = line.split_once(": ")?;
                let name = name.to_ascii_lowercase();
                (!own.contains(&&*name)).then(|| format!("{name}: {value}"))
            })
            .collect();
        let mut says: Vec<String> = headers
            .iter()
            .map(|(name, value)| format!("{name}: {}", String::from_utf8_lossy(value.as_bytes())))
            .collect();
        said.sort();
        says.sort();
        assert_eq!(says, said, "{shown}");
        status
    }
}

impl Drop for Both {
    fn drop(&mut self) {
        self.stop.stop();
        let _ = self.serving.take().map(thread::JoinHandle::join);
    }
}

#[test]
fn lines_and_chunks() {
    let both = Both::new(&[]);
    let mut noise = Noise(7);
    for length in (0..20).chain([100, 8191, 65_536, 300_000]) {
        let body = noise.text(length);
        for target in [
            "/lines",
            "/chunks?sep=%0D%0A",
            "/chunks?sep=ab%",
            "/chunks",
            "/nowhere",
            "/",
        ] {
            let status = both.same(&post_to(target, &body));
            assert_eq!(
                status == 200,
                target.contains("lines") || target.contains('='),
                "{target}"
            );
            both.same(&chunked(target, &body, 1000));
        }
    }
    both.same(&request("PUT", "/lines", ""));
    // The page has a random number in it.
    both.same(&request("OPTIONS", "/", ""));
}

/// Bodies that are broken at every place where they can be.
#[test]
fn broken_bodies() {
    let both = Both::new(&["--max-body", "1000"]);
    let body = b"3\r\none\r\n4;a=b\r\n\ntwo\r\n0\r\nA: b\r\n\r\n";
    for cut in 0..body.len() {
        let status = both.same(&[&chunked_head("/lines"), &body[..cut]].concat());
        assert_eq!(status, 400, "{cut}");
    }
    for body in [
        &b"5\r\nhelloX\r\n0\r\n\r\n"[..],
        b"0\r\n\rX",
        b"1\r\nx\r\n0x0\r\n\r\n",
        b"+5\r\nhello\r\n0\r\n\r\n",
        b"5 \nhello\r\n0\r\n\r\n",
        b"ffffffffffffffffff\r\n",
    ] {
        assert_eq!(both.same(&[&chunked_head("/lines"), body].concat()), 400);
    }
    for cut in [0, 1, 500, 999] {
        assert_eq!(
            both.same(&[&promise(1000)[..], &vec![b'x'; cut]].concat()),
            400
        );
    }
    assert_eq!(both.same(&post(vec![b'x'; 1000])), 200);
    assert_eq!(both.same(&post(vec![b'x'; 1001])), 413);
    assert_eq!(both.same(&chunked("/lines", &[b'x'; 1001], 100)), 413);
    let line = [&b"1;"[..], &[b'a'; 5000], b"\r\nx\r\n"].concat();
    assert_eq!(
        both.same(&[&chunked_head("/lines"), &line[..]].concat()),
        413
    );
}

#[test]
fn uploads_and_forms() {
    let both = Both::new(&[]);
    let form: &[u8] = b"--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\ntext\r\n\
        --b\r\nContent-Disposition: form-data; name=f; filename=\"x.txt\"\r\n\r\nfile\n\r\n--b--\r\n";
    let post = |target: &str, media_type: &str, body: &[u8]| {
        let length = body.len();
        let headers = format!("Content-Type: {media_type}\r\nContent-Length: {length}\r\n");
        [&request("POST", target, &headers), body].concat()
    };
    let multipart = "multipart/form-data; boundary=b";
    for target in ["/upload", "/form"] {
        assert_eq!(both.same(&post(target, multipart, form)), 200);
        for cut in 0..form.len() - 4 {
            both.same(&post(target, multipart, &form[..cut]));
        }
        for media_type in [
            "multipart/form-data",
            "text/plain",
            "",
            "multipart/form-data; boundary=\"\"",
        ] {
            both.same(&post(target, media_type, form));
        }
    }
    both.same(&post(
        "/form",
        "application/x-www-form-urlencoded",
        b"a=1&b=%C3%BC&c",
    ));
}

#[test]
fn files_and_ranges() {
    let tree = Tree::new()
        .with("a.txt", "0123456789")
        .with("d/b.bin", vec![b'x'; 100_000])
        .with(".hidden", "x");
    let root = tree.path("");
    let both = Both::new(&["--root", root.to_str().unwrap()]);
    for target in [
        "/files/",
        "/files",
        "/files/a.txt",
        "/files/d/b.bin",
        "/files/d/",
        "/files/d",
        "/files/.hidden",
        "/files/../a.txt",
        "/files/%2e%2e/a.txt",
        "/files/nowhere",
        "/files/a.txt/",
    ] {
        for headers in [
            "",
            "Range: bytes=0-3\r\n",
            "Range: bytes=-3\r\n",
            "Range: bytes=5-\r\n",
            "Range: bytes=50-\r\n",
            "If-Modified-Since: Tue, 14 Nov 2023 22:13:20 GMT\r\n",
            "If-Modified-Since: Mon, 13 Nov 2023 22:13:20 GMT\r\n",
            "If-None-Match: *\r\n",
            "If-Match: \"x\"\r\n",
        ] {
            both.same(&get(target, headers));
            both.same(&request("HEAD", target, headers));
        }
    }
}
