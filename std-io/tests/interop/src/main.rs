//! The part of the interop run that is Rust: it writes the bodies, reads them
//! with multer, and compares what all decoders made of them.

#![forbid(unsafe_code)]

mod check;
mod encode;
mod form;
mod multer;
mod rules;
mod work;

use std::env;
use std::error::Error;
use std::path::Path;
use std::process::ExitCode;
use work::Work;

const USAGE: &str = "usage: tidegate-interop encode CASES WORK EXAMPLE
       tidegate-interop multer WORK
       tidegate-interop check CASES WORK DECODER...";

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let arguments: Vec<_> = env::args().skip(1).collect();
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["encode", cases, work, example] => {
            let forms = form::load(Path::new(cases))?;
            encode::run(&Work::new(work), &forms, Path::new(example))?;
            Ok(ExitCode::SUCCESS)
        }
        ["multer", work] => {
            multer::run(&Work::new(work))?;
            Ok(ExitCode::SUCCESS)
        }
        ["check", cases, work, ref decoders @ ..] => {
            let forms = form::load(Path::new(cases))?;
            check::run(&Work::new(work), &forms, decoders)
        }
        _ => {
            eprintln!("{USAGE}");
            Ok(ExitCode::from(2))
        }
    }
}
