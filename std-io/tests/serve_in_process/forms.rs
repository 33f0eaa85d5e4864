//! Uploads of many parts, made by `Form`.

use crate::server::Server;
use crate::{refusal, routes};
use http::{Method, Request};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::fs;
use tidegate_std_io::gateway::testing::{Client, RequestBuilder};
use tidegate_std_io::gateway::{Application, HandlerOptions, Input};
use tidegate_std_io::{Form, FormValue, InputLimits, PartBody};

fn form() -> Form<'static> {
    let mut form = Form::new().unwrap();
    for at in 0..100_usize {
        form.text(&format!("field {at}"), "\u{fc}".repeat(at));
        let content = vec![b'a' + (at % 26) as u8; at * 1000];
        let body = match at % 2 {
            0 => PartBody::from(content),
            _ => PartBody::reader(std::io::Cursor::new(content)),
        };
        let value = FormValue::new(body).filename(format!("{at}.bin"));
        form.value(&format!("file {at}"), value).unwrap();
    }
    form
}

fn upload(server: &Server, request: RequestBuilder) -> Value {
    let site = &server.site;
    let app = |request: Request<Input>| site.answer(request);
    let (parts, ()) = Request::post("/upload").body(()).unwrap().into_parts();
    let max = routes::max_body(&parts, &site.settings);
    let limits = InputLimits::new().max_length(max);
    let options = HandlerOptions::new()
        .error_output(refusal::page)
        .input_limits(limits);
    let mut client = Client::new(app).as_handler(options);
    let exchange = client.open(request.method(Method::POST)).send().unwrap();
    let (status, text) = (exchange.status(), exchange.text().unwrap());
    assert_eq!(status, 200, "{text}");
    serde_json::from_str(&text).unwrap()
}

fn parts(said: &Value) -> &Vec<Value> {
    let list = said.as_array().or_else(|| said["parts"].as_array());
    list.unwrap_or_else(|| panic!("{said}"))
}

#[test]
fn every_part_arrives() {
    let said = upload(
        &Server::start(),
        RequestBuilder::new("/upload").form(form()),
    );
    let parts = parts(&said);
    assert_eq!(parts.len(), 200);
    for (at, pair) in parts.chunks(2).enumerate() {
        let content = vec![b'a' + (at % 26) as u8; at * 1000];
        let digest: String = Sha256::digest(&content)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        assert_eq!(pair[0]["name"], format!("field {at}"));
        assert_eq!(pair[0]["length"], at * 2);
        assert_eq!(pair[1]["name"], format!("file {at}"));
        assert_eq!(pair[1]["filename"], format!("{at}.bin"));
        assert_eq!(pair[1]["length"], at * 1000);
        assert_eq!(pair[1]["sha256"], digest);
    }
}

#[test]
fn every_file_is_kept() {
    let directory = tempfile::tempdir().unwrap();
    let server = Server::with(&["--save", directory.path().to_str().unwrap()]);
    upload(&server, RequestBuilder::new("/upload").form(form()));
    let kept = fs::read_dir(directory.path()).unwrap();
    let kept: Vec<_> = kept.map(|entry| entry.unwrap().path()).collect();
    assert_eq!(kept.len(), 1);
    assert_eq!(fs::read_dir(&kept[0]).unwrap().count(), 100);
}
