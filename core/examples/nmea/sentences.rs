//! What the firmware does: no std, no allocator, any serial port of embedded-io.

use core::fmt;
use embedded_io::{Read, Write};
use tidegate_core::{At, Event, Feed, Line, LineFault, LineScanner, Overlong, Piece, TooSmall};

/// The text of a sentence of NMEA 0183 is at most 80 characters long.
const LONGEST: usize = 80;

/// Why it stopped.
#[derive(Debug)]
pub(crate) enum Stopped<E> {
    Port(E),
    Line(At<LineFault>),
    Storage(TooSmall),
}

impl<E: fmt::Debug> fmt::Display for Stopped<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Port(error) => write!(f, "the port failed: {error:?}"),
            Self::Line(at) => at.fmt(f),
            Self::Storage(fault) => fault.fmt(f),
        }
    }
}

/// Answers each sentence that comes in with `ok`, or with what is wrong with it,
/// until the port is at its end.
///
/// A sentence is looked at where the port put it. Only one that straddles two reads
/// is copied, into an array of its own; what is too long is passed over.
pub(crate) fn answer<P: Read + Write>(port: &mut P) -> Result<(), Stopped<P::Error>> {
    let scanner = LineScanner::new()
        .max_len(LONGEST)
        .overlong(Overlong::Skip)
        // The answer does not wait for what may follow a `\r`.
        .interactive(true);
    let mut feed = Feed::new(scanner, [0; LONGEST + 2]).map_err(Stopped::Storage)?;
    let mut fifo = [0; 16];
    loop {
        let len = port.read(&mut fifo).map_err(Stopped::Port)?;
        let mut input = &fifo[..len];
        loop {
            let offer = feed.offer(input, len == 0).map_err(Stopped::Line)?;
            match offer.event {
                Event::Found(placed) => {
                    let answer = judge(feed.token(placed, input));
                    port.write_all(answer).map_err(Stopped::Port)?;
                }
                Event::More => break,
                Event::Done => return port.flush().map_err(Stopped::Port),
            }
            input = &input[offer.taken..];
        }
    }
}

/// `$`, the text, `*`, and the exclusive or of the text in two digits.
fn judge(line: Line<'_>) -> &'static [u8] {
    if line.piece() == Piece::Overlong {
        return b"too long\r\n";
    }
    let [b'$', text @ .., b'*', high, low] = line.text() else {
        return b"no sentence\r\n";
    };
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let sum = text.iter().fold(0, |sum, byte| sum ^ byte);
    match (digit(*high), digit(*low)) {
        (Some(high), Some(low)) if high << 4 | low == u32::from(sum) => b"ok\r\n",
        _ => b"wrong sum\r\n",
    }
}
