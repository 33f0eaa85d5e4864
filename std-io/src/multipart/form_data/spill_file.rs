use std::fs::File;
use std::io::{self, Write};
use std::path::PathBuf;

/// The temporary file of a form, made when the first byte is written to it.
///
/// It is for who collects a form by hand; see [`FormData::collected`](super::FormData::collected).
/// It has no name, where the system can do that, and is gone with this and the form.
///
/// # Errors
///
/// Those of the disk.
#[derive(Debug, Default)]
pub struct SpillFile {
    dir: Option<PathBuf>,
    file: Option<File>,
}

impl SpillFile {
    /// One that is made in this directory, or in that of the system.
    pub const fn new(dir: Option<PathBuf>) -> Self {
        Self { dir, file: None }
    }

    pub(super) fn into_file(self) -> Option<File> {
        self.file
    }

    fn made(&mut self) -> io::Result<&mut File> {
        if let Some(ref mut file) = self.file {
            return Ok(file);
        }
        let file = match &self.dir {
            Some(dir) => tempfile::tempfile_in(dir)?,
            None => tempfile::tempfile()?,
        };
        Ok(self.file.insert(file))
    }
}

impl Write for SpillFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.made()?.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
