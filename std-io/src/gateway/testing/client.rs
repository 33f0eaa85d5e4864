use super::body::Body;
use super::cookies::Jar;
use super::plan::Plan;
use super::redirect::{self, Rules};
use super::run::Running;
use super::{
    ClientError, CookieFault, Exchange, Hop, RedirectLoop, RequestBuilder, ResponseBody, SetCookie,
};
use crate::gateway::handler::source::set_up;
use crate::gateway::{
    Application, ErrorStream, Failure, Flags, HandlerOptions, Input, RequestEnviron,
};
use http::header::{HeaderValue, SET_COOKIE};
use http::{Method, Request, Response, StatusCode};
use std::fmt;
use std::io::{self, Read};
use std::time::Duration;
use tidegate_core::InputLimits;

/// A client of an application in the same process, for tests: Werkzeug's.
///
/// It keeps cookies, follows redirects where it is asked to, and streams both
/// ways: the application reads the body of a request where it lies, and the body
/// of its response is made while that is read.
///
/// ```
/// use http::{Request, Response, StatusCode};
/// use tidegate_std_io::gateway::{Failure, Input, IntoResponse, Output};
/// use tidegate_std_io::gateway::testing::{Client, RequestBuilder};
///
/// fn login(request: Request<Input>) -> Result<Response<Output>, Failure> {
///     match request.uri().path() {
///         "/login" => Ok(Response::builder()
///             .status(303)
///             .header("Location", "/")
///             .header("Set-Cookie", "user=eve; Path=/")
///             .body("".into())?),
///         _ => match request.headers().get("Cookie") {
///             Some(cookie) => format!("{}\n", cookie.to_str()?).into_response(),
///             None => (StatusCode::FORBIDDEN, "who are you?\n").into_response(),
///         },
///     }
/// }
///
/// let mut client = Client::new(login);
/// assert_eq!(client.get("/").send()?.status(), StatusCode::FORBIDDEN);
/// let form = RequestBuilder::new("/login").field("user", "eve");
/// let exchange = client.post(form).follow_redirects(true).send()?;
/// assert_eq!(exchange.url(), "http://localhost/");
/// assert_eq!(exchange.text()?, "user=eve\n");
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Limits
///
/// Bodies of requests: 16 MiB, unless [`input_limits`](Self::input_limits) says
/// otherwise; buffered responses: 64 MiB; 20 redirects. Cookies are as many as
/// the application sets.
///
/// # Errors
///
/// [`ClientError`]. A failure of the application is one of the test, and a panic
/// goes on, so that an assertion in an application fails its test; a failure for
/// which the request is to blame is answered with 400, 408 or 413.
/// [`as_handler`](Self::as_handler) has all of them answered.
pub struct Client<A> {
    app: A,
    jar: Option<Jar>,
    options: HandlerOptions,
    as_handler: bool,
    limits: InputLimits,
    rules: Rules,
    errors: ErrorStream,
}

impl<A: Application> Client<A> {
    /// Of this application.
    pub fn new(app: A) -> Self {
        Self {
            app,
            jar: Some(Jar::new()),
            options: HandlerOptions::new(),
            as_handler: false,
            limits: InputLimits::new(),
            rules: Rules::new(),
            errors: ErrorStream::stderr(),
        }
    }

    /// Whether it keeps cookies, and sends them. On by default.
    #[must_use]
    pub fn use_cookies(mut self, cookies: bool) -> Self {
        self.jar = cookies.then(Jar::new);
        self
    }

    /// Whether redirects to hosts below that of the request are followed. Off by
    /// default.
    #[must_use]
    pub const fn allow_subdomain_redirects(mut self, allow: bool) -> Self {
        self.rules.subdomains = allow;
        self
    }

    /// One more host that the application answers for, so that redirects to it are
    /// followed; with a dot in front, all hosts below it too.
    #[must_use]
    pub fn allow_redirects_to(mut self, host: impl Into<String>) -> Self {
        self.rules.allowed.push(host.into());
        self
    }

