//! What fails stays so, and no source makes it panic.

use crate::common::{Drip, cuts, poll_once};
use crate::forms::{blocking, body, decoder, entry, hard_entries};
use crate::ways::{WHOLE, frames_as_tokio, futures_io_ways, tokio_ways};
use std::io::{self, ErrorKind};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};
use tidegate_async_io::{Frames, FuturesIo, Multipart};

#[test]
fn an_error_of_the_source_comes_behind_what_came_before_and_again() {
    let reset = ErrorKind::ConnectionReset;
    let body = body(&hard_entries());
    for end in 0..=body.len() {
        let (cut_short, _) = blocking(&body[..end], decoder());
        let whole: Vec<&[u8]> = vec![&body[..end]];
        let bytes: Vec<&[u8]> = body[..end].chunks(1).collect();
        for cut in [whole, bytes] {
            for way in WHOLE {
                let drip = Drip::failing(&cut, reset);
                let answers = [
                    futures_io_ways::read_all(&mut Multipart::new(drip.clone(), decoder()), way),
                    tokio_ways::read_all(&mut Multipart::new(drip.clone(), decoder()), way),
                    frames_as_tokio::read_all(
                        &mut Multipart::new(Frames::new(drip), decoder()),
                        way,
                    ),
                ];
                for (entries, error) in answers {
                    assert_eq!(error.as_deref(), Some("ConnectionReset"));
                    assert_eq!(entries.len(), cut_short.len());
                    for (read, whole) in entries.iter().zip(&cut_short) {
                        assert_eq!((&read.0, &read.1), (&whole.0, &whole.1));
                        // An end makes data of what may begin a delimiter.
                        assert!(whole.2.starts_with(&read.2));
                    }
                }
            }
        }
    }
}

#[test]
fn a_stream_that_failed_is_not_polled_again() {
    let kind = ErrorKind::ConnectionReset;
    let mut multipart = Multipart::new(Frames::new(Drip::failing(&[b"--b0"], kind)), decoder());
    let mut errors = Vec::new();
    while errors.len() < 3 {
        if let Poll::Ready(result) = poll_once(multipart.next_part()) {
            let error = result.unwrap_err();
            errors.push((error.kind(), error.to_string()));
        }
    }
    // Pending, a frame, pending, the error.
    assert_eq!(multipart.get_ref().get_ref().polls, 4);
    assert_eq!(errors[0].0, kind);
    assert!(errors.iter().all(|error| *error == errors[0]));
}

/// Shows fewer bytes at every look.
struct Shrinks<'a> {
    rest: &'a [u8],
    shown: usize,
    by: usize,
}

impl futures_io::AsyncRead for Shrinks<'_> {
    fn poll_read(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        _: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        panic!("it is read by its buffer")
    }
}

impl futures_io::AsyncBufRead for Shrinks<'_> {
    fn poll_fill_buf(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
        let this = self.get_mut();
        this.shown = match this.shown.checked_sub(this.by) {
            Some(shown) if shown > 0 => shown.min(this.rest.len()),
            _ => this.rest.len(),
        };
        Poll::Ready(Ok(&this.rest[..this.shown]))
    }

    fn consume(self: Pin<&mut Self>, amount: usize) {
        let this = self.get_mut();
        assert!(amount <= this.shown, "{amount} consumed of {}", this.shown);
        this.shown -= amount;
        this.rest = &this.rest[amount..];
    }
}

/// It breaks its contract: anything may come but a panic, and the source is never
/// made to consume what it does not show.
#[test]
fn a_source_that_shows_less_is_survived() {
    let body = body(&hard_entries());
    for by in 1..60 {
        for way in WHOLE {
            let source = Shrinks {
                rest: &body,
                shown: 0,
                by,
            };
            let mut multipart = Multipart::<_, FuturesIo>::new(source, decoder());
            for _ in 0..20 {
                let Poll::Ready(Ok(Some(mut part))) = poll_once(multipart.next_part()) else {
                    break;
                };
                let way = AssertUnwindSafe(|| {
                    futures_io_ways::read(&mut part, way, &mut Vec::new()).map_err(drop)
                });
                let _ = catch_unwind(way).expect("no panic");
            }
            multipart.get_mut();
        }
    }
}

/// A broken contract of the caller, and the only panic there is.
#[test]
fn to_consume_more_than_was_shown_panics() {
    use futures_io::AsyncBufRead;
    let body = body(&[entry("a", None, b"one")]);
    let mut multipart = tidegate_async_io::futures::Multipart::new(&body[..], decoder());
    let Poll::Ready(Ok(Some(mut part))) = poll_once(multipart.next_part()) else {
        panic!("there is one")
    };
    let work = AssertUnwindSafe(|| Pin::new(&mut part).consume(4));
    assert!(catch_unwind(work).is_err());
}

/// It is read to the end for all that: `cuts` holds bodies by the byte as well.
#[test]
fn nothing_is_asked_behind_the_end() {
    let body = body(&hard_entries());
    for cut in cuts(&body) {
        let mut multipart = Multipart::<_, FuturesIo>::new(Drip::new(&cut), decoder());
        let (entries, error) = futures_io_ways::read_all(&mut multipart, WHOLE[0]);
        assert_eq!((entries, error), (hard_entries(), None));
        // `Drip` panics if it is asked again.
        for _ in 0..2 {
            assert!(matches!(
                poll_once(multipart.next_part()),
                Poll::Ready(Ok(None))
            ));
        }
    }
}
