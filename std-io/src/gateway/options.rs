use super::{ErrorStream, Failure, Output, Variables};
use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use http::{Response, StatusCode, Version};
use std::fmt;
use std::io::Write;
use std::sync::Arc;
use tidegate_core::InputLimits;
use tidegate_core::environ::Scheme;

/// How the process runs applications: in the extensions of each request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Flags {
    /// Another thread may call the application at the same time.
    #[doc(alias = "wsgi.multithread")]
    pub multithread: bool,
    /// Another process may call the same application at the same time.
    #[doc(alias = "wsgi.multiprocess")]
    pub multiprocess: bool,
    /// The process answers this one request.
    #[doc(alias = "wsgi.run_once")]
    pub run_once: bool,
}

/// What can be set of a handler, or replaced in it: the attributes and methods of
/// `wsgiref`'s `BaseHandler`.
///
/// | there | here |
/// |---|---|
/// | `wsgi_multithread`, `wsgi_multiprocess`, `wsgi_run_once` | [`flags`](Self::flags) |
/// | `os_environ` | [`os_environ`](Self::os_environ): nothing unless it is set, for the environment of a server has secrets |
/// | `get_scheme` | [`scheme`](Self::scheme) |
/// | `setup_environ` | [`setup_environ`](Self::setup_environ) |
/// | `log_exception`, `traceback_limit` | [`log_error`](Self::log_error), [`backtrace_limit`](Self::backtrace_limit) |
/// | `error_output`, `error_status`, `error_headers`, `error_body` | the same |
/// | `server_software` | [`server_software`](Self::server_software) |
/// | `http_version` | [`http_version`](Self::http_version): 1.1 and not 1.0 unless it is set |
/// | `origin_server` | [`origin_server`](Self::origin_server) |
/// | `wsgi_file_wrapper` | any [`FileWrapper`](crate::FileWrapper) is one |
/// | `sendfile` | [`sendfile`](Self::sendfile) |
///
/// A server clones them for each request, which copies no text.
#[derive(Clone)]
#[must_use]
pub struct HandlerOptions {
    pub(super) flags: Flags,
    pub(super) os_environ: Arc<Variables>,
    pub(super) scheme: Option<Scheme>,
    pub(super) setup_environ: Option<Setup>,
    pub(super) limits: InputLimits,
    pub(super) origin_server: bool,
    pub(super) keep_alive: bool,
    pub(super) sendfile: bool,
    pub(super) server_software: Option<HeaderValue>,
    pub(super) http_version: Version,
    log_error: Option<Log>,
    /// Whoever runs the handler logs what went wrong.
    quiet: bool,
    backtrace_limit: usize,
    error_output: Option<ErrorOutput>,
    error_status: StatusCode,
    error_headers: Arc<HeaderMap>,
    error_body: Bytes,
}

type Setup = Arc<dyn Fn(&mut Variables) + Send + Sync>;
type Log = Arc<dyn Fn(&Failure, &mut ErrorStream) + Send + Sync>;
type ErrorOutput = Arc<dyn Fn(&Failure) -> Response<Output> + Send + Sync>;

impl HandlerOptions {
    /// Those of a server with threads: bodies of 16 MiB, an error page that tells
    /// nothing, and a log that tells all.
    pub fn new() -> Self {
        let plain = (CONTENT_TYPE, HeaderValue::from_static("text/plain"));
        Self {
            flags: Flags {
                multithread: true,
                multiprocess: false,
                run_once: false,
            },
            os_environ: Arc::default(),
            scheme: None,
            setup_environ: None,
            limits: InputLimits::new(),
            origin_server: true,
            keep_alive: false,
            sendfile: true,
            server_software: None,
            http_version: Version::HTTP_11,
            log_error: None,
            quiet: false,
            backtrace_limit: usize::MAX,
            error_output: None,
            error_status: StatusCode::INTERNAL_SERVER_ERROR,
            error_headers: Arc::new([plain].into_iter().collect()),
            error_body: Bytes::from_static(
                b"A server error occurred.  Please contact the administrator.",
            ),
        }
    }

    /// How applications are run.
    pub const fn flags(mut self, flags: Flags) -> Self {
        self.flags = flags;
        self
    }

    /// Variables of every request, unless it has others of the same name.
    pub fn os_environ(mut self, variables: Variables) -> Self {
        self.os_environ = Arc::new(variables);
        self
    }

    /// The scheme of every request, instead of a guess.
    #[doc(alias = "get_scheme")]
    pub const fn scheme(mut self, scheme: Scheme) -> Self {
        self.scheme = Some(scheme);
        self
    }

    /// Something to be done to the variables when all of them are set.
    pub fn setup_environ(mut self, setup: impl Fn(&mut Variables) + Send + Sync + 'static) -> Self {
        self.setup_environ = Some(Arc::new(setup));
        self
    }

    /// How long the body of a request may be, and what is made of one that says
    /// nothing.
    pub fn input_limits(mut self, limits: InputLimits) -> Self {
        self.limits = limits;
        self
    }

    /// Whether the client is spoken to, and not a server in front, which wants
    /// `Status: 200 OK` instead of a status line.
    pub const fn origin_server(mut self, origin: bool) -> Self {
        self.origin_server = origin;
        self
    }

    /// Whether the connection is to be kept for another request, if the response
    /// lets it; an origin server says so in its head.
    pub const fn keep_alive(mut self, keep: bool) -> Self {
        self.keep_alive = keep;
        self
    }

