use super::{
    Application, ErrorStream, Finished, Flags, HandlerOptions, SimpleHandler, Variables,
    read_environ,
};
use crate::FileSink;
use std::io::{BufRead, BufReader, Stdin, Stdout};
use tidegate_core::environ::{Environ, EnvironMut};

/// Runs an application for one request behind a server, given the streams and
/// the variables: for FastCGI, SCGI and the like.
///
/// As [`SimpleHandler`], but for a server in front: the head begins with `Status:
/// 200 OK` (RFC 3875 section 6.3.3), and what a connection needs, chunks, a date,
/// the name of the server, is left to that server. A transfer coding of the
/// request is taken to be undone.
///
/// ```
/// use http::Request;
/// use tidegate_std_io::gateway::{BaseCgiHandler, ErrorStream, Input, Variables};
///
/// let variables: Variables = [("REQUEST_METHOD", "GET")].into_iter().collect();
/// let app = |_: Request<Input>| "Hello";
/// let handler = BaseCgiHandler::new(std::io::empty(), Vec::new(), ErrorStream::stderr(), variables);
/// let sent = handler.run(&app).writer;
/// assert_eq!(
///     String::from_utf8_lossy(&sent),
///     "Status: 200 OK\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: 5\r\n\r\nHello",
/// );
/// ```
#[derive(Debug)]
#[must_use]
pub struct BaseCgiHandler<R, W> {
    handler: SimpleHandler<R, W>,
}

impl<R: BufRead + Send + 'static, W: FileSink> BaseCgiHandler<R, W> {
    /// For the request that these variables describe, whose body the reader has.
    pub fn new(reader: R, writer: W, errors: ErrorStream, variables: Variables) -> Self {
        let handler = SimpleHandler::new(reader, writer, errors, variables);
        Self { handler }.options(HandlerOptions::new())
    }

    /// With these options, but that it is no origin server.
    pub fn options(self, options: HandlerOptions) -> Self {
        let options = options.origin_server(false);
        let handler = self.handler.options(options);
        Self { handler }
    }

    /// Calls the application, and sends what it answers.
    pub fn run(self, app: &(impl Application + ?Sized)) -> Finished<R, W> {
        self.handler.run(app)
    }
}

/// Runs an application as a CGI script: for the one request that the process was
/// started for, which the standard streams and the environment have.
///
/// ```no_run
/// use http::Request;
/// use tidegate_std_io::gateway::{CgiHandler, Input};
///
/// let app = |request: Request<Input>| format!("Hello {}\n", request.uri());
/// CgiHandler::new().run(&app);
/// ```
#[derive(Debug)]
#[must_use]
pub struct CgiHandler {
    handler: BaseCgiHandler<BufReader<Stdin>, Stdout>,
}

impl CgiHandler {
    /// For the request of this process.
    pub fn new() -> Self {
        Self::of(read_environ())
    }

    /// With these options, but for its [`Flags`]: one thread, many processes, run
    /// once.
    pub fn options(self, options: HandlerOptions) -> Self {
        let flags = Flags {
            multithread: false,
            multiprocess: true,
            run_once: true,
        };
        let handler = self.handler.options(options.flags(flags));
        Self { handler }
    }

    /// With this error stream, and not the standard error of the process.
    #[doc(alias = "get_stderr")]
    pub fn errors(mut self, errors: ErrorStream) -> Self {
        self.handler.handler.set_errors(errors);
        self
    }

    /// Calls the application, and sends what it answers.
    pub fn run(self, app: &(impl Application + ?Sized)) -> Finished<BufReader<Stdin>, Stdout> {
        self.handler.run(app)
    }

    fn of(variables: Variables) -> Self {
        let handler = BaseCgiHandler::new(
            BufReader::new(std::io::stdin()),
            std::io::stdout(),
            ErrorStream::stderr(),
            variables,
        );
        Self { handler }.options(HandlerOptions::new())
    }
}

impl Default for CgiHandler {
    fn default() -> Self {
        Self::new()
    }
}

/// The same behind Microsoft's IIS, whose `PATH_INFO` begins with the
/// `SCRIPT_NAME` unless it is told otherwise: that is taken off again.
///
/// IIS can be configured to be right (`allowPathInfo`). A script does not see
/// whether it is, so that this one is to be chosen where it is not.
#[derive(Debug)]
#[must_use]
#[doc(alias = "IISCGIHandler")]
pub struct IisCgiHandler {
    handler: CgiHandler,
}

impl IisCgiHandler {
    /// For the request of this process.
    pub fn new() -> Self {
        let mut variables = read_environ();
        strip_script_name(&mut variables);
        let handler = CgiHandler::of(variables);
        Self { handler }
    }

    /// As [`CgiHandler::options`].
    pub fn options(self, options: HandlerOptions) -> Self {
        let handler = self.handler.options(options);
        Self { handler }
    }

    /// As [`CgiHandler::errors`].
    pub fn errors(self, errors: ErrorStream) -> Self {
        let handler = self.handler.errors(errors);
        Self { handler }
    }

    /// Calls the application, and sends what it answers.
    pub fn run(self, app: &(impl Application + ?Sized)) -> Finished<BufReader<Stdin>, Stdout> {
        self.handler.run(app)
    }
}

impl Default for IisCgiHandler {
    fn default() -> Self {
        Self::new()
    }
}

/// Only where a segment ends.
fn strip_script_name(variables: &mut Variables) {
    let script = variables.var("SCRIPT_NAME").unwrap_or_default().to_vec();
    let path = variables.var("PATH_INFO").unwrap_or_default();
    if let Some(rest @ ([] | [b'/', ..])) = path.strip_prefix(&script[..])
        && !script.is_empty()
    {
        let rest = rest.to_vec();
        *variables.var_mut("PATH_INFO") = rest;
    }
}

#[cfg(test)]
mod tests {
    use super::{Environ, Variables, strip_script_name};

    #[test]
    fn the_duplicated_path_is_stripped() {
        for (script, path, expected) in [
            ("/s.cgi", "/s.cgi/a", "/a"),
            ("/s.cgi", "/s.cgi", ""),
            ("/s", "/script/a", "/script/a"),
            ("/s", "/a/s", "/a/s"),
            ("", "/a", "/a"),
            ("/s", "", ""),
        ] {
            let pairs = [("SCRIPT_NAME", script), ("PATH_INFO", path)];
            let mut variables: Variables = pairs.into_iter().collect();
            strip_script_name(&mut variables);
            assert_eq!(
                variables.var("PATH_INFO"),
                Some(expected.as_bytes()),
                "{script} {path}"
            );
        }
    }
}
