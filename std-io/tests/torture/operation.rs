//! What is tortured: an operation over a reader or into a writer, as a caller
//! has it who tries again where that is said to be right.

use crate::fault::{Script, Sink, Source};
use std::io::{self, BufRead, BufReader, ErrorKind};
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, Mutex};

/// A row of the table.
pub(crate) struct Operation {
    pub(crate) name: &'static str,
    /// One call of it at a time.
    pub(crate) start: fn(&Bench) -> Step,
    /// What its reader has, if it has one.
    pub(crate) input: &'static [u8],
    pub(crate) resumes: bool,
    pub(crate) holds_back: usize,
    pub(crate) ends_as_cut: bool,
    pub(crate) gives_up: bool,
    pub(crate) passes_over: bool,
    pub(crate) fails_for_good: bool,
    pub(crate) closes: usize,
}

/// `true` if there may be more. What was handed out is added to the tokens, also
/// by a call that fails.
pub(crate) type Step = Box<dyn FnMut(&mut Tokens) -> io::Result<bool>>;

/// What was handed out, piece by piece where the pieces mean something.
pub(crate) type Tokens = Vec<Vec<u8>>;

impl Operation {
    /// Which goes on after `WouldBlock` and `TimedOut`, loses nothing, and is of
    /// an input that ends early what it is of a short one.
    pub(crate) fn new(name: &'static str, input: &'static [u8], start: fn(&Bench) -> Step) -> Self {
        Self {
            name,
            start,
            input,
            resumes: true,
            holds_back: usize::MAX,
            ends_as_cut: true,
            gives_up: false,
            passes_over: false,
            fails_for_good: false,
            closes: 0,
        }
    }

    /// It says that what it read is lost when its reader makes it wait.
    pub(crate) fn loses_when_it_waits(self) -> Self {
        let resumes = false;
        Self { resumes, ..self }
    }

    /// It hands out data at once, but for so many bytes.
    pub(crate) fn holds_back(self, holds_back: usize) -> Self {
        Self { holds_back, ..self }
    }

    /// It knows how much there is to be.
    pub(crate) fn knows_the_end(self) -> Self {
        Self {
            ends_as_cut: false,
            ..self
        }
    }

    /// What may be whole when its reader fails is handed out as such, and a `\n`
    /// which then follows a `\r` is nobody's.
    pub(crate) fn gives_up(self) -> Self {
        let gives_up = true;
        Self { gives_up, ..self }
    }

    /// What it was at when it failed is passed over when it is asked again.
    pub(crate) fn passes_over(self) -> Self {
        let passes_over = true;
        Self {
            passes_over,
            ..self
        }
    }

    /// Every error of its reader is for good but that it would block.
    #[allow(dead_code, reason = "the async tests use it")]
    pub(crate) fn fails_for_good(self) -> Self {
        let fails_for_good = true;
        Self {
            fails_for_good,
            ..self
        }
    }

    pub(crate) fn goes_on_after(&self, error: &io::Error) -> bool {
        let waits = error.kind() == ErrorKind::WouldBlock;
        self.resumes && may_go_on(error) && (waits || !self.fails_for_good)
    }

    /// Something happens once.
    pub(crate) fn closes(self) -> Self {
        Self { closes: 1, ..self }
    }
}

/// How the bytes of a reader are shown.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Shape {
    /// By a `BufReader` of this capacity.
    Buffered(usize),
    /// By the reader itself, so many bytes at a look.
    Direct(usize),
}

pub(crate) const SHAPES: [Shape; 4] = [
    Shape::Buffered(1),
    Shape::Buffered(7),
    Shape::Buffered(1000),
    Shape::Direct(5),
];

/// Where one run of an operation has its reader and its writer from.
pub(crate) struct Bench {
    pub(crate) script: Arc<Script>,
    pub(crate) shape: Shape,
    pub(crate) input: &'static [u8],
    pub(crate) taken: Arc<Mutex<Vec<u8>>>,
    /// How often something was closed.
    pub(crate) closed: Arc<AtomicUsize>,
}

impl Bench {
    pub(crate) fn source(&self) -> Source {
        let window = match self.shape {
            Shape::Buffered(capacity) => capacity,
            Shape::Direct(window) => window,
        };
        Source::new(&self.script, self.input, window)
    }

    pub(crate) fn reader(&self) -> Box<dyn BufRead + Send> {
        match self.shape {
            Shape::Buffered(capacity) => {
                Box::new(BufReader::with_capacity(capacity, self.source()))
            }
            Shape::Direct(_) => Box::new(self.source()),
        }
    }

    pub(crate) fn sink(&self) -> Sink {
        Sink::new(&self.script, &self.taken)
    }
}

/// More of a token that is handed out in pieces.
pub(crate) fn more(tokens: &mut Tokens, data: &[u8]) {
    match tokens.last_mut() {
        Some(last) => last.extend_from_slice(data),
        None => tokens.push(data.to_vec()),
    }
}

/// Tries again after what may be tried again.
pub(crate) fn again<T>(mut work: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    for _ in 0..100 {
        match work() {
            Err(error) if may_go_on(&error) => {}
            result => return result,
        }
    }
    panic!("it never goes on");
}

pub(crate) fn may_go_on(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::Interrupted | ErrorKind::WouldBlock | ErrorKind::TimedOut
    )
}

/// What is done at once, and not again.
pub(crate) fn once(work: impl FnOnce(&mut Tokens) -> io::Result<()> + 'static) -> Step {
    let mut work = Some(work);
    Box::new(move |tokens| match work.take() {
        Some(work) => work(tokens).map(|()| false),
        None => Err(io::Error::other("it was done before")),
    })
}
