//! Multipart bodies as the rules of `Decoder` read, with all of the body in hand:
//! slow, and obviously right.
#![allow(unreachable_pub, reason = "the fuzz targets are held to it too")]

use tidegate_core::{Boundary, DecodeFault as Fault, Decoder, ParameterFault};

/// What a decoder is told.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    pub boundary: Boundary,
    pub form: bool,
    pub lenient: bool,
    pub parts: usize,
    pub files: usize,
    pub fields: usize,
    pub headers: usize,
    pub head_len: usize,
    pub name_len: usize,
    pub preamble: u64,
    pub epilogue: u64,
    pub file_len: u64,
    pub field_len: u64,
    pub fields_len: u64,
}

impl Rules {
    /// Those of a form, if nobody says otherwise.
    pub fn form(boundary: Boundary) -> Self {
        Self {
            boundary,
            form: true,
            lenient: false,
            parts: 1000,
            files: 1000,
            fields: 1000,
            headers: 32,
            head_len: 8 << 10,
            name_len: 4 << 10,
            preamble: 64 << 10,
            epilogue: 64 << 10,
            file_len: u64::MAX,
            field_len: 1 << 20,
            fields_len: 16 << 20,
        }
    }

    pub fn decoder(&self) -> Decoder {
        let decoder = match self.form {
            true => Decoder::form_data(self.boundary),
            false => Decoder::mixed(self.boundary),
        };
        let decoder = match self.lenient {
            true => decoder.lenient(),
            false => decoder,
        };
        decoder
            .max_parts(self.parts)
            .max_files(self.files)
            .max_fields(self.fields)
            .max_headers(self.headers)
            .max_head_len(self.head_len)
            .max_name_len(self.name_len)
            .max_preamble(self.preamble)
            .max_epilogue(self.epilogue)
            .max_file_len(self.file_len)
            .max_field_len(self.field_len)
            .max_fields_len(self.fields_len)
    }
}

/// What a body holds, with neighbouring data as one, and where what is wrong.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answer {
    pub tokens: Vec<Token>,
    pub fault: Option<(u64, Fault)>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Token {
    Preamble(Vec<u8>),
    Head(Head),
    Data(Vec<u8>),
    End,
    Epilogue(Vec<u8>),
}

/// A head, with all that is folded or escaped undone.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Head {
    pub bytes: Vec<u8>,
    pub fields: Vec<(Vec<u8>, Vec<u8>)>,
    pub name: Option<Vec<u8>>,
    pub filename: Option<Vec<u8>>,
    pub content_type: Option<Vec<u8>>,
}

pub fn decode(rules: &Rules, body: &[u8]) -> Answer {
    let mut reading = Reading {
        rules,
        body,
        dashed: [b"--", rules.boundary.as_str().as_bytes()].concat(),
        at: 0,
        tokens: Vec::new(),
        parts: 0,
        files: 0,
        fields: 0,
        fields_len: 0,
    };
    let fault = reading.read().err();
    Answer {
        tokens: reading.tokens,
        fault: fault.map(|(at, fault)| (at as u64, fault)),
    }
}

/// A fault, and where in the body.
type Refused = (usize, Fault);

/// How the line of a delimiter goes on.
enum Line {
    /// Blanks and a line break, so many bytes.
    Next(usize),
    Last,
    /// The body ends before it does.
    Unfinished,
    /// So many blanks are too many.
    TooLong(usize),
    /// Something else, so many bytes behind the delimiter.
    Junk(usize),
}

/// What ended a text.
enum Stop {
    /// A delimiter that a part follows, and where its head begins.
    Next(usize),
    /// The last delimiter, and where its line goes on.
    Last(usize),
    /// The body, where that is allowed.
    EndOfBody,
}

struct Reading<'r> {
    rules: &'r Rules,
    body: &'r [u8],
    dashed: Vec<u8>,
    at: usize,
    tokens: Vec<Token>,
    parts: usize,
    files: usize,
    fields: usize,
    fields_len: u64,
}

