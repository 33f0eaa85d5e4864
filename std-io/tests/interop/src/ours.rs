//! The example `decode_form`, run as a user runs it.

use crate::work::{Answer, Body, Part, Reading, Sending, Work};
use std::error::Error;
use std::fs::File;
use std::path::Path;
use std::process::Command;

/// Reads what the clients sent.
pub(crate) fn decode(work: &Work, example: &Path, clients: &[&str]) -> Result<(), Box<dyn Error>> {
    for client in clients {
        let mut answers = Vec::new();
        for sending in work.sent(client)? {
            answers.push(match sending {
                Sending::Refused {
                    writer,
                    case,
                    refused,
                } => Answer {
                    writer,
                    case,
                    reading: Reading::Refused(refused),
                },
                Sending::Body(body) => Answer {
                    reading: read(&body, example)?,
                    writer: body.writer,
                    case: body.case,
                },
            });
        }
        work.save_answers(&format!("of-{client}"), &answers)?;
    }
    Ok(())
}

/// A fault is 1 and said on stderr; anything else is no answer.
fn read(body: &Body, example: &Path) -> Result<Reading, Box<dyn Error>> {
    let output = Command::new(example)
        .args(["--content-type", &body.content_type])
        .stdin(File::open(&body.path)?)
        .output()?;
    match output.status.code() {
        Some(0) => {
            let lines = str::from_utf8(&output.stdout)?.lines();
            let parts: Result<Vec<Part>, _> = lines.map(serde_json::from_str).collect();
            Ok(Reading::Parts(parts?))
        }
        Some(1) => Ok(Reading::Refused(String::from_utf8(output.stderr)?)),
        _ => Err(format!("decode_form, {:?}: {output:?}", body.case).into()),
    }
}
