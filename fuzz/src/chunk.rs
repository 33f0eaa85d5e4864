//! Chunks as they are meant to be: those of `split`.

use crate::input::{Text, size};
use crate::room::{Iter, Room};
use arbitrary::{Result as Drawn, Unstructured};
use std::io::{self, BufRead};
use std::ops::ControlFlow;
use tidegate_core::{Chunk, ChunkFault, ChunkScanner, Overlong, Piece};
use tidegate_std_io::{ChunkIter, OwnedIter};

#[derive(Clone, Debug)]
pub struct Chunks {
    /// Not empty.
    pub separator: Text,
    pub overlong: Overlong,
    pub max: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    text: Text,
    terminator: Text,
    piece: Piece,
}

impl Chunks {
    /// A digit for the policy, one for the maximum, one for the length of the
    /// separator, and the separator.
    pub fn arbitrary(u: &mut Unstructured<'_>) -> Drawn<Self> {
        let overlong = *u.choose(&[Overlong::Fail, Overlong::Skip, Overlong::Fragment])?;
        let max = size(u.arbitrary()?);
        let len = size(u.arbitrary()?).clamp(1, 300).min(u.len().max(1));
        let mut separator = u.bytes(len.min(u.len()))?.to_vec();
        if separator.is_empty() {
            separator.push(b'x');
        }
        Ok(Self {
            separator: Text(separator),
            overlong,
            max,
        })
    }
}

impl Room for Chunks {
    type Machine = ChunkScanner<'static>;
    type Token = Token;
    type Iter<R: BufRead> = ChunkIter<'static, R>;

    fn pieces(&self, input: &[u8]) -> Vec<(usize, usize)> {
        let separator = &self.separator.0;
        let mut chunks = Vec::new();
        if input.is_empty() {
            return chunks;
        }
        let mut at = 0;
        while at < input.len() {
            if input[at] == separator[0] && input[at..].starts_with(separator) {
                chunks.push((at, at + separator.len()));
                at += separator.len();
            } else {
                at += 1;
            }
        }
        chunks.push((at, at));
        chunks
    }

    fn made_of(&self, text: &[u8], terminator: &[u8], piece: Piece) -> Token {
        Token {
            text: Text(text.to_vec()),
            terminator: Text(terminator.to_vec()),
            piece,
        }
    }

    fn machine(&self) -> Self::Machine {
        ChunkScanner::new(&self.separator.0)
            .unwrap()
            .overlong(self.overlong)
            .max_len(self.max)
            .into_owned()
    }

    fn iter<R: BufRead>(&self, reader: R) -> ChunkIter<'static, R> {
        ChunkIter::with_scanner(reader, self.machine())
    }

    fn owned_iter<R: BufRead>(&self, reader: R) -> OwnedIter<R, Self::Machine> {
        self.iter(reader).into_bytes()
    }

    fn next_owned<R: BufRead>(
        items: &mut OwnedIter<R, Self::Machine>,
    ) -> Option<io::Result<Vec<u8>>> {
        items.next().map(|item| item.map(Into::into))
    }

    fn token(chunk: Chunk<'_>) -> Token {
        let terminator = chunk.bytes().strip_prefix(chunk.text()).unwrap();
        assert_eq!(chunk.is_terminated(), !terminator.is_empty());
        Token {
            text: Text(chunk.text().to_vec()),
            terminator: Text(terminator.to_vec()),
            piece: chunk.piece(),
        }
    }

    fn text(token: &Token) -> &[u8] {
        &token.text.0
    }

    fn width(token: &Token) -> usize {
        token.terminator.0.len()
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

    fn too_long(max: usize) -> ChunkFault {
        ChunkFault::TooLong { max }
    }
}

impl<R: BufRead> Iter<R, Token> for ChunkIter<'static, R> {
    fn next(&mut self) -> Option<io::Result<Token>> {
        self.next_chunk().map(|chunk| chunk.map(Chunks::token))
    }

    fn try_for_each(
        &mut self,
        mut each: impl FnMut(Token) -> ControlFlow<()>,
    ) -> io::Result<ControlFlow<()>> {
        self.try_for_each_chunk(|chunk| each(Chunks::token(chunk)))
    }

    fn into_parts(self) -> (R, Vec<u8>) {
        self.into_parts()
    }
}
