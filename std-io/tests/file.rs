//! `FileWrapper`, `MultiRange` and what is under them: over readers, sinks and
//! files that do their worst. `file_werkzeug.rs` has what Werkzeug answered.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may")]

mod common;

use common::readers::{AfterEof, Cut, Drip, Sizes, Stutter};
use std::fs::{File, OpenOptions};
use std::io::{self, BufReader, Cursor, ErrorKind, Read, Seek, SeekFrom, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use tidegate_std_io::{
    At, Boundary, ByteRange, ByteRanges, ETag, FileAt, FileFault, FileSink, FileSource,
    FileWrapper, MultiRange, RangeAnswer, ReadAt, random_boundary, wrap_file,
};

const TEXT: &[u8] = b"Hello World, this is served in blocks";

fn range(start: u64, len: u64) -> ByteRange {
    ByteRange::new(start, len).unwrap()
}

/// The fault in an error.
fn fault(error: &io::Error) -> At<FileFault> {
    assert_eq!(error.kind(), ErrorKind::UnexpectedEof, "{error}");
    *error.get_ref().unwrap().downcast_ref().unwrap()
}

fn truncated(offset: u64, expected: u64, sent: u64) -> At<FileFault> {
    let fault = FileFault::Truncated { expected, sent };
    At { offset, fault }
}

/// A file of its own for each test, that goes with it.
struct TempFile(PathBuf);

impl TempFile {
    fn new(content: &[u8]) -> Self {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("tidegate-file-{}-{number}", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::write(&path, content).unwrap();
        Self(path)
    }

    fn open(&self) -> File {
        File::open(&self.0).unwrap()
    }

    fn set_len(&self, len: u64) {
        let file = OpenOptions::new().write(true).open(&self.0).unwrap();
        file.set_len(len).unwrap();
    }
}

impl Drop for TempFile {
    fn drop(&mut self) {
        std::fs::remove_file(&self.0).unwrap();
    }
}

/// So many bytes that differ from place to place.
fn content(len: usize) -> Vec<u8> {
    (0..len).map(|i| (i * 31 + i / 251 * 7) as u8).collect()
}

/// How the bytes of a wrapper are had.
#[derive(Clone, Copy, Debug)]
enum Way {
    NextBlock,
    IntoBytes,
    Read(usize),
    WriteTo,
    SendTo,
}

const WAYS: [Way; 6] = [
    Way::NextBlock,
    Way::IntoBytes,
    Way::Read(1),
    Way::Read(100),
    Way::WriteTo,
    Way::SendTo,
];

/// All that comes, and the error; `WouldBlock` is asked again.
fn all<F: FileSource>(mut file: FileWrapper<F>, way: Way) -> (Vec<u8>, io::Result<()>) {
    let mut found = Vec::new();
    let block_size = file.block_size();
    let mut outcome = |found: &mut Vec<u8>| match way {
        Way::NextBlock => {
            while let Some(block) = file.next_block() {
                let block = block?;
                assert!(!block.is_empty() && block.len() <= block_size);
                found.extend_from_slice(block);
            }
            Ok(())
        }
        Way::Read(most) => {
            let mut buf = vec![0; most];
            loop {
                match file.read(&mut buf)? {
                    0 => return Ok(()),
                    read => found.extend_from_slice(&buf[..read]),
                }
            }
        }
        Way::WriteTo => file.write_to(found).map(|_| ()),
        Way::SendTo => file.send_to(found).map(|_| ()),
        Way::IntoBytes => Ok(()),
    };
    if !matches!(way, Way::IntoBytes) {
        loop {
            match outcome(&mut found) {
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                outcome => return (found, outcome),
            }
        }
    }
    let mut blocks = file.into_bytes();
    while let Some(block) = blocks.next() {
        match block {
            Ok(block) => {
                assert!(!block.is_empty() && block.len() <= block_size);
                found.extend_from_slice(&block);
            }
            Err(error) => {
                assert!(blocks.next().is_none(), "an error is the last item");
                return (found, Err(error));
            }
        }
    }
    assert!(blocks.next().is_none());
    (found, Ok(()))
}

#[test]
fn a_file_comes_whole_by_every_way_in_blocks_of_every_size() {
    for way in WAYS {
        for block_size in (1..=TEXT.len() + 1).chain([8192]) {
            let file = FileWrapper::with_block_size(TEXT, block_size);
            let (found, outcome) = all(file, way);
            outcome.unwrap();
            assert_eq!(found, TEXT, "{way:?}, {block_size}");
        }
    }
}

#[test]
fn every_range_is_the_same_by_seeking_by_reading_and_at_an_offset() {
    let len = TEXT.len() as u64;
    for way in WAYS {
        for start in 0..len {
            for part_len in 1..=len - start {
                let range = range(start, part_len);
                let expected = &TEXT[start as usize..range.end() as usize];
                let sought = FileWrapper::with_block_size(Cursor::new(TEXT), 7)
                    .range(range)
                    .unwrap();
                assert_eq!(sought.len_hint(), Some(part_len));
                assert_eq!(all(sought, way).0, expected, "{way:?}, {range:?}");
                let read = FileWrapper::with_block_size(TEXT, 7).range_by_reading(range);
                assert_eq!(read.len_hint(), Some(part_len));
                assert_eq!(all(read, way).0, expected, "{way:?}, {range:?}");
                let at = FileWrapper::with_block_size(FileAt::new(TEXT), 7)
                    .range(range)
                    .unwrap();
                assert_eq!(all(at, way).0, expected, "{way:?}, {range:?}");
            }
        }
    }
}

/// A source that ends before, in or behind a range: what there is comes, then
/// the fault with the place in the file.
#[test]
fn a_range_of_a_shorter_file_comes_as_far_as_it_goes_and_is_then_cut() {
    let range = range(10, 10);
    for way in WAYS {
        for len in 0..25 {
            let shown = &TEXT[..len];
            let there = len.saturating_sub(10).min(10);
            let expected = &TEXT[10..10 + there];
            let by_reading = FileWrapper::with_block_size(shown, 4).range_by_reading(range);
            let by_seeking = FileWrapper::with_block_size(Cursor::new(shown), 4)
                .range(range)
                .unwrap();
            let name = format!("{way:?}, {len}");
            // What is behind the end can be sought, but not read.
            for ((found, outcome), offset) in [
                (all(by_reading, way), len),
                (all(by_seeking, way), len.max(10)),
            ] {
                assert_eq!(found, expected, "{name}");
                match len >= 20 {
                    true => outcome.unwrap(),
                    false => {
                        let expected = truncated(offset as u64, 10, there as u64);
                        assert_eq!(fault(&outcome.unwrap_err()), expected, "{name}");
                    }
                }
            }
        }
    }
}

#[test]
fn a_fault_comes_again_on_every_call_and_is_no_end() {
    let mut file = FileWrapper::with_block_size(TEXT, 8).exact(50);
    let mut sent = Vec::new();
    assert!(file.send_to(&mut sent).is_err());
    assert_eq!((&sent[..], file.position()), (TEXT, TEXT.len() as u64));
    let expected = truncated(37, 50, 37);
    for _ in 0..3 {
        assert_eq!(fault(&file.send_to(&mut sent).unwrap_err()), expected);
        assert_eq!(fault(&file.write_to(&mut sent).unwrap_err()), expected);
        assert_eq!(fault(&file.next_block().unwrap().unwrap_err()), expected);
        assert_eq!(fault(&file.read(&mut [0]).unwrap_err()), expected);
        assert_eq!(file.read(&mut []).unwrap(), 0);
        assert_eq!(file.len_hint(), Some(13));
    }
    assert_eq!(
        fault(&file.into_bytes().next().unwrap().unwrap_err()),
        expected
    );
    assert_eq!(sent.len(), TEXT.len());
}

#[test]
fn no_more_is_read_of_a_file_than_was_promised() {
    for way in WAYS {
        for len in 0..=TEXT.len() {
            let mut source = TEXT;
            let (found, outcome) = all(
                FileWrapper::with_block_size(Plain(&mut source), 5).exact(len as u64),
                way,
            );
            outcome.unwrap();
            assert_eq!(found, &TEXT[..len], "{way:?}");
            assert_eq!(source, &TEXT[len..], "{way:?}");
        }
    }
}

#[test]
fn readers_that_do_their_worst_change_nothing() {
    for way in WAYS {
        for block_size in [1, 3, 8, 99] {
            let name = format!("{way:?}, {block_size}");
            let wrap = |reader| FileWrapper::with_block_size(Plain(reader), block_size);
            let dripping: Box<dyn Read> = Box::new(AfterEof::new(Drip::new(TEXT)));
            let ragged: Box<dyn Read> = Box::new(AfterEof::new(Sizes::new(TEXT, vec![1, 5, 2])));
            for reader in [dripping, ragged] {
                let (found, outcome) = all(wrap(reader), way);
                outcome.unwrap();
                assert_eq!(found, TEXT, "{name}");
            }
            let skipped =
                wrap(Box::new(AfterEof::new(Drip::new(TEXT)))).range_by_reading(range(10, 9));
            assert_eq!(all(skipped, way).0, &TEXT[10..19], "{name}");
            for cut in 0..TEXT.len() {
                let reader = Cut::new(TEXT, cut, ErrorKind::ConnectionReset);
                let reader = Sizes::new(reader, vec![1]);
                let (found, outcome) = all(wrap(Box::new(reader)), way);
                assert_eq!(
                    outcome.unwrap_err().kind(),
                    ErrorKind::ConnectionReset,
                    "{name}"
                );
                assert_eq!(found, &TEXT[..cut], "{name}");
            }
        }
    }
}

/// `Interrupted` is not seen, `WouldBlock` is, and the next call goes on.
#[test]
fn a_reader_that_stutters_loses_nothing() {
    for way in WAYS
        .into_iter()
        .filter(|way| !matches!(way, Way::IntoBytes))
    {
        for block_size in [1, 2, 8] {
            for part in [range(0, 37), range(11, 9)] {
                let file = FileWrapper::with_block_size(Plain(Stutter::new(TEXT)), block_size);
                let (found, outcome) = all(file.range_by_reading(part), way);
                outcome.unwrap();
                let expected = &TEXT[part.start() as usize..part.end() as usize];
                assert_eq!(found, expected, "{way:?}, {block_size}");
            }
        }
    }
}

/// A reader of a test, without a file underneath.
struct Plain<R>(R);

impl<R: Read> Read for Plain<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        assert!(!buf.is_empty(), "a read of nothing says nothing");
        self.0.read(buf)
    }
}

