//! Somebody at the other end of loopback, who counts.

use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::thread;

/// Large, so that it costs the sender little.
const BUFFER: usize = 256 << 10;

#[derive(Clone, Copy, Debug)]
pub(crate) struct Receiver(SocketAddr);

impl Receiver {
    /// Starts to drain one connection after the other.
    pub(crate) fn listen() -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        thread::spawn(move || {
            let mut buffer = vec![0; BUFFER];
            loop {
                let (socket, _) = listener.accept().expect("somebody connects");
                drain(socket, &mut buffer).expect("the sender waits for the count");
            }
        });
        Ok(Self(address))
    }

    /// How many bytes arrived of those that `send` sent.
    pub(crate) fn sent(self, send: impl FnOnce(&TcpStream) -> io::Result<()>) -> io::Result<u64> {
        let mut socket = TcpStream::connect(self.0)?;
        send(&socket)?;
        socket.shutdown(Shutdown::Write)?;
        let mut count = [0; 8];
        socket.read_exact(&mut count)?;
        Ok(u64::from_le_bytes(count))
    }
}

fn drain(mut socket: TcpStream, buffer: &mut [u8]) -> io::Result<()> {
    let mut count = 0u64;
    loop {
        match socket.read(buffer)? {
            0 => return socket.write_all(&count.to_le_bytes()),
            read => count += read as u64,
        }
    }
}
