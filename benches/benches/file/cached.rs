//! A file that is in the page cache, and nowhere to be found.

use std::fs::File;
use std::io::{self, Read, Seek, Write};
use tidegate_benches::input::{TOTAL, lines};

/// Random text, over and over: so many times the usual input.
///
/// It has no name any more, so that nothing is left behind however the bench
/// ends.
pub(crate) fn file(times: usize) -> io::Result<File> {
    let text = &lines(100, b"\n", TOTAL)[..TOTAL];
    let mut file = tempfile::tempfile()?;
    for _ in 0..times {
        file.write_all(text)?;
    }
    // Or the system does it later, while we measure.
    file.sync_all()?;
    Ok(file)
}

/// It at its start: they all share one position.
pub(crate) fn from_start(mut file: &File) -> &File {
    file.rewind().expect("a file can be sought in");
    file
}

/// All of it, in blocks of so many bytes.
pub(crate) fn each_block<const SIZE: usize>(mut reader: impl Read, mut each: impl FnMut(&[u8])) {
    let mut buffer = vec![0; SIZE];
    loop {
        match reader.read(&mut buffer).expect("the file can be read") {
            0 => return,
            read => each(&buffer[..read]),
        }
    }
}
