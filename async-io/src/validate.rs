//! Services of tower held to the rules of HTTP.

mod body;
mod future;
mod input;
mod layer;
mod watch;

pub use body::ValidatedBody;
pub use future::ValidatorFuture;
pub use input::ValidatedInput;
pub use layer::{Validator, ValidatorLayer};
