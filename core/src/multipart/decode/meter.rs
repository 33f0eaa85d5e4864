use super::DecodeFault;

/// Counts the parts of a form and their bytes, and holds them to limits.
///
/// A [`Decoder`](crate::Decoder) has one. Take it from there for a form in another
/// coding, `application/x-www-form-urlencoded`, which is to have the same limits.
///
/// ```
/// use tidegate_core::{Boundary, DecodeFault, Decoder, PartKind};
///
/// let decoder = Decoder::form_data(Boundary::new("none")?).max_field_len(3);
/// let mut meter = decoder.meter().clone();
/// meter.begin(PartKind::Field, "name".len())?;
/// assert_eq!(meter.allow(5)?, 3);
/// assert_eq!(meter.allow(2), Err(DecodeFault::FieldTooLong { max: 3 }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct PartMeter {
    pub(super) max: Limits,
    parts: usize,
    files: usize,
    fields: usize,
    /// Bytes of all fields, and whether this part is one.
    fields_len: u64,
    in_field: bool,
    /// How much more of what is being handed out may come, and what it is a
    /// fault of if it is not enough.
    left: u64,
    bound: DecodeFault,
}

/// What kind of part it is, for its limits. Complete by definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PartKind {
    /// A part of a form without a file name.
    Field,
    /// A part of a form with a file name.
    File,
    /// A part of what is no form.
    Other,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    pub(super) parts: usize,
    pub(super) files: usize,
    pub(super) fields: usize,
    pub(super) name_len: usize,
    pub(super) preamble: u64,
    pub(super) epilogue: u64,
    pub(super) file_len: u64,
    pub(super) field_len: u64,
    pub(super) fields_len: u64,
}

impl PartMeter {
    pub(super) const fn new() -> Self {
        let max = Limits {
            parts: 1000,
            files: 1000,
            fields: 1000,
            name_len: 4 << 10,
            preamble: 64 << 10,
            epilogue: 64 << 10,
            file_len: u64::MAX,
            field_len: 1 << 20,
            fields_len: 16 << 20,
        };
        Self {
            max,
            parts: 0,
            files: 0,
            fields: 0,
            fields_len: 0,
            in_field: false,
            left: max.preamble,
            bound: DecodeFault::PreambleTooLong { max: max.preamble },
        }
    }

    /// Counts a part with a name of so many bytes, and bounds its data.
    ///
    /// # Errors
    ///
    /// The limit that it exceeds. Nothing is counted then.
    #[inline]
    pub fn begin(&mut self, kind: PartKind, name_len: usize) -> Result<(), DecodeFault> {
        let max = &self.max;
        if name_len > max.name_len {
            let max = max.name_len;
            return Err(DecodeFault::NameTooLong { max });
        }
        let parts =
            one_more(self.parts, max.parts).ok_or(DecodeFault::TooManyParts { max: max.parts })?;
        (self.left, self.bound) = match kind {
            PartKind::Field => {
                self.fields = one_more(self.fields, max.fields)
                    .ok_or(DecodeFault::TooManyFields { max: max.fields })?;
                self.bound_of_field()
            }
            PartKind::File => {
                self.files = one_more(self.files, max.files)
                    .ok_or(DecodeFault::TooManyFiles { max: max.files })?;
                (max.file_len, DecodeFault::FileTooLong { max: max.file_len })
            }
            PartKind::Other => (max.file_len, DecodeFault::FileTooLong { max: max.file_len }),
        };
        self.parts = parts;
        self.in_field = kind == PartKind::Field;
        Ok(())
    }

    /// How many of the next so many bytes of the part are allowed: one at least,
    /// if any are asked for.
    ///
    /// # Errors
    ///
    /// The limit, once none are.
    #[inline]
    pub fn allow(&mut self, len: usize) -> Result<usize, DecodeFault> {
        if self.left == 0 && len > 0 {
            return Err(self.bound);
        }
        let allowed = self.left.min(len as u64);
        self.left -= allowed;
        if self.in_field {
            self.fields_len += allowed;
        }
        // No more than `len`.
        Ok(allowed as usize)
    }

    /// How long a name may be, in bytes.
    pub const fn max_name_len(&self) -> usize {
        self.max.name_len
    }

    /// How long a field may be, in bytes.
    pub const fn max_field_len(&self) -> u64 {
        self.max.field_len
    }

    /// The same limits, and nothing counted.
    pub(super) const fn anew(&self) -> Self {
        let mut meter = Self::new();
        meter.max = self.max;
        meter.begin_preamble();
        meter
    }

    /// So many more bytes may come, of the maximum.
    pub(super) const fn limit_part(&mut self, left: u64, max: u64) {
        if left < self.left {
            self.left = left;
            self.bound = DecodeFault::PartTooLong { max };
        }
    }

    pub(super) const fn begin_preamble(&mut self) {
        let max = self.max.preamble;
        (self.left, self.bound) = (max, DecodeFault::PreambleTooLong { max });
    }

    pub(super) const fn begin_epilogue(&mut self) {
        let max = self.max.epilogue;
        (self.left, self.bound) = (max, DecodeFault::EpilogueTooLong { max });
        self.in_field = false;
    }

    const fn bound_of_field(&self) -> (u64, DecodeFault) {
        let left = self.max.fields_len.saturating_sub(self.fields_len);
        if left < self.max.field_len {
            let max = self.max.fields_len;
            return (left, DecodeFault::FieldsTooLong { max });
        }
        let max = self.max.field_len;
        (max, DecodeFault::FieldTooLong { max })
    }
}

const fn one_more(count: usize, max: usize) -> Option<usize> {
    if count < max { Some(count + 1) } else { None }
}
