//! `wrk` against each server in turn.

use crate::engines::{APPS, ENGINES};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};

const ROUNDS: usize = 5;
const CONNECTIONS: &str = "-c16";
const SECONDS: &str = "-d2s";

/// A server in a process of its own.
pub(crate) struct Server {
    process: Child,
    pub(crate) address: SocketAddr,
}

impl Server {
    pub(crate) fn start(engine: &str, app: &str) -> Self {
        let binary = std::env::current_exe().expect("this binary");
        let mut process = Command::new(binary)
            .args(["serve", engine, app])
            .stdout(Stdio::piped())
            .spawn()
            .expect("it runs");
        let mut said = String::new();
        let stdout = process.stdout.take().expect("it is piped");
        BufReader::new(stdout)
            .read_line(&mut said)
            .expect("says where");
        let address = said.trim().parse().expect("an address");
        Self { process, address }
    }

    /// Processor time so far, in clock ticks of the system.
    pub(crate) fn ticks(&self) -> u64 {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.process.id()));
        let stat = stat.expect("a process");
        let fields = stat.rsplit(") ").next().expect("fields").split(' ');
        let times = fields
            .skip(11)
            .take(2)
            .map(|ticks| ticks.parse::<u64>().expect("a number"));
        times.sum()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// That it is the same page that is measured.
fn expect_answer(server: &Server) {
    let mut stream = TcpStream::connect(server.address).expect("it listens");
    stream
        .write_all(b"GET /x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        .expect("it reads");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("it answers");
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    assert!(answer.contains("\r\n\r\nHello world!\n"), "{answer}");
}

/// Requests a second. An answer of another status, or none, is an error.
fn wrk(server: &Server, keep: bool) -> f64 {
    let mut command = Command::new("wrk");
    command.args(["-t1", CONNECTIONS, SECONDS]);
    if !keep {
        command.args(["-H", "Connection: close"]);
    }
    let output = command.arg(format!("http://{}/x", server.address)).output();
    let output = output.expect("wrk is installed (Debian: apt-get install wrk)");
    let said = String::from_utf8(output.stdout).expect("text");
    assert!(!said.contains("Non-2xx"), "{said}");
    let rate = said
        .lines()
        .find_map(|line| line.strip_prefix("Requests/sec:"));
    rate.expect("a rate").trim().parse().expect("a number")
}

pub(crate) fn requests() {
    println!("\n`wrk -t1 {CONNECTIONS} {SECONDS}`, median of {ROUNDS} rounds, requests a second\n");
    println!(
        "| application | connections | {} | {} | {} | to the better of them |",
        ENGINES[0], ENGINES[1], ENGINES[2]
    );
    println!("|---|---|---|---|---|---|");
    for app in APPS {
        for keep in [true, false] {
            let servers = ENGINES.map(|engine| Server::start(engine, app));
            servers.iter().for_each(expect_answer);
            let mut rates = ENGINES.map(|_| Vec::new());
            for _ in 0..ROUNDS {
                for (server, rates) in servers.iter().zip(&mut rates) {
                    rates.push(wrk(server, keep));
                }
            }
            let [ours, tiny, rouille] = rates.map(median);
            let how = if keep { "kept" } else { "one each" };
            let ratio = ours / tiny.max(rouille);
            println!("| `{app}` | {how} | {ours:.0} | {tiny:.0} | {rouille:.0} | {ratio:.2} |");
        }
    }
}

pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
