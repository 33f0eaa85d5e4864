//! A target without libFuzzer: inputs of a corpus are changed at random, and nobody
//! looks at what they reach.
//!
//! What libFuzzer does for every execution, and what the instrumentation costs, is most
//! of the time of a parser of short texts. A corpus that libFuzzer has found is at the
//! branches already; from there, so many times as many inputs say more.

use arbitrary::{Arbitrary, Unstructured};
use fastrand::Rng;
use std::fmt::Debug;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::{ExitCode, exit};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use std::{env, fs, thread};

/// Makes the target: for libFuzzer where cargo-fuzz builds it, and otherwise a program
/// that is [`blind`](crate::blind).
#[macro_export]
macro_rules! target {
    (|$case:ident: $kind:ty| $check:expr) => {
        #[cfg(fuzzing)]
        libfuzzer_sys::fuzz_target!(|$case: $kind| $check);

        #[cfg(not(fuzzing))]
        fn main() -> std::process::ExitCode {
            $crate::blind::run(|$case: $kind| $check)
        }
    };
}

/// An execution that takes longer than this hangs. Long, since it is the time of the
/// wall: whoever runs in idle time alone may have no turn for minutes.
const HANGS: Duration = Duration::from_secs(900);

/// Reads its options from the command line, which is as libFuzzer's, as far as it
/// goes.
pub fn run<C>(check: impl Fn(C)) -> ExitCode
where
    C: for<'a> Arbitrary<'a> + Debug,
{
    let options = Options::read();
    let corpus = options.corpus();
    println!("blind, seed {}, {} inputs", options.seed, corpus.len());
    let mut rng = Rng::with_seed(options.seed);
    let current = watch(&options.artifacts);
    let started = Instant::now();
    let mut input = Vec::new();
    let mut runs = 0;
    while runs < options.runs {
        match corpus.get(runs as usize) {
            // They are right themselves.
            Some(whole) => input.clone_from(whole),
            None => {
                change(&mut rng, &corpus, &mut input);
                input.truncate(options.max_len);
            }
        }
        current.set(runs, &input);
        let mut bytes = Unstructured::new(&input);
        if let Ok(case) = C::arbitrary(&mut bytes) {
            let outcome = catch_unwind(AssertUnwindSafe(|| check(case)));
            if outcome.is_err() {
                let again = C::arbitrary(&mut Unstructured::new(&input));
                eprintln!("{again:#?}");
                options.artifacts.keep("crash", &input);
                return ExitCode::FAILURE;
            }
        }
        runs += 1;
        if runs.is_multiple_of(1 << 16) {
            let rate = runs * 1000 / (started.elapsed().as_millis() as u64).max(1);
            println!("#{runs} exec/s: {rate}");
        }
        if runs.is_multiple_of(1 << 10) && started.elapsed() >= options.time {
            break;
        }
    }
    println!("stat::number_of_executed_units: {runs}");
    ExitCode::SUCCESS
}

struct Options {
    seed: u64,
    runs: u64,
    time: Duration,
    max_len: usize,
    artifacts: Artifacts,
    /// Directories.
    inputs: Vec<PathBuf>,
}

impl Options {
    fn read() -> Self {
        let clock = SystemTime::now().duration_since(UNIX_EPOCH);
        let mut options = Self {
            seed: clock.map_or(0, |time| time.as_nanos() as u64),
            runs: u64::MAX,
            time: Duration::MAX,
            max_len: 4096,
            artifacts: Artifacts(String::new()),
            inputs: Vec::new(),
        };
        for argument in env::args().skip(1) {
            let Some((name, value)) = argument.split_once('=') else {
                options.inputs.push(argument.into());
                continue;
            };
            let number = || value.parse().unwrap_or_else(|_| usage(&argument));
            match name {
                "-seed" => options.seed = number(),
                "-runs" => options.runs = number(),
                "-max_len" => options.max_len = number() as usize,
                "-max_total_time" => options.time = Duration::from_secs(number()),
                "-artifact_prefix" => options.artifacts = Artifacts(value.to_owned()),
                _ => usage(&argument),
            }
        }
        options
    }

