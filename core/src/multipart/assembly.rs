use super::{Boundary, Encoder, FormFault, PartHead};
use crate::Limit;
use alloc::vec::Vec;

mod check;
mod error;
mod field;
mod names;
mod progress;
mod slices;
mod turn;

pub use error::FormError;
pub use progress::FormProgress;
pub use slices::Slices;
pub use turn::Turn;

/// A multipart body put together: all that stands between the bodies of the
/// parts in one buffer, the bodies apart from it, and how far it is sent.
///
/// A part costs no allocation of its own here, however many there are. It
/// decides and sends nothing: `Form` of an adapter crate is this around readers
/// and files. Without an allocator use [`Encoder`](super::Encoder).
///
/// ```
/// use tidegate_core::{Assembly, BodyLength, Boundary, InMemory, PartHead, Turn};
///
/// struct Body(&'static [u8]);
///
/// impl InMemory for Body {
///     fn in_memory(&self) -> Option<&[u8]> {
///         Some(self.0)
///     }
/// }
///
/// let mut form = Assembly::new(Boundary::new("b")?);
/// form.field("title", b"Tide");
/// form.part(PartHead::form_data("gate"), Body(b"open"), BodyLength::Unknown);
/// let content_length = form.remaining();
/// let mut body = Vec::new();
/// while let Turn::Ready(bytes) = form.turn(1)? {
///     body.extend_from_slice(bytes);
///     let len = bytes.len();
///     form.advance(len);
/// }
/// assert_eq!(
///     String::from_utf8_lossy(&body),
///     "--b\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\nTide\
///      \r\n--b\r\nContent-Disposition: form-data; name=\"gate\"\r\n\r\nopen\
///      \r\n--b--\r\n"
/// );
/// assert_eq!(content_length, Some(body.len() as u64));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// [`FormFault`], which names the part, and from then on the same again:
/// nothing that is behind the fault is ever shown, the last delimiter least of
/// all, so no body that broke looks whole.
///
/// # Panics
///
/// If a part is added behind the first byte. [`rewind`](Self::rewind) makes it
/// possible again.
#[derive(Clone, Debug)]
pub struct Assembly<B> {
    boundary: Boundary,
    encoder: Encoder,
    /// Delimiters, heads, and values that were given together with them.
    framing: Vec<u8>,
    /// How much of it is the last delimiter: 0 as long as parts may be added.
    end: usize,
    /// Where each part begins in `framing`, ascending.
    starts: Vec<usize>,
    /// In the order of `at`.
    bodies: Vec<Placed<B>>,
    /// `shown <= framing.len()`: how much of it is sent.
    shown: usize,
    /// `done <= bodies.len()`: how many of them are.
    done: usize,
    position: u64,
    fault: Option<FormFault>,
}

#[derive(Clone, Debug)]
struct Placed<B> {
    /// How much of the framing stands before it.
    at: usize,
    part: usize,
    length: BodyLength,
    /// Of the body's own length, once the last delimiter is there.
    limit: Limit,
    body: B,
}

/// A body that may lie in memory as a whole.
pub trait InMemory {
    /// All its bytes, always the same, or `None` if it must be read.
    fn in_memory(&self) -> Option<&[u8]>;
}

/// What is known of the length of a body that must be read. Complete by
/// definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BodyLength {
    /// It ends where it ends.
    Unknown,
    /// So many bytes are sent, and what may follow is not looked at: a file,
    /// which may grow meanwhile.
    Measured(u64),
    /// It must end after so many bytes. For this one byte more is asked for.
    Promised(u64),
}

impl<B> Assembly<B> {
    /// A body with this boundary and no parts yet.
    pub fn new(boundary: Boundary) -> Self {
        Self {
            boundary,
            encoder: Encoder::new(boundary),
            framing: Vec::with_capacity(LONGEST_END),
            end: 0,
            starts: Vec::new(),
            bodies: Vec::new(),
            shown: 0,
            done: 0,
            position: 0,
            fault: None,
        }
    }

    /// Adds a part whose body is copied: for small ones.
    ///
    /// # Panics
    ///
    /// Behind the [first byte](Self#panics).
    pub fn copied(&mut self, head: PartHead<'_>, body: &[u8]) {
        self.head(head);
        self.framing.reserve(body.len() + LONGEST_END);
        self.framing.extend_from_slice(body);
    }

    fn head(&mut self, head: PartHead<'_>) {
        self.start();
        let start = self.encoder.part(head);
        let framing = &mut self.framing;
        start
            .pieces()
            .for_each(|piece| framing.extend_from_slice(piece));
        framing.reserve(LONGEST_END);
    }

    #[inline]
    fn start(&mut self) {
        self.expect_open();
        self.starts.push(self.framing.len());
    }

    /// The boundary between the parts.
    pub const fn boundary(&self) -> &Boundary {
        &self.boundary
    }

    /// How many parts there are.
    pub fn parts(&self) -> usize {
        self.starts.len()
    }

    /// How many bytes were sent, or read to be sent.
    pub const fn position(&self) -> u64 {
        self.position
    }

