//! curl, as people use it.

use crate::Noise;
use crate::server::Server;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const CHUNKED: &str = "Transfer-Encoding: chunked";

/// What curl wrote to stdout, or `None`, with a message, if there is no curl.
pub(crate) fn curl(args: &[&str]) -> Option<String> {
    let output = Command::new("curl")
        .args(["--silent", "--show-error", "--max-time", "10"])
        .args(args)
        .stdin(Stdio::null())
        .output();
    match output {
        Ok(output) => {
            let error = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(output.status.success(), "curl {args:?}: {error}");
            Some(String::from_utf8(output.stdout).unwrap())
        }
        Err(error) => {
            println!("SKIPPED: curl cannot be run: {error}");
            None
        }
    }
}

/// A file that is removed again.
pub(crate) struct TempFile(PathBuf);

impl TempFile {
    pub(crate) fn new(name: &str, content: &[u8]) -> Self {
        let name = format!("tidegate-serve-{}-{name}", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::write(&path, content).unwrap();
        Self(path)
    }

    pub(crate) fn path(&self) -> &str {
        Path::to_str(&self.0).unwrap()
    }
}

impl Drop for TempFile {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

#[test]
fn the_page_and_the_advice_it_leads_to() {
    let server = Server::start();
    let Some(page) = curl(&[&server.url("/")]) else {
        return;
    };
    assert!(page.contains("href=\"/help\""));
    let help = curl(&[&server.url("/help")]).unwrap();
    assert!(help.contains(&format!(
        "curl --data-binary @access.log {}",
        server.url("/lines")
    )));
    let head = curl(&["--head", &server.url("/")]).unwrap();
    assert!(head.starts_with("HTTP/1.1 200 OK\r\n"), "{head}");
    let length = format!("Content-Length: {}\r\n", page.len());
    assert!(head.contains(&length), "{head}");
}

#[test]
fn a_file() {
    let server = Server::start();
    let log = "10.0.0.1 - - \"GET / HTTP/1.1\" 200 512\n".repeat(50_000);
    let file = TempFile::new("log", log.as_bytes());
    let data = format!("@{}", file.path());
    let url = server.url("/lines");
    let wanted = "{\"lines\":50000,\"bytes\":1900000,\"longest\":37,\"lf\":50000,\"crlf\":0,\
                  \"cr\":0,\"unterminated\":0}\n";
    let Some(said) = curl(&["--data-binary", &data, &url]) else {
        return;
    };
    assert_eq!(said, wanted);
    // Streamed from the disk, and only after 100 Continue.
    let said = curl(&[
        "-X",
        "POST",
        "--expect100-timeout",
        "8",
        "-T",
        file.path(),
        &url,
    ]);
    assert_eq!(said.unwrap(), wanted);
    // Two requests over one connection.
    let connects = [
        "-w",
        "%{num_connects}\n",
        "--data-binary",
        &data,
        &url,
        &url,
    ];
    assert_eq!(curl(&connects).unwrap(), format!("{wanted}1\n{wanted}0\n"));
    // In chunks, also without waiting.
    for expect in ["Expect: 100-continue", "Expect:"] {
        let how = ["-H", CHUNKED, "-H", expect, "--data-binary", &data, &url];
        assert_eq!(curl(&how).unwrap(), wanted);
    }
    // HTTP/1.0.
    let said = curl(&["--http1.0", "--data-binary", &data, &url]);
    assert_eq!(said.unwrap(), wanted);
}

#[test]
fn too_large() {
    let server = Server::with(&["--max-body", "1000000"]);
    let file = TempFile::new("large", &Noise(3).text(9_000_000));
    let data = format!("@{}", file.path());
    let url = server.url("/lines");
    let code = ["-o", "/dev/null", "-w", "%{http_code}"];
    for how in [
        &["-X", "POST", "-T", file.path(), &url][..],
        &["--data-binary", &data, &url],
        &["-H", CHUNKED, "--data-binary", &data, &url],
        &["-X", "POST", "-H", CHUNKED, "-T", file.path(), &url],
        // It sends at once, and all of it.
        &["-H", "Expect:", "--data-binary", &data, &url],
        &["-H", "Expect:", "-H", CHUNKED, "--data-binary", &data, &url],
    ] {
        let Some(said) = curl(&[&code, how].concat()) else {
            return;
        };
        assert_eq!(said, "413", "{how:?}");
    }
}

#[test]
fn refused_for_now() {
    let server = Server::start();
    let code = ["-o", "/dev/null", "-w", "%{http_code}"];
    let (page, lines, nowhere) = (
        server.url("/"),
        server.url("/lines"),
        server.url("/nowhere"),
    );
    for (how, status) in [
        (&["--data-binary", "x", &nowhere][..], "404"),
        (&["--data-binary", "x", &page], "405"),
        (&["-X", "BREW", &page], "405"),
        (&[&lines], "405"),
        (&["-H", "Transfer-Encoding: gzip", "-d", "x", &lines], "400"),
    ] {
        let Some(said) = curl(&[&code, how].concat()) else {
            return;
        };
        assert_eq!(said, status, "{how:?}");
    }
}
