use super::Assembly;
use memchr::memmem;

impl<B> Assembly<B> {
    /// The name of a part as it is written between its quotes, if it has one:
    /// for telling somebody which part it was.
    pub fn name(&self, part: usize) -> Option<&[u8]> {
        let start = *self.starts.get(part)?;
        let part = &self.framing[start..];
        // Behind the line of the delimiter, and the line end in front of that.
        let part = part.strip_prefix(LINE_END).unwrap_or(part);
        let head = &part[memmem::find(part, LINE_END)? + LINE_END.len()..];
        let line = &head[..memmem::find(head, LINE_END)?];
        let line = line.strip_prefix(b"Content-Disposition: ")?;
        let name = &line[memmem::find(line, BEFORE)? + BEFORE.len()..];
        // However it is escaped, a quote in it has something else behind it
        // than this, and the last quote of the line is the name's or the file
        // name's.
        let end = memmem::find(name, b"\"; filename=\"");
        let end = end.or_else(|| memchr::memrchr(b'"', name))?;
        Some(&name[..end])
    }
}

const LINE_END: &[u8] = b"\r\n";
const BEFORE: &[u8] = b"; name=\"";
