//! What no time says of whoever takes multipart bodies apart: who is wrong, and
//! how much each of them keeps in memory. `report` writes the latter down.
//!
//! ```text
//! cargo bench -p tidegate-benches --bench decode_facts
//! ```

#![allow(dead_code, reason = "what is shared with `decode` serves that too")]

#[path = "decode/body.rs"]
mod body;
#[path = "decode/case.rs"]
mod case;
#[path = "decode/engines.rs"]
mod engines;
#[path = "decode/limits.rs"]
mod limits;
#[path = "decode/memory.rs"]
mod memory;
#[path = "decode/ours.rs"]
mod ours;
#[path = "decode/peers.rs"]
mod peers;
#[path = "decode/source.rs"]
mod source;
#[path = "decode/wrong.rs"]
mod wrong;

use serde_json::json;
use std::io::{self, Write};
use tidegate_benches::keep_facts;

#[global_allocator]
static ALLOCATOR: memory::Counting = memory::Counting;

fn main() -> io::Result<()> {
    let mut out = io::stdout().lock();
    let memory = memory::report(&mut out)?;
    wrong::report(&mut out)?;
    out.flush()?;
    keep_facts("decode", &json!({ "memory": memory }))
}
