//! Multipart bodies written: many small fields, and one large part, ours beside
//! every peer and the bare copy.
//!
//! Every engine builds its form anew, and brings the whole body to its end.
//! Before any is timed its body is taken apart again and compared.
//!
//! reqwest takes time that grows with the square of the number of fields: 7
//! microseconds for each of 1,000 and 74 for each of 10,000 where it is async,
//! 2 and 17 where it blocks. It is left out where one run would take seconds.

#![forbid(unsafe_code)]

#[path = "encode/case.rs"]
mod case;
#[path = "encode/fields.rs"]
mod fields;
mod harness;
#[path = "encode/part.rs"]
mod part;
#[path = "encode/receiver.rs"]
mod receiver;
#[path = "encode/repeated.rs"]
mod repeated;
#[path = "encode/taken_apart.rs"]
mod taken_apart;

use receiver::Receiver;

fn main() {
    let receiver = Receiver::listen().expect("loopback is there");
    let mut criterion = harness::criterion();
    fields::race(&mut criterion, receiver);
    part::race(&mut criterion, receiver);
    criterion.final_summary();
}
