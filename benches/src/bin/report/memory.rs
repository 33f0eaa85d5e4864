//! What `decode_facts` found: how much each engine keeps at most, and who is
//! wrong.

use serde_json::Value;

/// A body, and what each engine kept while it took it apart.
#[derive(Debug)]
pub(crate) struct Case {
    pub(crate) name: String,
    /// The least first.
    pub(crate) peaks: Vec<Peak>,
}

#[derive(Debug)]
pub(crate) struct Peak {
    pub(crate) side: String,
    pub(crate) engine: String,
    pub(crate) bytes: f64,
    /// How often memory was asked for.
    pub(crate) times: f64,
}

impl Case {
    pub(crate) fn all_of(facts: &Value) -> Vec<Self> {
        let mut cases = Vec::<Self>::new();
        for fact in facts["memory"].as_array().into_iter().flatten() {
            let text = |key: &str| fact[key].as_str().unwrap_or_default().to_owned();
            let number = |key: &str| fact[key].as_f64().unwrap_or_default();
            let name = text("case");
            let peak = Peak {
                side: text("side"),
                engine: text("engine"),
                bytes: number("peak"),
                times: number("times"),
            };
            match cases.iter_mut().find(|case| case.name == name) {
                Some(case) => case.peaks.push(peak),
                None => cases.push(Self {
                    name,
                    peaks: vec![peak],
                }),
            }
        }
        for case in &mut cases {
            case.peaks.sort_by(|a, b| a.bytes.total_cmp(&b.bytes));
        }
        cases
    }

    pub(crate) fn best_peer(&self) -> Option<&Peak> {
        self.peaks.iter().find(|peak| peak.side == "peer")
    }
}
