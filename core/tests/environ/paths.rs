//! From one application to the next: `pop_path_info`, `shift_path_info`.

use super::check::check_path;
use proptest::prelude::*;
use tidegate_core::environ::{Environ, EnvironMut, pop_path_info};

/// Every path of up to six of these.
#[test]
fn short_paths_are_what_the_model_says() {
    let mut paths = vec![Vec::new()];
    for _ in 0..6 {
        let longer = paths
            .iter()
            .flat_map(|path: &Vec<u8>| b"/.a".map(|byte| [&path[..], &[byte]].concat()));
        let longer: Vec<_> = longer.collect();
        paths.extend(longer);
        paths.sort_unstable();
        paths.dedup();
    }
    assert_eq!(paths.len(), 1093);
    for path in &paths {
        for script in ["", "/", "/s", "/s/t", "/s/", "/s//t//", "s"] {
            check_path(script.as_bytes(), path);
        }
    }
}

/// No byte of the path is lost or doubled on the way.
#[test]
fn popping_keeps_the_path_whole() {
    for path in ["/a/b", "//a///b//", "a", "/", "///", "/\u{e9}/%2F"] {
        let mut variables = vec![
            ("SCRIPT_NAME".to_owned(), b"/s".to_vec()),
            ("PATH_INFO".to_owned(), path.as_bytes().to_vec()),
        ];
        let whole = format!("/s{path}").into_bytes();
        while pop_path_info(&variables).is_some() {
            let segment = variables.pop_path_info().unwrap().to_vec();
            let script_name = variables.var("SCRIPT_NAME").unwrap();
            assert!(script_name.ends_with(&segment));
            assert_eq!(
                [script_name, variables.var("PATH_INFO").unwrap()].concat(),
                whole
            );
        }
        assert_eq!(variables.var("PATH_INFO"), Some(&b""[..]));
    }
}

#[test]
fn nothing_is_changed_where_nothing_is_left() {
    let mut variables = vec![("X".to_owned(), b"y".to_vec())];
    assert_eq!(variables.pop_path_info(), None);
    assert_eq!(variables.shift_path_info(), None);
    assert_eq!(variables.len(), 1);
}

proptest! {
    #[test]
    fn paths_at_random_are_what_the_model_says(
        script in prop::collection::vec(prop::sample::select(&b"//.a\xFF"[..]), 0..12),
        path in prop::collection::vec(prop::sample::select(&b"///..a\xC3\xA9"[..]), 0..20),
    ) {
        check_path(&script, &path);
    }
}
