//! The ways to read a part, over readers that may be asked again.

use super::forms::{Entry, text};
use std::io::{self, BufRead, ErrorKind, Read};
use tidegate_std_io::{Multipart, Part};

#[derive(Clone, Copy, Debug)]
pub(crate) enum Way {
    /// So many bytes a read.
    Read(usize),
    /// What is shown, and so many bytes of it consumed.
    FillBuf(usize),
    CopyTo,
    /// All of them, one after the other.
    Mixed,
    /// So many bytes, and then the next part.
    Half(usize),
}

pub(crate) const WHOLE: [Way; 8] = [
    Way::Read(1),
    Way::Read(3),
    Way::Read(1000),
    Way::FillBuf(1),
    Way::FillBuf(7),
    Way::FillBuf(1000),
    Way::CopyTo,
    Way::Mixed,
];

pub(crate) const HALF: [Way; 4] = [Way::Half(0), Way::Half(1), Way::Half(5), Way::Half(30)];

impl Way {
    /// How much of a part of that length it reads.
    pub(crate) fn len(self, whole: usize) -> usize {
        match self {
            Self::Half(len) => len.min(whole),
            _ => whole,
        }
    }
}

/// Tries again after what may be tried again.
pub(crate) fn again<T>(mut work: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    for _ in 0..10_000 {
        match work() {
            Err(error) if may_go_on(&error) => {}
            result => return result,
        }
    }
    panic!("it never goes on");
}

fn may_go_on(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::Interrupted | ErrorKind::WouldBlock | ErrorKind::TimedOut
    )
}

/// Reads the part, and adds what it got to `data` though it fails.
pub(crate) fn read<R: BufRead>(
    part: &mut Part<'_, R>,
    way: Way,
    data: &mut Vec<u8>,
) -> io::Result<()> {
    let mut turn = 0;
    loop {
        let got = match way {
            Way::Read(size) => read_some(part, size, data)?,
            Way::FillBuf(most) => consume_some(part, most, data)?,
            Way::CopyTo => return again(|| part.copy_to(data).map(drop)),
            Way::Mixed => {
                turn += 1;
                match turn {
                    1 => consume_some(part, 2, data)?,
                    2 => read_some(part, 3, data)?,
                    3 => consume_some(part, 1, data)?,
                    4 => read_some(part, 2, data)?,
                    _ => return again(|| part.copy_to(data).map(drop)),
                }
            }
            Way::Half(len) => {
                for _ in 0..len {
                    if read_some(part, 1, data)? == 0 {
                        break;
                    }
                }
                // Shown, and not consumed.
                again(|| part.fill_buf().map(drop))?;
                return Ok(());
            }
        };
        if got == 0 {
            // And it stays over.
            assert_eq!(again(|| part.read(&mut [0; 9]))?, 0);
            assert!(again(|| part.fill_buf().map(<[u8]>::is_empty))?);
            return Ok(());
        }
    }
}

fn read_some<R: BufRead>(
    part: &mut Part<'_, R>,
    size: usize,
    data: &mut Vec<u8>,
) -> io::Result<usize> {
    let mut buf = vec![0; size];
    let read = again(|| part.read(&mut buf))?;
    data.extend_from_slice(&buf[..read]);
    Ok(read)
}

fn consume_some<R: BufRead>(
    part: &mut Part<'_, R>,
    most: usize,
    data: &mut Vec<u8>,
) -> io::Result<usize> {
    let before = data.len();
    again(|| {
        let shown = part.fill_buf()?;
        data.extend_from_slice(&shown[..shown.len().min(most)]);
        Ok(())
    })?;
    let len = data.len() - before;
    part.consume(len);
    Ok(len)
}

/// What is read of each part, and how it ended.
pub(crate) fn read_all<R: BufRead>(
    multipart: &mut Multipart<R>,
    way: Way,
) -> (Vec<Entry>, io::Result<()>) {
    let mut entries = Vec::new();
    let mut tries = 0;
    let result = loop {
        let (entry, result) = match multipart.next_part() {
            Ok(Some(mut part)) => {
                let (name, filename) = (text(part.name().unwrap()), part.filename().map(text));
                let mut data = Vec::new();
                let result = read(&mut part, way, &mut data);
                if result.is_err() {
                    let again = part.read(&mut [0; 9]);
                    assert!(again.is_err(), "{again:?} behind {result:?}");
                }
                ((name, filename, data), result)
            }
            Ok(None) => break Ok(()),
            Err(error) if may_go_on(&error) => {
                tries += 1;
                assert!(tries < 10_000, "it never goes on");
                continue;
            }
            Err(error) => break Err(error),
        };
        entries.push(entry);
        if result.is_err() {
            break result;
        }
    };
    (entries, result)
}
