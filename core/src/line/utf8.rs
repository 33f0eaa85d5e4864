//! Lines as `str`, checked a block at a time.

use super::{Line, LineFound, LineScanner};
use crate::Scan;
use core::str::{self, Utf8Error};

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
    /// let used = LineScanner::new().scan_strs(b"gr\xC3\xBCn\n\xFF\nrot\n", |line| {
    ///     good += usize::from(line.is_ok()); // a bad line says nothing of the next
    ///     true
    /// });
    /// assert_eq!((good, used), (2, 12));
    /// ```
    #[must_use = "the rest of the window is still to be scanned"]
    pub fn scan_strs<'w>(
        &mut self,
        window: &'w [u8],
        mut each: impl FnMut(Result<&'w str, Utf8Error>) -> bool,
    ) -> usize {
        let mut at = 0;
        let mut going = !self.is_interactive();
        while going {
            let rest = &window[at..];
            let known = &rest[..self.splitter.known(rest)];
            if known.is_empty() {
                break;
            }
            let checked = valid_start(known);
            let mut used = 0;
            at += self.scan_all(known, &mut |found: LineFound, _: &[u8]| {
                let line: Line<'w> = Self::token(found, &rest[used..]);
                let text = used..used + line.text().len();
                used += line.bytes().len();
                going = each(match checked.get(text) {
                    Some(text) => Ok(text),
                    None => line.to_str(),
                });
                going
            });
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
