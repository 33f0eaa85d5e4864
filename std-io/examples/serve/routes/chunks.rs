//! `POST /chunks?sep=...`: counts chunks between any separator, of any length,
//! in constant memory.

use crate::answer::Answer;
use crate::site::Site;
use http::request::Parts;
use percent_encoding::percent_decode_str;
use std::io;
use tidegate_std_io::gateway::Input;
use tidegate_std_io::{Chunk, ChunkIter, ChunkScanner, Overlong};

/// Longer chunks come in fragments of so many bytes, and are never put together.
const FRAGMENT: usize = 8 << 10;

#[derive(Default)]
struct Count {
    chunks: u64,
    bytes: u64,
    longest: u64,
    /// Text of the chunk that is being read, in the fragments so far.
    text: u64,
}

impl Count {
    fn add(&mut self, chunk: Chunk<'_>) {
        self.bytes += chunk.bytes().len() as u64;
        self.text += chunk.text().len() as u64;
        if chunk.piece().is_end() {
            self.chunks += 1;
            self.longest = self.longest.max(std::mem::take(&mut self.text));
        }
    }

    fn to_json(&self) -> String {
        let Self {
            chunks,
            bytes,
            longest,
            text: _,
        } = self;
        format!("{{\"chunks\":{chunks},\"bytes\":{bytes},\"longest\":{longest}}}")
    }
}

pub(super) fn chunks(request: &Parts, body: &mut Input, _: &Site) -> io::Result<Answer> {
    let separator = separator(request.uri.query().unwrap_or_default());
    let Ok(scanner) = ChunkScanner::new(&separator) else {
        return Ok(Answer::text(
            400,
            "400 Bad Request: ?sep= is missing or empty, e.g. ?sep=%0D%0A--x\n",
        ));
    };
    let scanner = scanner.max_len(FRAGMENT).overlong(Overlong::Fragment);
    let mut count = Count::default();
    ChunkIter::with_scanner(body, scanner).for_each_chunk(|chunk| count.add(chunk))?;
    Ok(Answer::json(count.to_json()))
}

/// The first `sep` of a query, as bytes: a separator need not be text, so a
/// plus sign is one and not a space.
fn separator(query: &str) -> Vec<u8> {
    query
        .split('&')
        .find_map(|pair| pair.strip_prefix("sep="))
        .map(|value| percent_decode_str(value).collect())
        .unwrap_or_default()
}
