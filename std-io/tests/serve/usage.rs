//! The command line.

use crate::server::{Server, binary};
use std::process::{Command, Output};

fn run(args: &[&str]) -> Output {
    Command::new(binary()).args(args).output().unwrap()
}

#[test]
fn help_goes_to_stdout() {
    let output = run(&["--help"]);
    assert!(output.status.success() && output.stderr.is_empty());
    let usage = String::from_utf8(output.stdout).unwrap();
    for flag in [
        "port",
        "max-body",
        "max-upload",
        "deadline",
        "min-rate",
        "idle",
        "stall",
        "max-connections",
        "root",
        "save",
    ] {
        assert!(usage.contains(&format!("--{flag} ")), "{flag}");
    }
}

#[test]
fn what_is_not_understood_is_refused() {
    for args in [
        &["--bogus"][..],
        &["8080"],
        &["--port"],
        &["--port", "65536"],
        &["--port", "-1"],
        &["--port="],
        &["--max-body", "16M"],
        &["--deadline", "-1"],
        &["--deadline", "nan"],
        &["--deadline", "inf"],
        &["--deadline", "1e-30"],
        &["--idle", "1s"],
        &["--min-rate", "0.5"],
        &["--stall", "-1"],
        &["--root"],
        &["--save"],
        &["--max-upload", "1G"],
        &["--max-connections", "0"],
        &["--max-body", "18446744073709551616"],
    ] {
        let output = run(args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(output.stdout.is_empty(), "{args:?}");
        let usage = String::from_utf8(output.stderr).unwrap();
        assert!(usage.contains("Usage: serve"), "{args:?}: {usage}");
    }
}

#[test]
fn a_directory_that_is_none_is_an_error() {
    let file = binary();
    let file = file.to_str().unwrap();
    for flag in ["--root", "--save"] {
        let output = run(&["--port", "0", flag, file]);
        assert_eq!(output.status.code(), Some(1), "{flag}");
        assert!(String::from_utf8(output.stderr).unwrap().contains(file));
    }
}

#[test]
fn a_port_in_use_is_an_error() {
    let server = Server::start();
    let port = server.address.port().to_string();
    let output = run(&["--port", &port]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8(output.stderr).unwrap().contains(&port));
}
