use super::spill_file::TempFile;
use crate::file::{FileAt, ReadAt};
use std::borrow::Cow;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read};
use std::path::Path;
use std::sync::Arc;
use tidegate_core::{Collected, Kept};

/// A field or a file of a [`FormData`](super::FormData).
///
/// Names are bytes, as they were sent: nothing says that they are UTF-8.
///
/// ```
/// use std::io::Read;
/// use tidegate_std_io::FormData;
///
/// let body = &b"--b\r\nContent-Disposition: form-data; name=\"log\"; filename=\"l\"\r\n\r\n\
///     one\ntwo\r\n--b--"[..];
/// let form = FormData::read(body, b"multipart/form-data; boundary=b")?;
/// let log = form.file("log").expect("it is there");
/// let mut content = String::new();
/// log.reader().read_to_string(&mut content)?;
/// assert_eq!(content, "one\ntwo");
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct FormEntry {
    collected: Collected,
    /// That of the form, which has all values that are on disk.
    file: Option<Arc<TempFile>>,
}

impl FormEntry {
    pub(super) const fn new(collected: Collected, file: Option<Arc<TempFile>>) -> Self {
        Self { collected, file }
    }

    /// The name of the field, with the `%22`, `%0D` and `%0A` that a browser wrote:
    /// see [`decode_form_escapes`](crate::decode_form_escapes).
    pub fn name(&self) -> &[u8] {
        self.collected.name()
    }

    /// The name of the file as the sender wrote it, in the same way: never a path
    /// to write to.
    pub fn filename(&self) -> Option<&[u8]> {
        self.collected.filename()
    }

    /// The name of the file as a name to write to; see
    /// [`safe_file_name`](crate::safe_file_name). `None` for what is no file.
    pub fn safe_file_name(&self) -> Option<String> {
        self.collected.safe_file_name()
    }

    /// The media type, as it was sent.
    pub fn content_type(&self) -> Option<&[u8]> {
        self.collected.content_type()
    }

    /// It has a file name, be it an empty one: browsers send that for a field
    /// where no file was chosen.
    pub const fn is_file(&self) -> bool {
        self.collected.is_file()
    }

    /// It is a field with this name, and no file.
    pub fn is_field_named(&self, name: &str) -> bool {
        self.collected.is_field_named(name)
    }

    /// It is a file, and the name of its field is this.
    pub fn is_file_named(&self, name: &str) -> bool {
        self.collected.is_file_named(name)
    }

    /// How many bytes of data it has.
    pub const fn len(&self) -> u64 {
        self.collected.len()
    }

    /// Whether it has none.
    pub const fn is_empty(&self) -> bool {
        self.collected.is_empty()
    }

    /// The data, if they are in memory.
    pub fn as_bytes(&self) -> Option<&[u8]> {
        match self.collected.kept() {
            Kept::InMemory(bytes) => Some(bytes),
            Kept::OnDisk { .. } | Kept::Elsewhere { .. } => None,
        }
    }

    /// The data as text in UTF-8, read from disk if they are there: into memory,
    /// however [long](Self::len) they are.
    ///
    /// # Errors
    ///
    /// `InvalidData` with a `Utf8Error` or `FromUtf8Error` if it is something
    /// else, and those of [`reader`](Self::reader) and of the disk.
    pub fn text(&self) -> io::Result<Cow<'_, str>> {
        let invalid = |error: Box<dyn std::error::Error + Send + Sync>| {
            io::Error::new(ErrorKind::InvalidData, error)
        };
        match self.as_bytes() {
            Some(bytes) => match str::from_utf8(bytes) {
                Ok(text) => Ok(Cow::Borrowed(text)),
                Err(error) => Err(invalid(error.into())),
            },
            None => {
                let mut bytes = Vec::new();
                self.reader().read_to_end(&mut bytes)?;
                match String::from_utf8(bytes) {
                    Ok(text) => Ok(Cow::Owned(text)),
                    Err(error) => Err(invalid(error.into())),
                }
            }
        }
    }

    /// A reader of the data from their start, wherever they are. There can be many
    /// at once.
    ///
    /// It is a [`FileSource`](crate::FileSource): a [`FileWrapper`](crate::FileWrapper)
    /// sends it on.
    ///
    /// # Errors
    ///
    /// Reading is `NotFound` if they went to a writer that was chosen for them.
    pub fn reader(&self) -> FileAt<&Self> {
        FileAt::new(self)
    }

    /// Writes the data to a new file, and says how many they are. Nothing is
    /// overwritten; a file that does not become whole is removed.
    ///
    /// # Errors
    ///
    /// `AlreadyExists` if there is something with that name, those of
    /// [`reader`](Self::reader) and those of the disk.
    pub fn persist(&self, path: impl AsRef<Path>) -> io::Result<u64> {
        let path = path.as_ref();
        let mut file = File::create_new(path)?;
        io::copy(&mut self.reader(), &mut file).inspect_err(|_| {
            let _ = fs::remove_file(path);
        })
    }
}

impl ReadAt for FormEntry {
    fn read_at(&self, buf: &mut [u8], offset: u64) -> io::Result<usize> {
        match (self.collected.kept(), self.in_file(offset, buf.len())) {
            (Kept::InMemory(bytes), _) => bytes.read_at(buf, offset),
            (_, Some((file, offset, most))) => file.read_at(&mut buf[..most], offset),
            (Kept::OnDisk { .. } | Kept::Elsewhere { .. }, None) => Err(io::Error::new(
                ErrorKind::NotFound,
                "the data of this part of the form went to a writer",
            )),
        }
    }

    fn size(&self) -> io::Result<u64> {
        Ok(self.len())
    }

    fn in_file(&self, offset: u64, most: usize) -> Option<(&File, u64, usize)> {
        match (self.collected.kept(), &self.file) {
            (Kept::OnDisk { start, len }, Some(file)) => {
                let offset = offset.min(*len);
                let left = usize::try_from(len - offset).unwrap_or(usize::MAX);
                Some((file.get(), start + offset, most.min(left)))
            }
            _ => None,
        }
    }
}
