//! Requests a second, and a long file, of the simple server and of others, driven
//! by `wrk` (Debian has it) in one run:
//!
//! ```text
//! cargo bench -p tidegate-benches --bench server
//! ```
//!
//! Each server is a process of its own, this binary again, and runs the same
//! application. The rounds go from one server to the next, and what is shown is
//! the median of them.

#[path = "server/drive.rs"]
mod drive;
#[path = "server/engines.rs"]
mod engines;
#[path = "server/file.rs"]
mod file;

use std::process::exit;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args[..] {
        ["serve", engine, app] => engines::serve(engine, app),
        // `cargo bench` says so.
        [] | ["--bench"] => {
            drive::requests();
            file::file();
        }
        ["requests"] => drive::requests(),
        ["file"] => file::file(),
        _ => {
            eprintln!("what of {args:?}? `requests`, `file`, or nothing for both");
            exit(2);
        }
    }
}