    /// Whether the system may copy a file into the connection, where it can. On
    /// by default.
    pub const fn sendfile(mut self, sendfile: bool) -> Self {
        self.sendfile = sendfile;
        self
    }

    /// The version that an origin server speaks: HTTP/1.1 unless it is set. In
    /// HTTP/1.0 there are no chunks.
    ///
    /// A client of 1.0 is answered as it can read it, under the version of the
    /// server (RFC 9110 section 6.2).
    pub const fn http_version(mut self, version: Version) -> Self {
        self.http_version = version;
        self
    }

    /// The name of the server: for an origin server the variable
    /// `SERVER_SOFTWARE`, unless it is set, and the header field Server.
    pub fn server_software(mut self, name: HeaderValue) -> Self {
        self.server_software = Some(name);
        self
    }

    /// Another log than lines on the error stream.
    #[doc(alias = "log_exception")]
    pub fn log_error(
        mut self,
        log: impl Fn(&Failure, &mut ErrorStream) + Send + Sync + 'static,
    ) -> Self {
        self.log_error = Some(Arc::new(log));
        self
    }

    /// How many frames of a backtrace are logged; all unless it is set. There is
    /// one if `RUST_BACKTRACE` asks for it.
    #[doc(alias = "traceback_limit")]
    pub const fn backtrace_limit(mut self, frames: usize) -> Self {
        self.backtrace_limit = frames;
        self
    }

    /// Another error page: what is answered if there was a failure before the
    /// head went out. Tell no client what went wrong inside.
    pub fn error_output(
        mut self,
        page: impl Fn(&Failure) -> Response<Output> + Send + Sync + 'static,
    ) -> Self {
        self.error_output = Some(Arc::new(page));
        self
    }

    /// The status of the error page, if the request is not to blame: 500 unless
    /// it is set.
    pub const fn error_status(mut self, status: StatusCode) -> Self {
        self.error_status = status;
        self
    }

    /// The headers of the error page: `Content-Type: text/plain` unless they are
    /// set.
    pub fn error_headers(mut self, headers: HeaderMap) -> Self {
        self.error_headers = Arc::new(headers);
        self
    }

    /// The text of the error page.
    pub fn error_body(mut self, body: impl Into<Bytes>) -> Self {
        self.error_body = body.into();
        self
    }

    /// Whether something is to be set of the variables.
    pub(super) fn wants_variables(&self) -> bool {
        self.setup_environ.is_some() || self.scheme.is_some() || !self.os_environ.is_empty()
    }

    /// Without a log of its own.
    pub(super) const fn quiet(mut self) -> Self {
        self.quiet = true;
        self
    }

    /// Whether the handler logs why there was no answer.
    pub(super) fn logs(&self) -> bool {
        !self.quiet || self.log_error.is_some()
    }

    /// Nobody hears of an error of the log.
    pub(super) fn log(&self, failure: &Failure, errors: &mut ErrorStream) {
        match &self.log_error {
            Some(log) => log(failure, errors),
            None => {
                let _ = errors.write_all(self.report(failure).as_bytes());
                let _ = errors.flush();
            }
        }
    }

    fn report(&self, failure: &Failure) -> String {
        format!("error: {failure}\n") + &self.causes(failure)
    }

    /// What is behind a failure, in lines.
    pub(super) fn causes(&self, failure: &Failure) -> String {
        let mut report = String::new();
        let mut source = failure.error().source();
        while let Some(error) = source {
            report += &format!("caused by: {error}\n");
            source = error.source();
        }
        let backtrace = match failure.backtrace().status() {
            std::backtrace::BacktraceStatus::Captured => failure.backtrace().to_string(),
            _ => String::new(),
        };
        report + first_frames(&backtrace, self.backtrace_limit)
    }

    /// What the client is told.
    pub(super) fn error_page(&self, failure: &Failure) -> Response<Output> {
        match &self.error_output {
            Some(page) => page(failure),
            None => self.plain_error_page(failure),
        }
    }

    pub(super) fn plain_error_page(&self, failure: &Failure) -> Response<Output> {
        let status = failure.status();
        let body = match status {
            // What is wrong with a request its client may know.
            Some(_) => Bytes::from(format!("{failure}\n")),
            None => self.error_body.clone(),
        };
        let mut page = Response::new(Output::from(body));
        *page.status_mut() = status.unwrap_or(self.error_status);
        *page.headers_mut() = (*self.error_headers).clone();
        page
    }
}

/// A frame is a line that begins with its number, and a line that says where.
fn first_frames(backtrace: &str, limit: usize) -> &str {
    let is_frame = |line: &str| {
        let (number, rest) = line.trim_start().split_once(':').unwrap_or_default();
        !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()) && !rest.is_empty()
    };
    let mut frames = 0;
    let mut len = 0;
    for line in backtrace.split_inclusive('\n') {
        frames += usize::from(is_frame(line));
        if frames > limit {
            break;
        }
        len += line.len();
    }
    &backtrace[..len]
}

impl Default for HandlerOptions {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for HandlerOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HandlerOptions")
            .field("flags", &self.flags)
            .field("origin_server", &self.origin_server)
            .field("keep_alive", &self.keep_alive)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::first_frames;

    #[test]
    fn a_backtrace_is_cut_between_frames() {
        let backtrace =
            "   0: a\n             at ./a.rs:1:2\n   1: b::{{closure}}\n  10: c\n     at x\n";
        let lines = |limit| first_frames(backtrace, limit).lines().count();
        assert_eq!([0, 1, 2, 3, usize::MAX].map(lines), [0, 2, 3, 5, 5]);
        assert_eq!(first_frames("", 1), "");
    }
}
