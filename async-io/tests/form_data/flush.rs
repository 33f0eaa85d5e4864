//! Writers that are interrupted when they are flushed.

use crate::bodies::{TYPE, form};
use futures::executor::block_on;
use std::io::{self, ErrorKind};
use std::pin::Pin;
use std::task::{Context, Poll};
use tidegate_async_io::futures::{FormOptions, FormSink, Multipart};

/// Is interrupted when it is flushed.
#[derive(Default)]
struct Interrupted {
    flushes: usize,
}

impl futures_io::AsyncWrite for Interrupted {
    fn poll_write(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        data: &[u8],
    ) -> Poll<io::Result<usize>> {
        Poll::Ready(Ok(data.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushes = &mut self.get_mut().flushes;
        *flushes += 1;
        Poll::Ready(match *flushes {
            1 => Err(ErrorKind::Interrupted.into()),
            _ => Ok(()),
        })
    }

    fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        panic!("nobody closes it")
    }
}

#[test]
fn a_flush_that_is_interrupted_is_tried_again() {
    let body = form(&[("a", None, b"1")]);
    for tee in [false, true] {
        let options = FormOptions::new().choose(|_| match tee {
            false => FormSink::Writer(Box::new(Interrupted::default())),
            true => FormSink::Tee(Box::new(Interrupted::default())),
        });
        assert_eq!(block_on(options.read(&body[..], TYPE)).unwrap().len(), 1);
    }
}

#[test]
fn that_behind_the_copy_of_a_part_is_too() {
    let body = form(&[("a", None, b"1")]);
    let mut multipart = Multipart::for_type(&body[..], TYPE).unwrap();
    block_on(async {
        let mut part = multipart.next_part().await.unwrap().unwrap();
        let mut writer = Interrupted::default();
        assert_eq!(part.copy_to(&mut writer).await.unwrap(), 1);
        assert_eq!(writer.flushes, 2);
    });
}
