//! Firmware that checks the sentences of a GPS receiver, with core alone: lines out
//! of a serial port of embedded-io, which gives a few bytes at a time.
//!
//! ```sh
//! cargo run --release -p tidegate-core --example nmea
//! ```

#![no_std]

// For the simulated port alone: `sentences` has no need of it.
extern crate std;

mod port;
mod sentences;

use std::io::Write as _;
use std::string::ToString;

fn main() -> std::io::Result<()> {
    let mut port = port::Port::new(
        b"$GPGGA,123519,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,*47\r\n$GPXXX*00\r\nnoise\r\n",
        7,
    );
    sentences::answer(&mut port).map_err(|stopped| std::io::Error::other(stopped.to_string()))?;
    std::io::stdout().write_all(port.written())
}
