//! Callbacks that panic: what they were in the middle of is lost, and says so.

use crate::alone::alone;
use crate::fault::{SCRIPTED, Script};
use crate::operation::{Bench, SHAPES, Shape};
use std::io::{self, BufRead, ErrorKind, Read};
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind, panic_any};
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::SeqCst;
use tempfile::TempDir;
use tidegate_std_io::{
    Boundary, Closed, ClosingReader, Form, FormOptions, FormSink, LimitHooks, LimitedStream,
    Outcome, PartBody, Spill, make_chunk_iter, make_line_iter,
};

const LINES: &[u8] = b"one\r\n\ntwo and more\rthree\r\r\n\nand what has no end";
const FORM: &[u8] = b"--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\none\r\n\
    --b\r\nContent-Disposition: form-data; name=\"b\"\r\n\r\ntwo\r\n--b--\r\n";

fn panics<T>(work: impl FnOnce() -> T) {
    let panic = catch_unwind(AssertUnwindSafe(work)).map(drop).unwrap_err();
    assert_eq!(panic.downcast_ref(), Some(&SCRIPTED));
}

fn bench(input: &'static [u8], shape: Shape) -> Bench {
    Bench {
        script: Script::new(None),
        shape,
        input,
        taken: Arc::default(),
        closed: Arc::default(),
    }
}

/// Panics at the token of this number, and counts them.
fn at(panics_at: usize, seen: &mut usize) {
    *seen += 1;
    if *seen == panics_at {
        panic_any(SCRIPTED);
    }
}

/// Nobody knows how far it got: no token comes behind it, and no end.
#[test]
fn where_a_callback_panicked_all_is_lost() {
    alone("callbacks::where_a_callback_panicked_all_is_lost", || {
        for shape in SHAPES {
            let mut whole = 0;
            make_line_iter(LINES).for_each_line(|_| whole += 1).unwrap();
            for panics_at in 1..=whole {
                let mut lines = make_line_iter(bench(LINES, shape).reader());
                let mut seen = 0;
                match panics_at % 3 {
                    0 => panics(|| lines.for_each_line(|_| at(panics_at, &mut seen))),
                    1 => panics(|| {
                        lines.try_for_each_line(|_| {
                            at(panics_at, &mut seen);
                            ControlFlow::<()>::Continue(())
                        })
                    }),
                    _ => panics(|| {
                        lines.try_for_each_str(|_| {
                            at(panics_at, &mut seen);
                            ControlFlow::<()>::Continue(())
                        })
                    }),
                }
                assert_eq!(seen, panics_at);
                for _ in 0..3 {
                    let error = lines.next_line().unwrap().map(|_| ()).unwrap_err();
                    assert_eq!(error.kind(), ErrorKind::Other);
                    lines
                        .for_each_line(|_| panic!("a line behind it"))
                        .unwrap_err();
                }
                drop(lines.into_parts());

                let mut chunks = make_chunk_iter(bench(LINES, shape).reader(), b"r").unwrap();
                let mut seen = 0;
                let Err(_) = catch_unwind(AssertUnwindSafe(|| {
                    chunks.for_each_chunk(|_| at(panics_at, &mut seen))
                })) else {
                    assert!(seen < panics_at);
                    continue;
                };
                chunks.next_chunk().unwrap().map(|_| ()).unwrap_err();
                drop(chunks.into_parts());
            }
        }
    });
}

#[test]
fn nothing_is_left_of_a_form_whose_callbacks_panic() {
    alone(
        "callbacks::nothing_is_left_of_a_form_whose_callbacks_panic",
        || {
            let directory = TempDir::new().unwrap();
            for shape in SHAPES {
                let options = || {
                    FormOptions::new()
                        .spill(Spill::new().memory(0))
                        .temp_dir(directory.path())
                };
                let read = |options: FormOptions<'static>| {
                    let reader = bench(FORM, shape).reader();
                    panics(|| options.read(reader, b"multipart/form-data; boundary=b"));
                    assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 0);
                };
                for panics_at in 1..=2 {
                    let mut seen = 0;
                    read(options().choose(move |_| {
                        at(panics_at, &mut seen);
                        FormSink::Disk
                    }));
                }
                read(options().decoder(|_| panic_any(SCRIPTED)));
            }
        },
    );
}

/// The reader is gone first, and every callback runs, also behind one that
/// panics.
#[test]
fn a_reader_is_closed_once_though_a_callback_panics() {
    struct Gone(Arc<AtomicUsize>);
    impl Drop for Gone {
        fn drop(&mut self) {
            self.0.fetch_add(1, SeqCst);
        }
    }
    struct Reader(&'static [u8], Gone);
    impl Read for Reader {
        fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
            match self.0 {
                b"" if self.1.0.load(SeqCst) == 7 => Err(ErrorKind::BrokenPipe.into()),
                _ => self.0.read(buf),
            }
        }
    }
    alone(
        "callbacks::a_reader_is_closed_once_though_a_callback_panics",
        || {
            for (start, wanted, outcome) in [
                (0, 9, Outcome::Finished),
                (7, 9, Outcome::Failed),
                (0, 2, Outcome::Dropped),
            ] {
                let gone = Arc::new(AtomicUsize::new(start));
                let closed = Arc::new(AtomicUsize::new(0));
                let also = Arc::clone(&closed);
                let mut reader = ClosingReader::new(Reader(b"abc", Gone(Arc::clone(&gone))))
                    .on_close(|_: &Closed| panic_any(SCRIPTED))
                    .on_close(move |how: &Closed| {
                        assert_eq!((how.outcome, how.bytes), (outcome, wanted.min(3)));
                        also.fetch_add(1, SeqCst);
                    });
                let mut buf = vec![0; 2];
                let work = AssertUnwindSafe(|| {
                    let mut read = 0;
                    while read < wanted {
                        match reader.read(&mut buf) {
                            Ok(0) | Err(_) => break,
                            Ok(some) => read += some as u64,
                        }
                    }
                    // Closed by now, or by this.
                    drop(reader);
                });
                panics(work);
                assert_eq!(closed.load(SeqCst), 1, "{outcome:?}");
                assert_eq!(gone.load(SeqCst), start + 1, "{outcome:?}");
            }
        },
    );
}

#[test]
fn a_part_that_panics_when_it_is_opened_makes_no_end() {
    alone(
        "callbacks::a_part_that_panics_when_it_is_opened_makes_no_end",
        || {
            let mut form = Form::with_boundary(Boundary::new("b").unwrap());
            form.text("a", "1").bytes(
                "b",
                PartBody::reopened(|| -> io::Result<io::Empty> { panic_any(SCRIPTED) }),
            );
            let mut body = form.finish().unwrap();
            let mut sink = Vec::new();
            // Whoever catches it and goes on gets it again, and never an end.
            for _ in 0..3 {
                panics(|| body.write_to(&mut sink));
            }
            assert!(!sink.ends_with(b"--b--\r\n"));
        },
    );
}

#[test]
fn a_hook_that_panics_makes_no_end() {
    struct Panics;
    impl LimitHooks for Panics {
        fn on_disconnect(&mut self, _: io::Error) -> io::Result<()> {
            panic_any(SCRIPTED)
        }
    }
    alone("callbacks::a_hook_that_panics_makes_no_end", || {
        for shape in SHAPES {
            let reader = bench(LINES, shape).reader();
            let mut stream = LimitedStream::exact(reader, 1000).with_hooks(Panics);
            for _ in 0..3 {
                panics(|| io::copy(&mut stream, &mut io::sink()));
                panics(|| stream.fill_buf().map(drop));
            }
        }
    });
}
