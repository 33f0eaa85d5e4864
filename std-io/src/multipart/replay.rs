//! Forms that are sent a second time: a request that is tried again.

use super::FormBody;
use std::io;
use tidegate_core::{FormError, FormFault};

impl FormBody<'_> {
    /// Goes back to the first byte.
    ///
    /// # Errors
    ///
    /// `Unsupported` with [`FormFault::NotReplayable`], which names the part, if
    /// some of a [reader](super::PartBody) was read that cannot go back; then
    /// nothing has changed. Those of seeking; until it was called again without
    /// one nothing is sent.
    pub fn rewind(&mut self) -> io::Result<()> {
        let spent = self.parts.bodies().find(|(_, source)| !source.can_rewind());
        if let Some((part, _)) = spent {
            return Err(self.error(FormFault::NotReplayable { part }).into());
        }
        let mut stuck = None;
        for (part, source, _) in self.parts.bodies_mut() {
            if let Err(error) = source.rewind() {
                stuck = Some((part, error));
                break;
            }
        }
        if let Some((part, error)) = stuck {
            // Those before it are not where they were.
            self.parts.fail(part);
            return Err(error);
        }
        self.parts.rewind();
        self.unsent = 0..0;
        Ok(())
    }

    /// The same body once more, from its first byte, wherever this one is.
    /// Values that are owned are shared. The
    /// [callback](super::Form::on_progress) stays with this one.
    ///
    /// # Errors
    ///
    /// [`FormFault::NotReplayable`], which names the part, if there cannot be
    /// two of a [reader](super::PartBody).
    pub fn try_clone(&self) -> Result<Self, FormError> {
        let parts = self.parts.try_map(|part, source| {
            let copy = source.try_clone();
            copy.ok_or(FormFault::NotReplayable { part })
        });
        let parts = parts.map_err(|fault| self.error(fault))?;
        Ok(Self {
            parts,
            kind: self.kind,
            block: vec![0; self.block.len()],
            unsent: 0..0,
            total: self.total,
            progress: None,
        })
    }
}