impl<R: Read> FileSource for Plain<R> {}

/// Once ended it stays ended: a terminal reads on behind its end.
#[test]
fn nothing_is_read_behind_the_end() {
    let mut file = FileWrapper::with_block_size(AfterEof::new(TEXT), 8);
    let mut sink = Vec::new();
    file.write_to(&mut sink).unwrap();
    for _ in 0..2 {
        assert!(file.next_block().is_none());
        assert_eq!(file.read(&mut [0; 9]).unwrap(), 0);
        assert_eq!(file.write_to(&mut sink).unwrap(), 0);
    }
    assert_eq!(sink, TEXT);
}

#[test]
fn of_blocks_of_no_bytes_there_are_none_by_any_way() {
    for way in WAYS {
        let (found, outcome) = all(FileWrapper::with_block_size(TEXT, 0), way);
        assert!(outcome.is_ok() && found.is_empty(), "{way:?}");
        // Nor is the file any shorter for that.
        let part = FileWrapper::with_block_size(TEXT, 0).range_by_reading(range(10, 5));
        let (found, outcome) = all(part, way);
        assert!(outcome.is_ok() && found.is_empty(), "{way:?}: {outcome:?}");
    }
    let mut taken = Takes(Vec::new());
    let file = TempFile::new(TEXT);
    assert_eq!(
        FileWrapper::with_block_size(file.open(), 0)
            .send_to(&mut taken)
            .unwrap(),
        0
    );
    assert!(taken.0.is_empty());
}

