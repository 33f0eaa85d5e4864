use super::{LimitHooks, LimitedStream};
use std::io::{self, BufRead, Read};

/// Lines as Werkzeug's and Python's streams have them: ended by `\n` alone, and
/// copied. For a whole body use [`make_line_iter`](crate::make_line_iter).
impl<R: BufRead, H: LimitHooks> LimitedStream<R, H> {
    /// Appends a line with its `\n`, or its first `max` bytes, and returns how
    /// many bytes it was; 0 at the end.
    ///
    /// ```
    /// use tidegate_std_io::LimitedStream;
    ///
    /// let mut stream = LimitedStream::exact(&b"one\ntwo\n"[..], 8);
    /// let mut line = Vec::new();
    /// assert_eq!(stream.read_line_max(&mut line, 100)?, 4);
    /// assert_eq!(stream.read_line_max(&mut line, 2)?, 2);
    /// assert_eq!(line, b"one\ntw");
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of the stream. What was read before one is in `line`; before an
    /// early end it is a line of its own, and the error comes with the next call.
    #[doc(alias = "readline")]
    pub fn read_line_max(&mut self, line: &mut Vec<u8>, max: usize) -> io::Result<usize> {
        let before = line.len();
        match self.by_ref().take(max as u64).read_until(b'\n', line) {
            Err(_) if line.len() > before && self.limit.failure().is_some() => {
                Ok(line.len() - before)
            }
            outcome => outcome,
        }
    }

    /// Appends whole lines until they are more than `hint` bytes together, or
    /// all of them, and returns how many bytes they are.
    ///
    /// # Errors
    ///
    /// Those of the stream. The lines before one are in `lines`, the last of
    /// them perhaps cut short by it.
    #[doc(alias = "readlines")]
    pub fn read_lines(&mut self, lines: &mut Vec<Vec<u8>>, hint: Option<u64>) -> io::Result<u64> {
        let enough = hint.filter(|&hint| hint > 0).unwrap_or(u64::MAX);
        let mut total = 0;
        while total <= enough {
            // In its place from the start: a reader that panics loses nothing.
            let at = lines.len();
            lines.push(Vec::new());
            let outcome = self.read_line_max(&mut lines[at], usize::MAX);
            total += lines[at].len() as u64;
            if lines[at].is_empty() {
                lines.pop();
            }
            if outcome? == 0 {
                break;
            }
        }
        Ok(total)
    }
}