    /// The part, counted from 0, to which the last byte that was sent belongs,
    /// or the first byte of all.
    pub fn part_at(&self) -> usize {
        let started = match self.bodies.get(self.done) {
            // Its own head may be what was sent last, or some of it.
            Some(placed) if placed.at == self.shown => return placed.part,
            _ => self.starts.partition_point(|&start| start < self.shown),
        };
        started.saturating_sub(1)
    }

    /// The body whose bytes lie ready, all that are left of it: for adapters that
    /// share them instead of what a [`turn`](Self::turn) shows. `None` if what it
    /// shows stands before the body, or it shows nothing.
    pub fn body_at(&self) -> Option<&B> {
        let placed = self.bodies.get(self.done)?;
        (placed.at == self.shown).then_some(&placed.body)
    }

    /// Something else went wrong with a part, as an error of its reader: from
    /// now on that is the fault.
    pub fn fail(&mut self, part: usize) {
        self.fault.get_or_insert(FormFault::Failed { part });
    }

    /// The fault that was found, if one was.
    pub const fn failure(&self) -> Option<FormFault> {
        self.fault
    }

    /// Nothing was asked for yet, so parts may be added.
    pub const fn is_open(&self) -> bool {
        self.end == 0
    }

    /// Begins anew, with whatever the bodies are by now: whoever calls this has
    /// brought them back to their starts. Parts may be added again.
    pub fn rewind(&mut self) {
        self.framing.truncate(self.framing.len() - self.end);
        (self.end, self.fault) = (0, None);
        (self.shown, self.done, self.position) = (0, 0, 0);
        for placed in &mut self.bodies {
            placed.limit = Limit::exact(0);
        }
    }

    /// The bodies that were not copied, with their parts.
    pub fn bodies(&self) -> impl Iterator<Item = (usize, &B)> {
        self.bodies.iter().map(|placed| (placed.part, &placed.body))
    }

    /// The same with their lengths, to be brought back to their starts before a
    /// [`rewind`](Self::rewind), or replaced by others: not behind the first
    /// byte, or what is sent is unspecified.
    pub fn bodies_mut(&mut self) -> impl Iterator<Item = (usize, &mut B, &mut BodyLength)> {
        let bodies = self.bodies.iter_mut();
        bodies.map(|placed| (placed.part, &mut placed.body, &mut placed.length))
    }

    /// The same from its start, around other bodies.
    ///
    /// # Errors
    ///
    /// The first that the making of a body gives.
    pub fn try_map<C, E>(
        &self,
        mut body: impl FnMut(usize, &B) -> Result<C, E>,
    ) -> Result<Assembly<C>, E> {
        let bodies = self.bodies.iter().map(|placed| {
            Ok(Placed {
                at: placed.at,
                part: placed.part,
                length: placed.length,
                limit: placed.limit,
                body: body(placed.part, &placed.body)?,
            })
        });
        let mut mapped = Assembly {
            boundary: self.boundary,
            encoder: self.encoder.clone(),
            framing: self.framing.clone(),
            end: self.end,
            starts: self.starts.clone(),
            bodies: bodies.collect::<Result<_, E>>()?,
            shown: 0,
            done: 0,
            position: 0,
            fault: None,
        };
        mapped.rewind();
        Ok(mapped)
    }

    #[inline]
    fn expect_open(&self) {
        assert!(
            self.end == 0,
            "a part was added to a body that is being sent"
        );
    }
}

impl<B: InMemory> Assembly<B> {
    /// Adds a part whose body stays apart. The length says nothing of one that
    /// lies in memory.
    ///
    /// # Panics
    ///
    /// Behind the [first byte](Self#panics).
    pub fn part(&mut self, head: PartHead<'_>, body: B, length: BodyLength) {
        self.head(head);
        self.bodies.push(Placed {
            at: self.framing.len(),
            part: self.starts.len() - 1,
            length,
            limit: Limit::exact(0),
            body,
        });
    }

    /// How many bytes are still to come: a Content-Length, before the first.
    /// `None` if one of the lengths is not known, or their sum does not fit 64
    /// bits.
    pub fn remaining(&self) -> Option<u64> {
        let end = match self.end {
            0 => self.encoder.clone().end().encoded_len(),
            // It is part of the framing.
            _ => 0,
        };
        let framing = (self.framing.len() - self.shown) as u64;
        let mut bodies = self.bodies[self.done..].iter();
        bodies.try_fold(framing.checked_add(end)?, |sum, placed| {
            sum.checked_add(placed.len()? - placed.limit.position())
        })
    }
}

impl<B: InMemory> Placed<B> {
    fn len(&self) -> Option<u64> {
        match (self.body.in_memory(), self.length) {
            (Some(bytes), _) => Some(bytes.len() as u64),
            (None, BodyLength::Unknown) => None,
            (None, BodyLength::Measured(len) | BodyLength::Promised(len)) => Some(len),
        }
    }
}

/// There is always room for the last delimiter, so that nothing allocates once
/// the first byte is sent.
const LONGEST_END: usize = b"\r\n----\r\n".len() + Boundary::MAX;