/// Takes so many bytes a write, and fails before each of them, in turns.
struct Sink {
    taken: Vec<u8>,
    most: usize,
    moods: Vec<Option<ErrorKind>>,
    turn: usize,
}

impl Sink {
    fn new(most: usize, moods: &[Option<ErrorKind>]) -> Self {
        Self {
            taken: Vec::new(),
            most,
            moods: moods.to_vec(),
            turn: 0,
        }
    }
}

impl Write for Sink {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        let mood = self.moods[self.turn % self.moods.len()];
        self.turn += 1;
        if let Some(kind) = mood {
            return Err(kind.into());
        }
        let len = buf.len().min(self.most);
        self.taken.extend_from_slice(&buf[..len]);
        Ok(len)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl FileSink for Sink {}

#[test]
fn a_sink_that_fails_at_every_byte_is_sent_every_byte_once() {
    let moods: [&[Option<ErrorKind>]; 5] = [
        &[None],
        &[Some(ErrorKind::WouldBlock), None],
        &[Some(ErrorKind::Interrupted), None],
        &[
            Some(ErrorKind::Interrupted),
            Some(ErrorKind::WouldBlock),
            None,
            None,
            Some(ErrorKind::TimedOut),
        ],
        &[Some(ErrorKind::ConnectionReset), None],
    ];
    for moods in moods {
        for most in [1, 2, 5, 99] {
            for block_size in [1, 4, 99] {
                let name = format!("{moods:?}, {most}, {block_size}");
                let len = TEXT.len() as u64;
                let mut sink = Sink::new(most, moods);
                let mut file = FileWrapper::with_block_size(TEXT, block_size).exact(len);
                let mut counted = 0;
                loop {
                    let before = file.position();
                    let sent = file.send_to(&mut sink);
                    assert_eq!(file.position(), sink.taken.len() as u64, "{name}");
                    assert_eq!(file.len_hint(), Some(len - file.position()), "{name}");
                    counted += file.position() - before;
                    match sent {
                        Ok(sent) => {
                            assert_eq!(sent, file.position() - before, "{name}");
                            break;
                        }
                        Err(error) => assert_ne!(error.kind(), ErrorKind::Interrupted, "{name}"),
                    }
                }
                assert_eq!((&sink.taken[..], counted), (TEXT, len), "{name}");
            }
        }
    }
}

#[test]
fn a_sink_that_takes_nothing_is_an_error_and_nothing_is_lost() {
    let mut file = FileWrapper::with_block_size(TEXT, 8);
    for _ in 0..2 {
        let error = file.write_to(&mut Sink::new(0, &[None])).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::WriteZero);
        assert_eq!(file.position(), 0);
    }
    let mut sent = Vec::new();
    assert_eq!(file.write_to(&mut sent).unwrap(), TEXT.len() as u64);
    assert_eq!(sent, TEXT);
}

/// What a sink refused comes next, by whichever way it is asked for.
#[test]
fn what_was_not_sent_is_handed_out_by_every_way() {
    for way in WAYS {
        for refused_at in 0..TEXT.len() {
            let moods: Vec<_> = std::iter::repeat_n(None, refused_at)
                .chain([Some(ErrorKind::WouldBlock)])
                .collect();
            let mut sink = Sink::new(1, &moods);
            let mut file = FileWrapper::with_block_size(TEXT, 8);
            file.send_to(&mut sink).unwrap_err();
            assert_eq!(sink.taken, &TEXT[..refused_at]);
            let twin = file.clone();
            assert_eq!(all(file, way).0, &TEXT[refused_at..], "{way:?}");
            assert_eq!(all(twin, way).0, &TEXT[refused_at..], "{way:?}, the clone");
        }
    }
}

