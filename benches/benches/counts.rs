//! Instructions of the hot paths, as callgrind counts them: what no neighbour on
//! the machine disturbs, and so what a check can hold a change to.
//!
//! | to | run, from the root |
//! |---|---|
//! | see them beside those of `benches/counts.txt` | `cargo bench --bench counts` |
//! | see some | `cargo bench --bench counts -- line/slice` |
//! | fail where one grew by more than 3% | `cargo bench --bench counts -- --check` |
//! | write those that changed into the file | `cargo bench --bench counts -- --update --reason "why"` |
//!
//! A path that grew is only written with a reason. One that shrank is no reason to
//! stop anybody, so `--check` asks to have it written, and passes.
//!
//! A count is of one compiler, one C library and one valgrind, which the file
//! names. Where one of them is another, nobody can tell what it did from what the
//! code did: then `--check` only fails at a quarter more, which no compiler does by
//! itself and a lost fast path does, and says that the file is to be made anew.
//! The processor does not matter: valgrind shows every program the same one, but
//! for AVX2, which `memchr` looks for, and which is named there too.
//!
//! gungraun does the same but for the file, compares with what it kept in the
//! target directory, and wants a second program of its own version.

#![forbid(unsafe_code)]
#![allow(dead_code, reason = "what is shared with the rooms serves them too")]

#[path = "counts/args.rs"]
mod args;
#[path = "counts/callgrind.rs"]
mod callgrind;
#[path = "counts/file.rs"]
mod file;
#[path = "counts/path.rs"]
mod path;
#[path = "counts/report.rs"]
mod report;
#[path = "counts/rooms/mod.rs"]
mod rooms;
#[path = "counts/tools.rs"]
mod tools;

use args::{Args, Task};
use file::Counts;
use path::Path;
use std::env;
use std::error::Error;
use std::process::ExitCode;
use tools::Tools;

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let args = Args::of(env::args().skip(1));
    let mut paths = rooms::paths();
    paths.retain(|path| path.name.contains(&args.filter));
    match &args.task {
        Task::Run(name) => {
            let path = paths.iter().find(|path| path.name == *name);
            path.ok_or("there is no such path")?.run();
        }
        Task::Test => paths.iter().for_each(Path::run),
        Task::Show | Task::Check | Task::Update { .. } => match Tools::here() {
            Ok(tools) => return count(&args, tools, &paths),
            // A plain `cargo bench` goes on to what it can measure.
            Err(error) if args.task == Task::Show => eprintln!("no counts: {error}"),
            Err(error) => return Err(error.into()),
        },
    }
    Ok(ExitCode::SUCCESS)
}

fn count(args: &Args, tools: Tools, paths: &[Path]) -> Result<ExitCode, Box<dyn Error>> {
    let before = Counts::kept()?;
    let rows = callgrind::count_all(paths)?;
    let now = Counts { tools, rows };
    let report = report::Report::of(&before, &now, args.filter.is_empty());
    print!("{report}");
    if let Task::Update { reason } = &args.task {
        report.updated(reason.as_deref())?.keep()?;
    }
    let is_wrong = args.task == Task::Check && report.has_failed();
    Ok(ExitCode::from(u8::from(is_wrong)))
}
