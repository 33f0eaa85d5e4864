//! Clients that send too much, too little, something else, or go: each is refused,
//! and what it says last is not believed.

use crate::bodies::{FORM, chunked, form, head, post};
use crate::load::Visit;
use crate::wire::Wire;

/// Says that it will send too much, or sends it.
pub(crate) fn oversized(visit: &mut Visit<'_>) -> Result<(), String> {
    let wire = visit.connect()?;
    let too_much = visit.server.max_body + 1;
    if visit.noise.below(2) == 0 {
        let request = head("/lines", &format!("Content-Length: {too_much}\r\n"));
        visit.send(&wire, &request)?;
    } else {
        visit.send(&wire, &head("/lines", "Transfer-Encoding: chunked\r\n"))?;
        let chunk = [b"4000\r\n", &[b'x'; 0x4000][..], b"\r\n"].concat();
        // Twice as much: it may be refused at any time behind the first half.
        for _ in 0..2 * too_much / 0x4000 {
            if !wire.try_send(&chunk) {
                break;
            }
        }
    }
    expect_refused(visit, wire, 413)
}

/// A body that ends before its end: no answer may count it.
pub(crate) fn truncated(visit: &mut Visit<'_>) -> Result<(), String> {
    let wire = visit.connect()?;
    let text = visit.noise.text(5000);
    let (body, _) = form(&mut visit.noise);
    let request = match visit.noise.below(4) {
        0 => post("/lines", "", &text),
        1 => chunked("/lines", "", &text, &mut visit.noise),
        2 => post("/upload", FORM, &body),
        // All of the body but the end of the form.
        _ => {
            let body = &body[..body.len() - "--\r\n".len() - 2];
            visit.send(&wire, &post("/upload", FORM, body))?;
            return expect_refused(visit, wire, 400);
        }
    };
    // Behind the head, and before all that ends a body.
    let head = request.windows(4).position(|four| four == b"\r\n\r\n");
    let head = head.map_or(0, |at| at + 4);
    let cut = head + visit.noise.below(request.len() - head - 4);
    visit.send(&wire, &request[..cut])?;
    wire.shut_down()?;
    expect_refused(visit, wire, 400)
}

/// Whatever two readers could take for two things.
pub(crate) fn malformed(visit: &mut Visit<'_>) -> Result<(), String> {
    let wire = visit.connect()?;
    let request = *visit.noise.one_of(&[
        "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
        "GET / HTTP/1.1\r\nHost : x\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nX: \0\r\n\r\n",
        "\0\x01\x02\r\n\r\n",
        "POST /lines HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        "POST /lines HTTP/1.1\r\nHost: x\r\nContent-Length: +5\r\n\r\nhello",
        "POST /lines HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST /lines HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        "POST /lines HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5 \nhello\r\n0\r\n\r\n",
        "POST /lines HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n+5\r\nhello\r\n0\r\n\r\n",
        "POST /lines HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhelloX\r\n0\r\n\r\n",
        "POST /lines HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n",
        "POST /upload HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 15\r\n\r\n--b\r\nbroken\r\n\r\n",
    ]);
    visit.send(&wire, request.as_bytes())?;
    expect_refused(visit, wire, 400)
}

/// Goes without an end, wherever it is, and with answers that it has not read.
pub(crate) fn resetting(visit: &mut Visit<'_>) -> Result<(), String> {
    let mut wire = visit.connect()?;
    let request = match visit.noise.below(4) {
        0 => {
            let text = visit.noise.text(5000);
            chunked("/lines", "", &text, &mut visit.noise)
        }
        1 => b"GET /files/large HTTP/1.1\r\nHost: x\r\n\r\n".to_vec(),
        2 => {
            visit.send(&wire, b"GET /help HTTP/1.1\r\nHost: x\r\n\r\n")?;
            wire.answer()?.expect(200)?;
            Vec::new()
        }
        _ => post("/upload", FORM, &form(&mut visit.noise).0),
    };
    let cut = visit.noise.below(request.len() + 1);
    visit.send(&wire, &request[..cut])?;
    wire.reset()?;
    visit.right();
    visit.think();
    Ok(())
}

fn expect_refused(visit: &mut Visit<'_>, mut wire: Wire, status: u16) -> Result<(), String> {
    wire.answer()?.expect(status)?;
    visit.right();
    visit.think();
    wire.expect_end()
}