impl Reading<'_> {
    fn read(&mut self) -> Result<(), Refused> {
        let max = self.rules.preamble;
        let mut stop = self.text(Token::Preamble, max, Fault::PreambleTooLong { max })?;
        loop {
            match stop {
                Stop::EndOfBody => return Ok(()),
                Stop::Last(at) => return self.epilogue(at),
                Stop::Next(at) => {
                    self.at = at;
                    let (max, fault) = self.head()?;
                    let before = self.tokens.len();
                    stop = self.text(Token::Data, max, fault)?;
                    if let (
                        Some(Token::Data(data)),
                        Fault::FieldTooLong { .. } | Fault::FieldsTooLong { .. },
                    ) = (self.tokens.get(before), fault)
                    {
                        self.fields_len += data.len() as u64;
                    }
                    self.tokens.push(Token::End);
                }
            }
        }
    }

    /// What is in front of the next delimiter, of which only so much is allowed. A line
    /// begins where it begins.
    fn text(
        &mut self,
        token: fn(Vec<u8>) -> Token,
        max: u64,
        fault: Fault,
    ) -> Result<Stop, Refused> {
        let start = self.at;
        let mut at = start;
        let mut line_begins = true;
        loop {
            let Some((text_end, line)) = self.next_delimiter(at, line_begins) else {
                self.hand_out(start, self.body.len(), token, max, fault)?;
                let is_data = matches!(token(Vec::new()), Token::Data(_));
                return match self.rules.lenient && is_data {
                    true => Ok(Stop::EndOfBody),
                    false => Err((self.body.len(), Fault::Truncated)),
                };
            };
            let rest = self.rest_of_line(line);
            if let (Line::Junk(_), true) = (&rest, self.rules.lenient) {
                (at, line_begins) = (line, false);
                continue;
            }
            self.hand_out(start, text_end, token, max, fault)?;
            return match rest {
                Line::Next(len) => Ok(Stop::Next(line + len)),
                Line::Last => Ok(Stop::Last(line + 2)),
                Line::Unfinished if self.rules.lenient => Ok(Stop::EndOfBody),
                Line::Unfinished => Err((self.body.len(), Fault::Truncated)),
                Line::TooLong(max) => Err((line + max, Fault::DelimiterTooLong { max })),
                Line::Junk(at) => Err((line + at, self.junk(line + at))),
            };
        }
    }

    /// Where the line break of the next delimiter begins, and where the delimiter
    /// ends.
    fn next_delimiter(&self, from: usize, line_begins: bool) -> Option<(usize, usize)> {
        (from..self.body.len()).find_map(|at| {
            let line_break = match at == from && line_begins {
                true if self.body[at..].starts_with(&self.dashed) => 0,
                _ => self.line_break(at)?,
            };
            let dashes = at + line_break;
            let is_one = self.body[dashes..].starts_with(&self.dashed);
            is_one.then_some((at, dashes + self.dashed.len()))
        })
    }

    fn rest_of_line(&self, at: usize) -> Line {
        let rest = &self.body[at..];
        match rest {
            [b'-', b'-', ..] => return Line::Last,
            [b'-'] => return Line::Unfinished,
            _ => {}
        }
        let blanks = blanks(rest);
        if blanks > 256 {
            return Line::TooLong(256);
        }
        match (&rest[blanks..], self.line_break(at + blanks)) {
            // Half of a CRLF, as far as anybody knows.
            ([] | [b'\r'], _) => Line::Unfinished,
            (_, Some(len)) => Line::Next(blanks + len),
            (_, None) => Line::Junk(blanks),
        }
    }

    fn junk(&self, at: usize) -> Fault {
        match self.body[at] {
            b'\n' => Fault::BareLf,
            b'\r' => Fault::BareCr,
            _ => Fault::MalformedDelimiter,
        }
    }

    /// How long the line break there is, if there is one.
    fn line_break(&self, at: usize) -> Option<usize> {
        match &self.body[at..] {
            [b'\r', b'\n', ..] => Some(2),
            [b'\r' | b'\n', ..] if self.rules.lenient => Some(1),
            _ => None,
        }
    }

    fn hand_out(
        &mut self,
        start: usize,
        end: usize,
        token: fn(Vec<u8>) -> Token,
        max: u64,
        fault: Fault,
    ) -> Result<(), Refused> {
        let len = end - start;
        let allowed = usize::try_from(max).map_or(len, |max| max.min(len));
        if allowed > 0 {
            self.tokens
                .push(token(self.body[start..start + allowed].to_vec()));
        }
        match allowed < len {
            true => Err((start + allowed, fault)),
            false => Ok(()),
        }
    }

    /// The rest of the last delimiter's line, and what follows it.
    fn epilogue(&mut self, at: usize) -> Result<(), Refused> {
        let max = self.rules.epilogue;
        let fault = Fault::EpilogueTooLong { max };
        let blanks = blanks(&self.body[at..]);
        if let Some(allowed) = usize::try_from(max).ok().filter(|&max| max < blanks) {
            return Err((at + allowed, fault));
        }
        let at = at + blanks;
        match (&self.body[at..], self.line_break(at)) {
            ([], _) => Ok(()),
            ([b'\r'], None) => Err((at + 1, Fault::Truncated)),
            (_, None) => Err((at, self.junk(at))),
            (_, Some(len)) => {
                let left = max - blanks as u64;
                self.hand_out(at + len, self.body.len(), Token::Epilogue, left, fault)
            }
        }
    }

    /// Gives how much data the part may have, and what it is a fault of if it has
    /// more.
    fn head(&mut self) -> Result<(u64, Fault), Refused> {
        let start = self.at;
        let mut head = Head::default();
        let mut disposition = None;
        loop {
            let line = self.at;
            let Some((text_end, next)) = self.field_line(start)? else {
                break;
            };
            if head.fields.len() == self.rules.headers {
                let max = self.rules.headers;
                return Err((line, Fault::TooManyHeaders { max }));
            }
            let text = &self.body[line..text_end];
            let colon = text.iter().position(|&byte| !is_tchar(byte));
            let colon = match colon.map(|at| (at, text[at])) {
                Some((at @ 1.., b':')) => at,
                Some((0, b' ' | b'\t')) => return Err((line, Fault::Folded)),
                Some((at, _)) => return Err((line + at, Fault::MalformedField)),
                None => return Err((text_end, Fault::MalformedField)),
            };
            let name = &text[..colon];
            let blanks = text[colon + 1..]
                .iter()
                .take_while(|byte| b" \t".contains(byte));
            let value_at = line + colon + 1 + blanks.count();
            let value = &self.body[value_at..text_end];
            let folds = |byte| self.rules.lenient && b"\r\n".contains(&byte);
            if let Some(at) = value
                .iter()
                .position(|&byte| !is_text(byte) && !folds(byte))
            {
                let fault = match value[at] {
                    b'\r' => Fault::BareCr,
                    _ => Fault::ForbiddenByte,
                };
                return Err((value_at + at, fault));
            }
            if name.eq_ignore_ascii_case(b"Content-Disposition") {
                if disposition.is_some() {
                    return Err((line, Fault::DuplicateDisposition));
                }
                let read = Disposition::read(value)
                    .map_err(|(at, fault)| (value_at + at, Fault::Disposition(fault)))?;
                disposition = Some((value_at, read));
            }
            let value = trimmed(&unfolded(value)).to_vec();
            if name.eq_ignore_ascii_case(b"Content-Type") {
                if head.content_type.is_some() {
                    return Err((line, Fault::DuplicateContentType));
                }
                head.content_type = Some(value.clone());
            }
            head.fields.push((name.to_vec(), value));
            self.at = next;
        }
        head.bytes = self.body[start..self.at].to_vec();
        let bound = self.begin_part(start, disposition, &mut head)?;
        self.tokens.push(Token::Head(head));
        Ok(bound)
    }

    /// Where the field that begins here ends, with all of its lines, and where the
    /// next one begins; `None` behind the empty line.
    fn field_line(&mut self, head: usize) -> Result<Option<(usize, usize)>, Refused> {
        let max = self.rules.head_len;
        let too_long = (head.saturating_add(max), Fault::HeadTooLong { max });
        let mut from = self.at;
        loop {
            let (text_end, next) = self.line(from, head)?;
            if text_end == self.at {
                self.at = next;
                return Ok(None);
            }
            if next - head > max {
                return Err(too_long);
            }
            if !self.rules.lenient {
                return Ok(Some((text_end, next)));
            }
            let is_blank = |at: usize| matches!(self.body.get(at), Some(b' ' | b'\t'));
            if next == self.body.len() {
                return Err((next, Fault::Truncated));
            }
            if !is_blank(next) || is_blank(self.at) {
                return Ok(Some((text_end, next)));
            }
            from = next;
        }
    }

    /// Where the text of the line ends, and where the next line begins. The head
    /// is over two bytes behind its maximum, those of the empty line.
    fn line(&self, from: usize, head: usize) -> Result<(usize, usize), Refused> {
        let max = self.rules.head_len;
        let most = head.saturating_add(max).saturating_add(2);
        let shown = &self.body[..self.body.len().min(most)];
        for at in from..shown.len() {
            match (&shown[at..], self.rules.lenient) {
                ([b'\r', b'\n', ..], _) => return Ok((at, at + 2)),
                ([b'\n', ..], false) => return Err((at, Fault::BareLf)),
                // Half of a CRLF, as far as anybody knows.
                ([b'\r'], true) => {}
                ([b'\r' | b'\n', ..], true) => return Ok((at, at + 1)),
                _ => {}
            }
        }
        match shown.len() < most {
            true => Err((self.body.len(), Fault::Truncated)),
            false => Err((head + max, Fault::HeadTooLong { max })),
        }
    }

    fn begin_part(
        &mut self,
        start: usize,
        disposition: Option<(usize, Disposition)>,
        head: &mut Head,
    ) -> Result<(u64, Fault), Refused> {
        let rules = self.rules;
        let value_at = disposition.as_ref().map(|(at, _)| *at);
        let disposition = disposition.map(|(_, disposition)| disposition);
        if rules.form {
            let Some((at, disposition)) = value_at.zip(disposition.as_ref()) else {
                return Err((start, Fault::NoDisposition));
            };
            if !disposition.kind.eq_ignore_ascii_case(b"form-data") {
                return Err((at, Fault::NotFormData));
            }
            if disposition.parameter("name").is_none() {
                return Err((at, Fault::NoName));
            }
        }
        if let Some((at, disposition)) = value_at.zip(disposition.as_ref()) {
            let max = rules.name_len;
            head.name = disposition.parameter("name").map(Parameter::meaning);
            head.filename = disposition.parameter("filename").map(Parameter::meaning);
            if let Some(name) = disposition.parameter("name")
                && name.raw.len() > max
            {
                return Err((at + name.start + max, Fault::NameTooLong { max }));
            }
        }
        self.parts += 1;
        if self.parts > rules.parts {
            let max = rules.parts;
            return Err((start, Fault::TooManyParts { max }));
        }
        let max = rules.file_len;
        let file = (max, Fault::FileTooLong { max });
        if !rules.form {
            return Ok(file);
        }
        if head.filename.is_some() {
            self.files += 1;
            let max = rules.files;
            return match self.files > max {
                true => Err((start, Fault::TooManyFiles { max })),
                false => Ok(file),
            };
        }
        self.fields += 1;
        if self.fields > rules.fields {
            let max = rules.fields;
            return Err((start, Fault::TooManyFields { max }));
        }
        let left = rules.fields_len - self.fields_len;
        if left < rules.field_len {
            let max = rules.fields_len;
            return Ok((left, Fault::FieldsTooLong { max }));
        }
        let max = rules.field_len;
        Ok((max, Fault::FieldTooLong { max }))
    }
}

