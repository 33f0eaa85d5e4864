use core::fmt;

/// Where the data of a part go, chosen when its head was read. `W` is a writer, and
/// `E` an error of your own.
#[non_exhaustive]
pub enum FormSink<W, E> {
    /// Into memory, or to disk if it is large or there is no room.
    Keep,
    /// Into memory, or it is a fault.
    Memory,
    /// To disk, however small it is, unless it is empty.
    Disk,
    /// To this writer alone, which is flushed behind it. Its length is known,
    /// then.
    Writer(W),
    /// As [`Keep`](Self::Keep), and to this writer, which is flushed behind it: to
    /// hash it, say. To have the hash then, share it with the writer.
    Tee(W),
    /// Nowhere: as if the part were not there.
    Skip,
    /// The form ends with this error.
    Refuse(E),
}

/// Where the data of a part may be kept.
#[derive(Debug)]
pub(super) enum Within {
    Any,
    Memory,
    Disk,
    /// A writer has this many of them.
    Elsewhere {
        len: u64,
    },
}

impl<W, E: fmt::Debug> fmt::Debug for FormSink<W, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Keep => "Keep",
            Self::Memory => "Memory",
            Self::Disk => "Disk",
            Self::Writer(_) => "Writer(..)",
            Self::Tee(_) => "Tee(..)",
            Self::Skip => "Skip",
            Self::Refuse(error) => return f.debug_tuple("Refuse").field(error).finish(),
        })
    }
}
