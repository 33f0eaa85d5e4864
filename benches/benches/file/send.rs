//! A file to a socket, in time and in processor time.
//!
//! Two threads need two processors: on a busy machine the time says how long one
//! waited for the other, and the processor time of any row may jump to several
//! times its usual level for a second. Compare rows of one run, and run again.

use crate::cached::{file, from_start};
use crate::connection::{drain, listen, sent};
use crate::cpu::SenderCpu;
use crate::harness;
use criterion::Criterion;
use criterion::measurement::Measurement;
use futures_util::StreamExt;
use std::fs::File;
use std::io;
use std::net::{SocketAddr, TcpStream};
use tidegate_benches::input::TOTAL;
use tidegate_benches::{Answer, Engine};
use tidegate_std_io::FileWrapper;
use tokio::io::AsyncWriteExt;
use tokio_util::io::ReaderStream;

/// More than a cache holds. With more the slowest row would take minutes.
const SIZE: usize = 256 << 20;

/// As many as [`FileWrapper`] asks the system for at once.
const AT_ONCE: usize = 1 << 20;

#[derive(Debug)]
struct Case {
    file: File,
    address: SocketAddr,
}

pub(crate) fn race(criterion: Criterion) {
    let cpu = SenderCpu::default();
    let case = Case {
        file: file(SIZE / TOTAL).expect("there is room for a file"),
        address: listen(cpu.clone()).expect("loopback is there"),
    };
    // The slowest takes seconds for each, and ten is the least there is.
    let mut criterion = criterion.sample_size(10);
    race_in("file/send", &mut criterion, &case);
    let mut criterion = criterion.with_measurement(cpu);
    race_in("file/send-cpu", &mut criterion, &case);
    criterion.final_summary();
}

fn race_in<M: Measurement>(group: &str, criterion: &mut Criterion<M>, case: &Case) {
    let engines = [
        Engine::ours("send_to", |case| send(case, send_to)),
        Engine::limit("sendfile", |case| send(case, sendfile)),
        Engine::ours("write_to_8k", |case| send(case, write_to::<{ 8 << 10 }>)),
        Engine::ours("write_to_64k", |case| send(case, write_to::<{ 64 << 10 }>)),
        Engine::peer("io_copy", |case| send(case, io_copy)),
        Engine::peer("reader_stream", |case| {
            send(case, |file, socket| {
                reader_stream(file, socket, ReaderStream::new)
            })
        }),
        Engine::peer("reader_stream_64k", |case| {
            send(case, |file, socket| {
                reader_stream(file, socket, |file| {
                    ReaderStream::with_capacity(file, 64 << 10)
                })
            })
        }),
    ];
    harness::race(criterion, group, case, engines, |_| {
        drain(from_start(&case.file))
    });
}

fn send(case: &Case, send: impl FnOnce(File, TcpStream) -> io::Result<TcpStream>) -> Answer {
    // The same file all over, at one position.
    let file = from_start(&case.file).try_clone();
    sent(case.address, |socket| send(file?, socket)).expect("the file can be sent")
}

fn send_to(file: File, mut socket: TcpStream) -> io::Result<TcpStream> {
    FileWrapper::new(file).send_to(&mut socket)?;
    Ok(socket)
}

/// Without `sendfile`.
fn write_to<const SIZE: usize>(file: File, mut socket: TcpStream) -> io::Result<TcpStream> {
    FileWrapper::with_block_size(file, SIZE).write_to(&mut socket)?;
    Ok(socket)
}

fn sendfile(file: File, socket: TcpStream) -> io::Result<TcpStream> {
    while rustix::fs::sendfile(&socket, &file, None, AT_ONCE)? > 0 {}
    Ok(socket)
}

fn io_copy(mut file: File, mut socket: TcpStream) -> io::Result<TcpStream> {
    io::copy(&mut file, &mut socket)?;
    Ok(socket)
}

fn reader_stream(
    file: File,
    socket: TcpStream,
    stream: impl FnOnce(tokio::fs::File) -> ReaderStream<tokio::fs::File>,
) -> io::Result<TcpStream> {
    socket.set_nonblocking(true)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .build()?;
    let socket = runtime.block_on(async {
        let mut socket = tokio::net::TcpStream::from_std(socket)?;
        let mut blocks = stream(tokio::fs::File::from_std(file));
        while let Some(block) = blocks.next().await {
            socket.write_all(&block?).await?;
        }
        socket.into_std()
    })?;
    socket.set_nonblocking(false)?;
    Ok(socket)
}
