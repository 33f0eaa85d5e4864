use super::Decoder;

/// Data of a part that were found and that nobody has read yet: how many, and
/// where they lie.
///
/// For adapters, which show the data of a part as a reader does: some of what was
/// found is consumed, and the rest is shown again. With a [`Feed`](crate::Feed)
/// alone there is nothing to keep.
///
/// ```
/// use tidegate_core::Unread;
///
/// let mut unread = Unread::carried(3);
/// unread.consume(1);
/// assert_eq!(unread.of(b"abc"), b"bc");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unread {
    /// `start <= end`: where they are in the carry, if they lie there.
    start: usize,
    end: usize,
    carried: bool,
}

impl Unread {
    /// There are none.
    pub const NONE: Self = Self {
        start: 0,
        end: 0,
        carried: false,
    };

    /// So many at the front of the input.
    pub const fn in_front(len: usize) -> Self {
        Self {
            end: len,
            ..Self::NONE
        }
    }

    /// So many, all that the carry lent.
    pub const fn carried(len: usize) -> Self {
        Self {
            end: len,
            carried: true,
            ..Self::NONE
        }
    }

    /// How many.
    pub const fn len(&self) -> usize {
        self.end - self.start
    }

    /// There are none.
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// They lie in the carry, and not at the front of the input.
    pub const fn is_carried(&self) -> bool {
        self.carried
    }

    /// Those of what the carry lent.
    ///
    /// # Panics
    ///
    /// If it lent less.
    pub fn of<'c>(&self, lent: &'c [u8]) -> &'c [u8] {
        &lent[self.start..self.end]
    }

    /// So many were read.
    ///
    /// # Panics
    ///
    /// If there are fewer.
    pub const fn consume(&mut self, amount: usize) {
        assert!(amount <= self.len(), "no more is consumed than was shown");
        match self.carried {
            true => self.start += amount,
            false => self.end -= amount,
        }
    }

    /// Lets so many more bytes of the part be read; see
    /// [`Decoder::limit_part_behind`].
    pub fn limit(&mut self, decoder: &mut Decoder, max: u64) {
        self.end = self.start + decoder.limit_part_behind(self.len(), max);
    }
}