/// A new promise begins where the file stands, which is behind the block.
#[test]
fn a_promise_made_late_forgets_what_was_not_sent() {
    let mut sink = Sink::new(2, &[None, Some(ErrorKind::WouldBlock)]);
    let mut file = FileWrapper::with_block_size(Cursor::new(TEXT), 8);
    file.send_to(&mut sink).unwrap_err();
    let file = file.exact(5);
    assert_eq!((file.position(), file.len_hint()), (0, Some(5)));
    assert_eq!(all(file, Way::NextBlock).0, &TEXT[8..13]);
}

#[test]
fn seeking_goes_on_to_the_end_from_there() {
    let mut file = FileWrapper::with_block_size(Cursor::new(TEXT), 4);
    let mut all = Vec::new();
    file.read_to_end(&mut all).unwrap();
    assert!(file.next_block().is_none());
    assert_eq!(file.seek(SeekFrom::End(-6)).unwrap(), 31);
    assert_eq!(file.position(), 0);
    assert_eq!(file.next_block().unwrap().unwrap(), b"bloc");
    assert_eq!(file.seek(SeekFrom::Current(-4)).unwrap(), 31);
    assert_eq!(file.next_block().unwrap().unwrap(), b"bloc");
    assert_eq!(file.seek(SeekFrom::Start(99)).unwrap(), 99);
    assert!(file.next_block().is_none());
    for bad in [
        SeekFrom::Current(-100),
        SeekFrom::Current(i64::MIN),
        SeekFrom::End(-99),
    ] {
        assert!(file.seek(bad).is_err(), "{bad:?}");
    }
    assert_eq!(file.stream_position().unwrap(), 99);
}

/// Where the next byte comes from, also while a block waits for its sink.
#[test]
fn a_position_is_told_and_not_moved() {
    let mut sink = Sink::new(3, &[None, Some(ErrorKind::WouldBlock)]);
    let mut file = FileWrapper::with_block_size(Cursor::new(TEXT), 8);
    file.send_to(&mut sink).unwrap_err();
    for _ in 0..2 {
        assert_eq!((file.stream_position().unwrap(), file.position()), (3, 3));
    }
    assert_eq!(file.seek(SeekFrom::Current(1)).unwrap(), 4);
    assert_eq!(file.next_block().unwrap().unwrap(), &TEXT[4..12]);
    file.send_to(&mut Sink::new(1, &[None, Some(ErrorKind::WouldBlock)]))
        .unwrap_err();
    assert!(file.seek(SeekFrom::Current(i64::MIN)).is_err());
    assert_eq!(file.stream_position().unwrap(), 13);
    file.read_to_end(&mut Vec::new()).unwrap();
    assert_eq!(file.stream_position().unwrap(), TEXT.len() as u64);
    assert!(file.next_block().is_none(), "to ask is not to seek");
}

#[test]
fn what_was_promised_is_not_sought_in() {
    for mut file in [
        FileWrapper::new(Cursor::new(TEXT)).exact(5),
        FileWrapper::new(Cursor::new(TEXT)).exact(u64::MAX),
        FileWrapper::new(Cursor::new(TEXT))
            .range(range(3, 5))
            .unwrap(),
    ] {
        let start = file.stream_position().unwrap();
        assert_eq!(
            file.seek(SeekFrom::Start(1)).unwrap_err().kind(),
            ErrorKind::Unsupported
        );
        assert_eq!(file.stream_position().unwrap(), start);
        assert_eq!(file.next_block().unwrap().unwrap()[0], TEXT[start as usize]);
    }
}

#[test]
fn a_position_in_a_shared_source_is_its_own() {
    let mut one = FileAt::new(TEXT);
    let mut other = one.clone();
    let mut buf = [0; 5];
    assert_eq!(one.seek(SeekFrom::Start(6)).unwrap(), 6);
    one.read_exact(&mut buf).unwrap();
    assert_eq!((&buf, one.position()), (b"World", 11));
    other.read_exact(&mut buf).unwrap();
    assert_eq!((&buf, other.position()), (b"Hello", 5));
    assert_eq!(one.seek(SeekFrom::Current(-11)).unwrap(), 0);
    assert_eq!(one.seek(SeekFrom::End(-6)).unwrap(), 31);
    assert_eq!(one.seek(SeekFrom::Start(u64::MAX)).unwrap(), u64::MAX);
    assert_eq!(one.read(&mut buf).unwrap(), 0);
    for bad in [
        SeekFrom::Current(1),
        SeekFrom::End(-38),
        SeekFrom::Current(i64::MIN),
    ] {
        let kept = one.position();
        match one.seek(bad) {
            Ok(position) => assert_eq!(position, u64::MAX - (1 << 63), "{bad:?}"),
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::InvalidInput, "{bad:?}");
                assert_eq!(one.position(), kept);
            }
        }
    }
}