/// A Content-Disposition, taken apart a byte at a time.
struct Disposition {
    kind: Vec<u8>,
    parameters: Vec<Parameter>,
}

struct Parameter {
    name: Vec<u8>,
    raw: Vec<u8>,
    quoted: bool,
    /// Where in the value of the field the raw bytes are.
    start: usize,
}

impl Disposition {
    fn read(value: &[u8]) -> Result<Self, (usize, ParameterFault)> {
        let mut at = skip_blanks(value, 0);
        let (kind, end) = token(value, at);
        if kind.is_empty() {
            return Err((at, ParameterFault::MalformedKind));
        }
        let mut parameters = Vec::<Parameter>::new();
        at = skip_blanks(value, end);
        while at < value.len() {
            if value[at] != b';' {
                return Err((at, ParameterFault::NoSemicolon));
            }
            at = skip_blanks(value, at + 1);
            if matches!(value.get(at), None | Some(b';')) {
                continue;
            }
            let name_at = at;
            let (name, end) = token(value, at);
            if name.is_empty() {
                return Err((at, ParameterFault::MalformedName));
            }
            at = skip_blanks(value, end);
            if value.get(at) != Some(&b'=') {
                return Err((at, ParameterFault::NoEqualsSign));
            }
            at = skip_blanks(value, at + 1);
            let (parameter, end) = match value.get(at) {
                Some(b'"') => Parameter::quoted(name, value, at)?,
                _ => Parameter::bare(name, value, at)?,
            };
            let same = |other: &Parameter| other.name.eq_ignore_ascii_case(&parameter.name);
            if parameters.iter().any(same) {
                return Err((name_at, ParameterFault::Duplicate));
            }
            if parameters.len() == 16 {
                return Err((name_at, ParameterFault::TooMany));
            }
            parameters.push(parameter);
            at = skip_blanks(value, end);
        }
        Ok(Self { kind, parameters })
    }

