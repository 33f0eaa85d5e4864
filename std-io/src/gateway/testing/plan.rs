use super::base::Base;
use super::body::Body;
use crate::gateway::handler::source::{Framed, kind_of_headers};
use crate::gateway::request::parts_of;
use crate::gateway::{ErrorStream, Flags, Input, RequestEnviron, RequestFault, Variables};
use http::header::{COOKIE, HOST, HeaderMap, HeaderValue};
use http::request::Parts;
use http::{Extensions, Method, Request, Uri, Version};
use percent_encoding::percent_decode_str;
use std::borrow::Cow;
use tidegate_core::environ::{
    Environ, EnvironMut, HostRules, body_kind, host, scheme, script_name,
};
use tidegate_core::{BodyKind, InputLimits};
use url::Url;

/// A request, checked, of which there may be several: one for each redirect.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) method: Method,
    pub(super) target: Uri,
    pub(super) version: Version,
    pub(super) headers: HeaderMap,
    pub(super) base: Base,
    pub(super) body: Body,
    /// How the body is delimited, if the headers do not say it.
    pub(super) framing: Option<BodyKind>,
    pub(super) limits: Option<InputLimits>,
    pub(super) extensions: Extensions,
    /// What a request that was given does not have.
    pub(super) made: Option<Made>,
}

/// Nothing else runs the application.
pub(super) const NO_FLAGS: Flags = Flags {
    multithread: false,
    multiprocess: false,
    run_once: false,
};

/// What a builder says beside the request.
#[derive(Clone, Debug)]
pub(super) struct Made {
    pub(super) flags: Flags,
    pub(super) errors: Option<ErrorStream>,
    pub(super) defaults: Variables,
    pub(super) overrides: Variables,
}

impl Plan {
    /// That of a request as it is.
    pub(super) fn of_request(request: Request<Input>) -> Self {
        let (parts, input) = request.into_parts();
        let base = base_of(&parts);
        let framing = Some(BodyKind::UntilClose);
        Self {
            method: parts.method,
            target: parts.uri,
            version: parts.version,
            headers: parts.headers,
            base,
            body: Body::Given(input),
            framing,
            limits: None,
            extensions: parts.extensions,
            made: None,
        }
    }

    /// The request without its body, with this cookie, and how the body is
    /// delimited.
    pub(super) fn parts(
        &self,
        cookie: Option<&HeaderValue>,
    ) -> Result<(Parts, Framed), RequestFault> {
        let (mut parts, ()) = Request::new(()).into_parts();
        parts.method = self.method.clone();
        parts.uri = self.target.clone();
        parts.version = self.version;
        parts.headers = self.headers.clone();
        parts.extensions = self.extensions.clone();
        if let Some(cookie) = cookie {
            parts.headers.insert(COOKIE, cookie.clone());
            if let Some(variables) = parts.extensions.get_mut::<Variables>() {
                variables.set("HTTP_COOKIE", cookie.as_bytes());
            }
        }
        match &self.made {
            Some(made) => self.with_variables(parts, made),
            None => {
                let framed = match self.framing {
                    Some(kind) => Ok(kind),
                    None => kind_of_headers(&parts),
                };
                Ok((parts, framed))
            }
        }
    }

