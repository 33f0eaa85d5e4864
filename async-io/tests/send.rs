//! `FileWrapper::send_to`: the bytes of the file on every kind of socket, whoever
//! copies them.

#![cfg(target_os = "linux")]
#![allow(clippy::panic, clippy::unwrap_used, reason = "a test may")]

mod common;

use common::{poll_once, said};
use smol::Async;
use std::fs::File;
use std::future::poll_fn;
use std::io::{self, Cursor, ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::thread;
use std::time::Duration;
use tidegate_async_io::core::{ByteRange, FileFault};
use tidegate_async_io::{FileSocket, FileWrapper, FuturesIo, Threads, TokioIo};
use tidegate_std_io::{FileAt, FileSink, FileSource};

/// More than a socket takes at once, and than a turn.
const LONG: usize = 6 << 20;

fn data(len: usize) -> Vec<u8> {
    let period: Vec<u8> = (0..=250).collect();
    let mut data = period.repeat(len / period.len() + 1);
    data.truncate(len);
    data
}

fn file(len: usize) -> File {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(&data(len)).unwrap();
    io::Seek::rewind(&mut file).unwrap();
    file
}

fn block_on<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.unwrap().block_on(work)
}

fn tcp() -> (TcpStream, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    (client, listener.accept().unwrap().0)
}

fn drain(mut receiver: impl Read + Send + 'static) -> thread::JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut all = Vec::new();
        receiver.read_to_end(&mut all).unwrap();
        all
    })
}

/// Sends it all over each kind of socket, and says what arrived.
fn over_each_socket<F, K>(make: impl FnMut() -> FileWrapper<F, K>) -> Vec<Vec<u8>>
where
    F: FileSource + Send + 'static,
    K: Threads,
{
    over_each_socket_behind(0, make)
}

/// The same, but for the first so many blocks, which are read before.
fn over_each_socket_behind<F, K>(
    blocks: usize,
    mut make: impl FnMut() -> FileWrapper<F, K>,
) -> Vec<Vec<u8>>
where
    F: FileSource + Send + 'static,
    K: Threads,
{
    let send = async |mut file: FileWrapper<F, K>, mut socket: Box<dyn FileSocket>| {
        for _ in 0..blocks {
            file.next_block().await.unwrap().unwrap();
        }
        let (start, left) = (file.position(), file.len_hint());
        let sent = file.send_to(&mut *socket).await.unwrap();
        assert_eq!(file.position() - start, sent);
        assert_eq!(left.unwrap_or(sent), sent);
        assert_eq!(file.len_hint().unwrap_or(0), 0);
        // It is over, and stays so.
        assert_eq!(file.send_to(&mut *socket).await.unwrap(), 0);
        assert!(file.next_block().await.is_none());
    };
    let mut arrived = Vec::new();
    for owned in [false, true] {
        let (socket, receiver) = tcp();
        socket.set_nonblocking(true).unwrap();
        let receiver = drain(receiver);
        block_on(async {
            let socket = tokio::net::TcpStream::from_std(socket).unwrap();
            match owned {
                false => send(make(), Box::new(socket)).await,
                true => send(make(), Box::new(socket.into_split().1)).await,
            }
        });
        arrived.push(receiver.join().unwrap());
        let (socket, receiver) = UnixStream::pair().unwrap();
        socket.set_nonblocking(true).unwrap();
        let receiver = drain(receiver);
        block_on(async {
            let socket = tokio::net::UnixStream::from_std(socket).unwrap();
            match owned {
                false => send(make(), Box::new(socket)).await,
                true => send(make(), Box::new(socket.into_split().1)).await,
            }
        });
        arrived.push(receiver.join().unwrap());
    }
    // Those of smol, in a runtime of tokio for the threads that read.
    let (socket, receiver) = tcp();
    let receiver = drain(receiver);
    block_on(async { send(make(), Box::new(Async::new(socket).unwrap())).await });
    arrived.push(receiver.join().unwrap());
    let (socket, receiver) = UnixStream::pair().unwrap();
    let receiver = drain(receiver);
    block_on(async { send(make(), Box::new(Arc::new(Async::new(socket).unwrap()))).await });
    arrived.push(receiver.join().unwrap());
    let (socket, receiver) = tcp();
    let receiver = drain(receiver);
    block_on(async {
        let socket = smol::net::TcpStream::try_from(socket).unwrap();
        send(make(), Box::new(Arc::<Async<TcpStream>>::from(socket))).await;
    });
    arrived.push(receiver.join().unwrap());
    arrived
}

