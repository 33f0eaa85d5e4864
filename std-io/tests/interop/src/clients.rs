//! Forms as others send them: what curl, reqwest and ureq write into a
//! connection. Clients in other languages have scripts of their own.

mod capture;

use crate::encode::example;
use crate::form::{Form, Part};
use crate::work::{Described, DescribedPart, Sending, Work};
use capture::Capture;
use std::env;
use std::error::Error;
use std::io;
use std::process::{Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// What a client may take for a form. The longest takes a fraction of a second.
const PATIENCE: Duration = Duration::from_secs(10);

/// The forms for the scripts.
pub(crate) fn describe(work: &Work, forms: &[Form]) -> Result<(), Box<dyn Error>> {
    let mut described = Vec::new();
    for form in forms {
        let mut parts = Vec::new();
        for (n, part) in form.parts.iter().enumerate() {
            parts.push(DescribedPart {
                name: &part.name,
                filename: part.filename.as_deref(),
                content_type: part.content_type.as_deref(),
                path: work.save_content(&format!("{}.{n}", form.case), &part.content.bytes())?,
            });
        }
        let case = &form.case;
        described.push(Described { case, parts });
    }
    work.save_described(&described)?;
    // For what the scripts write.
    for client in ["requests", "httpx", "aiohttp", "undici", "form-data"] {
        work.save_sent(client, &[])?;
    }
    Ok(())
}

pub(crate) fn send(
    work: &Work,
    cases: &str,
    forms: &[Form],
    client: &str,
) -> Result<(), Box<dyn Error>> {
    let mut sendings = Vec::new();
    for form in forms {
        let capture = Capture::new()?;
        let to = capture.url().to_owned();
        let request = capture.during(|| {
            let mut command = match client {
                "curl" => curl(work, form, &to)?,
                _ => ourselves(cases, client, &form.case, &to)?,
            };
            let output = within(PATIENCE, &mut command)?;
            match output.status.success() {
                true => Ok(()),
                false => Err(String::from_utf8(output.stderr)?.into()),
            }
        });
        sendings.push(match request {
            Ok((body, _)) if body.is_empty() => Sending::Refused {
                writer: client.to_owned(),
                case: form.case.clone(),
                refused: "it sends no body".to_owned(),
            },
            Ok((body, content_type)) => {
                Sending::Body(work.save(client, &form.case, &body, content_type)?)
            }
            Err(err) => Sending::Refused {
                writer: client.to_owned(),
                case: form.case.clone(),
                refused: err.to_string(),
            },
        });
    }
    work.save_sent(client, &sendings)
}

/// This program with `call`: what never returns can be ended then.
fn ourselves(cases: &str, client: &str, case: &str, to: &str) -> io::Result<Command> {
    let mut command = Command::new(env::current_exe()?);
    command.args(["call", cases, client, case, to]);
    Ok(command)
}

fn within(patience: Duration, command: &mut Command) -> Result<Output, Box<dyn Error>> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()?;
    let end = Instant::now() + patience;
    while child.try_wait()?.is_none() {
        if Instant::now() > end {
            child.kill()?;
            child.wait()?;
            return Err("it does not come to an end".into());
        }
        thread::sleep(Duration::from_millis(2));
    }
    Ok(child.wait_with_output()?)
}

/// Sends a form as a client that is linked here.
pub(crate) fn call(client: &str, form: &Form, to: &str) -> Sent {
    match client {
        "reqwest" => reqwest(form, to),
        "ureq" => ureq(form, to),
        _ => Err(format!("{client} is no client").into()),
    }
}

type Sent = Result<(), Box<dyn Error>>;

fn curl(work: &Work, form: &Form, to: &str) -> Result<Command, Box<dyn Error>> {
    if form.parts.iter().any(|part| part.name.contains('=')) {
        return Err("an argument ends the name at its first =".into());
    }
    let mut curl = Command::new("curl");
    // It would wait a second for an answer before it sends a large body.
    curl.args(["--silent", "--show-error", "--header", "Expect:"]);
    for (n, part) in form.parts.iter().enumerate() {
        let id = format!("{}.{n}", form.case);
        curl.args(example::arguments(work, &id, part)?);
    }
    curl.arg(to);
    Ok(curl)
}

fn reqwest(form: &Form, to: &str) -> Sent {
    use reqwest::multipart;

    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let mut body = multipart::Form::new();
    for part in &form.parts {
        let mut sent = multipart::Part::bytes(part.content.bytes());
        if let Some(filename) = &part.filename {
            sent = sent.file_name(filename.clone());
        }
        if let Some(content_type) = &part.content_type {
            sent = sent.mime_str(content_type)?;
        }
        body = body.part(part.name.clone(), sent);
    }
    let client = reqwest::Client::builder().no_proxy().build()?;
    let request = client.post(to).multipart(body).send();
    Ok(runtime.block_on(request).map(|_| ())?)
}

fn ureq(form: &Form, to: &str) -> Sent {
    use ureq::unversioned::multipart;

    let contents: Vec<_> = form.parts.iter().map(|part| part.content.bytes()).collect();
    let mut body = multipart::Form::new();
    for (
        Part {
            name,
            filename,
            content_type,
            ..
        },
        content,
    ) in form.parts.iter().zip(&contents)
    {
        let mut sent = match filename {
            None => multipart::Part::text(str::from_utf8(content)?),
            Some(filename) => multipart::Part::bytes(content).file_name(filename),
        };
        if let Some(content_type) = content_type {
            sent = sent.mime_str(content_type)?;
        }
        body = body.part(name, sent);
    }
    let agent: ureq::Agent = ureq::Agent::config_builder().proxy(None).build().into();
    agent.post(to).send(body)?;
    Ok(())
}
