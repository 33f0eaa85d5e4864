//! Who reads our bodies, in their newest versions.

use super::{Change, Of, Order, Peer, Rule};
use crate::check::Sent;
use crate::encode::{self, Writer};
use crate::work::Part;

pub(super) const ALL: [Peer; 8] = [
    MULTER,
    WERKZEUG,
    PYTHON_MULTIPART,
    DJANGO,
    AIOHTTP,
    BUSBOY,
    FORMIDABLE,
    NODE,
];

const MULTER: Peer = Peer {
    name: "multer",
    order: Order::AsTheyCame,
    rules: &[
        Rule {
            name: "only quotes are unescaped",
            reason: "a backslash that is escaped stays two",
            change: Change::Unquote(Of::Both, |quoted| quoted.replace("\\\"", "\"")),
        },
        Rule {
            name: "a backslash ends the name",
            reason: "the quote behind it is taken for an escaped one, and so there is no name",
            change: Change::Parts(|sent, parts| {
                without_names(sent, parts, |it| it.ends_with('\\'))
            }),
        },
        Rule {
            name: "a name is searched for parameters",
            reason: "it looks for `filename=` anywhere behind a blank",
            change: Change::Parts(|sent, mut parts| {
                for (part, [name, _]) in parts.iter_mut().zip(sent.quoted()) {
                    if let Some((_, inside)) = name.unwrap_or_default().split_once(" filename=") {
                        part.filename = Some(format!("{inside}\""));
                    }
                }
                parts
            }),
        },
        Rule {
            name: "control characters",
            reason: "httparse takes none in a field",
            change: Change::Refuse(has_control, "failed to read headers"),
        },
    ],
};

const WERKZEUG: Peer = Peer {
    name: "werkzeug",
    order: Order::OfOneName,
    rules: &[
        Rule {
            name: "any backslash escapes",
            reason: "it unquotes as RFC 9110 has it, so the backslashes of browsers are lost",
            change: Change::Unquote(Of::Both, |quoted| encode::unescape(quoted, |_| true)),
        },
        Rule {
            name: "%22 is a quote",
            reason: "it undoes what browsers do to quotes, but not to line breaks",
            change: Change::Name(Of::Both, |name| name.replace("%22", "\"")),
        },
        Rule {
            name: "a backslash ends the name",
            reason: "the quote behind it is escaped, and so there is no name, and no file",
            change: Change::Parts(|sent, parts| {
                let mut parts = without_names(sent, parts, escapes_end);
                for part in parts.iter_mut().filter(|part| part.filename.is_none()) {
                    part.content_type = None;
                }
                parts
            }),
        },
    ],
};

const PYTHON_MULTIPART: Peer = Peer {
    name: "python-multipart",
    order: Order::AsTheyCame,
    rules: &[
        Rule {
            name: "two backslashes are one",
            reason: "it undoes \\\\ and \\\", as the standard library does",
            change: Change::Unquote(Of::Both, as_python),
        },
        Rule {
            name: "the last component of a path",
            reason: "of a file name with a drive or a server, which IE 6 sent",
            change: Change::Name(Of::File, |name| {
                let is_path = name.get(1..3) == Some(":\\") || name.starts_with("\\\\");
                let cut = if is_path {
                    name.rsplit('\\').next()
                } else {
                    None
                };
                cut.unwrap_or(name).to_owned()
            }),
        },
    ],
};

const DJANGO: Peer = Peer {
    name: "django",
    order: Order::OfOneName,
    rules: &[
        Rule {
            name: "a boundary in a name",
            reason: "it cuts the body at the delimiter wherever that stands, also in a line; \
                     nobody who does not know the boundary can put it there",
            change: Change::Parts(|sent, parts| {
                let holds = |name: String| name.contains("--tidegate");
                let is_cut = is_fixed(sent) && sent.names().any(holds);
                if is_cut { Vec::new() } else { parts }
            }),
        },
        Rule {
            name: "two backslashes are one",
            reason: "it undoes \\\\ and \\\", as the standard library does",
            change: Change::Unquote(Of::Both, as_python),
        },
        Rule {
            name: "blanks around a name",
            reason: "they are dropped",
            change: Change::Name(Of::Field, |name| name.trim().to_owned()),
        },
        Rule {
            name: "a file without a name",
            reason: "it is a field",
            change: Change::Parts(nameless_files_are_fields),
        },
        Rule {
            name: "character references",
            reason: "browsers write them into forms that are not in UTF-8",
            change: Change::Name(Of::File, |name| {
                name.replace("&#34;", "\"").replace("&amp;", "&")
            }),
        },
        Rule {
            name: "the last component of a path",
            reason: "also of a path of Windows",
            change: Change::Name(Of::File, last_component),
        },
        Rule {
            name: "what cannot be seen in a file name",
            reason: "it is dropped",
            change: Change::Name(Of::File, |name| {
                let unseen = |c: char| c.is_control() || matches!(c, '\u{200d}' | '\u{202e}');
                name.replace(unseen, "")
            }),
        },
        Rule {
            name: "a file name without a name in it",
            reason: "the file is dropped",
            change: Change::Parts(|_, mut parts| {
                parts.retain(|part| !matches!(part.filename.as_deref(), Some("" | "..")));
                parts
            }),
        },
    ],
};

