//! Which file is meant, and that none is which is not below the root.

use super::tree::{Tree, ask};
use crate::client::{PAGE, request};
use crate::server::Server;
use std::fs;

const NOTHING: &str = "404 Not Found: no such file\n";

#[test]
fn without_a_root() {
    let server = Server::start();
    let mut client = server.connect();
    for target in ["/files", "/files/", "/files/a.txt", "/files/../a"] {
        let answer = ask(&mut client, target, "");
        assert_eq!(answer.status, 404);
        assert!(answer.content.contains("--root DIR"), "{answer:?}");
    }
}

#[test]
fn a_root_that_is_none() {
    let tree = Tree::new().with("file", "");
    for root in [tree.path("file"), tree.path("none")] {
        let output = std::process::Command::new(crate::server::binary())
            .args(["--port", "0", "--root"])
            .arg(&root)
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(1));
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains(root.to_str().unwrap()), "{said}");
    }
}

/// Each means another file to somebody, and none to us.
#[test]
fn no_way_out() {
    let tree = Tree::new()
        .with("secret.txt", "secret")
        .with("root/.hidden", "secret")
        .with("root/.git/config", "secret")
        .with("root/public.txt", "public")
        .with("root/inner/public.txt", "public");
    let root = tree.path("root");
    let server = Server::with(&["--root", root.to_str().unwrap()]);
    let mut client = server.connect();
    let absolute = tree.path("secret.txt");
    let absolute = absolute.to_str().unwrap().to_owned();
    for path in [
        "/../secret.txt",
        "/..%2fsecret.txt",
        "/..%2Fsecret.txt",
        "/%2e%2e/secret.txt",
        "/%2E%2e%2fsecret.txt",
        "/.%2e/secret.txt",
        "/%2e./secret.txt",
        "/..\\secret.txt",
        "/..%5csecret.txt",
        "/%2e%2e%5Csecret.txt",
        "/inner/../../secret.txt",
        "/inner/%2e%2e/%2e%2e/secret.txt",
        "/inner/../public.txt",
        "/inner/..",
        "/inner/../",
        "/..",
        "/../",
        "/.",
        "/./",
        "/./public.txt",
        "/%2e/public.txt",
        // Decoded twice, or as something that is not UTF-8.
        "/%252e%252e/secret.txt",
        "/..%252fsecret.txt",
        "/%252e%252e%252fsecret.txt",
        "/%c0%ae%c0%ae/secret.txt",
        "/..%c0%afsecret.txt",
        "/%e0%80%ae./secret.txt",
        "/%u002e%u002e/secret.txt",
        "/..%ef%bc%8fsecret.txt",
        "/..;/secret.txt",
        // Cut off, or with something odd in it.
        "/public.txt%00",
        "/public.txt%00.png",
        "/%00",
        "/..%00/secret.txt",
        "/public.txt%0a",
        "/%0d%0aSet-Cookie:x",
        "/public.txt%7f",
        "//public.txt",
        "/inner//public.txt",
        "//",
        "/inner//",
        "///",
        "/%2fpublic.txt",
        "/inner%2fpublic.txt",
        "/inner%5cpublic.txt",
        "/public.txt/",
        "/public.txt/x",
        "/public.txt/..",
        "/public.txt%2f",
        "/public.txt/.",
        "/C:/secret.txt",
        "/C:%5csecret.txt",
        "/file:%2f%2f/secret.txt",
        "/~/secret.txt",
        "/.hidden",
        "/%2ehidden",
        "/.git/",
        "/.git/config",
        "/.git",
        "/...",
        "/..../secret.txt",
        "/none",
        "/none/",
        "/none/none",
        "/PUBLIC.TXT%20",
        "/%",
        "/%2",
        "/%zz",
        &absolute,
        &format!("/{absolute}"),
        &absolute.replace('/', "%2f").replacen("%2f", "/%2f", 1),
        "/%2fetc%2fpasswd",
    ] {
        let target = format!("/files{path}");
        let answer = ask(&mut client, &target, "");
        assert_eq!(
            (answer.status, &*answer.content),
            (404, NOTHING),
            "{target}"
        );
        assert!(!answer.closes(), "{target}");
    }
    // Of a length that no system takes.
    for long in ["a".repeat(300), "a/".repeat(5000), "%61".repeat(5000)] {
        let answer = ask(&mut client, &format!("/files/{long}"), "");
        assert_eq!((answer.status, &*answer.content), (404, NOTHING));
    }
    for target in [
        "/filesystem",
        "/files.txt",
        "/files%2f",
        "/FILES/",
        "//files/",
    ] {
        let answer = ask(&mut client, target, "");
        assert_eq!(answer.status, 404, "{target}");
        assert!(answer.content.contains("GET /"), "{target}");
    }
    // Well-formed ones, each for what it is.
    for target in [
        "/files/public.txt",
        "/files/public%2Etxt",
        "/files/%70ublic.txt",
        "/files/public.txt?x=../..",
        "http://x/files/public.txt",
        "/files/inner/public.txt",
    ] {
        let answer = ask(&mut client, target, "");
        assert_eq!(
            (answer.status, &*answer.content),
            (200, "public"),
            "{target}"
        );
    }
}

