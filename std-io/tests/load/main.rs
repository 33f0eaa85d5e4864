//! `serve` under load: good clients among slow, oversized, truncated, malformed and
//! resetting ones, all at once. Every good one is answered rightly, every other one
//! refused as it should be, and what the server holds does not grow.
//!
//! As a test it is short. `run` beside this file has it last for as long as you like,
//! with as many clients, and shows the tables.

// A test may.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic)]

mod bad;
mod bodies;
#[path = "../common/noise.rs"]
mod common_noise;
#[path = "../common/example.rs"]
mod example;
mod good;
mod load;
mod noise;
mod report;
mod server;
mod slow;
mod wire;

use load::Load;
use report::Report;
use rustix::process::Signal;
use server::Server;
use std::time::Duration;

#[test]
fn everybody_is_answered_as_they_should_be() {
    let load = Load {
        clients: from_environment("TIDEGATE_LOAD_CLIENTS", 60).clamp(1, 2000),
        time: Duration::from_secs(from_environment("TIDEGATE_LOAD_SECONDS", 5).clamp(1, 3600)),
    };
    let server = Server::start(&load);
    let empty = server.holds();
    let outcome = load.run(&server);
    let report = Report::new(&load, &server, empty, outcome);
    print!("{report}");
    server.expect_given_back(empty);
    server.expect_no_panic();
    report.judge();
    server.stop(Signal::TERM);
}

/// In the middle of requests, and with connections that are kept.
#[test]
fn it_stops_when_it_is_told_to() {
    for signal in [Signal::TERM, Signal::INT] {
        let load = Load {
            clients: 16,
            time: Duration::ZERO,
        };
        let server = Server::start(&load);
        let kept: Vec<_> = (0..4).map(|_| server.kept_connection()).collect();
        let begun: Vec<_> = (0..4).map(|_| server.begun_request()).collect();
        server.stop(signal);
        for wire in kept.into_iter().chain(begun) {
            wire.expect_gone().unwrap();
        }
    }
}

fn from_environment<N: std::str::FromStr>(name: &str, default: N) -> N {
    let Ok(value) = std::env::var(name) else {
        return default;
    };
    let number = value.parse().ok();
    number.unwrap_or_else(|| panic!("{name} is {value:?}, and no number"))
}
