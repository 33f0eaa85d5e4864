//! The example `files`, as it is built.

use crate::client::{Client, get};
use crate::example::example;
use std::fs;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

struct Files {
    process: Child,
    address: SocketAddr,
    root: TempDir,
}

impl Files {
    fn start() -> Self {
        let root = TempDir::new().unwrap();
        let put = |name: &str, content: &str| {
            let path = root.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        };
        put("root/index.html", "<p>home");
        put("root/a.txt", "text");
        put("root/with space.js", "let x");
        put("root/noextension", "bytes");
        put("root/inner/index.html", "<p>inner");
        put("root/empty/other.txt", "");
        put("root/.hidden", "secret");
        put("secret.txt", "secret");
        #[cfg(unix)]
        std::os::unix::fs::symlink("../secret.txt", root.path().join("root/link.txt")).unwrap();
        let mut process = Command::new(example("files"))
            .arg(root.path().join("root"))
            .arg("0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut said = String::new();
        let stdout = process.stdout.take().unwrap();
        BufReader::new(stdout).read_line(&mut said).unwrap();
        let address = said.trim().strip_prefix("listening on http://").unwrap();
        Self {
            address: address.parse().unwrap(),
            process,
            root,
        }
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn what_is_there_and_what_is_not() {
    let files = Files::start();
    let mut client = Client::connect(files.address);
    for (path, content_type, content) in [
        ("/", Some("text/html"), "<p>home"),
        ("/index.html", Some("text/html"), "<p>home"),
        ("/a.txt?query", Some("text/plain"), "text"),
        ("/with%20space.js", Some("text/javascript"), "let x"),
        ("/noextension", None, "bytes"),
        ("/inner", Some("text/html"), "<p>inner"),
        ("/inner/", Some("text/html"), "<p>inner"),
    ] {
        client.send(get(path));
        let answer = client.answer();
        assert_eq!(answer.status, 200, "{path}");
        assert_eq!(answer.header("content-type"), content_type, "{path}");
        assert_eq!(answer.content, content, "{path}");
    }
    for path in [
        "/none",
        "/empty",
        "/empty/",
        "/a.txt/x",
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/inner/../../secret.txt",
        "/link.txt",
        "/.hidden",
        "/%00",
        "/%ff",
        "//etc/passwd",
        "/%2fetc%2fpasswd",
    ] {
        client.send(get(path));
        let answer = client.answer();
        assert_eq!(
            (answer.status, &*answer.content),
            (404, "not found"),
            "{path}"
        );
        assert_eq!(answer.header("content-type"), Some("text/plain"));
    }
    client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
    let answer = client.answer();
    assert_eq!(
        (answer.status, answer.header("allow")),
        (405, Some("GET, HEAD"))
    );
}

#[test]
fn its_arguments() {
    let run = |args: &[&str]| Command::new(example("files")).args(args).output().unwrap();
    assert!(run(&["--help"]).stdout.starts_with(b"Usage: files DIR"));
    for args in [&[][..], &[".", "x"], &[".", "0", "0"], &[".", "65536"]] {
        assert_eq!(run(args).status.code(), Some(2), "{args:?}");
    }
    for none in ["none", "Cargo.toml"] {
        assert!(!Path::new(none).is_dir());
        assert_eq!(run(&[none, "0"]).status.code(), Some(1), "{none}");
    }
}

/// It ends as a program should, and lets whoever is answered have the answer.
#[test]
#[cfg(unix)]
fn it_ends_at_a_signal() {
    for signal in ["INT", "TERM"] {
        let mut files = Files::start();
        let big = files.root.path().join("root/big.bin");
        fs::write(&big, vec![b'x'; 32 << 20]).unwrap();
        let mut idle = Client::connect(files.address);
        let mut client = Client::connect(files.address);
        client.send(get("/big.bin"));
        assert_eq!(client.head().status, 200);
        let killed = Command::new("kill")
            .args(["-s", signal, &files.process.id().to_string()])
            .status();
        assert!(killed.unwrap().success());
        idle.expect_end();
        let mut length = 0;
        let mut stream = client.into_inner();
        length += std::io::copy(&mut stream, &mut std::io::sink()).unwrap();
        assert_eq!(length, 32 << 20, "{signal}");
        assert_eq!(files.process.wait().unwrap().code(), Some(0), "{signal}");
    }
}
