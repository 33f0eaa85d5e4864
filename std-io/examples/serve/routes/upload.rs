//! `POST /upload`: what the parts of a multipart body are, as they arrive.
//!
//! Memory holds the head of one part and the answer, of which each part is a
//! line: there are a thousand of them at most, with heads of 8 KiB.

use super::media::{self, Unfit};
use crate::answer::Answer;
use crate::part;
use crate::site::{Site, values};
use crate::store::Incoming;
use http::request::Parts;
use std::io;
use tidegate_std_io::gateway::Input;
use tidegate_std_io::{Decoder, Multipart, MultipartType};

pub(super) fn upload(request: &Parts, body: &mut Input, site: &Site) -> io::Result<Answer> {
    if is_from_elsewhere(request) {
        return Ok(Answer::text(
            403,
            "403 Forbidden: a page of another site may not upload\n",
        ));
    }
    let decoder = match decoder(request) {
        Ok(decoder) => decoder,
        Err(unfit) => return Ok(unfit.answer("multipart/form-data")),
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
fn is_from_elsewhere(request: &Parts) -> bool {
    values(request, "sec-fetch-site").any(|site| site != b"same-origin" && site != b"none")
}

fn decoder(request: &Parts) -> Result<Decoder, Unfit> {
    let multipart = MultipartType::parse(media::content_type(request)?)?;
    Ok(Decoder::for_type(&multipart))
}
