use super::spill_file::SpillFile;
use super::{FormData, collect, urlencoded};
use std::fmt;
use std::io::{self, BufRead, Write};
use std::path::PathBuf;
use tidegate_core::{Collector, Decoder, FormType, Head, Spill};

/// How a [`FormData`] is read: its limits, and where each part goes.
///
/// ```
/// use tidegate_std_io::{FormOptions, FormSink, Spill};
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
///     .read(body, b"multipart/form-data; boundary=b")?;
/// assert_eq!(form.file("a").unwrap().as_bytes().unwrap(), b"data");
/// # Ok::<(), std::io::Error>(())
/// ```
#[must_use]
pub struct FormOptions<'s> {
    prepare: Box<dyn FnOnce(Decoder) -> Decoder + 's>,
    spill: Spill,
    temp_dir: Option<PathBuf>,
    choose: Box<Choose<'s>>,
}

pub(super) type Choose<'s> = dyn FnMut(&Head<'_>) -> FormSink<'s> + 's;

/// Where the data of a part go, chosen when its head was read: a
/// [`FormSink`](tidegate_core::FormSink) whose writers are those of `std::io`.
pub type FormSink<'s> = tidegate_core::FormSink<Box<dyn Write + 's>, io::Error>;

impl<'s> FormOptions<'s> {
    /// Everything is kept, within the limits that [`FormData`] names.
    pub fn new() -> Self {
        Self {
            prepare: Box::new(|decoder| decoder),
            spill: Spill::new(),
            temp_dir: None,
            choose: Box::new(|_| FormSink::Keep),
        }
    }

    /// Changes the limits, or what is let through: `|decoder| decoder.max_parts(10)`.
    pub fn decoder(mut self, prepare: impl FnOnce(Decoder) -> Decoder + 's) -> Self {
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
    pub fn choose(mut self, choose: impl FnMut(&Head<'_>) -> FormSink<'s> + 's) -> Self {
        self.choose = Box::new(choose);
        self
    }

    /// Reads a form with this Content-Type to its end.
    ///
    /// # Errors
    ///
    /// | what | kind | holds |
    /// |---|---|---|
    /// | it is of another type, or has no boundary | `InvalidData` | `At<MultipartTypeFault>` |
    /// | the body is malformed, cut short, or exceeds a limit | that of the fault | `At<DecodeFault>` |
    /// | it has more than memory and disk may hold | `FileTooLarge` | `At<SpillFault>` |
    /// | a part is refused | your own | |
    /// | the reader, a writer or the disk fails | theirs | |
    ///
    /// What was kept until then is dropped, and its temporary file with it. A value
    /// for which there is no room is named by where its data begin in the body.
    pub fn read(self, reader: impl BufRead, content_type: &[u8]) -> io::Result<FormData> {
        let coding = FormType::parse(content_type)?;
        let decoder = (self.prepare)(coding.decoder());
        let mut collector = Collector::new(self.spill);
        let mut file = SpillFile::new(self.temp_dir);
        let mut choose = self.choose;
        match coding {
            FormType::Multipart(_) => {
                collect::parts(reader, decoder, &mut *choose, &mut collector, &mut file)?;
            }
            FormType::UrlEncoded => {
                urlencoded::fields(reader, &decoder, &mut collector, &mut file)?;
            }
        }
        Ok(FormData::collected(collector, file))
    }
}

impl Default for FormOptions<'_> {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for FormOptions<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FormOptions")
            .field("spill", &self.spill)
            .field("temp_dir", &self.temp_dir)
            .finish_non_exhaustive()
    }
}
