use super::BuildFault;
use super::base::Base;
use super::body::{Content, Field, Reader, encode_pairs};
use super::plan::{Made, NO_FLAGS, Plan};
use super::run::Reading;
use crate::gateway::{ErrorStream, Flags, Headers, Input, RequestFault, Variables};
use crate::{Form, FormValue, PartBody};
use bytes::Bytes;
use http::header::{HOST, HeaderMap, HeaderValue};
use http::{Extensions, Method, Request, Uri, Version};
use std::io::Read;
use std::path::Path;
use tidegate_core::InputLimits;
use tidegate_core::environ::Escaped;

/// A request made by hand, for an application under test: Werkzeug's
/// `EnvironBuilder`.
///
/// It becomes an [`http::Request`](Self::request) for an application,
/// [variables](Self::environ) for a handler, or what a
/// [`Client`](super::Client) opens. For a request as it is use
/// `http::Request::builder`, which lets you write what is wrong too.
///
/// ```
/// use http::Method;
/// use tidegate_std_io::FormValue;
/// use tidegate_std_io::core::environ::Environ;
/// use tidegate_std_io::gateway::testing::RequestBuilder;
///
/// let request = RequestBuilder::new("/gr\u{fc}n?page=2")
///     .base_url("https://example.org:8443/app")
///     .method(Method::POST)
///     .field("title", "Tide")
///     .file("readme", FormValue::new("# Tide").filename("README.md"))
///     .request()?;
/// assert_eq!(request.uri(), "/app/gr%C3%BCn?page=2");
/// assert_eq!(request.headers()["host"], "example.org:8443");
///
/// let environ = RequestBuilder::new("/gr\u{fc}n").base_url("http://localhost/app").environ()?;
/// assert_eq!(environ.var("SCRIPT_NAME"), Some(&b"/app"[..]));
/// assert_eq!(environ.var("PATH_INFO"), Some("/gr\u{fc}n".as_bytes()));
/// # Ok::<(), tidegate_std_io::gateway::testing::BuildFault>(())
/// ```
///
/// # Limits
///
/// Of the body those of [`input_limits`](Self::input_limits): 16 MiB, as under a
/// handler. Files and readers are read when the application reads, in blocks of
/// 64 KiB.
///
/// # Errors
///
/// [`BuildFault`], from whatever ends it: of several the first that was made.
/// Files that were given are closed when it is dropped, or what was made of it.
#[doc(alias = "EnvironBuilder")]
#[derive(Debug)]
#[must_use]
pub struct RequestBuilder {
    path: String,
    query: Query,
    base: Base,
    method: Method,
    version: Version,
    headers: Headers,
    content: Content,
    flags: Flags,
    errors: Option<ErrorStream>,
    defaults: Variables,
    overrides: Variables,
    limits: Option<InputLimits>,
    fault: Option<BuildFault>,
}

#[derive(Debug)]
enum Query {
    /// What is in the path.
    OfPath,
    Text(String),
    Args(Vec<(String, String)>),
}

impl RequestBuilder {
    /// `GET` of this path, below `http://localhost/`.
    ///
    /// It may be an IRI, and have escapes. Behind a `?` is the query, unless one
    /// is [given](Self::query_string): then the `?` is a part of the path. Behind
    /// a `#` is a fragment, of which no server hears. Nothing else is made of it:
    /// `/../x` stays that.
    pub fn new(path: impl Into<String>) -> Self {
        let path: String = path.into();
        let mut builder = Self {
            path,
            query: Query::OfPath,
            base: Base::local(),
            method: Method::GET,
            version: Version::HTTP_11,
            headers: Headers::new(),
            content: Content::Nothing,
            flags: NO_FLAGS,
            errors: None,
            defaults: Variables::new(),
            overrides: Variables::new(),
            limits: None,
            fault: None,
        };
        let first = builder.path.split(['/', '?', '#']).next();
        if first.is_some_and(|first| first.ends_with(':')) && builder.path.contains("://") {
            builder.refuse(BuildFault::Path);
        }
        builder
    }

    /// The URL of the application: its scheme, host and port, and the path in
    /// front of its own, which becomes `SCRIPT_NAME`. A host that is not ASCII is
    /// written as IDNA has it.
    pub fn base_url(mut self, url: &str) -> Self {
        match Base::parse(url) {
            Ok(base) => self.base = base,
            Err(fault) => self.refuse(fault),
        }
        self
    }

    /// The query. What it may not hold is escaped.
    pub fn query_string(mut self, query: impl Into<String>) -> Self {
        match self.query {
            Query::Args(_) => self.refuse(BuildFault::ArgsAndQuery),
            _ => self.query = Query::Text(query.into()),
        }
        self
    }

    /// An argument, which is urlencoded into the query.
    pub fn arg(self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.args([(name, value)])
    }

