//! What the decoders made of the bodies, beside what was put into them.

use crate::encode::Writer;
use crate::form::{self, Form};
use crate::rules::{self, Decoder};
use crate::work::{Answer, Part, Reading, Work};
use std::collections::BTreeMap;
use std::error::Error;
use std::process::ExitCode;

/// Fails if a decoder reads a body otherwise than it was meant, but for its
/// rules, or if one of its rules is not needed.
pub(crate) fn run(
    work: &Work,
    forms: &[Form],
    decoders: &[&str],
) -> Result<ExitCode, Box<dyn Error>> {
    let mut passed = 0;
    let mut failed = 0;
    for name in decoders {
        let decoder = rules::of(name).ok_or_else(|| format!("{name} has no rules"))?;
        let mut answers = answers(work, name)?;
        let mut needed = vec![0usize; decoder.rules.len()];
        let mut alike = 0;
        for body in work.index()? {
            let form = forms.iter().find(|form| form.case == body.case);
            let writer = Writer::ALL.into_iter().find(|it| it.name() == body.writer);
            let (Some(form), Some(writer)) = (form, writer) else {
                return Err(format!("{}/{} is of another run", body.writer, body.case).into());
            };
            let (expected, used) = expect(decoder, &Sent { form, writer });
            let got = answers.remove(&(body.writer.clone(), body.case.clone()));
            let got = got.map(|reading| decoder.ordered(reading));
            if got.as_ref().is_some_and(|got| agree(&expected, got)) {
                passed += 1;
                alike += usize::from(used.is_empty());
                used.into_iter().for_each(|rule| needed[rule] += 1);
            } else {
                failed += 1;
                println!(
                    "DIFFERS: {name} of {}/{}\n  expected {expected:?}\n  got      {got:?}",
                    body.writer, body.case
                );
            }
        }
        println!("{name}: {alike} bodies as they were meant; beside them");
        for (rule, times) in decoder.rules.iter().zip(needed) {
            println!("{times:5}  {}: {}", rule.name, rule.reason);
            if times == 0 {
                println!("NOT NEEDED: {}", rule.name);
                failed += 1;
            }
        }
        if !answers.is_empty() {
            return Err(format!("{name} answered for bodies that there are not").into());
        }
    }
    println!("{passed} passed, {failed} failed");
    Ok(match (passed, failed) {
        (1.., 0) => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    })
}

/// A form, and how it was written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sent<'f> {
    pub(crate) form: &'f Form,
    pub(crate) writer: Writer,
}

impl Sent<'_> {
    fn parts(&self) -> Vec<Part> {
        let name = |name: &String| self.writer.unquoted(&self.writer.quoted(name));
        let part = |part: &form::Part| {
            Part::new(
                Some(name(&part.name)),
                part.filename.as_ref().map(name),
                part.content_type.clone(),
                &part.content.bytes(),
            )
        };
        self.form.parts.iter().map(part).collect()
    }

    /// What the name and the file name of each part are between their quotes.
    pub(crate) fn quoted(&self) -> impl Iterator<Item = [Option<String>; 2]> {
        let quoted = |name: &String| self.writer.quoted(name);
        let names =
            move |part: &form::Part| [Some(quoted(&part.name)), part.filename.as_ref().map(quoted)];
        self.form.parts.iter().map(names)
    }

    /// The same in one row.
    pub(crate) fn names(&self) -> impl Iterator<Item = String> {
        self.quoted().flatten().flatten()
    }
}

/// What a decoder must give, and by which of its rules it is not what was meant.
fn expect(decoder: &Decoder, sent: &Sent<'_>) -> (Reading, Vec<usize>) {
    let mut expected = Reading::Parts(sent.parts());
    let mut used = Vec::new();
    for (n, rule) in decoder.rules.iter().enumerate() {
        let Reading::Parts(parts) = &expected else {
            break;
        };
        let changed = rule.change.apply(sent, parts.clone());
        if changed != expected {
            used.push(n);
            expected = changed;
        }
    }
    (decoder.ordered(expected), used)
}

fn agree(expected: &Reading, got: &Reading) -> bool {
    match (expected, got) {
        (Reading::Parts(expected), Reading::Parts(got)) => expected == got,
        (Reading::Refused(expected), Reading::Refused(got)) => got.contains(expected),
        _ => false,
    }
}

type Answers = BTreeMap<(String, String), Reading>;

fn answers(work: &Work, decoder: &str) -> Result<Answers, Box<dyn Error>> {
    let mut answers = Answers::new();
    for Answer {
        writer,
        case,
        reading,
    } in work.answers(decoder)?
    {
        if answers.insert((writer, case), reading).is_some() {
            return Err(format!("{decoder} answered twice for a body").into());
        }
    }
    Ok(answers)
}
