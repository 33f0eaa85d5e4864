//! Which engines run over what.

use crate::{limits, ours, peers};
use tidegate_benches::input::{BUFFER, Copying, buffered};
use tidegate_benches::limits::copy;
use tidegate_benches::{Engine, Gives};
use tidegate_std_io::make_line_iter;

/// All of the input is in memory, and a `&[u8]` is a `BufRead` that copies
/// nothing. linereader knows only `Read`, so it copies here as well.
pub(crate) fn over_slice(input: &[u8]) -> Vec<Engine> {
    vec![
        Engine::ours("for_each_line", |i| ours::for_each_line(make_line_iter(i))),
        Engine::ours("for_each_text", |i| ours::for_each_text(make_line_iter(i)))
            .giving(Gives::Texts),
        Engine::ours("next_line", |i| ours::next_line(make_line_iter(i))),
        Engine::ours("for_each_line_lf", |i| {
            ours::for_each_line(ours::lf_only(i))
        }),
        Engine::ours("next_line_lf", |i| ours::next_line(ours::lf_only(i))),
        Engine::peer("bstr", |i| peers::bstr(i)),
        Engine::peer("ripline", peers::ripline_over_slice),
        if has_longer_than_buffer(input) {
            Engine::peer("linereader_128k", |i| peers::linereader(i, 2 * BUFFER))
        } else {
            Engine::peer("linereader", |i| peers::linereader(i, BUFFER))
        },
        Engine::peer("read_until", |i| peers::read_until(i)),
        Engine::peer("lines", |i| peers::strings(i)).giving(Gives::Texts),
        Engine::limit("memchr_iter", limits::memchr_iter),
        Engine::limit("memchr2", limits::memchr2),
    ]
}

/// The input comes through a buffer that is filled by copying, once for
/// everybody: linereader and ripline bring a buffer of their own.
pub(crate) fn over_reader(input: &[u8]) -> Vec<Engine> {
    vec![
        Engine::ours("for_each_line", |i| {
            ours::for_each_line(make_line_iter(buffered(i)))
        }),
        Engine::ours("for_each_text", |i| {
            ours::for_each_text(make_line_iter(buffered(i)))
        })
        .giving(Gives::Texts),
        Engine::ours("next_line", |i| {
            ours::next_line(make_line_iter(buffered(i)))
        }),
        Engine::ours("for_each_line_lf", |i| {
            ours::for_each_line(ours::lf_only(buffered(i)))
        }),
        Engine::ours("next_line_lf", |i| {
            ours::next_line(ours::lf_only(buffered(i)))
        }),
        Engine::peer("bstr", |i| peers::bstr(buffered(i))),
        Engine::peer("ripline", |i| peers::ripline(Copying::new(i), BUFFER)),
        if has_longer_than_buffer(input) {
            Engine::peer("linereader_128k", |i| {
                peers::linereader(Copying::new(i), 2 * BUFFER)
            })
        } else {
            Engine::peer("linereader", |i| peers::linereader(Copying::new(i), BUFFER))
        },
        Engine::peer("read_until", |i| peers::read_until(buffered(i))),
        Engine::peer("lines", |i| peers::strings(buffered(i))).giving(Gives::Texts),
        Engine::limit("copy", copy).giving(Gives::Bytes),
    ]
}

/// linereader cuts a line in two that is longer than its buffer, and would give
/// another answer. A buffer twice as large holds the longest line here; ripline
/// grows to as much by itself, and to leave linereader out would flatter us.
fn has_longer_than_buffer(input: &[u8]) -> bool {
    input
        .split_inclusive(|&byte| byte == b'\n')
        .any(|line| line.len() > BUFFER)
}
