//! A file to a socket, in time and in processor time; see `file/send.rs` for what to
//! make of the figures.

use crate::cached::{file, from_start};
use crate::connection::{drain, listen, sent};
use crate::cpu::SenderCpu;
use crate::harness;
use criterion::Criterion;
use criterion::measurement::Measurement;
use futures_util::StreamExt;
use smol::Async;
use std::fs::File;
use std::io;
use std::net::{SocketAddr, TcpStream};
use tidegate_async_io::{futures, tokio as ours};
use tidegate_benches::input::TOTAL;
use tidegate_benches::{Answer, Engine};
use tokio::io::{AsyncWriteExt, BufReader};

/// As in `file/send.rs`.
const SIZE: usize = 256 << 20;

/// A file, and who reads at the other end.
#[derive(Debug)]
pub(crate) struct Case {
    file: File,
    address: SocketAddr,
}

pub(crate) fn case(cpu: &SenderCpu) -> Case {
    Case {
        file: file(SIZE / TOTAL).expect("there is room for a file"),
        address: listen(cpu.clone()).expect("loopback is there"),
    }
}

pub(crate) fn race<M: Measurement>(criterion: &mut Criterion<M>, group: &str, case: &Case) {
    let engines = [
        Engine::ours("send_to", |case| send(case, send_to)),
        Engine::ours("blocking_send_to", |case| send(case, blocking_send_to)),
        Engine::ours("send_to_smol", |case| send(case, send_to_smol)),
        Engine::ours("stream", |case| send(case, stream)),
        Engine::peer("tokio_copy", |case| send(case, tokio_copy)),
        Engine::peer("tokio_copy_buf_64k", |case| send(case, tokio_copy_buf)),
        Engine::peer("smol_copy", |case| send(case, smol_copy)),
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

fn blocking_send_to(file: File, mut socket: TcpStream) -> io::Result<TcpStream> {
    tidegate_std_io::FileWrapper::new(file).send_to(&mut socket)?;
    Ok(socket)
}

fn send_to(file: File, socket: TcpStream) -> io::Result<TcpStream> {
    on_tokio(socket, async |socket| {
        ours::FileWrapper::new(file).send_to(socket).await
    })
}

fn stream(file: File, socket: TcpStream) -> io::Result<TcpStream> {
    on_tokio(socket, async |socket| {
        let mut blocks = ours::FileWrapper::new(file);
        while let Some(block) = blocks.next().await {
            socket.write_all(&block?).await?;
        }
        Ok(blocks.position())
    })
}

fn tokio_copy(file: File, socket: TcpStream) -> io::Result<TcpStream> {
    on_tokio(socket, async |socket| {
        tokio::io::copy(&mut tokio::fs::File::from_std(file), socket).await
    })
}

fn tokio_copy_buf(file: File, socket: TcpStream) -> io::Result<TcpStream> {
    on_tokio(socket, async |socket| {
        let file = tokio::fs::File::from_std(file);
        tokio::io::copy_buf(&mut BufReader::with_capacity(64 << 10, file), socket).await
    })
}

fn send_to_smol(file: File, socket: TcpStream) -> io::Result<TcpStream> {
    on_smol(socket, async |socket| {
        futures::FileWrapper::new(file).send_to(socket).await
    })
}

fn smol_copy(file: File, socket: TcpStream) -> io::Result<TcpStream> {
    on_smol(socket, async |socket| {
        smol::io::copy(smol::fs::File::from(file), socket).await
    })
}

fn on_tokio(
    socket: TcpStream,
    send: impl AsyncFnOnce(&mut tokio::net::TcpStream) -> io::Result<u64>,
) -> io::Result<TcpStream> {
    socket.set_nonblocking(true)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .build()?;
    let socket = runtime.block_on(async {
        let mut socket = tokio::net::TcpStream::from_std(socket)?;
        send(&mut socket).await?;
        socket.into_std()
    })?;
    socket.set_nonblocking(false)?;
    Ok(socket)
}

fn on_smol(
    socket: TcpStream,
    send: impl AsyncFnOnce(&mut Async<TcpStream>) -> io::Result<u64>,
) -> io::Result<TcpStream> {
    let mut socket = Async::new(socket)?;
    smol::block_on(send(&mut socket))?;
    let socket = socket.into_inner()?;
    socket.set_nonblocking(false)?;
    Ok(socket)
}
