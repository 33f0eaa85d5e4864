//! The example under real servers: lighttpd with `mod_cgi`, and Python's.
//!
//! Where one is missing its test says so and does nothing, unless
//! `TIDEGATE_CGI=required` is set, as CI does.

use crate::common::example::example;
use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// A server with the example in its `cgi-bin`, ended when it is dropped.
struct Server {
    process: Child,
    port: u16,
    _directory: TempDir,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Whether the command can be run at all.
fn is_there(command: &str, argument: &str) -> bool {
    let found = Command::new(command)
        .arg(argument)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    let required = std::env::var("TIDEGATE_CGI").is_ok_and(|value| value == "required");
    assert!(found || !required, "{command} is missing");
    if !found {
        eprintln!("not tried: {command} is missing");
    }
    found
}

impl Server {
    fn start(command: impl FnOnce(&Path, u16) -> Command) -> Self {
        let directory = TempDir::new().unwrap();
        let scripts = directory.path().join("cgi-bin");
        fs::create_dir(&scripts).unwrap();
        let script = scripts.join("cgi_hello");
        fs::copy(example("cgi_hello"), &script).unwrap();
        for path in [directory.path(), &scripts, &script] {
            // Python's runs scripts as nobody, where it is root.
            fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
        }
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        drop(listener);
        let process = command(directory.path(), port)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let server = Self {
            process,
            port,
            _directory: directory,
        };
        let start = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(
                start.elapsed() < Duration::from_secs(60),
                "the server does not listen"
            );
            thread::sleep(Duration::from_millis(20));
        }
        server
    }

    /// The status line, and the whole answer.
    fn ask(&self, method: &str, path: &str, headers: &str, body: &str) -> (String, String) {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(60)))
            .unwrap();
        let host = format!("127.0.0.1:{}", self.port);
        let head = format!(
            "{method} /cgi-bin/cgi_hello{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{headers}\r\n"
        );
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(body.as_bytes()).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let answer = String::from_utf8(answer).unwrap();
        let status = answer.lines().next().unwrap_or_default().to_owned();
        (status, answer)
    }
}

fn check(server: &Server) {
    let (status, answer) = server.ask("GET", "/hello/W%C3%B6rld", "", "");
    assert!(status.contains(" 200 "), "{answer}");
    assert!(answer.ends_with("Hello, W\u{f6}rld!\n"), "{answer}");

    let (_, answer) = server.ask(
        "GET",
        "/environ/a/b?x=%20y",
        "User-Agent: tide/1\r\nProxy: http://evil\r\n",
        "",
    );
    for line in [
        "SCRIPT_NAME = \"/cgi-bin/cgi_hello/environ\"",
        "PATH_INFO = \"/a/b\"",
        "QUERY_STRING = \"x=%20y\"",
        "REQUEST_METHOD = \"GET\"",
        "HTTP_USER_AGENT = \"tide/1\"",
        "wsgi.url_scheme = \"http\"",
    ] {
        assert!(
            answer.lines().any(|other| other == line),
            "{line} in {answer}"
        );
    }
    assert!(!answer.contains("HTTP_PROXY"), "{answer}");

    let body = "a line of text\n".repeat(20_000);
    let length = format!("Content-Length: {}\r\n", body.len());
    let (status, answer) = server.ask("POST", "/lines", &length, &body);
    assert!(status.contains(" 200 "), "{answer}");
    assert!(answer.ends_with("20000 lines, 300000 bytes\n"), "{answer}");

    let (_, answer) = server.ask("GET", "/test", "", "");
    assert!(
        answer.contains("<h1>It works</h1>") && answer.contains("<td>true"),
        "{answer}"
    );
}

#[test]
fn under_lighttpd() {
    // In Debian it is not in the path of a user.
    let aside = Path::new("/usr/sbin/lighttpd");
    let lighttpd = if aside.exists() {
        "/usr/sbin/lighttpd"
    } else {
        "lighttpd"
    };
    if !is_there(lighttpd, "-v") {
        return;
    }
    let server = Server::start(|directory, port| {
        let config = directory.join("lighttpd.conf");
        let root = directory.display();
        let text = format!(
            "server.document-root = \"{root}\"\nserver.bind = \"127.0.0.1\"\nserver.port = {port}\n\
             server.modules = (\"mod_cgi\")\ncgi.assign = (\"/cgi_hello\" => \"\")\n"
        );
        fs::write(&config, text).unwrap();
        let mut command = Command::new(lighttpd);
        command.arg("-D").arg("-f").arg(config);
        command
    });
    check(&server);
    let (status, answer) = server.ask("GET", "/nothing", "", "");
    assert!(status.contains(" 404 "), "{answer}");
    // Python's passes on only those headers that it knows.
    let (_, answer) = server.ask("GET", "/environ", "X-Tide: high\r\n", "");
    assert!(answer.contains("\nHTTP_X_TIDE = \"high\"\n"), "{answer}");
    // In chunks, which the server undoes.
    let chunks = "5\r\none\nt\r\n3\r\nwo\n\r\n0\r\n\r\n";
    let (_, answer) = server.ask("POST", "/lines", "Transfer-Encoding: chunked\r\n", chunks);
    assert!(answer.ends_with("2 lines, 8 bytes\n"), "{answer}");
    // A head, and nothing behind it.
    let (status, answer) = server.ask("HEAD", "/hello/x", "", "");
    assert!(
        status.contains(" 200 ") && answer.ends_with("\r\n\r\n"),
        "{answer}"
    );
}

/// Its `--cgi` is gone from 3.15 on.
#[test]
fn under_pythons_http_server() {
    let has_cgi =
        "import http.server, sys; sys.exit(not hasattr(http.server, 'CGIHTTPRequestHandler'))";
    if !is_there("python3", "--version") {
        return;
    }
    let status = Command::new("python3")
        .args(["-W", "ignore", "-c", has_cgi])
        .status()
        .unwrap();
    if !status.success() {
        return eprintln!("not tried: this Python has no CGI any more");
    }
    let server = Server::start(|directory, port| {
        let mut command = Command::new("python3");
        command
            .args([
                "-W",
                "ignore",
                "-m",
                "http.server",
                "--cgi",
                "--bind",
                "127.0.0.1",
            ])
            .arg(port.to_string())
            .current_dir(directory);
        command
    });
    check(&server);
}
