//! hyper, through its public body: a server's connection over a request in
//! memory, with the frames of its body taken as they come.
//!
//! There is no way to its decoder but this. Beside decoding, a frame passes from
//! the connection to the service through a channel, which is what everybody pays
//! who uses it; the head and the answer are some microseconds for all of the
//! body.

use crate::case::Case;
use ::hyper::body::{Body, Incoming};
use ::hyper::rt::{Read, ReadBufCursor, Write};
use ::hyper::server::conn::http1;
use ::hyper::service::service_fn;
use ::hyper::{Request, Response};
use std::cell::Cell;
use std::convert::Infallible;
use std::future::poll_fn;
use std::io;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};
use tidegate_benches::Answer;

pub(crate) fn frames(case: &Case) -> Answer {
    let answer = Cell::new(Answer::default());
    let service = service_fn(async |request: Request<Incoming>| {
        answer.set(add_up(request.into_body()).await);
        Ok::<_, Infallible>(Response::new(String::new()))
    });
    let mut connection = pin!(
        http1::Builder::new()
            .half_close(true)
            .serve_connection(Memory(&case.request), service)
    );
    let mut context = Context::from_waker(Waker::noop());
    // Memory is always ready, so it waits for nobody but itself.
    loop {
        if let Poll::Ready(served) = connection.as_mut().poll(&mut context) {
            served.expect("memory does not fail");
            return answer.get();
        }
    }
}

async fn add_up(mut body: Incoming) -> Answer {
    let mut answer = Answer::default();
    while let Some(frame) = poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await {
        let data = frame.expect("it is well formed").into_data();
        answer.add(&data.expect("there are no trailers"));
    }
    answer
}

/// A connection whose other side has sent everything, and takes everything.
struct Memory<'m>(&'m [u8]);

impl Read for Memory<'_> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        mut buf: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        let (now, later) = self.0.split_at(self.0.len().min(buf.remaining()));
        buf.put_slice(now);
        self.0 = later;
        Poll::Ready(Ok(()))
    }
}

impl Write for Memory<'_> {
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
