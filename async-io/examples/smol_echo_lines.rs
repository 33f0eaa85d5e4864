//! A server with smol that sends each line back, whatever it ended in, with `\n`.
//!
//! ```sh
//! cargo run --release -p tidegate-async-io --example smol_echo_lines -- 7070
//! printf 'one\rtwo\r\nthree' | nc -N 127.0.0.1 7070
//! ```

use smol::Timer;
use smol::io::{AsyncWriteExt, BufReader};
use smol::net::{TcpListener, TcpStream};
use std::io;
use std::process::ExitCode;
use std::time::Duration;
use tidegate_async_io::core::LineScanner;
use tidegate_async_io::futures::LineIter;

/// A longer line ends the connection.
const MAX: usize = 64 << 10;

/// How long no client is taken where there is no room for one.
const PAUSE: Duration = Duration::from_millis(100);

fn main() -> ExitCode {
    let port = match std::env::args().nth(1).map(|port| port.parse()) {
        None => 7070,
        Some(Ok(port)) => port,
        Some(Err(_)) => {
            eprintln!("smol_echo_lines [PORT]");
            return ExitCode::from(2);
        }
    };
    match smol::block_on(serve(port)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("smol_echo_lines: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn serve(port: u16) -> io::Result<()> {
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    println!("{}", listener.local_addr()?);
    loop {
        let (connection, client) = match listener.accept().await {
            Ok(accepted) => accepted,
            // Whoever opens too many connections does not end it for all.
            Err(error) => {
                eprintln!("accept: {error}");
                Timer::after(PAUSE).await;
                continue;
            }
        };
        let echo = async move {
            if let Err(error) = echo(connection).await {
                eprintln!("{client}: {error}");
            }
        };
        smol::spawn(echo).detach();
    }
}

/// Nothing is read while the client does not take what it gets.
async fn echo(connection: TcpStream) -> io::Result<()> {
    let mut answers = connection.clone();
    let scanner = LineScanner::new().max_len(MAX);
    let mut lines = LineIter::with_scanner(BufReader::new(connection), scanner);
    while let Some(line) = lines.next_line().await {
        answers.write_all(line?.text()).await?;
        answers.write_all(b"\n").await?;
    }
    Ok(())
}
