//! A static file server, as in the documentation of Python's `wsgiref`.
//!
//! ```text
//! cargo run --release --example files -- DIR [PORT]
//! ```
//!
//! Shows what lies in a directory, to everybody on this machine who asks: of a
//! directory its `index.html`, the types guessed from the names, and `not found`
//! where there is nothing. Nothing outside of the directory is shown, nor hidden
//! files; for ranges and conditions see the example `serve`.

#![forbid(unsafe_code)]

use http::header::{ALLOW, CONTENT_TYPE, HeaderValue};
use http::request::Parts;
use http::{Method, Request, Response, StatusCode};
use percent_encoding::percent_decode_str;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Component, Path, PathBuf};
use std::process::ExitCode;
use tidegate_std_io::FileWrapper;
use tidegate_std_io::gateway::{Failure, Input, Output, make_server};

const USAGE: &str = "Usage: files DIR [PORT]\n\nServes what lies in DIR on 127.0.0.1, port 8000 \
                     unless another is named; 0 is any that is free.\n";

fn main() -> ExitCode {
    let args: Vec<_> = std::env::args_os().skip(1).collect();
    let outcome = match &args[..] {
        [help] if help == "--help" => {
            let _ = io::stdout().write_all(USAGE.as_bytes());
            return ExitCode::SUCCESS;
        }
        [root] => serve(root.as_ref(), 8000),
        [root, port] => match port.to_str().and_then(|port| port.parse().ok()) {
            Some(port) => serve(root.as_ref(), port),
            None => return wrong(),
        },
        _ => return wrong(),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "{error}");
            ExitCode::FAILURE
        }
    }
}

fn wrong() -> ExitCode {
    let _ = io::stderr().write_all(USAGE.as_bytes());
    ExitCode::from(2)
}

fn serve(root: &Path, port: u16) -> io::Result<()> {
    let explain = |error: io::Error| io::Error::new(error.kind(), format!("{root:?}: {error}"));
    let root = fs::canonicalize(root).map_err(explain)?;
    fs::read_dir(&root).map_err(explain)?;
    let server = make_server("127.0.0.1", port, move |request| answer(request, &root))
        .map_err(|error| io::Error::new(error.kind(), format!("port {port}: {error}")))?;
    #[cfg(unix)]
    server.stop_at_signals()?;
    let mut stdout = io::stdout();
    let _ = writeln!(stdout, "listening on http://{}", server.local_addr())
        .and_then(|()| stdout.flush());
    server.serve_forever()
}

fn answer(request: Request<Input>, root: &Path) -> Result<Response<Output>, Failure> {
    let (request, _) = request.into_parts();
    if !matches!(request.method, Method::GET | Method::HEAD) {
        return Ok(Response::builder()
            .status(StatusCode::METHOD_NOT_ALLOWED)
            .header(ALLOW, "GET, HEAD")
            .body(Output::empty())?);
    }
    let Some((path, file)) = find(root, &request)? else {
        return Ok(Response::builder()
            .status(StatusCode::NOT_FOUND)
            .header(CONTENT_TYPE, "text/plain")
            .body("not found".into())?);
    };
    let length = file.metadata()?.len();
    let mut response = Response::new(FileWrapper::new(file).exact(length).into());
    if let Some(guessed) = mime_guess::from_path(path).first_raw() {
        let guessed = HeaderValue::from_static(guessed);
        response.headers_mut().insert(CONTENT_TYPE, guessed);
    }
    Ok(response)
}

/// The file that is asked for, if there is one that may be shown.
///
/// Links are followed as long as they end below the root. It is looked at before
/// it is opened, for to open a FIFO would wait for somebody to write to it.
fn find(root: &Path, request: &Parts) -> io::Result<Option<(PathBuf, File)>> {
    let Some(below) = path_below(request.uri.path()) else {
        return Ok(None);
    };
    let open = || {
        let mut path = fs::canonicalize(root.join(below))?;
        if path.is_dir() {
            path = fs::canonicalize(path.join("index.html"))?;
        }
        let shown = path.starts_with(root) && fs::metadata(&path)?.is_file();
        Ok(match shown {
            true => Some((path.clone(), File::open(path)?)),
            false => None,
        })
    };
    open().or_else(|error: io::Error| match error.kind() {
        io::ErrorKind::NotFound
        | io::ErrorKind::PermissionDenied
        | io::ErrorKind::NotADirectory
        | io::ErrorKind::InvalidFilename => Ok(None),
        _ => Err(error),
    })
}

/// Made of names alone, none of which begins with a dot. The segments are told
/// apart before they are decoded, and decoded once.
fn path_below(target: &str) -> Option<PathBuf> {
    let mut path = PathBuf::new();
    for segment in target.strip_prefix('/')?.split('/') {
        let name = percent_decode_str(segment).decode_utf8().ok()?;
        let is_odd = |char: char| char.is_control() || matches!(char, '/' | '\\');
        let mut components = Path::new(&*name).components();
        match (components.next(), components.next()) {
            // Of `a//b` and of `a/`.
            (None, _) => {}
            (Some(Component::Normal(part)), None)
                if part == &*name && !name.starts_with('.') && !name.contains(is_odd) =>
            {
                path.push(part);
            }
            _ => return None,
        }
    }
    Some(path)
}
