//! tidegate over futures-io, tokio and streams of `Bytes`.
//!
//! No room stands here yet. Until one does, drive the machines of
//! [`tidegate_core`] with a [`Feed`](tidegate_core::Feed) from whatever pieces
//! your executor hands you:
//!
//! ```
//! use tidegate_core::{Event, Feed, LineScanner};
//!
//! # let frames = [&b"one\nt"[..], b"wo\n"];
//! let mut feed = Feed::new(LineScanner::new(), Vec::new())?;
//! let mut texts = Vec::new();
//! for frame in frames {
//!     let mut rest = frame;
//!     loop {
//!         let offer = feed.offer(rest, false)?;
//!         let Event::Found(placed) = offer.event else { break };
//!         texts.push(feed.token(placed, rest).text().to_vec());
//!         rest = &rest[offer.taken..];
//!     }
//! }
//! assert_eq!(texts, [b"one", b"two"]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![forbid(unsafe_code)]

pub use tidegate_core as core;
