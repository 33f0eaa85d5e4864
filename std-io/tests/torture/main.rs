//! Every operation with every fault at every call of its reader, its writer or
//! its disk, in turn: it ends in an error or in the right bytes, what was handed
//! out is right and is not handed out again, and no file, no open file and no
//! thread is left.
//!
//! After curl's torture tests, which fail the n-th call for all n.
// What is left is counted below /proc.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may")]

mod alone;
mod callbacks;
mod disk;
mod fault;
mod forms;
mod law;
mod operation;
mod reading;
mod sending;

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
fn every_call_fails_where_is_sent() {
    alone("every_call_fails_where_is_sent", || {
        for operation in sending::operations() {
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
