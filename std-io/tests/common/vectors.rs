//! The cases recorded from Werkzeug; `../data/NOTICE.md` says where from.

use serde_json::Value;

/// The rows of a file.
pub(crate) fn rows(json: &str) -> Vec<Value> {
    serde_json::from_str(json).unwrap()
}

/// The right answer, where Werkzeug's is wrong or depends on the cut.
pub(crate) fn expectation(row: &Value) -> &Value {
    ["expect_correct", "expect_ideal", "expect"]
        .iter()
        .find_map(|key| row.get(key))
        .unwrap()
}

pub(crate) fn string<'a>(row: &'a Value, key: &str) -> &'a str {
    row[key].as_str().unwrap()
}

pub(crate) fn bytes(value: &Value) -> Vec<u8> {
    base64(value.as_str().unwrap())
}

pub(crate) fn byte_strings(value: &Value) -> Vec<Vec<u8>> {
    value.as_array().unwrap().iter().map(bytes).collect()
}

pub(crate) fn sizes(value: &Value) -> Vec<usize> {
    let sizes = value.as_array().unwrap().iter();
    sizes.map(|size| size.as_u64().unwrap() as usize).collect()
}

fn base64(text: &str) -> Vec<u8> {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut bytes = Vec::new();
    let (mut bits, mut count) = (0u32, 0);
    for digit in text.trim_end_matches('=').bytes() {
        let value = DIGITS.iter().position(|&known| known == digit).unwrap();
        bits = bits << 6 | value as u32;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
        }
    }
    bytes
}
