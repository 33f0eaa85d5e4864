use super::{Assembly, InMemory, Placed};
use core::iter::FusedIterator;

impl<B: InMemory> Assembly<B> {
    /// All that lies ready from here on, up to the next body that must be read:
    /// for a vectored write. Then [`advance`](Self::advance) by what was
    /// written. Nothing, once there is a fault.
    pub fn slices(&mut self) -> Slices<'_, B> {
        let (framing, bodies) = match self.close() {
            Err(_) => (&[][..], &[][..]),
            Ok(()) => (&self.framing[..], &self.bodies[self.done..]),
        };
        Slices {
            framing,
            shown: self.shown,
            bodies,
        }
    }
}

/// The bytes of an [`Assembly`] that lie ready: an iterator of slices, none of
/// them empty.
#[derive(Debug)]
pub struct Slices<'a, B> {
    framing: &'a [u8],
    shown: usize,
    bodies: &'a [Placed<B>],
}

impl<'a, B: InMemory> Iterator for Slices<'a, B> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        loop {
            let run = self.bodies.first();
            let run = run.map_or(self.framing.len(), |placed| placed.at);
            if self.shown < run {
                let slice = &self.framing[self.shown..run];
                self.shown = run;
                return Some(slice);
            }
            let (placed, behind) = self.bodies.split_first()?;
            let rest = placed.ready()?;
            self.bodies = behind;
            if !rest.is_empty() {
                return Some(rest);
            }
        }
    }
}

impl<B: InMemory> FusedIterator for Slices<'_, B> {}
