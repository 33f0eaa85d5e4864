//! What is split, by what, and what must come of it.

use std::io::BufReader;
use tidegate_benches::input::{Copying, TOTAL, buffered, chunks};
use tidegate_benches::{Answer, Gives};

#[derive(Debug)]
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) separator: &'static [u8],
    pub(crate) bytes: Vec<u8>,
    whole: Answer,
    texts: Answer,
}

impl Case {
    /// Random text, whose length is about `mean` between two separators.
    pub(crate) fn new(separator: &'static [u8], mean: usize) -> Self {
        let name = format!("{}/{mean}", separator.len());
        Self::of(&name, separator, chunks(mean, separator, TOTAL))
    }

    pub(crate) fn of(name: &str, separator: &'static [u8], bytes: Vec<u8>) -> Self {
        let (whole, texts) = split(&bytes, separator);
        Self {
            name: name.to_owned(),
            separator,
            bytes,
            whole,
            texts,
        }
    }

    pub(crate) fn buffered(&self) -> BufReader<Copying<'_>> {
        buffered(&self.bytes)
    }

    pub(crate) fn expected(&self, gives: Gives) -> Answer {
        match gives {
            Gives::Whole => self.whole,
            Gives::Texts => self.texts,
            Gives::Bytes => Answer {
                bytes: self.bytes.len() as u64,
                ..Answer::default()
            },
        }
    }
}

/// The plainest search there is.
fn split(bytes: &[u8], separator: &[u8]) -> (Answer, Answer) {
    let (mut whole, mut texts) = (Answer::default(), Answer::default());
    let mut rest = bytes;
    while let Some(start) = rest
        .windows(separator.len())
        .position(|window| window == separator)
    {
        let (chunk, behind) = rest.split_at(start + separator.len());
        whole.add(chunk);
        texts.add(&chunk[..start]);
        rest = behind;
    }
    whole.add(rest);
    texts.add(rest);
    (whole, texts)
}
