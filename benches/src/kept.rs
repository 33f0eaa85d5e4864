//! What the benches leave behind, and where: criterion's figures, and beside them
//! facts that are no times.

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// Where criterion writes to, by the same variables.
pub fn criterion_directory() -> PathBuf {
    if let Some(home) = env::var_os("CRITERION_HOME") {
        return home.into();
    }
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../target"),
        PathBuf::from,
    );
    target.join("criterion")
}

/// Keeps facts under this name, beside what criterion keeps.
///
/// # Errors
///
/// If the directory cannot be written to.
pub fn keep_facts(name: &str, facts: &Value) -> io::Result<()> {
    let path = place(name);
    fs::create_dir_all(path.parent().unwrap_or(&path))?;
    fs::write(path, format!("{facts:#}\n"))
}

/// The facts that were kept under this name; none if they never were.
///
/// # Errors
///
/// If there is something else in the file.
pub fn facts(name: &str) -> io::Result<Option<Value>> {
    match fs::read(place(name)) {
        Ok(json) => Ok(Some(serde_json::from_slice(&json)?)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// No group of rows is called `facts`.
fn place(name: &str) -> PathBuf {
    criterion_directory()
        .join("facts")
        .join(name)
        .with_extension("json")
}
