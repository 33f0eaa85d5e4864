//! Sixty-four bytes at a time, by the widest registers that the processor has.
//!
//! `fearless_simd` compiles what is generic over [`Simd`] once for each kind of
//! processor, with its own instructions, and [`dispatch`](fearless_simd::dispatch)
//! chooses among them at run time; nothing of that is `unsafe` here. Whatever runs
//! behind the choice has to be inlined into it, or it is compiled for the oldest.

use fearless_simd::prelude::*;
use fearless_simd::{Level, mask8x64, u8x64};

/// How many bytes a mask speaks of.
pub(crate) const BLOCK: usize = 64;

/// How many bytes are passed over at once.
pub(crate) const STRIDE: usize = 4 * BLOCK;

/// What the processor can do. Without `std` that is what every one of its
/// target can.
#[inline]
pub(crate) fn level() -> Level {
    Level::try_detect().unwrap_or(const { Level::baseline() })
}

/// A block in registers.
#[derive(Clone, Copy)]
pub(crate) struct Lanes<S: Simd>(u8x64<S>);

impl<S: Simd> Lanes<S> {
    /// The block of the window that begins there.
    #[inline(always)]
    pub(crate) fn at(simd: S, window: &[u8], at: usize) -> Self {
        Self(u8x64::from_slice(simd, &window[at..at + BLOCK]))
    }

    /// Compares every byte with one.
    #[inline(always)]
    pub(crate) fn equals(self, byte: u8) -> Equal<S> {
        Equal(self.0.simd_eq(byte))
    }
}

/// The blocks of a stride. They have names and are no array: the closures that go
/// with arrays are compiled for the oldest processor.
#[derive(Clone, Copy)]
pub(crate) struct Stride<S: Simd> {
    a: u8x64<S>,
    b: u8x64<S>,
    c: u8x64<S>,
    d: u8x64<S>,
}

impl<S: Simd> Stride<S> {
    /// The stride of the window that begins there.
    #[inline(always)]
    pub(crate) fn at(simd: S, window: &[u8], at: usize) -> Self {
        let (blocks, _) = window[at..at + STRIDE].as_chunks::<BLOCK>();
        Self {
            a: u8x64::load_array_ref(simd, &blocks[0]),
            b: u8x64::load_array_ref(simd, &blocks[1]),
            c: u8x64::load_array_ref(simd, &blocks[2]),
            d: u8x64::load_array_ref(simd, &blocks[3]),
        }
    }

    /// Whether there is such a byte.
    #[inline(always)]
    pub(crate) fn has(self, byte: u8) -> bool {
        let ab = self.a.simd_eq(byte) | self.b.simd_eq(byte);
        let cd = self.c.simd_eq(byte) | self.d.simd_eq(byte);
        (ab | cd).any_true()
    }

    /// Whether there is such a byte where the other stride has that one.
    #[inline(always)]
    pub(crate) fn has_both(self, byte: u8, other: Self, that: u8) -> bool {
        let a = self.a.simd_eq(byte) & other.a.simd_eq(that);
        let b = self.b.simd_eq(byte) & other.b.simd_eq(that);
        let c = self.c.simd_eq(byte) & other.c.simd_eq(that);
        let d = self.d.simd_eq(byte) & other.d.simd_eq(that);
        ((a | b) | (c | d)).any_true()
    }

    /// Whether there is a byte in `least..=most`: two instructions for a register,
    /// as for the comparison with one byte.
    #[inline(always)]
    pub(crate) fn has_between(self, least: u8, most: u8) -> bool {
        let down = least.wrapping_neg();
        let ab = (self.a + down).min(self.b + down);
        let cd = (self.c + down).min(self.d + down);
        let lowest = ab.min(cd);
        lowest.min(most - least).simd_eq(lowest).any_true()
    }
}

/// The outcome of a comparison, not yet a mask.
#[derive(Clone, Copy)]
pub(crate) struct Equal<S: Simd>(mask8x64<S>);

impl<S: Simd> Equal<S> {
    /// None matches.
    #[inline(always)]
    pub(crate) fn none(simd: S) -> Self {
        Self(mask8x64::splat(simd, false))
    }

    /// Whether there is a match at all.
    #[inline(always)]
    pub(crate) fn any(self) -> bool {
        self.0.any_true()
    }

    #[inline(always)]
    pub(crate) fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    #[inline(always)]
    pub(crate) fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Bit `i` is set where byte `i` matched.
    #[inline(always)]
    pub(crate) fn mask(self) -> u64 {
        self.0.to_bitmask()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fearless_simd::dispatch;

    fn levels() -> [Level; 2] {
        [level(), Level::baseline()]
    }

    #[test]
    fn a_mask_has_a_bit_for_each_matching_byte() {
        for (i, j) in (0..BLOCK).flat_map(|i| (0..BLOCK).map(move |j| (i, j))) {
            let mut bytes = [b'.'; BLOCK];
            bytes[i] = b'x';
            bytes[j] = b'y';
            let (x, y) = if i == j {
                (0, 1 << j)
            } else {
                (1 << i, 1 << j)
            };
            for level in levels() {
                dispatch!(level, simd => {
                    let block = Lanes::at(simd, &bytes, 0);
                    let [xs, ys] = [b'x', b'y'].map(|byte| block.equals(byte));
                    assert_eq!([xs.mask(), ys.mask()], [x, y]);
                    assert_eq!(xs.or(ys).mask(), x | y);
                    assert!(!xs.and(ys).any() && xs.any() == (x != 0));
                    assert!(!Equal::none(simd).or(block.equals(b'z')).any());
                });
            }
        }
    }

    #[test]
    fn no_byte_of_a_stride_is_missed() {
        for (i, byte) in (0..STRIDE).flat_map(|i| (0..=u8::MAX).map(move |byte| (i, byte))) {
            let mut bytes = [b'.'; STRIDE];
            bytes[i] = byte;
            for level in levels() {
                dispatch!(level, simd => {
                    let stride = Stride::at(simd, &bytes, 0);
                    assert!(stride.has(byte));
                    assert_eq!(stride.has(b'\n'), byte == b'\n');
                    let is_between = (10..=13).contains(&byte);
                    assert_eq!(stride.has_between(b'\n', b'\r'), is_between);
                });
            }
        }
    }
}
