use super::fault::ChunkedFault;
use super::size_line::{self, SizeLine, Taken};
use super::trailers::{TrailerLine, WholeLine};
use crate::field::trim_blanks;
use crate::{At, Event, Scan, Step};

/// Reads the chunked transfer coding (RFC 9112 section 7.1), strictly.
///
/// A [`Scan`] whose tokens are the data, as they lie in the window, and the
/// trailer fields. Feed it with [`Feed`](crate::Feed), or use `input_stream` of
/// an adapter crate, which is a reader of the data. Every byte of the framing
/// is checked: two readers that disagree about one of them are how requests are
/// smuggled (RFC 9112 section 11.2).
///
/// ```
/// use tidegate_core::{Chunked, ChunkedDecoder, Event, Feed};
///
/// let mut input = &b"5\r\nhello\r\n0\r\nDigest: x\r\n\r\nGET / HTTP/1.1\r\n"[..];
/// let mut feed = Feed::new(ChunkedDecoder::new().max_trailer_bytes(500), [0; 501])?;
/// loop {
///     let offer = feed.offer(input, false)?;
///     match offer.event {
///         Event::Found(placed) => match feed.token(placed, input) {
///             Chunked::Data(data) => assert_eq!(data, b"hello"),
///             Chunked::Trailer { name, value } => assert_eq!((name, value), (&b"Digest"[..], &b"x"[..])),
///         },
///         Event::More => unreachable!("all of it is here"),
///         Event::Done => break,
///     }
///     input = &input[offer.taken..];
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Limits
///
/// A size has at most 16 digits; a size line, with its extensions and without
/// its CRLF, at most 4 KiB; the extensions of all chunks together 16 KiB; all
/// trailer lines together 8 KiB, with their line ends and without the empty
/// line, and 64 of them. All are inclusive. The data is not limited here: put a
/// [`Limit`](crate::Limit) on it.
///
/// Data and size lines are never kept; only a trailer line that straddles two
/// reads is.
///
/// # Errors
///
/// [`ChunkedFault`], at the byte which breaks the rule. The offset counts the
/// framing too.
///
/// # End of input
///
/// [`Event::Done`] comes with the last byte of the empty line behind the
/// trailers. Before that an end of the input is [`ChunkedFault::Truncated`].
///
/// # Reads past the end
///
/// No: what follows the body is not looked at.
#[derive(Clone, Debug)]
#[must_use]
pub struct ChunkedDecoder {
    state: State,
    /// Bytes of the stream before the window.
    offset: u64,
    /// Bytes of extensions so far.
    extensions: usize,
    /// Trailer lines, and their bytes, so far.
    trailers: usize,
    trailer_bytes: usize,
    max_size_line: usize,
    max_extensions: usize,
    max_trailers: usize,
    max_trailer_bytes: usize,
}

/// What comes next.
#[derive(Clone, Debug)]
enum State {
    Size(SizeLine),
    Data {
        /// At least 1.
        left: u64,
    },
    DataCr,
    DataLf,
    /// A trailer line, or the empty line.
    Trailer(TrailerLine),
    /// The end of the empty line.
    LastLf,
    Done,
    Failed(At<ChunkedFault>),
}

/// What a chunked body is made of.
///
/// Complete by definition: extensions have no meaning that is not their
/// sender's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Chunked<'w> {
    /// Data, never empty. Where it is cut says nothing: it is what was there of
    /// one chunk.
    Data(&'w [u8]),
    /// A trailer field. Nobody may act on one that frames, routes or
    /// authenticates a message (RFC 9110 section 6.5.1): never merge them into
    /// the headers.
    Trailer {
        /// A token.
        name: &'w [u8],
        /// Without the blanks around it.
        value: &'w [u8],
    },
}

/// Where a token of a chunked body lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChunkedFound {
    start: usize,
    end: usize,
    what: What,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    Data,
    /// A line whose colon is at this offset of it.
    Trailer {
        colon: usize,
    },
}

