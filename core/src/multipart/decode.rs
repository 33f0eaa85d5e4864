//! Reads multipart bodies: what is in front of the first part, the heads of the
//! parts, their data, and what is behind the last one.

mod fault;
mod head;
mod head_scan;
mod line;
mod meter;
mod needle;
mod nested;
mod pair;
mod search;
mod sieve;
mod unread;

pub use fault::DecodeFault;
pub use head::{Head, HeadFields, HeadLayout};
pub use meter::{PartKind, PartMeter};
pub use unread::Unread;

use super::delimiter::Delimiter;
use super::{Boundary, MultipartType};
use crate::field::is_blank;
use crate::{At, Event, Scan, Step};
use head_scan::{HeadRules, HeadScan};
use line::{LineRest, MAX_BLANKS, line_break};
use needle::Breaks;
use nested::Nesting;
use search::{Place, Search};

/// Takes a multipart body apart: a [`Scan`] whose tokens are [`Decoded`].
///
/// `Multipart` of an adapter crate is this around a reader. Use it by itself
/// with a [`Feed`](crate::Feed) where there is none.
///
/// ```
/// use tidegate_core::{Boundary, Decoded, Decoder, Event, Feed};
///
/// let body = b"--b\r\n\
///     Content-Disposition: form-data; name=\"title\"\r\n\r\n\
///     Tide\r\n--b--\r\n";
/// let decoder = Decoder::form_data(Boundary::new("b")?).max_head_len(1024);
/// let mut feed = Feed::new(decoder, [0; 1026])?;
/// let (mut at, mut seen) = (0, String::new());
/// loop {
///     let offer = feed.offer(&body[at..], true)?;
///     if let Event::Found(placed) = offer.event {
///         match feed.token(placed, &body[at..]) {
///             Decoded::Head(head) => seen += &format!("{:?}=", head.name().unwrap()),
///             Decoded::Data(data) => seen += std::str::from_utf8(data)?,
///             Decoded::End => seen += ";",
///             Decoded::Preamble(_) | Decoded::Epilogue(_) => {}
///         }
///     }
///     at += offer.taken;
///     if offer.event == Event::Done {
///         break;
///     }
/// }
/// assert_eq!(seen, "b\"title\"=Tide;");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # What is read
///
/// A delimiter is CRLF, two dashes and the boundary; the CRLF may be missing at
/// the very beginning, and where a part is empty, which then shares the one of
/// its empty line (RFC 2046 section 5.1.1). Blanks may follow it, and then CRLF
/// or, behind the last part, two dashes. Whatever only begins like one is data.
/// A line that begins with a whole one and goes on with something else is a
/// fault: half of the readers take it for a delimiter and half for data.
///
/// What is behind the last delimiter is read to the end of the input and handed
/// out as the epilogue.
///
/// # Limits
///
/// All are finite and inclusive, and name themselves in the fault.
///
/// | what | default |
/// |---|---|
/// | parts; of them files; of them fields | 1000 each |
/// | header fields of a part | 32 |
/// | the head of a part, in bytes of its lines with their ends | 8 KiB |
/// | the name of a part, in bytes between its quotes | 4 KiB |
/// | preamble, epilogue, in bytes | 64 KiB each |
/// | a field: a part of a form without a file name, in bytes of data | 1 MiB |
/// | all fields together, in bytes of data | 16 MiB |
/// | a file: every other part | as long as the body, which is for a `LimitedStream` to bound |
/// | blanks behind a delimiter | 256, always |
/// | bodies within this one, one in the other | none |
///
/// A carry holds a head with its empty line, or a delimiter with its blanks.
///
/// # Errors
///
/// [`DecodeFault`]. What was handed out stays good; a part is whole once its
/// [`Decoded::End`] is there.
///
/// # End of input
///
/// The input may end behind the last delimiter, with or without blanks and a
/// line break. Everywhere else that is [`DecodeFault::Truncated`].
#[derive(Clone, Debug)]
pub struct Decoder {
    search: Search,
    state: State,
    head: HeadScan,
    rules: HeadRules,
    kind: Kind,
    /// Bytes of the body in front of the window.
    offset: u64,
    meter: PartMeter,
    nesting: Nesting,
}

