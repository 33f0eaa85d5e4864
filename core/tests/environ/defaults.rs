//! Variables for tests.

use std::collections::BTreeMap;
use tidegate_core::environ::{Environ, EnvironMut, testing_defaults};

#[test]
fn what_is_set_is_not_replaced() {
    let names = [
        "SERVER_NAME",
        "SERVER_PROTOCOL",
        "HTTP_HOST",
        "REQUEST_METHOD",
        "SCRIPT_NAME",
        "PATH_INFO",
        "wsgi.url_scheme",
        "SERVER_PORT",
    ];
    for set in 0..1 << names.len() {
        let is_set = |i: usize| set >> i & 1 == 1;
        let mut variables = BTreeMap::<String, Vec<u8>>::new();
        for (i, name) in names.iter().enumerate().filter(|(i, _)| is_set(*i)) {
            // To nothing, too.
            *variables.var_mut(name) = name.as_bytes()[..i % 3].to_vec();
        }
        let before = variables.clone();
        variables.set_testing_defaults();
        let view = testing_defaults(&before);
        for (i, name) in names.iter().enumerate() {
            assert_eq!(view.var(name), variables.var(name), "{before:?} {name}");
            if is_set(i) {
                assert_eq!(view.var(name), before.var(name), "{before:?} {name}");
            }
        }
        assert_eq!(view.missing().count(), variables.len() - before.len());
    }
}
