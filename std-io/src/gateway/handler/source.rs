//! What a request is read from.

use crate::gateway::request::parts_of;
use crate::gateway::{Failure, HandlerOptions, RequestEnviron, Variables};
use http::Version;
use http::request::Parts;
use tidegate_core::environ::{Environ, body_kind, scheme};
use tidegate_core::{BodyKind, BodyKindFault, HttpVersion};

/// What describes the request.
#[derive(Debug)]
pub(super) enum Source {
    Variables(Variables),
    Request(Box<Parts>),
}

impl Source {
    /// The request, with its variables in the extensions, if it has some, and how
    /// its body is delimited.
    pub(super) fn read(self, options: &HandlerOptions) -> Result<(Parts, Framed), Failure> {
        let (mut parts, framed, variables) = match self {
            Self::Variables(variables) => {
                let variables = set_up(variables, options);
                let framed = match options.origin_server {
                    true => body_kind(&variables),
                    false => kind_behind_server(&variables),
                };
                (parts_of(&variables)?, framed, Some(variables))
            }
            Self::Request(parts) => {
                let framed = kind_of_headers(&parts);
                let derive = || RequestEnviron::of_parts(&parts).to_variables();
                let variables = options.wants_variables().then(|| set_up(derive(), options));
                (*parts, framed, variables)
            }
        };
        if let Some(variables) = variables {
            parts.extensions.insert(variables);
        }
        Ok((parts, framed))
    }
}

/// Known only once it is known how to answer.
pub(in crate::gateway) type Framed = Result<BodyKind, BodyKindFault>;

pub(in crate::gateway) fn set_up(mut variables: Variables, options: &HandlerOptions) -> Variables {
    for (name, value) in options.os_environ.iter() {
        variables.set_default(name, value);
    }
    let scheme = options.scheme.unwrap_or_else(|| scheme(&variables));
    variables.set("wsgi.url_scheme", scheme.as_str());
    if let Some(name) = options
        .server_software
        .as_ref()
        .filter(|_| options.origin_server)
    {
        variables.set_default("SERVER_SOFTWARE", name.as_bytes());
    }
    if let Some(setup) = &options.setup_environ {
        setup(&mut variables);
    }
    variables
}

/// By the headers themselves: variables do not tell all that is wrong with them.
pub(in crate::gateway) fn kind_of_headers(parts: &Parts) -> Framed {
    let version = match parts.version {
        Version::HTTP_09 | Version::HTTP_10 => HttpVersion::Http10,
        _ => HttpVersion::Http11,
    };
    let headers = parts.headers.iter();
    let headers = headers.map(|(name, value)| (name.as_str(), value.as_bytes()));
    BodyKind::of_request(version, headers)
}

/// A transfer coding is undone by the server in front, which then knows the
/// length (RFC 3875 section 4.2), or ends the input where the body ends.
fn kind_behind_server(variables: &Variables) -> Framed {
    let length = variables.var("CONTENT_LENGTH").filter(|it| !it.is_empty());
    match (length, variables.var("HTTP_TRANSFER_ENCODING")) {
        (None, Some(_)) => Ok(BodyKind::UntilClose),
        (length, _) => {
            let length = length.map(|length| ("Content-Length", length));
            BodyKind::of_request(HttpVersion::Http11, length)
        }
    }
}
