//! tidegate.

use crate::case::{Case, Tally};
use tidegate_benches::Answer;
use tidegate_core::{Boundary, Decoded, Decoder, Event, Feed, Scan};

/// The core alone: each read is looked at in place, and offered where that says
/// nothing.
pub(crate) fn feed(case: &Case) -> Answer {
    let mut tally = case.tally();
    let mut feed = Feed::new(decoder(case), Vec::new()).expect("a Vec has room");
    for read in case.slices() {
        let mut rest = read;
        while !rest.is_empty() {
            if let Some((used, found)) = feed.glance(rest) {
                add(&mut tally, Decoder::token(found, rest));
                rest = &rest[used..];
                continue;
            }
            let offer = feed.offer(rest, false).expect("it is well formed");
            if let Event::Found(placed) = offer.event {
                add(&mut tally, feed.token(placed, rest));
            }
            rest = &rest[offer.taken..];
        }
    }
    let end = feed.offer(&[], true).expect("it is well formed");
    assert_eq!(end.event, Event::Done);
    tally.answer
}

fn decoder(case: &Case) -> Decoder {
    let boundary = Boundary::new(&*case.boundary).expect("it is one");
    Decoder::form_data(boundary)
        .max_parts(usize::MAX)
        .max_fields(usize::MAX)
}

#[inline]
fn add(tally: &mut Tally, token: Decoded<'_>) {
    match token {
        Decoded::Data(data) => tally.data(data),
        Decoded::Head(head) => tally.part(head.name().expect("it has one").as_raw()),
        Decoded::End | Decoded::Preamble(_) | Decoded::Epilogue(_) => {}
    }
}