#[test]
fn names_with_anything_in_them() {
    let names = [
        ("100%", "/files/100%"),
        ("100%", "/files/100%25"),
        ("%2e%2e", "/files/%252e%252e"),
        ("a b", "/files/a%20b"),
        ("a+b", "/files/a+b"),
        ("a?b#c", "/files/a%3fb%23c"),
        ("a:b", "/files/a:b"),
        ("\u{e9}\u{1f30a}", "/files/%C3%A9%F0%9F%8C%8A"),
        ("\u{e9}\u{1f30a}", "/files/\u{e9}\u{1f30a}"),
        ("a..b", "/files/a..b"),
        ("a..", "/files/a.."),
    ];
    if cfg!(windows) {
        return;
    }
    let tree = names
        .iter()
        .fold(Tree::new(), |tree, (name, _)| tree.with(name, name));
    let server = tree.serve();
    let mut client = server.connect();
    for (name, target) in names {
        let answer = ask(&mut client, target, "");
        assert_eq!((answer.status, &*answer.content), (200, name), "{target}");
    }
}

#[test]
fn directories_have_a_slash() {
    let tree = Tree::new().with("a <b>/c.txt", "");
    let server = tree.serve();
    let mut client = server.connect();
    for (target, location) in [
        ("/files", "/files/"),
        ("/files?x", "/files/"),
        ("/files/a%20%3cb%3e", "/files/a%20%3Cb%3E/"),
        ("/files/a%20<b>", "/files/a%20%3Cb%3E/"),
        ("http://elsewhere/files", "/files/"),
    ] {
        let answer = ask(&mut client, target, "");
        assert_eq!(
            (answer.status, answer.header("location")),
            (301, Some(location))
        );
        assert_eq!(ask(&mut client, location, "").status, 200);
    }
}

#[test]
fn other_methods() {
    let tree = Tree::new().with("a.txt", "a");
    let server = tree.serve();
    let mut client = server.connect();
    for method in ["POST", "PUT", "DELETE", "PROPFIND"] {
        client.send(&request(method, "/files/a.txt", ""));
        let answer = client.answer();
        assert_eq!(
            (answer.status, answer.header("allow")),
            (405, Some("GET, HEAD"))
        );
    }
    // A body that nobody asked for.
    let mut asked = request("GET", "/files/a.txt", "Content-Length: 5\r\n");
    asked.extend_from_slice(b"GET /");
    client.send(&[&asked[..], PAGE].concat());
    assert_eq!(client.answer().content, "a");
    assert!(client.answer().is_page());
}

