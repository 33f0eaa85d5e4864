//! What is right is met with silence.

use crate::lines_of;
use proptest::prelude::*;
use tidegate_core::validate::{InputCheck, RequestHead, ResponseCheck};

/// A request and a response that are right, by construction.
#[derive(Clone, Debug)]
struct Right {
    method: &'static str,
    path: String,
    fields: Vec<(String, String)>,
    body: Vec<u64>,
    says_length: bool,
    status: u16,
    answer: Vec<u64>,
    answers_length: bool,
}

fn right() -> impl Strategy<Value = Right> {
    const METHODS: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"];
    const STATUSES: [u16; 12] = [200, 201, 202, 204, 205, 304, 400, 403, 404, 410, 500, 503];
    let field = ("X-[a-z]{1,8}", "[!-~]([ -~]{0,8}[!-~])?");
    (
        (
            proptest::sample::select(&METHODS[..]),
            "/[a-z0-9._~-]{0,8}(%[0-9A-F]{2}){0,2}",
            proptest::collection::vec(field, 0..4),
            proptest::collection::vec(0..100_u64, 0..4),
            any::<bool>(),
        ),
        (
            proptest::sample::select(&STATUSES[..]),
            proptest::collection::vec(0..100_u64, 0..4),
            any::<bool>(),
        ),
    )
        .prop_map(
            |((method, path, fields, body, says_length), (status, answer, answers_length))| {
                let is_read = matches!(method, "GET" | "HEAD");
                let status = if status == 304 && !is_read {
                    200
                } else {
                    status
                };
                Right {
                    method,
                    path,
                    fields,
                    body,
                    says_length,
                    status,
                    answer,
                    answers_length,
                }
            },
        )
}

proptest! {
    #[test]
    fn nothing_is_said_of_what_is_right(case in right()) {
        let told = lines_of(|report| {
            let len: u64 = case.body.iter().sum();
            let framing = match case.says_length {
                true => ("Content-Length".to_owned(), len.to_string()),
                false => ("Transfer-Encoding".to_owned(), "chunked".to_owned()),
            };
            let mut headers = case.fields.clone();
            headers.push(("Host".to_owned(), "example.org:8080".to_owned()));
            headers.push(framing);
            if case.status == 304 {
                headers.push(("If-None-Match".to_owned(), "\"x\"".to_owned()));
            }
            let pairs = headers.iter().map(|(name, value)| (name, value));
            let request = RequestHead::new(case.method, &case.path[..], pairs);
            request.check(report);
            let announced = request.framing().unwrap().content_length();
            let mut input = InputCheck::new(announced);
            for &bytes in &case.body {
                input.asked(report);
                input.came(bytes, report);
            }
            input.asked(report);
            input.ended(report);

            let has_body = !matches!(case.status, 204 | 205 | 304);
            let len: u64 = case.answer.iter().sum();
            let mut headers = case.fields.clone();
            if has_body {
                headers.push(("Content-Type".to_owned(), "text/plain; charset=utf-8".to_owned()));
                if case.answers_length {
                    headers.push(("Content-Length".to_owned(), len.to_string()));
                }
            }
            let pairs = headers.iter().map(|(name, value)| (name, value));
            let mut output = ResponseCheck::new(&request).head(case.status, pairs, report);
            if has_body {
                output.size(len, Some(len), report);
                if case.method != "HEAD" {
                    for &bytes in &case.answer {
                        output.asked(report);
                        output.piece(bytes, report);
                    }
                }
            }
            if case.method != "HEAD" || !has_body {
                output.asked(report);
                output.end(report);
            }
            output.close(report);
        });
        prop_assert_eq!(told, Vec::<String>::new());
    }

    /// Whatever the bytes are: an answer, and no panic.
    #[test]
    fn any_bytes_are_judged(
        method: Vec<u8>,
        path: Vec<u8>,
        fields: Vec<(Vec<u8>, Vec<u8>)>,
        environ: Vec<(String, Vec<u8>)>,
        status: u16,
    ) {
        let mut report = |_: tidegate_core::validate::Violation<&[u8]>| {};
        let pairs = fields.iter().map(|(name, value)| (name, value));
        let request = RequestHead::new(&method[..], &path[..], pairs.clone()).query(Some(&path[..]));
        request.check(&mut report);
        request.check_environ(&environ, &mut report);
        let mut output = ResponseCheck::new(&request).head(status, pairs.clone(), &mut report);
        output.trailers(pairs, &mut report);
    }
}
