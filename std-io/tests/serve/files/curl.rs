//! curl, as people use it.

use super::tree::Tree;
use crate::Noise;
use crate::curl::curl;
use std::fs;

#[test]
fn parts_and_conditions() {
    let tree = Tree::new().with("hello.txt", "Hello World");
    let server = tree.serve();
    let url = server.url("/files/hello.txt");
    let Some(whole) = curl(&[&url]) else {
        return;
    };
    assert_eq!(whole, "Hello World");
    assert_eq!(curl(&["-r", "0-4", &url]).unwrap(), "Hello");
    assert_eq!(curl(&["-r", "-5", &url]).unwrap(), "World");
    let several = curl(&["-r", "0-0,-1", &url]).unwrap();
    assert!(several.contains("Content-Range: bytes 10-10/11\r\n\r\nd\r\n--"));
    let head = curl(&["--head", &url]).unwrap();
    assert!(
        head.starts_with("HTTP/1.1 200 OK\r\nContent-Length: 11\r\n"),
        "{head}"
    );
    let code = |how: &[&str]| {
        let code = [
            "-o",
            "/dev/null",
            "-w",
            "%{http_code} %{size_download}",
            &url,
        ];
        curl(&[&code, how].concat()).unwrap()
    };
    let file = tree.path("hello.txt");
    let file = file.to_str().unwrap();
    assert_eq!(code(&["-z", file]), "304 0");
    assert_eq!(code(&["-z", "1 Jan 2023"]), "200 11");
    assert_eq!(code(&["-z", "-1 Jan 2023"]), "412 60");
    assert_eq!(code(&["-r", "11-"]), "416 49");
    assert_eq!(code(&["--http1.0"]), "200 11");
    // As it stands, without curl's own tidying.
    let escape = server.url("/files/../hello.txt");
    let code = [
        "-o",
        "/dev/null",
        "-w",
        "%{http_code}",
        "--path-as-is",
        &escape,
    ];
    assert_eq!(curl(&code).unwrap(), "404");
    let followed = curl(&["-L", &server.url("/files")]).unwrap();
    assert!(followed.contains("hello.txt"), "{followed}");
}

#[test]
fn resumed() {
    let content = Noise(5).text(5_000_000);
    let tree = Tree::new().with("noise", &content).with("copy/noise", "");
    let server = tree.serve();
    let url = server.url("/files/noise");
    let copy = tree.path("copy/noise");
    for have in [0, 1, 1 << 20, content.len() - 1] {
        fs::write(&copy, &content[..have]).unwrap();
        let status = [
            "-C",
            "-",
            "-o",
            copy.to_str().unwrap(),
            "-w",
            "%{http_code}",
            &url,
        ];
        let Some(status) = curl(&status) else {
            return;
        };
        assert_eq!(status, if have == 0 { "200" } else { "206" });
        assert!(fs::read(&copy).unwrap() == content, "from {have} on");
    }
}
