//! The example `encode_form`, as people use it, and beside curl.

use crate::common::example::example;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::thread;
use tempfile::TempDir;

fn binary() -> PathBuf {
    example("encode_form")
}

const STDIN: &[u8] = b"from stdin\n";

/// A directory with the files that the fields name.
fn files() -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (name, content) in [
        ("t.txt", &b"line one\nline two\n"[..]),
        ("a;b,c.png", b"\x89PNG"),
        ("empty", b""),
        ("--b\"q", b"--"),
    ] {
        std::fs::write(dir.path().join(name), content).unwrap();
    }
    dir
}

fn run(program: impl Into<PathBuf>, args: &[&str], dir: &TempDir) -> std::io::Result<Output> {
    let mut process = Command::new(program.into())
        .args(args)
        .current_dir(dir)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    // Whoever does not read it has closed it.
    let _ = process.stdin.take().unwrap().write_all(STDIN);
    process.wait_with_output()
}

fn encode(args: &[&str]) -> Output {
    run(binary(), args, &files()).unwrap()
}

/// The body with `BOUNDARY` for its boundary.
fn body(output: &Output) -> String {
    assert!(output.status.success(), "{output:?}");
    let stderr = String::from_utf8(output.stderr.clone()).unwrap();
    let lines: Vec<&str> = stderr.lines().collect();
    let [content_type, length] = lines[..] else {
        panic!("not two lines: {stderr}")
    };
    let boundary = content_type.strip_prefix("Content-Type: multipart/form-data; boundary=");
    let length = length.strip_prefix("Content-Length: ").unwrap();
    assert_eq!(length.parse(), Ok(output.stdout.len()));
    masked(&output.stdout, boundary.unwrap())
}

fn masked(body: &[u8], boundary: &str) -> String {
    let body = body.escape_ascii().to_string().replace("\\r\\n", "\n");
    body.replace(boundary, "BOUNDARY")
}

#[test]
fn no_field_is_the_empty_form() {
    assert_eq!(body(&encode(&[])), "--BOUNDARY--\n");
}

#[test]
fn fields_with_and_without_a_flag_are_the_same() {
    let expected = "--BOUNDARY\nContent-Disposition: form-data; name=\\\"a\\\"\n\n1\n\
                    --BOUNDARY\nContent-Disposition: form-data; name=\\\"b\\\"\n\n\n--BOUNDARY--\n";
    for args in [
        &["a=1", "b="][..],
        &["-F", "a=1", "-Fb="],
        &["--form", "a=1", "--form=b="],
        &["--form-string", "a=1", "b="],
    ] {
        assert_eq!(body(&encode(args)), expected, "{args:?}");
    }
}

#[test]
fn nothing_in_a_literal_value_is_special() {
    let literal = body(&encode(&["--form-string", "a=@t.txt;type=\"x\""]));
    assert!(literal.contains("\n\n@t.txt;type=\\\"x\\\"\n"), "{literal}");
}

#[test]
fn bad_usage_is_2_and_a_missing_file_1() {
    for (args, status, word) in [
        (&["a"][..], 2, "no field"),
        (&["--what", "a=b"], 2, "unknown argument"),
        (&["a=b", "-F"], 2, "-F needs a value"),
        (&["a=@t.txt;type=none"], 2, "no media type"),
        (&["a=b;what=c"], 2, "unknown parameter"),
        (&["a=@t.txt,t.txt"], 2, "several files"),
        (&["a=(;type=multipart/mixed"], 2, "nested"),
        (&["a=b;headers=none"], 2, "no header"),
        (&["--post", "https://localhost/", "a=b"], 2, "no URL"),
        (&["--post", "http://localhost:+80/", "a=b"], 2, "no URL"),
        (&["a=@missing"], 1, "missing"),
        (&["a=@."], 1, "directory"),
        (&["a=b;headers=\"X: a\u{1}\""], 1, "control character"),
        (&["a=b;headers=\"X Y: a\""], 1, "token"),
    ] {
        let output = encode(args);
        assert_eq!(output.status.code(), Some(status), "{args:?}: {output:?}");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(stderr.contains(word), "{args:?}: {stderr}");
        assert!(output.stdout.is_empty());
    }
    let help = encode(&["--help"]);
    assert!(help.status.success() && help.stdout.starts_with(b"Usage: "));
}

/// Takes one request, and answers it with this. Gives its head and its body.
fn serve(answer: &'static [u8]) -> (String, thread::JoinHandle<(String, Vec<u8>)>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/form?x=1", listener.local_addr().unwrap());
    let serving = thread::spawn(move || take(listener.accept().unwrap().0, answer));
    (url, serving)
}

fn take(connection: TcpStream, answer: &[u8]) -> (String, Vec<u8>) {
    let mut reader = BufReader::new(connection);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        assert!(reader.read_line(&mut head).unwrap() > 0, "{head}");
    }
    let length = header(&head, "Content-Length").unwrap().parse().unwrap();
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    reader.get_mut().write_all(answer).unwrap();
    (head, body)
}

fn header<'h>(head: &'h str, name: &str) -> Option<&'h str> {
    let line = head
        .lines()
        .find_map(|line| line.split_once(": ").filter(|(key, _)| *key == name));
    Some(line?.1)
}

/// The body that a request had, with its boundary masked.
fn posted((head, body): (String, Vec<u8>)) -> String {
    let content_type = header(&head, "Content-Type").unwrap();
    let boundary = content_type.strip_prefix("multipart/form-data; boundary=");
    masked(&body, boundary.unwrap())
}

