//! What other programs are known to do otherwise, and why.

mod clients;
mod decoders;

use crate::check::Sent;
use crate::work::{Part, Reading};

/// Somebody else's program.
#[derive(Debug)]
pub(crate) struct Peer {
    pub(crate) name: &'static str,
    order: Order,
    /// Each sees what those before it made.
    pub(crate) rules: &'static [Rule],
}

/// In which order it gives the parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    AsTheyCame,
    /// Fields and files are in maps; those of one name stay in their order.
    OfOneName,
    /// The same for fields, but files of one name are in the order in which they
    /// happened to get to the disk.
    OfFieldsOfOneName,
}

#[derive(Debug)]
pub(crate) struct Rule {
    pub(crate) name: &'static str,
    pub(crate) reason: &'static str,
    pub(crate) change: Change,
}

#[derive(Debug)]
pub(crate) enum Change {
    /// What it takes for the name, of what is between the quotes.
    Unquote(Of, fn(&str) -> String),
    /// What it makes of the name then.
    Name(Of, fn(&str) -> String),
    Type(fn(&str) -> String),
    Parts(fn(&Sent<'_>, Vec<Part>) -> Vec<Part>),
    /// Which forms, and a part of what it says.
    Refuse(fn(&Sent<'_>) -> bool, &'static str),
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Of {
    Field,
    File,
    Both,
}

/// One that sends forms.
#[derive(Debug)]
pub(crate) struct Client {
    pub(crate) peer: Peer,
    /// What it writes between the quotes for a name.
    pub(crate) quote: fn(Which, &str) -> String,
}

/// What a name is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Which {
    Name,
    FileName,
}

pub(crate) fn decoder(name: &str) -> Option<&'static Peer> {
    decoders::ALL.iter().find(|decoder| decoder.name == name)
}

pub(crate) fn client(name: &str) -> Option<&'static Client> {
    clients::ALL.iter().find(|client| client.peer.name == name)
}

impl Peer {
    /// A reading to be compared.
    pub(crate) fn ordered(&self, mut reading: Reading) -> Reading {
        if let Reading::Parts(parts) = &mut reading {
            let is_file = |part: &Part| part.filename.is_some();
            match self.order {
                Order::AsTheyCame => {}
                Order::OfOneName => parts.sort_by_key(|it| (is_file(it), it.name.clone())),
                Order::OfFieldsOfOneName => parts.sort_by_key(|it| {
                    let content = is_file(it).then(|| it.sha256.clone());
                    (is_file(it), it.name.clone(), content)
                }),
            }
        }
        reading
    }
}

impl Change {
    pub(crate) fn apply(&self, sent: &Sent<'_>, mut parts: Vec<Part>) -> Reading {
        match self {
            Self::Refuse(which, says) if which(sent) => {
                return Reading::Refused((*says).to_owned());
            }
            Self::Refuse(..) => {}
            Self::Parts(change) => parts = change(sent, parts),
            Self::Type(change) => {
                for part in &mut parts {
                    part.content_type = part.content_type.as_deref().map(change);
                }
            }
            Self::Name(of, change) => {
                for name in parts.iter_mut().flat_map(|part| of.chosen(part)).flatten() {
                    *name = change(name);
                }
            }
            Self::Unquote(of, unquote) => {
                for (part, quoted) in parts.iter_mut().zip(sent.quoted()) {
                    for (name, quoted) in of.chosen(part).into_iter().zip(quoted) {
                        if let (Some(name), Some(quoted)) = (name, quoted) {
                            *name = unquote(&quoted);
                        }
                    }
                }
            }
        }
        Reading::Parts(parts)
    }
}

impl Of {
    /// The name and the file name.
    fn chosen(self, part: &mut Part) -> [Option<&mut String>; 2] {
        let (name, filename) = (part.name.as_mut(), part.filename.as_mut());
        match self {
            Self::Field => [name, None],
            Self::File => [None, filename],
            Self::Both => [name, filename],
        }
    }
}