impl ChunkedDecoder {
    /// With the limits that are named at [the type](Self#limits).
    pub const fn new() -> Self {
        Self {
            state: State::Size(SizeLine::new()),
            offset: 0,
            extensions: 0,
            trailers: 0,
            trailer_bytes: 0,
            max_size_line: 4 << 10,
            max_extensions: 16 << 10,
            max_trailers: 64,
            max_trailer_bytes: 8 << 10,
        }
    }

    /// The longest size line, in bytes without its CRLF.
    pub const fn max_size_line(mut self, max: usize) -> Self {
        self.max_size_line = max;
        self
    }

    /// How long the extensions of all chunks may be together, in bytes.
    pub const fn max_extensions(mut self, max: usize) -> Self {
        self.max_extensions = max;
        self
    }

    /// How many trailer fields there may be.
    pub const fn max_trailers(mut self, max: usize) -> Self {
        self.max_trailers = max;
        self
    }

    /// How long the trailer lines may be together, in bytes with their line
    /// ends. A carry holds one byte more.
    pub const fn max_trailer_bytes(mut self, max: usize) -> Self {
        self.max_trailer_bytes = max;
        self
    }

    /// The body is read to its end: the next byte belongs to what follows.
    pub const fn is_done(&self) -> bool {
        matches!(self.state, State::Done)
    }

    /// Takes what is at the front: a byte of the framing, data, or a trailer.
    /// A fault is at its offset in `rest`.
    fn advance(&mut self, rest: &[u8]) -> Result<Advance, (usize, ChunkedFault)> {
        let first = rest.first().copied();
        let next = match (&mut self.state, first) {
            (State::Failed(_), _) => return Ok(Advance::Wait),
            (State::Done, _) => return Ok(Advance::Done),
            (_, None) => return Ok(Advance::Wait),
            (State::Size(line), Some(byte)) => {
                let taken = line.take(byte).map_err(|fault| (0, fault))?;
                self.extensions += usize::from(matches!(taken, Taken::Extension));
                let len = line.len();
                match taken {
                    Taken::Size(0) => State::Trailer(TrailerLine::new()),
                    Taken::Size(left) => State::Data { left },
                    Taken::LineEnd => return Ok(Advance::Framing),
                    Taken::Digit | Taken::Extension => {
                        self.bound_size_line(len).map_err(|fault| (0, fault))?;
                        return Ok(Advance::Framing);
                    }
                }
            }
            (State::Data { left }, Some(_)) => {
                let len = (*left).min(rest.len() as u64);
                *left -= len;
                if *left == 0 {
                    self.state = State::DataCr;
                }
                // No more than the window holds.
                return Ok(Advance::Data(len as usize));
            }
            (State::DataCr, Some(b'\r')) => State::DataLf,
            (State::DataLf, Some(b'\n')) => State::Size(SizeLine::new()),
            (State::DataCr | State::DataLf, _) => return Err((0, ChunkedFault::UnterminatedData)),
            (State::Trailer(line), Some(b'\r')) if line.is_new() => State::LastLf,
            (State::Trailer(line), _) => {
                if self.trailers == self.max_trailers {
                    let max = self.max_trailers;
                    return Err((0, ChunkedFault::TooManyTrailers { max }));
                }
                let max = self.max_trailer_bytes;
                let left = max - self.trailer_bytes;
                let too_long = ChunkedFault::TrailersTooLong { max };
                let Some(whole) = line.scan(rest, left, too_long)? else {
                    return Ok(Advance::Wait);
                };
                self.state = State::Trailer(TrailerLine::new());
                self.trailers += 1;
                self.trailer_bytes += whole.len;
                return Ok(Advance::Trailer(whole));
            }
            (State::LastLf, Some(b'\n')) => State::Done,
            (State::LastLf, _) => return Err((0, ChunkedFault::BareCr)),
        };
        self.state = next;
        Ok(Advance::Framing)
    }

    fn bound_size_line(&self, len: usize) -> Result<(), ChunkedFault> {
        if len > self.max_size_line {
            let max = self.max_size_line;
            return Err(ChunkedFault::SizeLineTooLong { max });
        }
        if self.extensions > self.max_extensions {
            let max = self.max_extensions;
            return Err(ChunkedFault::ExtensionsTooLong { max });
        }
        Ok(())
    }