const OK: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello";

/// Where curl and browsers agree we write what curl writes.
const FORMS: &[&[&str]] = &[
    &["a=b"],
    &["a=b", "a=c", "empty="],
    &["f=@t.txt"],
    &["f=@empty"],
    &["f=@t.txt;type=a/b;filename=other.bin"],
    &["f=@\"a;b,c.png\""],
    &["f=@--b\"q"],
    &["f=<t.txt"],
    &["f=<t.txt;type=text/x"],
    &["f=@t.txt;filename=\"a;\\\"b\\\".txt\""],
    &[
        "n=daniel;type=moo/foo-.4",
        "html= <body>hello</body>;type=text/html;charset=verymoo",
    ],
    &["b=\" \\value1;type=\\\"whatever\\\" \"; type=text/foo; charset=utf-8 ; filename=param_b"],
    &["f=@-;filename=x;type=text/x-null;format=x-curl"],
    &["f=<-"],
    &["name=a;filename=a.pdf"],
    &["f=@t.txt;filename=named"],
    &["f=@t.txt;filename=named.png", "f=@empty;filename=named"],
    &["a=b;", "f=@t.txt; ", "f=@t.txt;;type=a/b"],
    &["f=@t.txt;headers=X-A: 1;headers=\"X-B: 2\""],
    &["n\"a\\m=v\"x", "a==x", "c=\"not closed"],
    &[
        "\u{fc}\u{1f600}=\u{20ac}",
        "f=@t.txt;filename=\u{1f600}.png",
    ],
];

#[test]
fn what_curl_posts_we_write_and_post_too() {
    let dir = files();
    for fields in FORMS {
        let fields: Vec<&str> = fields.iter().flat_map(|field| ["-F", field]).collect();
        let (url, serving) = serve(OK);
        // Stdin has a length for us, and so it has for curl behind a buffer.
        let args = [&["-sS", "--http1.0", "--max-time", "10", &url], &fields[..]].concat();
        match run("curl", &args, &dir) {
            Ok(output) => assert_eq!(output.stdout, b"hello", "{args:?}: {output:?}"),
            Err(error) => {
                println!("SKIPPED: curl cannot be run: {error}");
                return;
            }
        }
        let theirs = posted(serving.join().unwrap());
        assert_eq!(
            body(&run(binary(), &fields, &dir).unwrap()),
            theirs,
            "{fields:?}"
        );

        let (url, serving) = serve(OK);
        let output = run(binary(), &[&["--post", &url], &fields[..]].concat(), &dir).unwrap();
        assert!(output.status.success(), "{output:?}");
        assert_eq!(output.stdout, b"hello");
        let (head, posted_body) = serving.join().unwrap();
        assert!(head.starts_with("POST /form?x=1 HTTP/1.1\r\n"), "{head}");
        let length = format!("Content-Length: {}\n", posted_body.len());
        assert!(String::from_utf8(output.stderr).unwrap().ends_with(&length));
        assert_eq!(posted((head, posted_body)), theirs, "{fields:?}");
    }
}

#[test]
fn answers_of_every_framing_are_written_out() {
    for (answer, content) in [
        (&b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n"[..], &b"hello"[..]),
        (b"HTTP/1.0 200 OK\r\n\r\nhello", b"hello"),
        (b"HTTP/1.1 413 Content Too Large\r\nContent-Length: 2\r\n\r\nno", b"no"),
        (b"HTTP/1.1 204 No Content\r\n\r\n", b""),
    ] {
        let (url, serving) = serve(answer);
        let output = encode(&["--post", &url, "a=b"]);
        serving.join().unwrap();
        assert!(output.status.success(), "{output:?}");
        assert_eq!(output.stdout, content);
    }
    for answer in [
        &b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\ncut"[..],
        b"",
        b"what?\r\n\r\n",
        b"\r\nhello",
        b"HTTP/1.1 200",
    ] {
        let (url, serving) = serve(answer);
        let output = encode(&["--post", &url, "a=b"]);
        serving.join().unwrap();
        assert_eq!(output.status.code(), Some(1), "{output:?}");
    }
}

/// Onto a disk that is full, into a pipe that nobody reads, and to a server that
/// closes with bytes unread, which resets: 1 and a word, and no panic.
#[cfg(target_os = "linux")]
#[test]
fn what_takes_no_form_is_1() {
    let full = std::fs::File::options().write(true).open("/dev/full");
    let (unread, closed) = std::io::pipe().unwrap();
    drop(unread);
    for stdout in [Stdio::from(full.unwrap()), Stdio::from(closed)] {
        let process = Command::new(binary())
            .arg("a=b")
            .stdout(stdout)
            .stderr(Stdio::piped())
            .spawn();
        expect_a_word(&process.unwrap().wait_with_output().unwrap());
    }

    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let serving = thread::spawn(move || {
        let mut connection = listener.accept().unwrap().0;
        connection.read_exact(&mut [0; 10]).unwrap();
    });
    // More than the sockets hold.
    let dir = files();
    std::fs::write(dir.path().join("large"), vec![b'x'; 16 << 20]).unwrap();
    let output = run(binary(), &["--post", &url, "f=@large"], &dir).unwrap();
    serving.join().unwrap();
    expect_a_word(&output);
}

#[cfg(target_os = "linux")]
fn expect_a_word(output: &Output) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(!said.is_empty() && !said.contains("panicked"), "{said}");
}
