//! What Python's `wsgiref.util` answered.

use super::check::{check_path, collect};
use super::latin1;
use serde_json::Value;
use tidegate_core::environ::{
    Environ, HostRules, application_uri, guess_scheme, is_hop_by_hop, request_uri, shift_path_info,
    testing_defaults,
};

fn section(name: &str) -> Vec<Value> {
    let all: Value = serde_json::from_str(include_str!("../data/environ/wsgiref.json")).unwrap();
    all[name].as_array().unwrap().clone()
}

fn bytes(value: &Value) -> Vec<u8> {
    latin1(value.as_str().unwrap())
}

fn variables(value: &Value) -> Vec<(String, Vec<u8>)> {
    let variables = value.as_object().unwrap().iter();
    variables
        .map(|(name, value)| (name.clone(), bytes(value)))
        .collect()
}

/// But for a SCRIPT_NAME that is a slash: there two come to stand in front, which
/// POSIX keeps apart from one, and so does Python.
#[test]
fn its_shift_path_info() {
    let rows = section("shift_path_info");
    assert_eq!(rows.len(), 1152);
    let mut different = 0;
    for row in &rows {
        let (script, path) = (bytes(&row[0]), bytes(&row[1]));
        check_path(&script, &path);
        let pairs = [("SCRIPT_NAME", &script), ("PATH_INFO", &path)];
        let ours = shift_path_info(&pairs).map(collect);
        let name = row[2].as_str().map(latin1);
        let mut theirs = (name, bytes(&row[3]), bytes(&row[4]));
        if script == b"/" && !path.is_empty() {
            assert_eq!(theirs.1.remove(0), b'/', "{row}");
            different += 1;
        }
        let nothing = (None, script, path);
        assert_eq!(ours.unwrap_or(nothing), theirs, "{row}");
    }
    assert_eq!(different, 9);
}

/// But for a default port that the client said, which there stays.
#[test]
fn its_urls() {
    let rows = section("urls");
    assert_eq!(rows.len(), 27);
    for row in &rows {
        let variables = variables(&row[0]);
        let rules = HostRules::new();
        let ours = [
            application_uri(&variables, &rules),
            request_uri(&variables, false, &rules),
            request_uri(&variables, true, &rules),
        ];
        let ours = ours.map(|url| url.unwrap().to_string());
        let theirs = [1, 2, 3].map(|i| row[i].as_str().unwrap());
        assert_eq!(ours, theirs, "{row}");
    }
}

#[test]
fn its_guess_of_the_scheme() {
    for row in section("guess_scheme") {
        let https = row[0].as_str().map(|value| ("HTTPS", value));
        let ours = guess_scheme(&Vec::from_iter(https));
        assert_eq!(Some(ours.as_str()), row[1].as_str(), "{row}");
    }
    // There this is not so.
    assert_eq!(guess_scheme(&[("HTTPS", "ON")]).as_str(), "https");
}

#[test]
fn its_hop_by_hop_headers() {
    for row in section("is_hop_by_hop") {
        let name = row[0].as_str().unwrap();
        assert_eq!(Some(is_hop_by_hop(name)), row[1].as_bool(), "{name}");
    }
    // There these are none.
    assert!(is_hop_by_hop("Trailer") && is_hop_by_hop("proxy-connection"));
}

#[test]
fn its_testing_defaults() {
    for row in section("setup_testing_defaults") {
        let before = variables(&row[0]);
        let view = testing_defaults(&before);
        let there = variables(&row[1]);
        for (name, value) in &there {
            assert_eq!(view.var(name), Some(&value[..]), "{name} of {row}");
        }
        assert_eq!(before.len() + view.missing().count(), there.len(), "{row}");
    }
}
