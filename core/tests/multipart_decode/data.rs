//! Rows of `../data/multipart`; `../data/NOTICE.md` says where from. A character of
//! a row is a byte, and `[text, n]` in a body is that text so many times.

use crate::latin1;
use serde_json::Value;

pub(crate) fn rows(json: &str) -> Vec<Value> {
    serde_json::from_str(json).unwrap()
}

pub(crate) fn bytes(value: &Value) -> Vec<u8> {
    latin1(value.as_str().unwrap())
}

pub(crate) fn bytes_or_none(value: &Value) -> Option<Vec<u8>> {
    value.as_str().map(latin1)
}

pub(crate) fn number(value: &Value) -> u64 {
    value.as_u64().unwrap()
}

pub(crate) fn size(value: &Value) -> usize {
    usize::try_from(number(value)).unwrap()
}

pub(crate) fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap()
}

pub(crate) fn body(value: &Value) -> Vec<u8> {
    match value {
        Value::String(text) => latin1(text),
        items => list(items).iter().flat_map(item).collect(),
    }
}

fn item(item: &Value) -> Vec<u8> {
    match item {
        Value::Array(run) => bytes(&run[0]).repeat(size(&run[1])),
        text => bytes(text),
    }
}

/// The names of a row, of which the first stands for all.
pub(crate) fn id(row: &Value) -> &str {
    row["ids"][0].as_str().unwrap()
}
