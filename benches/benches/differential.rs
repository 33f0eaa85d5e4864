//! hyper reads the same chunked bodies from a loopback connection and must come
//! to the same: accept or refuse, the content, the trailers, and where the body
//! ends. Where it does not, a named rule says why, and each rule must be needed.
//!
//! ```text
//! cargo bench --bench differential
//! ```

#![forbid(unsafe_code)]

#[path = "differential/cases.rs"]
mod cases;
#[path = "differential/hyper.rs"]
mod hyper;
#[path = "differential/ours.rs"]
mod ours;
#[path = "differential/rules.rs"]
mod rules;

use rules::Verdict;
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::process::ExitCode;
use std::thread;

const HEAD: &[u8] = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";

/// What somebody made of a body.
#[derive(Debug)]
struct Reading<F> {
    content: Vec<u8>,
    end: Result<End, F>,
}

/// The end of a body that was accepted.
#[derive(Debug, PartialEq)]
struct End {
    /// Names in lower case, and sorted: hyper keeps them in a map.
    trailers: Vec<(Vec<u8>, Vec<u8>)>,
    /// What follows the body on the connection.
    rest: Vec<u8>,
}

fn main() -> io::Result<ExitCode> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let mut agreed = 0;
    let mut accepted = 0;
    let mut differed = BTreeMap::<_, usize>::new();
    let mut failed = 0;
    for body in cases::all() {
        let ours = send(&listener, &body, ours::read)?;
        let hyper = send(&listener, &body, hyper::read)?;
        match rules::judge(&ours, &hyper) {
            Verdict::Agree => {
                agreed += 1;
                accepted += usize::from(ours.end.is_ok());
            }
            Verdict::Known(rule) => *differed.entry(rule.name).or_default() += 1,
            Verdict::Unknown => {
                failed += 1;
                let start = &body[..body.len().min(200)];
                println!(
                    "DIFFERS: {}\n  ours  {ours:?}\n  hyper {hyper:?}",
                    start.escape_ascii()
                );
            }
        }
    }
    println!("{agreed} bodies are read alike, of which {accepted} are good; beside them");
    for rule in &rules::ALL {
        let times = differed.get(rule.name).copied().unwrap_or(0);
        println!("{times:5}  {}: {}", rule.name, rule.reason);
        if times == 0 {
            println!("NOT NEEDED: {}", rule.name);
            failed += 1;
        }
    }
    Ok(match failed {
        0 => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    })
}

/// Has a body read from the other end of a connection.
fn send<T>(
    listener: &TcpListener,
    body: &[u8],
    read: impl FnOnce(TcpStream) -> io::Result<T>,
) -> io::Result<T> {
    let mut client = TcpStream::connect(listener.local_addr()?)?;
    let (server, _) = listener.accept()?;
    thread::scope(|scope| {
        scope.spawn(move || {
            // Who refuses a body does not read the rest of it.
            let _ = client.write_all(&[HEAD, body].concat());
            let _ = client.shutdown(Shutdown::Write);
            client
        });
        read(server)
    })
}