/// On the threads of each.
macro_rules! on_each {
    ($($name:ident)*) => {
        mod of_tokio {
            $(#[test] fn $name() { super::$name::<super::TokioIo>(); })*
        }
        mod of_smol {
            $(#[test] fn $name() { super::$name::<super::FuturesIo>(); })*
        }
    };
}

on_each! {
    all_of_a_file_arrives
    what_was_read_is_written_first
    a_source_that_the_system_cannot_copy_is_read
    futures_may_be_dropped_wherever_they_are_pending
    a_file_that_shrinks_is_an_error_behind_what_there_is
    a_socket_that_fails_is_an_error_and_the_file_is_where_it_was
    others_have_their_turn
}

fn all_of_a_file_arrives<K: Threads>() {
    for len in [0, 1, 65_537, LONG] {
        let whole = data(len);
        for arrived in over_each_socket(|| FileWrapper::<_, K>::new(file(len))) {
            assert!(arrived == whole);
        }
        for arrived in over_each_socket(|| FileWrapper::<_, K>::new(file(len)).exact(len as u64)) {
            assert!(arrived == whole);
        }
    }
    for (start, len) in [(0, 1), (LONG - 1, 1), (1000, 3 << 20)] {
        let range = ByteRange::new(start as u64, len as u64).unwrap();
        let shared = Arc::new(file(LONG));
        let new = || FileWrapper::<_, K>::new(FileAt::new(Arc::clone(&shared)));
        for arrived in over_each_socket(|| new().range(range).unwrap()) {
            assert!(arrived == data(LONG)[start..start + len]);
        }
        for arrived in
            over_each_socket(|| FileWrapper::<_, K>::new(file(LONG)).range(range).unwrap())
        {
            assert!(arrived == data(LONG)[start..start + len]);
        }
    }
}

/// What is read ahead is not lost, nor what of it was not handed out.
fn what_was_read_is_written_first<K: Threads>() {
    for blocks in [1, 2, 5] {
        let new = || FileWrapper::<_, K>::with_block_size(file(LONG), 10_000);
        let arrived = over_each_socket_behind(blocks, new);
        for arrived in arrived {
            assert!(arrived == data(LONG)[blocks * 10_000..]);
        }
    }
}

/// What says that it has a file and cannot be sent.
struct Shy(Cursor<Vec<u8>>);

impl Read for Shy {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.0.read(buf)
    }
}

impl FileSource for Shy {
    fn send_some(
        &mut self,
        _: &mut (impl FileSink + ?Sized),
        _: usize,
    ) -> Option<io::Result<usize>> {
        None
    }
}

fn a_source_that_the_system_cannot_copy_is_read<K: Threads>() {
    for len in [0, 1, LONG] {
        for arrived in over_each_socket(|| FileWrapper::<_, K>::new(Cursor::new(data(len)))) {
            assert!(arrived == data(len));
        }
        let shy = || FileWrapper::<_, K>::new(Shy(Cursor::new(data(len)))).exact(len as u64);
        for arrived in over_each_socket(shy) {
            assert!(arrived == data(len));
        }
        // A pipe is a file without a length, of which there is no `sendfile`.
        let pipe = || {
            let (reader, mut writer) = io::pipe().unwrap();
            thread::spawn(move || writer.write_all(&data(len)));
            FileWrapper::<_, K>::new(File::from(OwnedFd::from(reader)))
        };
        for arrived in over_each_socket(pipe) {
            assert!(arrived == data(len));
        }
    }
}

fn futures_may_be_dropped_wherever_they_are_pending<K: Threads>() {
    fn check<F: FileSource + Send + 'static, K: Threads>(mut file: FileWrapper<F, K>) {
        let (socket, receiver) = tcp();
        socket.set_nonblocking(true).unwrap();
        let receiver = drain(receiver);
        let mut drops = 0;
        block_on(async {
            let mut socket = tokio::net::TcpStream::from_std(socket).unwrap();
            loop {
                let start = file.position();
                match poll_once(file.send_to(&mut socket)) {
                    Poll::Pending => drops += 1,
                    Poll::Ready(sent) => {
                        assert_eq!(sent.unwrap(), file.position() - start);
                        break;
                    }
                }
                // For what wakes the socket.
                tokio::task::yield_now().await;
            }
        });
        assert_eq!(file.position(), LONG as u64);
        assert!(drops > 2);
        assert!(receiver.join().unwrap() == data(LONG));
    }
    check(FileWrapper::<_, K>::new(file(LONG)));
    check(FileWrapper::<_, K>::new(Cursor::new(data(LONG))));
}

fn a_file_that_shrinks_is_an_error_behind_what_there_is<K: Threads>() {
    fn check<F: FileSource + Send + 'static, K: Threads>(file: FileWrapper<F, K>) {
        let (socket, receiver) = tcp();
        socket.set_nonblocking(true).unwrap();
        let receiver = drain(receiver);
        let mut file = file.exact(LONG as u64 + 1);
        block_on(async {
            let mut socket = tokio::net::TcpStream::from_std(socket).unwrap();
            for _ in 0..2 {
                let error = file.send_to(&mut socket).await.unwrap_err();
                assert_eq!(error.kind(), ErrorKind::UnexpectedEof);
                let fault = format!("Truncated {{ expected: {}, sent: {LONG} }}", LONG + 1);
                assert!(said::<FileFault>(&error).contains(&fault));
                assert_eq!(file.position(), LONG as u64);
                assert_eq!(file.len_hint(), Some(1));
            }
        });
        assert!(receiver.join().unwrap() == data(LONG));
    }
    check(FileWrapper::<_, K>::new(file(LONG)));
    check(FileWrapper::<_, K>::new(Cursor::new(data(LONG))));
}

