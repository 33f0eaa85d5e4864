//! What is sent next, and what has become of it.

use super::{Assembly, BodyLength, InMemory, Placed};
use crate::multipart::FormFault;
use crate::{Limit, LimitFault, Plan};

/// What comes next. Complete by definition.
#[derive(Debug)]
pub enum Turn<'t, B> {
    /// Bytes to be sent as they are, never none: then
    /// [`advance`](Assembly::advance). There may be more:
    /// [`slices`](Assembly::slices).
    Ready(&'t [u8]),
    /// Up to so many bytes of this body are to be read, at least one, and sent:
    /// then [`record`](Assembly::record).
    Read(&'t mut B, usize),
    /// One byte of this body is to be read, to see whether it ends where it
    /// promised: then [`record`](Assembly::record) how many there were. It
    /// belongs to nobody.
    Probe(&'t mut B),
    /// Nothing: the whole body was sent.
    Done,
}

/// The same without the borrows.
enum Next {
    Framing,
    Memory,
    Read(usize),
    Probe,
    Done,
}

impl<B: InMemory> Assembly<B> {
    /// What comes next, for somebody who wants to read up to so many bytes: one
    /// at least.
    ///
    /// # Errors
    ///
    /// The fault that was found, again and again.
    pub fn turn(&mut self, wanted: usize) -> Result<Turn<'_, B>, FormFault> {
        let next = self.next(wanted.max(1))?;
        let run = self.run();
        let body = self.bodies.get_mut(self.done);
        Ok(match (next, body) {
            (Next::Framing, _) => Turn::Ready(&self.framing[self.shown..run]),
            (Next::Memory, Some(placed)) => Turn::Ready(placed.ready().unwrap_or_default()),
            (Next::Read(most), Some(placed)) => Turn::Read(&mut placed.body, most),
            (Next::Probe, Some(placed)) => Turn::Probe(&mut placed.body),
            (Next::Done | Next::Memory | Next::Read(_) | Next::Probe, _) => Turn::Done,
        })
    }

    fn next(&mut self, wanted: usize) -> Result<Next, FormFault> {
        self.close()?;
        loop {
            if self.shown < self.run() {
                return Ok(Next::Framing);
            }
            let Some(placed) = self.bodies.get(self.done) else {
                return Ok(Next::Done);
            };
            let in_memory = placed.body.in_memory().is_some();
            match placed.limit.plan(wanted) {
                Ok(Plan::Read(_)) if in_memory => return Ok(Next::Memory),
                Ok(Plan::Read(most)) => return Ok(Next::Read(most)),
                Ok(Plan::Probe) => return Ok(Next::Probe),
                Ok(Plan::End) => self.done += 1,
                Err(at) => return Err(self.found(at.fault)),
            }
        }
    }

    /// So many bytes of those that lay ready were sent.
    ///
    /// # Panics
    ///
    /// If there were fewer.
    pub fn advance(&mut self, sent: usize) {
        let mut left = sent;
        while left > 0 {
            let framing = left.min(self.run() - self.shown);
            if framing > 0 {
                self.shown += framing;
                left -= framing;
                continue;
            }
            let rest = self.bodies.get(self.done).and_then(Placed::ready);
            #[expect(clippy::expect_used, reason = "documented")]
            let rest = rest.expect("more was sent than lay ready").len();
            let of_body = left.min(rest);
            if of_body > 0 {
                self.count(of_body);
                left -= of_body;
            }
            self.done += usize::from(of_body == rest);
        }
        self.position += sent as u64;
    }

    /// So many bytes of the body were read: 0 is its end. Those of a
    /// [`Turn::Read`] are to be sent.
    ///
    /// # Errors
    ///
    /// [`FormFault::Short`] or [`FormFault::Long`], for good: the length was
    /// another one.
    ///
    /// # Panics
    ///
    /// If more was read than the turn said, or there was no such turn.
    pub fn record(&mut self, read: usize) -> Result<(), FormFault> {
        assert!(self.done < self.bodies.len(), "no body is to be read");
        self.position += self.count(read);
        self.fault.map_or(Ok(()), Err)
    }

    /// Counts bytes of the body, and says how many of them belong to it.
    fn count(&mut self, bytes: usize) -> u64 {
        let placed = &mut self.bodies[self.done];
        let before = placed.limit.position();
        let recorded = placed.limit.record(bytes);
        let position = placed.limit.position();
        match (recorded, placed.length) {
            (Err(at), _) => {
                self.found(at.fault);
            }
            (Ok(()), BodyLength::Promised(expected)) if bytes == 0 && position < expected => {
                let received = position;
                self.found(LimitFault::Disconnected { expected, received });
            }
            (Ok(()), _) => {}
        }
        position - before
    }

    fn found(&mut self, fault: LimitFault) -> FormFault {
        let part = self.part_at();
        *self.fault.get_or_insert(match fault {
            LimitFault::TooLarge { limit } => FormFault::Long {
                part,
                promised: limit,
            },
            LimitFault::Disconnected { expected, received } => FormFault::Short {
                part,
                promised: expected,
                received,
            },
        })
    }

    /// Where the framing ends that is shown before the next body.
    fn run(&self) -> usize {
        let body = self.bodies.get(self.done);
        body.map_or(self.framing.len(), |placed| placed.at)
    }

    /// Puts the last delimiter behind all parts, which [`turn`](Self::turn) does
    /// by itself.
    ///
    /// # Errors
    ///
    /// [`FormFault::TooLong`], or the fault that was found before.
    pub fn close(&mut self) -> Result<(), FormFault> {
        if self.end == 0 {
            self.write_end();
        }
        self.fault.map_or(Ok(()), Err)
    }

    #[cold]
    fn write_end(&mut self) {
        let mut lengths = self.bodies.iter().map(Placed::len);
        if self.remaining().is_none() && lengths.all(|len| len.is_some()) {
            self.fault.get_or_insert(FormFault::TooLong);
        }
        for piece in self.encoder.clone().end().pieces() {
            self.framing.extend_from_slice(piece);
            self.end += piece.len();
        }
        for placed in &mut self.bodies {
            placed.limit = match (placed.body.in_memory(), placed.length) {
                (Some(bytes), _) => Limit::exact(bytes.len() as u64),
                (None, BodyLength::Unknown) => Limit::at_most(u64::MAX),
                (None, BodyLength::Measured(len)) => Limit::exact(len),
                (None, BodyLength::Promised(len)) => Limit::at_most(len),
            };
        }
    }
}

impl<B: InMemory> Placed<B> {
    /// What of it can be sent without reading: all that is left, if it lies in
    /// memory, and nothing of one that was read to its end.
    pub(super) fn ready(&self) -> Option<&[u8]> {
        match self.body.in_memory() {
            Some(bytes) => {
                let sent = usize::try_from(self.limit.position()).unwrap_or(usize::MAX);
                Some(bytes.get(sent..).unwrap_or_default())
            }
            None => matches!(self.limit.plan(1), Ok(Plan::End)).then_some(&[]),
        }
    }
}