    fn fail(&mut self, at: usize, fault: ChunkedFault) -> At<ChunkedFault> {
        let offset = self.offset + at as u64;
        let at = At { offset, fault };
        self.state = State::Failed(at);
        at
    }

    /// The framing in front of data, as almost every sender writes it: how long
    /// it is, and the data behind it.
    #[inline]
    fn plain_head(&self, window: &[u8]) -> Option<(usize, u64)> {
        let (before, line) = match &self.state {
            State::Data { left } => return Some((0, *left)),
            State::DataCr => (2, window.strip_prefix(b"\r\n")?),
            State::Size(line) if line.is_new() => (0, window),
            _ => return None,
        };
        let (len, size) = size_line::plain(line)?;
        let short = len - 2 <= self.max_size_line;
        (size > 0 && short).then_some((before + len, size))
    }
}

impl Default for ChunkedDecoder {
    fn default() -> Self {
        Self::new()
    }
}

/// What was taken off the front of the window.
enum Advance {
    /// One byte.
    Framing,
    /// So many bytes.
    Data(usize),
    Trailer(WholeLine),
    /// Nothing: there is too little.
    Wait,
    /// Nothing: the body is over.
    Done,
}

impl Scan for ChunkedDecoder {
    type Found = ChunkedFound;
    type Token<'w> = Chunked<'w>;
    type Fault = ChunkedFault;

    /// Only a trailer line has to be in one piece. The byte behind the longest
    /// one tells that it is too long.
    fn reach(&self) -> usize {
        self.max_trailer_bytes.saturating_add(1)
    }

    fn scan(&mut self, window: &[u8], end: bool) -> Result<Step<ChunkedFound>, At<ChunkedFault>> {
        if let State::Failed(at) = self.state {
            return Err(at);
        }
        let mut used = 0;
        let event = loop {
            let start = used;
            match self.advance(&window[start..]) {
                Ok(Advance::Framing) => used += 1,
                Ok(Advance::Data(len)) => {
                    used += len;
                    break Event::Found(ChunkedFound::data(start, used));
                }
                Ok(Advance::Trailer(WholeLine { colon, len })) => {
                    used += len;
                    break Event::Found(ChunkedFound {
                        start,
                        end: used,
                        what: What::Trailer { colon },
                    });
                }
                Ok(Advance::Wait) if end && used == 0 => {
                    return Err(self.fail(window.len(), ChunkedFault::Truncated));
                }
                Ok(Advance::Wait) => break Event::More,
                Ok(Advance::Done) => break Event::Done,
                Err((at, fault)) => return Err(self.fail(start + at, fault)),
            }
        };
        self.offset += used as u64;
        Ok(Step { used, event })
    }

    #[inline]
    fn token(found: ChunkedFound, window: &[u8]) -> Chunked<'_> {
        let bytes = &window[found.start..found.end];
        match found.what {
            What::Data => Chunked::Data(bytes),
            What::Trailer { colon } => Chunked::Trailer {
                name: &bytes[..colon],
                value: trim_blanks(&bytes[colon + 1..bytes.len() - 2]),
            },
        }
    }

    // Always, for what was found is stored in smaller words than it is loaded
    // in where it is handed from call to call, and to wait for that costs more
    // than to find it.
    #[inline(always)]
    fn glance(&mut self, window: &[u8]) -> Option<(usize, ChunkedFound)> {
        let (start, size) = self.plain_head(window)?;
        let here = (window.len() - start) as u64;
        let len = size.min(here);
        if len == 0 {
            return None;
        }
        self.state = match size - len {
            0 => State::DataCr,
            left => State::Data { left },
        };
        // No more than the window holds.
        let used = start + len as usize;
        self.offset += used as u64;
        Some((used, ChunkedFound::data(start, used)))
    }
}

impl ChunkedFound {
    #[inline]
    fn data(start: usize, end: usize) -> Self {
        let what = What::Data;
        Self { start, end, what }
    }
}