    /// Without any, an empty input is what all are made of.
    fn corpus(&self) -> Vec<Vec<u8>> {
        let mut corpus: Vec<Vec<u8>> = self.inputs.iter().flat_map(|dir| read(dir)).collect();
        corpus.retain(|input| input.len() <= self.max_len);
        if corpus.is_empty() {
            corpus.push(Vec::new());
        }
        corpus
    }
}

fn read(dir: &Path) -> Vec<Vec<u8>> {
    let Ok(entries) = fs::read_dir(dir) else {
        usage(&dir.to_string_lossy())
    };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    // So that a seed means the same again.
    paths.sort();
    // One that libFuzzer has dropped meanwhile is not missed.
    paths.iter().flat_map(fs::read).collect()
}

fn usage(argument: &str) -> ! {
    eprintln!(
        "{argument}: expected directories of inputs, -runs=N, -max_total_time=SECONDS, \
         -max_len=N, -artifact_prefix=PATH, -seed=N"
    );
    exit(2)
}

/// Where findings go: what their paths begin with.
#[derive(Clone)]
struct Artifacts(String);

impl Artifacts {
    fn keep(&self, kind: &str, input: &[u8]) {
        let hash = input.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, &byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
        });
        let path = format!("{}{kind}-{hash:016x}", self.0);
        match fs::write(&path, input) {
            Ok(()) => eprintln!("{kind}: {path}"),
            Err(error) => eprintln!("{kind}: {path}: {error}: {}", input.escape_ascii()),
        }
    }
}

/// What is being executed, for who watches that it gets on.
struct Current(Arc<Mutex<(u64, Vec<u8>)>>);

impl Current {
    fn set(&self, run: u64, input: &[u8]) {
        let mut current = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        current.0 = run;
        current.1.clear();
        current.1.extend_from_slice(input);
    }
}

fn watch(artifacts: &Artifacts) -> Current {
    let current = Arc::new(Mutex::new((0, Vec::new())));
    let watched = Arc::clone(&current);
    let artifacts = artifacts.clone();
    thread::spawn(move || {
        let mut before = None;
        loop {
            thread::sleep(HANGS);
            let current = watched.lock().unwrap_or_else(PoisonError::into_inner);
            if before == Some(current.0) {
                artifacts.keep("timeout", &current.1);
                exit(1);
            }
            before = Some(current.0);
        }
    });
    Current(current)
}

/// One of the corpus, changed in a place or some.
fn change(rng: &mut Rng, corpus: &[Vec<u8>], input: &mut Vec<u8>) {
    let one = |rng: &mut Rng| &corpus[rng.usize(..corpus.len())];
    input.clone_from(one(rng));
    loop {
        let place = rng.usize(..=input.len());
        let here = range(rng, input);
        match rng.u8(..9) {
            0 => input.splice(here, [rng.u8(..)]).for_each(drop),
            1 => input.insert(place, rng.u8(..)),
            2 => input.splice(here, []).for_each(drop),
            3 => input.insert(place, rng.u8(b'0'..=b'9')),
            4 => {
                if let Some(byte) = input.get_mut(place) {
                    *byte ^= 1 << rng.u8(..8);
                }
            }
            5 => {
                if let Some(byte) = input.get_mut(place) {
                    *byte = rng.u8(b'0'..=b'9');
                }
            }
            6 => {
                let copy = input[here].to_vec();
                input.splice(place..place, copy).for_each(drop);
            }
            7 => {
                let other = one(rng);
                let there = range(rng, other);
                let over = here.start..input.len().min(here.start + there.len());
                input
                    .splice(over, other[there].iter().copied())
                    .for_each(drop);
            }
            _ => {
                let other = one(rng);
                let there = range(rng, other);
                input
                    .splice(place..place, other[there].iter().copied())
                    .for_each(drop);
            }
        }
        if rng.bool() {
            return;
        }
    }
}

/// Some of it: as often short as of any length.
fn range(rng: &mut Rng, input: &[u8]) -> Range<usize> {
    let start = rng.usize(..=input.len());
    let rest = input.len() - start;
    let most = if rng.bool() { rest.min(4) } else { rest };
    start..start + rng.usize(..=most)
}
