//! CGI-style variables: what a server says of a request, and what to make of
//! it.
//!
//! CGI (RFC 3875), FastCGI, SCGI and WSGI describe a request by variables such
//! as `SCRIPT_NAME` and `HTTP_HOST`. [`Environ`] is whatever holds them; the
//! functions here answer from it what Werkzeug's `wsgi` and Python's
//! `wsgiref.util` answer. They allocate nothing: what is a part of a variable is
//! lent, and what is put together, such as a URL, is an iterator of pieces that
//! can be displayed.
//!
//! ```
//! use tidegate_core::environ::{self, HostRules};
//!
//! let variables = [
//!     ("HTTP_HOST", "example.org:8080"),
//!     ("SCRIPT_NAME", "/app"),
//!     ("PATH_INFO", "/caf\u{e9}"),
//!     ("QUERY_STRING", "page=2"),
//! ];
//! let url = environ::request_uri(&variables, true, &HostRules::new())?;
//! assert_eq!(url.to_string(), "http://example.org:8080/app/caf%C3%A9?page=2");
//! # Ok::<(), tidegate_core::environ::HostFault>(())
//! ```
//!
//! # Names
//!
//! | Werkzeug, `wsgiref` | here | what differs |
//! |---|---|---|
//! | `guess_scheme` | [`guess_scheme`] | `HTTPS` in any letter case; [`scheme`] asks `wsgi.url_scheme` first |
//! | `application_uri` | [`application_uri`] | the host is [checked](host), and a default port left out |
//! | `request_uri(include_query)` | [`request_uri`] | the same; the query is ASCII; a path without its first slash gets one |
//! | `get_current_url(root_only, strip_querystring, host_only, trusted_hosts)` | [`current_url`], [`UrlPart`] | a URI and not an IRI, and `%` is escaped, for a path holds no escapes |
//! | `get_host`, `X-Forwarded-Host` | [`host`], [`HostRules`] | forwarded hosts by the number of proxies; a host that is missing or malformed is an error, and not empty |
//! | `host_is_trusted` | [`host_is_trusted`] | letter case does not count; IPv6 by address; entries are to be in ASCII, as `trusted_entry` (feature `idna`) makes them |
//! | `get_script_name`, `get_path_info` | [`script_name`], [`path_info`] | bytes, with [a view](Text) as UTF-8 instead of `charset` and `errors` |
//! | `get_query_string` | [`query_string`] | |
//! | `get_content_length` | [`content_length`], [`body_kind`] | what is no number is refused, and not 0 |
//! | `pop_path_info` | [`pop_path_info`] | what is left is returned; with `alloc` `EnvironMut` changes it in place |
//! | `peek_path_info` | [`peek_path_info`] | `None` where nothing is left, as documented there |
//! | `shift_path_info` | [`shift_path_info`] | `SCRIPT_NAME` is taken to be normal |
//! | `extract_path_info` | [`extract_path_info`], [`extract_path_info_of_base`] | says why not; a prefix ends where a segment ends |
//! | `is_hop_by_hop` | [`is_hop_by_hop`] | `Trailer` and `Proxy-Connection` too |
//! | `setup_testing_defaults` | [`testing_defaults`] | a view; without the flags of `wsgi.*`, which are no variables here |
//! | `wsgi.version` | | there is one |

mod body;
mod defaults;
#[cfg(feature = "idna")]
mod entry;
mod escape;
mod extract;
mod header;
mod host;
mod path;
mod resolve;
mod scheme;
mod shift;
mod text;
mod trust;
mod url;
mod variables;

pub use body::{body_kind, content_length};
pub use defaults::{TestingDefaults, testing_defaults};
#[cfg(feature = "idna")]
pub use entry::trusted_entry;
pub use escape::{Escaped, query_string};
pub use extract::{
    ExtractFault, ExtractedPath, PathBytes, extract_path_info, extract_path_info_of_base,
};
pub use header::{VariableFault, VariableName, is_hop_by_hop};
pub use host::{Host, HostFault};
pub use path::{PathPieces, PathStep, path_info, peek_path_info, pop_path_info, script_name};
pub use scheme::{Scheme, guess_scheme, scheme};
pub use shift::shift_path_info;
pub use text::Text;
pub use trust::{HostRules, host, host_is_trusted};
pub use url::{Url, UrlPart, application_uri, current_url, path_and_query, request_uri};
pub use variables::Environ;
#[cfg(feature = "alloc")]
pub use variables::EnvironMut;
