//! The part of the interop run that is Rust: it writes our bodies and sends those
//! of Rust's clients, reads them with multer and with our example, and compares
//! what arrived with what was meant.

#![forbid(unsafe_code)]

mod check;
mod clients;
mod encode;
mod form;
mod multer;
mod ours;
mod rules;
mod work;

use std::env;
use std::error::Error;
use std::path::Path;
use std::process::ExitCode;
use work::Work;

const USAGE: &str = "usage: tidegate-interop encode CASES WORK ENCODE_FORM
       tidegate-interop multer WORK
       tidegate-interop check-decoders CASES WORK DECODER...
       tidegate-interop describe CASES WORK
       tidegate-interop send CASES WORK curl|reqwest|ureq
       tidegate-interop call CASES reqwest|ureq CASE URL
       tidegate-interop decode WORK DECODE_FORM CLIENT...
       tidegate-interop check-clients CASES WORK CLIENT...";

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let arguments: Vec<_> = env::args().skip(1).collect();
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["encode", cases, work, example] => {
            encode::run(&Work::new(work), &form::load(cases)?, Path::new(example))?;
        }
        ["multer", work] => multer::run(&Work::new(work))?,
        ["check-decoders", cases, work, ref decoders @ ..] => {
            return check::decoders(&Work::new(work), &form::load(cases)?, decoders);
        }
        ["describe", cases, work] => clients::describe(&Work::new(work), &form::load(cases)?)?,
        ["send", cases, work, client] => {
            clients::send(&Work::new(work), cases, &form::load(cases)?, client)?;
        }
        ["call", cases, client, case, to] => {
            let forms = form::load(cases)?;
            if let Err(err) = clients::call(client, form::of_case(&forms, case)?, to) {
                eprintln!("{err}");
                return Ok(ExitCode::FAILURE);
            }
        }
        ["decode", work, example, ref clients @ ..] => {
            ours::decode(&Work::new(work), Path::new(example), clients)?;
        }
        ["check-clients", cases, work, ref clients @ ..] => {
            return check::clients(&Work::new(work), &form::load(cases)?, clients);
        }
        _ => {
            eprintln!("{USAGE}");
            return Ok(ExitCode::from(2));
        }
    }
    Ok(ExitCode::SUCCESS)
}
