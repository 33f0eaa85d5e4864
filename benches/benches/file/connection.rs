//! A loopback connection at whose other end somebody counts.

use crate::cached::each_block;
use crate::cpu::SenderCpu;
use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::thread;
use tidegate_benches::Answer;

/// What the first byte of every so many says of the rest: the reads are of any
/// length, and their sums would differ.
const STEP: u64 = 64 << 10;

/// Large, so that the other end costs the sender little of what both share, and
/// small enough for L2.
const BUFFER: usize = 256 << 10;

/// Starts somebody who drains one connection after the other.
pub(crate) fn listen(cpu: SenderCpu) -> io::Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    thread::spawn(move || {
        loop {
            let (mut socket, _) = listener.accept().expect("somebody connects");
            let answer = drain(&socket);
            cpu.note_receiver();
            for number in [answer.pieces, answer.bytes, answer.firsts] {
                socket
                    .write_all(&number.to_le_bytes())
                    .expect("the sender waits for it");
            }
        }
    });
    Ok(address)
}

/// What came of all that `send` put on a connection.
pub(crate) fn sent(
    address: SocketAddr,
    send: impl FnOnce(TcpStream) -> io::Result<TcpStream>,
) -> io::Result<Answer> {
    let mut socket = send(TcpStream::connect(address)?)?;
    socket.shutdown(Shutdown::Write)?;
    let mut number = || {
        let mut bytes = [0; 8];
        socket.read_exact(&mut bytes)?;
        io::Result::Ok(u64::from_le_bytes(bytes))
    };
    Ok(Answer {
        pieces: number()?,
        bytes: number()?,
        firsts: number()?,
    })
}

/// All that there is to read, in steps.
pub(crate) fn drain(reader: impl Read) -> Answer {
    let mut answer = Answer::default();
    each_block::<BUFFER>(reader, |read| {
        let to_first = answer.bytes.next_multiple_of(STEP) - answer.bytes;
        let firsts = read.iter().skip(to_first as usize).step_by(STEP as usize);
        for &first in firsts {
            answer.pieces += 1;
            answer.firsts += u64::from(first);
        }
        answer.bytes += read.len() as u64;
    });
    answer
}
