//! The example `decode_form`, run as a user runs it.

use crate::common::example::example;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

const TYPE: &str = "multipart/form-data; boundary=b";

fn run(arguments: &[&str], body: &[u8]) -> Output {
    let mut child = Command::new(example("decode_form"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // It may end before it has read all.
    let _ = child.stdin.take().unwrap().write_all(body);
    child.wait_with_output().unwrap()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn lines(output: &Output) -> Vec<Value> {
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn line(name: Value, filename: Value, content_type: Value, data: &[u8]) -> Value {
    let sha256: String = Sha256::digest(data)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    json!({
        "name": name, "filename": filename, "content_type": content_type,
        "length": data.len(), "sha256": sha256,
    })
}

/// What lies in a directory, by name.
fn saved(dir: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<_> = fs::read_dir(dir)
        .unwrap()
        .map(|entry| {
            let entry = entry.unwrap();
            (
                entry.file_name().into_string().unwrap(),
                fs::read(entry.path()).unwrap(),
            )
        })
        .collect();
    files.sort();
    files
}

fn file(filename: &str, data: &str) -> String {
    format!(
        "--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"{filename}\"\r\n\r\n{data}\r\n"
    )
}

/// As curl 8.5 sends `-F 'a=é "q"' -F 'f=@x.txt;filename="q\"b\\c.txt"'`.
const CURL: &[u8] = b"--------------------------Cl5oSs1WrlVVbXW9GV6eMP\r\n\
    Content-Disposition: form-data; name=\"a\"\r\n\r\n\xC3\xA9 \"q\"\r\n\
    --------------------------Cl5oSs1WrlVVbXW9GV6eMP\r\n\
    Content-Disposition: form-data; name=\"f\"; filename=\"q%22b\\c.txt\"\r\n\
    Content-Type: text/plain\r\n\r\nhello\n\r\n\
    --------------------------Cl5oSs1WrlVVbXW9GV6eMP--\r\n";

/// As Chromium sends a field, and a file input where nothing was chosen.
const CHROMIUM: &[u8] = b"------WebKitFormBoundaryWLHCs9qmcJJoyjKR\r\n\
    Content-Disposition: form-data; name=\"a%22b\"\r\n\r\none\r\ntwo\r\n\
    ------WebKitFormBoundaryWLHCs9qmcJJoyjKR\r\n\
    Content-Disposition: form-data; name=\"file\"; filename=\"\"\r\n\
    Content-Type: application/octet-stream\r\n\r\n\r\n\
    ------WebKitFormBoundaryWLHCs9qmcJJoyjKR--\r\n";

#[test]
fn what_clients_send_is_read_from_stdin_and_from_a_file() {
    let dir = TempDir::new().unwrap();
    for (boundary, body, expected) in [
        (
            "------------------------Cl5oSs1WrlVVbXW9GV6eMP",
            CURL,
            [
                line(json!("a"), json!(null), json!(null), "é \"q\"".as_bytes()),
                line(
                    json!("f"),
                    json!("q%22b\\c.txt"),
                    json!("text/plain"),
                    b"hello\n",
                ),
            ],
        ),
        (
            "----WebKitFormBoundaryWLHCs9qmcJJoyjKR",
            CHROMIUM,
            [
                line(json!("a%22b"), json!(null), json!(null), b"one\r\ntwo"),
                line(
                    json!("file"),
                    json!(""),
                    json!("application/octet-stream"),
                    b"",
                ),
            ],
        ),
    ] {
        let content_type = format!("multipart/form-data; boundary={boundary}");
        let path = dir.path().join("body");
        fs::write(&path, body).unwrap();
        for output in [
            run(&["--content-type", &content_type], body),
            run(
                &[path.to_str().unwrap(), "--content-type", &content_type],
                b"",
            ),
        ] {
            assert_eq!((code(&output), stderr(&output)), (0, String::new()));
            assert_eq!(lines(&output), expected);
        }
    }
}

#[test]
fn what_is_absent_or_no_utf8_is_said() {
    let body = b"--b\r\n\r\nbare\r\n\
        --b\r\nContent-Disposition: attachment; filename=\"\xFF.txt\"\r\n\
        Content-Type: text/\xFF\r\n\r\n\xFF\r\n--b--";
    let output = run(&["--content-type", "multipart/mixed; boundary=b"], body);
    let expected = [
        line(json!(null), json!(null), json!(null), b"bare"),
        line(
            json!(null),
            json!("\u{FFFD}.txt"),
            json!("text/\u{FFFD}"),
            b"\xFF",
        ),
    ];
    assert_eq!((code(&output), lines(&output)), (0, expected.to_vec()));
}

#[test]
fn a_fault_is_1_and_a_limit_is_2_with_the_offset() {
    let good = "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n";
    let long = "x".repeat((1 << 20) + 1);
    for (rest, exit, parts, offset) in [
        ("--b??".to_owned(), 1, 0, good.len() + 3),
        (
            "--b\r\nnonsense\r\n\r\n".to_owned(),
            1,
            1,
            good.len() + 5 + 8,
        ),
        ("--b\r\n".to_owned(), 1, 1, good.len() + 5),
        (
            format!("--b\r\nContent-Disposition: form-data; name=\"l\"\r\n\r\n{long}\r\n--b--"),
            2,
            1,
            good.len() + 49 + (1 << 20),
        ),
        (
            format!("--b\r\nX: {long}\r\n\r\n"),
            2,
            1,
            good.len() + 5 + (8 << 10),
        ),
    ] {
        let output = run(
            &["--content-type", TYPE],
            (good.to_owned() + &rest).as_bytes(),
        );
        let said = stderr(&output);
        assert_eq!(
            (code(&output), lines(&output).len()),
            (exit, parts),
            "{said}"
        );
        assert!(
            said.ends_with(&format!(", at byte {offset}\n")),
            "{said} {offset}"
        );
        assert_eq!(said.lines().count(), 1, "{said}");
    }
}

#[test]
fn a_content_type_that_is_none_is_1() {
    let dir = TempDir::new().unwrap();
    let save = dir.path().join("new");
    let long = format!("multipart/form-data; boundary={}", "b".repeat(71));
    for content_type in [
        "text/plain",
        "multipart/form-data",
        "multipart/form-data; boundary=b;b",
        &long,
    ] {
        let arguments = [
            "--content-type",
            content_type,
            "--save",
            save.to_str().unwrap(),
        ];
        let output = run(&arguments, b"--b--");
        assert_eq!(code(&output), 1, "{content_type}");
        assert!(
            stderr(&output).contains(", at byte "),
            "{}",
            stderr(&output)
        );
        assert!(!save.exists());
    }
}

#[test]
fn a_wrong_command_line_is_3_and_help_is_0() {
    for arguments in [
        &[][..],
        &["--content-type"],
        &["--content-type", TYPE, "--save"],
        &["--content-type", TYPE, "--what"],
        &["--content-type", TYPE, "one", "two"],
    ] {
        let output = run(arguments, b"");
        assert_eq!(code(&output), 3, "{arguments:?}");
        assert!(stderr(&output).contains("decode_form --content-type TYPE"));
        assert!(output.stdout.is_empty());
    }
    for help in ["--help", "-h"] {
        let output = run(&[help], b"");
        assert_eq!((code(&output), stderr(&output)), (0, String::new()));
        assert!(
            output
                .stdout
                .starts_with(b"decode_form --content-type TYPE")
        );
    }
    let output = run(&["--content-type", TYPE, "/no/such/file"], b"");
    assert_eq!(code(&output), 1);
    assert!(stderr(&output).starts_with("/no/such/file: "));
}

#[test]
fn files_are_saved_under_safe_names_and_fields_are_not() {
    let dir = TempDir::new().unwrap();
    let inside = dir.path().join("a/b");
    let names = [
        "../../evil",
        "/etc/passwd",
        r"C:\\x\\y.txt",
        "..",
        "",
        "nul",
        "a",
        "a",
    ];
    let mut body = String::new();
    for name in names {
        body += &file(name, name);
    }
    body += "--b\r\nContent-Disposition: form-data; name=\"field\"\r\n\r\n1\r\n--b--";
    let arguments = ["--content-type", TYPE, "--save", inside.to_str().unwrap()];
    let output = run(&arguments, body.as_bytes());
    assert_eq!((code(&output), stderr(&output)), (0, String::new()));
    assert_eq!(lines(&output).len(), names.len() + 1);
    let safe = [
        "0-evil", "1-passwd", "2-y.txt", "3-_", "4-_", "5-_nul", "6-a", "7-a",
    ];
    let expected = safe
        .map(str::to_owned)
        .into_iter()
        .zip(names.map(|it| it.as_bytes().to_vec()));
    assert_eq!(saved(&inside), expected.collect::<Vec<_>>());
    // Nothing beside it.
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);

    // What is there is not overwritten.
    let again = run(&arguments, file("evil", "other").as_bytes());
    assert_eq!(code(&again), 1);
    assert!(stderr(&again).contains("0-evil"), "{}", stderr(&again));
    assert_eq!(fs::read(inside.join("0-evil")).unwrap(), b"../../evil");
}

/// Wherever it stops, the files are those that were whole.
#[test]
fn a_body_that_is_cut_short_leaves_no_half_file() {
    let body = file("one", "first") + &file("two", "second") + "--b--";
    for end in (1..body.len()).step_by(7).chain([body.len() - 1]) {
        let dir = TempDir::new().unwrap();
        let save = dir.path().to_str().unwrap();
        let output = run(
            &["--content-type", TYPE, "--save", save],
            &body.as_bytes()[..end],
        );
        assert_eq!(code(&output), 1);
        assert!(
            stderr(&output).ends_with(&format!(", at byte {end}\n")),
            "{}",
            stderr(&output)
        );
        let printed = lines(&output).len();
        let all = [
            ("0-one".to_owned(), b"first".to_vec()),
            ("1-two".to_owned(), b"second".to_vec()),
        ];
        assert_eq!(saved(dir.path()), all[..printed]);
    }
}

/// The directory is no directory; the disk is full.
#[cfg(target_os = "linux")]
#[test]
fn errors_of_the_disk_are_1() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("file");
    fs::write(&path, "").unwrap();
    let body = file("one", "first") + "--b--";
    let save = path.to_str().unwrap();
    let output = run(&["--content-type", TYPE, "--save", save], body.as_bytes());
    assert_eq!(code(&output), 1);
    assert!(stderr(&output).starts_with(save), "{}", stderr(&output));

    // A limit of the system on the size of files, as `File too large`.
    let whole = file("one", &"x".repeat(100_000)) + "--b--";
    let body = dir.path().join("body");
    fs::write(&body, whole).unwrap();
    let save = dir.path().join("out");
    let script = "trap '' XFSZ; ulimit -f 8; exec \"$@\"";
    let output = Command::new("bash")
        .args([
            "-c",
            script,
            "bash",
            example("decode_form").to_str().unwrap(),
        ])
        .args(["--content-type", TYPE, "--save", save.to_str().unwrap()])
        .arg(&body)
        .output()
        .unwrap();
    assert_eq!(code(&output), 1, "{}", stderr(&output));
    assert!(stderr(&output).contains("0-one"), "{}", stderr(&output));
    assert_eq!(saved(&save), []);

    let full = fs::File::options().write(true).open("/dev/full").unwrap();
    let status = Command::new(example("decode_form"))
        .args(["--content-type", TYPE])
        .arg(&body)
        .stdout(full)
        .stderr(Stdio::null())
        .status()
        .unwrap();
    assert_eq!(status.code(), Some(1));
}
