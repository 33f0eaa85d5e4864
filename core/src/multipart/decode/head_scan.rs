//! The head of a part, line by line as it arrives.

use super::needle::Breaks;
use super::{DecodeFault, HeadLayout};
use crate::field::{is_blank, is_token_byte, is_value_byte};
use crate::multipart::disposition::DispositionSpans;
use memchr::{memchr, memchr2};

/// What was seen of a head so far.
#[derive(Clone, Debug, Default)]
pub(super) struct HeadScan {
    /// Where the line begins that is looked at.
    line: usize,
    /// Up to where it was looked for its end.
    seen: usize,
    fields: usize,
    layout: HeadLayout,
}

/// What a head is held to.
#[derive(Clone, Copy, Debug)]
pub(super) struct HeadRules {
    pub(super) breaks: Breaks,
    pub(super) max_headers: usize,
    /// Bytes of the lines with their ends, without the empty one.
    pub(super) max_len: usize,
}

impl HeadRules {
    /// A window that holds so many bytes of a head tells all about it.
    pub(super) const fn reach(&self) -> usize {
        self.max_len.saturating_add(2)
    }

    pub(super) const fn is_lenient(&self) -> bool {
        matches!(self.breaks, Breaks::Lenient)
    }
}

type Fault = (usize, DecodeFault);

impl HeadScan {
    /// Looks at the lines that are whole. Gives how long the head is with its empty
    /// line, once that is there.
    #[inline]
    pub(super) fn scan(
        &mut self,
        window: &[u8],
        rules: &HeadRules,
    ) -> Result<Option<usize>, Fault> {
        let shown = &window[..window.len().min(rules.reach())];
        // Whoever shows the input has taken away what was seen: it says nothing of
        // what comes instead.
        if shown.len() < self.seen {
            *self = Self::default();
        }
        while let Some(line) = self.line_end(shown, rules)? {
            if line.text == self.line {
                return Ok(Some(line.next));
            }
            if line.next > rules.max_len {
                return Err(too_long(rules));
            }
            if rules.is_lenient() {
                match shown.get(line.next) {
                    None => return Ok(None),
                    Some(&first) if is_blank(first) && !is_blank(shown[self.line]) => {
                        self.seen = line.next;
                        continue;
                    }
                    Some(_) => {}
                }
            }
            self.field(&shown[..line.text], rules)?;
            self.fields += 1;
            (self.line, self.seen) = (line.next, line.next);
        }
        match shown.len() < rules.reach() {
            true => Ok(None),
            false => Err(too_long(rules)),
        }
    }

    /// What is where in it.
    pub(super) const fn layout(&self) -> &HeadLayout {
        &self.layout
    }

    /// The end of the line that begins at `self.line`, if it is there.
    #[inline]
    fn line_end(&mut self, shown: &[u8], rules: &HeadRules) -> Result<Option<LineEnd>, Fault> {
        let from = self.seen;
        // The empty line, which every head ends with.
        if let (true, [b'\r', b'\n', ..]) = (from == self.line, &shown[from..]) {
            return Ok(Some(LineEnd {
                text: from,
                next: from + 2,
            }));
        }
        let found = match rules.breaks {
            Breaks::Strict => memchr(b'\n', &shown[from..]),
            Breaks::Lenient => memchr2(b'\r', b'\n', &shown[from..]),
        };
        let Some(at) = found.map(|at| from + at) else {
            self.seen = shown.len();
            return Ok(None);
        };
        match (rules.breaks, &shown[self.line..at], &shown[at..]) {
            (Breaks::Strict, [.., b'\r'], _) => Ok(Some(LineEnd {
                text: at - 1,
                next: at + 1,
            })),
            (Breaks::Strict, ..) => Err((at, DecodeFault::BareLf)),
            (Breaks::Lenient, _, [b'\r']) => {
                self.seen = at;
                Ok(None)
            }
            (Breaks::Lenient, _, [b'\r', b'\n', ..]) => Ok(Some(LineEnd {
                text: at,
                next: at + 2,
            })),
            (Breaks::Lenient, ..) => Ok(Some(LineEnd {
                text: at,
                next: at + 1,
            })),
        }
    }

