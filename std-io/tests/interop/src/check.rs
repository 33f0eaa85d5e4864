//! What was made of the bodies, beside what was put into them.

use crate::encode::Writer;
use crate::form::{self, Form};
use crate::rules::{self, Peer, Which};
use crate::work::{Answer, Part, Reading, Work};
use std::collections::BTreeMap;
use std::error::Error;
use std::process::ExitCode;

/// Fails if a decoder reads a body of ours otherwise than it was meant, but for
/// its rules, or if one of its rules is not needed.
pub(crate) fn decoders(
    work: &Work,
    forms: &[Form],
    decoders: &[&str],
) -> Result<ExitCode, Box<dyn Error>> {
    let mut tally = Tally::default();
    for name in decoders {
        let decoder = rules::decoder(name).ok_or_else(|| format!("{name} has no rules"))?;
        let mut answers = answers(work.answers(name)?)?;
        let mut readings = Vec::new();
        for body in work.index()? {
            let writer = Writer::OURS.into_iter().find(|it| it.name() == body.writer);
            let writer = writer.ok_or_else(|| format!("{} is none of ours", body.writer))?;
            let form = form::of_case(forms, &body.case)?;
            let sent = Sent { form, writer };
            readings.push((sent, answers.remove(&(body.writer, body.case))));
        }
        if !answers.is_empty() {
            return Err(format!("{name} answered for bodies that there are not").into());
        }
        tally.add(decoder, readings);
    }
    Ok(tally.close())
}

/// The same of the bodies of clients, read by our decoder.
pub(crate) fn clients(
    work: &Work,
    forms: &[Form],
    clients: &[&str],
) -> Result<ExitCode, Box<dyn Error>> {
    let mut tally = Tally::default();
    for name in clients {
        let client = rules::client(name).ok_or_else(|| format!("{name} has no rules"))?;
        let writer = Writer::Client(client);
        let mut answers = answers(work.answers(&format!("of-{name}"))?)?;
        let readings = forms.iter().map(|form| {
            let got = answers.remove(&((*name).to_owned(), form.case.clone()));
            (Sent { form, writer }, got)
        });
        tally.add(&client.peer, readings.collect());
    }
    Ok(tally.close())
}

#[derive(Debug, Default)]
struct Tally {
    passed: usize,
    failed: usize,
}

impl Tally {
    fn add(&mut self, peer: &Peer, readings: Vec<(Sent<'_>, Option<Reading>)>) {
        let mut needed = vec![0usize; peer.rules.len()];
        let mut alike = 0;
        for (sent, got) in readings {
            let (expected, used) = expect(peer, &sent);
            let got = got.map(|reading| peer.ordered(reading));
            if got.as_ref().is_some_and(|got| agree(&expected, got)) {
                self.passed += 1;
                alike += usize::from(used.is_empty());
                used.into_iter().for_each(|rule| needed[rule] += 1);
            } else {
                self.failed += 1;
                let Sent { writer, form } = sent;
                println!(
                    "DIFFERS: {} of {}/{}\n  expected {expected:?}\n  got      {got:?}",
                    peer.name,
                    writer.name(),
                    form.case
                );
            }
        }
        println!(
            "{}: {alike} bodies as they were meant; beside them",
            peer.name
        );
        for (rule, times) in peer.rules.iter().zip(needed) {
            println!("{times:5}  {}: {}", rule.name, rule.reason);
            if times == 0 {
                println!("NOT NEEDED: {}", rule.name);
                self.failed += 1;
            }
        }
    }

    fn close(self) -> ExitCode {
        println!("{} passed, {} failed", self.passed, self.failed);
        match self {
            Self {
                passed: 1..,
                failed: 0,
            } => ExitCode::SUCCESS,
            _ => ExitCode::FAILURE,
        }
    }
}

/// A form, and how it was written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sent<'f> {
    pub(crate) form: &'f Form,
    pub(crate) writer: Writer,
}

impl Sent<'_> {
    fn parts(&self) -> Vec<Part> {
        let part = |(part, names): (&form::Part, [Option<String>; 2])| {
            let [name, filename] = names.map(|name| Some(self.writer.unquoted(&name?)));
            Part::new(
                name,
                filename,
                part.content_type.clone(),
                &part.content.bytes(),
            )
        };
        self.form
            .parts
            .iter()
            .zip(self.quoted())
            .map(part)
            .collect()
    }

    /// What the name and the file name of each part are between their quotes.
    pub(crate) fn quoted(&self) -> impl Iterator<Item = [Option<String>; 2]> {
        let names = |part: &form::Part| {
            let name = self.writer.quoted(Which::Name, &part.name);
            let filename = part.filename.as_ref();
            let filename = filename.map(|it| self.writer.quoted(Which::FileName, it));
            [Some(name), filename]
        };
        self.form.parts.iter().map(names)
    }

    /// The same in one row.
    pub(crate) fn names(&self) -> impl Iterator<Item = String> {
        self.quoted().flatten().flatten()
    }
}

/// What must arrive, and by which rules it is not what was meant.
fn expect(peer: &Peer, sent: &Sent<'_>) -> (Reading, Vec<usize>) {
    let mut expected = Reading::Parts(sent.parts());
    let mut used = Vec::new();
    for (n, rule) in peer.rules.iter().enumerate() {
        let Reading::Parts(parts) = &expected else {
            break;
        };
        let changed = rule.change.apply(sent, parts.clone());
        if changed != expected {
            used.push(n);
            expected = changed;
        }
    }
    (peer.ordered(expected), used)
}

fn agree(expected: &Reading, got: &Reading) -> bool {
    match (expected, got) {
        (Reading::Parts(expected), Reading::Parts(got)) => expected == got,
        (Reading::Refused(expected), Reading::Refused(got)) => got.contains(expected),
        _ => false,
    }
}

type Answers = BTreeMap<(String, String), Reading>;

fn answers(lines: Vec<Answer>) -> Result<Answers, Box<dyn Error>> {
    let mut answers = Answers::new();
    for line in lines {
        let wrong = format!("{}/{} was read twice", line.writer, line.case);
        if answers
            .insert((line.writer, line.case), line.reading)
            .is_some()
        {
            return Err(wrong.into());
        }
    }
    Ok(answers)
}
