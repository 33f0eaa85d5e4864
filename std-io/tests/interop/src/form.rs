//! The forms that are sent: `cases.json`.

use serde::Deserialize;
use std::error::Error;
use std::fs;

/// A form with a name to speak of it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Form {
    pub(crate) case: String,
    pub(crate) parts: Vec<Part>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Part {
    pub(crate) name: String,
    pub(crate) filename: Option<String>,
    #[serde(rename = "type")]
    pub(crate) content_type: Option<String>,
    pub(crate) content: Content,
}

/// Written down, or how it is made.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
pub(crate) enum Content {
    Text(String),
    Repeat { repeat: String, times: usize },
    EveryByte { every_byte: usize },
    Noise { noise: usize },
}

/// All of them.
pub(crate) fn load(cases: &str) -> Result<Vec<Form>, Box<dyn Error>> {
    Ok(serde_json::from_slice(&fs::read(cases)?)?)
}

pub(crate) fn of_case<'f>(forms: &'f [Form], case: &str) -> Result<&'f Form, String> {
    let form = forms.iter().find(|form| form.case == case);
    form.ok_or_else(|| format!("{case:?} is no case"))
}

impl Content {
    pub(crate) fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Text(text) => text.clone().into_bytes(),
            Self::Repeat { repeat, times } => repeat.repeat(*times).into_bytes(),
            Self::EveryByte { every_byte: times } => {
                (0..=u8::MAX).collect::<Vec<_>>().repeat(*times)
            }
            Self::Noise { noise: length } => noise(*length),
        }
    }
}

/// The same on every run (Knuth's generator for 64 bits).
fn noise(length: usize) -> Vec<u8> {
    let mut state = 1u64;
    let next = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 56) as u8
    };
    std::iter::repeat_with(next).take(length).collect()
}