    /// Takes the field that ends where the bytes end.
    #[inline]
    fn field(&mut self, shown: &[u8], rules: &HeadRules) -> Result<(), Fault> {
        if self.fields == rules.max_headers {
            let max = rules.max_headers;
            return Err((self.line, DecodeFault::TooManyHeaders { max }));
        }
        let text = &shown[self.line..];
        let (name, colon) = FieldName::of(text).map_err(|(at, fault)| (self.line + at, fault))?;
        let blanks = text[colon + 1..].iter().take_while(|&&byte| is_blank(byte));
        let start = self.line + colon + 1 + blanks.count();
        let value = &shown[start..];
        check_value(value, rules).map_err(|(at, fault)| (start + at, fault))?;
        match name {
            FieldName::Disposition if self.layout.disposition.is_some() => {
                Err((self.line, DecodeFault::DuplicateDisposition))
            }
            FieldName::Disposition => {
                // Written in place: to be handed on it would be copied at once, from
                // where it is not settled yet.
                if let Some(spans) = DispositionSpans::known(value) {
                    self.layout.is_form_data = true;
                    self.layout.disposition = Some((start, shown.len(), spans));
                    return Ok(());
                }
                let spans = DispositionSpans::parse(value, rules.is_lenient())
                    .map_err(|(at, fault)| (start + at, DecodeFault::Disposition(fault)))?;
                self.layout.is_form_data = spans.is_form_data(value);
                self.layout.disposition = Some((start, shown.len(), spans));
                Ok(())
            }
            FieldName::ContentType if self.layout.content_type.is_some() => {
                Err((self.line, DecodeFault::DuplicateContentType))
            }
            FieldName::ContentType => {
                self.layout.content_type = Some((start, shown.len()));
                Ok(())
            }
            FieldName::Other => Ok(()),
        }
    }
}

struct LineEnd {
    /// Where the text of the line ends.
    text: usize,
    /// Where the next line begins.
    next: usize,
}

#[derive(Clone, Copy)]
enum FieldName {
    Disposition,
    ContentType,
    Other,
}

impl FieldName {
    /// As nearly everybody writes them, which is found out at once.
    const DISPOSITION: &[u8] = b"Content-Disposition";
    const CONTENT_TYPE: &[u8] = b"Content-Type";

    /// The name of the field in a line, and where its colon is.
    #[inline]
    fn of(line: &[u8]) -> Result<(Self, usize), Fault> {
        for (name, field) in [
            (Self::DISPOSITION, Self::Disposition),
            (Self::CONTENT_TYPE, Self::ContentType),
        ] {
            if let Some((start, [b':', ..])) = line.split_at_checked(name.len())
                && (start == name || start.eq_ignore_ascii_case(name))
            {
                return Ok((field, name.len()));
            }
        }
        let colon = line.iter().position(|&byte| !is_token_byte(byte));
        match colon.map(|at| (at, line[at])) {
            Some((at @ 1.., b':')) => Ok((Self::Other, at)),
            Some((0, first)) if is_blank(first) => Err((0, DecodeFault::Folded)),
            Some((at, _)) => Err((at, DecodeFault::MalformedField)),
            None => Err((line.len(), DecodeFault::MalformedField)),
        }
    }
}

#[inline]
fn check_value(value: &[u8], rules: &HeadRules) -> Result<(), Fault> {
    // All of them first, since that takes many at once.
    let fine = value
        .iter()
        .fold(true, |fine, &byte| fine & is_value_byte(byte));
    match fine {
        true => Ok(()),
        false => check_byte_by_byte(value, rules),
    }
}

/// What is folded holds line breaks, in the lenient mode.
#[cold]
fn check_byte_by_byte(value: &[u8], rules: &HeadRules) -> Result<(), Fault> {
    let is_allowed =
        |byte| is_value_byte(byte) || (rules.is_lenient() && matches!(byte, b'\r' | b'\n'));
    match value.iter().position(|&byte| !is_allowed(byte)) {
        None => Ok(()),
        Some(at) if value[at] == b'\r' => Err((at, DecodeFault::BareCr)),
        Some(at) => Err((at, DecodeFault::ForbiddenByte)),
    }
}

fn too_long(rules: &HeadRules) -> Fault {
    let max = rules.max_len;
    (max, DecodeFault::HeadTooLong { max })
}