#[test]
#[cfg(unix)]
fn links() {
    use std::os::unix::fs::symlink;
    let tree = Tree::new()
        .with("secret.txt", "secret")
        .with("root-not/secret.txt", "secret")
        .with("root/public.txt", "public")
        .with("root/inner/public.txt", "public");
    let link = |name: &str, to: &str| symlink(to, tree.path("root").join(name)).unwrap();
    let absolute = |name: &str| tree.path(name).to_str().unwrap().to_owned();
    link("out", "../secret.txt");
    link("out-absolute", &absolute("secret.txt"));
    link("out-beside", "../root-not");
    link("up", "..");
    link("etc", "/etc");
    link("null", "/dev/null");
    link("loop", "loop");
    link("nowhere", "none");
    link("chain", "out");
    link("in", "inner/public.txt");
    link("in-absolute", &absolute("root/public.txt"));
    link("in-and-out", "../root/public.txt");
    link("in-directory", "inner");
    // The root may be a link as well.
    symlink("root", tree.path("link")).unwrap();
    let root = tree.path("link");
    let server = Server::with(&["--root", root.to_str().unwrap()]);
    let mut client = server.connect();
    for path in [
        "out",
        "out-absolute",
        "out-beside/secret.txt",
        "out-beside/",
        "out-beside",
        "up/",
        "up/secret.txt",
        "up/root/public.txt/",
        "etc/passwd",
        "etc/",
        "null",
        "loop",
        "loop/",
        "nowhere",
        "chain",
    ] {
        let answer = ask(&mut client, &format!("/files/{path}"), "");
        assert_eq!((answer.status, &*answer.content), (404, NOTHING), "{path}");
    }
    for path in ["in", "in-absolute", "in-and-out", "in-directory/public.txt"] {
        let answer = ask(&mut client, &format!("/files/{path}"), "");
        assert_eq!((answer.status, &*answer.content), (200, "public"), "{path}");
    }
    // The page shows what can be had.
    let page = ask(&mut client, "/files/", "").content;
    for name in [
        "in",
        "in-absolute",
        "in-and-out",
        "inner/",
        "in-directory/",
        "public.txt",
    ] {
        assert!(
            page.contains(&format!("<a href=\"{name}\">")),
            "{name}: {page}"
        );
    }
    assert_eq!(page.matches("<a ").count(), 6, "{page}");
}

/// Nobody waits in one, and nothing is set off.
#[test]
#[cfg(unix)]
fn what_is_neither_file_nor_directory() {
    use std::os::unix::fs::symlink;
    use std::process::Command;
    let tree = Tree::new().with("public.txt", "public");
    let _socket = std::os::unix::net::UnixListener::bind(tree.path("socket")).unwrap();
    let made = Command::new("mkfifo").arg(tree.path("fifo")).status();
    if !made.is_ok_and(|status| status.success()) {
        println!("SKIPPED: mkfifo cannot be run");
    }
    symlink("fifo", tree.path("link")).unwrap();
    let server = tree.serve();
    let mut client = server.connect();
    for name in ["fifo", "link", "socket", "fifo/", "socket/"] {
        let answer = ask(&mut client, &format!("/files/{name}"), "");
        assert_eq!((answer.status, &*answer.content), (404, NOTHING), "{name}");
    }
    let page = ask(&mut client, "/files/", "").content;
    assert_eq!(page.matches("<a ").count(), 1, "{page}");
}

/// What the server may not read is not there, and does not end a connection.
#[test]
#[cfg(unix)]
fn what_may_not_be_read() {
    use std::os::unix::fs::PermissionsExt;
    let tree = Tree::new().with("closed.txt", "x").with("closed/x", "x");
    for name in ["closed.txt", "closed"] {
        fs::set_permissions(tree.path(name), fs::Permissions::from_mode(0o0)).unwrap();
    }
    if fs::File::open(tree.path("closed.txt")).is_ok() {
        println!("SKIPPED: who runs this may read everything");
    } else {
        let server = tree.serve();
        let mut client = server.connect();
        for name in ["closed.txt", "closed/", "closed/x"] {
            let answer = ask(&mut client, &format!("/files/{name}"), "");
            assert_eq!((answer.status, &*answer.content), (404, NOTHING), "{name}");
        }
    }
    fs::set_permissions(tree.path("closed"), fs::Permissions::from_mode(0o700)).unwrap();
}
