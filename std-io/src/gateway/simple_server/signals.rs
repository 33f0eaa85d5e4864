//! SIGINT and SIGTERM stop a server.

use super::StopHandle;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::{flag, low_level::pipe};
use std::io;

/// In this order, for they are run in it: that the flag was set before is seen
/// before it is set.
pub(super) fn stop(server: &StopHandle) -> io::Result<()> {
    for signal in [SIGINT, SIGTERM] {
        flag::register_conditional_default(signal, server.flag())?;
        flag::register(signal, server.flag())?;
        pipe::register(signal, server.waker().sender()?)?;
    }
    Ok(())
}
