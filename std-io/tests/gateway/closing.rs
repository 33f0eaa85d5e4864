//! Werkzeug's `ClosingIterator` as the body of a response: closed once, and its
//! callbacks run, whatever becomes of it.

use crate::common::vectors::{rows, string};
use crate::run::{Shared, variables};
use bytes::Bytes;
use http::Request;
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::{self, ErrorKind, Write};
use std::panic::resume_unwind;
use std::sync::{Arc, Mutex};
use tidegate_std_io::FileSink;
use tidegate_std_io::gateway::{ErrorStream, Input, Output, Sent, SimpleHandler};

/// Where we differ on purpose, and in how many rows.
const DIFFERENT: &[(Different, usize)] = &[
    (Different::AlwaysClosed, 1),
    (Different::Once, 1),
    (Different::RestRuns, 1),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Different {
    /// A server that does not close it closes it all the same.
    AlwaysClosed,
    /// One that closes it twice closes it once.
    Once,
    /// A close that fails does not keep the callbacks from running.
    RestRuns,
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    fn add(&self, line: impl Into<String>) {
        self.0.lock().unwrap().push(line.into());
    }
}

/// What an application returns, whose drop is its `close()`.
struct Iterable {
    chunks: std::vec::IntoIter<String>,
    kind: String,
    raises: bool,
    started: bool,
    log: Log,
}

impl Iterator for Iterable {
    type Item = io::Result<Bytes>;

    fn next(&mut self) -> Option<Self::Item> {
        if !self.started && self.kind == "own_close" {
            self.log.add("iter");
        }
        self.started = true;
        self.chunks.next().map(|chunk| Ok(chunk.into()))
    }
}

impl Drop for Iterable {
    fn drop(&mut self) {
        if self.kind != "list" {
            self.log.add("close:iterable");
        }
        if self.raises {
            resume_unwind(Box::new("close failed"));
        }
    }
}

/// A client that goes away once it has so many flushed blocks.
struct Leaves {
    taken: Vec<u8>,
    after: u64,
}

impl Write for Leaves {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.after {
            0 => Err(ErrorKind::BrokenPipe.into()),
            _ => self.taken.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.after = self.after.saturating_sub(1);
        Ok(())
    }
}

impl FileSink for Leaves {}

#[test]
fn werkzeugs_closing_iterator() {
    let rows = rows(include_str!("../data/closing_iterator.json"));
    assert_eq!(rows.len(), 17);
    let mut seen = BTreeMap::<Different, usize>::new();
    for row in &rows {
        if let Some(different) = check(row) {
            *seen.entry(different).or_default() += 1;
        }
    }
    assert_eq!(Vec::from_iter(seen), DIFFERENT);
}

fn check(row: &Value) -> Option<Different> {
    let args = &row["args"];
    let id = string(row, "id");
    let take = args.get("take").and_then(Value::as_u64);
    let raises = args.get("raising").is_some();
    let callbacks = match &args["callbacks"] {
        Value::Array(_) => strings(&args["callbacks"]),
        Value::String(one) => vec![one.clone()],
        _ => Vec::new(),
    };
    let log = Log::default();
    let app = |_: Request<Input>| {
        let iterable = Iterable {
            chunks: strings(&args["chunks"]).into_iter(),
            kind: string(args, "iterable").to_owned(),
            raises,
            started: false,
            log: log.clone(),
        };
        callbacks.iter().fold(Output::iter(iterable), |body, name| {
            let (log, line) = (log.clone(), format!("callback:{name}"));
            body.on_close(move |_| log.add(line))
        })
    };
    let client = Leaves {
        taken: Vec::new(),
        after: take.unwrap_or(u64::MAX),
    };
    // Who takes none of it asks for the head.
    let method = if take == Some(0) { "HEAD" } else { "GET" };
    // Without chunks, so that what is sent is what was handed out.
    let request = variables(&[("REQUEST_METHOD", method), ("SERVER_PROTOCOL", "HTTP/1.0")]);
    let errors = Shared::default();
    let handler = SimpleHandler::new(
        io::empty(),
        client,
        ErrorStream::new(errors.clone()),
        request,
    );
    let finished = handler.run(&app);

    let taken = String::from_utf8(finished.writer.taken).unwrap();
    let items = strings(&row["expect"]["items"]).concat();
    let sent = taken.split_once("\r\n\r\n").map_or("", |(_, body)| body);
    assert_eq!(sent, items, "{id}");
    match (&finished.sent, take) {
        (Sent::Disconnected(_), Some(_)) | (Sent::Whole, None) => {}
        (other, _) => panic!("{id}: {other:?}"),
    }
    if raises {
        log.add("raised:iterable");
    }
    // Whether it fails to close its client does not hear of.
    assert_eq!(errors.text().contains("close failed"), raises, "{id}");

    let mut there = strings(&row["expect"]["log"]);
    let callbacks = callbacks.iter().map(|name| format!("callback:{name}"));
    let different = match args.get("closes").and_then(Value::as_u64) {
        Some(0) => {
            there.push("close:iterable".to_owned());
            there.extend(callbacks);
            Some(Different::AlwaysClosed)
        }
        Some(2) => {
            there.truncate(there.len() - 1 - callbacks.len());
            Some(Different::Once)
        }
        _ if raises => {
            let at = there.len() - 1;
            there.splice(at..at, callbacks);
            Some(Different::RestRuns)
        }
        _ => None,
    };
    assert_eq!(*log.0.lock().unwrap(), there, "{id}");
    different
}

fn strings(value: &Value) -> Vec<String> {
    let strings = value.as_array().unwrap().iter();
    strings
        .map(|string| string.as_str().unwrap().to_owned())
        .collect()
}
