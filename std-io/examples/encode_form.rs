//! Encodes a form as curl's `-F` does, and sends it if it is told to.
//!
//! ```text
//! cargo run --example encode_form -- title=Tide photo=@gate.png >body
//! cargo run --example encode_form -- -F title=Tide --post http://127.0.0.1:8080/lines
//! ```
//!
//! | file | idea |
//! |---|---|
//! | `args` | the command line |
//! | `field` | one field in curl's notation |
//! | `post` | the form in an HTTP/1.1 request, and the answer |
//!
//! Files are never in memory as a whole: not even stdin, which goes into a
//! temporary file behind 500 KiB, so that the length is known.

#![forbid(unsafe_code)]

#[path = "encode_form/args.rs"]
mod args;
#[path = "encode_form/field.rs"]
mod field;
#[path = "encode_form/post.rs"]
mod post;

use args::{Command, Settings};
use std::io::{self, Write};
use std::process::ExitCode;
use tidegate_std_io::Form;

fn main() -> ExitCode {
    match args::parse(std::env::args_os().skip(1)) {
        Ok(Command::Help) => {
            let _ = io::stdout().write_all(args::USAGE.as_bytes());
            ExitCode::SUCCESS
        }
        Ok(Command::Encode(settings)) => match run(&settings) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("{error}");
                ExitCode::FAILURE
            }
        },
        Err(wrong) => {
            eprintln!("{wrong}\n\n{}", args::USAGE.trim_end());
            ExitCode::from(2)
        }
    }
}

fn run(settings: &Settings) -> io::Result<()> {
    let mut form = Form::new()?;
    for field in &settings.fields {
        field.add_to(&mut form, settings.escaping)?;
    }
    form.spool(500 * 1024)?;
    let Some(length) = form.content_length() else {
        return Err(io::Error::other("the form is longer than 64 bits can say"));
    };
    if settings.post.is_some() {
        post::show_progress(&mut form, length);
    }
    let mut body = form.finish()?;
    eprintln!(
        "Content-Type: {}\nContent-Length: {length}",
        body.content_type()
    );
    match &settings.post {
        Some(url) => post::post(url, body, length),
        None => {
            let mut stdout = io::stdout().lock();
            body.write_to(&mut stdout)?;
            stdout.flush()
        }
    }
}
