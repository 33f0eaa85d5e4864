//! Both ways at once, in little memory.

use http::Request;
use std::io::{self, BufRead, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use tidegate_std_io::gateway::testing::{Client, RequestBuilder};
use tidegate_std_io::gateway::{Failure, Input, Output};
use tidegate_std_io::{FormValue, InputLimits, Multipart, PartBody};

const GIB: u64 = 1 << 30;

/// So many bytes, made when they are read, and how many were.
struct Tap {
    left: u64,
    read: Arc<AtomicU64>,
}

impl Read for Tap {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let len = buf.len().min(usize::try_from(self.left).unwrap());
        buf[..len].fill(b'x');
        self.left -= len as u64;
        self.read.fetch_add(len as u64, Relaxed);
        Ok(len)
    }
}

/// What comes back was not read before it was asked for: what is between the two
/// is a few blocks, however long both are.
#[test]
fn an_echo_of_a_gibibyte() {
    let ways: [fn(Input) -> Output; 2] = [Output::reader, |mut input| {
        Output::writer(move |to| io::copy(&mut input, to).map(drop))
    }];
    for way in ways {
        let read = Arc::new(AtomicU64::new(0));
        let tap = Tap {
            left: GIB,
            read: Arc::clone(&read),
        };
        let mut client = Client::new(move |request: Request<Input>| way(request.into_body()));
        let limits = InputLimits::new().unlimited();
        let request = RequestBuilder::new("/").input(tap).input_limits(limits);
        let mut body = client.post(request).send().unwrap().response.into_body();
        let mut back = 0;
        loop {
            let block = body.fill_buf().unwrap();
            assert!(block.iter().all(|&byte| byte == b'x'));
            let len = block.len();
            if len == 0 {
                break;
            }
            back += len as u64;
            body.consume(len);
            let ahead = read.load(Relaxed) - back;
            assert!(ahead <= 512 << 10, "{ahead} bytes ahead");
        }
        assert_eq!(back, GIB);
    }
}

/// A large file in a form goes through in blocks: the application is never more
/// than a few of them behind.
#[test]
fn a_form_with_a_large_file() {
    let read = Arc::new(AtomicU64::new(0));
    let seen = Arc::clone(&read);
    let app = move |request: Request<Input>| -> Result<String, Failure> {
        let content_type = request.headers()["content-type"].as_bytes().to_vec();
        let length: u64 = request.headers()["content-length"].to_str()?.parse()?;
        let mut parts = Multipart::for_type(request.into_body(), &content_type)?;
        let mut sizes = String::new();
        while let Some(mut part) = parts.next_part()? {
            let mut size = 0;
            loop {
                let len = part.fill_buf()?.len();
                if len == 0 {
                    break;
                }
                part.consume(len);
                size += len as u64;
                let ahead = seen.load(Relaxed).saturating_sub(size);
                assert!(ahead <= 512 << 10 || size < 100, "{ahead} bytes ahead");
            }
            sizes += &format!("{size} ");
        }
        assert!(length > 300 << 20);
        Ok(sizes)
    };
    let tap = Tap {
        left: 300 << 20,
        read,
    };
    let file = FormValue::new(PartBody::reader(tap).with_len(300 << 20)).filename("large");
    let form = RequestBuilder::new("/")
        .field("a", "b")
        .file("f", file)
        .input_limits(InputLimits::new().unlimited());
    let mut client = Client::new(app);
    assert_eq!(
        client.post(form).send().unwrap().text().unwrap(),
        "1 314572800 "
    );
}

/// A writer is not ahead of its reader either.
#[test]
fn a_writer_waits() {
    let written = Arc::new(AtomicU64::new(0));
    let counted = Arc::clone(&written);
    let app = move |_: Request<Input>| {
        let counted = Arc::clone(&counted);
        Output::writer(move |to| {
            loop {
                to.write_all(&[b'x'; 1000])?;
                counted.fetch_add(1000, Relaxed);
            }
        })
    };
    let mut body = Client::new(app)
        .get("/")
        .send()
        .unwrap()
        .response
        .into_body();
    let mut block = [0; 10_000];
    for round in 1..=50 {
        body.read_exact(&mut block).unwrap();
        let ahead = written.load(Relaxed).saturating_sub(round * 10_000);
        assert!(ahead <= 2000, "{ahead} bytes ahead");
    }
    body.close();
    let end = written.load(Relaxed);
    std::thread::sleep(std::time::Duration::from_millis(20));
    assert_eq!(written.load(Relaxed), end);
}

/// One that gives up the body of a request half way.
#[test]
fn what_is_not_read_is_dropped() {
    let read = Arc::new(AtomicU64::new(0));
    let tap = Tap {
        left: GIB,
        read: Arc::clone(&read),
    };
    let app = |request: Request<Input>| {
        let mut start = [0; 10];
        request
            .into_body()
            .read_exact(&mut start)
            .map(|()| "enough")
    };
    let limits = InputLimits::new().unlimited();
    let request = RequestBuilder::new("/")
        .input_with_len(tap, GIB)
        .input_limits(limits);
    assert_eq!(
        Client::new(app)
            .put(request)
            .send()
            .unwrap()
            .text()
            .unwrap(),
        "enough"
    );
    assert!(read.load(Relaxed) <= 64 << 10);
}
