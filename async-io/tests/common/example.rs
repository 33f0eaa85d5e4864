//! Where the examples are built.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// `target/<profile>/examples/NAME`, beside `target/<profile>/deps` where the
/// test is.
///
/// A plain `cargo test` builds it, but `cargo test --test NAME` does not, and
/// would try whatever was built before.
pub(crate) fn example(name: &str) -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let profile = test.parent().unwrap().parent().unwrap();
    let binary = profile
        .join("examples")
        .join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    let built = modified(&binary);
    // Beside it cargo lists what it was built from: `binary: source source`.
    let sources = fs::read_to_string(binary.with_extension("d")).unwrap_or_default();
    let newer = sources
        .split_whitespace()
        .skip(1)
        .find(|source| built < modified(Path::new(source)));
    assert!(
        built.is_some() && newer.is_none(),
        "{} is missing or older than {newer:?}: build it with `cargo test --no-run`",
        binary.display()
    );
    binary
}

fn modified(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).and_then(|file| file.modified()).ok()
}
