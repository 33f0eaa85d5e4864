//! Bodies within bodies.

use super::{DecodeFault, Decoder};
use crate::multipart::MultipartType;
use crate::multipart::decode::search::Search;

/// How deep a body lies, and how deep one may.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Nesting {
    /// `depth <= max`
    depth: usize,
    max: usize,
}

impl Decoder {
    /// How many bodies may lie within this one, one in the other; see
    /// [`nested`](Self::nested). None, if this is not said.
    #[must_use]
    pub const fn max_depth(mut self, max: usize) -> Self {
        self.nesting = Nesting { depth: 0, max };
        self
    }

    /// A decoder with the same limits for a body of this type that is a part of
    /// this one (RFC 2046 section 5.1). It counts anew, so limits multiply.
    ///
    /// ```
    /// use tidegate_core::{Boundary, DecodeFault, Decoder, MultipartType};
    ///
    /// let outer = Decoder::form_data(Boundary::new("a")?).max_depth(1);
    /// let mixed = MultipartType::parse(b"multipart/mixed; boundary=b")?;
    /// let inner = outer.nested(&mixed)?;
    /// assert_eq!(inner.nested(&mixed).unwrap_err(), DecodeFault::TooDeep { max: 1 });
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`DecodeFault::TooDeep`].
    pub fn nested(&self, multipart: &MultipartType<'_>) -> Result<Self, DecodeFault> {
        let Nesting { depth, max } = self.nesting;
        if depth == max {
            return Err(DecodeFault::TooDeep { max });
        }
        let mut nested = Self::for_type(multipart);
        nested.search = Search::new(*nested.search.delimiter(), self.search.breaks());
        nested.rules = self.rules;
        nested.meter = self.meter.anew();
        nested.nesting = Nesting {
            depth: depth + 1,
            max,
        };
        Ok(nested)
    }
}
