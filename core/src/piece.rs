//! What lines and chunks are alike in for those who use them: how much of one a
//! token holds, and what becomes of one that is too long.

/// What to do with a piece whose text is longer than the maximum. Complete by
/// definition: refuse the stream, the piece, or nothing.
///
/// ```
/// use tidegate_core::{Event, LineScanner, Overlong, Piece, Scan};
///
/// let first = |overlong| {
///     let mut lines = LineScanner::new().max_len(4).overlong(overlong);
///     lines.scan(b"much too long\nok\n", false).map(|step| match step.event {
///         Event::Found(found) => found.piece(),
///         Event::More | Event::Done => unreachable!(),
///     })
/// };
/// assert!(first(Overlong::Fail).is_err());
/// assert_eq!(first(Overlong::Skip), Ok(Piece::Overlong)); // then "ok"
/// assert_eq!(first(Overlong::Fragment), Ok(Piece::First)); // then " too"
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Overlong {
    /// Fault, for good.
    #[default]
    Fail,
    /// Report it once as [`Piece::Overlong`], with as much text as the maximum
    /// allows, and carry on behind its end. The adapters turn the report into
    /// an error, after which they can be called again.
    Skip,
    /// Hand it out in fragments of the maximum's length, the last one of what
    /// is left. A fragment holds at least one byte, so a maximum of 0 counts
    /// as 1 here.
    #[doc(alias = "cap_at_buffer")]
    Fragment,
}

/// How much of a line or chunk a token holds. Complete by definition.
///
/// ```
/// use tidegate_core::{Event, LineScanner, Overlong, Piece, Scan, Step};
///
/// let mut lines = LineScanner::new().max_len(3).overlong(Overlong::Fragment);
/// let (input, mut at, mut pieces) = (b"one\ntwo three\n", 0, Vec::new());
/// while let Step { used, event: Event::Found(line) } = lines.scan(&input[at..], true)? {
///     pieces.push(line.piece());
///     at += used;
/// }
/// assert_eq!(pieces, [Piece::Whole, Piece::First, Piece::Middle, Piece::Last]);
/// assert_eq!(pieces.iter().filter(|piece| piece.is_end()).count(), 2);
/// # Ok::<(), tidegate_core::At<tidegate_core::LineFault>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Piece {
    /// All of it.
    Whole,
    /// Its start; more follows ([`Overlong::Fragment`]).
    First,
    /// Some of its middle; more follows.
    Middle,
    /// What is left of it, and its terminator.
    Last,
    /// The start of one that is longer than the maximum, and whose rest is
    /// skipped ([`Overlong::Skip`]).
    Overlong,
}

impl Piece {
    /// The line or chunk ends here: count these to count lines.
    #[inline]
    pub const fn is_end(self) -> bool {
        matches!(self, Self::Whole | Self::Last)
    }

    /// A fragment, with more of the same line or chunk before or behind it.
    #[inline]
    pub const fn is_fragment(self) -> bool {
        matches!(self, Self::First | Self::Middle | Self::Last)
    }
}
