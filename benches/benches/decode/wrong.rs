//! Who is wrong: small bodies full of near misses, in reads of every size.

use crate::body::Body;
use crate::case::Case;
use crate::engines;
use std::io::{self, Write};
use std::panic::{self, AssertUnwindSafe, catch_unwind};
use tidegate_benches::input::Random;

const BODIES: usize = 2000;

/// A table of how many bodies each engine gets wrong, or refuses.
pub(crate) fn report(out: &mut impl Write) -> io::Result<()> {
    let cases: Vec<_> = (0..BODIES).map(case).collect();
    // An engine that refuses panics, and that it does is all there is to say.
    let hook = panic::take_hook();
    panic::set_hook(Box::new(|_| {}));
    writeln!(
        out,
        "{:24}{:>10}{:>10}",
        "of 2000 bodies", "wrong", "refused"
    )?;
    for engine in engines::decoders() {
        // It ends a part at two dashes and the boundary within a line, and then
        // looks for a delimiter for ever.
        if engine.name == "form-data" {
            writeln!(out, "{:24}{:>20}", engine.name, "hangs")?;
            continue;
        }
        let (mut wrong, mut refused) = (0, 0);
        for case in &cases {
            match catch_unwind(AssertUnwindSafe(|| case.is_decoded_by(&engine))) {
                Ok(true) => {}
                Ok(false) => wrong += 1,
                Err(_) => refused += 1,
            }
        }
        writeln!(out, "{:24}{wrong:>10}{refused:>10}", engine.name)?;
    }
    panic::set_hook(hook);
    Ok(())
}

fn case(seed: usize) -> Case {
    let mut random = Random::new(seed as u64);
    let boundary = random.pick(&["b", "tide", "aaaaaaaaaaaaaaaaaaaa", "----7MA4YWxkTrZu0gW"]);
    let delimiter = format!("\r\n--{boundary}").into_bytes();
    let mut content = Vec::new();
    for _ in 0..random.below(20) {
        match random.below(3) {
            0 => content.extend_from_slice(&delimiter[..random.below(delimiter.len())]),
            1 => content.push(random.pick(b"\r\n-ax")),
            _ => {
                let mut near = delimiter.clone();
                near[random.below(delimiter.len())] = b'.';
                content.extend_from_slice(&near);
            }
        }
    }
    // What makes a delimiter of its end and the tail's beginning is none of ours.
    let whole = content
        .windows(delimiter.len())
        .any(|bytes| bytes == delimiter);
    if whole {
        content.clear();
    }
    let mut body = Body::file("", boundary, content);
    body.times = 1;
    Case::new(&body, 1 + random.below(60))
}
