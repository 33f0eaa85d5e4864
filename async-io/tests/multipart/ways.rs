//! The ways to read a part, each dropped wherever it is pending.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

#[derive(Clone, Copy, Debug)]
pub(crate) enum Way {
    /// What is shown, and so many bytes of it consumed.
    FillBuf(usize),
    /// So many bytes a read.
    Read(usize),
    NextData,
    CopyTo,
    /// So many bytes, and then the next part.
    Half(usize),
}

pub(crate) const WHOLE: [Way; 7] = [
    Way::FillBuf(1),
    Way::FillBuf(7),
    Way::FillBuf(1000),
    Way::Read(1),
    Way::Read(50),
    Way::NextData,
    Way::CopyTo,
];

pub(crate) const HALF: [Way; 3] = [Way::Half(0), Way::Half(1), Way::Half(30)];

impl Way {
    /// How much of a part of that length it reads.
    pub(crate) fn len(self, whole: usize) -> usize {
        match self {
            Self::Half(len) => len.min(whole),
            _ => whole,
        }
    }
}

/// A writer that is pending before every write and flush, and takes three bytes.
#[derive(Debug, Default)]
pub(crate) struct Slow {
    pub(crate) written: Vec<u8>,
    pub(crate) flushed: usize,
    ready: bool,
}

impl Slow {
    fn poll_ready(&mut self) -> Poll<()> {
        self.ready = !self.ready;
        match self.ready {
            true => Poll::Pending,
            false => Poll::Ready(()),
        }
    }

    fn poll_some(&mut self, data: &[u8]) -> Poll<io::Result<usize>> {
        self.poll_ready().map(|()| {
            let len = data.len().min(3);
            self.written.extend_from_slice(&data[..len]);
            Ok(len)
        })
    }

    fn poll_flushed(&mut self) -> Poll<io::Result<()>> {
        self.poll_ready().map(|()| {
            self.flushed = self.written.len();
            Ok(())
        })
    }
}

impl futures_io::AsyncWrite for Slow {
    fn poll_write(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        data: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.get_mut().poll_some(data)
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.get_mut().poll_flushed()
    }

    fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        panic!("nobody closes it")
    }
}

impl tokio::io::AsyncWrite for Slow {
    fn poll_write(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        data: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.get_mut().poll_some(data)
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.get_mut().poll_flushed()
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        panic!("nobody closes it")
    }
}

/// The same functions for the traits of each ecosystem.
macro_rules! ways {
    ($name:ident, $kind:ty, $buffered:path, $read:path) => {
        pub(crate) mod $name {
            use super::{Slow, Way};
            use crate::common::{poll_once, said};
            use crate::forms::{Answer, text};
            use std::future::poll_fn;
            use std::io;
            use std::pin::Pin;
            use std::task::Poll;
            use tidegate_async_io::core::DecodeFault;
            use tidegate_async_io::{Holds, Multipart, Part, Source};
            use $buffered as Buffered;
            use $read as ReadExt;

            /// So many bytes of what is shown.
            fn consume_some<H: Holds<Kind = $kind>>(
                part: &mut Part<H>,
                most: usize,
                data: &mut Vec<u8>,
            ) -> io::Result<usize> {
                let look = |part: &mut Part<H>, data: &mut Vec<u8>| {
                    poll_once(poll_fn(|cx| {
                        Buffered::poll_fill_buf(Pin::new(&mut *part), cx).map_ok(|shown| {
                            let len = shown.len().min(most);
                            data.extend_from_slice(&shown[..len]);
                            len
                        })
                    }))
                };
                loop {
                    if let Poll::Ready(result) = look(part, data) {
                        let len = result?;
                        Buffered::consume(Pin::new(&mut *part), len);
                        return Ok(len);
                    }
                }
            }

            fn read_some<H: Holds<Kind = $kind>>(
                part: &mut Part<H>,
                size: usize,
                data: &mut Vec<u8>,
            ) -> io::Result<usize> {
                let mut buf = vec![0; size];
                loop {
                    if let Poll::Ready(result) = poll_once(ReadExt::read(part, &mut buf)) {
                        let len = result?;
                        data.extend_from_slice(&buf[..len]);
                        return Ok(len);
                    }
                }
            }

            pub(crate) fn read<H: Holds<Kind = $kind>>(
                part: &mut Part<H>,
                way: Way,
                data: &mut Vec<u8>,
            ) -> io::Result<()> {
                match way {
                    Way::FillBuf(most) => while consume_some(part, most, data)? > 0 {},
                    Way::Read(size) => while read_some(part, size, data)? > 0 {},
                    Way::NextData => loop {
                        match poll_once(part.next_data()) {
                            Poll::Pending => {}
                            Poll::Ready(None) => break,
                            Poll::Ready(Some(next)) => data.extend(next?),
                        }
                    },
                    Way::CopyTo => {
                        let mut slow = Slow::default();
                        let result = loop {
                            if let Poll::Ready(result) = poll_once(part.copy_to(&mut slow)) {
                                break result;
                            }
                        };
                        data.extend_from_slice(&slow.written);
                        result?;
                        assert_eq!(slow.flushed, slow.written.len());
                    }
                    Way::Half(len) => {
                        for _ in 0..len {
                            if read_some(part, 1, data)? == 0 {
                                break;
                            }
                        }
                        // Shown, and not consumed.
                        consume_some(part, 0, data)?;
                        return Ok(());
                    }
                }
                // And it stays over.
                assert_eq!(read_some(part, 9, data)?, 0);
                Ok(())
            }

            /// What is read of each part, and how it ended.
            pub(crate) fn read_all<R: Source<$kind>>(
                multipart: &mut Multipart<R, $kind>,
                way: Way,
            ) -> Answer {
                let mut entries = Vec::new();
                loop {
                    let result = match poll_once(multipart.next_part()) {
                        Poll::Pending => continue,
                        Poll::Ready(Ok(None)) => return (entries, None),
                        Poll::Ready(Ok(Some(mut part))) => {
                            let name = text(part.name().unwrap());
                            let filename = part.filename().map(text);
                            let mut data = Vec::new();
                            let result = read(&mut part, way, &mut data);
                            if let Err(error) = &result {
                                let again = read_some(&mut part, 9, &mut data).unwrap_err();
                                assert_eq!(again.to_string(), error.to_string());
                            }
                            entries.push((name, filename, data));
                            result
                        }
                        Poll::Ready(Err(error)) => Err(error),
                    };
                    if let Err(error) = result {
                        return (entries, Some(said::<DecodeFault>(&error)));
                    }
                }
            }
        }
    };
}

ways!(
    futures_io_ways,
    tidegate_async_io::FuturesIo,
    futures_io::AsyncBufRead,
    futures::AsyncReadExt
);
ways!(
    tokio_ways,
    tidegate_async_io::TokioIo,
    tokio::io::AsyncBufRead,
    tokio::io::AsyncReadExt
);
ways!(
    frames_as_futures,
    tidegate_async_io::InFrames,
    futures_io::AsyncBufRead,
    futures::AsyncReadExt
);
ways!(
    frames_as_tokio,
    tidegate_async_io::InFrames,
    tokio::io::AsyncBufRead,
    tokio::io::AsyncReadExt
);
