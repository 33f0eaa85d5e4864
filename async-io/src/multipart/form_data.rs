//! Whole forms, what is large of them on disk.

mod collect;
mod entry;
mod options;
mod source;
mod spool;

pub use entry::{FormEntry, FormReader};
pub use options::{FormOptions, FormSink};
pub use source::FormSource;

use crate::file::Threads;
use std::fmt;
use std::io;
use std::slice;

/// A whole form, read to its end: its fields and files, in the order in which they
/// were sent.
///
/// Small values are in memory and large ones in one temporary file, which is gone
/// with the last of them. It is written and closed on the threads that a runtime keeps
/// for what blocks: those of tokio for `tokio::FormData`, and of the crate `blocking`,
/// which are there under any executor, for `futures::FormData`. The form comes from a
/// reader of that kind or from [`Frames`](crate::Frames). Where the order of the parts
/// is known, or they are to go somewhere else, [`Multipart`](crate::Multipart) keeps
/// nothing at all.
///
/// ```
/// # #[cfg(feature = "tokio-fs")]
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// use tidegate_async_io::Frames;
/// use tidegate_async_io::tokio::FormData;
///
/// # let body = "--b\r\n\
/// #     Content-Disposition: form-data; name=\"photo\"; filename=\"../gate.jpg\"\r\n\r\n\
/// #     ...\r\n--b\r\n\
/// #     Content-Disposition: form-data; name=\"title\"\r\n\r\n\
/// #     Tide\r\n--b--\r\n";
/// # let frames = [Ok::<_, std::io::Error>(bytes::Bytes::from(body))];
/// # let body = Frames::new(futures::stream::iter(frames));
/// let form = FormData::read(body, b"multipart/form-data; boundary=b").await?;
/// assert_eq!(form.field("title").unwrap().text().await?, "Tide");
/// let photo = form.file("photo").unwrap();
/// assert_eq!(photo.safe_file_name().unwrap(), "gate.jpg");
/// assert_eq!(photo.len(), 3);
/// # Ok::<(), std::io::Error>(())
/// # }).unwrap();
/// ```
///
/// `application/x-www-form-urlencoded` bodies give the same:
///
/// ```
/// # #[cfg(feature = "smol-fs")]
/// # futures::executor::block_on(async {
/// use futures::io::BufReader;
/// use tidegate_async_io::futures::FormData;
///
/// let body = BufReader::new(&b"title=High+tide"[..]);
/// let form = FormData::read(body, b"application/x-www-form-urlencoded").await?;
/// assert_eq!(form.field("title").unwrap().text().await?, "High tide");
/// # Ok::<(), std::io::Error>(())
/// # }).unwrap();
/// ```
///
/// # Limits
///
/// Those of the [`Decoder`](crate::core::Decoder#limits), and those of a
/// [`Spill`](crate::core::Spill): 500 KiB of each value and 16 MiB of the form in
/// memory, and 1 GiB of it on disk. Names and media types come on top: no more than
/// the heads of all parts, 8 KiB each, in which they stand. [`FormOptions`] takes
/// others. How long the body may be is for the source, an
/// [`InputStream`](crate::InputStream) say, to bound.
///
/// What is for the disk waits in memory until there are 256 KiB of it. While these are
/// written, as many more are read, and nothing behind them. A value that was in memory
/// comes on top when it goes to disk.
///
/// A urlencoded body is read a field at a time, which takes eleven times the longest
/// field besides: three times for its escapes, and the rest where these stand for
/// what is no UTF-8.
///
/// # Panics
///
/// That of tokio does when it is used outside of a runtime of it.
pub struct FormData<K: Threads> {
    entries: Vec<FormEntry<K>>,
}

impl<K: Threads> FormData<K> {
    /// Reads a form with this Content-Type.
    ///
    /// Short for [`FormOptions::read`] with the limits named above.
    ///
    /// # Errors
    ///
    /// See [there](FormOptions::read).
    ///
    /// # Cancel safety
    ///
    /// It is not; see [there](FormOptions::read).
    #[doc(alias = "FormDataParser")]
    pub fn read<R: FormSource<K>>(
        source: R,
        content_type: &[u8],
    ) -> impl Future<Output = io::Result<Self>> + use<R, K> {
        FormOptions::new().read(source, content_type)
    }

    fn of(form: tidegate_std_io::FormData) -> Self {
        Self {
            entries: form.into_iter().map(FormEntry::new).collect(),
        }
    }

    /// The first field with this name that is no file.
    pub fn field(&self, name: &str) -> Option<&FormEntry<K>> {
        self.iter().find(|entry| entry.is_field_named(name))
    }

    /// All fields with this name that are no files.
    pub fn fields<'f>(&'f self, name: &'f str) -> impl Iterator<Item = &'f FormEntry<K>> {
        self.iter().filter(move |entry| entry.is_field_named(name))
    }

    /// The first file with this name, which is that of the field and not its own.
    pub fn file(&self, name: &str) -> Option<&FormEntry<K>> {
        self.iter().find(|entry| entry.is_file_named(name))
    }

    /// All files with this name, which is that of the field and not their own.
    pub fn files<'f>(&'f self, name: &'f str) -> impl Iterator<Item = &'f FormEntry<K>> {
        self.iter().filter(move |entry| entry.is_file_named(name))
    }

    /// All fields and files, in order.
    pub fn iter(&self) -> slice::Iter<'_, FormEntry<K>> {
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

impl<'f, K: Threads> IntoIterator for &'f FormData<K> {
    type Item = &'f FormEntry<K>;
    type IntoIter = slice::Iter<'f, FormEntry<K>>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<K: Threads> IntoIterator for FormData<K> {
    type Item = FormEntry<K>;
    type IntoIter = std::vec::IntoIter<FormEntry<K>>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.into_iter()
    }
}

impl<K: Threads> fmt::Debug for FormData<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FormData")
            .field("entries", &self.entries)
            .finish()
    }
}
