//! Who comes, how many of each, and for how long.

use crate::noise::Noise;
use crate::server::{Held, Server};
use crate::wire::Wire;
use crate::{bad, good, slow};
use std::thread;
use std::time::{Duration, Instant};

pub(crate) struct Load {
    pub(crate) clients: usize,
    /// Visits that have begun by then are finished.
    pub(crate) time: Duration,
}

/// What a client does on one connection; the error says what it was not answered.
type Way = fn(&mut Visit<'_>) -> Result<(), String>;

pub(crate) struct Kind {
    pub(crate) name: &'static str,
    /// Of a hundred clients.
    share: usize,
    way: Way,
}

pub(crate) static KINDS: &[Kind] = &[
    kind("lines", 12, good::lines),
    kind("lines in chunks", 12, good::chunks),
    kind("uploads", 12, good::uploads),
    kind("ranges of a file", 9, good::downloads),
    kind("pipelined", 5, good::pipelines),
    kind("slow, but not too slow", 5, good::patient),
    kind("slow loris", 10, slow::loris),
    kind("stuck in an upload", 4, slow::stuck),
    kind("silent", 4, slow::silent),
    kind("taking nothing", 4, slow::stalled),
    kind("oversized", 5, bad::oversized),
    kind("truncated", 6, bad::truncated),
    kind("malformed", 6, bad::malformed),
    kind("resetting", 6, bad::resetting),
];

const fn kind(name: &'static str, share: usize, way: Way) -> Kind {
    Kind { name, share, way }
}

/// What came of a kind of clients.
#[derive(Clone, Default)]
pub(crate) struct Count {
    pub(crate) clients: usize,
    pub(crate) connections: u64,
    /// Requests that were answered, or refused, as they should be.
    pub(crate) right: u64,
    pub(crate) bytes: u64,
    pub(crate) wrong: Vec<String>,
}

pub(crate) struct Outcome {
    /// One for each of `KINDS`.
    pub(crate) counts: Vec<Count>,
    /// What the server held, and when.
    pub(crate) samples: Vec<(Duration, Held)>,
    pub(crate) time: Duration,
}

/// One connection after the other.
pub(crate) struct Visit<'s> {
    pub(crate) server: &'s Server,
    pub(crate) noise: Noise,
    count: Count,
}

/// So that a machine of any speed ends: no client comes more often.
const MOST_VISITS: u64 = 100_000;

/// After so many it is known that something is wrong.
const MOST_WRONG: usize = 20;

/// What is left of a client's thread without it is megabytes.
const STACK: usize = 256 << 10;

impl Load {
    pub(crate) fn run(&self, server: &Server) -> Outcome {
        let began = Instant::now();
        let end = began + self.time;
        let mut counts = vec![Count::default(); KINDS.len()];
        let mut samples = Vec::new();
        thread::scope(|scope| {
            let clients: Vec<_> = (0..self.clients)
                .map(|number| {
                    let kind = kind_of(number);
                    let client = thread::Builder::new().stack_size(STACK);
                    let visits = move || visit(server, &KINDS[kind], number, end);
                    (kind, client.spawn_scoped(scope, visits).unwrap())
                })
                .collect();
            while !clients.iter().all(|(_, client)| client.is_finished()) {
                samples.push((began.elapsed(), server.holds()));
                thread::sleep(Duration::from_millis(100));
            }
            for (kind, client) in clients {
                counts[kind].add(client.join().unwrap());
            }
        });
        Outcome {
            counts,
            samples,
            time: began.elapsed(),
        }
    }
}

/// The shares among any hundred, and as far as it goes among fewer.
fn kind_of(number: usize) -> usize {
    // 37 and 100 have no divisor in common: each of a hundred comes once.
    let mut place = number * 37 % 100;
    for (at, kind) in KINDS.iter().enumerate() {
        match place.checked_sub(kind.share) {
            None => return at,
            Some(rest) => place = rest,
        }
    }
    unreachable!("the shares are a hundred")
}

fn visit(server: &Server, kind: &Kind, number: usize, end: Instant) -> Count {
    let mut visit = Visit {
        server,
        noise: Noise::new(number),
        count: Count {
            clients: 1,
            ..Count::default()
        },
    };
    // Not all in the same moment.
    thread::sleep(Duration::from_millis(visit.noise.below(500) as u64));
    loop {
        visit.count.connections += 1;
        if let Err(wrong) = (kind.way)(&mut visit) {
            visit.count.wrong.push(wrong);
        }
        let enough =
            visit.count.connections >= MOST_VISITS || visit.count.wrong.len() >= MOST_WRONG;
        if enough || Instant::now() >= end {
            return visit.count;
        }
    }
}

impl Visit<'_> {
    pub(crate) fn connect(&self) -> Result<Wire, String> {
        Wire::connect(self.server.address)
    }

    pub(crate) fn send(&mut self, wire: &Wire, bytes: &[u8]) -> Result<(), String> {
        self.count.bytes += bytes.len() as u64;
        wire.send(bytes)
    }

    pub(crate) fn right(&mut self) {
        self.count.right += 1;
    }

    /// As people do between two requests. Without it the clients measured nothing but
    /// how fast they are themselves.
    pub(crate) fn think(&mut self) {
        thread::sleep(Duration::from_millis(self.noise.below(200) as u64));
    }
}

impl Count {
    fn add(&mut self, other: Self) {
        self.clients += other.clients;
        self.connections += other.connections;
        self.right += other.right;
        self.bytes += other.bytes;
        self.wrong.extend(other.wrong);
    }
}
