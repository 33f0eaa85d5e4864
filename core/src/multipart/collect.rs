use super::{Head, Keep, ParameterValue, Spill, SpillFault, Stored};
use crate::At;
use alloc::vec::Vec;
use core::mem;

mod collected;
mod sink;

pub use collected::{Collected, Kept};
pub use sink::FormSink;
use sink::Within;

/// Collects the fields and files of a form, in their order: what is kept of them,
/// and where.
///
/// It reads nothing and writes nothing: `FormData` of an adapter crate shows it each
/// part, and writes what it says belongs on disk, into one file for all of them.
///
/// ```
/// use tidegate_core::{Arriving, Collector, Kept, Spill, Stow};
///
/// let mut collector = Collector::new(Spill::new().max_in_memory(5));
/// let mut disk = Vec::new();
/// for (name, data) in [("title", ["Ti", "de"]), ("text", ["in, ", "out"])] {
///     let mut field = Arriving::field(name.into(), 0);
///     for data in data {
///         if let Stow::OnDisk { before } = collector.push(&mut field, data.as_bytes())? {
///             disk.extend(before);
///             disk.extend(data.as_bytes());
///         }
///     }
///     collector.end(field);
/// }
/// let form = collector.finish();
/// assert_eq!(*form[0].kept(), Kept::InMemory(b"Tide".into()));
/// assert_eq!(*form[1].kept(), Kept::OnDisk { start: 0, len: 7 });
/// assert_eq!(disk, b"in, out");
/// # Ok::<(), tidegate_core::At<tidegate_core::SpillFault>>(())
/// ```
///
/// # Limits
///
/// Those of the [`Spill`]. Names and media types come on top: how long they are is
/// for the [`Decoder`](super::Decoder) to bound.
#[derive(Debug)]
pub struct Collector {
    spill: Spill,
    collected: Vec<Collected>,
    /// How much is on disk, or on its way there.
    on_disk: u64,
}

/// A field or a file of a form, the data of which arrive.
#[derive(Debug)]
pub struct Arriving {
    name: Vec<u8>,
    filename: Option<Vec<u8>>,
    content_type: Option<Vec<u8>>,
    /// Where its data begin in the body.
    offset: u64,
    within: Within,
    stored: Stored,
    memory: Vec<u8>,
    /// Where they begin on disk, once they are there.
    start: Option<u64>,
}

/// What is to be done with data. Complete by definition.
#[derive(Debug, PartialEq, Eq)]
pub enum Stow {
    /// Nothing: they are kept, or are for the writer of the part alone.
    Kept,
    /// They belong on disk, behind all that is there, and behind these: what was in
    /// memory of the same value until now.
    OnDisk {
        /// Often nothing.
        before: Vec<u8>,
    },
}

impl Arriving {
    /// A part with this head, which is to go there, and the writer that is to be
    /// given its data too. `None` if it is to be passed over. Its data begin at that
    /// byte of the body.
    ///
    /// # Errors
    ///
    /// That of a part which is [refused](FormSink::Refuse).
    pub fn part<W, E>(
        head: &Head<'_>,
        offset: u64,
        sink: FormSink<W, E>,
    ) -> Result<Option<(Self, Option<W>)>, E> {
        let (within, writer) = match sink {
            FormSink::Keep => (Within::Any, None),
            FormSink::Memory => (Within::Memory, None),
            FormSink::Disk => (Within::Disk, None),
            FormSink::Writer(writer) => (Within::Elsewhere { len: 0 }, Some(writer)),
            FormSink::Tee(writer) => (Within::Any, Some(writer)),
            FormSink::Skip => return Ok(None),
            FormSink::Refuse(error) => return Err(error),
        };
        let owned = |value: ParameterValue<'_>| value.to_cow().into_owned();
        let part = Self {
            filename: head.filename().map(owned),
            content_type: head.content_type().map(owned),
            within,
            ..Self::field(head.name().map(owned).unwrap_or_default(), offset)
        };
        Ok(Some((part, writer)))
    }

    /// A field with this name, wherever there is room for it.
    pub const fn field(name: Vec<u8>, offset: u64) -> Self {
        Self {
            name,
            filename: None,
            content_type: None,
            offset,
            within: Within::Any,
            stored: Stored::new(),
            memory: Vec::new(),
            start: None,
        }
    }
}

impl Collector {
    /// Nothing yet, and so much room.
    pub const fn new(spill: Spill) -> Self {
        Self {
            spill,
            collected: Vec::new(),
            on_disk: 0,
        }
    }

    /// More data of a part.
    ///
    /// # Errors
    ///
    /// [`SpillFault`], if there is no room for them, where the data of the part
    /// begin. The form is over then.
    pub fn push(&mut self, part: &mut Arriving, data: &[u8]) -> Result<Stow, At<SpillFault>> {
        let more = data.len() as u64;
        let stored = &mut part.stored;
        let keep = match &mut part.within {
            Within::Any => self.spill.store(stored, more),
            Within::Memory => self.spill.store_in_memory(stored, more),
            Within::Disk => self.spill.store_on_disk(stored, more),
            Within::Elsewhere { len } => {
                *len += more;
                return Ok(Stow::Kept);
            }
        };
        let offset = part.offset;
        Ok(match keep.map_err(|fault| At { offset, fault })? {
            Keep::InMemory => {
                part.memory.extend_from_slice(data);
                Stow::Kept
            }
            Keep::OnDisk => {
                let before = mem::take(&mut part.memory);
                part.start.get_or_insert(self.on_disk);
                self.on_disk += before.len() as u64 + more;
                Stow::OnDisk { before }
            }
        })
    }

    /// All data of the part were there.
    pub fn end(&mut self, part: Arriving) {
        let len = part.stored.len();
        let mut memory = part.memory;
        // It grew by doubling, and the budget counts bytes.
        memory.shrink_to_fit();
        self.collected.push(Collected {
            name: part.name,
            filename: part.filename,
            content_type: part.content_type,
            kept: match (part.within, part.start) {
                (Within::Elsewhere { len }, _) => Kept::Elsewhere { len },
                (_, Some(start)) => Kept::OnDisk { start, len },
                (_, None) => Kept::InMemory(memory),
            },
        });
    }

    /// All that were [whole](Self::end), in their order.
    pub fn finish(self) -> Vec<Collected> {
        self.collected
    }
}
