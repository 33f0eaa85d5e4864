use crate::file::{FileWrapper, Threads};
use bytes::Bytes;
use std::borrow::Cow;
use std::fmt;
use std::fs;
use std::future::poll_fn;
use std::io::{self, ErrorKind};
use std::marker::PhantomData;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tidegate_std_io::FileAt;

/// A field or a file of a [`FormData`](super::FormData).
///
/// Names are bytes, as they were sent: nothing says that they are UTF-8. A clone
/// shares the data, and can go to another task.
///
/// ```
/// # #[cfg(feature = "smol-fs")]
/// # futures::executor::block_on(async {
/// use futures::AsyncReadExt;
/// use futures::io::BufReader;
/// use tidegate_async_io::futures::FormData;
///
/// let body = &b"--b\r\nContent-Disposition: form-data; name=\"log\"; filename=\"l\"\r\n\r\n\
///     one\ntwo\r\n--b--"[..];
/// let body = BufReader::new(body);
/// let form = FormData::read(body, b"multipart/form-data; boundary=b").await?;
/// let log = form.file("log").expect("it is there");
/// let mut content = String::new();
/// log.reader().read_to_string(&mut content).await?;
/// assert_eq!(content, "one\ntwo");
/// # Ok::<(), std::io::Error>(())
/// # }).unwrap();
/// ```
pub struct FormEntry<K: Threads> {
    entry: Arc<tidegate_std_io::FormEntry>,
    threads: PhantomData<fn() -> K>,
}

/// The data of a [`FormEntry`], from their start: a stream of `Bytes`, a reader of both
/// kinds, and with `http-body` a body.
pub type FormReader<K> = FileWrapper<FileAt<Arc<tidegate_std_io::FormEntry>>, K>;

impl<K: Threads> FormEntry<K> {
    pub(super) fn new(entry: tidegate_std_io::FormEntry) -> Self {
        Self {
            entry: Arc::new(entry),
            threads: PhantomData,
        }
    }

    /// The name of the field, with the `%22`, `%0D` and `%0A` that a browser wrote:
    /// see [`decode_form_escapes`](crate::core::decode_form_escapes).
    pub fn name(&self) -> &[u8] {
        self.entry.name()
    }

    /// The name of the file as the sender wrote it, in the same way: never a path
    /// to write to.
    pub fn filename(&self) -> Option<&[u8]> {
        self.entry.filename()
    }

    /// The name of the file as a name to write to; see
    /// [`safe_file_name`](crate::core::safe_file_name). `None` for what is no file.
    pub fn safe_file_name(&self) -> Option<String> {
        self.entry.safe_file_name()
    }

    /// The media type, as it was sent.
    pub fn content_type(&self) -> Option<&[u8]> {
        self.entry.content_type()
    }

    /// It has a file name, be it an empty one: browsers send that for a field
    /// where no file was chosen.
    pub fn is_file(&self) -> bool {
        self.entry.is_file()
    }

    /// It is a field with this name, and no file.
    pub fn is_field_named(&self, name: &str) -> bool {
        self.entry.is_field_named(name)
    }

    /// It is a file, and the name of its field is this.
    pub fn is_file_named(&self, name: &str) -> bool {
        self.entry.is_file_named(name)
    }

    /// How many bytes of data it has.
    pub fn len(&self) -> u64 {
        self.entry.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.entry.is_empty()
    }

    /// The data, if they are in memory.
    pub fn as_bytes(&self) -> Option<&[u8]> {
        self.entry.as_bytes()
    }

    /// The entry as `tidegate-std-io` has it, with a reader that blocks: for a thread
    /// that may.
    pub const fn as_blocking(&self) -> &Arc<tidegate_std_io::FormEntry> {
        &self.entry
    }

    /// The data as text in UTF-8, read from disk if they are there: into memory,
    /// however [long](Self::len) they are.
    ///
    /// # Errors
    ///
    /// `InvalidData` with a `Utf8Error` or `FromUtf8Error` if it is something
    /// else, and those of [`reader`](Self::reader) and of the disk.
    ///
    /// # Cancel safety
    ///
    /// A later call gives the same.
    pub async fn text(&self) -> io::Result<Cow<'_, str>> {
        if self.as_bytes().is_some() {
            return self.entry.text();
        }
        let entry = Arc::clone(&self.entry);
        let text = elsewhere::<K, _>(move || entry.text().map(Cow::into_owned));
        Ok(Cow::Owned(text.await?))
    }

    /// A reader of the data from their start, wherever they are. There can be many
    /// at once.
    ///
    /// It has nothing done on another thread where they are in memory.
    ///
    /// # Errors
    ///
    /// Reading is `NotFound` if they went to a writer that was chosen for them; the
    /// rest as [`FileWrapper`].
    pub fn reader(&self) -> FormReader<K> {
        let reader = FileWrapper::new(FileAt::new(Arc::clone(&self.entry)));
        match self.as_bytes() {
            Some(_) => reader
                .exact(self.len())
                .with_ready(Bytes::from_owner(InMemory(Arc::clone(&self.entry)))),
            // They went to a writer, where there are none: to read nothing of what is
            // not here would be a clean end.
            None if self.is_empty() => reader,
            None => reader.exact(self.len()),
        }
    }

    /// Writes the data to a new file, and says how many they are. Nothing is
    /// overwritten; a file that does not become whole is removed. The future may be
    /// moved into another task.
    ///
    /// # Errors
    ///
    /// `AlreadyExists` if there is something with that name, those of
    /// [`reader`](Self::reader) and those of the disk.
    ///
    /// # Cancel safety
    ///
    /// All or nothing: a file that nobody waits for is not begun, or is removed once
    /// it is written. Until then another try for this name is `AlreadyExists`, and what
    /// is put in its place is removed instead of it.
    pub fn persist<P: AsRef<Path>>(
        &self,
        path: P,
    ) -> impl Future<Output = io::Result<u64>> + use<K, P> {
        let path = path.as_ref().to_owned();
        let entry = Arc::clone(&self.entry);
        async move {
            let waits = Arc::new(());
            let waited_for = Arc::downgrade(&waits);
            let persisted = elsewhere::<K, _>(move || {
                if waited_for.strong_count() == 0 {
                    return Err(ErrorKind::Interrupted.into());
                }
                let len = entry.persist(&path)?;
                Ok((len, Unclaimed(Some(path))))
            });
            let (len, mut file) = persisted.await?;
            drop(waits);
            file.0 = None;
            Ok(len)
        }
    }
}

/// What blocks, on another thread.
async fn elsewhere<K: Threads, T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    let mut task = K::spawn(work);
    poll_fn(|cx| K::poll(&mut task, cx)).await?
}

/// A file that is removed unless somebody was told of it.
struct Unclaimed(Option<PathBuf>);

impl Drop for Unclaimed {
    fn drop(&mut self) {
        if let Some(path) = &self.0 {
            let _ = fs::remove_file(path);
        }
    }
}

/// The data of an entry that are in memory, as `Bytes` may own them.
struct InMemory(Arc<tidegate_std_io::FormEntry>);

impl AsRef<[u8]> for InMemory {
    fn as_ref(&self) -> &[u8] {
        self.0.as_bytes().unwrap_or_default()
    }
}

impl<K: Threads> Clone for FormEntry<K> {
    fn clone(&self) -> Self {
        Self {
            entry: Arc::clone(&self.entry),
            threads: PhantomData,
        }
    }
}

impl<K: Threads> fmt::Debug for FormEntry<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.entry.fmt(f)
    }
}
