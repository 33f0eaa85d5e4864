//! hyper, as a server on a socket that blocks: what it waits for has been sent,
//! and so no runtime is needed.

use crate::{End, Reading};
use ::hyper::body::{Body, Incoming};
use ::hyper::rt::{Read, ReadBufCursor, Write};
use ::hyper::server::conn::http1;
use ::hyper::service::service_fn;
use ::hyper::{HeaderMap, Request, Response};
use std::cell::RefCell;
use std::convert::Infallible;
use std::future::poll_fn;
use std::io::{self, Read as _};
use std::net::TcpStream;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

pub(crate) fn read(connection: TcpStream) -> io::Result<Reading<String>> {
    let seen = RefCell::new(None);
    let service = service_fn(|request: Request<Incoming>| {
        // Pinned, since the connection is to be taken apart.
        Box::pin(async {
            let read = take_all(request.into_body()).await;
            *seen.borrow_mut() = Some(read);
            Ok::<_, Infallible>(Response::new(String::new()))
        })
    });
    // The next request is to be left alone, and the client only stops sending.
    let mut connection = http1::Builder::new()
        .keep_alive(false)
        .half_close(true)
        .serve_connection(Blocking(connection), service);
    let mut context = Context::from_waker(Waker::noop());
    // It says of a broken body no more than the service was told.
    while connection.poll_without_shutdown(&mut context).is_pending() {}
    let parts = connection.into_parts();
    let (content, end) = seen.take().ok_or_else(|| io::Error::other("not served"))?;
    let end = match end {
        Ok(trailers) => {
            let mut rest = parts.read_buf.to_vec();
            parts.io.0.take(u64::MAX).read_to_end(&mut rest)?;
            Ok(End { trailers, rest })
        }
        Err(error) => Err(error),
    };
    Ok(Reading { content, end })
}

type Fields = Vec<(Vec<u8>, Vec<u8>)>;

async fn take_all(mut body: Incoming) -> (Vec<u8>, Result<Fields, String>) {
    let mut content = Vec::new();
    let mut trailers = Vec::new();
    while let Some(frame) = poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await {
        match frame.map(|frame| frame.into_data()) {
            Ok(Ok(data)) => content.extend_from_slice(&data),
            Ok(Err(frame)) => trailers.extend(frame.into_trailers().iter().flat_map(fields)),
            Err(error) => return (content, Err(format!("{error:?}"))),
        }
    }
    trailers.sort();
    (content, Ok(trailers))
}

fn fields(map: &HeaderMap) -> Fields {
    map.iter()
        .map(|(name, value)| (name.as_str().into(), value.as_bytes().into()))
        .collect()
}

struct Blocking(TcpStream);

impl Read for Blocking {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        mut buf: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        let mut scratch = [0; 4096];
        let most = scratch.len().min(buf.remaining());
        Poll::Ready(
            self.0
                .read(&mut scratch[..most])
                .map(|read| buf.put_slice(&scratch[..read])),
        )
    }
}

impl Write for Blocking {
    fn poll_write(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Poll::Ready(io::Write::write(&mut self.0, bytes))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
