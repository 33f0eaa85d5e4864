use super::{Assembly, InMemory};
use crate::multipart::FormFault;
use memchr::memmem::Finder;

impl<B: InMemory> Assembly<B> {
    /// Looks for the boundary in all that lies in memory: heads and bodies.
    ///
    /// RFC 2046 section 5.1.1 forbids it at the start of a line only, and
    /// nowhere in a head. But there are readers that look for it anywhere, so it
    /// must not occur at all, with its two dashes in front. For a random one
    /// this is a pass over memory for nothing.
    ///
    /// # Errors
    ///
    /// [`FormFault::BoundaryInPart`]. Take another boundary.
    pub fn check_boundary(&self) -> Result<(), FormFault> {
        let dashed = [b"--", self.boundary.as_str().as_bytes()].concat();
        let finder = Finder::new(&dashed);
        let framing = &self.framing[..self.framing.len() - self.end];
        // No occurrence straddles a delimiter of the framing, which has line
        // ends before and behind it.
        for (begun, found) in finder.find_iter(framing).enumerate() {
            let line_end = if begun > 0 { b"\r\n".len() } else { 0 };
            let expected = self.starts.get(begun).map(|start| start + line_end);
            if expected != Some(found) {
                return Err(FormFault::BoundaryInPart { part: begun - 1 });
            }
        }
        for placed in &self.bodies {
            let bytes = placed.body.in_memory().unwrap_or_default();
            if finder.find(bytes).is_some() {
                return Err(FormFault::BoundaryInPart { part: placed.part });
            }
        }
        Ok(())
    }
}
