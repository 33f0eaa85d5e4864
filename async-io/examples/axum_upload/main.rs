//! A server with axum that takes uploads of any length and sends files, or ranges
//! of them.
//!
//! ```sh
//! cargo run --release -p tidegate-async-io --example axum_upload -- --save uploads
//! curl -F title=Tide -F file=@README.md http://127.0.0.1:8080/upload
//! curl -r 0-99 http://127.0.0.1:8080/files/README.md
//! ```

mod download;
mod refusal;
mod upload;

use axum::Router;
use axum::routing::{get, post};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use tokio::net::TcpListener;

const HELP: &str = "\
axum_upload [--port PORT] [--save DIR]

  POST /upload       a form: answers a line for each part
  GET /files/NAME    a file that was uploaded, or ranges of it

  --port PORT   where to listen on this machine (8080; 0 for any)
  --save DIR    where files go, which must be there; without it they are read
                and dropped
";

/// What the handlers know of.
struct Site {
    save: Option<PathBuf>,
}

fn main() -> ExitCode {
    let (mut port, mut save) = (8080, None);
    let mut args = std::env::args_os().skip(1);
    while let Some(arg) = args.next() {
        let value = match arg.to_str() {
            Some("--help" | "-h") => {
                print!("{HELP}");
                return ExitCode::SUCCESS;
            }
            Some("--port" | "--save") => args.next(),
            _ => None,
        };
        let known = match (arg.to_str(), value) {
            (Some("--port"), Some(value)) => value
                .to_str()
                .and_then(|value| value.parse().ok())
                .map(|value| port = value),
            (Some("--save"), Some(value)) => {
                save = Some(PathBuf::from(value));
                Some(())
            }
            _ => None,
        };
        if known.is_none() {
            eprint!("{HELP}");
            return ExitCode::from(2);
        }
    }
    match serve(port, Site { save }) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("axum_upload: {error}");
            ExitCode::FAILURE
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn serve(port: u16, site: Site) -> std::io::Result<()> {
    let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).await?;
    println!("http://{}", listener.local_addr()?);
    let routes = Router::new()
        .route("/upload", post(upload::upload))
        .route("/files/{name}", get(download::download))
        .with_state(Arc::new(site));
    axum::serve(listener, routes).await
}
