//! `GET /`: the page as it is sent. What it does is in `browser`.

use crate::client::PAGE;
use crate::server::Server;

#[test]
fn nothing_runs_on_it_that_is_not_ours() {
    let server = Server::start();
    let mut client = server.connect();
    let mut nonces = Vec::new();
    for _ in 0..3 {
        client.send(PAGE);
        let answer = client.answer();
        assert_eq!(
            answer.header("content-type"),
            Some("text/html; charset=utf-8")
        );
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        let policy = answer.header("content-security-policy").unwrap();
        assert!(policy.starts_with("default-src 'none'; "), "{policy}");
        assert!(
            !policy.contains("unsafe") && !policy.contains('*'),
            "{policy}"
        );
        let (_, nonce) = policy.split_once("script-src 'nonce-").unwrap();
        let nonce = &nonce[..32];
        assert!(
            nonce.bytes().all(|byte| byte.is_ascii_hexdigit()),
            "{nonce}"
        );
        for element in ["style", "script"] {
            let ours = format!("<{element} nonce=\"{nonce}\">");
            assert_eq!(answer.content.matches(&format!("<{element}")).count(), 1);
            assert!(answer.content.contains(&ours), "{element}");
        }
        nonces.push(nonce.to_owned());
    }
    nonces.sort();
    nonces.dedup();
    assert_eq!(nonces.len(), 3);
}

#[test]
fn it_is_whole_and_says_what_holds_here() {
    let saved = crate::upload::Saved::new();
    for (server, kept) in [
        (Server::with(&["--max-upload", "12345"]), "forgets them"),
        (saved.serve(&["--max-upload", "12345"]), "keeps them"),
    ] {
        let mut client = server.connect();
        client.send(PAGE);
        let page = client.answer().content;
        assert!(
            page.contains(kept) && page.contains("const MAX = 12345;"),
            "{kept}"
        );
        for elsewhere in [
            "http:", "https:", "//cdn", "@import", "src=\"", "url(", "{nonce}", "{max}",
        ] {
            assert!(!page.contains(elsewhere), "{elsewhere}");
        }
        // Without a script it is still a form.
        let form = "action=\"/upload\" method=\"post\" enctype=\"multipart/form-data\"";
        assert!(page.contains(form));
    }
}