    /// How many redirects are followed, one behind another: 20 unless it is set.
    #[must_use]
    pub const fn max_redirects(mut self, most: usize) -> Self {
        self.rules.most = most;
        self
    }

    /// How long the body of a request may be: what is longer is answered with 413.
    #[must_use]
    pub fn input_limits(mut self, limits: InputLimits) -> Self {
        self.limits = limits;
        self
    }

    /// Answers as a handler with these options would: failures and panics are
    /// logged, and become error pages. What goes wrong behind the head is an error
    /// of the body.
    ///
    /// Their [limits](HandlerOptions::input_limits) go for the requests, their
    /// variables are set up, and what a server adds to a response is left out.
    #[must_use]
    pub fn as_handler(mut self, options: HandlerOptions) -> Self {
        self.limits = options.limits.clone();
        self.options = options;
        self.as_handler = true;
        self
    }

    /// The application.
    pub const fn app(&self) -> &A {
        &self.app
    }

    /// A request of a path, a builder, or a request as it is.
    pub fn open(&mut self, request: impl Into<Asked>) -> Call<'_, A> {
        Call {
            client: self,
            asked: request.into(),
            buffered: false,
            follow: false,
        }
    }

    /// The same by GET.
    pub fn get(&mut self, request: impl Into<Asked>) -> Call<'_, A> {
        self.by(Method::GET, request)
    }

    /// The same by HEAD.
    pub fn head(&mut self, request: impl Into<Asked>) -> Call<'_, A> {
        self.by(Method::HEAD, request)
    }

    /// The same by POST.
    pub fn post(&mut self, request: impl Into<Asked>) -> Call<'_, A> {
        self.by(Method::POST, request)
    }

    /// The same by PUT.
    pub fn put(&mut self, request: impl Into<Asked>) -> Call<'_, A> {
        self.by(Method::PUT, request)
    }

    /// The same by PATCH.
    pub fn patch(&mut self, request: impl Into<Asked>) -> Call<'_, A> {
        self.by(Method::PATCH, request)
    }

    /// The same by DELETE.
    pub fn delete(&mut self, request: impl Into<Asked>) -> Call<'_, A> {
        self.by(Method::DELETE, request)
    }

    /// The same by OPTIONS.
    pub fn options(&mut self, request: impl Into<Asked>) -> Call<'_, A> {
        self.by(Method::OPTIONS, request)
    }

    /// The same by TRACE.
    pub fn trace(&mut self, request: impl Into<Asked>) -> Call<'_, A> {
        self.by(Method::TRACE, request)
    }

    /// Sends the request that a response asks for by redirecting, whether it would
    /// be followed or not. `None` if it does not redirect.
    ///
    /// ```
    /// use http::{Request, Response};
    /// use tidegate_std_io::gateway::{Input, Output};
    /// use tidegate_std_io::gateway::testing::Client;
    ///
    /// let app = |request: Request<Input>| match request.uri().path() {
    ///     "/a/old" => Response::builder().status(301).header("Location", "new").body(Output::empty()),
    ///     path => Ok(Response::new(path.to_owned().into())),
    /// };
    /// let mut client = Client::new(app);
    /// let moved = client.get("/a/old").send()?;
    /// let found = client.resolve_redirect(moved)?.unwrap();
    /// assert_eq!(found.text()?, "/a/new");
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As of a redirect that is followed. A form with files goes again where redirects
    /// are followed alone: an exchange does not keep its files open.
    pub fn resolve_redirect(
        &mut self,
        exchange: Exchange,
    ) -> Result<Option<Exchange>, ClientError> {
        let Exchange {
            plan,
            response,
            mut history,
            ..
        } = exchange;
        let (parts, body) = response.into_parts();
        let Some(location) = redirect::location(parts.status, &parts.headers) else {
            return Ok(None);
        };
        let url = plan.url().map_or_else(String::new, Into::into);
        let home = plan.host();
        let (mut plan, _) = plan.redirect(parts.status, location, &self.rules, &home)?;
        exhaust(body)?;
        history.push(Hop {
            url,
            response: Response::from_parts(parts, ()),
        });
        let (response, cookie) = self.run(&mut plan, false, false)?;
        Ok(Some(Exchange {
            plan,
            cookie,
            response,
            history,
        }))
    }

    /// Sets a cookie, as if this server had set it: key and value, or a
    /// [`SetCookie`].
    ///
    /// # Errors
    ///
    /// [`CookieFault`].
    pub fn set_cookie(
        &mut self,
        server_name: &str,
        cookie: impl Into<SetCookie>,
    ) -> Result<(), CookieFault> {
        let jar = self.jar.as_mut().ok_or(CookieFault::Disabled)?;
        jar.set(server_name, &cookie.into())
    }

    /// Deletes a cookie of this server, of this key, path and domain. That there
    /// is none is no error.
    ///
    /// # Errors
    ///
    /// As [`set_cookie`](Self::set_cookie).
    pub fn delete_cookie(
        &mut self,
        server_name: &str,
        cookie: impl Into<SetCookie>,
    ) -> Result<(), CookieFault> {
        self.set_cookie(server_name, cookie.into().max_age(Duration::ZERO))
    }

    /// The keys and values of the cookies that it would send to this URL, the
    /// nearest path first.
    pub fn cookies(&self, url: &str) -> Vec<(&str, &str)> {
        match (&self.jar, url::Url::parse(url)) {
            (Some(jar), Ok(url)) => jar.matches(&url),
            _ => Vec::new(),
        }
    }

    fn by(&mut self, method: Method, request: impl Into<Asked>) -> Call<'_, A> {
        self.open(request.into().by(method))
    }

    /// Sends one request. The cookie that it had is beside the response.
    fn run(
        &mut self,
        plan: &mut Plan,
        buffered: bool,
        again: bool,
    ) -> Result<(Response<ResponseBody>, Option<HeaderValue>), ClientError> {
        let cookie = self.jar.as_ref().filter(|jar| !jar.is_empty());
        let cookie = cookie.and_then(|jar| jar.header(&plan.url()?, &plan.headers));
        let (mut parts, framed) = plan
            .parts(cookie.as_ref())
            .map_err(|fault| ClientError::Request(fault.into()))?;
        if self.as_handler && self.options.wants_variables() {
            let variables = RequestEnviron::of_parts(&parts).to_variables();
            parts.extensions.insert(set_up(variables, &self.options));
        }
        if parts.extensions.get::<Flags>().is_none() {
            parts.extensions.insert(self.options.flags);
        }
        if parts.extensions.get::<ErrorStream>().is_none() {
            parts.extensions.insert(self.errors.clone());
        }
        let running = Running {
            options: &self.options,
            as_handler: self.as_handler,
            buffered,
        };
        let body = plan.take_body(again);
        let limits = plan.limits.as_ref().unwrap_or(&self.limits).clone();
        let reading = framed.map_err(Failure::from).and_then(|kind| {
            let reading = body.into_reading(kind, limits);
            reading.map_err(|at| Failure::from(at).of_body(kind, None))
        });
        let response = running.run(&self.app, parts, reading)?;
        if let Some(jar) = &mut self.jar
            && response.headers().contains_key(SET_COOKIE)
            && let Some(url) = plan.url()
        {
            jar.learn(&url, response.headers());
        }
        Ok((response, cookie))
    }
}

