//! A small blocking HTTP/1.1 server that reads request bodies only as far as it
//! may, cuts them into lines, takes uploads apart, and sends files and parts of
//! them.
//!
//! ```text
//! cargo run --release --example serve
//! curl --data-binary @/var/log/dpkg.log http://127.0.0.1:8080/lines
//! ```
//!
//! | file | idea |
//! |---|---|
//! | `args` | the command line |
//! | `site` | the application, on a [`SimpleServer`](tidegate_std_io::gateway::SimpleServer) |
//! | `routes` | what there is; **a new route is a line in its table** |
//! | `store` | where uploads are kept |
//! | `answer` | a status, headers and content |
//! | `refusal` | what is said where a route has no answer |
//! | `log` | lines on stderr, which nobody waits for |
//!
//! Memory does not grow with a body or a file, no client holds a thread for ever by being
//! slow, and no input makes it panic.

#![forbid(unsafe_code)]

mod answer;
mod args;
mod log;
mod refusal;
mod routes;
mod site;
mod store;

#[path = "../shared/part.rs"]
mod part;

use args::Command;
use std::io::{self, Write};
use std::process::ExitCode;

fn main() -> ExitCode {
    match args::parse(std::env::args_os().skip(1)) {
        Ok(Command::Help) => {
            let _ = io::stdout().write_all(args::USAGE.as_bytes());
            ExitCode::SUCCESS
        }
        Ok(Command::Serve(settings)) => match site::run(settings) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                log::line(format_args!("{error}"));
                ExitCode::FAILURE
            }
        },
        Err(wrong) => {
            log::line(format_args!("{wrong}\n\n{}", args::USAGE.trim_end()));
            ExitCode::from(2)
        }
    }
}