    fn with_variables(&self, parts: Parts, made: &Made) -> Result<(Parts, Framed), RequestFault> {
        let mut variables = RequestEnviron::of_parts(&parts).to_variables();
        let Base { scheme, root, .. } = &self.base;
        if !root.is_empty() {
            let path = self.target.path();
            let path = path.strip_prefix(&**root).unwrap_or(path);
            variables.set("PATH_INFO", percent_decode_str(path).collect::<Vec<_>>());
            let root = percent_decode_str(root).collect::<Vec<_>>();
            variables.set("SCRIPT_NAME", root);
        }
        variables.set("SERVER_NAME", self.base.server_name());
        variables.set("SERVER_PORT", self.base.server_port().to_string());
        variables.set("wsgi.url_scheme", scheme.as_str());
        let mut describe = false;
        for (name, value) in made.defaults.iter() {
            if variables.var(name).is_none() {
                describe |= describes(name);
                variables.set(name, value);
            }
        }
        for (name, value) in made.overrides.iter() {
            describe |= describes(name);
            *variables.var_mut(name) = value.to_vec();
        }
        let (mut parts, framed) = match describe {
            true => (parts_of(&variables)?, body_kind(&variables)),
            false => {
                let framed = kind_of_headers(&parts);
                (parts, framed)
            }
        };
        // Nobody can say how long the body is, unless somebody did.
        let framed = match (self.framing, framed) {
            (Some(kind), Ok(BodyKind::Chunked)) => Ok(kind),
            (_, framed) => framed,
        };
        parts.extensions.insert(variables);
        parts.extensions.insert(made.flags);
        if let Some(errors) = &made.errors {
            parts.extensions.insert(errors.clone());
        }
        Ok((parts, framed))
    }

    /// Keeps of the variables what holds for the next request too.
    pub(super) fn forget_variables(&mut self) {
        if let Some(variables) = self.extensions.remove::<Variables>() {
            let flags = self.extensions.get().copied();
            self.made = Some(Made {
                flags: flags.unwrap_or(NO_FLAGS),
                errors: None,
                defaults: variables,
                overrides: Variables::new(),
            });
        }
        let Some(made) = &mut self.made else {
            return;
        };
        for variables in [&mut made.defaults, &mut made.overrides] {
            let kept = variables
                .iter()
                .filter(|(name, _)| !is_of_one_request(name));
            let kept = kept.map(|(name, value)| (name.to_owned(), value.to_vec()));
            *variables = kept.collect();
        }
    }

    /// The body, of which another is left where there can be two.
    pub(super) fn take_body(&mut self, wanted: bool) -> Body {
        let again = self.body.again(wanted);
        std::mem::replace(&mut self.body, again)
    }

    /// What was asked for.
    pub(super) fn url(&self) -> Option<Url> {
        let host = match self.headers.get(HOST) {
            Some(host) => Cow::Borrowed(host.to_str().ok()?),
            None => self.base.host.clone(),
        };
        let target = self.target.path_and_query().map_or("/", |it| it.as_str());
        Url::parse(&format!("{}://{host}{target}", self.base.scheme)).ok()
    }
}

/// Whether the request itself changes with a variable.
fn describes(name: &str) -> bool {
    name.starts_with("HTTP_")
        || matches!(
            name,
            "CONTENT_TYPE"
                | "CONTENT_LENGTH"
                | "REQUEST_METHOD"
                | "SCRIPT_NAME"
                | "PATH_INFO"
                | "QUERY_STRING"
                | "SERVER_PROTOCOL"
        )
}

/// Whether the next request says it by itself, and otherwise.
fn is_of_one_request(name: &str) -> bool {
    describes(name) || matches!(name, "SERVER_NAME" | "SERVER_PORT" | "wsgi.url_scheme")
}

fn base_of(parts: &Parts) -> Base {
    let environ = RequestEnviron::of_parts(parts);
    let Base { host: local, .. } = Base::local();
    let scheme = scheme(&environ);
    let named = host(&environ, &HostRules::new());
    Base {
        scheme,
        host: named.map_or(local, |host| host.to_string().into()),
        root: root_of(&environ, parts.uri.path()).into(),
    }
}

/// As much of the path as the name of the application makes.
fn root_of(environ: &RequestEnviron<'_>, path: &str) -> String {
    let name = script_name(environ);
    let name = name.as_bytes();
    let ends = path.match_indices('/').map(|(at, _)| at);
    let mut roots = ends.chain([path.len()]).map(|end| &path[..end]);
    let is_root = |root: &&str| percent_decode_str(root).eq(name.iter().copied());
    roots.find(is_root).unwrap_or_default().to_owned()
}
