use super::ResponseFault;

/// The Content-Length of a response, and how much of it is left.
#[derive(Clone, Copy, Debug)]
pub(super) struct Promise {
    promised: u64,
    left: u64,
}

impl Promise {
    pub(super) const fn new(promised: u64) -> Self {
        let left = promised;
        Self { promised, left }
    }

    /// How many of these bytes may be sent.
    ///
    /// # Errors
    ///
    /// If it is none of them.
    pub(super) fn allows(&self, bytes: usize) -> Result<usize, ResponseFault> {
        match (self.left, bytes) {
            (0, 1..) => Err(ResponseFault::TooLong {
                promised: self.promised,
            }),
            (left, bytes) => Ok(usize::try_from(left).unwrap_or(usize::MAX).min(bytes)),
        }
    }

    /// So many bytes were sent.
    pub(super) const fn sent(&mut self, bytes: u64) {
        self.left = self.left.saturating_sub(bytes);
    }

    /// # Errors
    ///
    /// If this is too early for an end.
    pub(super) const fn end(&self) -> Result<(), ResponseFault> {
        let Self { promised, left } = *self;
        match left {
            0 => Ok(()),
            left => Err(ResponseFault::TooShort {
                promised,
                sent: promised - left,
            }),
        }
    }
}
