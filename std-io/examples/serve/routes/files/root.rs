//! The directory that is shown, and nothing outside of it.

use std::fs::{self, File, ReadDir};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// A directory by its canonical path: absolute, and without links.
pub(crate) struct Root(PathBuf);

/// What is at a path.
pub(super) enum Found {
    /// A regular file, which lies below the root.
    File(File),
    Directory(ReadDir),
}

impl Root {
    pub(crate) fn new(path: &Path) -> io::Result<Self> {
        let explain =
            |error: io::Error| io::Error::new(error.kind(), format!("root {path:?}: {error}"));
        let root = fs::canonicalize(path).map_err(explain)?;
        // It must be one that can be read.
        fs::read_dir(&root).map_err(explain)?;
        Ok(Self(root))
    }

    /// What is at this path below the root, or `None` if nothing is that may be
    /// shown.
    ///
    /// Links are followed as long as they end below the root, wherever they lead
    /// through. What the path comes to is looked at before it is opened: to open
    /// a FIFO would wait for somebody to write to it, and to open a device may
    /// set it off.
    ///
    /// Between the look and the opening somebody who may write below the root
    /// can put something else there. If it is a link that leads out, it is found
    /// out on Linux, where an open file knows its path; elsewhere, and with a
    /// directory, whose names are then shown, it is not. If it is a FIFO, a
    /// thread waits in it. So who may write there has to be trusted that far.
    pub(super) fn find(&self, path: &Path) -> io::Result<Option<Found>> {
        let Some(path) = self.resolve(path) else {
            return Ok(None);
        };
        self.open(&path).or_else(|error| match error.kind() {
            ErrorKind::NotFound | ErrorKind::PermissionDenied => Ok(None),
            // Too many open files, a broken disk: no news of this file.
            _ => Err(io::Error::other(error)),
        })
    }

    /// What is below the root at a path, behind all links. `None` if they lead
    /// out, or nowhere.
    pub(super) fn resolve(&self, path: &Path) -> Option<PathBuf> {
        let path = fs::canonicalize(self.0.join(path)).ok()?;
        path.starts_with(&self.0).then_some(path)
    }

    fn open(&self, path: &Path) -> io::Result<Option<Found>> {
        let kind = fs::symlink_metadata(path)?.file_type();
        if kind.is_dir() {
            return Ok(Some(Found::Directory(fs::read_dir(path)?)));
        }
        if !kind.is_file() {
            return Ok(None);
        }
        let file = File::open(path)?;
        let is_file = file.metadata()?.is_file();
        Ok((is_file && self.holds(&file)).then_some(Found::File(file)))
    }

    /// Whether an open file is below the root.
    #[cfg(target_os = "linux")]
    fn holds(&self, file: &File) -> bool {
        use std::os::fd::AsRawFd;
        // Where there is no /proc nothing is shown.
        fs::read_link(format!("/proc/self/fd/{}", file.as_raw_fd()))
            .is_ok_and(|path| path.starts_with(&self.0))
    }

    #[cfg(not(target_os = "linux"))]
    fn holds(&self, _: &File) -> bool {
        true
    }
}
