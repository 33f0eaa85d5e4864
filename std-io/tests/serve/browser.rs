//! The page in a real browser: Chromium, where it is installed.

mod devtools;

use crate::Noise;
use crate::server::Server;
use crate::upload::{Saved, sha256};
use devtools::Browser;
use serde_json::{Value, json};
use std::fs;
use std::path::PathBuf;
use tempfile::TempDir;

const MIB: u64 = 1 << 20;

/// Files to choose.
struct Files {
    directory: TempDir,
    paths: Vec<PathBuf>,
}

impl Files {
    fn new() -> Self {
        Self {
            directory: TempDir::new().unwrap(),
            paths: Vec::new(),
        }
    }

    fn with(mut self, name: &str, content: &[u8]) -> Self {
        let path = self.directory.path().join(name);
        fs::write(&path, content).unwrap();
        self.paths.push(path);
        self
    }
}

/// What the table shows, each row with the exact length.
fn rows(browser: &mut Browser) -> Value {
    browser.eval(
        "[...document.getElementById('rows').rows].map((row) => [
            ...[...row.cells].map((cell) => cell.textContent), row.cells[2].title])",
    )
}

const ARRIVED: &str = "document.getElementById('status').textContent.includes('arrived')";

fn is_shown(id: &str) -> String {
    format!("document.getElementById('{id}').checkVisibility()")
}

/// Nothing of the page failed, or came from elsewhere, or was kept from running.
fn expect_no_fault(browser: &mut Browser, server: &Server) {
    for kind in ["Runtime.exceptionThrown", "Log.entryAdded"] {
        assert_eq!(browser.events(kind), Vec::<Value>::new(), "{kind}");
    }
    for request in browser.events("Network.requestWillBeSent") {
        let url = request["request"]["url"].as_str().unwrap();
        assert!(
            url.starts_with(&server.url("/")) || url.starts_with("data:"),
            "{url}"
        );
    }
}

