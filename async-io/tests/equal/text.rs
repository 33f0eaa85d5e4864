//! The texts of the parts of a form, in whatever charset. What decides on them is in
//! the blocking crate, which has the tables of the charsets: core has no part in it.

use super::common::poll_once;
use super::kinds::{Arrival, assert_all, said};
use std::io;
use std::task::Poll;
use tidegate_async_io::core::{At, DecodeFault, Decoder, ParameterFault};
use tidegate_async_io::{CharsetFault, Frames, FuturesIo, InFrames, Multipart, Source, TokioIo};
use tidegate_std_io as blocking;

/// Texts and errors, until one is of the body and not of a text.
type Texts = Vec<Result<String, String>>;

const MAX: u64 = 1000;

/// How a part is read, in turns.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Reads {
    Decoded,
    Bytes,
    Nothing,
}

pub(crate) fn texts_are_equal(
    input: &[u8],
    arrival: &Arrival<'_>,
    decoder: &Decoder,
    reads: &[Reads],
) {
    let blocking = arrival.readers(input).map(|reader| {
        let mut form = blocking::Multipart::new(reader, decoder.clone());
        let mut reads = reads.iter().cycle();
        until_it_sticks(|| {
            let part = form.next_part()?;
            Ok(part.map(|part| match reads.next() {
                Some(Reads::Decoded) => part.decoded_text(MAX),
                Some(Reads::Bytes) => part.bytes(MAX).map(|bytes| format!("{bytes:?}")),
                Some(Reads::Nothing) | None => Ok(String::new()),
            }))
        })
    });
    let [whole, dripping] = blocking;
    assert_eq!(dripping, whole, "blocking texts");
    let drip = || arrival.drip();
    let frames = || Frames::new(arrival.drip());
    let lent = [
        lent::<_, FuturesIo>(drip(), decoder, reads),
        lent::<_, TokioIo>(drip(), decoder, reads),
        lent::<_, InFrames>(frames(), decoder, reads),
    ];
    assert_all(lent, &whole, "texts");
    let owned = [
        owned::<_, FuturesIo>(drip(), decoder, reads),
        owned::<_, TokioIo>(drip(), decoder, reads),
        owned::<_, InFrames>(frames(), decoder, reads),
    ];
    assert_all(owned, &whole, "texts of owned parts");
}

fn until_it_sticks(mut next: impl FnMut() -> io::Result<Option<io::Result<String>>>) -> Texts {
    let mut texts = Vec::new();
    loop {
        match next() {
            Ok(None) => return texts,
            Ok(Some(text)) => texts.push(text.map_err(|error| cause(&error))),
            Err(error) => {
                texts.push(Err(cause(&error)));
                return texts;
            }
        }
    }
}

fn cause(error: &io::Error) -> String {
    let cause = error.get_ref();
    if cause.is_some_and(|cause| cause.is::<At<CharsetFault>>()) {
        said::<CharsetFault>(error)
    } else if cause.is_some_and(|cause| cause.is::<At<ParameterFault>>()) {
        said::<ParameterFault>(error)
    } else {
        said::<DecodeFault>(error)
    }
}

/// To its end: what was read of a part is gone with its future.
fn wait<T>(work: impl Future<Output = T>) -> T {
    let mut work = std::pin::pin!(work);
    loop {
        if let Poll::Ready(done) = poll_once(work.as_mut()) {
            return done;
        }
    }
}

/// The same lines for a part of each type.
macro_rules! read {
    ($part:expr, $reads:expr) => {
        match $reads.next() {
            Some(Reads::Decoded) => wait($part.decoded_text(MAX)),
            Some(Reads::Bytes) => {
                let bytes = wait($part.bytes(MAX));
                bytes.map(|bytes| format!("{:?}", Vec::from(bytes)))
            }
            Some(Reads::Nothing) | None => Ok(String::new()),
        }
    };
}

fn lent<R: Source<K>, K>(source: R, decoder: &Decoder, reads: &[Reads]) -> Texts {
    let mut form = Multipart::new(source, decoder.clone());
    let mut reads = reads.iter().cycle();
    until_it_sticks(|| {
        let part = wait(form.next_part())?;
        Ok(part.map(|part| read!(part, reads)))
    })
}

fn owned<R: Source<K>, K>(source: R, decoder: &Decoder, reads: &[Reads]) -> Texts {
    let mut form = Multipart::new(source, decoder.clone()).into_owned();
    let mut reads = reads.iter().cycle();
    until_it_sticks(|| {
        let part = wait(form.next_part())?;
        Ok(part.map(|part| read!(part, reads)))
    })
}
