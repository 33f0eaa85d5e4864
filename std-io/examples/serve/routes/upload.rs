//! `POST /upload`: what the parts of a multipart body are, as they arrive.
//!
//! Memory holds the head of one part and the answer, of which each part is a
//! line: there are a thousand of them at most, with heads of 8 KiB.

use crate::answer::Answer;
use crate::body::Body;
use crate::part;
use crate::request::Request;
use crate::server::Site;
use crate::store::Incoming;
use std::io;
use tidegate_std_io::{At, Decoder, Multipart, MultipartType, MultipartTypeFault};

pub(super) fn upload(
    request: &Request<'_>,
    body: &mut Body<'_, '_>,
    site: &Site,
) -> io::Result<Answer> {
    if is_from_elsewhere(request) {
        return Ok(Answer::text(
            403,
            "403 Forbidden: a page of another site may not upload\n",
        ));
    }
    let decoder = match decoder(request) {
        Ok(decoder) => decoder,
        Err(answer) => return Ok(answer),
    };
    let mut multipart = Multipart::new(body, decoder);
    let mut saved = None;
    let mut parts = Vec::new();
    while let Some(mut part) = multipart.next_part()? {
        if let (Some(store), None, true) = (&site.store, &saved, part.is_file()) {
            saved = Some(store.begin()?);
        }
        let directory = saved.as_ref().map(Incoming::path);
        parts.push(part::take(&mut part, parts.len(), directory)?);
    }
    if let Some(saved) = saved {
        saved.keep()?;
    }
    Ok(Answer::json(format!("[{}]", parts.join(","))))
}

/// Any page that a browser shows may send a form to any server, and so to this
/// one: files would come to lie here that nobody sent. A browser says where a
/// request comes from; other clients do not, and need no such protection.
fn is_from_elsewhere(request: &Request<'_>) -> bool {
    request
        .values("sec-fetch-site")
        .any(|site| site != b"same-origin" && site != b"none")
}

fn decoder(request: &Request<'_>) -> Result<Decoder, Answer> {
    let mut types = request.values("content-type");
    let parsed = match (types.next(), types.next()) {
        (Some(value), None) => MultipartType::parse(value),
        (None, _) => return Err(unsupported("there is no Content-Type")),
        (Some(_), Some(_)) => return Err(malformed("there is more than one")),
    };
    match parsed {
        Ok(multipart) => Ok(Decoder::for_type(&multipart)),
        Err(At { fault, .. }) => Err(match fault {
            MultipartTypeFault::NotMultipart => unsupported(&fault.to_string()),
            _ => malformed(&fault.to_string()),
        }),
    }
}

fn unsupported(why: &str) -> Answer {
    let hint = "send multipart/form-data, as curl -F does";
    Answer::text(415, format!("415 Unsupported Media Type: {why}; {hint}\n"))
        .with("Accept", "multipart/form-data")
}

fn malformed(why: &str) -> Answer {
    Answer::text(400, format!("400 Bad Request: the Content-Type: {why}\n"))
}
