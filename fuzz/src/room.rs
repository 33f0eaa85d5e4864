//! What a room that cuts must say of itself, so that the properties in
//! [`course`](crate::course) can be proved of it.

use std::fmt::Debug;
use std::io::{self, BufRead};
use std::ops::ControlFlow;
use tidegate_core::testing::Outcome;
use tidegate_core::{At, Overlong, Piece, Scan};
use tidegate_std_io::OwnedIter;

/// A room with its settings, and the model of it.
pub trait Room {
    type Machine: Scan;
    /// A token with everything users see of it.
    type Token: Clone + PartialEq + Debug;
    type Iter<R: BufRead>: Iter<R, Self::Token>;

    fn machine(&self) -> Self::Machine;
    fn iter<R: BufRead>(&self, reader: R) -> Self::Iter<R>;
    fn owned_iter<R: BufRead>(&self, reader: R) -> OwnedIter<R, Self::Machine>;
    fn next_owned<R: BufRead>(
        items: &mut OwnedIter<R, Self::Machine>,
    ) -> Option<io::Result<Vec<u8>>>;
    fn token(token: <Self::Machine as Scan>::Token<'_>) -> Self::Token;
    fn text(token: &Self::Token) -> &[u8];
    /// How many bytes the terminator of a token has.
    fn width(token: &Self::Token) -> usize;
    fn piece(token: &Self::Token) -> Piece;

    fn overlong(&self) -> Overlong;
    fn max(&self) -> usize;
    fn too_long(max: usize) -> Fault<Self>;

    /// The pieces of an input: where the text of each ends, and where its
    /// terminator.
    fn pieces(&self, input: &[u8]) -> Vec<(usize, usize)>;

    /// The token for a text and its terminator.
    fn made_of(&self, text: &[u8], terminator: &[u8], piece: Piece) -> Self::Token;

    /// The tokens hold every byte of an input that holds nothing overlong.
    fn rebuilds(&self) -> bool {
        true
    }

    /// The same token where nobody waited for what might belong to it.
    fn at_once(token: Self::Token) -> Self::Token {
        token
    }

    /// What a machine is to make of an input: each token with the offset where
    /// its piece starts, and the fault.
    fn tokens(&self, input: &[u8]) -> Tokens<Self> {
        let max = self.max();
        let mut tokens = Vec::new();
        let mut start = 0;
        for (text, end) in self.pieces(input) {
            let (text, terminator) = (&input[start..text], &input[text..end]);
            let mut push = |text: &[u8], terminator: &[u8], piece| {
                tokens.push((start, self.made_of(text, terminator, piece)));
            };
            match self.overlong() {
                Overlong::Fragment if text.len() > max.max(1) => {
                    let fragments: Vec<&[u8]> = text.chunks(max.max(1)).collect();
                    let last = fragments.len() - 1;
                    push(fragments[0], b"", Piece::First);
                    for middle in &fragments[1..last] {
                        push(middle, b"", Piece::Middle);
                    }
                    push(fragments[last], terminator, Piece::Last);
                }
                Overlong::Skip if text.len() > max => push(&text[..max], b"", Piece::Overlong),
                Overlong::Fail if text.len() > max => {
                    return (tokens, Some(self.fault(start)));
                }
                _ => push(text, terminator, Piece::Whole),
            }
            start = end;
        }
        (tokens, None)
    }

    fn model(&self, input: &[u8]) -> Model<Self> {
        let (tokens, fault) = self.tokens(input);
        let calls = tokens
            .iter()
            .map(|(start, token)| match Self::piece(token) {
                Piece::Overlong => Err(self.fault(*start)),
                _ => Ok(token.clone()),
            });
        Model {
            calls: calls.chain(fault.map(Err)).collect(),
            outcome: Outcome {
                tokens: tokens.into_iter().map(|(_, token)| token).collect(),
                fault,
            },
        }
    }

    /// The piece that starts there is too long.
    fn fault(&self, start: usize) -> At<Fault<Self>> {
        At {
            offset: (start + self.max()) as u64,
            fault: Self::too_long(self.max()),
        }
    }
}

/// What is to be made of an input.
pub struct Model<A: Room + ?Sized> {
    /// By the machine.
    pub outcome: Outcome<A::Token, Fault<A>>,
    /// By the calls of an iterator: what tells of something skipped is an error
    /// there.
    pub calls: Calls<A>,
}

pub type Calls<A> = Vec<Result<<A as Room>::Token, At<Fault<A>>>>;
pub type Fault<A> = <<A as Room>::Machine as Scan>::Fault;
pub type Tokens<A> = (Vec<(usize, <A as Room>::Token)>, Option<At<Fault<A>>>);

/// The iterator of a room, lending what we keep.
pub trait Iter<R, T> {
    fn next(&mut self) -> Option<io::Result<T>>;
    fn try_for_each(
        &mut self,
        each: impl FnMut(T) -> ControlFlow<()>,
    ) -> io::Result<ControlFlow<()>>;
    fn into_parts(self) -> (R, Vec<u8>);
}
