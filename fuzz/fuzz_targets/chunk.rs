//! Chunks are the model's, whatever they are cut from, and whatever the
//! separator is.

#![cfg_attr(fuzzing, no_main)]

use arbitrary::{Arbitrary, Result, Unstructured};
use tidegate_fuzz::chunk::Chunks;
use tidegate_fuzz::course::Course;

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
        let chunks = Chunks::arbitrary(u)?;
        let separator = &chunks.separator.0;
        let words = [&separator[..], &separator[..separator.len() - 1]];
        let course = Course::arbitrary(u, chunks.max, &words)?;
        Ok(Self { chunks, course })
    }
}

tidegate_fuzz::target!(|case: Case| case.course.check(&case.chunks));
