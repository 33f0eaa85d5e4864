//! hyper, as a server of one request, whose connection is a slice and what it
//! writes is dropped: nothing is ever pending, and so no runtime is needed.

use hyper::body::{Body, Incoming};
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{HeaderMap, Request, Response};
use std::cell::RefCell;
use std::convert::Infallible;
use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

type Fields = Vec<(Vec<u8>, Vec<u8>)>;

/// The content of a request, and its trailers and what it left of the connection,
/// unless it refused the body.
pub fn read(connection: &[u8]) -> (Vec<u8>, Option<(Fields, Vec<u8>)>) {
    let seen = RefCell::new(None);
    let service = service_fn(|request: Request<Incoming>| {
        // Pinned, since the connection is to be taken apart.
        Box::pin(async {
            let read = take_all(request.into_body()).await;
            *seen.borrow_mut() = Some(read);
            Ok::<_, Infallible>(Response::new(String::new()))
        })
    });
    let mut connection = http1::Builder::new()
        .keep_alive(false)
        .half_close(true)
        .serve_connection(Wire(connection), service);
    let mut context = Context::from_waker(Waker::noop());
    let mut polls = 0;
    while connection.poll_without_shutdown(&mut context).is_pending() {
        polls += 1;
        assert!(polls < 100_000, "hyper does not get on");
    }
    let parts = connection.into_parts();
    let (content, trailers) = seen.take().expect("the head is a good one");
    let end = trailers.map(|trailers| (trailers, [&parts.read_buf, parts.io.0].concat()));
    (content, end)
}

async fn take_all(mut body: Incoming) -> (Vec<u8>, Option<Fields>) {
    let mut content = Vec::new();
    let mut trailers = Vec::new();
    while let Some(frame) = poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await {
        match frame.map(|frame| frame.into_data()) {
            Ok(Ok(data)) => content.extend_from_slice(&data),
            Ok(Err(frame)) => trailers.extend(frame.into_trailers().iter().flat_map(fields)),
            Err(_) => return (content, None),
        }
    }
    trailers.sort();
    (content, Some(trailers))
}

fn fields(map: &HeaderMap) -> Fields {
    map.iter()
        .map(|(name, value)| (name.as_str().into(), value.as_bytes().into()))
        .collect()
}

struct Wire<'w>(&'w [u8]);

impl Read for Wire<'_> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        mut buf: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        let (some, rest) = self.0.split_at(self.0.len().min(buf.remaining()));
        buf.put_slice(some);
        self.0 = rest;
        Poll::Ready(Ok(()))
    }
}

impl Write for Wire<'_> {
    fn poll_write(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
