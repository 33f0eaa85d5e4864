//! Values on their way into memory or onto disk.

use super::entry::Content;
use std::fs::File;
use std::io::{self, Write};
use std::mem;
use std::path::PathBuf;
use std::sync::Arc;
use tidegate_core::{At, Keep, Spill, Stored};

/// Where the values of one form are kept, one behind the other.
pub(super) struct Store {
    spill: Spill,
    temp_dir: Option<PathBuf>,
    /// All that are on disk: a file for each would be as many open files as there
    /// may be parts.
    disk: Option<Arc<File>>,
    /// How long it is.
    on_disk: u64,
}

/// A value that is being read.
#[derive(Default)]
pub(super) struct Value {
    stored: Stored,
    memory: Vec<u8>,
    disk: Option<Place>,
}

/// Where a value begins on disk.
struct Place {
    file: Arc<File>,
    start: u64,
}

/// Where a value may be.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Within {
    Any,
    Memory,
    Disk,
}

impl Store {
    pub(super) fn new(spill: Spill, temp_dir: Option<PathBuf>) -> Self {
        Self {
            spill,
            temp_dir,
            disk: None,
            on_disk: 0,
        }
    }

    /// Keeps more of a value, which begins there in the body.
    pub(super) fn push(
        &mut self,
        value: &mut Value,
        within: Within,
        bytes: &[u8],
        offset: u64,
    ) -> io::Result<()> {
        let more = bytes.len() as u64;
        let kept = match within {
            Within::Any => self.spill.store(&mut value.stored, more),
            Within::Memory => self.spill.store_in_memory(&mut value.stored, more),
            Within::Disk => self.spill.store_on_disk(&mut value.stored, more),
        };
        match kept.map_err(|fault| At { offset, fault })? {
            Keep::InMemory => value.memory.extend_from_slice(bytes),
            Keep::OnDisk => {
                if value.disk.is_none() {
                    value.disk = Some(self.place()?);
                    self.write(&mem::take(&mut value.memory))?;
                }
                self.write(bytes)?;
            }
        }
        Ok(())
    }

    /// Behind the values that are on disk.
    fn place(&mut self) -> io::Result<Place> {
        let file = match &self.disk {
            Some(file) => file,
            None => self.disk.insert(Arc::new(match &self.temp_dir {
                Some(dir) => tempfile::tempfile_in(dir)?,
                None => tempfile::tempfile()?,
            })),
        };
        Ok(Place {
            file: Arc::clone(file),
            start: self.on_disk,
        })
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        if let Some(mut file) = self.disk.as_deref() {
            file.write_all(bytes)?;
            self.on_disk += bytes.len() as u64;
        }
        Ok(())
    }
}

impl Value {
    pub(super) fn finish(mut self) -> Content {
        // It grew by doubling, and the budget counts bytes.
        self.memory.shrink_to_fit();
        match self.disk {
            Some(Place { file, start }) => Content::Disk {
                file,
                start,
                len: self.stored.len(),
            },
            None => Content::Memory(self.memory),
        }
    }
}
