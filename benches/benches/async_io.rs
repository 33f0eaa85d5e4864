//! The async rooms: ours beside every peer, from memory, on one thread of tokio.
//! Multipart over frames is a row of `decode`.

#![forbid(unsafe_code)]

#[path = "async_io/bodies.rs"]
mod bodies;
#[path = "async_io/files.rs"]
mod files;
mod harness;
#[path = "async_io/lines.rs"]
mod lines;

fn main() {
    let mut criterion = harness::criterion();
    lines::race(&mut criterion);
    bodies::race(&mut criterion);
    files::race(&mut criterion);
    criterion.final_summary();
}

/// Comes to its end on one thread, as on a server that has one for each core.
fn block_on<F: Future>(future: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.expect("a thread is at hand").block_on(future)
}