    fn parameter(&self, name: &str) -> Option<&Parameter> {
        let wanted = |p: &&Parameter| p.name.eq_ignore_ascii_case(name.as_bytes());
        self.parameters.iter().find(wanted)
    }
}

impl Parameter {
    fn bare(
        name: Vec<u8>,
        value: &[u8],
        start: usize,
    ) -> Result<(Self, usize), (usize, ParameterFault)> {
        let (raw, end) = token(value, start);
        let quoted = false;
        match value.get(end) {
            None | Some(b';') if raw.is_empty() => Err((end, ParameterFault::NoValue)),
            None | Some(b';' | b' ' | b'\t' | b'\r' | b'\n') => Ok((
                Self {
                    name,
                    raw,
                    quoted,
                    start,
                },
                end,
            )),
            Some(_) => Err((end, ParameterFault::UnquotedByte)),
        }
    }

    fn quoted(
        name: Vec<u8>,
        value: &[u8],
        quote: usize,
    ) -> Result<(Self, usize), (usize, ParameterFault)> {
        let start = quote + 1;
        let mut at = start;
        let mut escapes_quotes = false;
        loop {
            match &value[at..] {
                [] => return Err((quote, ParameterFault::UnclosedQuote)),
                [b'"', ..] => {
                    let raw = value[start..at].to_vec();
                    let quoted = true;
                    return Ok((
                        Self {
                            name,
                            raw,
                            quoted,
                            start,
                        },
                        at + 1,
                    ));
                }
                // A backslash, and the quote that ends the line, unless this writer
                // escapes its quotes.
                [b'\\', b'"', ..]
                    if !escapes_quotes && skip_blanks(value, at + 2) == value.len() =>
                {
                    at += 1;
                }
                [b'\\', b'"' | b'\\', ..] => {
                    escapes_quotes |= value[at + 1] == b'"';
                    at += 2;
                }
                _ => at += 1,
            }
        }
    }