impl<A> fmt::Debug for Client<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("jar", &self.jar)
            .field("as_handler", &self.as_handler)
            .field("rules", &self.rules)
            .finish_non_exhaustive()
    }
}

/// What a client is asked to open.
///
/// Made of a path, a [`RequestBuilder`], or an `http::Request` whose body is an
/// [`Input`], which is sent as it is.
#[derive(Debug)]
pub struct Asked(What);

#[derive(Debug)]
enum What {
    Builder(Box<RequestBuilder>),
    Request(Box<Request<Input>>),
}

impl Asked {
    fn by(mut self, method: Method) -> Self {
        match &mut self.0 {
            What::Builder(builder) => builder.set_method(method),
            What::Request(request) => *request.method_mut() = method,
        }
        self
    }

    fn plan(self) -> Result<Plan, ClientError> {
        match self.0 {
            What::Builder(builder) => Ok(builder.plan()?),
            What::Request(request) => Ok(Plan::of_request(*request)),
        }
    }
}

impl From<RequestBuilder> for Asked {
    fn from(builder: RequestBuilder) -> Self {
        Self(What::Builder(Box::new(builder)))
    }
}

impl From<&str> for Asked {
    fn from(path: &str) -> Self {
        RequestBuilder::new(path).into()
    }
}

