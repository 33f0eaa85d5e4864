//! What Werkzeug answered.

use super::check::{check_host, check_path, collect};
use serde_json::Value;
use std::collections::BTreeMap;
use tidegate_core::environ::{
    HostFault, HostRules, extract_path_info_of_base, host, host_is_trusted, path_info,
    peek_path_info, pop_path_info,
};

fn rows(json: &str) -> Vec<Value> {
    serde_json::from_str(json).unwrap()
}

/// Where Werkzeug is wrong, what it should have answered.
fn expectation(row: &Value) -> &Value {
    let mut keys = ["expect_correct", "expect_ideal", "expect"].into_iter();
    keys.find_map(|key| row.get(key)).unwrap()
}

/// Where we differ on purpose, and in how many rows.
const DIFFERENT: &[(Different, usize)] = &[
    (Different::EntryIsNotEncoded, 1),
    (Different::NoHostIsAnError, 6),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Different {
    /// An entry that is no ASCII trusts nobody: there it is normalised and
    /// encoded first, which takes tables that core does not have.
    EntryIsNotEncoded,
    /// A host that is missing or malformed is an error, and not empty.
    NoHostIsAnError,
}

#[test]
fn werkzeugs_hosts() {
    let rows = rows(include_str!("../data/environ/host_is_trusted.json"));
    assert_eq!(rows.len(), 209);
    let mut seen = BTreeMap::<Different, usize>::new();
    for row in &rows {
        let args = &row["args"];
        let trusted: Vec<&str> = match &args["trusted_list"] {
            Value::Null => Vec::new(),
            Value::String(one) if one.is_empty() => Vec::new(),
            Value::String(one) => vec![one],
            list => list
                .as_array()
                .unwrap()
                .iter()
                .map(|it| it.as_str().unwrap())
                .collect(),
        };
        let expected = expectation(row);
        let different = match args.get("fn") {
            None => is_trusted(args["hostname"].as_str().unwrap(), &trusted, expected),
            Some(_) => get_host(args, &trusted, expected),
        };
        let different = different.unwrap_or_else(|what| panic!("{what}: {row}"));
        if let Some(different) = different {
            *seen.entry(different).or_default() += 1;
        }
    }
    assert_eq!(Vec::from_iter(seen), DIFFERENT);
}

fn is_trusted(
    hostname: &str,
    trusted: &[&str],
    expected: &Value,
) -> Result<Option<Different>, String> {
    let ours = host_is_trusted(hostname, trusted);
    check_host(hostname.as_bytes(), trusted);
    let has_unicode = trusted.iter().any(|entry| !entry.is_ascii());
    #[cfg(feature = "idna")]
    is_trusted_by_encoded(hostname, trusted, expected)?;
    match expected["trusted"].as_bool() {
        Some(theirs) if theirs == ours => Ok(None),
        Some(true) if has_unicode => Ok(Some(Different::EntryIsNotEncoded)),
        _ => Err(ours.to_string()),
    }
}

/// Without those that cannot be encoded. Of an entry of any script it says what
/// Werkzeug does.
#[cfg(feature = "idna")]
fn is_trusted_by_encoded(hostname: &str, trusted: &[&str], expected: &Value) -> Result<(), String> {
    use tidegate_core::environ::trusted_entry;
    let entries = trusted.iter().filter_map(|entry| trusted_entry(entry).ok());
    let entries = Vec::from_iter(entries);
    // Of an empty list all are trusted: one that has become empty is none.
    let ours = (trusted.is_empty() || !entries.is_empty()) && host_is_trusted(hostname, &entries);
    match expected["trusted"].as_bool() {
        Some(theirs) if theirs == ours => Ok(()),
        _ => Err(format!("{ours} by {entries:?}")),
    }
}

fn get_host(args: &Value, trusted: &[&str], expected: &Value) -> Result<Option<Different>, String> {
    let port = args["server"].get(1).and_then(Value::as_u64);
    let port = port.map(|port| port.to_string());
    let variables = [
        ("wsgi.url_scheme", args["scheme"].as_str()),
        ("HTTP_HOST", args["host"].as_str()),
        ("SERVER_NAME", args["server"].get(0).and_then(Value::as_str)),
        ("SERVER_PORT", port.as_deref()),
    ];
    let variables: Vec<(&str, &str)> = variables
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .collect();
    let ours = host(&variables, &HostRules::new().trusted(trusted));
    let ours = ours.map(|host| host.to_string());
    match (&ours, expected["host"].as_str(), expected["error"].as_str()) {
        (Ok(ours), Some(theirs), None) if ours == theirs => Ok(None),
        (
            Err(HostFault::Missing | HostFault::Malformed | HostFault::Port | HostFault::Address),
            Some(""),
            None,
        ) => Ok(Some(Different::NoHostIsAnError)),
        (Err(_), None, Some("SecurityError")) => Ok(None),
        _ => Err(format!("{ours:?}")),
    }
}

#[test]
fn werkzeugs_paths() {
    let rows = rows(include_str!("../data/environ/path_info.json"));
    assert_eq!(rows.len(), 148);
    for row in &rows {
        let args = &row["args"];
        let path = base64(row["input"].as_str().unwrap());
        let script = args
            .get("script_name")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let expected = expectation(row);
        let id = row["id"].as_str().unwrap();
        let mut variables = vec![
            ("SCRIPT_NAME", script.as_bytes().to_vec()),
            ("PATH_INFO", path.clone()),
        ];
        check_path(script.as_bytes(), &path);
        match args["fn"].as_str().unwrap() {
            "get_path_info" => {
                if args.get("missing").is_some() {
                    variables.pop();
                }
                let ours = path_info(&variables).to_string();
                assert_eq!(Some(&ours[..]), expected["str"].as_str(), "{id}");
            }
            "peek_path_info" => {
                let ours =
                    peek_path_info(&variables).map(|it| String::from_utf8_lossy(it).into_owned());
                assert_eq!(ours.as_deref(), expected["str"].as_str(), "{id}");
            }
            "pop_path_info" => {
                for step in expected["steps"].as_array().unwrap() {
                    let ours = pop_path_info(&variables).map(collect);
                    let segment = ours.as_ref().and_then(|ours| ours.0.clone());
                    let theirs = step["segment"].as_str().map(|it| it.as_bytes().to_vec());
                    assert_eq!(segment, theirs, "{id}");
                    if let Some((_, script_name, path_info)) = ours {
                        variables = vec![("SCRIPT_NAME", script_name), ("PATH_INFO", path_info)];
                    }
                    for (name, value) in &variables {
                        assert_eq!(value, step[name].as_str().unwrap().as_bytes(), "{id}");
                    }
                }
            }
            "extract_path_info" => {
                let text = |name: &str| args[name].as_str().unwrap();
                let collapse = args
                    .get("collapse")
                    .and_then(Value::as_bool)
                    .unwrap_or(true);
                let ours = extract_path_info_of_base(text("base"), text("path_or_url"), collapse);
                let ours = ours.map(|path| path.to_string()).ok();
                assert_eq!(ours.as_deref(), expected["str"].as_str(), "{id}");
            }
            other => panic!("{other}"),
        }
    }
}

fn base64(text: &str) -> Vec<u8> {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digits = text.trim_end_matches('=').bytes();
    let digit = |byte| DIGITS.iter().position(|&digit| digit == byte).unwrap() as u32;
    let (mut bytes, mut bits, mut have) = (Vec::new(), 0, 0);
    for byte in digits {
        bits = bits << 6 | digit(byte);
        have += 6;
        if have >= 8 {
            have -= 8;
            bytes.push((bits >> have) as u8);
            bits &= (1 << have) - 1;
        }
    }
    bytes
}
