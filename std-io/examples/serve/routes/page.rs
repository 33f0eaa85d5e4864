//! `GET /`: a page that uploads files.

use crate::answer::Answer;
use crate::body::Body;
use crate::request::Request;
use crate::server::Site;
use std::io;

/// Everything is in it: nothing comes from elsewhere.
const PAGE: &str = include_str!("page.html");

/// What is on the page runs, and nothing that might get into it: that does not
/// know the nonce. Nor may another site put the page into one of its own.
const POLICY: &str = "default-src 'none'; script-src 'nonce-{nonce}'; \
    style-src 'nonce-{nonce}'; img-src data:; connect-src 'self'; form-action 'self'; \
    base-uri 'none'; frame-ancestors 'none'";

pub(super) fn page(_: &Request<'_>, _: &mut Body<'_, '_>, site: &Site) -> io::Result<Answer> {
    let nonce = format!("{:032x}", u128::from_ne_bytes(random()?));
    let kept = match &site.store {
        Some(_) => "keeps them",
        None => "forgets them: it was started without --save",
    };
    let page = PAGE
        .replace("{nonce}", &nonce)
        .replace("{kept}", kept)
        .replace("{max}", &site.settings.max_upload.to_string());
    Ok(Answer::html(page)
        .with("Content-Security-Policy", POLICY.replace("{nonce}", &nonce))
        .with("Cache-Control", "no-store")
        .with("X-Content-Type-Options", "nosniff")
        .with("Referrer-Policy", "no-referrer"))
}

fn random() -> io::Result<[u8; 16]> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(io::Error::other)?;
    Ok(bytes)
}
