//! A body in reads of one size, and what must come of it.

use super::body::Body;
use super::source::{Chunks, Socket};
use bytes::Bytes;
use memchr::memmem;
use std::cell::{Cell, RefCell};
use tidegate_benches::{Answer, Engine, Gives};

#[derive(Debug)]
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) boundary: String,
    /// How much comes at once.
    read: usize,
    /// What is sent, and how often.
    segments: [(Bytes, usize); 3],
    parts: Vec<(Vec<u8>, Vec<u8>)>,
    /// Whether the next read is always there at once.
    pub(crate) always_ready: bool,
    /// Whether engines are to add up every byte.
    closely: Cell<bool>,
    /// Room to copy to, which has been written to before.
    pub(crate) room: RefCell<Vec<u8>>,
}

impl Case {
    pub(crate) fn new(body: &Body, read: usize) -> Self {
        let body = body.clone();
        Self {
            name: body.name,
            boundary: body.boundary,
            read,
            segments: [
                (body.head.into(), 1),
                (body.content.into(), body.times),
                (body.tail.into(), 1),
            ],
            parts: body.parts,
            always_ready: false,
            closely: Cell::new(false),
            room: RefCell::new(vec![1; read]),
        }
    }

    pub(crate) const fn read(&self) -> usize {
        self.read
    }

    /// What comes, as a stream.
    pub(crate) fn socket<E>(&self) -> Socket<E> {
        let chunks = Chunks::new(self.segments.clone(), self.read);
        Socket::new(chunks, self.always_ready)
    }

    /// The same as slices.
    pub(crate) fn slices(&self) -> impl Iterator<Item = &[u8]> {
        self.segments
            .iter()
            .flat_map(|(bytes, times)| std::iter::repeat_n(bytes, *times))
            .flat_map(|bytes| bytes.chunks(self.read))
    }

    /// Whether the content holds two dashes and the boundary, within a line.
    pub(crate) fn holds_boundary(&self) -> bool {
        let dashed = format!("--{}", self.boundary);
        memmem::find(&self.segments[1].0, dashed.as_bytes()).is_some()
    }

    pub(crate) fn tally(&self) -> Tally {
        Tally {
            answer: Answer::default(),
            closely: self.closely.get(),
        }
    }

    /// The parts and their data; or all that was sent.
    pub(crate) fn expected(&self, gives: Gives) -> Answer {
        if gives == Gives::Bytes {
            let sent = self.segments.iter();
            let sent: usize = sent.map(|(bytes, times)| bytes.len() * times).sum();
            return Answer {
                bytes: sent as u64,
                ..Answer::default()
            };
        }
        let mut tally = self.tally();
        for (name, data) in &self.parts {
            tally.part(name);
            tally.data(data);
        }
        let (content, times) = &self.segments[1];
        for _ in 0..*times {
            tally.data(content);
        }
        tally.answer
    }

    /// Whether an engine hands out what it should, to the byte.
    pub(crate) fn is_decoded_by(&self, engine: &Engine<Self>) -> bool {
        self.closely.set(true);
        let right = (engine.run)(self) == self.expected(engine.gives);
        self.closely.set(false);
        right
    }

    /// Looks at every byte, and at the content once: in a race only lengths are
    /// added up.
    ///
    /// # Panics
    ///
    /// If an engine hands out something else than it should.
    pub(crate) fn hold_to_every_byte(&self, engines: &[Engine<Self>]) {
        let mut once = Self {
            segments: self.segments.clone(),
            parts: self.parts.clone(),
            always_ready: self.always_ready,
            closely: Cell::new(false),
            room: RefCell::new(vec![1; self.read]),
            boundary: self.boundary.clone(),
            name: self.name.clone(),
            read: self.read,
        };
        once.segments[1].1 = 1;
        for engine in engines {
            let right = once.is_decoded_by(engine);
            assert!(right, "{}: {}", self.name, engine.name);
        }
    }
}

/// What an engine made of a body: its parts, the length of their data, and of
/// their names.
///
/// Where data is cut is up to the engine, so nothing here knows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tally {
    pub(crate) answer: Answer,
    /// Add up every byte, by its place.
    closely: bool,
}

impl Tally {
    /// A part of this name begins.
    #[inline]
    pub(crate) fn part(&mut self, name: &[u8]) {
        self.answer.pieces += 1;
        self.answer.firsts += name.len() as u64;
        if self.closely {
            self.look_at(name);
        }
    }

    /// Some of its data.
    #[inline]
    pub(crate) fn data(&mut self, data: &[u8]) {
        self.answer.bytes += data.len() as u64;
        if self.closely {
            self.look_at(data);
        }
    }

    #[cold]
    fn look_at(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            let sum = self.answer.firsts.wrapping_add(u64::from(byte) + 1);
            self.answer.firsts = sum.wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(7);
        }
    }
}