    /// Arguments.
    pub fn args<N: Into<String>, V: Into<String>>(
        mut self,
        args: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        if let Query::OfPath = self.query {
            self.query = Query::Args(Vec::new());
        }
        match &mut self.query {
            Query::Args(all) => {
                let args = args.into_iter();
                all.extend(args.map(|(name, value)| (name.into(), value.into())));
            }
            _ => self.refuse(BuildFault::ArgsAndQuery),
        }
        self
    }

    /// The method.
    pub fn method(mut self, method: Method) -> Self {
        self.method = method;
        self
    }

    /// The version of HTTP, `SERVER_PROTOCOL`: 1.1 unless it is set.
    #[doc(alias = "server_protocol")]
    pub const fn version(mut self, version: Version) -> Self {
        self.version = version;
        self
    }

    /// One more header field.
    ///
    /// One called `Host` goes before that of the base URL. How a body is framed
    /// is believed, as a server believes it: behind `Transfer-Encoding: chunked`
    /// the [body](Self::body) is what is on the wire.
    pub fn header(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        if let Err(fault) = self.headers.add(name, value, &[]) {
            self.refuse(fault);
        }
        self
    }

    /// The type of the body, instead of what was chosen: multipart if there are
    /// files, urlencoded if there are fields alone.
    pub fn content_type(self, media_type: &str) -> Self {
        self.only("Content-Type", media_type)
    }

    /// A length of the body that is announced, right or wrong, instead of the one
    /// that it has.
    pub fn content_length(self, length: u64) -> Self {
        self.only("Content-Length", &length.to_string())
    }

    /// A field of a form.
    pub fn field(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.add(name.into(), Field::Text(value.into()));
        self
    }

    /// Fields of a form.
    pub fn fields<N: Into<String>, V: Into<String>>(
        mut self,
        fields: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        for (name, value) in fields {
            self.add(name.into(), Field::Text(value.into()));
        }
        self
    }

    /// A file of a form, or a field with more than its text: a reader, a name, a
    /// type.
    pub fn file(mut self, name: impl Into<String>, value: impl Into<FormValue<'static>>) -> Self {
        self.add(name.into(), Field::File(Box::new(value.into())));
        self
    }

    /// The file of this path, under its own name and type; see [`Form::file`].
    pub fn file_at(mut self, name: impl Into<String>, path: impl AsRef<Path>) -> Self {
        let path = path.as_ref();
        let name_of_file = path.file_name().unwrap_or_default();
        match PartBody::open(path) {
            Ok(body) => {
                let value =
                    FormValue::new(body).filename(name_of_file.to_string_lossy().into_owned());
                self.file(name, value)
            }
            Err(error) => {
                self.refuse(error);
                self
            }
        }
    }

    /// A form, instead of single fields and files.
    pub fn form(mut self, form: Form<'static>) -> Self {
        self.set(Content::Form(Box::new(form)));
        self
    }