/// What is expected next.
#[derive(Clone, Copy, Debug)]
enum State {
    /// What is handed out until there is a delimiter. Where a line begins
    /// anyway that has no line break of its own.
    Text {
        what: What,
        line_begins: bool,
    },
    /// A delimiter, with so many bytes of line break.
    Delimiter {
        behind: What,
        line_break: usize,
    },
    Head,
    /// What follows the last delimiter on its line.
    LastLine,
    Epilogue,
    Done,
    Failed(At<DecodeFault>),
}

/// Which bytes are handed out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    Preamble,
    Data,
    Epilogue,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    FormData,
    /// Any other type.
    Mixed,
}

/// What a multipart body is made of. Complete by definition.
///
/// Where bytes are cut says nothing: it is what was there of them.
#[derive(Clone, Copy, Debug)]
pub enum Decoded<'w> {
    /// What is in front of the first delimiter, without the line break of that.
    /// It has no meaning. Never empty.
    Preamble(&'w [u8]),
    /// A part begins.
    Head(Head<'w>),
    /// Data of the part. Never empty.
    Data(&'w [u8]),
    /// The part is over, and whole.
    End,
    /// What is behind the line of the last delimiter. It has no meaning. Never
    /// empty.
    Epilogue(&'w [u8]),
}

/// Where a token of a multipart body lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DecoderFound(Found);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Found {
    /// So many bytes.
    Bytes(What, usize),
    /// So many bytes.
    Head(HeadLayout, usize),
    End,
}

type Outcome = Result<Step<DecoderFound>, (usize, DecodeFault)>;

impl Decoder {
    /// For `multipart/form-data` (RFC 7578): every part has a Content-Disposition
    /// of that kind, with a name.
    pub fn form_data(boundary: Boundary) -> Self {
        Self::with_kind(boundary, Kind::FormData)
    }

    /// For any other type, `multipart/mixed`, `related`, `byteranges` and so on
    /// (RFC 2046): a part may have any head, or an empty one. None is a field.
    pub fn mixed(boundary: Boundary) -> Self {
        Self::with_kind(boundary, Kind::Mixed)
    }

    /// For a body of this type, whichever it is.
    pub fn for_type(multipart: &MultipartType<'_>) -> Self {
        match multipart.is_form_data() {
            true => Self::form_data(multipart.boundary()),
            false => Self::mixed(multipart.boundary()),
        }
    }

    fn with_kind(boundary: Boundary, kind: Kind) -> Self {
        Self {
            search: Search::new(Delimiter::new(boundary), Breaks::Strict),
            state: State::Text {
                what: What::Preamble,
                line_begins: true,
            },
            head: HeadScan::default(),
            rules: HeadRules {
                breaks: Breaks::Strict,
                max_headers: 32,
                max_len: 8 << 10,
            },
            kind,
            offset: 0,
            meter: PartMeter::new(),
            nesting: Nesting::default(),
        }
    }

    /// Also reads what some old or careless programs write, as `email` of Python
    /// and others do: LF or CR alone as line ends, folded fields (one blank
    /// instead of the fold), and an end of input without a last delimiter.
    /// A line that begins like a delimiter is data, unless it is the last one and has
    /// its two dashes: what is behind those is a fault in this mode too. A CR that
    /// ends the input ends no line, since it may be half of a CRLF.
    ///
    /// Two programs that read such a body seldom agree on what it says: never
    /// where another one has checked it before.
    #[must_use]
    pub fn lenient(mut self) -> Self {
        self.search = Search::new(*self.search.delimiter(), Breaks::Lenient);
        self.rules.breaks = Breaks::Lenient;
        self
    }

    /// How many parts there may be.
    #[must_use]
    pub const fn max_parts(mut self, max: usize) -> Self {
        self.meter.max.parts = max;
        self
    }

    /// How many parts of a form may have a file name.
    #[must_use]
    pub const fn max_files(mut self, max: usize) -> Self {
        self.meter.max.files = max;
        self
    }

    /// How many parts of a form may have no file name.
    #[must_use]
    pub const fn max_fields(mut self, max: usize) -> Self {
        self.meter.max.fields = max;
        self
    }

    /// How many header fields a part may have.
    #[must_use]
    pub const fn max_headers(mut self, max: usize) -> Self {
        self.rules.max_headers = max;
        self
    }

    /// How long the head of a part may be, in bytes of its lines with their ends
    /// and without the empty line behind them.
    #[must_use]
    pub const fn max_head_len(mut self, max: usize) -> Self {
        self.rules.max_len = max;
        self
    }

    /// How long the name of a part may be, in bytes between its quotes.
    #[must_use]
    pub const fn max_name_len(mut self, max: usize) -> Self {
        self.meter.max.name_len = max;
        self
    }

    /// How much may be in front of the first delimiter, in bytes.
    #[must_use]
    pub fn max_preamble(mut self, max: u64) -> Self {
        self.meter.max.preamble = max;
        self.meter.begin_preamble();
        self
    }

    /// How much may follow the last delimiter, in bytes, with the blanks on its line
    /// and without the line break.
    #[must_use]
    pub const fn max_epilogue(mut self, max: u64) -> Self {
        self.meter.max.epilogue = max;
        self
    }

    /// How long each file may be, in bytes.
    #[must_use]
    pub const fn max_file_len(mut self, max: u64) -> Self {
        self.meter.max.file_len = max;
        self
    }

    /// How long each field may be, in bytes.
    #[must_use]
    pub const fn max_field_len(mut self, max: u64) -> Self {
        self.meter.max.field_len = max;
        self
    }

    /// How long all fields may be together, in bytes.
    #[must_use]
    pub const fn max_fields_len(mut self, max: u64) -> Self {
        self.meter.max.fields_len = max;
        self
    }

    /// Lets so many more bytes of data of this part come, if that is fewer than
    /// otherwise. The byte behind them is [`DecodeFault::PartTooLong`].
    pub fn limit_part(&mut self, max: u64) {
        self.limit_part_behind(0, max);
    }

    /// The same where nobody has read the last so many bytes that were handed out,
    /// so that they count as well. Says how many of them may be read.
    pub fn limit_part_behind(&mut self, unread: usize, max: u64) -> usize {
        // A fault behind what nobody has read may be of a higher limit than this.
        if !(self.is_in_part() || matches!(self.state, State::Failed(_))) {
            return unread;
        }
        if let Some(left) = max.checked_sub(unread as u64) {
            self.meter.limit_part(left, max);
            return unread;
        }
        self.offset -= unread as u64 - max;
        self.state = State::Failed(At {
            offset: self.offset,
            fault: DecodeFault::PartTooLong { max },
        });
        // Less than `unread`.
        max as usize
    }

    /// How many bytes of the body are settled: those of all tokens that were
    /// handed out, and of the framing before and between them.
    pub const fn position(&self) -> u64 {
        self.offset
    }

    /// The counts and limits, as they are now.
    pub const fn meter(&self) -> &PartMeter {
        &self.meter
    }

    /// A part was begun, and its end is not handed out yet.
    pub const fn is_in_part(&self) -> bool {
        matches!(
            self.state,
            State::Text {
                what: What::Data,
                ..
            } | State::Delimiter {
                behind: What::Data,
                ..
            }
        )
    }
}

impl Decoder {
    fn is_lenient(&self) -> bool {
        self.search.breaks() == Breaks::Lenient
    }

    #[inline]
    fn step(&mut self, window: &[u8], end: bool) -> Outcome {
        match self.state {
            State::Text { what, line_begins } => self.text(window, end, what, line_begins),
            State::Delimiter { behind, line_break } => {
                self.delimiter(window, end, behind, line_break)
            }
            State::Head => self.head(window, end),
            State::LastLine => self.last_line(window, end),
            State::Epilogue if window.is_empty() && end => Ok(self.done()),
            State::Epilogue if window.is_empty() => wait(window, false),
            State::Epilogue => self.bytes(What::Epilogue, window.len()),
            State::Done => Ok(self.done()),
            State::Failed(at) => Err((0, at.fault)),
        }
    }

    /// What is in front of the next delimiter.
    #[inline]
    fn text(&mut self, window: &[u8], end: bool, what: What, line_begins: bool) -> Outcome {
        // Most data do not begin like one, and to compare them costs a call.
        if line_begins && window.first().is_none_or(|&byte| byte == b'-') {
            let delimiter = self.search.delimiter().without_line_break();
            if window.starts_with(delimiter) {
                return self.delimiter(window, end, what, 0);
            }
            if delimiter.starts_with(window) && !end {
                return wait(window, false);
            }
        }
        let (len, delimiter) = match self.search.find(window, end) {
            Place::At {
                start: 0,
                line_break,
            } => return self.delimiter(window, end, what, line_break),
            Place::At { start, line_break } => (start, Some(line_break)),
            Place::NotBefore(_) if end => (window.len(), None),
            Place::NotBefore(known) => (known, None),
        };
        if len == 0 {
            return match end && self.is_lenient() && what == What::Data {
                true => Ok(self.end_part(0, State::LastLine)),
                false => wait(window, end),
            };
        }
        let step = match self.bytes(what, len) {
            Ok(step) if step.used == len => step,
            // What the search knows is of what follows them.
            cut_short => {
                self.search.forget();
                cut_short?
            }
        };
        self.state = match delimiter {
            Some(line_break) if step.used == len => State::Delimiter {
                behind: what,
                line_break,
            },
            _ => State::Text {
                what,
                line_begins: false,
            },
        };
        Ok(step)
    }

    /// The delimiter at the front, and what follows it on its line.
    #[inline]
    fn delimiter(&mut self, window: &[u8], end: bool, behind: What, line_break: usize) -> Outcome {
        let delimiter = self.search.delimiter().without_line_break();
        let len = line_break + delimiter.len();
        // It was there, and whoever shows the input has taken it away: it is looked
        // for anew.
        let Some(rest) = window.get(len..) else {
            let (what, line_begins) = (behind, line_break == 0);
            self.state = State::Text { what, line_begins };
            return self.text(window, end, what, line_begins);
        };
        let (used, state) = match LineRest::of(rest, self.search.breaks()) {
            LineRest::Next(rest) => (len + rest, State::Head),
            LineRest::Last => (len + 2, State::LastLine),
            LineRest::Unknown if end && self.is_lenient() => (window.len(), State::LastLine),
            LineRest::Unknown => {
                self.state = State::Delimiter { behind, line_break };
                return wait(window, end);
            }
            LineRest::TooLong => {
                let max = MAX_BLANKS;
                return Err((len + max, DecodeFault::DelimiterTooLong { max }));
            }
            LineRest::Junk(_) if self.is_lenient() => {
                let step = self.bytes(behind, len)?;
                self.state = State::Text {
                    what: behind,
                    line_begins: false,
                };
                return Ok(step);
            }
            LineRest::Junk(at) => {
                let fault = match window[len + at] {
                    b'\n' => DecodeFault::BareLf,
                    b'\r' => DecodeFault::BareCr,
                    _ => DecodeFault::MalformedDelimiter,
                };
                return Err((len + at, fault));
            }
        };
        match state {
            State::Head => self.head = HeadScan::default(),
            _ => self.meter.begin_epilogue(),
        }
        match behind {
            What::Data => Ok(self.end_part(used, state)),
            What::Preamble | What::Epilogue => {
                self.state = state;
                let event = Event::More;
                Ok(Step { used, event })
            }
        }
    }

    fn end_part(&mut self, used: usize, state: State) -> Step<DecoderFound> {
        self.state = state;
        let event = Event::Found(DecoderFound(Found::End));
        Step { used, event }
    }

    #[inline]
    fn head(&mut self, window: &[u8], end: bool) -> Outcome {
        let Some(used) = self.head.scan(window, &self.rules)? else {
            return wait(window, end);
        };
        self.begin_part()?;
        self.state = State::Text {
            what: What::Data,
            line_begins: true,
        };
        let event = Event::Found(DecoderFound(Found::Head(*self.head.layout(), used)));
        Ok(Step { used, event })
    }

    /// Counts a part, and bounds its data.
    #[inline]
    fn begin_part(&mut self) -> Result<(), (usize, DecodeFault)> {
        let layout = self.head.layout();
        let (kind, start, name) = match (self.kind, &layout.disposition) {
            (Kind::FormData, None) => return Err((0, DecodeFault::NoDisposition)),
            (Kind::FormData, Some((start, ..))) if !layout.is_form_data => {
                return Err((*start, DecodeFault::NotFormData));
            }
            (Kind::FormData, Some((start, _, disposition))) => {
                let name = disposition.name.ok_or((*start, DecodeFault::NoName))?;
                let kind = match disposition.filename {
                    Some(_) => PartKind::File,
                    None => PartKind::Field,
                };
                (kind, start + name.start(), name.len())
            }
            (Kind::Mixed, disposition) => {
                let (start, name) = match disposition {
                    Some((start, _, disposition)) => (*start, disposition.name),
                    None => (0, None),
                };
                let (start, len) = name.map_or((0, 0), |name| (start + name.start(), name.len()));
                (PartKind::Other, start, len)
            }
        };
        self.meter.begin(kind, name).map_err(|fault| match fault {
            DecodeFault::NameTooLong { max } => (start + max, fault),
            _ => (0, fault),
        })
    }

    fn last_line(&mut self, window: &[u8], end: bool) -> Outcome {
        let blanks = window.iter().take_while(|&&byte| is_blank(byte)).count();
        if blanks > 0 {
            let used = self.allow(blanks)?;
            let event = Event::More;
            return Ok(Step { used, event });
        }
        match (line_break(window, self.search.breaks()), window) {
            (Some(used), _) => {
                self.state = State::Epilogue;
                let event = Event::More;
                Ok(Step { used, event })
            }
            (None, []) if end => Ok(self.done()),
            (None, [b'\r']) if end && self.is_lenient() => {
                self.state = State::Epilogue;
                let event = Event::More;
                Ok(Step { used: 1, event })
            }
            (None, [] | [b'\r']) => wait(window, end),
            (None, [b'\n', ..]) => Err((0, DecodeFault::BareLf)),
            (None, [b'\r', ..]) => Err((0, DecodeFault::BareCr)),
            (None, _) => Err((0, DecodeFault::MalformedDelimiter)),
        }
    }

    /// Hands out so many bytes, or as many of them as are allowed.
    #[inline]
    fn bytes(&mut self, what: What, len: usize) -> Outcome {
        let used = self.allow(len)?;
        let event = Event::Found(DecoderFound(Found::Bytes(what, used)));
        Ok(Step { used, event })
    }

    #[inline]
    fn allow(&mut self, len: usize) -> Result<usize, (usize, DecodeFault)> {
        self.meter.allow(len).map_err(|fault| (0, fault))
    }

    fn done(&mut self) -> Step<DecoderFound> {
        self.state = State::Done;
        let event = Event::Done;
        Step { used: 0, event }
    }
}

/// There is too little of what has to be there.
#[inline]
fn wait(window: &[u8], end: bool) -> Outcome {
    if end {
        return Err((window.len(), DecodeFault::Truncated));
    }
    let event = Event::More;
    Ok(Step { used: 0, event })
}

impl Scan for Decoder {
    type Found = DecoderFound;
    type Token<'w> = Decoded<'w>;
    type Fault = DecodeFault;

    fn reach(&self) -> usize {
        self.rules.reach().max(Delimiter::MAX + MAX_BLANKS + 2)
    }

    fn scan(&mut self, window: &[u8], end: bool) -> Result<Step<DecoderFound>, At<DecodeFault>> {
        if let State::Failed(at) = self.state {
            return Err(at);
        }
        if self.search.is_open(window) && !end {
            let event = Event::More;
            return Ok(Step { used: 0, event });
        }
        match self.step(window, end) {
            Ok(step) => {
                self.offset += step.used as u64;
                Ok(step)
            }
            Err((at, fault)) => {
                let offset = self.offset + at as u64;
                let at = At { offset, fault };
                self.state = State::Failed(at);
                Err(at)
            }
        }
    }

    #[inline]
    fn token(found: DecoderFound, window: &[u8]) -> Decoded<'_> {
        match found.0 {
            Found::Bytes(What::Preamble, len) => Decoded::Preamble(&window[..len]),
            Found::Bytes(What::Data, len) => Decoded::Data(&window[..len]),
            Found::Bytes(What::Epilogue, len) => Decoded::Epilogue(&window[..len]),
            Found::Head(layout, len) => Decoded::Head(layout.head(&window[..len])),
            Found::End => Decoded::End,
        }
    }

    #[inline]
    fn glance(&mut self, window: &[u8]) -> Option<(usize, DecoderFound)> {
        // In these states there is a token or nothing is settled.
        if !(self.is_in_part() || matches!(self.state, State::Head)) {
            return None;
        }
        if self.search.is_open(window) {
            return None;
        }
        match self.step(window, false) {
            Ok(Step {
                used,
                event: Event::Found(found),
            }) => {
                self.offset += used as u64;
                Some((used, found))
            }
            // It is the same to `scan`.
            Ok(_) | Err(_) => None,
        }
    }

    #[inline]
    fn wants(&mut self, _held: usize, _input: &[u8], _tried: usize) -> Option<usize> {
        match self.state {
            State::Text { .. } => self.search.wants(),
            _ => None,
        }
    }
}