const AIOHTTP: Peer = Peer {
    name: "aiohttp",
    order: Order::AsTheyCame,
    rules: &[
        Rule {
            name: "any backslash escapes",
            reason: "it unquotes as RFC 9110 has it, so the backslashes of browsers are lost, \
                     and first drops slashes from the start",
            change: Change::Unquote(Of::Both, |quoted| {
                let quoted = quoted.trim_start_matches(['\\', '/']);
                encode::unescape(quoted, |c| c.is_ascii())
            }),
        },
        Rule {
            name: "semicolons in a name",
            reason: "it cuts the field at semicolons first, and mends one cut in a name",
            change: Change::Refuse(
                |sent| {
                    let breaks =
                        |name: &String| name.matches(';').count() > 1 || name.contains("\\\";");
                    sent.names().any(|name| breaks(&name))
                },
                "Multipart field missing name.",
            ),
        },
        Rule {
            name: "control characters",
            reason: "it takes none in a field",
            change: Change::Refuse(has_control, "Invalid HTTP header"),
        },
        Rule {
            name: "_charset_, and a boundary of more than 30 bytes",
            reason: "it reads 32 bytes of that field and fails at its own check of the size",
            change: Change::Refuse(
                |sent| !is_fixed(sent) && has_charset(sent),
                "Chunk size must be greater",
            ),
        },
        Rule {
            name: "_charset_, and a short boundary",
            reason: "it does not read to the end of that field, and takes the rest for a head",
            change: Change::Refuse(
                |sent| is_fixed(sent) && has_charset(sent),
                "Invalid HTTP header: b'--tidegate'",
            ),
        },
        Rule {
            name: "a file without a name",
            reason: "it is a field",
            change: Change::Parts(nameless_files_are_fields),
        },
    ],
};

const BUSBOY: Peer = Peer {
    name: "busboy",
    order: Order::AsTheyCame,
    rules: &[
        Rule {
            name: "two backslashes are one",
            reason: "it undoes \\\\ and \\\", and leaves other backslashes alone",
            change: Change::Unquote(Of::Both, |quoted| {
                encode::unescape(quoted, |c| matches!(c, '\\' | '"'))
            }),
        },
        Rule {
            name: "a backslash ends the name",
            reason: "the quote behind it is escaped, and the part is passed over",
            change: Change::Parts(|sent, parts| {
                let lost = |names: [Option<String>; 2]| {
                    names.iter().flatten().any(|name| escapes_end(name))
                };
                let kept = parts.into_iter().zip(sent.quoted());
                let kept = kept.filter(|(_, names)| !lost(names.clone()));
                kept.map(|(part, _)| part).collect()
            }),
        },
        Rule {
            name: "an empty name",
            reason: "it is none",
            change: Change::Parts(|_, mut parts| {
                for part in &mut parts {
                    part.name = part.name.take().filter(|name| !name.is_empty());
                    part.filename = part.filename.take().filter(|name| !name.is_empty());
                }
                parts
            }),
        },
        Rule {
            name: "control characters",
            reason: "it takes none in a field",
            change: Change::Refuse(has_control, "Malformed part header"),
        },
        Rule {
            name: "parameters of types",
            reason: "it gives the type alone",
            change: Change::Type(|content_type| {
                let alone = content_type.split(';').next();
                alone.unwrap_or(content_type).to_owned()
            }),
        },
        Rule {
            name: "the last component of a path",
            reason: "also of a path of Windows; `..` is none (preservePath would keep all)",
            change: Change::Name(Of::File, |name| {
                let last = last_component(name);
                if last == ".." { String::new() } else { last }
            }),
        },
    ],
};

