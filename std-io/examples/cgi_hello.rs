//! A CGI script: greets, shows its variables, counts the lines of a body.
//!
//! ```text
//! cargo build --release --example cgi_hello
//! mkdir -p /tmp/www/cgi-bin && cp target/release/examples/cgi_hello /tmp/www/cgi-bin/
//! cd /tmp/www && python3 -m http.server --cgi 8000
//! curl http://127.0.0.1:8000/cgi-bin/cgi_hello/hello/World
//! curl --data-binary @/etc/services http://127.0.0.1:8000/cgi-bin/cgi_hello/lines
//! ```
//!
//! With `TIDEGATE_VALIDATE` set, both sides are held to the rules: what the server
//! or an application breaks is on the standard error.
//!
//! Under lighttpd: `server.modules += ("mod_cgi")` and `cgi.assign = ("/cgi_hello"
//! => "")`.

#![forbid(unsafe_code)]

use http::{Request, Response, StatusCode};
use std::{env, io};
use tidegate_std_io::core::environ::EnvironMut;
use tidegate_std_io::gateway::{
    Application, CgiHandler, Failure, IisCgiHandler, Input, IntoResponse, Output, RequestEnviron,
    Variables, demo_app, test_app, validator,
};
use tidegate_std_io::make_line_iter;

fn main() {
    match env::var_os("TIDEGATE_VALIDATE") {
        Some(_) => run(&validator(site)),
        None => run(&site),
    }
}

fn run(app: &impl Application) {
    let software = env::var("SERVER_SOFTWARE").unwrap_or_default();
    match software.starts_with("Microsoft-IIS/") {
        true => drop(IisCgiHandler::new().run(app)),
        false => drop(CgiHandler::new().run(app)),
    }
}

/// The first segment of the path says which application it is for; that gets what
/// is behind it.
fn site(mut request: Request<Input>) -> Result<Response<Output>, Failure> {
    let mut variables = RequestEnviron::new(&request).to_variables();
    let name = variables.shift_path_info().unwrap_or_default();
    request.extensions_mut().insert(variables);
    match &name[..] {
        b"hello" => hello.answer(request),
        b"environ" => demo_app.answer(request),
        b"test" => test_app.answer(request),
        b"lines" => lines.answer(request),
        _ => (
            StatusCode::NOT_FOUND,
            "try /hello/NAME, /environ, /test or /lines\n",
        )
            .into_response(),
    }
}

fn hello(mut request: Request<Input>) -> String {
    let variables = request.extensions_mut().get_mut::<Variables>();
    let name = variables.and_then(|variables| variables.pop_path_info());
    match name.filter(|name| !name.is_empty()) {
        Some(name) => format!("Hello, {}!\n", String::from_utf8_lossy(name)),
        None => "Hello!\n".to_owned(),
    }
}

/// Whatever ends them, and however long the body is.
fn lines(request: Request<Input>) -> io::Result<String> {
    let (mut lines, mut bytes) = (0u64, 0);
    make_line_iter(request.into_body()).for_each_line(|line| {
        lines += 1;
        bytes += line.bytes().len();
    })?;
    Ok(format!("{lines} lines, {bytes} bytes\n"))
}
