//! What the fuzz targets share: a naive model for each room, the properties
//! that hold for all rooms which cut, readers that misbehave, and how the
//! fuzzer's bytes become a case.
//!
//! A target proves that a room does what its model does, whatever the input and
//! however it is cut. A model is short, allocates, and is obviously right; where
//! the two differ, read the model first.

#![forbid(unsafe_code)]

pub mod async_equal;
pub mod blind;
pub mod chunk;
pub mod chunked_peers;
pub mod conditional;
pub mod course;
pub mod environ;
pub mod file;
pub mod input;
pub mod limit;
pub mod line;
pub mod multipart;
pub mod multipart_header;
pub mod multipart_peers;
pub mod range;
pub mod reader;
pub mod room;
pub mod transfer;
mod wire;

use chunked_peers::Reading;