impl From<String> for Asked {
    fn from(path: String) -> Self {
        RequestBuilder::new(path).into()
    }
}

impl From<Request<Input>> for Asked {
    fn from(request: Request<Input>) -> Self {
        Self(What::Request(Box::new(request)))
    }
}

/// A request that is about to be sent.
#[derive(Debug)]
#[must_use = "nothing is sent before `send`"]
pub struct Call<'c, A> {
    client: &'c mut Client<A>,
    asked: Asked,
    buffered: bool,
    follow: bool,
}

impl<A: Application> Call<'_, A> {
    /// Whether the application is run to its end before there is a response.
    /// Otherwise it runs to the first byte of the body, and goes on while that is
    /// read.
    pub const fn buffered(mut self, buffered: bool) -> Self {
        self.buffered = buffered;
        self
    }

    /// Whether redirects are followed.
    ///
    /// Behind 307 and 308 the same request goes there, with its body, which is a
    /// [`NotReplayable`](ClientError::NotReplayable) error where that is a reader;
    /// behind 301, 302, 303 and 305 a GET without a body, or HEAD if that was
    /// asked. To another host neither `Authorization` goes nor a `Cookie` header
    /// field of the request's own.
    pub const fn follow_redirects(mut self, follow: bool) -> Self {
        self.follow = follow;
        self
    }

    /// Sends it.
    ///
    /// # Errors
    ///
    /// [`ClientError`].
    pub fn send(self) -> Result<Exchange, ClientError> {
        let Self {
            client,
            asked,
            buffered,
            follow,
        } = self;
        let mut plan = asked.plan()?;
        if !follow {
            let (response, cookie) = client.run(&mut plan, buffered, false)?;
            return Ok(Exchange {
                plan,
                cookie,
                response,
                history: Vec::new(),
            });
        }
        let home = plan.host();
        let mut history = Vec::new();
        let mut made: Vec<(StatusCode, Method, String, Option<HeaderValue>)> = Vec::new();
        loop {
            let (response, cookie) = client.run(&mut plan, buffered, true)?;
            let status = response.status();
            let Some(location) = redirect::location(status, response.headers()).cloned() else {
                // Nobody will ask for it again: its files are closed.
                plan.body = Body::Spent;
                return Ok(Exchange {
                    plan,
                    cookie,
                    response,
                    history,
                });
            };
            let limit = client.rules.most;
            if history.len() == limit {
                return Err(ClientError::TooManyRedirects { limit });
            }
            let (parts, body) = response.into_parts();
            exhaust(body)?;
            let from = plan.url().map_or_else(String::new, Into::into);
            let (next, to) = plan.redirect(status, &location, &client.rules, &home)?;
            let redirect = (status, next.method.clone(), to.into(), cookie);
            if made.contains(&redirect) {
                let (status, _, url, _) = redirect;
                return Err(ClientError::RedirectLoop(RedirectLoop { status, url }));
            }
            made.push(redirect);
            history.push(Hop {
                url: from,
                response: Response::from_parts(parts, ()),
            });
            plan = next;
        }
    }
}

/// What stands at the end of an application is to happen as well.
fn exhaust(body: ResponseBody) -> Result<(), ClientError> {
    const MOST: u64 = 64 << 20;
    let mut body = body.take(MOST);
    io::copy(&mut body, &mut io::sink()).map_err(ClientError::Body)?;
    body.into_inner().close();
    Ok(())
}
