//! Clients that do nothing wrong: every answer is checked to the byte.

use crate::bodies::{FORM, chunked, form, lines_of, post, sha256};
use crate::load::Visit;
use crate::wire::Wire;
use serde_json::Value;
use std::thread;
use std::time::Duration;

/// Lines with a length, some requests on one connection.
pub(crate) fn lines(visit: &mut Visit<'_>) -> Result<(), String> {
    let mut wire = visit.connect()?;
    for _ in 0..1 + visit.noise.below(10) {
        let len = visit.noise.below(60_000);
        let text = visit.noise.text(len);
        visit.send(&wire, &post("/lines", "", &text))?;
        expect_json(visit, &mut wire, &lines_of(&text))?;
        visit.think();
    }
    Ok(())
}

/// The same in chunks, and cut elsewhere into writes.
pub(crate) fn chunks(visit: &mut Visit<'_>) -> Result<(), String> {
    let mut wire = visit.connect()?;
    for _ in 0..1 + visit.noise.below(10) {
        let len = visit.noise.below(60_000);
        let text = visit.noise.text(len);
        let request = chunked("/lines", "", &text, &mut visit.noise);
        let (front, back) = request.split_at(visit.noise.below(request.len()));
        visit.send(&wire, front)?;
        visit.send(&wire, back)?;
        expect_json(visit, &mut wire, &lines_of(&text))?;
        visit.think();
    }
    Ok(())
}

/// Files in a form, which come back as their SHA-256.
pub(crate) fn uploads(visit: &mut Visit<'_>) -> Result<(), String> {
    let mut wire = visit.connect()?;
    for _ in 0..1 + visit.noise.below(4) {
        let (body, parts) = form(&mut visit.noise);
        let request = match visit.noise.below(2) {
            0 => post("/upload", FORM, &body),
            _ => chunked("/upload", FORM, &body, &mut visit.noise),
        };
        visit.send(&wire, &request)?;
        expect_json(visit, &mut wire, &parts)?;
        visit.think();
    }
    Ok(())
}

/// A file, and ranges of it.
pub(crate) fn downloads(visit: &mut Visit<'_>) -> Result<(), String> {
    let mut wire = visit.connect()?;
    for _ in 0..1 + visit.noise.below(4) {
        let file = visit.server.file.as_slice();
        let first = visit.noise.below(file.len());
        let last = (first + visit.noise.below(200_000)).min(file.len() - 1);
        let request =
            format!("GET /files/file HTTP/1.1\r\nHost: x\r\nRange: bytes={first}-{last}\r\n\r\n");
        visit.send(&wire, request.as_bytes())?;
        let content = wire.answer()?.expect(206)?;
        if sha256(&content) != sha256(&file[first..=last]) {
            return Err(format!("bytes {first} to {last} of the file are others"));
        }
        visit.right();
        visit.think();
    }
    Ok(())
}

/// Many requests at once, answered one after the other.
pub(crate) fn pipelines(visit: &mut Visit<'_>) -> Result<(), String> {
    let mut wire = visit.connect()?;
    let texts: Vec<_> = (0..1 + visit.noise.below(20))
        .map(|_| {
            let len = visit.noise.below(1000);
            visit.noise.text(len)
        })
        .collect();
    let requests: Vec<_> = texts.iter().map(|text| post("/lines", "", text)).collect();
    visit.send(&wire, &requests.concat())?;
    for text in &texts {
        expect_json(visit, &mut wire, &lines_of(text))?;
    }
    visit.think();
    Ok(())
}

/// Slow, and not too slow: the same answers.
pub(crate) fn patient(visit: &mut Visit<'_>) -> Result<(), String> {
    let mut wire = visit.connect()?;
    let text = visit.noise.text(10_000);
    for piece in post("/lines", "", &text).chunks(1500) {
        visit.send(&wire, piece)?;
        thread::sleep(Duration::from_millis(150));
    }
    expect_json(visit, &mut wire, &lines_of(&text))
}

fn expect_json(visit: &mut Visit<'_>, wire: &mut Wire, wanted: &Value) -> Result<(), String> {
    let content = wire.answer()?.expect(200)?;
    let got: Value = serde_json::from_slice(&content).map_err(|error| error.to_string())?;
    if got != *wanted {
        return Err(format!("{got} and not {wanted}"));
    }
    visit.right();
    Ok(())
}