/// With names that the system takes and others stumble over, and one of 64 MiB.
#[test]
fn hard_names_and_a_large_file() {
    let saved = Saved::new();
    let server = saved.serve(&[]);
    let Some(mut browser) = Browser::open(&server.url("/")) else {
        return;
    };
    let mut large = Vec::new();
    let mut noise = Noise(64);
    while (large.len() as u64) < 64 * MIB {
        large.extend_from_slice(&noise.next().to_le_bytes());
    }
    let mut files = Files::new();
    // Name, type, and what it is saved as, behind its number.
    let small = [
        ("plain.txt", "text/plain", "plain.txt"),
        (
            "a \"quoted\" name.txt",
            "text/plain",
            "a %22quoted%22 name.txt",
        ),
        ("100%22.txt", "text/plain", "100%22.txt"),
        ("back\\slash.txt", "text/plain", "slash.txt"),
        (
            "wave 🌊 über 日本.png",
            "image/png",
            "wave 🌊 über 日本.png",
        ),
        ("line\nbreak\r.txt", "text/plain", "line%0Abreak%0D.txt"),
        (
            "<img src=x onerror=alert(1)>.html",
            "text/html",
            "_img src=x onerror=alert(1)_.html",
        ),
        (
            "; name=x; filename=y",
            "application/octet-stream",
            "; name=x; filename=y",
        ),
        (
            " '`$(x)&amp;\u{202E}gpj",
            "application/octet-stream",
            "'`$(x)&amp;_gpj",
        ),
        ("empty", "application/octet-stream", "empty"),
    ];
    for (name, ..) in small {
        let content = if name == "empty" { "" } else { name };
        files = files.with(name, content.as_bytes());
    }
    files = files.with("large.bin", &large);

    // So that there is something to see of the progress.
    browser.slow_down(32 * MIB);
    browser.eval(
        "globalThis.seen = []; new MutationObserver(() => seen.push([
            document.getElementById('bar').value, document.getElementById('amount').innerText,
        ])).observe(document.getElementById('amount'), { childList: true }); 0",
    );
    browser.choose(&files.paths);
    browser.wait(ARRIVED);

    let mut wanted: Vec<Value> = small
        .iter()
        .map(|&(name, media_type, _)| {
            let content = if name == "empty" { "" } else { name };
            let length = content.len();
            let shown = format!("{length} bytes");
            json!([name, media_type, shown, sha256(content.as_bytes()), shown])
        })
        .collect();
    wanted.push(json!([
        "large.bin",
        "application/octet-stream",
        "64 MiB",
        sha256(&large),
        "67108864 bytes"
    ]));
    assert_eq!(rows(&mut browser), Value::Array(wanted));
    assert!(
        browser
            .text("status")
            .starts_with("11 files arrived, 64 MiB in ")
    );
    assert_eq!(browser.eval(&is_shown("error")), false);
    assert_eq!(browser.eval(&is_shown("progress")), false);
    // It moved, in one direction.
    let seen = browser.eval("seen.map((it) => it[0])");
    let seen: Vec<f64> = serde_json::from_value(seen).unwrap();
    assert!(
        seen.is_sorted() && seen.iter().any(|&at| 0.1 < at && at < 0.9),
        "{seen:?}"
    );
    let said = browser.eval("seen.at(-1)[1]");
    assert!(
        said.as_str().unwrap().starts_with("64 MiB of 64 MiB, 100"),
        "{said}"
    );
    assert_eq!(browser.eval("document.images.length"), 0);
    // What is not seen of a name is shown, and turns nothing around.
    let unseen = browser.eval("[...document.querySelectorAll('.unseen')].map((it) => it.title)");
    assert_eq!(unseen, json!(["U+000A", "U+000D", "U+202E"]));
    let from_left = browser.eval(
        "(() => {
            const letters = document.querySelectorAll('.unseen')[2].nextSibling;
            const x = (at) => {
                const letter = document.createRange();
                letter.setStart(letters, at);
                letter.setEnd(letters, at + 1);
                return letter.getBoundingClientRect().x;
            };
            return x(0) < x(1) && x(1) < x(2);
        })()",
    );
    assert_eq!(from_left, true);
    expect_no_fault(&mut browser, &server);

    let [kept] = &saved.files()[..] else {
        panic!("{:?}", saved.uploads());
    };
    assert_eq!(kept.len(), small.len() + 1);
    for (at, (name, _, safe)) in small.iter().enumerate() {
        let content = if *name == "empty" { "" } else { name };
        let file = kept
            .iter()
            .find(|(name, _)| *name == format!("{at}-{safe}"));
        assert_eq!(
            file.unwrap_or_else(|| panic!("{safe:?}")).1,
            content.as_bytes()
        );
    }
    assert!(kept.contains(&("10-large.bin".to_owned(), large)));
}

#[test]
fn dropped_one_after_the_other() {
    let server = Server::start();
    let Some(mut browser) = Browser::open(&server.url("/")) else {
        return;
    };
    let first = Files::new().with("one", b"1").with("two", b"22");
    browser.drop_at("drop", &first.paths);
    browser.wait(ARRIVED);
    let second = Files::new().with("three", b"333");
    // Anywhere, and while others are on their way.
    let large = Files::new().with("large", &vec![0; 4 << 20]);
    browser.slow_down(2 * MIB);
    browser.choose(&large.paths);
    browser.drop_at("status", &second.paths);
    browser.wait("document.getElementById('rows').rows.length === 4");
    let names =
        browser.eval("[...document.querySelectorAll('tbody th')].map((it) => it.textContent)");
    assert_eq!(names, json!(["one", "two", "large", "three"]));
    // A directory is none.
    let directory = TempDir::with_prefix("folder-").unwrap();
    browser.drop_at("drop", &[directory.path().to_owned()]);
    browser.wait(&is_shown("error"));
    let said = browser.text("error");
    assert!(
        said.starts_with("folder-") && said.contains("is a directory"),
        "{said}"
    );
    expect_no_fault(&mut browser, &server);
}

