use super::collect::Collects;
use super::{FormData, FormSource};
use crate::file::Threads;
use crate::multipart::Target;
use std::fmt;
use std::io;
use std::path::PathBuf;
use tidegate_core::{Decoder, FormType, Head, Spill};

/// How a [`FormData`] is read: its limits, and where each part goes.
///
/// ```
/// # #[cfg(feature = "smol-fs")]
/// # futures::executor::block_on(async {
/// use futures::io::BufReader;
/// use tidegate_async_io::core::Spill;
/// use tidegate_async_io::futures::{FormOptions, FormSink};
///
/// let body = &b"--b\r\nContent-Disposition: form-data; name=\"a\"; filename=\"f\"\r\n\r\n\
///     data\r\n--b--"[..];
/// let form = FormOptions::new()
///     .decoder(|decoder| decoder.max_files(1).max_file_len(1 << 20))
///     .spill(Spill::new().max_in_memory(1 << 20).memory(1 << 20).disk(0))
///     .choose(|head| match head.is_file() {
///         true => FormSink::Keep,
///         false => FormSink::Refuse(std::io::ErrorKind::InvalidData.into()),
///     })
///     .read(BufReader::new(body), b"multipart/form-data; boundary=b")
///     .await?;
/// assert_eq!(form.file("a").unwrap().as_bytes().unwrap(), b"data");
/// # Ok::<(), std::io::Error>(())
/// # }).unwrap();
/// ```
#[must_use]
pub struct FormOptions<'s, K: Threads> {
    prepare: Box<dyn FnOnce(Decoder) -> Decoder + Send + 's>,
    spill: Spill,
    temp_dir: Option<PathBuf>,
    choose: Box<Choose<'s, K>>,
}

pub(super) type Choose<'s, K> = dyn FnMut(&Head<'_>) -> FormSink<'s, K> + Send + 's;

/// Where the data of a part go, chosen when its head was read: a
/// [`FormSink`](tidegate_core::FormSink) whose writers are those of the runtime that
/// has the threads, `tokio::FormSink` or `futures::FormSink`.
pub type FormSink<'s, K> = tidegate_core::FormSink<Box<dyn Target<K> + Send + 's>, io::Error>;

impl<'s, K: Threads> FormOptions<'s, K> {
    /// Everything is kept, within the limits that [`FormData`] names.
    pub fn new() -> Self {
        Self {
            prepare: Box::new(|decoder| decoder),
            spill: Spill::new(),
            temp_dir: None,
            choose: Box::new(|_| FormSink::<K>::Keep),
        }
    }

    /// Changes the limits, or what is let through: `|decoder| decoder.max_parts(10)`.
    pub fn decoder(mut self, prepare: impl FnOnce(Decoder) -> Decoder + Send + 's) -> Self {
        self.prepare = Box::new(prepare);
        self
    }

    /// How much may be in memory and how much on disk.
    pub const fn spill(mut self, spill: Spill) -> Self {
        self.spill = spill;
        self
    }

    /// Where the temporary file is made. It has no name there, where the system
    /// can do that.
    pub fn temp_dir(mut self, dir: impl Into<PathBuf>) -> Self {
        self.temp_dir = Some(dir.into());
        self
    }

    /// Decides for each part of a multipart form where it goes, before its data.
    /// The fields of a urlencoded one, which have no head, are all kept.
    pub fn choose(mut self, choose: impl FnMut(&Head<'_>) -> FormSink<'s, K> + Send + 's) -> Self {
        self.choose = Box::new(choose);
        self
    }

    /// Reads a form with this Content-Type to its end.
    ///
    /// The future keeps nothing of the Content-Type, so that it may be moved into
    /// another task with the source.
    ///
    /// # Errors
    ///
    /// | what | kind | holds |
    /// |---|---|---|
    /// | it is of another type, or has no boundary | `InvalidData` | `At<MultipartTypeFault>` |
    /// | the body is malformed, cut short, or exceeds a limit | that of the fault | `At<DecodeFault>` |
    /// | it has more than memory and disk may hold | `FileTooLarge` | `At<SpillFault>` |
    /// | a part is refused | your own | |
    /// | the source, a writer or the disk fails | theirs | |
    /// | the runtime is shut down while it writes | `Other` | |
    ///
    /// What was kept until then is dropped, and its temporary file with it. A value
    /// for which there is no room is named by where its data begin in the body. A
    /// disk that fails is noticed when the next 256 KiB are written or the form is
    /// over, and not before.
    ///
    /// # Cancel safety
    ///
    /// It is not: the form is lost with the future. Nothing else is: its temporary file
    /// is gone, at once or with the write that is under way, and a source that was only
    /// lent stands behind what was taken of it. To wait for something else meanwhile,
    /// poll it by reference.
    pub fn read<R: FormSource<K>>(
        self,
        source: R,
        content_type: &[u8],
    ) -> impl Future<Output = io::Result<FormData<K>>> + use<'s, R, K> {
        let source = source.into_source();
        let coding = FormType::parse(content_type);
        async move {
            let coding = coding?;
            let decoder = (self.prepare)(coding.decoder());
            let mut choose = self.choose;
            let mut collects = Collects::new(self.spill, self.temp_dir);
            match coding {
                FormType::Multipart(_) => collects.parts(source, decoder, &mut *choose).await?,
                FormType::UrlEncoded => collects.fields(source, &decoder).await?,
            }
            Ok(FormData::of(collects.finish().await?))
        }
    }
}

impl<K: Threads> Default for FormOptions<'_, K> {
    fn default() -> Self {
        Self::new()
    }
}

impl<K: Threads> fmt::Debug for FormOptions<'_, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FormOptions")
            .field("spill", &self.spill)
            .field("temp_dir", &self.temp_dir)
            .finish_non_exhaustive()
    }
}
