//! The page of a directory.

use super::tree::{LAST_MODIFIED, Tree, ask};
use percent_encoding::percent_decode_str;
use std::fs;

/// The link and the text of each entry.
fn links(page: &str) -> Vec<(&str, &str)> {
    page.split("<a href=\"")
        .skip(1)
        .map(|rest| {
            let (link, rest) = rest.split_once("\">").unwrap();
            (link, rest.split_once("</a>").unwrap().0)
        })
        .collect()
}

#[test]
fn sorted_with_sizes_and_dates() {
    let tree = Tree::new()
        .with("b.txt", "12345")
        .with("a.txt", "")
        .with(".hidden", "")
        .with("z/inner.txt", "x");
    let server = tree.serve();
    let mut client = server.connect();
    let answer = ask(&mut client, "/files/", "");
    assert_eq!(
        answer.header("content-type"),
        Some("text/html; charset=utf-8")
    );
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    let page = answer.content;
    let wanted = [("z/", "z/"), ("a.txt", "a.txt"), ("b.txt", "b.txt")];
    assert_eq!(links(&page), wanted);
    let row = format!("b.txt</a><td align=\"right\">5<td>{LAST_MODIFIED}\n");
    assert!(page.contains(&row), "{page}");
    let inner = ask(&mut client, "/files/z/", "").content;
    assert_eq!(links(&inner), [("../", "../"), ("inner.txt", "inner.txt")]);
}

/// Nothing of a name is markup, and every link leads to its file.
#[test]
#[cfg(unix)]
fn names_are_escaped() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let names: [&[u8]; 12] = [
        b"<script>alert(1)<",
        b"\"onmouseover=\"alert(1)",
        b"'x'",
        b"a&amp;b",
        b"javascript:alert(1)",
        b"%2e%2e%2fx",
        b"?query",
        b"#fragment",
        b"  blanks  ",
        b"\xff\xfe not UTF-8",
        b"\xe2\x80\xaetxt.exe",
        b"</table><h1>",
    ];
    let mut tree = Tree::new();
    for name in &names {
        let shown = OsStr::from_bytes(name);
        // A slash is no part of a name: it makes a directory.
        tree = match name.contains(&b'/') {
            true => tree.with("<table><h1>", name),
            false if fs::write(tree.path(shown), name).is_err() => continue,
            false => tree.with(shown, name),
        };
    }
    let unlisted = tree.path("line\nend");
    fs::write(unlisted, "").unwrap();
    let server = tree.serve();
    let mut client = server.connect();
    let page = ask(&mut client, "/files/", "").content;
    let found = links(&page);
    assert_eq!(found.len(), 12, "{page}");
    for (link, text) in &found {
        assert!(!text.contains(['<', '>', '"', '\'']), "{text}");
        let plain = |c: char| c.is_ascii_alphanumeric() || "-._~%".contains(c);
        assert!(link.chars().all(plain), "{link}");
        let decoded: Vec<u8> = percent_decode_str(link).collect();
        let content = fs::read(tree.path(OsStr::from_bytes(&decoded))).unwrap();
        client.send(&crate::client::get(&format!("/files/{link}"), ""));
        let answer = client.answer_to_head();
        assert_eq!(answer.status, 200, "{link}");
        let length = answer.header("content-length").unwrap().parse().unwrap();
        assert_eq!(client.read(length), content, "{link}");
    }
    assert_eq!(page.matches('<').count(), page.matches('>').count());
    assert!(!page.contains("<script") && page.matches("<h1>").count() == 1);
}

#[test]
fn the_name_of_the_directory_is_escaped() {
    if cfg!(windows) {
        return;
    }
    let tree = Tree::new().with("<b>&/a.txt", "");
    let server = tree.serve();
    let page = ask(&mut server.connect(), "/files/%3Cb%3E&/", "").content;
    assert!(page.contains("<h1>/&lt;b&gt;&amp;</h1>"), "{page}");
}

#[test]
fn a_page_has_an_end() {
    let tree = Tree::new();
    for number in 0..10_050 {
        fs::write(tree.path(format!("{number:05}")), "").unwrap();
    }
    let server = tree.serve();
    let mut client = server.connect();
    let page = ask(&mut client, "/files/", "").content;
    let found = links(&page);
    assert_eq!(found.len(), 10_000);
    assert!(found.is_sorted() && page.ends_with("<p>and more, which are not shown\n"));
    for number in 0..50 {
        fs::remove_file(tree.path(format!("{number:05}"))).unwrap();
    }
    let page = ask(&mut client, "/files/", "").content;
    assert_eq!(links(&page).len(), 10_000);
    assert!(page.ends_with("</table>\n"));
}
