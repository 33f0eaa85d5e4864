//! Which version of each peer was measured.

use std::fs;
use std::io;
use std::path::Path;

/// Everybody that an engine is made of, but for the standard library.
const PEERS: &[&str] = &[
    "actix-multipart",
    "axum",
    "bstr",
    "buf_read_splitter",
    "byte_stream_splitter",
    "chunked_transfer",
    "common-multipart-rfc7578",
    "form-data",
    "form-net",
    "futures-util",
    "http-body-util",
    "http-range",
    "http-range-header",
    "hyper",
    "linereader",
    "memchr",
    "mpart-async",
    "multer",
    "multipart",
    "multipart_async_stream",
    "multiparty",
    "multra",
    "nostd-multipart",
    "reqwest",
    "ripline",
    "smol",
    "tokio",
    "tokio-util",
    "ureq",
];

/// `name version`, as `Cargo.lock` pins them: of several versions the newest,
/// which is the one that is named in `Cargo.toml`.
pub(crate) fn versions() -> io::Result<Vec<String>> {
    let lock = Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.lock");
    let lock = fs::read_to_string(lock)?;
    let version = |peer: &&str| {
        let of_it = format!("name = \"{peer}\"\nversion = \"");
        let versions = lock.split(&of_it).skip(1);
        // Sorted, as names are.
        let version = versions.last()?.split('"').next()?;
        Some(format!("{peer} {version}"))
    };
    Ok(PEERS.iter().filter_map(version).collect())
}
