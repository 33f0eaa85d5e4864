//! `GET /`: a page that uploads files.

use crate::answer::Answer;
use crate::site::Site;
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use http::request::Parts;
use std::io;
use tidegate_std_io::gateway::Input;

/// Everything is in it: nothing comes from elsewhere.
const PAGE: &str = include_str!("page.html");

/// What is on the page runs, and nothing that might get into it: that does not
/// know the nonce. Nor may another site put the page into one of its own.
const POLICY: &str = "default-src 'none'; script-src 'nonce-{nonce}'; \
    style-src 'nonce-{nonce}'; img-src data:; connect-src 'self'; form-action 'self'; \
    base-uri 'none'; frame-ancestors 'none'";

pub(super) fn page(_: &Parts, _: &mut Input, site: &Site) -> io::Result<Answer> {
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
        .with(CONTENT_SECURITY_POLICY, POLICY.replace("{nonce}", &nonce))
        .with(CACHE_CONTROL, "no-store")
        .with(X_CONTENT_TYPE_OPTIONS, "nosniff")
        .with(REFERRER_POLICY, "no-referrer"))
}

fn random() -> io::Result<[u8; 16]> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(io::Error::other)?;
    Ok(bytes)
}
