//! Small fields of forms, of which there may be a million.

use super::{Assembly, LONGEST_END};
use crate::multipart::PartHead;
use crate::multipart::escape::is_plain;
use crate::multipart::head::NAME_END;
use crate::multipart::opening::Opening;

impl<B> Assembly<B> {
    /// Adds a field of a form, whose value is copied: for small ones.
    ///
    /// # Panics
    ///
    /// Behind the [first byte](Self#panics).
    #[inline]
    pub fn field(&mut self, name: &str, value: &[u8]) {
        let behind = name.len() + NAME_END.len() + value.len();
        // The first delimiter is another one.
        let alike = behind <= SHORT && !self.starts.is_empty() && is_plain(name.as_bytes());
        match self.encoder.opening.block() {
            Some((opening, opened)) if alike => {
                self.expect_open();
                self.starts.push(self.framing.len());
                let framing = &mut self.framing;
                let end = framing.len() + opened + behind;
                framing.reserve(BLOCK + LONGEST_END);
                framing.extend_from_slice(opening);
                framing.extend_from_slice(&[0; SHORT]);
                if let Some(block) = framing.last_chunk_mut::<BLOCK>() {
                    let room = put(&mut block[opened..], name.as_bytes());
                    let room = put(room, NAME_END);
                    put(room, value);
                }
                framing.truncate(end);
            }
            _ => self.copied(PartHead::form_data(name), value),
        }
    }
}

/// So many bytes behind the opening of a field are written without a call for
/// each piece, which would cost more than the bytes.
const SHORT: usize = 32;

const BLOCK: usize = Opening::BLOCK + SHORT;

/// Copies a few bytes to the front of the room, and gives the rest of it.
#[inline(always)]
fn put<'r>(room: &'r mut [u8], bytes: &[u8]) -> &'r mut [u8] {
    let (room, rest) = room.split_at_mut(bytes.len());
    match bytes.len() {
        4..=8 => put_ends::<4>(room, bytes),
        9..=16 => put_ends::<8>(room, bytes),
        17..=32 => put_ends::<16>(room, bytes),
        _ => room.copy_from_slice(bytes),
    }
    rest
}

/// Both ends, which may overlap: all of it, if that is no more than twice `N`.
#[inline(always)]
fn put_ends<const N: usize>(room: &mut [u8], bytes: &[u8]) {
    if let (Some(first), Some(room)) = (bytes.first_chunk::<N>(), room.first_chunk_mut()) {
        *room = *first;
    }
    if let (Some(last), Some(room)) = (bytes.last_chunk::<N>(), room.last_chunk_mut()) {
        *room = *last;
    }
}