/// A sink with a way of its own to take a file, as a server may have.
struct Takes(Vec<u8>);

impl Write for Takes {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        self.0.write(buf)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl FileSink for Takes {
    fn block_size(&self) -> usize {
        77
    }

    fn most_at_once(&self) -> usize {
        10
    }

    fn send_file(
        &mut self,
        mut file: &File,
        offset: Option<u64>,
        most: usize,
    ) -> Option<io::Result<usize>> {
        assert!((1..=10).contains(&most));
        let mut buf = vec![0; most];
        let read = match offset {
            Some(offset) => file.read_at(&mut buf, offset),
            None => file.read(&mut buf),
        };
        Some(read.inspect(|&read| self.0.extend_from_slice(&buf[..read])))
    }
}

#[test]
fn a_sink_takes_the_file_by_itself_where_it_can() {
    let file = TempFile::new(TEXT);
    let mut sink = Takes(Vec::new());
    let mut wrapper = wrap_file(&sink, file.open());
    assert_eq!(wrapper.block_size(), 77);
    assert_eq!(wrapper.send_to(&mut sink).unwrap(), TEXT.len() as u64);
    assert_eq!((&sink.0[..], wrapper.position()), (TEXT, TEXT.len() as u64));

    for part in [range(0, 37), range(6, 5), range(30, 7)] {
        let expected = &TEXT[part.start() as usize..part.end() as usize];
        let mut sink = Takes(Vec::new());
        FileWrapper::new(file.open())
            .range(part)
            .unwrap()
            .send_to(&mut sink)
            .unwrap();
        assert_eq!(sink.0, expected);
        let mut sink = Takes(Vec::new());
        let shared = FileAt::new(Arc::new(file.open()));
        FileWrapper::new(shared)
            .range(part)
            .unwrap()
            .send_to(&mut sink)
            .unwrap();
        assert_eq!(sink.0, expected);
    }
    let mut sink = Takes(Vec::new());
    let error = FileWrapper::new(file.open())
        .exact(40)
        .send_to(&mut sink)
        .unwrap_err();
    assert_eq!(fault(&error), truncated(37, 40, 37));
    assert_eq!(sink.0, TEXT);
}

/// A server's connection may like other blocks; it is asked once.
#[test]
fn blocks_are_as_large_as_the_sink_likes_them() {
    assert_eq!(wrap_file(&Vec::new(), TEXT).block_size(), 64 << 10);
    assert_eq!(wrap_file(&Takes(Vec::new()), TEXT).block_size(), 77);
    assert_eq!(FileWrapper::new(TEXT).block_size(), 64 << 10);
}

#[test]
fn a_file_that_shrinks_while_it_is_served_is_cut_and_never_padded() {
    let whole = content(1000);
    for left in [0, 100, 256, 300, 999] {
        for shared in [false, true] {
            let file = TempFile::new(&whole);
            let mut sent = Vec::new();
            let serve = |mut wrapper: FileWrapper<Box<dyn Read>>, sent: &mut Vec<u8>| {
                sent.extend_from_slice(wrapper.next_block().unwrap().unwrap());
                file.set_len(left);
                while let Some(block) = wrapper.next_block() {
                    match block {
                        Ok(block) => sent.extend_from_slice(block),
                        Err(error) => return fault(&error),
                    }
                }
                panic!("a clean end of a file that was cut")
            };
            let source: Box<dyn Read> = match shared {
                true => Box::new(FileAt::new(Arc::new(file.open()))),
                false => Box::new(file.open()),
            };
            let wrapper = FileWrapper::with_block_size(source, 256).exact(1000);
            let at = serve(wrapper, &mut sent);
            let there = left.max(256);
            assert_eq!(at, truncated(there, 1000, there), "{left}");
            assert_eq!(sent, &whole[..there as usize], "{left}");
        }
    }
}

#[test]
fn of_a_file_that_grows_no_more_is_sent_than_was_promised() {
    let file = TempFile::new(&content(1000));
    for way in WAYS {
        let wrapper = FileWrapper::with_block_size(file.open(), 256).exact(1000);
        file.set_len(5000);
        let (found, outcome) = all(wrapper, way);
        outcome.unwrap();
        assert_eq!(found, content(1000), "{way:?}");
        file.set_len(1000);
    }
}

#[test]
fn one_open_file_serves_many_threads_each_its_own_range() {
    let whole = content(300_000);
    let file = TempFile::new(&whole);
    let wrapper = FileWrapper::with_block_size(FileAt::new(Arc::new(file.open())), 1000);
    thread::scope(|scope| {
        for i in 0..8u64 {
            let mine = wrapper.clone();
            let whole = &whole;
            scope.spawn(move || {
                let part = range(i * 30_000, 60_000);
                for way in WAYS {
                    let (found, outcome) = all(mine.clone().range(part).unwrap(), way);
                    outcome.unwrap();
                    assert!(
                        found == whole[part.start() as usize..part.end() as usize],
                        "{way:?}"
                    );
                }
            });
        }
    });
}

/// The two ends of a connection.
fn tcp() -> (TcpStream, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    (listener.accept().unwrap().0, client)
}

/// Sends what the work sends, and says what arrived and what came of it.
fn through<S: Send, C: Read + Send, T>(
    (mut server, mut client): (S, C),
    send: impl FnOnce(&mut S) -> T,
) -> (Vec<u8>, T) {
    thread::scope(|scope| {
        let reader = scope.spawn(move || {
            let mut arrived = Vec::new();
            client.read_to_end(&mut arrived).unwrap();
            arrived
        });
        let sent = send(&mut server);
        drop(server);
        (reader.join().unwrap(), sent)
    })
}

/// Long enough that no socket takes it at once.
const LONG: usize = 3 << 20;

#[test]
fn a_socket_is_sent_the_bytes_of_the_file() {
    let whole = content(LONG);
    let file = TempFile::new(&whole);
    let shared = Arc::new(file.open());
    let part = range(12_345, 2_000_000);
    let expected = &whole[12_345..2_012_345];

    let (arrived, sent) = through(tcp(), |socket| {
        FileWrapper::new(file.open()).send_to(socket)
    });
    assert!((arrived == whole) && sent.unwrap() == LONG as u64);
    let (arrived, sent) = through(tcp(), |socket| {
        FileWrapper::new(file.open()).write_to(socket)
    });
    assert!((arrived == whole) && sent.unwrap() == LONG as u64);
    let (arrived, sent) = through(tcp(), |socket| {
        FileWrapper::new(file.open())
            .range(part)
            .unwrap()
            .send_to(&mut &*socket)
    });
    assert!((arrived == expected) && sent.unwrap() == part.len());
    let (arrived, sent) = through(tcp(), |socket| {
        FileWrapper::new(FileAt::new(Arc::clone(&shared)))
            .range(part)
            .unwrap()
            .send_to(socket)
    });
    assert!((arrived == expected) && sent.unwrap() == part.len());
    #[cfg(unix)]
    {
        let pair = std::os::unix::net::UnixStream::pair().unwrap();
        let (arrived, sent) = through(pair, |socket| {
            FileWrapper::new(FileAt::new(&*shared))
                .range(part)
                .unwrap()
                .send_to(socket)
        });
        assert!((arrived == expected) && sent.unwrap() == part.len());
    }
}

/// Until the other side has read, and then from where it was.
#[cfg(unix)]
#[test]
fn a_socket_that_would_block_is_sent_the_rest_later() {
    let whole = content(LONG);
    let file = TempFile::new(&whole);
    let mut source = FileWrapper::new(FileAt::new(Arc::new(file.open()))).exact(LONG as u64);
    let (mut server, mut client) = std::os::unix::net::UnixStream::pair().unwrap();
    server.set_nonblocking(true).unwrap();
    let mut arrived = Vec::new();
    let mut waits = 0;
    let mut buf = vec![0; 1 << 16];
    loop {
        let sent = source.send_to(&mut server);
        assert_eq!(source.len_hint(), Some(LONG as u64 - source.position()));
        match sent {
            Ok(_) => break,
            Err(error) => assert_eq!(error.kind(), ErrorKind::WouldBlock),
        }
        waits += 1;
        // What was sent is there to be read, so that this does not wait for ever.
        while (arrived.len() as u64) < source.position() {
            let read = client.read(&mut buf).unwrap();
            arrived.extend_from_slice(&buf[..read]);
        }
    }
    drop(server);
    client.read_to_end(&mut arrived).unwrap();
    assert!(
        waits > 0,
        "a socket that takes it all at once shows nothing"
    );
    assert!(arrived == whole);
}

#[test]
fn a_socket_is_told_that_a_file_shrank() {
    type Send = fn(&TempFile, &mut TcpStream) -> io::Result<u64>;
    let ways: [(&str, Send); 3] = [
        ("from where it stands", |file, socket| {
            FileWrapper::new(file.open())
                .exact(LONG as u64)
                .send_to(socket)
        }),
        ("at an offset", |file, socket| {
            let file = FileAt::new(Arc::new(file.open()));
            FileWrapper::new(file).exact(LONG as u64).send_to(socket)
        }),
        ("by blocks", |file, socket| {
            FileWrapper::new(file.open())
                .exact(LONG as u64)
                .write_to(socket)
        }),
    ];
    let whole = content(LONG);
    let file = TempFile::new(&whole);
    let cut = LONG as u64 - 1000;
    file.set_len(cut);
    for (name, send) in ways {
        let (arrived, outcome) = through(tcp(), |socket| send(&file, socket));
        let expected = truncated(cut, LONG as u64, cut);
        assert_eq!(fault(&outcome.unwrap_err()), expected, "{name}");
        assert!(arrived == whole[..cut as usize], "{name}");
    }
}

/// Cut after some of it was sent.
#[cfg(unix)]
#[test]
fn a_file_cut_between_two_sends_is_noticed() {
    let whole = content(LONG);
    let file = TempFile::new(&whole);
    let mut source = FileWrapper::new(file.open()).exact(LONG as u64);
    let (mut server, mut client) = std::os::unix::net::UnixStream::pair().unwrap();
    server.set_nonblocking(true).unwrap();
    let blocked = source.send_to(&mut server).unwrap_err();
    assert_eq!(blocked.kind(), ErrorKind::WouldBlock);
    let cut = source.stream_position().unwrap() + 10;
    file.set_len(cut);
    server.set_nonblocking(false).unwrap();
    let reader = thread::spawn(move || {
        let mut arrived = Vec::new();
        client.read_to_end(&mut arrived).unwrap();
        arrived
    });
    let error = source.send_to(&mut server).unwrap_err();
    let at = fault(&error);
    // By blocks, one of them was read before the cut.
    assert!(at.offset >= cut && at.offset < LONG as u64, "{at}");
    assert_eq!(at, truncated(at.offset, LONG as u64, at.offset));
    drop(server);
    let arrived = reader.join().unwrap();
    assert_eq!(arrived.len() as u64, at.offset);
}

/// The ranges of a header.
fn ranges(header: &str, size: u64) -> ByteRanges {
    match RangeAnswer::parse(header, size) {
        RangeAnswer::Many(ranges) => ranges,
        other => panic!("{other:?}"),
    }
}

/// A part, as somebody reads it: its headers and its content.
type Part = (Vec<String>, Vec<u8>);

/// What RFC 2046 makes of a body, by looking for its lines one after another.
fn decode(body: &[u8], content_type: &str) -> Vec<Part> {
    let boundary = content_type
        .strip_prefix("multipart/byteranges; boundary=")
        .unwrap();
    let boundary = boundary.trim_matches('"');
    let delimiter = format!("\r\n--{boundary}");
    let padded = [b"\r\n", body].concat();
    let starts: Vec<usize> = (0..padded.len())
        .filter(|&at| padded[at..].starts_with(delimiter.as_bytes()))
        .collect();
    assert_eq!(starts[0], 0, "there is no preamble");
    let mut parts = Vec::new();
    for (i, start) in starts.iter().enumerate() {
        let behind = start + delimiter.len();
        let Some(end) = starts.get(i + 1) else {
            assert_eq!(
                &padded[behind..],
                b"--\r\n",
                "the last delimiter, and no epilogue"
            );
            break;
        };
        let part = padded[behind..*end].strip_prefix(b"\r\n").unwrap();
        let blank = part
            .windows(4)
            .position(|four| four == b"\r\n\r\n")
            .unwrap();
        let headers = str::from_utf8(&part[..blank]).unwrap();
        parts.push((
            headers.split("\r\n").map(str::to_owned).collect(),
            part[blank + 4..].to_vec(),
        ));
    }
    parts
}

#[test]
fn several_ranges_are_the_parts_of_one_body_of_known_length() {
    let size = TEXT.len() as u64;
    let sixteen: Vec<String> = (0..16).map(|i| format!("{i}-{i}")).collect();
    for header in [
        "bytes=0-0,-1",
        "bytes=5-9,0-4",
        "bytes=0-17,18-",
        "bytes=3-4,3-4,3-4",
        &format!("bytes={}", sixteen.join(",")),
    ] {
        for boundary in [
            Boundary::new("b").unwrap(),
            Boundary::new("with a blank").unwrap(),
            random_boundary().unwrap(),
        ] {
            let ranges = ranges(header, size);
            let body = || {
                MultiRange::new(TEXT, size, &ranges, "text/plain; charset=utf-8", boundary).unwrap()
            };
            let mut by_reading = Vec::new();
            let len = body().content_length();
            body().read_to_end(&mut by_reading).unwrap();
            assert_eq!(by_reading.len() as u64, len, "{header}");
            let mut by_sending = Vec::new();
            assert_eq!(body().send_to(&mut by_sending).unwrap(), len, "{header}");
            assert_eq!(by_sending, by_reading, "{header}");
            let mut by_bytes = Vec::new();
            let mut dripping = body();
            while let (1, byte) = {
                let mut byte = [0];
                (dripping.read(&mut byte).unwrap(), byte)
            } {
                by_bytes.extend(byte);
                assert_eq!(dripping.content_length(), len - by_bytes.len() as u64);
                assert_eq!(dripping.read(&mut []).unwrap(), 0);
            }
            assert_eq!(by_bytes, by_reading, "{header}");

            let expected: Vec<Part> = ranges
                .as_slice()
                .iter()
                .map(|range| {
                    let headers = vec![
                        "Content-Type: text/plain; charset=utf-8".to_owned(),
                        format!(
                            "Content-Range: bytes {}-{}/{size}",
                            range.start(),
                            range.end() - 1
                        ),
                    ];
                    (
                        headers,
                        TEXT[range.start() as usize..range.end() as usize].to_vec(),
                    )
                })
                .collect();
            assert_eq!(
                decode(&by_reading, &body().content_type()),
                expected,
                "{header}"
            );
        }
    }
}

#[test]
fn several_ranges_go_through_a_sink_that_fails_at_every_byte() {
    let size = TEXT.len() as u64;
    let ranges = ranges("bytes=0-4,10-20,-1", size);
    let new = || {
        MultiRange::new(
            TEXT,
            size,
            &ranges,
            "text/plain",
            Boundary::new("b").unwrap(),
        )
        .unwrap()
    };
    let mut expected = Vec::new();
    new().send_to(&mut expected).unwrap();
    for kind in [
        ErrorKind::WouldBlock,
        ErrorKind::Interrupted,
        ErrorKind::ConnectionReset,
    ] {
        let mut body = new();
        let mut sink = Sink::new(1, &[Some(kind), None]);
        while body.send_to(&mut sink).is_err() {
            let left = expected.len() - sink.taken.len();
            assert_eq!(body.content_length(), left as u64, "{kind:?}");
        }
        assert_eq!(sink.taken, expected, "{kind:?}");
        assert_eq!(body.send_to(&mut sink).unwrap(), 0);
        assert_eq!(body.content_length(), 0);
    }
}

#[test]
fn several_ranges_go_to_a_socket_from_one_file() {
    let whole = content(LONG);
    let file = TempFile::new(&whole);
    let size = LONG as u64;
    let ranges = ranges("bytes=0-99999,2000000-3000000,-5", size);
    let boundary = random_boundary().unwrap();
    let new =
        || MultiRange::new(Arc::new(file.open()), size, &ranges, "video/mp4", boundary).unwrap();
    let (arrived, sent) = through(tcp(), |socket| new().send_to(socket));
    assert_eq!(sent.unwrap(), new().content_length());
    let mut expected = Vec::new();
    new().read_to_end(&mut expected).unwrap();
    assert!(arrived == expected);
}

/// Before the last part, and in the middle of it.
#[test]
fn several_ranges_of_a_file_that_shrank_are_cut_and_never_end() {
    for left in [5, 25] {
        let size = TEXT.len() as u64;
        let ranges = ranges("bytes=0-4,20-29", size);
        let mut body = MultiRange::new(
            &TEXT[..left],
            size,
            &ranges,
            "text/plain",
            Boundary::new("b").unwrap(),
        )
        .unwrap();
        let mut taken = Vec::new();
        for _ in 0..2 {
            let error = body.read_to_end(&mut taken).unwrap_err();
            let sent = (left as u64).saturating_sub(20);
            assert_eq!(fault(&error), truncated(20 + sent, 10, sent));
            assert!(body.content_length() > 0);
        }
        assert!(!taken.ends_with(b"--b--\r\n"));
    }
}

#[test]
fn a_media_type_with_control_characters_is_refused() {
    let ranges = ranges("bytes=0-0,-1", 37);
    let boundary = Boundary::new("b").unwrap();
    for c in (0..=0x20u8).chain([0x7e, 0x7f]).map(char::from) {
        let content_type = format!("text/plain{c};x");
        let body = MultiRange::new(TEXT, 37, &ranges, &content_type, boundary);
        // A tab is a blank like another.
        match c.is_control() && c != '\t' {
            true => assert_eq!(body.unwrap_err().kind(), ErrorKind::InvalidInput, "{c:?}"),
            false => assert!(body.is_ok(), "{c:?}"),
        }
    }
    let injected = MultiRange::new(TEXT, 37, &ranges, "text/plain\r\nSet-Cookie: a=b", boundary);
    assert!(injected.is_err());
}

#[test]
fn random_boundaries_differ() {
    let (one, other) = (random_boundary().unwrap(), random_boundary().unwrap());
    assert_ne!(one, other);
    assert!(one.as_str().bytes().all(|byte| byte.is_ascii_hexdigit()));
}

/// Reads of a size say how many there were.
#[test]
fn skipping_does_not_go_at_the_pace_of_who_wants_little() {
    let whole = content(1 << 20);
    let part = range((1 << 20) - 2, 2);
    for way in WAYS {
        let reads = Counted::new(&whole);
        let count = Arc::clone(&reads.count);
        let (found, outcome) = all(
            FileWrapper::with_block_size(reads, 4096).range_by_reading(part),
            way,
        );
        outcome.unwrap();
        assert_eq!(found, &whole[whole.len() - 2..]);
        assert!(
            count.load(Ordering::Relaxed) <= (1 << 20) / 4096 + 3,
            "{way:?}: {count:?} reads"
        );
    }
}

struct Counted<'a> {
    rest: &'a [u8],
    count: Arc<AtomicUsize>,
}

impl<'a> Counted<'a> {
    fn new(rest: &'a [u8]) -> Self {
        Self {
            rest,
            count: Arc::default(),
        }
    }
}

impl Read for Counted<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.count.fetch_add(1, Ordering::Relaxed);
        self.rest.read(buf)
    }
}

impl FileSource for Counted<'_> {}

#[test]
fn a_buffered_file_is_a_source_too() {
    let file = TempFile::new(TEXT);
    let wrapper = FileWrapper::new(BufReader::new(file.open()))
        .range(range(6, 5))
        .unwrap();
    assert_eq!(all(wrapper, Way::SendTo).0, b"World");
}

/// The entity tag of a real file is that of its size and time.
#[test]
fn a_file_that_is_written_to_has_another_entity_tag() {
    let file = TempFile::new(TEXT);
    let etag = || {
        let facts = file.open().metadata().unwrap();
        let modified = facts.modified().unwrap();
        ETag::of_file(
            facts.len(),
            modified.duration_since(std::time::UNIX_EPOCH).unwrap(),
        )
    };
    let before = etag();
    assert_eq!(etag(), before);
    file.set_len(3);
    assert_ne!(etag(), before);
}
