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
#[derive(Debug)]
pub struct SpillFile {
    dir: Option<PathBuf>,
    file: Option<TempFile>,
    close: fn(File),
}

/// A temporary file that is made, and who closes it.
#[derive(Debug)]
pub(super) struct TempFile {
    /// `None` only in `drop`.
    file: Option<File>,
    close: fn(File),
}

impl SpillFile {
    /// One that is made in this directory, or in that of the system.
    pub const fn new(dir: Option<PathBuf>) -> Self {
        Self {
            dir,
            file: None,
            close: drop,
        }
    }

    /// Who closes it, once nothing of the form is left: for long ones it takes a
    /// while until the system has taken back what they had on disk.
    #[must_use]
    pub const fn closed_by(mut self, close: fn(File)) -> Self {
        self.close = close;
        self
    }

    pub(super) fn into_file(self) -> Option<TempFile> {
        self.file
    }

    fn made(&mut self) -> io::Result<&File> {
        let made = match self.file.take() {
            Some(made) => made,
            None => TempFile {
                file: Some(match &self.dir {
                    Some(dir) => tempfile::tempfile_in(dir)?,
                    None => tempfile::tempfile()?,
                }),
                close: self.close,
            },
        };
        Ok(self.file.insert(made).get())
    }
}

impl TempFile {
    #[expect(clippy::expect_used, reason = "only drop takes it")]
    pub(super) const fn get(&self) -> &File {
        self.file.as_ref().expect("the file is here")
    }
}

impl Drop for TempFile {
    fn drop(&mut self) {
        if let Some(file) = self.file.take() {
            (self.close)(file);
        }
    }
}

impl Default for SpillFile {
    fn default() -> Self {
        Self::new(None)
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
