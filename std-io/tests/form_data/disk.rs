//! Temporary files: where they are, what becomes of them, and a disk that refuses
//! or is full.

use super::{FormData, FormOptions, TYPE, form};
use std::fs;
use std::io::{self, ErrorKind};
use std::path::Path;
use tempfile::TempDir;
use tidegate_core::Spill;

const DATA: &[u8] = &[b'x'; 100_000];

fn body() -> Vec<u8> {
    form(&[("a", Some("a.bin"), DATA), ("b", Some("b.bin"), DATA)])
}

fn on_disk(dir: &Path, body: &[u8]) -> io::Result<FormData> {
    FormOptions::new()
        .spill(Spill::new().memory(0))
        .temp_dir(dir)
        .read(body, TYPE)
}

fn names_in(dir: &Path) -> usize {
    fs::read_dir(dir).unwrap().count()
}

#[test]
fn temporary_files_are_gone_with_the_form_and_on_error() {
    let dir = TempDir::new().unwrap();
    let body = body();
    let form = on_disk(dir.path(), &body).unwrap();
    assert!(form.iter().all(|entry| entry.as_bytes().is_none()));
    drop(form);
    assert_eq!(names_in(dir.path()), 0);
    on_disk(dir.path(), &body[..body.len() - 10]).unwrap_err();
    assert_eq!(names_in(dir.path()), 0);
}

#[test]
fn a_directory_that_is_not_there_is_an_error_of_the_disk() {
    let dir = TempDir::new().unwrap();
    let missing = dir.path().join("missing");
    let error = on_disk(&missing, &body()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    let file = dir.path().join("file");
    fs::write(&file, "").unwrap();
    let error = on_disk(&file, &body()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotADirectory);
}

#[test]
fn a_file_is_persisted_once_and_over_nothing() {
    let dir = TempDir::new().unwrap();
    let target = dir.path().join("kept");
    for disk in [true, false] {
        let memory = if disk { 0 } else { 1 << 20 };
        let form = FormOptions::new()
            .spill(Spill::new().memory(memory))
            .read(&body()[..], TYPE)
            .unwrap();
        let file = form.file("a").unwrap();
        assert_eq!(file.as_bytes().is_none(), disk);
        assert_eq!(file.persist(&target).unwrap(), DATA.len() as u64);
        assert_eq!(fs::read(&target).unwrap(), DATA);
        fs::write(&target, "mine").unwrap();
        let error = file.persist(&target).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::AlreadyExists);
        assert_eq!(fs::read(&target).unwrap(), b"mine");
        fs::remove_file(&target).unwrap();
    }
    assert_eq!(names_in(dir.path()), 0);
}

/// A form has a thousand parts, and a process often no more files than that.
#[cfg(target_os = "linux")]
#[test]
fn all_values_on_disk_are_in_one_file() {
    let dir = TempDir::new().unwrap();
    let data: Vec<_> = (0..500).map(|n| format!("value {n}")).collect();
    let parts = data.iter().map(|it| ("n", Some("f"), it.as_bytes()));
    let body = form(&parts.collect::<Vec<_>>());
    let form = on_disk(dir.path(), &body).unwrap();
    let open = fs::read_dir("/proc/self/fd").unwrap().filter(|fd| {
        let target = fd
            .as_ref()
            .ok()
            .and_then(|fd| fs::read_link(fd.path()).ok());
        target.is_some_and(|target| target.starts_with(dir.path()))
    });
    assert_eq!(open.count(), 1);
    for (entry, data) in form.iter().zip(&data) {
        assert_eq!(entry.as_bytes(), None);
        assert_eq!(entry.text().unwrap(), *data);
    }
}

/// No file of this process may be longer than 64 KiB: what a full disk says, as
/// another errno. The test runs itself again under that limit.
#[cfg(unix)]
#[test]
fn a_full_disk_is_an_error_and_leaves_nothing() {
    use std::process::Command;

    const DIR: &str = "TIDEGATE_FULL_DISK";

    if let Some(dir) = std::env::var_os(DIR) {
        let dir = Path::new(&dir);
        let error = on_disk(dir, &body()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::FileTooLarge);
        let form = FormData::read(&body()[..], TYPE).unwrap();
        let error = form
            .file("a")
            .unwrap()
            .persist(dir.join("kept"))
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::FileTooLarge);
        assert_eq!(names_in(dir), 0);
        return;
    }
    let dir = TempDir::new().unwrap();
    let (_, module) = module_path!().split_once("::").unwrap();
    // Blocks of 512 bytes; the signal would end the process.
    let script = "trap '' XFSZ; ulimit -f 128; exec \"$0\" --exact \"$1\" --test-threads 1";
    // By pipes: a file that it says something into may be too long already.
    let said = Command::new("sh")
        .args(["-c", script])
        .arg(std::env::current_exe().unwrap())
        .arg(format!(
            "{module}::a_full_disk_is_an_error_and_leaves_nothing"
        ))
        .env(DIR, dir.path())
        .output()
        .unwrap();
    assert!(said.status.success(), "{said:?}");
    assert_eq!(names_in(dir.path()), 0);
}
