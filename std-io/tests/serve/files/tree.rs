//! A directory to show, which is removed again.

use crate::client::{Answer, Client, get};
use crate::server::Server;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::{Duration, SystemTime};

/// When all files of a tree were modified: long ago, and not at a full second.
pub(crate) const MODIFIED: Duration = Duration::new(1_700_000_000, 123_456_789);
pub(crate) const LAST_MODIFIED: &str = "Tue, 14 Nov 2023 22:13:20 GMT";

pub(crate) struct Tree(PathBuf);

impl Tree {
    pub(crate) fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Relaxed);
        let name = format!("tidegate-serve-{}-tree-{count}", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::create_dir(&path).unwrap();
        Self(path)
    }

    /// With a file of this name.
    pub(crate) fn with(self, name: impl AsRef<Path>, content: impl AsRef<[u8]>) -> Self {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        let file = File::options().write(true).open(path).unwrap();
        file.set_modified(SystemTime::UNIX_EPOCH + MODIFIED)
            .unwrap();
        self
    }

    pub(crate) fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.0.join(name)
    }

    pub(crate) fn serve(&self) -> Server {
        self.serve_with(&[])
    }

    pub(crate) fn serve_with(&self, args: &[&str]) -> Server {
        let root = ["--root", self.0.to_str().unwrap()];
        Server::with(&[&root[..], args].concat())
    }
}

impl Drop for Tree {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// What a GET of this file with these headers is answered.
pub(crate) fn ask(client: &mut Client, target: &str, headers: &str) -> Answer {
    client.send(&get(target, headers));
    match client.answer_to_head() {
        answer if answer.status == 304 => answer,
        mut answer => {
            let length = answer.header("content-length").unwrap().parse().unwrap();
            answer.content = String::from_utf8(client.read(length)).unwrap();
            answer
        }
    }
}
