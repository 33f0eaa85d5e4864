//! `curl -F`.

use super::form::sha256;
use super::kept::Saved;
use crate::curl::{TempFile, curl};
use serde_json::{Value, json};

#[test]
fn a_form() {
    let saved = Saved::new();
    let server = saved.serve(&[]);
    let content: Vec<u8> = (0..3_000_000_u32).map(|at| (at % 251) as u8).collect();
    let file = TempFile::new("upload", &content);
    let url = server.url("/upload");
    let parts = [
        "-F".to_owned(),
        "title=Tide".to_owned(),
        "-F".to_owned(),
        format!(
            "photo=@{};filename=\"../a \\\"b\\\" 🌊.png\";type=image/png",
            file.path()
        ),
        "-F".to_owned(),
        format!("photo=@{};filename=same", file.path()),
    ];
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    for (uploads, how) in [
        &["--expect100-timeout", "8"][..],
        &["-H", "Expect:"],
        &["-H", "Transfer-Encoding: chunked"],
        &["--http1.0"],
    ]
    .iter()
    .enumerate()
    {
        let Some(said) = curl(&[&parts[..], how, &[&url]].concat()) else {
            return;
        };
        let said: Value = serde_json::from_str(&said).unwrap();
        assert_eq!(said[0]["name"], "title");
        assert_eq!(said[0]["sha256"], sha256(b"Tide"));
        assert_eq!(said[1]["content_type"], "image/png");
        for part in [1, 2] {
            assert_eq!(said[part]["name"], "photo");
            assert_eq!(said[part]["length"], json!(content.len()));
            assert_eq!(said[part]["sha256"], sha256(&content));
        }
        let files = saved.files();
        assert_eq!(files.len(), uploads + 1, "{how:?}");
        for (name, saved) in files.concat() {
            assert!(name.starts_with("1-a ") || name == "2-same", "{name:?}");
            assert!(saved == content);
        }
    }
}
