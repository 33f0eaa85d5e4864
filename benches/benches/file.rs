//! Files out: to a socket, block by block, and what a Range header asks for.

#![forbid(unsafe_code)]

mod harness;
#[path = "file/ranges.rs"]
mod ranges;

// `sendfile`, `pread` and the clocks of threads: what is measured is this system.
#[cfg(target_os = "linux")]
#[path = "file/blocks.rs"]
mod blocks;
#[cfg(target_os = "linux")]
#[path = "file/cached.rs"]
mod cached;
#[cfg(target_os = "linux")]
#[path = "file/connection.rs"]
mod connection;
#[cfg(target_os = "linux")]
#[path = "file/cpu.rs"]
mod cpu;
#[cfg(target_os = "linux")]
#[path = "file/send.rs"]
mod send;

fn main() {
    let mut criterion = harness::criterion();
    ranges::race(&mut criterion);
    #[cfg(target_os = "linux")]
    {
        blocks::race(&mut criterion);
        send::race(criterion);
    }
}
