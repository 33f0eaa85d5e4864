//! The async rooms: ours beside every peer and beside our own blocking ones, on one
//! thread of tokio, from memory and over a connection to this machine, and files to a
//! socket. Multipart over frames is a row of `decode` too.

#![forbid(unsafe_code)]

#[path = "async_io/bodies.rs"]
mod bodies;
#[path = "async_io/files.rs"]
mod files;
// `sendfile` and the clocks of threads: what is measured is this system.
#[cfg(target_os = "linux")]
#[path = "file/cached.rs"]
mod cached;
#[cfg(target_os = "linux")]
#[path = "file/connection.rs"]
mod connection;
#[cfg(target_os = "linux")]
#[path = "file/cpu.rs"]
mod cpu;
mod harness;
#[path = "async_io/lines.rs"]
mod lines;
#[cfg(target_os = "linux")]
#[path = "async_io/send.rs"]
mod send;
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
    let path = files::file();
    files::race(&mut criterion, "async/file", &path);
    #[cfg(target_os = "linux")]
    {
        let cpu = cpu::SenderCpu::default();
        // The slowest takes seconds for each, and ten is the least there is.
        let mut criterion = criterion.sample_size(10);
        let case = send::case(&cpu);
        send::race(&mut criterion, "async/send", &case);
        let mut criterion = criterion.with_measurement(cpu);
        files::race(&mut criterion, "async/file-cpu", &path);
        send::race(&mut criterion, "async/send-cpu", &case);
        criterion.final_summary();
    }
    #[cfg(not(target_os = "linux"))]
    criterion.final_summary();
}

/// Comes to its end on one thread, as on a server that has one for each core.
fn block_on<F: Future>(future: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.expect("a thread is at hand").block_on(future)
}