#[test]
fn what_goes_wrong_is_said_in_words() {
    let saved = Saved::new();
    let server = saved.serve(&["--max-upload", &(8 * MIB).to_string()]);
    let Some(mut browser) = Browser::open(&server.url("/")) else {
        return;
    };
    let fits = Files::new().with("fits", &vec![0; 7 << 20]);
    // It is not even sent.
    let more = Files::new().with("more", &vec![0; (8 << 20) + 1]);
    browser.choose(&more.paths);
    browser.wait(&is_shown("error"));
    let said = browser.text("error");
    assert!(
        said.contains("more has 8388609 bytes, and the server takes 8388608 bytes at once"),
        "{said}"
    );
    // With what is around it, it is too long after all, and the server says so.
    let exact = Files::new().with("exact", &vec![0; 8 << 20]);
    browser.choose(&exact.paths);
    browser.wait("document.getElementById('error').textContent.includes('refused')");
    let said = browser.text("error");
    assert!(
        said.contains("413 Content Too Large: expected 83"),
        "{said}"
    );
    // What is cancelled is not there.
    browser.slow_down(MIB);
    browser.choose(&fits.paths);
    saved.expect_unfinished();
    browser.eval("document.getElementById('cancel').click()");
    browser.wait("document.getElementById('status').textContent.startsWith('Cancelled')");
    assert_eq!(browser.eval(&is_shown("error")), false);
    saved.expect_nothing();
    // The server cannot be reached.
    browser.slow_down(0);
    browser.choose(&fits.paths);
    browser.wait(&is_shown("error"));
    let said = browser.text("error");
    assert!(said.starts_with("The connection broke off"), "{said}");
    assert_eq!(rows(&mut browser), json!([]));
    saved.expect_nothing();
    // And then it can, which takes the words away.
    browser.slow_down(1 << 30);
    browser.choose(&fits.paths);
    browser.wait(ARRIVED);
    assert_eq!(browser.eval(&is_shown("error")), false);
    assert_eq!(saved.files().len(), 1);
}

/// Without a mouse, and without seeing it.
#[test]
fn by_keyboard_and_screen_reader() {
    let server = Server::start();
    let Some(mut browser) = Browser::open(&server.url("/")) else {
        return;
    };
    let mut focused = Vec::new();
    for _ in 0..2 {
        browser.press("Tab", 9);
        focused
            .push(browser.eval("document.activeElement.id || document.activeElement.textContent"));
    }
    assert_eq!(focused, ["files", "What else this server does"]);
    let one = Files::new().with("one", b"1");
    browser.choose(&one.paths);
    browser.wait(ARRIVED);
    let tree = browser.call("Accessibility.getFullAXTree", json!({}));
    let named: Vec<_> = tree["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|node| (&node["role"]["value"], &node["name"]["value"]))
        .collect();
    for (role, name) in [
        ("heading", "Upload files"),
        ("table", "What arrived"),
        ("columnheader", "SHA-256"),
        ("rowheader", "one"),
        ("cell", "1 byte"),
    ] {
        assert!(
            named.contains(&(&json!(role), &json!(name))),
            "{role} {name}: {named:?}"
        );
    }
    // The field says what it is for, whatever role a browser gives it.
    let field = "Choose files or drop them here";
    let is_field = |(role, name): &&(&Value, &Value)| {
        **role == "button" && name.as_str().is_some_and(|name| name.starts_with(field))
    };
    assert!(named.iter().any(|named| is_field(&named)), "{named:?}");
    let live = named
        .iter()
        .filter(|(role, _)| **role == "status" || **role == "alert");
    assert_eq!(live.count(), 1);
}
