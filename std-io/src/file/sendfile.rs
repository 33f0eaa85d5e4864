//! `sendfile`, where there is one.

use std::fs::File;
use std::io;

/// Copies a file into a socket within the system. `None` if that cannot be done
/// with these two.
#[cfg(all(feature = "sendfile", target_os = "linux"))]
pub(super) fn send(
    socket: &impl std::os::fd::AsFd,
    file: &File,
    offset: Option<u64>,
    most: usize,
) -> Option<io::Result<usize>> {
    use rustix::io::Errno;

    let mut offset = offset;
    match rustix::fs::sendfile(socket, file, offset.as_mut(), most) {
        Ok(sent) => Some(Ok(sent)),
        // A file system, or a kind of file, that has none.
        Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => None,
        Err(errno) => Some(Err(errno.into())),
    }
}

#[cfg(not(all(feature = "sendfile", target_os = "linux")))]
pub(super) fn send<S>(
    _socket: &S,
    _file: &File,
    _offset: Option<u64>,
    _most: usize,
) -> Option<io::Result<usize>> {
    None
}
