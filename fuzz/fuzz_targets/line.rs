//! Lines are the model's, whatever they are cut from.

#![cfg_attr(fuzzing, no_main)]

use arbitrary::{Arbitrary, Result, Unstructured};
use std::io::BufReader;
use std::ops::ControlFlow;
use tidegate_fuzz::course::Course;
use tidegate_fuzz::line::Lines;
use tidegate_fuzz::room::{Iter, Room};

/// In a seed: a digit for each of the four settings, and then the course.
#[derive(Debug)]
struct Case {
    lines: Lines,
    course: Course,
}

impl<'a> Arbitrary<'a> for Case {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let lines = Lines::arbitrary(u)?;
        let course = Course::arbitrary(u, lines.max, &[])?;
        Ok(Self { lines, course })
    }
}

tidegate_fuzz::target!(|case: Case| {
    case.course.check(&case.lines);
    if case.course.which.is_all() {
        strs_are_the_texts(&case.lines, &case.course.input.0);
    }
});

/// Text that is checked for UTF-8 a block at a time is what checking each line
/// says of it.
fn strs_are_the_texts(lines: &Lines, input: &[u8]) {
    let reader = BufReader::with_capacity(1 + input.len() % 100, input);
    let mut strs = Vec::new();
    let mut iter = lines.iter(reader);
    let _ = iter.try_for_each_str(|text| {
        strs.push(text.map(str::to_owned));
        ControlFlow::<()>::Continue(())
    });
    let mut expected = Vec::new();
    let mut iter = lines.iter(input);
    let _ = iter.try_for_each(|line| {
        let text = str::from_utf8(Lines::text(&line));
        expected.push(text.map(str::to_owned));
        ControlFlow::Continue(())
    });
    assert_eq!(strs, expected);
}
