//! What our users would otherwise use, each as its documentation says, with the
//! name of every part asked for and no limit in the way.

use crate::case::Case;
use crate::source::block_on;
use actix_web::error::PayloadError;
use actix_web::http::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use futures_util::TryStreamExt;
use memchr::memmem;
use multipart_async_stream::LendingIterator;
use std::convert::Infallible;
use std::io;
use std::pin::pin;
use tidegate_benches::Answer;

pub(crate) fn multer(case: &Case) -> Answer {
    let mut tally = case.tally();
    let source = case.chunks().socket::<Infallible>();
    let mut form = multer::Multipart::new(source, &*case.boundary);
    block_on(async {
        while let Some(mut field) = form.next_field().await.expect("it is well formed") {
            tally.part(field.name().expect("it has one").as_bytes());
            while let Some(data) = field.chunk().await.expect("it is well formed") {
                tally.data(&data);
            }
        }
    });
    tally.answer
}

pub(crate) fn multra(case: &Case) -> Answer {
    let mut tally = case.tally();
    let source = case.chunks().socket::<Infallible>();
    let mut form = multra::Multipart::new(source, &*case.boundary);
    block_on(async {
        while let Some(mut field) = form.next_field().await.expect("it is well formed") {
            tally.part(field.name().expect("it has one").as_bytes());
            while let Some(data) = field.chunk().await.expect("it is well formed") {
                tally.data(&data);
            }
        }
    });
    tally.answer
}

pub(crate) fn multiparty(case: &Case) -> Answer {
    let mut tally = case.tally();
    let source = case.chunks().socket::<io::Error>();
    let mut form = multiparty::server::owned_futures03::FormData::new(source, &case.boundary);
    block_on(async {
        while let Some(mut part) = form.try_next().await.expect("it is well formed") {
            let headers = part.raw_headers().parse().expect("it is well formed");
            tally.part(headers.name.as_bytes());
            while let Some(data) = part.try_next().await.expect("it is well formed") {
                tally.data(&data);
            }
        }
    });
    tally.answer
}

/// It leaves what a header says to its users.
pub(crate) fn multipart_async_stream(case: &Case) -> Answer {
    let mut tally = case.tally();
    let source = case.chunks().socket::<Infallible>();
    let boundary = case.boundary.as_bytes();
    let mut form = multipart_async_stream::MultipartStream::new(source, boundary);
    block_on(async {
        while let Some(part) = form.next().await {
            let part = part.expect("it is well formed");
            let disposition = part.headers().get("content-disposition");
            let disposition = disposition.expect("it has one").as_bytes();
            let name = memmem::find(disposition, b"name=\"").expect("it has one") + 6;
            let len = disposition[name..].iter().position(|&byte| byte == b'"');
            tally.part(&disposition[name..][..len.expect("it has an end")]);
            let mut data = pin!(part.body().into_stream());
            while let Some(data) = data.try_next().await.expect("it is well formed") {
                tally.data(&data);
            }
        }
    });
    tally.answer
}

pub(crate) fn form_net(case: &Case) -> Answer {
    use form_net::{Boundary, Event, Limits, MultipartParser, Policy};
    let limits = Limits::DEFAULT
        .with_max_body_bytes(u64::MAX)
        .with_max_text_bytes(u64::MAX)
        .with_max_file_bytes(u64::MAX)
        .with_max_fields(u32::MAX)
        .with_max_parts(u32::MAX);
    let mut tally = case.tally();
    let boundary = Boundary::new(case.boundary.as_bytes()).expect("it is one");
    let mut parser =
        MultipartParser::new(boundary, &limits, &Policy::DEFAULT).expect("they are possible");
    for read in case.slices() {
        let mut rest = read;
        loop {
            let step = parser.parse(rest, false).expect("it is well formed");
            match step.event {
                Event::PartStart(head) => tally.part(head.name_raw()),
                Event::Data(data) => tally.data(data),
                Event::NeedInput | Event::End => break,
                _ => {}
            }
            rest = &rest[step.consumed..];
        }
    }
    let end = parser.parse(&[], true).expect("it is well formed");
    assert!(matches!(end.event, Event::End));
    tally.answer
}

/// It wants the rest of a read in front of the next one, so there is a copy.
pub(crate) fn nostd_multipart(case: &Case) -> Answer {
    use nostd_multipart::{Event, Parser, content_disposition};
    let mut tally = case.tally();
    let mut parser = Parser::<512, 16>::new(case.boundary.as_bytes()).expect("it is a boundary");
    let mut buffer = Vec::with_capacity(parser.min_buffer() + case.read());
    let mut reads = case.slices();
    loop {
        let read = reads.next();
        buffer.extend_from_slice(read.unwrap_or_default());
        let mut start = 0;
        loop {
            let rest = &buffer[start..];
            let (used, event) = parser
                .parse(rest, read.is_none())
                .expect("it is well formed");
            start += used;
            match event {
                Some(Event::Header { name, value })
                    if name.eq_ignore_ascii_case(b"content-disposition") =>
                {
                    let disposition = content_disposition(value).expect("it is well formed");
                    tally.part(disposition.name().expect("it has one").raw());
                }
                Some(Event::Data(data)) => tally.data(data),
                Some(Event::Finished) if read.is_none() => return tally.answer,
                Some(Event::Finished) | None => break,
                Some(_) => {}
            }
        }
        buffer.drain(..start);
    }
}

pub(crate) fn actix_multipart(case: &Case) -> Answer {
    let mut tally = case.tally();
    let content_type = format!("multipart/form-data; boundary=\"{}\"", case.boundary);
    let content_type = HeaderValue::from_str(&content_type).expect("it is one");
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, content_type);
    let source = case.chunks().socket::<PayloadError>();
    let mut form = actix_multipart::Multipart::new(&headers, source);
    block_on(async {
        while let Some(mut field) = form.try_next().await.expect("it is well formed") {
            tally.part(field.name().expect("it has one").as_bytes());
            while let Some(data) = field.try_next().await.expect("it is well formed") {
                tally.data(&data);
            }
        }
    });
    tally.answer
}

pub(crate) fn form_data(case: &Case) -> Answer {
    let limits = form_data::Limits::default()
        .file_size(usize::MAX)
        .stream_size(u64::MAX)
        // As its documentation advises for large files.
        .buffer_size(512 << 10);
    let mut tally = case.tally();
    let source = case.chunks().socket::<Infallible>();
    let mut form = form_data::FormData::with_limits(source, &case.boundary, limits);
    block_on(async {
        while let Some(mut field) = form.try_next().await.expect("it is well formed") {
            tally.part(field.name.as_bytes());
            while let Some(data) = field.try_next().await.expect("it is well formed") {
                tally.data(&data);
            }
        }
    });
    tally.answer
}
