//! How much each engine keeps at most while it decodes, beside the body.

use crate::body::{self, Body};
use crate::case::Case;
use crate::engines;
use serde_json::{Value, json};
use std::alloc::{GlobalAlloc, Layout, System};
use std::io::{self, Write};
use std::sync::atomic::{AtomicUsize, Ordering};
use tidegate_benches::input::TOTAL;

/// The system's, counting what is out.
#[derive(Debug)]
pub(crate) struct Counting;

static OUT: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);
static TIMES: AtomicUsize = AtomicUsize::new(0);

// SAFETY: both are the system's.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let out = OUT.fetch_add(layout.size(), Ordering::Relaxed) + layout.size();
        PEAK.fetch_max(out, Ordering::Relaxed);
        TIMES.fetch_add(1, Ordering::Relaxed);
        // SAFETY: as the caller says.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        OUT.fetch_sub(layout.size(), Ordering::Relaxed);
        // SAFETY: as the caller says.
        unsafe { System.dealloc(memory, layout) }
    }
}

/// A table of peaks in bytes, and of how often memory was asked for; and the same
/// for the report.
pub(crate) fn report(out: &mut impl Write) -> io::Result<Vec<Value>> {
    let text = |times| {
        let file = body::files(TOTAL)
            .into_iter()
            .find(|body| body.name == "text");
        let mut file: Body = file.expect("it is one of them");
        file.times = times;
        file
    };
    let mut always = Case::new(&text(16), 64 << 10);
    always.always_ready = true;
    let cases = [
        ("64 MiB by 8k", Case::new(&text(16), 8 << 10)),
        ("64 MiB by 64k", Case::new(&text(16), 64 << 10)),
        ("always ready", always),
        ("16 MiB by 64k", Case::new(&text(4), 64 << 10)),
        ("10,000 fields", Case::new(&body::fields(), 64 << 10)),
    ];
    write!(out, "{:24}", "peak, bytes (times)")?;
    for (name, _) in &cases {
        write!(out, "{name:>22}")?;
    }
    writeln!(out)?;
    let mut facts = Vec::new();
    for engine in engines::decoders() {
        write!(out, "{:24}", engine.name)?;
        for (name, case) in &cases {
            let (before, times) = (OUT.load(Ordering::Relaxed), TIMES.load(Ordering::Relaxed));
            PEAK.store(before, Ordering::Relaxed);
            (engine.run)(case);
            let peak = PEAK.load(Ordering::Relaxed) - before;
            let times = TIMES.load(Ordering::Relaxed) - times;
            write!(out, "{:>22}", format!("{peak} ({times})"))?;
            facts.push(json!({
                "case": name,
                "side": engine.side.name(),
                "engine": engine.name,
                "peak": peak,
                "times": times,
            }));
        }
        writeln!(out)?;
    }
    writeln!(out)?;
    Ok(facts)
}
