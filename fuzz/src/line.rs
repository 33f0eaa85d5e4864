//! Lines as they are meant to be.

use crate::input::{Text, size};
use crate::room::{Iter, Room};
use arbitrary::{Result as Drawn, Unstructured};
use std::io::{self, BufRead};
use std::ops::ControlFlow;
use tidegate_core::{Ending, Line, LineEnds, LineFault, LineScanner, Overlong, Piece};
use tidegate_std_io::{LineIter, OwnedIter};

#[derive(Clone, Copy, Debug)]
pub struct Lines {
    pub ends: LineEnds,
    pub overlong: Overlong,
    pub interactive: bool,
    pub max: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    text: Text,
    ending: Ending,
    piece: Piece,
}

impl Lines {
    /// A digit for each of the four settings.
    pub fn arbitrary(u: &mut Unstructured<'_>) -> Drawn<Self> {
        Ok(Self {
            ends: *u.choose(&[LineEnds::Universal, LineEnds::Lf])?,
            overlong: *u.choose(&[Overlong::Fail, Overlong::Skip, Overlong::Fragment])?,
            interactive: *u.choose(&[false, true])?,
            max: size(u.arbitrary()?),
        })
    }
}

impl Room for Lines {
    type Machine = LineScanner;
    type Token = Token;
    type Iter<R: BufRead> = LineIter<R>;

    fn pieces(&self, input: &[u8]) -> Vec<(usize, usize)> {
        let mut lines = Vec::new();
        let mut start = 0;
        while start < input.len() {
            let text = input[start..]
                .iter()
                .position(|&byte| match self.ends {
                    LineEnds::Universal => byte == b'\n' || byte == b'\r',
                    LineEnds::Lf => byte == b'\n',
                })
                .map_or(input.len(), |len| start + len);
            let width = match &input[text..] {
                [b'\r', b'\n', ..] => 2,
                [_, ..] => 1,
                [] => 0,
            };
            start = text + width;
            lines.push((text, start));
        }
        lines
    }

    fn made_of(&self, text: &[u8], terminator: &[u8], piece: Piece) -> Token {
        let token = Token {
            text: Text(text.to_vec()),
            ending: match terminator {
                b"\r\n" => Ending::CrLf,
                b"\r" => Ending::Cr,
                b"\n" => Ending::Lf,
                _ => Ending::None,
            },
            piece,
        };
        match self.interactive {
            true => Self::at_once(token),
            false => token,
        }
    }

    fn at_once(mut token: Token) -> Token {
        if token.ending == Ending::CrLf {
            token.ending = Ending::Cr;
        }
        token
    }

    fn rebuilds(&self) -> bool {
        !self.interactive
    }

    fn machine(&self) -> Self::Machine {
        LineScanner::new()
            .ends(self.ends)
            .overlong(self.overlong)
            .max_len(self.max)
            .interactive(self.interactive)
    }

    fn iter<R: BufRead>(&self, reader: R) -> LineIter<R> {
        LineIter::with_scanner(reader, self.machine())
    }

    fn owned_iter<R: BufRead>(&self, reader: R) -> OwnedIter<R, Self::Machine> {
        self.iter(reader).into_bytes()
    }

    fn next_owned<R: BufRead>(
        items: &mut OwnedIter<R, Self::Machine>,
    ) -> Option<io::Result<Vec<u8>>> {
        items.next().map(|item| item.map(Into::into))
    }

    fn token(line: Line<'_>) -> Token {
        let terminator = line.bytes().strip_prefix(line.text());
        assert_eq!(terminator, Some(terminator_of(line.ending())));
        Token {
            text: Text(line.text().to_vec()),
            ending: line.ending(),
            piece: line.piece(),
        }
    }

    fn text(token: &Token) -> &[u8] {
        &token.text.0
    }

    fn width(token: &Token) -> usize {
        terminator_of(token.ending).len()
    }

    fn piece(token: &Token) -> Piece {
        token.piece
    }

    fn overlong(&self) -> Overlong {
        self.overlong
    }

    fn max(&self) -> usize {
        self.max
    }

    fn too_long(max: usize) -> LineFault {
        LineFault::TooLong { max }
    }
}

fn terminator_of(ending: Ending) -> &'static [u8] {
    match ending {
        Ending::Lf => b"\n",
        Ending::CrLf => b"\r\n",
        Ending::Cr => b"\r",
        Ending::None => b"",
    }
}

impl<R: BufRead> Iter<R, Token> for LineIter<R> {
    fn next(&mut self) -> Option<io::Result<Token>> {
        self.next_line().map(|line| line.map(Lines::token))
    }

    fn try_for_each(
        &mut self,
        mut each: impl FnMut(Token) -> ControlFlow<()>,
    ) -> io::Result<ControlFlow<()>> {
        self.try_for_each_line(|line| each(Lines::token(line)))
    }

    fn into_parts(self) -> (R, Vec<u8>) {
        self.into_parts()
    }
}
