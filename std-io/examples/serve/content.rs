//! The content of an answer: bytes in memory, or a file that is never in it.

use std::fs::File;
use std::io;
use std::sync::Arc;
use tidegate_std_io::{FaultClass, FileAt, FileSink, FileWrapper, MultiRange, fault_class};

pub(crate) enum Content {
    /// Not even of no bytes: the answer says nothing of a length (304).
    None,
    Bytes(Vec<u8>),
    /// A file, or a part of one.
    File(FileWrapper<FileAt<File>>),
    /// Several parts of one, with something between them.
    Parts(MultiRange<Arc<File>>),
}

impl Content {
    /// How many bytes are still to be sent. It was promised to the client.
    pub(crate) fn left(&self) -> Option<u64> {
        match self {
            Self::None => None,
            Self::Bytes(bytes) => Some(bytes.len() as u64),
            Self::File(file) => file.len_hint(),
            Self::Parts(parts) => Some(parts.content_length()),
        }
    }

    /// Takes what there is in memory: it is sent with the head, in one packet
    /// if it is short.
    pub(crate) fn take_bytes(&mut self) -> Vec<u8> {
        match self {
            Self::Bytes(bytes) => std::mem::take(bytes),
            _ => Vec::new(),
        }
    }

    /// Sends all that is left, a file by `sendfile` where the system has that.
    ///
    /// The error says how far it got. There is no way to go on from there that
    /// the client would understand: the connection must be closed.
    pub(crate) fn send_to(&mut self, to: &mut impl FileSink) -> io::Result<()> {
        let promised = self.left().unwrap_or(0);
        let sent = match self {
            Self::None => Ok(()),
            Self::Bytes(_) => to.write_all(&self.take_bytes()),
            Self::File(file) => file.send_to(to).map(drop),
            Self::Parts(parts) => parts.send_to(to).map(drop),
        };
        sent.map_err(|error| {
            let sent = promised - self.left().unwrap_or(0).min(promised);
            let why = match fault_class(&error) {
                Some(FaultClass::TooSlow) => "the client is too slow to take it: ",
                _ => "",
            };
            let why = format!("cut short after {sent} of {promised} bytes: {why}{error}");
            io::Error::new(error.kind(), why)
        })
    }
}
