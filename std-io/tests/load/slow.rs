//! Clients that are too slow: what is late is answered 408, who says nothing is left
//! without a word, and who takes nothing is cut off.

use crate::bodies::head;
use crate::load::Visit;
use std::thread;
use std::time::{Duration, Instant};

/// Between two bytes of one that is slow on purpose.
const DRIP: Duration = Duration::from_millis(250);

/// A head or a body, a byte now and then (slow loris).
pub(crate) fn loris(visit: &mut Visit<'_>) -> Result<(), String> {
    let mut wire = visit.connect()?;
    let (start, drip) = *visit.noise.one_of(&[
        ("", "G"),
        ("POST /lines HTTP/1.1\r\nHost: x\r\nX: ", "x"),
        (
            "POST /lines HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\n",
            "\n",
        ),
        (
            "POST /lines HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n",
            "0",
        ),
    ]);
    let began = Instant::now();
    visit.send(&wire, start.as_bytes())?;
    // A size of zeros is malformed before it is late: a few are.
    let drips = if drip == "0" { 4 } else { usize::MAX };
    for _ in 0..drips {
        if began.elapsed() > visit.server.deadline || !wire.try_send(drip.as_bytes()) {
            break;
        }
        thread::sleep(DRIP);
    }
    wire.answer()?.expect(408)?;
    let waited = began.elapsed();
    if waited < visit.server.deadline {
        return Err(format!("given up after {waited:?}"));
    }
    visit.right();
    wire.expect_end()
}

/// Says nothing.
pub(crate) fn silent(visit: &mut Visit<'_>) -> Result<(), String> {
    let wire = visit.connect()?;
    wire.expect_end()?;
    visit.right();
    Ok(())
}

/// Asks for more than fits between the two, and takes nothing of it.
pub(crate) fn stalled(visit: &mut Visit<'_>) -> Result<(), String> {
    let wire = visit.connect()?;
    visit.send(&wire, b"GET /files/large HTTP/1.1\r\nHost: x\r\n\r\n")?;
    thread::sleep(visit.server.stall * 2 + Duration::from_secs(1));
    let taken = wire.count_to_end()?;
    if taken >= visit.server.large {
        return Err(format!("{taken} bytes, although it was cut off"));
    }
    visit.right();
    Ok(())
}

/// Sends a part of a body, and is silent from then on.
pub(crate) fn stuck(visit: &mut Visit<'_>) -> Result<(), String> {
    let mut wire = visit.connect()?;
    visit.send(
        &wire,
        &head(
            "/upload",
            "Content-Length: 100000\r\nContent-Type: multipart/form-data; boundary=b\r\n",
        ),
    )?;
    visit.send(
        &wire,
        b"--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx",
    )?;
    wire.answer()?.expect(408)?;
    visit.right();
    wire.expect_end()
}
