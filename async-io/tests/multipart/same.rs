//! The same answer from each kind of source, by each way, on every cut.

use crate::common::{Drip, cuts};
use crate::forms::{Answer, blocking, bodies, body, decoder, hard_entries};
use crate::ways::{HALF, WHOLE, Way};
use crate::ways::{frames_as_futures, frames_as_tokio, futures_io_ways, tokio_ways};
use tidegate_async_io::core::Decoder;
use tidegate_async_io::{Frames, Multipart};

fn check(drip: &Drip, decoder: &Decoder, way: Way, expected: &Answer, name: &str) {
    let (drip, decoder) = (|| drip.clone(), || decoder.clone());
    let frames = || Frames::new(drip());
    let answers = [
        futures_io_ways::read_all(&mut Multipart::new(drip(), decoder()), way),
        tokio_ways::read_all(&mut Multipart::new(drip(), decoder()), way),
        frames_as_futures::read_all(&mut Multipart::new(frames(), decoder()), way),
        frames_as_tokio::read_all(&mut Multipart::new(frames(), decoder()), way),
    ];
    for (kind, answer) in answers.iter().enumerate() {
        assert_eq!(answer, expected, "{name}, {way:?}, kind {kind}");
    }
}

#[test]
fn every_body_by_every_way_on_every_cut() {
    for body in bodies() {
        let expected = blocking(&body, decoder());
        let name = String::from_utf8_lossy(&body);
        for cut in cuts(&body) {
            for way in WHOLE {
                check(&Drip::new(&cut), &decoder(), way, &expected, &name);
            }
        }
    }
}

#[test]
fn what_is_not_read_is_passed_over() {
    let body = body(&hard_entries());
    for way in HALF {
        let mut expected = (hard_entries(), None);
        for (_, _, data) in &mut expected.0 {
            data.truncate(way.len(data.len()));
        }
        for cut in cuts(&body) {
            check(&Drip::new(&cut), &decoder(), way, &expected, "half");
        }
    }
}

#[test]
fn a_body_cut_anywhere_is_truncated() {
    let body = body(&hard_entries());
    for end in 0..body.len() {
        let body = &body[..end];
        let expected = blocking(body, decoder());
        let bytes: Vec<&[u8]> = body.chunks(1).collect();
        for cut in [&[body][..], &bytes] {
            for way in WHOLE {
                check(&Drip::new(cut), &decoder(), way, &expected, "cut");
            }
        }
    }
}

/// Each limit fires at the same place, with the same fault.
#[test]
fn limits_are_those_of_the_decoder() {
    let body = body(&hard_entries());
    for decoder in [
        decoder().max_parts(2),
        decoder().max_files(1),
        decoder().max_fields(1),
        decoder().max_headers(0),
        decoder().max_head_len(50),
        decoder().max_name_len(3),
        decoder().max_file_len(9),
        decoder().max_field_len(2),
        decoder().max_fields_len(3),
    ] {
        let expected = blocking(&body, decoder.clone());
        for cut in cuts(&body) {
            for way in [Way::FillBuf(1000), Way::NextData] {
                check(&Drip::new(&cut), &decoder, way, &expected, "limits");
            }
        }
    }
}
