//! A server with hyper that counts the lines of request bodies, and the bytes of
//! the longest.
//!
//! ```sh
//! cargo run --release -p tidegate-async-io --example hyper_lines -- 8080
//! curl --data-binary @README.md http://127.0.0.1:8080/
//! ```

use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use std::convert::Infallible;
use std::io;
use std::process::ExitCode;
use std::time::Duration;
use tidegate_async_io::body::LimitedStream;
use tidegate_async_io::core::LineScanner;
use tidegate_async_io::{Frames, InFrames, LineIter};
use tidegate_std_io::fault_class;
use tokio::net::TcpListener;

/// The longest body.
const MAX: u64 = 16 << 30;

/// The longest line.
const MAX_LINE: usize = 1 << 20;

/// How long no client is taken where there is no room for one.
const PAUSE: Duration = Duration::from_millis(100);

fn main() -> ExitCode {
    let port = match std::env::args().nth(1).map(|port| port.parse()) {
        None => 8080,
        Some(Ok(port)) => port,
        Some(Err(_)) => {
            eprintln!("hyper_lines [PORT]");
            return ExitCode::from(2);
        }
    };
    match serve(port) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("hyper_lines: {error}");
            ExitCode::FAILURE
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn serve(port: u16) -> io::Result<()> {
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    println!("http://{}", listener.local_addr()?);
    loop {
        let (connection, client) = match listener.accept().await {
            Ok(accepted) => accepted,
            // Whoever opens too many connections does not end it for all.
            Err(error) => {
                eprintln!("accept: {error}");
                tokio::time::sleep(PAUSE).await;
                continue;
            }
        };
        let served = http1::Builder::new()
            .timer(TokioTimer::new())
            .serve_connection(TokioIo::new(connection), service_fn(answer));
        tokio::spawn(async move {
            if let Err(error) = served.await {
                eprintln!("{client}: {error}");
            }
        });
    }
}

async fn answer(request: Request<Incoming>) -> Result<Response<String>, Infallible> {
    let (status, text) = match count(request.into_body()).await {
        Ok(text) => (StatusCode::OK, text),
        Err(error) => {
            let class = fault_class(&error).map_or(400, |class| class.http_status());
            let status = StatusCode::from_u16(class).unwrap_or(StatusCode::BAD_REQUEST);
            (status, format!("{error}\n"))
        }
    };
    let mut response = Response::new(text);
    *response.status_mut() = status;
    Ok(response)
}

async fn count(body: Incoming) -> io::Result<String> {
    let body: LimitedStream<_> = LimitedStream::at_most(Frames::of_body(body), MAX);
    let scanner = LineScanner::new().max_len(MAX_LINE);
    let mut lines = LineIter::<_, InFrames>::with_scanner(body, scanner);
    let (mut count, mut longest) = (0_u64, 0);
    lines
        .for_each_line(|line| {
            count += 1;
            longest = longest.max(line.text().len());
        })
        .await?;
    Ok(format!("{count} lines, the longest of {longest} bytes\n"))
}
