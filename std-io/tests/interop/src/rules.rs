//! What the decoders are known to read otherwise, and why.

use crate::check::Sent;
use crate::work::{Part, Reading};

#[derive(Debug)]
pub(crate) struct Decoder {
    name: &'static str,
    /// Whether it keeps the parts in their order; the others keep fields and
    /// files in maps.
    keeps_order: bool,
    /// Each sees what those before it made.
    pub(crate) rules: &'static [Rule],
}

#[derive(Debug)]
pub(crate) struct Rule {
    pub(crate) name: &'static str,
    pub(crate) reason: &'static str,
    pub(crate) change: Change,
}

#[derive(Debug)]
pub(crate) enum Change {
    /// Of names and file names.
    Names(fn(&Sent<'_>, &str) -> String),
    FileNames(fn(&Sent<'_>, &str) -> String),
    Types(fn(&str) -> String),
    Parts(fn(&Sent<'_>, Vec<Part>) -> Vec<Part>),
    /// Which, and a part of what it says.
    Refuses(fn(&Sent<'_>, &[Part]) -> bool, &'static str),
}

pub(crate) fn of(name: &str) -> Option<&'static Decoder> {
    ALL.iter().find(|decoder| decoder.name == name)
}

const ALL: [Decoder; 8] = [
    Decoder {
        name: "multer",
        keeps_order: true,
        rules: &[],
    },
    Decoder {
        name: "werkzeug",
        keeps_order: false,
        rules: &[],
    },
    Decoder {
        name: "python-multipart",
        keeps_order: true,
        rules: &[],
    },
    Decoder {
        name: "django",
        keeps_order: false,
        rules: &[],
    },
    Decoder {
        name: "aiohttp",
        keeps_order: true,
        rules: &[],
    },
    Decoder {
        name: "busboy",
        keeps_order: true,
        rules: &[],
    },
    Decoder {
        name: "formidable",
        keeps_order: false,
        rules: &[],
    },
    Decoder {
        name: "node",
        keeps_order: true,
        rules: &[],
    },
];

impl Decoder {
    /// A reading to be compared.
    pub(crate) fn ordered(&self, mut reading: Reading) -> Reading {
        if let (Reading::Parts(parts), false) = (&mut reading, self.keeps_order) {
            // Values of one name stay in their order.
            parts.sort_by_key(|part| (part.filename.is_some(), part.name.clone()));
        }
        reading
    }
}

impl Change {
    pub(crate) fn apply(&self, sent: &Sent<'_>, mut parts: Vec<Part>) -> Reading {
        match self {
            Self::Refuses(which, says) if which(sent, &parts) => {
                return Reading::Refused((*says).to_owned());
            }
            Self::Refuses(..) => {}
            Self::Parts(change) => parts = change(sent, parts),
            Self::Names(change) => {
                for part in &mut parts {
                    part.name = part.name.as_ref().map(|name| change(sent, name));
                    part.filename = part.filename.as_ref().map(|name| change(sent, name));
                }
            }
            Self::FileNames(change) => {
                for part in &mut parts {
                    part.filename = part.filename.as_ref().map(|name| change(sent, name));
                }
            }
            Self::Types(change) => {
                for part in &mut parts {
                    part.content_type = part.content_type.as_ref().map(|it| change(it));
                }
            }
        }
        Reading::Parts(parts)
    }
}
