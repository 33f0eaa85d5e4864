//! What came of it, as tables, and whether it is as it should be.

use crate::load::{KINDS, Load, Outcome};
use crate::server::{Held, Server};
use std::fmt;
use std::time::Duration;

pub(crate) struct Report {
    clients: usize,
    /// Until when clients came again.
    loaded: Duration,
    max_connections: u64,
    empty: Held,
    outcome: Outcome,
}

/// Memory is to be flat from then on, which a run that is hardly longer cannot tell:
/// it is held to the bound alone.
const WARM: Duration = Duration::from_secs(60);

/// What a connection may hold: the buffer of its reader, what one of them needs for
/// the head of a part and for its answer, and the part of its stack that was used.
const KIB_A_CONNECTION: u64 = 256;

/// Beside the sockets: what is open in a server that nobody visits, and a file for
/// each connection.
const FILES_A_CONNECTION: u64 = 2;

impl Report {
    pub(crate) fn new(load: &Load, server: &Server, empty: Held, outcome: Outcome) -> Self {
        Self {
            clients: load.clients,
            loaded: load.time,
            max_connections: server.max_connections,
            empty,
            outcome,
        }
    }

    /// Of all samples from one time to another, the most.
    fn most(&self, from: Duration, to: Duration) -> Held {
        let samples = self.outcome.samples.iter();
        let within = samples.filter(|(at, _)| (from..=to).contains(at));
        within.fold(self.empty, |most, (_, held)| Held {
            kib: most.kib.max(held.kib),
            threads: most.threads.max(held.threads),
            files: most.files.max(held.files),
        })
    }

    /// When everybody has been there for a while, and as long at the end.
    fn early_and_late(&self) -> (Held, Held) {
        let time = self.loaded;
        let warm = WARM.min(time / 3);
        let third = (time - warm) / 3;
        (self.most(warm, warm + third), self.most(time - third, time))
    }

    pub(crate) fn judge(&self) {
        for (kind, count) in KINDS.iter().zip(&self.outcome.counts) {
            let (name, wrong) = (kind.name, &count.wrong);
            assert!(wrong.is_empty(), "{name}: {wrong:#?}");
            let none = count.clients > 0 && count.right == 0;
            assert!(!none, "{name}: nothing was answered");
        }
        let most = self.most(Duration::ZERO, self.outcome.time);
        let connections = self.max_connections;
        assert!(most.threads <= self.empty.threads + connections, "{most:?}");
        let files = self.empty.files + FILES_A_CONNECTION * connections;
        assert!(most.files <= files, "{most:?}");
        let kib = self.empty.kib + KIB_A_CONNECTION * most.threads;
        assert!(most.kib <= kib, "{most:?}, and {kib} KiB are enough");
        let (early, late) = self.early_and_late();
        assert!(
            self.loaded < 2 * WARM || late.kib <= early.kib + early.kib / 20 + 1024,
            "memory grows: {early:?}, and {late:?} at the end"
        );
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (clients, time) = (self.clients, self.outcome.time.as_secs_f64());
        writeln!(f, "\n{clients} clients, {time:.1} s\n")?;
        writeln!(
            f,
            "{:<24} {:>8} {:>12} {:>9} {:>7} {:>9}",
            "kind", "clients", "connections", "right", "wrong", "MiB sent"
        )?;
        let (mut right, mut wrong) = (0, 0);
        for (kind, count) in KINDS.iter().zip(&self.outcome.counts) {
            writeln!(
                f,
                "{:<24} {:>8} {:>12} {:>9} {:>7} {:>9.1}",
                kind.name,
                count.clients,
                count.connections,
                count.right,
                count.wrong.len(),
                count.bytes as f64 / (1 << 20) as f64
            )?;
            right += count.right;
            wrong += count.wrong.len();
        }
        writeln!(f, "{:<46} {right:>9} {wrong:>7}\n", "in all")?;
        writeln!(
            f,
            "{:<24} {:>12} {:>9} {:>7}",
            "at the most", "memory, KiB", "threads", "files"
        )?;
        row(f, "before", self.empty)?;
        let tenth = self.outcome.time / 10;
        for number in 0..10 {
            let name = format!("until {:.0} s", (tenth * (number + 1)).as_secs_f64());
            row(f, &name, self.most(tenth * number, tenth * (number + 1)))?;
        }
        let (early, late) = self.early_and_late();
        row(f, "a while after the start", early)?;
        row(f, "at the end", late)
    }
}

fn row(f: &mut fmt::Formatter<'_>, name: &str, held: Held) -> fmt::Result {
    let Held {
        kib,
        threads,
        files,
    } = held;
    writeln!(f, "{name:<24} {kib:>12} {threads:>9} {files:>7}")
}
