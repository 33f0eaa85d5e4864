//! Who sends us forms, in their newest versions.

use super::{Client, Order, Peer};

pub(super) const ALL: [Client; 8] = [
    client("curl"),
    client("reqwest"),
    client("ureq"),
    client("requests"),
    client("httpx"),
    client("aiohttp"),
    client("undici"),
    client("form-data"),
];

/// One that writes names as browsers do.
const fn client(name: &'static str) -> Client {
    Client {
        peer: Peer {
            name,
            order: Order::AsTheyCame,
            rules: &[],
        },
        quote: as_browser,
    }
}

fn as_browser(name: &str) -> String {
    name.replace('"', "%22")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}
