//! What lies in the directory of `--save`.

use super::form::{Form, sent};
use crate::server::{PATIENCE, Server};
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// A directory to save to.
pub(crate) struct Saved(TempDir);

impl Saved {
    pub(crate) fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    pub(crate) fn serve(&self, args: &[&str]) -> Server {
        let save = ["--save", self.0.path().to_str().unwrap()];
        Server::with(&[&save[..], args].concat())
    }

    pub(super) fn path(&self) -> &Path {
        self.0.path()
    }

    /// The directories of requests.
    pub(crate) fn uploads(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(&self.0).unwrap();
        entries.map(|entry| entry.unwrap().path()).collect()
    }

    /// All files there are, by directory and by name.
    pub(crate) fn files(&self) -> Vec<Vec<(String, Vec<u8>)>> {
        let uploads = self.uploads();
        let files = uploads.iter().map(|upload| {
            let files = fs::read_dir(upload).unwrap();
            let mut files: Vec<_> = files
                .map(|file| {
                    let file = file.unwrap();
                    let name = file.file_name().into_string().unwrap();
                    (name, fs::read(file.path()).unwrap())
                })
                .collect();
            files.sort();
            files
        });
        files.collect()
    }

    /// Nothing is left, as soon as the server has noticed.
    pub(crate) fn expect_nothing(&self) {
        self.wait("something is left", |uploads| uploads.is_empty());
    }

    /// A file of a request that is not over.
    pub(crate) fn expect_unfinished(&self) {
        self.wait("no file is being written", |uploads| match uploads {
            [upload] => upload.extension().is_some() && fs::read_dir(upload).unwrap().count() > 0,
            _ => false,
        });
    }

    fn wait(&self, otherwise: &str, is: impl Fn(&[PathBuf]) -> bool) {
        let start = Instant::now();
        while !is(&self.uploads()) {
            assert!(
                start.elapsed() < PATIENCE,
                "{otherwise}: {:?}",
                self.uploads()
            );
            thread::sleep(Duration::from_millis(5));
        }
    }
}

fn file(name: &str, content: &str) -> (String, Vec<u8>) {
    (name.to_owned(), content.as_bytes().to_vec())
}

#[test]
fn files_and_no_fields() {
    let saved = Saved::new();
    let server = saved.serve(&[]);
    let mut client = server.connect();
    client.send(&Form::new().field("a", "b").request());
    assert_eq!(sent(&client.answer())[0]["length"], 1);
    saved.expect_nothing();
    let form = Form::new()
        .field("a", "b")
        .named("one", b"1")
        .named("two.txt", b"");
    client.send(&form.request());
    assert_eq!(sent(&client.answer())[2]["length"], 0);
    assert_eq!(saved.files(), [[file("1-one", "1"), file("2-two.txt", "")]]);
    // It says by its name that it is whole.
    assert_eq!(saved.uploads()[0].extension(), None);
}

#[test]
fn two_files_of_one_name() {
    let saved = Saved::new();
    let server = saved.serve(&[]);
    let mut client = server.connect();
    let form = Form::new().named("same", b"first").named("same", b"second");
    for uploads in 1..=2 {
        client.send(&form.request());
        assert_eq!(client.answer().status, 200);
        let files = [file("0-same", "first"), file("1-same", "second")];
        assert_eq!(saved.files(), vec![files; uploads]);
    }
}

#[test]
fn the_same_names_from_many_at_once() {
    let saved = Saved::new();
    let server = saved.serve(&[]);
    thread::scope(|scope| {
        for number in 0..8 {
            let server = &server;
            scope.spawn(move || {
                let content = vec![b'0' + number; 100_000];
                let mut client = server.connect();
                for _ in 0..5 {
                    client.send(&Form::new().named("same", &content).request());
                    let answer = sent(&client.answer());
                    assert_eq!(answer[0]["sha256"], super::form::sha256(&content));
                }
            });
        }
    });
    let files = saved.files();
    assert_eq!(files.len(), 40);
    for number in 0..8 {
        let content = vec![b'0' + number; 100_000];
        let same = files
            .iter()
            .filter(|files| files[..] == [("0-same".to_owned(), content.clone())]);
        assert_eq!(same.count(), 5, "{number}");
    }
}

/// Each is one file in the directory of its request, and nothing elsewhere.
#[test]
fn names_that_were_meant_to_do_harm() {
    let saved = Saved::new();
    let server = saved.serve(&[]);
    let mut client = server.connect();
    for (name, safe) in [
        ("../../../../../../tmp/out", "0-out"),
        ("/etc/cron.d/x", "0-x"),
        ("..", "0-_"),
        (".", "0-_"),
        ("", "0-_"),
        ("a/", "0-_"),
        (r"..\\..\\x.exe", "0-x.exe"),
        (r"C:\fakepath\über.txt", "0-über.txt"),
        ("x:stream", "0-stream"),
        (".bashrc", "0-bashrc"),
        ("nul", "0-_nul"),
        ("-rf *", "0--rf _"),
        ("%2e%2e%2fx", "0-%2e%2e%2fx"),
        ("a\\\"b", "0-a_b"),
        ("txt.\u{202E}gpj.exe", "0-txt._gpj.exe"),
        ("🌊.txt", "0-🌊.txt"),
    ] {
        client.send(&Form::new().named(name, b"x").request());
        assert_eq!(client.answer().status, 200, "{name:?}");
        assert_eq!(saved.files(), [[file(safe, "x")]], "{name:?}");
        fs::remove_dir_all(&saved.uploads()[0]).unwrap();
    }
    let long = "é".repeat(1000);
    client.send(&Form::new().named(&long, b"x").request());
    assert_eq!(client.answer().status, 200);
    assert_eq!(
        saved.files(),
        [[file(&format!("0-{}", "é".repeat(100)), "x")]]
    );
}

#[test]
fn the_directory_is_made() {
    let saved = Saved::new();
    let below = saved.0.path().join("a/b");
    let server = Server::with(&["--save", below.to_str().unwrap()]);
    let mut client = server.connect();
    client.send(&Form::new().named("x", b"x").request());
    assert_eq!(client.answer().status, 200);
    assert_eq!(fs::read_dir(below).unwrap().count(), 1);
}
