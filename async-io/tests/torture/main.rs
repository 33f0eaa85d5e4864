//! Every operation with every fault at every call of its source or its writer, in
//! turn, by the laws of the blocking crate: where that one says `WouldBlock` this
//! one is pending, and the future is dropped.
// What is left is counted below /proc.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may")]

#[path = "../../../std-io/tests/torture/alone.rs"]
mod alone;
#[path = "../../../std-io/tests/torture/fault.rs"]
#[allow(dead_code, reason = "the blocking tests use more of it")]
mod fault;
#[path = "../../../std-io/tests/torture/law.rs"]
mod law;
#[path = "../../../std-io/tests/torture/operation.rs"]
#[allow(dead_code, reason = "the blocking tests use more of it")]
mod operation;

mod files;
mod forms;
mod polled;
mod reading;
mod whole;

use alone::alone;
use law::torture;

#[test]
fn every_call_fails_where_is_read() {
    alone("every_call_fails_where_is_read", || {
        for operation in reading::operations() {
            torture(&operation);
        }
    });
}

#[test]
fn every_call_fails_where_a_form_is() {
    alone("every_call_fails_where_a_form_is", || {
        for operation in forms::operations() {
            torture(&operation);
        }
    });
}

#[test]
fn every_call_fails_where_a_form_is_whole() {
    alone("every_call_fails_where_a_form_is_whole", || {
        for operation in whole::operations() {
            torture(&operation);
        }
    });
}

#[test]
fn every_call_fails_where_a_file_is() {
    alone("every_call_fails_where_a_file_is", || {
        for operation in files::operations() {
            torture(&operation);
        }
    });
}
