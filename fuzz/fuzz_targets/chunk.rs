//! Chunks are the model's, whatever they are cut from, and whatever the
//! separator is.

#![no_main]

use arbitrary::{Arbitrary, Result, Unstructured};
use libfuzzer_sys::fuzz_target;
use tidegate_core::Overlong;
use tidegate_fuzz::chunk::Chunks;
use tidegate_fuzz::course::Course;
use tidegate_fuzz::input::{Text, size};

/// In a seed: a digit for the policy, one for the maximum, one for the length of
/// the separator, the separator, and then the course. In its input `FD` is the
/// separator, and `FC` all of it but the last byte.
#[derive(Debug)]
struct Case {
    chunks: Chunks,
    course: Course,
}

impl<'a> Arbitrary<'a> for Case {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let overlong = *u.choose(&[Overlong::Fail, Overlong::Skip, Overlong::Fragment])?;
        let max = size(u.arbitrary()?);
        let len = size(u.arbitrary()?).clamp(1, 300).min(u.len().max(1));
        let mut separator = u.bytes(len.min(u.len()))?.to_vec();
        if separator.is_empty() {
            separator.push(b'x');
        }
        let words = [&separator[..], &separator[..separator.len() - 1]];
        let course = Course::arbitrary(u, max, &words)?;
        Ok(Self {
            chunks: Chunks {
                separator: Text(separator),
                overlong,
                max,
            },
            course,
        })
    }
}

fuzz_target!(|case: Case| case.course.check(&case.chunks));
