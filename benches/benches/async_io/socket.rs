//! Lines that come over a connection to this machine: what is left of the ratios where
//! the kernel copies, and the other end is a thread that writes as fast as it can.

use crate::harness;
use crate::lines::{buffer, expected, for_each_line, next_line, read_until, sum};
use criterion::Criterion;
use futures_util::TryStreamExt;
use std::io::{self, Write};
use std::net::{self, TcpListener};
use std::thread;
use tidegate_async_io::tokio::make_line_iter;
use tidegate_async_io::{Frames, InFrames, LineIter};
use tidegate_benches::input::{BUFFER, TOTAL, lines};
use tidegate_benches::{Answer, Engine, Gives};
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use tokio::runtime::Builder;
use tokio_util::codec::{AnyDelimiterCodec, FramedRead, LinesCodec};
use tokio_util::io::ReaderStream;

pub(crate) fn race(criterion: &mut Criterion) {
    for mean in [8, 40, 100] {
        let input = lines(mean, b"\n", TOTAL);
        let group = format!("async/socket/{mean}");
        harness::race(criterion, &group, &input[..], engines(), |gives| {
            expected(&input, gives)
        });
    }
}

fn engines() -> Vec<Engine> {
    vec![
        Engine::ours("for_each_line", |input| {
            connected(input, async |socket| for_each_line(buffer(socket)).await)
        }),
        Engine::ours("next_line", |input| {
            connected(input, async |socket| next_line(buffer(socket)).await)
        }),
        Engine::ours("into_bytes", |input| {
            connected(input, async |socket| {
                sum(make_line_iter(buffer(socket)).into_bytes()).await
            })
        })
        .giving(Gives::Texts),
        Engine::ours("into_bytes_of_ReaderStream", |input| {
            connected(input, async |socket| {
                let frames = ReaderStream::with_capacity(socket, BUFFER);
                let lines = LineIter::<_, InFrames>::new(Frames::new(frames));
                sum(lines.into_bytes()).await
            })
        })
        .giving(Gives::Texts),
        Engine::peer("tokio_read_until", |input| {
            connected(input, async |socket| read_until(buffer(socket)).await)
        }),
        Engine::peer("LinesCodec", |input| {
            connected(input, async |socket| {
                let lines = FramedRead::with_capacity(socket, LinesCodec::new(), BUFFER);
                sum(lines.map_err(io::Error::other)).await
            })
        })
        .giving(Gives::Texts),
        Engine::peer("AnyDelimiterCodec", |input| {
            connected(input, async |socket| {
                let codec = AnyDelimiterCodec::new(b"\n".to_vec(), b"\n".to_vec());
                let lines = FramedRead::with_capacity(socket, codec, BUFFER);
                sum(lines.map_err(io::Error::other)).await
            })
        })
        .giving(Gives::Texts),
        Engine::limit("read", |input| connected(input, read)).giving(Gives::Bytes),
    ]
}

/// What is made of the input that another thread sends.
fn connected(input: &[u8], read: impl AsyncFnOnce(TcpStream) -> Answer) -> Answer {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let address = listener.local_addr().expect("it has one");
    thread::scope(|scope| {
        scope.spawn(move || {
            let mut socket = net::TcpStream::connect(address).expect("it listens");
            socket.write_all(input).expect("it is read to its end");
        });
        let (socket, _) = listener.accept().expect("somebody connects");
        socket.set_nonblocking(true).expect("it can be");
        let runtime = Builder::new_current_thread().enable_io().build();
        runtime.expect("a thread is at hand").block_on(async {
            let socket = TcpStream::from_std(socket).expect("it can be");
            read(socket).await
        })
    })
}

/// What there is to pay for the connection.
async fn read(mut socket: TcpStream) -> Answer {
    let mut answer = Answer::default();
    let mut buffer = vec![0; BUFFER];
    loop {
        let read = socket.read(&mut buffer).await.expect("it does not fail");
        if read == 0 {
            return answer;
        }
        answer.bytes += read as u64;
    }
}
