//! A caller that shows fewer bytes than before, and other ones in their place: it
//! breaks the first law, and nothing panics.

use crate::boundary;
use tidegate_core::{Decoder, Event, Scan};

const BODY: &[u8] = b"before\r\n--b \r\n\
    Content-Disposition: form-data;\r\n name=\"a\"\r\nContent-Type: text/plain\r\n\r\n\
    data\r\n--b\r\nContent-Disposition: form-data; name=\"b\"\r\n\r\n--b--\r\nbehind";

fn decoders() -> [Decoder; 2] {
    let decoder = Decoder::form_data(boundary("b"));
    [decoder.clone(), decoder.lenient()]
}

/// Takes so many steps with all that is in front of `stop` in sight, and says how
/// much they used.
fn steps(decoder: &mut Decoder, count: usize, stop: usize) -> usize {
    let mut at = 0;
    for _ in 0..count {
        match decoder.scan(&BODY[at..stop.max(at)], false) {
            Ok(step) => at += step.used,
            Err(_) => break,
        }
    }
    at
}

fn finish(mut decoder: Decoder, mut body: &[u8]) {
    for _ in 0..2 * BODY.len() {
        match decoder.scan(body, true) {
            Ok(step) if step.event == Event::Done => return,
            Ok(step) => body = &body[step.used..],
            Err(_) => return,
        }
    }
    panic!("it does not end");
}

#[test]
fn fewer_bytes_than_before_are_no_panic() {
    for decoder in decoders() {
        for count in 0..12 {
            for stop in 0..=BODY.len() {
                let mut decoder = decoder.clone();
                let at = steps(&mut decoder, count, stop);
                for fewer in at..stop.max(at) {
                    let mut decoder = decoder.clone();
                    let _ = decoder.glance(&BODY[at..fewer]);
                    let _ = decoder.scan(&BODY[at..fewer], false);
                    finish(decoder.clone(), &BODY[at..fewer]);
                    finish(decoder.clone(), &BODY[at..]);
                    finish(decoder, &BODY[fewer..]);
                }
            }
        }
    }
}

/// What was seen of a delimiter is not believed of the bytes that come instead.
#[test]
fn a_delimiter_that_was_taken_away_is_none() {
    let body = b"--b\r\nContent-Disposition: form-data; name=a\r\n\r\ndata\r\n--b--";
    for mut decoder in decoders() {
        let mut at = 0;
        for _ in 0..3 {
            at += decoder.scan(&body[at..], true).unwrap().used;
        }
        assert_eq!(&body[at..], b"\r\n--b--");
        assert_eq!(decoder.scan(b"", false).unwrap().event, Event::More);
        let instead = b"more--\r\n--b--";
        let step = decoder.scan(instead, true).unwrap();
        assert_eq!(step.used, b"more--".len(), "{:?}", step.event);
        assert!(decoder.is_in_part());
    }
}