    /// What it stands for.
    fn meaning(&self) -> Vec<u8> {
        let raw = unfolded(&self.raw);
        let mut meaning = Vec::new();
        let mut at = 0;
        while at < raw.len() {
            if self.quoted && matches!(raw[at..], [b'\\', b'"' | b'\\', ..]) {
                at += 1;
            }
            meaning.push(raw[at]);
            at += 1;
        }
        meaning
    }
}

fn token(value: &[u8], at: usize) -> (Vec<u8>, usize) {
    let len = value[at..]
        .iter()
        .take_while(|&&byte| is_tchar(byte))
        .count();
    (value[at..at + len].to_vec(), at + len)
}

fn blanks(bytes: &[u8]) -> usize {
    bytes
        .iter()
        .take_while(|byte| b" \t".contains(byte))
        .count()
}

/// Over blanks, and folds: a value has no other line break.
fn skip_blanks(value: &[u8], at: usize) -> usize {
    let blanks = value[at..]
        .iter()
        .take_while(|byte| b" \t\r\n".contains(byte));
    at + blanks.count()
}

/// With one space for each line break and the blanks behind it.
fn unfolded(value: &[u8]) -> Vec<u8> {
    let mut text = Vec::new();
    let mut at = 0;
    while at < value.len() {
        let line_break = match &value[at..] {
            [b'\r', b'\n', ..] => 2,
            [b'\r' | b'\n', ..] => 1,
            [byte, ..] => {
                text.push(*byte);
                at += 1;
                continue;
            }
            [] => break,
        };
        at += line_break;
        at += blanks(&value[at..]);
        text.push(b' ');
    }
    text
}

fn trimmed(value: &[u8]) -> &[u8] {
    let is_text = |byte: &u8| !b" \t".contains(byte);
    let start = value.iter().position(is_text).unwrap_or(value.len());
    let end = value.iter().rposition(is_text).map_or(start, |at| at + 1);
    &value[start..end]
}

fn is_tchar(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

/// `HTAB / SP / VCHAR / obs-text`
fn is_text(byte: u8) -> bool {
    byte == b'\t' || byte >= b' ' && byte != 0x7f
}
