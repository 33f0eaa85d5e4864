use std::io::{self, BufRead};
use std::slice;
use std::sync::Arc;
use tidegate_core::Collector;

mod collect;
mod entry;
mod options;
mod spill_file;
mod urlencoded;

pub use entry::FormEntry;
pub use options::{FormOptions, FormSink};
pub use spill_file::SpillFile;
pub use urlencoded::{UrlEncoded, UrlEncodedField};

/// A whole form, read to its end: its fields and files, in the order in which they
/// were sent.
///
/// Small values are in memory and large ones in one temporary file, which is gone
/// with the last of them. Where the order of the parts is known, or they are to go
/// somewhere else, [`Multipart`](crate::Multipart) keeps nothing at all.
///
/// ```
/// use tidegate_std_io::FormData;
///
/// let body = &b"--b\r\n\
///     Content-Disposition: form-data; name=\"photo\"; filename=\"../gate.jpg\"\r\n\r\n\
///     ...\r\n--b\r\n\
///     Content-Disposition: form-data; name=\"title\"\r\n\r\n\
///     Tide\r\n--b--\r\n"[..];
/// let form = FormData::read(body, b"multipart/form-data; boundary=b")?;
/// assert_eq!(form.field("title").unwrap().text()?, "Tide");
/// let photo = form.file("photo").unwrap();
/// assert_eq!(photo.safe_file_name().unwrap(), "gate.jpg");
/// assert_eq!(photo.len(), 3);
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// `application/x-www-form-urlencoded` bodies give the same:
///
/// ```
/// # use tidegate_std_io::FormData;
/// let form = FormData::read(&b"title=High+tide"[..], b"application/x-www-form-urlencoded")?;
/// assert_eq!(form.field("title").unwrap().text()?, "High tide");
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Limits
///
/// Those of the [`Decoder`](crate::Decoder#limits), and those of a
/// [`Spill`](crate::Spill): 500 KiB of each value and 16 MiB of the form in memory,
/// and 1 GiB of it on disk. Names and media types come on top: no more than the heads
/// of all parts, 8 KiB each, in which they stand. [`FormOptions`] takes others. How long the body may be
/// is for the reader, an [`InputStream`](crate::InputStream) say, to bound.
///
/// A urlencoded body is read a field at a time, which takes eleven times the longest
/// field besides: three times for its escapes, and the rest where these stand for
/// what is no UTF-8.
#[derive(Debug, Default)]
pub struct FormData {
    entries: Vec<FormEntry>,
}

impl FormData {
    /// Reads a form with this Content-Type.
    ///
    /// Short for [`FormOptions::read`] with the limits named above.
    ///
    /// # Errors
    ///
    /// See [there](FormOptions::read).
    #[doc(alias = "FormDataParser")]
    pub fn read(reader: impl BufRead, content_type: &[u8]) -> io::Result<Self> {
        FormOptions::new().read(reader, content_type)
    }

    /// A form that was collected by hand, and the file with what belongs on disk of it:
    /// for who cannot wait in [`read`](Self::read) until a reader has more.
    ///
    /// ```
    /// use std::io::Write;
    /// use tidegate_std_io::{Arriving, Collector, FormData, SpillFile, Spill, Stow};
    ///
    /// let mut collector = Collector::new(Spill::new().memory(0));
    /// let mut file = SpillFile::default();
    /// let mut title = Arriving::field(b"title".to_vec(), 0);
    /// for data in [b"Ti", b"de"] {
    ///     if let Stow::OnDisk { before } = collector.push(&mut title, data)? {
    ///         file.write_all(&before)?;
    ///         file.write_all(data)?;
    ///     }
    /// }
    /// collector.end(title);
    /// let form = FormData::collected(collector, file);
    /// assert_eq!(form.field("title").unwrap().text()?, "Tide");
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn collected(collector: Collector, file: SpillFile) -> Self {
        let file = file.into_file().map(Arc::new);
        let entries = collector.finish().into_iter();
        Self {
            entries: entries
                .map(|collected| FormEntry::new(collected, file.clone()))
                .collect(),
        }
    }

    /// The first field with this name that is no file.
    pub fn field(&self, name: &str) -> Option<&FormEntry> {
        self.iter().find(|entry| entry.is_field_named(name))
    }

    /// All fields with this name that are no files.
    pub fn fields<'f>(&'f self, name: &'f str) -> impl Iterator<Item = &'f FormEntry> {
        self.iter().filter(move |entry| entry.is_field_named(name))
    }

    /// The first file with this name, which is that of the field and not its own.
    pub fn file(&self, name: &str) -> Option<&FormEntry> {
        self.iter().find(|entry| entry.is_file_named(name))
    }

    /// All files with this name, which is that of the field and not their own.
    pub fn files<'f>(&'f self, name: &'f str) -> impl Iterator<Item = &'f FormEntry> {
        self.iter().filter(move |entry| entry.is_file_named(name))
    }

    /// All fields and files, in order.
    pub fn iter(&self) -> slice::Iter<'_, FormEntry> {
        self.entries.iter()
    }

    /// How many fields and files there are.
    pub const fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is none.
    pub const fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

impl<'f> IntoIterator for &'f FormData {
    type Item = &'f FormEntry;
    type IntoIter = slice::Iter<'f, FormEntry>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl IntoIterator for FormData {
    type Item = FormEntry;
    type IntoIter = std::vec::IntoIter<FormEntry>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.into_iter()
    }
}
