//! What other projects say of chunked bodies and of framing; `../data/NOTICE.md`
//! says where from. A character of a row is a byte.

use serde_json::Value;

pub(crate) fn rows(json: &str) -> Vec<Value> {
    serde_json::from_str(json).unwrap()
}

pub(crate) fn bytes(value: &Value) -> Vec<u8> {
    let text = value.as_str().unwrap();
    text.chars().map(|c| u8::try_from(c).unwrap()).collect()
}

/// A message up to the empty line, as a parser hands it over: nothing is
/// refused, and a folded line belongs to the value before it.
#[derive(Debug)]
pub(crate) struct Message {
    pub(crate) start: Vec<u8>,
    pub(crate) headers: Vec<(Vec<u8>, Vec<u8>)>,
    pub(crate) body: Vec<u8>,
}

impl Message {
    pub(crate) fn parse(message: &[u8]) -> Self {
        let mut lines = Vec::<Vec<u8>>::new();
        let mut rest = message;
        while !rest.is_empty() {
            let end = rest.iter().position(|&byte| byte == b'\n');
            let (line, behind) = rest.split_at(end.map_or(rest.len(), |end| end + 1));
            rest = behind;
            match line {
                b"\r\n" => break,
                [b' ' | b'\t', ..] => lines.last_mut().unwrap().extend(line),
                _ => lines.push(line.to_vec()),
            }
        }
        let mut lines = lines.into_iter().map(|mut line| {
            while let Some(b'\r' | b'\n') = line.last() {
                line.pop();
            }
            line
        });
        let start = lines.next().unwrap();
        let headers = lines.map(|line| {
            let colon = line
                .iter()
                .position(|&byte| byte == b':')
                .unwrap_or(line.len());
            let value = line.get(colon + 1..).unwrap_or_default();
            (line[..colon].to_vec(), value.to_vec())
        });
        Self {
            start,
            headers: headers.collect(),
            body: rest.to_vec(),
        }
    }
}
