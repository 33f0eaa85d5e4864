//! A process of its own, with a directory of its own for temporary files, in
//! which what is left can be counted.

use crate::fault::SCRIPTED;
use std::fs;
use std::panic;
use std::process::Command;
use tempfile::TempDir;

const ALONE: &str = "TIDEGATE_ALONE";

/// Runs the work of this test in a process that does nothing else, which leaves
/// no file and no thread.
pub(crate) fn alone(test: &str, work: impl FnOnce()) {
    alone_in(
        "exec \"$0\" --exact \"$1\" --test-threads 1 --nocapture",
        test,
        work,
    );
}

/// The same by a shell script, with the test binary as `$0` and the test as `$1`.
pub(crate) fn alone_in(script: &str, test: &str, work: impl FnOnce()) {
    if std::env::var_os(ALONE).is_some() {
        say_only_what_is_wrong();
        let (threads, left) = (threads(), Left::now());
        work();
        left.expect_no_more();
        assert_eq!(self::threads(), threads, "a thread is left");
        return;
    }
    let directory = TempDir::new().unwrap();
    // By pipes: a file that it says something into may be too long already where the
    // length of files is limited.
    let said = Command::new("sh")
        .args(["-c", script])
        .arg(std::env::current_exe().unwrap())
        .arg(test)
        .env(ALONE, "yes")
        .env("TMPDIR", directory.path())
        .output()
        .unwrap();
    assert!(said.status.success(), "{said:?}");
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 0);
}

fn say_only_what_is_wrong() {
    let say = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        if panic.payload().downcast_ref() != Some(&SCRIPTED) {
            say(panic);
        }
    }));
}

/// What a work must give back: how many files it has open, and the temporary
/// files that have a name.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Left {
    open: usize,
    named: usize,
}

impl Left {
    pub(crate) fn now() -> Self {
        let count = |directory| fs::read_dir(directory).unwrap().count();
        Self {
            open: count("/proc/self/fd".as_ref()),
            named: count(&*std::env::temp_dir()),
        }
    }

    pub(crate) fn expect_no_more(&self) {
        assert_eq!(Self::now(), *self);
    }
}

fn threads() -> usize {
    fs::read_dir("/proc/self/task").unwrap().count()
}
