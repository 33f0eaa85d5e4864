//! Sends a form with files, read as they are sent, with its exact length and a
//! line for each tenth of the way.
//!
//! ```sh
//! cargo run --release -p tidegate-async-io --example reqwest_form -- \
//!     http://127.0.0.1:8080/upload title=Tide readme=@README.md
//! ```

use reqwest::{Body, Client};
use std::process::ExitCode;
use tidegate_async_io::Form;

const HELP: &str = "reqwest_form URL NAME=VALUE|NAME=@FILE ...\n";

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let Some(url) = args.next().filter(|url| url.starts_with("http://")) else {
        eprint!("{HELP}");
        return ExitCode::from(2);
    };
    match send(&url, args).await {
        Ok(is_success) if is_success => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("reqwest_form: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn send(
    url: &str,
    fields: impl Iterator<Item = String>,
) -> Result<bool, Box<dyn std::error::Error>> {
    let mut form = Form::new()?;
    for field in fields {
        match field.split_once('=') {
            Some((name, value)) => match value.strip_prefix('@') {
                Some(path) => form
                    .file(name, path)
                    .await
                    .map_err(|error| format!("{path}: {error}"))?,
                None => form.text(name, value.to_owned()),
            },
            None => return Err(format!("{field:?} has no =").into()),
        };
    }
    let mut told = 0;
    form.on_progress(move |progress| {
        // It is known, since those of all parts are.
        let tenths = progress.sent * 10 / progress.total.unwrap_or(progress.sent).max(1);
        if tenths > told {
            told = tenths;
            eprintln!("{}0 %", tenths);
        }
    });
    let body = form.finish()?;
    let content_type = body.content_type();
    let answer = Client::new()
        .post(url)
        .header("Content-Type", content_type)
        // It says its size, so that it goes with a Content-Length.
        .body(Body::wrap(body))
        .send()
        .await?;
    let status = answer.status();
    print!("{}", answer.text().await?);
    Ok(status.is_success())
}
