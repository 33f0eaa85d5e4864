//! The rooms, in the order of the report.

/// What is said of a room.
#[derive(Debug)]
pub(crate) struct Room {
    /// What its groups begin with.
    pub(crate) name: &'static str,
    /// The bench that measures it.
    pub(crate) bench: &'static str,
    pub(crate) title: &'static str,
    pub(crate) about: &'static str,
}

const fn room(
    name: &'static str,
    bench: &'static str,
    title: &'static str,
    about: &'static str,
) -> Room {
    Room {
        name,
        bench,
        title,
        about,
    }
}

pub(crate) const ROOMS: &[Room] = &[
    room(
        "line",
        "line",
        "Lines that are lent",
        "4 MiB of random text in lines of so many bytes on the average, an access log, a mailbox, a \
         table, and lines that end in `\\r\\n`: over a slice, and through a buffer of 64 KiB. Ours \
         also end lines at a lone `\\r`, but for those named `_lf`; no peer does.",
    ),
    room(
        "owning",
        "owning",
        "Lines that can be kept, and lines as text",
        "The same through a buffer of 64 KiB: items that are dropped at once, items of which 1024 \
         live, and text that is lent.",
    ),
    room(
        "chunk",
        "chunk",
        "Chunks between separators",
        "4 MiB of random text, as `length of the separator/mean length of a chunk`, and the messages \
         of a mailbox.",
    ),
    room(
        "limit",
        "limit",
        "Limits",
        "There is nothing to win here but meaning: an early end is an error, where `take` says \
         nothing.",
    ),
    room(
        "decode",
        "decode",
        "Multipart bodies taken apart",
        "As `body/size of a read`; processor time. The bodies from `cr` on are meant to be hard, \
         those with `aa` have a boundary of common bytes, and `cut` to `alternating` were made \
         against our own search.",
    ),
    room(
        "encode",
        "encode",
        "Multipart bodies written",
        "Small fields by their number, and a part of 256 MiB by the size of its reads: copied \
         (`read`) or passed on (`pass`), to nobody or to a socket.",
    ),
    room(
        "transfer",
        "transfer",
        "Chunked bodies",
        "64 MiB in chunks of so many bytes. hyper passes each frame from its connection to its \
         service.",
    ),
    room(
        "file",
        "file",
        "Files",
        "A Range header by its number of ranges, blocks of a cached file, and 256 MiB to a socket. \
         The processor time that this takes is further below.",
    ),
    room(
        "async",
        "async_io",
        "Async",
        "From memory on one thread of tokio, unless the name says otherwise.",
    ),
];
