//! Each path in a process of its own below valgrind: what one leaves behind in
//! the allocator is no part of the next.

use crate::file::Row;
use crate::path::{COUNTED, ITEMS, Path};
use std::env;
use std::fs;
use std::io;
use std::process::Command;
use std::sync::Mutex;
use std::thread;

/// As many at once as there are processors: that changes no count.
pub(crate) fn count_all(paths: &[Path]) -> io::Result<Vec<Row>> {
    let left = Mutex::new(paths.iter().enumerate());
    let next = || left.lock().expect("nobody panics with it").next();
    let work = || {
        let mut rows = Vec::new();
        while let Some((place, path)) = next() {
            rows.push((place, count(path)?));
        }
        io::Result::Ok(rows)
    };
    let mut rows = Vec::with_capacity(paths.len());
    thread::scope(|scope| {
        let workers = thread::available_parallelism().map_or(1, usize::from);
        let workers: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        for worker in workers {
            rows.extend(worker.join().expect("it does not panic")?);
        }
        io::Result::Ok(())
    })?;
    rows.sort_by_key(|(place, _)| *place);
    Ok(rows.into_iter().map(|(_, row)| row).collect())
}

fn count(path: &Path) -> io::Result<Row> {
    let directory = tempfile::tempdir()?;
    let counts = directory.path().join("counts");
    let output = Command::new("valgrind")
        .arg("--tool=callgrind")
        .arg(format!("--toggle-collect={COUNTED}"))
        .arg(format!("--callgrind-out-file={}", counts.display()))
        .arg(env::current_exe()?)
        .args(["--run", &path.name])
        // What is counted here is not to depend on who asks.
        .env_clear()
        .env("PATH", env::var_os("PATH").unwrap_or_default())
        .output()?;
    let counts = fs::read_to_string(counts).unwrap_or_default();
    let instructions = number_behind("totals: ", &counts).filter(|&count| count > 0);
    let items = number_behind(ITEMS, &String::from_utf8_lossy(&output.stdout));
    let (Some(instructions), Some(items)) = (instructions, items) else {
        let said = String::from_utf8_lossy(&output.stderr);
        let (name, status) = (&path.name, output.status);
        return Err(io::Error::other(format!(
            "{name}: nothing was counted, {status}\n{said}"
        )));
    };
    Ok(Row {
        name: path.name.clone(),
        instructions,
        items,
        per: path.per.name().to_owned(),
        reason: String::new(),
    })
}

fn number_behind(what: &str, text: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(what))?;
    line.trim().parse().ok()
}
