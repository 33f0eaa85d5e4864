//! The examples, over real connections with real clients.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test may")]

#[path = "common/example.rs"]
mod example;

use example::example;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// `axum_upload`, until it is dropped.
struct Server {
    child: Child,
    url: String,
    saved: TempDir,
}

impl Server {
    fn start() -> Self {
        let saved = TempDir::new().unwrap();
        let mut child = Command::new(example("axum_upload"))
            .args(["--port", "0", "--save"])
            .arg(saved.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut url = String::new();
        let stdout = child.stdout.take().unwrap();
        BufReader::new(stdout).read_line(&mut url).unwrap();
        let url = url.trim_end().to_owned();
        Self { child, url, saved }
    }

    fn files(&self) -> Vec<String> {
        let entries = fs::read_dir(self.saved.path()).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names.collect()
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What curl prints: the status and the answer.
fn curl(args: &[&str]) -> (String, Vec<u8>) {
    let output = Command::new("curl")
        .args(["-sS", "--max-time", "20", "-w", "\n%{http_code}"])
        .args(args)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let at = output
        .stdout
        .iter()
        .rposition(|&byte| byte == b'\n')
        .unwrap();
    let status = String::from_utf8_lossy(&output.stdout[at + 1..]).into_owned();
    (status, output.stdout[..at].to_vec())
}

fn data() -> Vec<u8> {
    (0..=250_u8).cycle().take(3_000_000).collect()
}

fn file(directory: &Path, name: &str) -> String {
    let path = directory.join(name);
    fs::write(&path, data()).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn what_curl_sends_is_saved_and_sent_back() {
    let server = Server::start();
    let ours = TempDir::new().unwrap();
    let path = file(ours.path(), "data.bin");
    let (status, answer) = curl(&[
        "-F",
        "title=Tide",
        "-F",
        &format!("f=@{path}"),
        &server.url("/upload"),
    ]);
    let expected = "\"title\" is \"Tide\"\n\"f\" is a file \"data.bin\" of 3000000 bytes\n";
    assert_eq!((&status[..], &answer[..]), ("200", expected.as_bytes()));
    assert!(fs::read(server.saved.path().join("data.bin")).unwrap() == data());

    let url = server.url("/files/data.bin");
    let (status, whole) = curl(&[&url]);
    assert_eq!(status, "200");
    assert!(whole == data());
    let (status, part) = curl(&["-r", "1000000-1999999", &url]);
    assert_eq!(status, "206");
    assert!(part == data()[1_000_000..2_000_000]);
    let (status, parts) = curl(&["-r", "0-9,20-29", &url]);
    assert_eq!(status, "206");
    assert!(parts.windows(10).any(|window| window == &data()[20..30]));
    let (_, head) = curl(&["-I", &url]);
    let head = String::from_utf8(head).unwrap();
    assert!(head.contains("content-length: 3000000"), "{head}");
    assert_eq!(curl(&["-r", "3000000-", &url]).0, "416");
    let etag = head
        .lines()
        .find_map(|line| line.strip_prefix("etag: "))
        .unwrap();
    let condition = format!("If-None-Match: {etag}");
    assert_eq!(curl(&["-H", &condition, &url]).0, "304");
}

#[test]
fn what_reqwest_sends_is_saved() {
    let server = Server::start();
    let ours = TempDir::new().unwrap();
    let path = file(ours.path(), "data.bin");
    let output = Command::new(example("reqwest_form"))
        .arg(server.url("/upload"))
        .args(["title=Tide", &format!("f=@{path}")])
        .output()
        .unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{told}");
    assert!(told.ends_with("100 %\n"), "{told}");
    let expected = "\"title\" is \"Tide\"\n\"f\" is a file \"data.bin\" of 3000000 bytes\n";
    assert_eq!(String::from_utf8(output.stdout).unwrap(), expected);
    assert!(fs::read(server.saved.path().join("data.bin")).unwrap() == data());
}

/// It goes with its length, and not in chunks.
#[test]
fn what_reqwest_sends_has_a_content_length() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let client = Command::new(example("reqwest_form"))
        .args([&url, "title=Tide"])
        .stderr(Stdio::null())
        .spawn();
    let (mut connection, _) = listener.accept().unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"--\r\n") {
        let mut some = [0; 1000];
        let read = connection.read(&mut some).unwrap();
        assert!(read > 0);
        head.extend_from_slice(&some[..read]);
    }
    connection
        .write_all(b"HTTP/1.1 204 No Content\r\n\r\n")
        .unwrap();
    assert!(client.unwrap().wait().unwrap().success());
    let head = String::from_utf8(head).unwrap().to_lowercase();
    let (head, body) = head.split_once("\r\n\r\n").unwrap();
    assert!(
        head.contains(&format!("content-length: {}", body.len())),
        "{head}"
    );
    assert!(!head.contains("transfer-encoding"));
}

#[test]
fn what_is_wrong_is_refused() {
    let server = Server::start();
    let ours = TempDir::new().unwrap();
    let path = file(ours.path(), "data.bin");
    let upload = server.url("/upload");
    let form = "Content-Type: multipart/form-data; boundary=b";
    for (args, expected) in [
        (vec!["-d", "a=1"], "400"),
        (vec!["-H", form, "-d", "--b junk"], "400"),
        (vec!["-H", form, "-d", "--b"], "400"),
    ] {
        let (status, answer) = curl(&[&args[..], &[&upload]].concat());
        assert_eq!(
            status,
            expected,
            "{args:?}: {}",
            String::from_utf8_lossy(&answer)
        );
    }
    let long = format!("a=<{path}");
    let (status, _) = curl(&["-F", &long, &upload]);
    assert_eq!(status, "413");
    // And many short ones, which are as long together.
    let short = ["-F".to_owned(), format!("a={}", "x".repeat(1 << 10))];
    let short: Vec<&str> = short.iter().map(String::as_str).collect();
    let fields = |count| curl(&[&short.repeat(count)[..], &[&upload]].concat()).0;
    assert_eq!((fields(64), fields(65)), ("200".into(), "413".into()));
    let upload_it = || curl(&["-F", &format!("f=@{path}"), &upload]).0;
    assert_eq!((upload_it(), upload_it()), ("200".into(), "409".into()));
    assert_eq!(server.files(), ["data.bin"]);
    for hidden in ["/files/..%2fmain.rs", "/files/.hidden", "/files/no"] {
        assert_eq!(curl(&["--path-as-is", &server.url(hidden)]).0, "404");
    }
}

#[test]
fn nothing_is_left_of_an_upload_that_is_broken_off() {
    let server = Server::start();
    let address = server.url.strip_prefix("http://").unwrap();
    let mut connection = TcpStream::connect(address).unwrap();
    let request = "POST /upload HTTP/1.1\r\nHost: here\r\nContent-Length: 1000000\r\n\
        Content-Type: multipart/form-data; boundary=b\r\n\r\n\
        --b\r\nContent-Disposition: form-data; name=f; filename=f\r\n\r\n";
    connection.write_all(request.as_bytes()).unwrap();
    connection.write_all(&[0; 100_000]).unwrap();
    let wait_until = |begun: bool| {
        let until = Instant::now() + Duration::from_secs(20);
        while server.files().is_empty() == begun {
            assert!(Instant::now() < until, "{:?}", server.files());
            std::thread::sleep(Duration::from_millis(10));
        }
    };
    wait_until(true);
    drop(connection);
    wait_until(false);
}

/// All files of a form or none, so that it can be sent again.
#[test]
fn nothing_is_left_of_a_form_whose_last_file_is_refused() {
    let server = Server::start();
    let upload = server.url("/upload");
    let file = |name| {
        format!("--b\r\nContent-Disposition: form-data; name=f; filename={name}\r\n\r\ndata")
    };
    let send = |body: &str| {
        let form = "Content-Type: multipart/form-data; boundary=b";
        curl(&["-H", form, "--data-binary", body, &upload]).0
    };
    let cut = format!("{}\r\n{}", file("one"), file("two"));
    assert_eq!(send(&cut), "400");
    assert_eq!(server.files(), [""; 0]);
    assert_eq!(send(&format!("{}\r\n--b--", file("two"))), "200");
    // There is one of the second name.
    assert_eq!(send(&format!("{cut}\r\n--b--")), "409");
    assert_eq!(server.files(), ["two"]);
    let twice = format!("{}\r\n{}\r\n--b--", file("one"), file("one"));
    assert_eq!(send(&twice), "409");
    assert_eq!(server.files(), ["two"]);
}

/// It has not looked for an answer before it has sent everything.
#[test]
fn a_client_that_is_still_sending_sees_the_refusal() {
    let server = Server::start();
    let address = server.url.strip_prefix("http://").unwrap();
    let mut connection = TcpStream::connect(address).unwrap();
    let head = "--b\r\nContent-Disposition: form-data; name=f\r\n\r\n";
    let request = format!(
        "POST /upload HTTP/1.1\r\nHost: here\r\nConnection: close\r\nContent-Length: {}\r\n\
         Content-Type: multipart/form-data; boundary=b\r\n\r\n{head}",
        head.len() + 3_000_000,
    );
    connection.write_all(request.as_bytes()).unwrap();
    for _ in 0..3 {
        connection.write_all(&vec![b'x'; 1_000_000]).unwrap();
        std::thread::sleep(Duration::from_millis(100));
    }
    let mut answer = String::new();
    connection.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
}

#[test]
fn a_wrong_command_line_is_2_and_help_is_0() {
    let run = |name, args: &[&str]| {
        let output = Command::new(example(name)).args(args).output().unwrap();
        output.status.code()
    };
    assert_eq!(run("axum_upload", &["--help"]), Some(0));
    assert_eq!(run("axum_upload", &["--port", "x"]), Some(2));
    assert_eq!(run("axum_upload", &["--save"]), Some(2));
    assert_eq!(run("reqwest_form", &[]), Some(2));
    assert_eq!(run("reqwest_form", &["http://127.0.0.1:1/", "a"]), Some(1));
}

/// An example that says where it listens, until it is dropped.
struct Listener(Child, String);

impl Listener {
    fn start(name: &str) -> Self {
        Self::of(Command::new(example(name)).arg("0"))
    }

    /// One that may have only so many files open.
    fn with_files(name: &str, files: usize) -> Self {
        let limited = format!("ulimit -n {files}; exec \"$0\" 0");
        Self::of(Command::new("sh").arg("-c").arg(limited).arg(example(name)))
    }

    fn of(command: &mut Command) -> Self {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut address = String::new();
        let stdout = child.stdout.take().unwrap();
        BufReader::new(stdout).read_line(&mut address).unwrap();
        Self(child, address.trim_end().to_owned())
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Whoever opens more connections than it has room for ends it for nobody else.
#[test]
fn too_many_connections_end_no_server() {
    for name in ["smol_echo_lines", "hyper_lines"] {
        let server = Listener::with_files(name, 24);
        let address = server.1.trim_start_matches("http://").to_owned();
        let many: Vec<TcpStream> = (0..60)
            .map(|_| TcpStream::connect(&address).unwrap())
            .collect();
        std::thread::sleep(Duration::from_millis(300));
        drop(many);
        let mut connection = TcpStream::connect(&address).unwrap();
        let timeout = Some(Duration::from_secs(20));
        connection.set_read_timeout(timeout).unwrap();
        connection
            .write_all(b"GET / HTTP/1.1\r\nHost: here\r\n\r\n")
            .unwrap();
        let mut first = [0; 1];
        assert_eq!(connection.read(&mut first).unwrap(), 1, "{name}");
    }
}

/// Whoever resets, wherever it is, ends it for nobody else, and nothing of it is left.
#[cfg(target_os = "linux")]
#[test]
fn clients_that_reset_end_no_server() {
    let post = "POST / HTTP/1.1\r\nHost: here\r\nExpect: 100-continue\r\n\
        Content-Length: 8\r\n\r\none\ntwo\n";
    for (name, request, answered_behind) in [
        ("smol_echo_lines", "one\ntwo\r\nthree", "one\n"),
        ("hyper_lines", post, "\r\n\r\n"),
    ] {
        let server = Listener::start(name);
        let address = server.1.trim_start_matches("http://").to_owned();
        let connect = || {
            let connection = TcpStream::connect(&address).unwrap();
            let timeout = Some(Duration::from_secs(20));
            connection.set_read_timeout(timeout).unwrap();
            connection
        };
        let is_served = || {
            let mut connection = connect();
            connection
                .write_all(b"GET / HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n")
                .unwrap();
            connection.shutdown(std::net::Shutdown::Write).unwrap();
            let mut answer = String::new();
            connection.read_to_string(&mut answer).unwrap();
            assert!(!answer.is_empty(), "{name}");
        };
        let open_files = || fs::read_dir(format!("/proc/{}/fd", server.0.id())).unwrap();
        is_served();
        let before = open_files().count();
        let answered = request.find(answered_behind).unwrap() + answered_behind.len();
        for sent in (0..=request.len()).chain([request.len(); 50]) {
            let mut connection = connect();
            connection.write_all(&request.as_bytes()[..sent]).unwrap();
            // To close with bytes unread is to reset.
            if sent >= answered {
                assert_eq!(
                    connection.peek(&mut [0]).unwrap(),
                    1,
                    "{name}, {sent} bytes"
                );
            }
        }
        is_served();
        let until = Instant::now() + Duration::from_secs(20);
        while open_files().count() > before {
            assert!(Instant::now() < until, "{name}: connections are left");
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

#[test]
fn smol_sends_lines_back() {
    let server = Listener::start("smol_echo_lines");
    let mut connection = TcpStream::connect(&server.1).unwrap();
    connection
        .set_read_timeout(Some(Duration::from_secs(20)))
        .unwrap();
    // One at a time, as they are whole.
    for (line, answer) in [
        ("one\n", "one\n"),
        ("two\r\nth", "two\n"),
        ("ree\n", "three\n"),
    ] {
        connection.write_all(line.as_bytes()).unwrap();
        let mut got = vec![0; answer.len()];
        connection.read_exact(&mut got).unwrap();
        assert_eq!(got, answer.as_bytes());
    }
    connection.write_all(b"last\rleft").unwrap();
    connection.shutdown(std::net::Shutdown::Write).unwrap();
    let mut rest = String::new();
    connection.read_to_string(&mut rest).unwrap();
    assert_eq!(rest, "last\nleft\n");

    let mut long = TcpStream::connect(&server.1).unwrap();
    long.write_all(&vec![b'x'; (64 << 10) + 1]).unwrap();
    assert!(!matches!(long.read(&mut [0]), Ok(1..)), "it is closed");
}

#[test]
fn hyper_counts_lines() {
    let server = Listener::start("hyper_lines");
    let ours = TempDir::new().unwrap();
    let path = ours.path().join("lines");
    fs::write(&path, "one\r\ntwo\rthree\n".repeat(100_000)).unwrap();
    let data = format!("@{}", path.display());
    let expected = b"300000 lines, the longest of 5 bytes\n";
    let (status, answer) = curl(&["--data-binary", &data, &server.1]);
    assert_eq!((&status[..], &answer[..]), ("200", &expected[..]));
    let chunked = [
        "-H",
        "Transfer-Encoding: chunked",
        "--data-binary",
        &data,
        &server.1,
    ];
    assert_eq!(curl(&chunked).1, expected);
    fs::write(&path, vec![b'x'; (1 << 20) + 1]).unwrap();
    assert_eq!(curl(&["--data-binary", &data, &server.1]).0, "413");
}
