//! What must hold whatever fails.

use crate::alone::Left;
use crate::fault::{FAULTS, Fault, GONE, SCRIPTED, Script, Side};
use crate::operation::{Bench, Operation, SHAPES, Shape, Tokens};
use std::io::{self, ErrorKind};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::sync::atomic::Ordering::SeqCst;

/// What one run came to.
struct Run {
    script: Arc<Script>,
    handed_out: HandedOut,
    result: io::Result<()>,
    panicked: bool,
    /// What came of it when it was asked again behind its end.
    behind: (HandedOut, io::Result<()>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct HandedOut {
    tokens: Tokens,
    /// What the writer took.
    taken: Vec<u8>,
}

impl HandedOut {
    fn len(&self) -> usize {
        self.tokens.iter().map(Vec::len).sum::<usize>() + self.taken.len()
    }

    /// Without the places where it is cut.
    fn joined(&self, operation: &Operation) -> Self {
        let mut all = self.tokens.concat();
        if operation.gives_up {
            all.retain(|byte| !b"\r\n".contains(byte));
        }
        Self {
            tokens: vec![all],
            taken: self.taken.clone(),
        }
    }

    /// This and nothing else was handed out first.
    fn starts(&self, whole: &Self) -> bool {
        let Some((last, before)) = self.tokens.split_last() else {
            return whole.taken.starts_with(&self.taken);
        };
        whole.taken.starts_with(&self.taken)
            && whole.tokens.starts_with(before)
            && (whole.tokens.get(before.len())).is_some_and(|token| token.starts_with(last))
    }
}

impl Run {
    fn new(
        operation: &Operation,
        shape: Shape,
        input: &'static [u8],
        fault: Option<(Fault, usize)>,
    ) -> Self {
        let bench = Bench {
            script: Script::new(fault),
            shape,
            input,
            taken: Arc::default(),
            closed: Arc::default(),
        };
        let left = Left::now();
        let mut step = (operation.start)(&bench);
        let mut tokens = Vec::new();
        let mut panicked = false;
        let mut ask = |tokens: &mut Tokens| {
            let mut tries = 0;
            loop {
                match catch_unwind(AssertUnwindSafe(|| step(tokens))) {
                    Ok(Ok(true)) => {}
                    Ok(Ok(false)) => return Ok(()),
                    Ok(Err(error)) if operation.goes_on_after(&error) => {}
                    Ok(Err(error)) => return Err(error),
                    Err(panic) if panic.downcast_ref() == Some(&SCRIPTED) => {
                        panicked = true;
                        return Err(io::Error::other(SCRIPTED));
                    }
                    Err(panic) => resume_unwind(panic),
                }
                tries += 1;
                assert!(tries < 10_000, "{}: it never ends", operation.name);
            }
        };
        let handed_out = |tokens: &Tokens| HandedOut {
            tokens: tokens.clone(),
            taken: bench.taken.lock().unwrap().clone(),
        };
        let result = ask(&mut tokens);
        let first = handed_out(&tokens);
        let again = ask(&mut tokens);
        let behind = (handed_out(&tokens), again);
        drop(step);
        assert_eq!(bench.closed.load(SeqCst), operation.closes);
        left.expect_no_more();
        Self {
            script: bench.script,
            handed_out: first,
            result,
            panicked,
            behind,
        }
    }
}

/// Every fault at every call.
pub(crate) fn torture(operation: &Operation) {
    let mut calls = 0;
    for shape in SHAPES {
        let whole = Run::new(operation, shape, operation.input, None);
        let name = operation.name;
        (whole.result.as_ref()).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(whole.handed_out.len() > 0, "{name}: it does something");
        for fault in FAULTS {
            for at in 1..=whole.script.calls() {
                let run = Run::new(operation, shape, operation.input, Some((fault, at)));
                let name = format!("{name}, {shape:?}: {fault:?} at call {at}");
                check(operation, shape, &whole, fault, &run, &name);
                calls += run.script.calls();
            }
        }
    }
    println!("{}: {calls} calls", operation.name);
}

fn check(operation: &Operation, shape: Shape, whole: &Run, fault: Fault, run: &Run, name: &str) {
    let side = run
        .script
        .hit()
        .unwrap_or_else(|| panic!("{name}: no fault"));
    match (fault, side) {
        // It is as good as any other.
        (Fault::Waits(kind), Side::Reader)
            if operation.fails_for_good && kind != ErrorKind::WouldBlock =>
        {
            match &run.result {
                // But for one that is tried again below it.
                Ok(()) => expect_all(whole, run, name),
                Err(error) => expect_error(operation, whole, run, error.kind(), name),
            }
        }
        (Fault::Short | Fault::Drips | Fault::Waits(ErrorKind::Interrupted), _) => {
            expect_all(whole, run, name);
        }
        (Fault::Trickles | Fault::Waits(_), _) if operation.resumes => expect_all(whole, run, name),
        // The call waits for nothing, or nothing is left to wait for.
        (Fault::Trickles | Fault::Waits(_), _) if run.result.is_ok() => {
            expect_all(whole, run, name);
        }
        (Fault::Trickles, _) => {
            expect_error(operation, whole, run, ErrorKind::WouldBlock, name);
        }
        (Fault::Waits(kind), _) => expect_error(operation, whole, run, kind, name),
        (Fault::Resets, _) => {
            expect_error(operation, whole, run, GONE, name);
            if operation.resumes {
                expect_what_was_there(operation, shape, run, name);
            }
        }
        // Who catches it and asks again gets an error, or goes on where it was.
        (Fault::Panics, _) => {
            // On another thread it is an error.
            assert!(run.panicked || run.result.is_err(), "{name}");
            assert!(
                run.handed_out.starts(&whole.handed_out),
                "{name}: {:?}",
                run.handed_out
            );
            expect_error_or_all(operation, whole, run, name);
        }
        (Fault::Falters, _) => expect_error_or_all(operation, whole, run, name),
        (Fault::Ends, Side::Reader) if operation.ends_as_cut => {
            expect_as_cut(operation, shape, run, name);
        }
        (Fault::Ends, Side::Reader) => expect_error_or_all(operation, whole, run, name),
        // To flush nothing is no error.
        (Fault::Ends, Side::Writer) if run.result.is_ok() => expect_all(whole, run, name),
        (Fault::Ends, Side::Writer) => {
            // A sink that takes nothing of a file says that this is over.
            let kind = match &run.result {
                Err(error) if error.kind() == ErrorKind::UnexpectedEof => error.kind(),
                _ => ErrorKind::WriteZero,
            };
            expect_error(operation, whole, run, kind, name);
        }
    }
    if operation.resumes && run.result.is_ok() {
        assert!(
            run.behind.1.is_ok(),
            "{name}: {:?} behind the end",
            run.behind.1
        );
    }
}

/// Nobody saw it.
fn expect_all(whole: &Run, run: &Run, name: &str) {
    if let Err(error) = &run.result {
        panic!("{name}: {error}");
    }
    assert_eq!(run.handed_out, whole.handed_out, "{name}");
    assert_eq!(run.behind.0, whole.handed_out, "{name}: behind the end");
}

/// It failed like this, behind good bytes, and stays failed.
fn expect_error(operation: &Operation, whole: &Run, run: &Run, kind: ErrorKind, name: &str) {
    match &run.result {
        Ok(()) => panic!("{name}: a clean end"),
        Err(error) => assert_eq!(error.kind(), kind, "{name}: {error}"),
    }
    assert!(
        run.handed_out.starts(&whole.handed_out),
        "{name}: {:?}",
        run.handed_out
    );
    if operation.passes_over && run.script.hit() == Some(Side::Writer) {
        return;
    }
    assert_eq!(
        run.behind.0, run.handed_out,
        "{name}: more behind the error"
    );
    assert!(run.behind.1.is_err(), "{name}: an end behind the error");
}

/// Who asks again gets an error, or all of it: never an end before that.
fn expect_error_or_all(operation: &Operation, whole: &Run, run: &Run, name: &str) {
    let all = whole.handed_out.joined(operation);
    let answers = [
        (&run.handed_out, &run.result),
        (&run.behind.0, &run.behind.1),
    ];
    let asked = if operation.passes_over { 1 } else { 2 };
    for (handed_out, result) in &answers[..asked] {
        let some = handed_out.joined(operation);
        assert!(some.starts(&all), "{name}: {handed_out:?}, {result:?}");
        if result.is_ok() {
            assert_eq!(some, all, "{name}: a clean end");
        }
    }
}

/// An input that ends there is that to a byte and to the offset of its fault.
fn expect_as_cut(operation: &Operation, shape: Shape, run: &Run, name: &str) {
    // The fault was at a call that reads nothing.
    let len = run.script.ends_at().unwrap_or(operation.input.len());
    let cut = Run::new(operation, shape, &operation.input[..len], None);
    assert_eq!(run.handed_out, cut.handed_out, "{name}");
    let said = |run: &Run| {
        run.result
            .as_ref()
            .map_err(|error| format!("{error:?}"))
            .copied()
    };
    assert_eq!(said(run), said(&cut), "{name}");
    assert_eq!(run.behind.0, cut.handed_out, "{name}: behind the end");
}

/// All was handed out that was whole when the reader failed.
fn expect_what_was_there(operation: &Operation, shape: Shape, run: &Run, name: &str) {
    // What a reader shows and then hides again is its own.
    if matches!(shape, Shape::Direct(_)) || run.script.hit() != Some(Side::Reader) {
        return;
    }
    let there = Run::new(
        operation,
        shape,
        &operation.input[..run.script.given()],
        None,
    );
    match operation.holds_back {
        // The last may have been the start of a longer one.
        usize::MAX => {
            let (found, there) = (&run.handed_out.tokens, &there.handed_out.tokens);
            assert!(
                found.len() + 1 >= there.len(),
                "{name}: {found:?} of {there:?}"
            );
        }
        most => {
            let (found, there) = (run.handed_out.len(), there.handed_out.len());
            assert!(found + most >= there, "{name}: {found} of {there}");
        }
    }
}
