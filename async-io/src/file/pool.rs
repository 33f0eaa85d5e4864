//! Buffers that come back from whoever has used the last block in them.

use bytes::Bytes;
use std::mem;
use std::sync::{Arc, Mutex, PoisonError};

/// The buffers of one file that nobody uses.
#[derive(Default)]
pub(super) struct Pool {
    buffers: Mutex<Vec<Vec<u8>>>,
}

/// One is read into while the other is used.
const KEPT: usize = 2;

/// A buffer that goes back to where it came from.
pub(super) struct Buffer {
    bytes: Vec<u8>,
    len: usize,
    pool: Arc<Pool>,
}

impl Pool {
    /// One with room for so many bytes.
    pub(super) fn buffer(self: &Arc<Self>, len: usize) -> Buffer {
        let mut buffers = self.buffers.lock().unwrap_or_else(PoisonError::into_inner);
        let mut bytes = buffers.pop().unwrap_or_default();
        drop(buffers);
        if bytes.len() < len {
            // Asked for anew it is zeroed by the system, as far as it is used.
            bytes = vec![0; len];
        }
        let pool = Arc::clone(self);
        Buffer { bytes, len, pool }
    }
}

impl Buffer {
    pub(super) fn room(&mut self) -> &mut [u8] {
        &mut self.bytes[..self.len]
    }

    /// The first so many bytes.
    pub(super) fn into_bytes(mut self, len: usize) -> Bytes {
        if len == 0 {
            return Bytes::new();
        }
        self.len = len.min(self.len);
        Bytes::from_owner(self)
    }
}

impl AsRef<[u8]> for Buffer {
    fn as_ref(&self) -> &[u8] {
        &self.bytes[..self.len]
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        let bytes = mem::take(&mut self.bytes);
        let mut buffers = self
            .pool
            .buffers
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if buffers.len() < KEPT {
            buffers.push(bytes);
        }
    }
}
