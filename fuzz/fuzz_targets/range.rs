//! A Range header comes to what the model says, and to what others say but for
//! what is listed.

#![cfg_attr(fuzzing, no_main)]

use arbitrary::{Arbitrary, Result, Unstructured};
use tidegate_fuzz::input::{Text, expand, size};
use tidegate_fuzz::range::{Wanted, from_http_range, from_http_range_header, model, ours};

/// In a seed: a digit for counting the size from the top, one for the size, and
/// the header, where `FD` is `bytes=`, `FC` the most that 64 bits hold and `FB`
/// one more.
#[derive(Debug)]
struct Case {
    size: u64,
    header: Text,
}

impl<'a> Arbitrary<'a> for Case {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let from_the_top = *u.choose(&[false, true])?;
        let size = size(u.arbitrary()?) as u64;
        let words: [&[u8]; 3] = [b"bytes=", b"18446744073709551615", b"18446744073709551616"];
        Ok(Self {
            size: if from_the_top { u64::MAX - size } else { size },
            header: expand(u.bytes(u.len())?, &words, 4 << 10),
        })
    }
}

tidegate_fuzz::target!(|case: Case| {
    let (header, size) = (&case.header.0[..], case.size);
    let wanted = ours(header, size);
    assert_eq!(wanted, model(header, size));
    if let Wanted::Parts(parts) = &wanted {
        assert!((1..=16).contains(&parts.len()));
        for &(start, len) in parts {
            assert!(len > 0 && start.checked_add(len).is_some_and(|end| end <= size));
        }
    }
    from_http_range(header, size).unwrap();
    if let Ok(header) = str::from_utf8(header) {
        from_http_range_header(header, size).unwrap();
    }
});
