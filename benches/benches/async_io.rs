//! The async rooms: ours beside every peer and beside our own blocking ones, on one
//! thread of tokio, from memory and over a connection to this machine. Multipart over
//! frames is a row of `decode` too.

#![forbid(unsafe_code)]

#[path = "async_io/bodies.rs"]
mod bodies;
#[path = "async_io/files.rs"]
mod files;
mod harness;
#[path = "async_io/lines.rs"]
mod lines;
#[path = "async_io/socket.rs"]
mod socket;
#[path = "async_io/uploads.rs"]
mod uploads;

fn main() {
    let mut criterion = harness::criterion();
    lines::race(&mut criterion);
    socket::race(&mut criterion);
    bodies::race(&mut criterion);
    uploads::race(&mut criterion);
    files::race(&mut criterion);
    criterion.final_summary();
}

/// Comes to its end on one thread, as on a server that has one for each core.
fn block_on<F: Future>(future: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.expect("a thread is at hand").block_on(future)
}
