//! `sendfile`, where there is one.

use std::fs::File;
use std::io;

/// Copies up to so many bytes of a file into a socket within the system, from this
/// offset on, or from where the file stands; that moves it. `None` if that cannot be
/// done with these two, and anywhere but on Linux with the feature `sendfile`.
///
/// It is [`FileSink::send_file`](crate::FileSink::send_file) for sockets of other
/// crates, which have a descriptor and may not be blocking.
///
/// # Errors
///
/// Those of the socket and of the file, with nothing taken.
#[cfg(unix)]
pub fn sendfile(
    socket: &impl std::os::fd::AsFd,
    file: &File,
    offset: Option<u64>,
    most: usize,
) -> Option<io::Result<usize>> {
    send(socket, file, offset, most)
}

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
