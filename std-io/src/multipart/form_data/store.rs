//! Values on their way into memory or onto disk.

use super::entry::Content;
use std::fs::File;
use std::io::{self, Write};
use std::path::PathBuf;
use tidegate_core::{At, Keep, Spill, Stored};

/// Where the values of one form are kept.
pub(super) struct Store {
    pub(super) spill: Spill,
    pub(super) temp_dir: Option<PathBuf>,
}

/// A value that is being read.
#[derive(Default)]
pub(super) struct Value {
    stored: Stored,
    memory: Vec<u8>,
    disk: Option<File>,
}

/// Where a value may be.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Within {
    Any,
    Memory,
    Disk,
}

impl Store {
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
            Keep::OnDisk => self.disk(value)?.write_all(bytes)?,
        }
        Ok(())
    }

    /// The file of a value that is to be on disk, with what was in memory of it.
    fn disk<'v>(&self, value: &'v mut Value) -> io::Result<&'v mut File> {
        Ok(match &mut value.disk {
            Some(file) => file,
            none => {
                let mut file = match &self.temp_dir {
                    Some(dir) => tempfile::tempfile_in(dir)?,
                    None => tempfile::tempfile()?,
                };
                file.write_all(&value.memory)?;
                value.memory = Vec::new();
                none.insert(file)
            }
        })
    }
}

impl Value {
    pub(super) fn finish(self) -> Content {
        match self.disk {
            Some(file) => Content::Disk {
                file,
                len: self.stored.len(),
            },
            None => Content::Memory(self.memory),
        }
    }
}