fn a_socket_that_fails_is_an_error_and_the_file_is_where_it_was<K: Threads>() {
    fn check<F: FileSource + Send + 'static, K: Threads>(mut file: FileWrapper<F, K>) {
        let (socket, mut receiver) = tcp();
        socket.set_nonblocking(true).unwrap();
        let taken = 100_000;
        let receiver = thread::spawn(move || {
            let mut some = vec![0; taken];
            receiver.read_exact(&mut some).unwrap();
            some
        });
        // To whom it goes on, where it is.
        let (other, end) = tcp();
        other.set_nonblocking(true).unwrap();
        let end = drain(end);
        let sent = block_on(async {
            let mut socket = tokio::net::TcpStream::from_std(socket).unwrap();
            for _ in 0..2 {
                let error = file.send_to(&mut socket).await.unwrap_err();
                let gone = [ErrorKind::BrokenPipe, ErrorKind::ConnectionReset];
                assert!(gone.contains(&error.kind()));
            }
            let sent = file.position() as usize;
            let mut other = tokio::net::TcpStream::from_std(other).unwrap();
            let rest = file.send_to(&mut other).await.unwrap();
            assert_eq!(rest as usize, LONG - sent);
            sent
        });
        assert!(receiver.join().unwrap() == data(taken));
        assert!((taken..LONG).contains(&sent));
        assert!(end.join().unwrap() == data(LONG)[sent..]);
    }
    check(FileWrapper::<_, K>::new(file(LONG)));
    check(FileWrapper::<_, K>::new(Cursor::new(data(LONG))));
}

/// Also while the other end reads as fast as the system copies: a poll ends by
/// itself, and asks for the next one.
fn others_have_their_turn<K: Threads>() {
    let (socket, receiver) = tcp();
    socket.set_nonblocking(true).unwrap();
    let receiver = drain(receiver);
    let mut file = FileWrapper::<_, K>::new(file(8 * LONG));
    block_on(async {
        let mut socket = tokio::net::TcpStream::from_std(socket).unwrap();
        let mut sending = pin!(async {
            let sent = file.send_to(&mut socket).await.unwrap();
            assert_eq!(sent as usize, 8 * LONG);
        });
        let mut turns = 0;
        poll_fn(|cx| {
            turns += 1;
            sending.as_mut().poll(cx)
        })
        .await;
        assert!(turns >= (8 * LONG) >> 21, "{turns} turns");
    });
    assert_eq!(receiver.join().unwrap().len(), 8 * LONG);
}

/// Takes a while to read, so that it is not there at once.
struct Late(Cursor<Vec<u8>>);

impl Read for Late {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        thread::sleep(Duration::from_millis(50));
        self.0.read(buf)
    }
}

impl FileSource for Late {}

/// The file stands behind them: nobody may ask for bytes from where it stands.
#[test]
#[should_panic(expected = "was read already")]
fn what_was_read_and_not_sent_was_read() {
    let mut file = FileWrapper::<_, TokioIo>::new(Late(Cursor::new(data(LONG))));
    let (socket, _receiver) = UnixStream::pair().unwrap();
    socket.set_nonblocking(true).unwrap();
    block_on(async {
        let mut socket = tokio::net::UnixStream::from_std(socket).unwrap();
        socket.writable().await.unwrap();
        // Nobody reads it, so it stays full.
        while socket.try_write(&[0; 1 << 16]).is_ok() {}
        assert!(poll_once(file.next_block()).is_pending());
        for _ in 0..10 {
            assert!(poll_once(file.send_to(&mut socket)).is_pending());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        assert_eq!(file.position(), 0);
        let _ = file.exact(3);
    });
}

/// A value of a form goes on to another server, from memory or from the disk of this.
#[test]
fn values_of_forms_are_sent() {
    use tidegate_async_io::core::Spill;
    use tidegate_async_io::tokio::FormOptions;

    let value = data(300_000);
    let body = [
        &b"--b\r\nContent-Disposition: form-data; name=\"o\"; filename=\"f\"\r\n\r\nother\r\n"[..],
        b"--b\r\nContent-Disposition: form-data; name=\"a\"; filename=\"f\"\r\n\r\n",
        &value,
        b"\r\n--b--",
    ]
    .concat();
    for memory in [0, 1 << 20] {
        let options = FormOptions::new().spill(Spill::new().memory(memory));
        let form = block_on(options.read(&body[..], b"multipart/form-data; boundary=b")).unwrap();
        let entry = form.file("a").unwrap();
        assert_eq!(entry.as_bytes().is_some(), memory > 0);
        for arrived in over_each_socket(|| entry.reader()) {
            assert!(arrived == value);
        }
        let range = ByteRange::new(1000, 200_000).unwrap();
        for arrived in over_each_socket(|| entry.reader().range(range).unwrap()) {
            assert!(arrived == value[1000..201_000]);
        }
    }
}
