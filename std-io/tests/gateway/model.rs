//! What is sent of any body, beside a model that puts it together in memory.

use crate::run::run_with;
use http::Request;
use proptest::prelude::*;
use std::io;
use std::sync::{Arc, Mutex};
use tidegate_std_io::gateway::{HandlerOptions, Input, Output, Sent};
use tidegate_std_io::{Closed, Outcome};

#[derive(Clone, Debug)]
struct Case {
    blocks: Vec<String>,
    /// The block that is an error instead.
    fails: Option<usize>,
    promised: Option<u64>,
    method: &'static str,
    version: &'static str,
    origin: bool,
}

#[derive(Debug, PartialEq)]
enum End {
    Whole,
    ErrorPage,
    CutShort,
}

/// How it ends, what stands for its length, and what is sent behind the head.
fn model(case: &Case) -> (End, Vec<String>, String) {
    let is_head = case.method == "HEAD";
    let length = |length: Option<u64>| Vec::from_iter(length.map(|length| length.to_string()));
    if is_head {
        return (End::Whole, length(case.promised), String::new());
    }
    let mut blocks = Vec::new();
    let mut room = case.promised.unwrap_or(u64::MAX);
    let mut end = End::Whole;
    let mut head = false;
    for (i, block) in case.blocks.iter().enumerate() {
        if case.fails == Some(i) {
            end = if head { End::CutShort } else { End::ErrorPage };
            break;
        }
        if block.is_empty() {
            continue;
        }
        if room == 0 && !head {
            end = End::ErrorPage;
            break;
        }
        head = true;
        let fits = room.min(block.len() as u64);
        blocks.push(block[..fits as usize].to_owned());
        room -= fits;
        if fits < block.len() as u64 {
            end = End::CutShort;
            break;
        }
    }
    if end == End::Whole && case.promised.is_some() && room > 0 {
        end = if head { End::CutShort } else { End::ErrorPage };
    }
    if end == End::ErrorPage {
        let page = "A server error occurred.  Please contact the administrator.";
        return (end, length(Some(page.len() as u64)), page.to_owned());
    }
    let is_chunked = case.promised.is_none() && case.origin && case.version == "HTTP/1.1";
    let body = match is_chunked && !blocks.is_empty() {
        false => blocks.concat(),
        true => {
            let chunk = |block: &String| format!("{:x}\r\n{block}\r\n", block.len());
            let last = if end == End::Whole { "0\r\n\r\n" } else { "" };
            blocks.iter().map(chunk).collect::<String>() + last
        }
    };
    let empty = blocks.is_empty().then_some(0);
    (end, length(case.promised.or(empty)), body)
}

fn cases() -> impl Strategy<Value = Case> {
    (
        prop::collection::vec("[a-z]{0,18}", 0..5),
        prop::option::of(0..5usize),
        prop::option::of(0..40u64),
        any::<bool>(),
        prop::sample::select(vec!["GET", "HEAD", "POST"]),
        prop::sample::select(vec!["HTTP/1.0", "HTTP/1.1"]),
        any::<bool>(),
    )
        .prop_map(
            |(blocks, fails, promised, exact, method, version, origin)| {
                let length = blocks.iter().map(String::len).sum::<usize>() as u64;
                Case {
                    fails: fails.filter(|&at| at < blocks.len()),
                    promised: promised.map(|promised| if exact { length } else { promised }),
                    blocks,
                    method,
                    version,
                    origin,
                }
            },
        )
}

proptest! {
    #[test]
    fn what_is_sent_is_what_the_model_says(case in cases()) {
        let closes = Arc::new(Mutex::new(Vec::<Closed>::new()));
        let app = |_: Request<Input>| {
            let fails = case.fails;
            let blocks = case.blocks.clone().into_iter().enumerate().map(move |(i, block)| {
                match fails == Some(i) {
                    true => Err(io::Error::other("failed")),
                    false => Ok(block.into()),
                }
            });
            let closes = Arc::clone(&closes);
            let output = Output::iter(blocks).on_close(move |closed| closes.lock().unwrap().push(*closed));
            match case.promised {
                Some(promised) => output.with_length(promised),
                None => output,
            }
        };
        let pairs = [("REQUEST_METHOD", case.method), ("SERVER_PROTOCOL", case.version)];
        let options = HandlerOptions::new().origin_server(case.origin);
        let ran = run_with(&app, &pairs, io::empty(), options);
        let (end, length, body) = model(&case);
        let ours = match ran.finished.sent {
            Sent::Whole => End::Whole,
            Sent::ErrorPage => End::ErrorPage,
            Sent::CutShort => End::CutShort,
            ref other => panic!("{other:?}"),
        };
        prop_assert_eq!((ours, ran.text()), (end, &body[..]));
        prop_assert_eq!(ran.values("content-length"), length);
        let closes = closes.lock().unwrap();
        let outcome = if matches!(ran.finished.sent, Sent::Whole) { Outcome::Finished } else { Outcome::Failed };
        prop_assert_eq!(closes.len(), 1);
        prop_assert_eq!(closes[0].outcome, outcome);
    }
}
