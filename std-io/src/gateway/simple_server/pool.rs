//! Threads, each of which serves one connection after the other, and no more of
//! them than there may be connections.

use std::collections::VecDeque;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// How long a thread waits for another connection before it ends.
const IDLE: Duration = Duration::from_secs(1);

/// How long a thread that has something to do later waits for a job first.
const LATER: Duration = Duration::from_millis(100);

type Job = Box<dyn FnOnce() -> Option<Later> + Send>;

/// What of a job need not be done before the next.
pub(super) type Later = Box<dyn FnOnce() + Send>;

#[derive(Clone)]
pub(super) struct Pool(Arc<Shared>);

struct Shared {
    most: usize,
    state: Mutex<State>,
    /// There is a job.
    came: Condvar,
    /// A job is done.
    done: Condvar,
}

#[derive(Default)]
struct State {
    /// For threads that wait: no more of them than there are of these.
    jobs: VecDeque<Job>,
    /// Threads that wait, and for which there is no job.
    idle: usize,
    /// Jobs that are not done.
    busy: usize,
    /// Somebody waits for that: or each job would cost a system call.
    is_awaited: bool,
}

impl Pool {
    pub(super) fn new(most: usize) -> Self {
        Self(Arc::new(Shared {
            most,
            state: Mutex::default(),
            came: Condvar::new(),
            done: Condvar::new(),
        }))
    }

    /// Whether there is no thread for another job, and may be none.
    pub(super) fn is_full(&self) -> bool {
        self.0.lock().busy >= self.0.most
    }

    /// Has a thread do it. A panic ends the job, and not the thread. What a job
    /// leaves is done behind the next one of its thread, or soon.
    ///
    /// # Errors
    ///
    /// That of the system, if there has to be another thread and it has none.
    pub(super) fn run(
        &self,
        job: impl FnOnce() -> Option<Later> + Send + 'static,
    ) -> io::Result<()> {
        let job: Job = Box::new(job);
        let mut state = self.0.lock();
        state.busy += 1;
        if state.idle > 0 {
            state.idle -= 1;
            state.jobs.push_back(job);
            drop(state);
            self.0.came.notify_one();
            return Ok(());
        }
        drop(state);
        let shared = Arc::clone(&self.0);
        let started = thread::Builder::new()
            .name("tidegate-server".to_owned())
            .spawn(move || shared.work(job));
        started.map(drop).inspect_err(|_| self.0.lock().busy -= 1)
    }

    /// Waits until no job is left, and says whether that came to be in time.
    pub(super) fn wait(&self, time: Duration) -> bool {
        let start = Instant::now();
        let mut state = self.0.lock();
        state.is_awaited = true;
        while state.busy > 0 {
            let Some(left) = time.checked_sub(start.elapsed()) else {
                return false;
            };
            let waited = self.0.done.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        true
    }
}

impl Shared {
    /// Nothing panics while it is held.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn work(&self, mut job: Job) {
        let mut later: Option<Later> = None;
        loop {
            // What was half done is dropped with the job.
            let left = catch_unwind(AssertUnwindSafe(job)).ok().flatten();
            if let Some(before) = std::mem::replace(&mut later, left) {
                let _ = catch_unwind(AssertUnwindSafe(before));
            }
            let next = self.next(later.is_some());
            job = match (next, later.take()) {
                (Some(next), left) => {
                    later = left;
                    next
                }
                (None, Some(left)) => Box::new(|| {
                    left();
                    None
                }),
                (None, None) => return,
            };
        }
    }

    /// That one job is done and that a thread is idle is said in one: or there
    /// might be a thread too many for a moment.
    ///
    /// Without another job in time the thread is busy again, if it has something
    /// to do, and else it ends.
    fn next(&self, has_later: bool) -> Option<Job> {
        let mut state = self.lock();
        state.busy -= 1;
        state.idle += 1;
        if state.is_awaited {
            self.done.notify_all();
        }
        let start = Instant::now();
        loop {
            if let Some(job) = state.jobs.pop_front() {
                return Some(job);
            }
            let time = if has_later { LATER } else { IDLE };
            let Some(left) = time.checked_sub(start.elapsed()) else {
                state.idle -= 1;
                state.busy += usize::from(has_later);
                return None;
            };
            let waited = self.came.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}