    /// The body, instead of a form.
    #[doc(alias = "data")]
    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.set(Content::Bytes(body.into()));
        self
    }

    /// A body that is read when the application reads, to its end.
    #[doc(alias = "input_stream")]
    pub fn input(mut self, reader: impl Read + Send + 'static) -> Self {
        self.set(Content::Reader(Reader::new(reader, None)));
        self
    }

    /// The same with a length, which is announced.
    pub fn input_with_len(mut self, reader: impl Read + Send + 'static, len: u64) -> Self {
        self.set(Content::Reader(Reader::new(reader, Some(len))));
        self
    }

    /// Whether another thread may call the application at the same time.
    pub const fn multithread(mut self, multithread: bool) -> Self {
        self.flags.multithread = multithread;
        self
    }

    /// Whether another process may.
    pub const fn multiprocess(mut self, multiprocess: bool) -> Self {
        self.flags.multiprocess = multiprocess;
        self
    }

    /// Whether the process answers this one request.
    pub const fn run_once(mut self, run_once: bool) -> Self {
        self.flags.run_once = run_once;
        self
    }

    /// Where the application writes what is for the operator: the standard error
    /// of the process unless it is set.
    #[doc(alias = "errors_stream")]
    pub fn errors(mut self, errors: ErrorStream) -> Self {
        self.errors = Some(errors);
        self
    }

    /// Variables, unless the request has others of the same name.
    pub fn environ_base<N: Into<String>, V: Into<Vec<u8>>>(
        mut self,
        variables: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        self.defaults.extend(variables);
        self
    }

    /// Variables, instead of what the request has of the same name.
    ///
    /// Those that describe the request change it: it is what they ask for.
    pub fn environ_overrides<N: Into<String>, V: Into<Vec<u8>>>(
        mut self,
        variables: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        self.overrides.extend(variables);
        self
    }

    /// How long the body may be: instead of what
    /// [the client](super::Client::input_limits) says, where there is one.
    pub fn input_limits(mut self, limits: InputLimits) -> Self {
        self.limits = Some(limits);
        self
    }

    /// `SERVER_NAME`, which the base URL says.
    pub fn server_name(&self) -> &str {
        self.base.server_name()
    }

    /// `SERVER_PORT`, which the base URL says.
    pub fn server_port(&self) -> u16 {
        self.base.server_port()
    }

    /// The request, with its [`Variables`], [`Flags`] and [`ErrorStream`] in the
    /// extensions.
    ///
    /// # Errors
    ///
    /// See [the type](Self#errors).
    #[doc(alias = "get_request")]
    pub fn request(self) -> Result<Request<Input>, BuildFault> {
        let mut plan = self.plan()?;
        let limits = plan.limits.clone().unwrap_or_default();
        let (parts, framed) = plan.parts(None)?;
        let input = match plan.take_body(false).into_reading(framed?, limits)? {
            Reading::Given(input) => input,
            Reading::Stream(stream, _) => Input::lend(stream).0,
        };
        Ok(Request::from_parts(parts, input))
    }

    /// The variables of the request.
    ///
    /// # Errors
    ///
    /// See [the type](Self#errors).
    #[doc(alias = "get_environ")]
    pub fn environ(self) -> Result<Variables, BuildFault> {
        let (mut parts, _) = self.plan()?.parts(None)?;
        Ok(parts.extensions.remove().unwrap_or_default())
    }

    /// All of it, checked.
    pub(super) fn plan(self) -> Result<Plan, BuildFault> {
        if let Some(fault) = self.fault {
            return Err(fault);
        }
        let target = target(&self.base.root, &self.path, &self.query)?;
        let mut headers = HeaderMap::with_capacity(8);
        #[expect(clippy::expect_used, reason = "the host of a URL is ASCII")]
        let host = HeaderValue::try_from(&*self.base.host).expect("ASCII");
        headers.insert(HOST, host);
        let replaced = self.headers.replace_in(&mut headers);
        replaced.map_err(|_| RequestFault::Headers)?;
        let (body, framing) = self.content.encode(&mut headers, self.version)?;
        Ok(Plan {
            method: self.method,
            target,
            version: self.version,
            headers,
            base: self.base,
            body,
            framing,
            limits: self.limits,
            extensions: Extensions::new(),
            made: Some(Made {
                flags: self.flags,
                errors: self.errors,
                defaults: self.defaults,
                overrides: self.overrides,
            }),
        })
    }

    pub(super) fn set_method(&mut self, method: Method) {
        self.method = method;
    }

    fn only(mut self, name: &str, value: &str) -> Self {
        if let Err(fault) = self.headers.set(name, value) {
            self.refuse(fault);
        }
        self
    }

    fn add(&mut self, name: String, field: Field) {
        if let Err(fault) = self.content.add_field(name, field) {
            self.refuse(fault);
        }
    }

    fn set(&mut self, content: Content) {
        if let Err(fault) = self.content.set(content) {
            self.refuse(fault);
        }
    }

    fn refuse(&mut self, fault: impl Into<BuildFault>) {
        self.fault.get_or_insert(fault.into());
    }
}

/// The variables of a GET of this path, below this URL: short for
/// [`RequestBuilder::environ`].
///
/// ```
/// use tidegate_std_io::core::environ::Environ;
/// use tidegate_std_io::gateway::testing::create_environ;
///
/// let environ = create_environ("/foo?bar", "http://[::1]:8080/")?;
/// assert_eq!(environ.var("PATH_INFO"), Some(&b"/foo"[..]));
/// assert_eq!(environ.var("QUERY_STRING"), Some(&b"bar"[..]));
/// assert_eq!(environ.var("SERVER_NAME"), Some(&b"[::1]"[..]));
/// assert_eq!(environ.var("SERVER_PORT"), Some(&b"8080"[..]));
/// # Ok::<(), tidegate_std_io::gateway::testing::BuildFault>(())
/// ```
///
/// # Errors
///
/// Those of [`RequestBuilder`].
pub fn create_environ(path: impl Into<String>, base_url: &str) -> Result<Variables, BuildFault> {
    RequestBuilder::new(path).base_url(base_url).environ()
}

/// What stands in the request line.
fn target(root: &str, path: &str, query: &Query) -> Result<Uri, BuildFault> {
    let path = path.split('#').next().unwrap_or_default();
    let (path, of_path) = match (query, path.split_once('?')) {
        (Query::OfPath, Some((path, query))) => (path, Some(query)),
        _ => (path, None),
    };
    let mut target = root.to_owned();
    let is_root_alone = path.is_empty() && !root.is_empty();
    if !path.starts_with('/') && !is_root_alone {
        target.push('/');
    }
    for (at, piece) in path.split('?').enumerate() {
        if at > 0 {
            target.push_str("%3F");
        }
        target.extend(Escaped::of_iri(piece));
    }
    let encoded;
    let query = match query {
        Query::OfPath => of_path,
        Query::Text(query) => Some(&**query),
        Query::Args(args) => {
            encoded = encode_pairs(args.iter().map(|(name, value)| (name, value)));
            Some(&*encoded)
        }
    };
    if let Some(query) = query.filter(|query| !query.is_empty()) {
        target.push('?');
        target.extend(Escaped::of_iri(query));
    }
    Uri::try_from(target).map_err(|_| RequestFault::Target.into())
}