const FORMIDABLE: Peer = Peer {
    name: "formidable",
    order: Order::OfFieldsOfOneName,
    rules: &[
        Rule {
            name: "a name ends at any quote",
            reason: "it knows no escapes",
            change: Change::Unquote(Of::Field, |quoted| {
                quoted.split('"').next().unwrap_or(quoted).to_owned()
            }),
        },
        Rule {
            name: "a file name ends at a quote and a semicolon",
            reason: "it knows no escapes",
            change: Change::Unquote(Of::File, |quoted| {
                quoted.split("\"; ").next().unwrap_or(quoted).to_owned()
            }),
        },
        Rule {
            name: "what is behind the last backslash",
            reason: "of a file name; a slash stays",
            change: Change::Name(Of::File, |name| {
                name.rsplit('\\').next().unwrap_or(name).to_owned()
            }),
        },
        Rule {
            name: "%22 is a quote",
            reason: "of a file name alone, and line breaks stay escaped",
            change: Change::Name(Of::File, |name| name.replace("%22", "\"")),
        },
        Rule {
            name: "__proto__",
            reason: "it keeps fields in a plain object, and that name is lost",
            change: Change::Parts(|_, mut parts| {
                parts.retain(|part| part.name.as_deref() != Some("__proto__"));
                parts
            }),
        },
    ],
};

/// `Response.formData()`.
const NODE: Peer = Peer {
    name: "node",
    order: Order::AsTheyCame,
    rules: &[
        Rule {
            name: "a quote in a name",
            reason: "it knows no escapes but those of browsers",
            change: Change::Refuse(
                |sent| sent.names().any(|name| name.contains('"')),
                "Failed to parse body as FormData",
            ),
        },
        Rule {
            name: "a boundary without dashes in a value",
            reason: "it searches for that, and finds no dashes in front of it; nobody who does \
                     not know the boundary can put it there",
            change: Change::Refuse(
                |sent| {
                    let mut parts = sent.form.parts.iter();
                    let boundary = |window: &[u8]| window == b"tidegate";
                    is_fixed(sent)
                        && parts.any(|part| part.content.bytes().windows(8).any(boundary))
                },
                "Failed to parse body as FormData",
            ),
        },
        Rule {
            name: "backslashes are themselves",
            reason: "as in all browsers",
            change: Change::Unquote(Of::Both, str::to_owned),
        },
        Rule {
            name: "%22, %0D and %0A are undone",
            reason: "as the standard has it (Fetch, \"multipart/form-data parser\")",
            change: Change::Name(Of::Both, |name| {
                name.replace("%0A", "\n")
                    .replace("%0D", "\r")
                    .replace("%22", "\"")
            }),
        },
    ],
};

/// With a boundary that the values of the cases come near to.
fn is_fixed(sent: &Sent<'_>) -> bool {
    !matches!(sent.writer, Writer::Example)
}

fn has_control(sent: &Sent<'_>) -> bool {
    let is_control = |c: char| c.is_ascii_control() && c != '\t';
    sent.names().any(|name| name.contains(is_control))
}

fn has_charset(sent: &Sent<'_>) -> bool {
    sent.form.parts.iter().any(|part| part.name == "_charset_")
}

fn as_python(quoted: &str) -> String {
    quoted.replace("\\\\", "\\").replace("\\\"", "\"")
}

/// Whether the quote behind it is escaped by its last backslash.
fn escapes_end(quoted: &str) -> bool {
    let backslashes = quoted.len() - quoted.trim_end_matches('\\').len();
    backslashes % 2 == 1
}

fn last_component(name: &str) -> String {
    name.rsplit(['/', '\\']).next().unwrap_or(name).to_owned()
}

fn without_names(sent: &Sent<'_>, mut parts: Vec<Part>, lost: fn(&str) -> bool) -> Vec<Part> {
    for (part, [name, filename]) in parts.iter_mut().zip(sent.quoted()) {
        if name.is_some_and(|name| lost(&name)) {
            part.name = None;
        }
        if filename.is_some_and(|filename| lost(&filename)) {
            part.filename = None;
        }
    }
    parts
}

fn nameless_files_are_fields(_: &Sent<'_>, mut parts: Vec<Part>) -> Vec<Part> {
    for part in parts
        .iter_mut()
        .filter(|part| part.filename.as_deref() == Some(""))
    {
        part.filename = None;
        part.content_type = None;
    }
    parts
}
