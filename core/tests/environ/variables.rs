//! What may hold variables.

use std::collections::{BTreeMap, HashMap};
use tidegate_core::environ::{Environ, EnvironMut};

fn check(environ: &(impl Environ + ?Sized)) {
    assert_eq!(environ.var("A"), Some(&b"1"[..]));
    assert_eq!(environ.var("EMPTY"), Some(&b""[..]));
    assert_eq!(environ.var("a"), None);
    assert_eq!((&environ).var("A"), environ.var("A"));
}

#[test]
fn variables_are_found_wherever_they_are() {
    // The first of a name counts, as it does for `getenv`.
    let pairs = [("A", "1"), ("EMPTY", ""), ("A", "2")];
    check(&pairs);
    check(&pairs[..]);
    check(&pairs.to_vec());
    check(&pairs.map(|(name, value)| (name.as_bytes().to_vec(), value.to_owned())));
    let pairs = [("A", "1"), ("EMPTY", "")];
    check(&BTreeMap::from(pairs));
    check(&HashMap::from(pairs));
    check(&BTreeMap::from(
        pairs.map(|(name, value)| (name.to_owned(), value.as_bytes())),
    ));
}

fn check_mut(environ: &mut impl EnvironMut) {
    environ.var_mut("A").extend(b"x");
    environ.var_mut("A").extend(b"y");
    assert_eq!(environ.var("A"), Some(&b"xy"[..]));
    environ.var_mut("B");
    assert_eq!(environ.var("B"), Some(&b""[..]));
    environ.var_mut("PATH_INFO").extend(b"//b//./c");
    assert_eq!(environ.shift_path_info(), Some(b"b".to_vec()));
    assert_eq!(environ.var("SCRIPT_NAME"), Some(&b"/b"[..]));
    assert_eq!(environ.var("PATH_INFO"), Some(&b"/c"[..]));
    assert_eq!(environ.pop_path_info(), Some(&b"c"[..]));
    assert_eq!(environ.var("SCRIPT_NAME"), Some(&b"/b/c"[..]));
}

#[test]
fn variables_are_changed_in_place() {
    check_mut(&mut BTreeMap::new());
    check_mut(&mut HashMap::new());
    check_mut(&mut Vec::new());
}
