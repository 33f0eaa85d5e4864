//! Lines as `str`, checked a block at a time.

use super::{Line, LineFound, LineScanner};
use crate::Scan;
use core::str::{self, Utf8Error};

/// What is checked at once: enough that the cost of starting a check is spread
/// over many short lines, little enough to be in the first cache still when the
/// lines are handed out.
const CHECKED: usize = 8192;

impl LineScanner {
    /// Hands the text of each line that lies whole in the window to `each`,
    /// until that says `false`, and returns how many bytes the lines were.
    ///
    /// [`scan_lines`](Self::scan_lines) with [`Line::to_str`], but for short
    /// lines several times faster: a block is checked at once, and line by line
    /// only where it is not all UTF-8.
    ///
    /// ```
    /// use tidegate_core::LineScanner;
    ///
    /// let mut good = 0;
    /// LineScanner::new().scan_strs(b"gr\xC3\xBCn\n\xFF\nrot\n", |line| {
    ///     good += usize::from(line.is_ok()); // a bad line says nothing of the next
    ///     true
    /// });
    /// assert_eq!(good, 2);
    /// ```
    pub fn scan_strs<'w>(
        &mut self,
        window: &'w [u8],
        mut each: impl FnMut(Result<&'w str, Utf8Error>) -> bool,
    ) -> usize {
        let mut at = 0;
        let mut going = true;
        while going {
            let rest = &window[at..];
            let (block, all) = match rest.get(..CHECKED) {
                Some(block) => (block, false),
                None => (rest, true),
            };
            let checked = valid_start(block);
            let mut used = 0;
            self.scan_all(block, &mut |found: LineFound, _: &[u8]| {
                let line: Line<'w> = Self::token(found, &rest[used..]);
                let text = used..used + line.text().len();
                used += line.bytes().len();
                going = each(match checked.get(text) {
                    Some(text) => Ok(text),
                    None => line.to_str(),
                });
                going
            });
            at += used;
            if !going || (used > 0 && !all) {
                continue;
            }
            // The line is longer than a block, if there is one.
            let Some((len, found)) = self.glance(&window[at..]) else {
                break;
            };
            going = each(Self::token(found, &window[at..]).to_str());
            at += len;
        }
        at
    }
}

fn valid_start(bytes: &[u8]) -> &str {
    match str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default(),
    }
}
