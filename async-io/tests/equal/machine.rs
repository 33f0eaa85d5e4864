//! What core alone makes of an input: its machines, offered the pieces as they
//! arrive by the plainest of drivers.
#![allow(clippy::unwrap_used, reason = "a test may")]

use super::kinds::Arrival;
use std::collections::VecDeque;
use std::io::{self, ErrorKind};
use tidegate_async_io::core::{self, Event, Feed, Plan, Scan};

/// An input as it arrives, as far as the limit goes.
pub(crate) struct Arriving<'a> {
    pieces: VecDeque<&'a [u8]>,
    error: Option<ErrorKind>,
    limit: Option<core::Limit>,
}

impl<'a> Arriving<'a> {
    pub(crate) fn new(arrival: &Arrival<'a>) -> Self {
        let pieces = arrival.pieces.iter().copied();
        Self {
            pieces: pieces.filter(|piece| !piece.is_empty()).collect(),
            error: arrival.error,
            limit: arrival.limit.map(|limit| match limit.exact {
                true => core::Limit::exact(limit.max),
                false => core::Limit::at_most(limit.max),
            }),
        }
    }

    /// What is there, nothing at the end.
    pub(crate) fn look(&mut self) -> io::Result<&'a [u8]> {
        let plan = match &self.limit {
            Some(limit) => limit.plan(usize::MAX)?,
            None => Plan::Read(usize::MAX),
        };
        if plan == Plan::End {
            return Ok(&[]);
        }
        let window = match (self.pieces.front(), self.error) {
            (Some(piece), _) => piece,
            (None, Some(kind)) => return Err(kind.into()),
            (None, None) => &[][..],
        };
        match (plan, &mut self.limit) {
            (Plan::Read(most), _) if !window.is_empty() => Ok(&window[..window.len().min(most)]),
            (_, Some(limit)) => {
                limit.record(usize::from(!window.is_empty()))?;
                Ok(&[])
            }
            (_, None) => Ok(&[]),
        }
    }

    pub(crate) fn take(&mut self, amount: usize) {
        let Some(piece) = self.pieces.front_mut().filter(|_| amount > 0) else {
            return;
        };
        *piece = &piece[amount..];
        if piece.is_empty() {
            self.pieces.pop_front();
        }
        if let Some(limit) = &mut self.limit {
            limit.record(amount).unwrap();
        }
    }

    /// The same within a limit.
    #[allow(dead_code, reason = "the fuzz target has no bodies")]
    pub(crate) fn within(self, limit: core::Limit) -> Self {
        let limit = Some(limit);
        Self { limit, ..self }
    }

    #[allow(dead_code, reason = "the fuzz target has no bodies")]
    pub(crate) fn is_complete(&self) -> bool {
        self.limit.as_ref().is_some_and(core::Limit::is_complete)
    }

    /// What nobody took.
    #[allow(dead_code, reason = "the fuzz target has no bodies")]
    pub(crate) fn rest(&self) -> Vec<u8> {
        self.pieces.iter().copied().flatten().copied().collect()
    }

    pub(crate) fn position(&self) -> u64 {
        self.limit.as_ref().map_or(0, core::Limit::position)
    }

    pub(crate) fn left(&self) -> usize {
        self.pieces.iter().map(|piece| piece.len()).sum()
    }
}

/// Shows each token and each error, to the end or to an error that sticks.
pub(crate) fn each<M: Scan>(
    machine: M,
    arriving: &mut Arriving<'_>,
    mut see: impl FnMut(io::Result<M::Token<'_>>),
) {
    let mut feed = Feed::new(machine, Vec::new()).unwrap();
    loop {
        let window = match arriving.look() {
            Ok(window) => window,
            Err(error) => {
                let may_go_on = matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut);
                if !may_go_on && let Some(placed) = feed.give_up() {
                    see(Ok(feed.token(placed, &[])));
                }
                return see(Err(error));
            }
        };
        let offer = match feed.offer(window, window.is_empty()) {
            Ok(offer) => offer,
            Err(at) => return see(Err(at.into())),
        };
        match offer.event {
            Event::More => {}
            Event::Found(placed) => see(match feed.machine().refusal(placed.found()) {
                Some(at) => Err(at.into()),
                None => Ok(feed.token(placed, window)),
            }),
            Event::Done => return arriving.take(offer.taken),
        }
        arriving.take(offer.taken);
    }
}
