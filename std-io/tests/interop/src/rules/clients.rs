//! Who sends us forms, in their newest versions.

mod aiohttp;
mod reqwest;
mod ureq;

use super::{Change, Client, Order, Peer, Rule, Which};
use crate::check::Sent;
use crate::work::Part;

pub(super) const ALL: [Client; 8] = [
    CURL,
    client("requests", as_browser, &[NO_BODY, CONTROL]),
    client(
        "httpx",
        |which, name| as_browser(which, &name.replace('\\', "\\\\")).replace('\t', "%09"),
        &[NO_BODY, CONTROL, NAMELESS_FILE],
    ),
    UNDICI,
    FORM_DATA,
    aiohttp::AIOHTTP,
    reqwest::REQWEST,
    ureq::UREQ,
];

const CURL: Client = client(
    "curl",
    as_browser,
    &[
        NO_BODY,
        CONTROL,
        Rule {
            name: "an equals sign in a name",
            reason: "an argument ends the name at its first",
            change: Change::Refuse(
                |sent| sent.form.parts.iter().any(|part| part.name.contains('=')),
                "an argument ends the name",
            ),
        },
        Rule {
            name: "an empty name",
            reason: "it writes none, and we refuse a part of a form without",
            change: Change::Refuse(
                |sent| sent.form.parts.iter().any(|part| part.name.is_empty()),
                "a part of a form has no name",
            ),
        },
    ],
);

/// What fetch sends.
const UNDICI: Client = client(
    "undici",
    as_browser,
    &[
        CONTROL,
        NAMELESS_FILE,
        Rule {
            name: "line breaks in fields",
            reason: "in names and values they become CR LF, as forms have it in HTML",
            change: Change::Parts(|sent, mut parts| {
                for (part, sent) in parts.iter_mut().zip(&sent.form.parts) {
                    if sent.filename.is_some() {
                        continue;
                    }
                    let mut name = part.name.take();
                    if sent.name.contains(['\r', '\n']) {
                        name = Some(as_browser(Which::Name, &with_crlf(&sent.name)));
                    }
                    let content = sent.content.bytes();
                    let content = with_crlf(&String::from_utf8_lossy(&content));
                    *part = Part::new(name, None, None, content.as_bytes());
                }
                parts
            }),
        },
    ],
);

const FORM_DATA: Client = client(
    "form-data",
    as_browser,
    &[
        CONTROL,
        NAMELESS_FILE,
        Rule {
            name: "the last component of a path",
            reason: "of a file name with slashes; backslashes are none here",
            change: Change::Name(super::Of::File, |name| {
                name.rsplit('/').next().unwrap_or(name).to_owned()
            }),
        },
    ],
);

const fn client(
    name: &'static str,
    quote: fn(Which, &str) -> String,
    rules: &'static [Rule],
) -> Client {
    let order = Order::AsTheyCame;
    Client {
        peer: Peer { name, order, rules },
        quote,
    }
}

const NO_BODY: Rule = Rule {
    name: "an empty form",
    reason: "it sends nothing",
    change: Change::Refuse(|sent| sent.form.parts.is_empty(), "it sends no body"),
};

const CONTROL: Rule = Rule {
    name: "control characters",
    reason: "it sends them, and we refuse them in a field",
    change: Change::Refuse(
        |sent: &Sent<'_>| sent.names().any(|name| name.contains(is_control)),
        "a field of a part has a control character",
    ),
};

/// But those that end lines.
fn is_control(c: char) -> bool {
    c.is_ascii_control() && !matches!(c, '\t' | '\r' | '\n')
}

const LINE_FEED: Rule = Rule {
    name: "line feeds",
    reason: "it sends them, and we refuse them without a carriage return",
    change: Change::Refuse(
        |sent| {
            let without = |name: String| name.replace("\r\n", "");
            sent.names().map(without).any(|name| name.contains('\n'))
        },
        "a line feed has no carriage return",
    ),
};

/// Behind `LINE_FEED`, which is the first to be seen where both are.
const CARRIAGE_RETURN: Rule = Rule {
    name: "carriage returns",
    reason: "it sends them, and we refuse them without a line feed",
    change: Change::Refuse(
        |sent| {
            let without = |name: String| name.replace("\r\n", "");
            sent.names().map(without).any(|name| name.contains('\r'))
        },
        "a carriage return has no line feed",
    ),
};

const NAMELESS_FILE: Rule = Rule {
    name: "a file without a name",
    reason: "an empty file name is left out",
    change: Change::Parts(|_, mut parts| {
        for part in &mut parts {
            part.filename = part.filename.take().filter(|name| !name.is_empty());
        }
        parts
    }),
};

fn as_browser(_: Which, name: &str) -> String {
    name.replace('"', "%22")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

fn with_crlf(text: &str) -> String {
    text.replace("\r\n", "\n")
        .replace('\r', "\n")
        .replace('\n', "\r\n")
}
