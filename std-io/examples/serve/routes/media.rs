//! The Content-Type of a body that has to be a form, and what is said of others.

use crate::answer::Answer;
use crate::site::values;
use http::header::ACCEPT;
use http::request::Parts;
use tidegate_std_io::{At, MultipartTypeFault};

/// Why a body is not read as a form. It is answered, and the connection goes on.
pub(super) enum Unfit {
    Missing,
    Twice,
    Type(MultipartTypeFault),
}

impl From<At<MultipartTypeFault>> for Unfit {
    fn from(at: At<MultipartTypeFault>) -> Self {
        Self::Type(at.fault)
    }
}

pub(super) fn content_type(request: &Parts) -> Result<&[u8], Unfit> {
    let mut types = values(request, "content-type");
    match (types.next(), types.next()) {
        (Some(content_type), None) => Ok(content_type),
        (None, _) => Err(Unfit::Missing),
        (Some(_), Some(_)) => Err(Unfit::Twice),
    }
}

impl Unfit {
    /// What is said where bodies of these types are read.
    pub(super) fn answer(&self, accepted: &'static str) -> Answer {
        match self {
            Self::Missing => unsupported("there is no Content-Type", accepted),
            Self::Type(fault @ MultipartTypeFault::NotMultipart) => {
                unsupported(&fault.to_string(), accepted)
            }
            Self::Type(fault) => malformed(&fault.to_string()),
            Self::Twice => malformed("there is more than one"),
        }
    }
}

fn unsupported(why: &str, accepted: &'static str) -> Answer {
    let hint = format!("send {accepted}, as curl -F does");
    Answer::text(415, format!("415 Unsupported Media Type: {why}; {hint}\n")).with(ACCEPT, accepted)
}

fn malformed(why: &str) -> Answer {
    Answer::text(400, format!("400 Bad Request: the Content-Type: {why}\n"))
}
