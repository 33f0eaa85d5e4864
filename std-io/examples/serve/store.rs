//! Where uploads are kept: the directory of `--save`.
//!
//! Each request that brings files has a directory of its own there, of a random
//! name, so that no two of them meet. It is called `upload-….part` until all of
//! the request has arrived, and then loses its extension: what has none is whole.
//! If the request fails, it is removed with all that is in it. Only who kills the
//! server leaves one behind.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

pub(crate) struct Store(PathBuf);

impl Store {
    /// Makes the directory if there is none, and sees whether it can be used.
    pub(crate) fn new(path: &Path) -> io::Result<Self> {
        let open = || {
            fs::create_dir_all(path)?;
            let store = Self(fs::canonicalize(path)?);
            store.begin()?;
            Ok(store)
        };
        open().map_err(|error: io::Error| {
            io::Error::new(error.kind(), format!("save {path:?}: {error}"))
        })
    }

    pub(crate) fn begin(&self) -> io::Result<Incoming> {
        tempfile::Builder::new()
            .prefix("upload-")
            .rand_bytes(16)
            .suffix(".part")
            .tempdir_in(&self.0)
            .map(Incoming)
            // Not with the path, which is none of the client's business.
            .map_err(|error| {
                let kind = error.kind();
                io::Error::new(kind, format!("the files cannot be saved: {kind}"))
            })
    }
}

/// The files of a request, which are gone with this unless they are kept.
pub(crate) struct Incoming(TempDir);

impl Incoming {
    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn keep(mut self) -> io::Result<()> {
        fs::rename(self.path(), self.path().with_extension(""))?;
        self.0.disable_cleanup(true);
        Ok(())
    }
}
