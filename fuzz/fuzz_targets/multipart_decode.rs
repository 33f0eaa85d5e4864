//! A multipart body is the model's, however it is cut.

#![cfg_attr(fuzzing, no_main)]

use arbitrary::{Arbitrary, Result, Unstructured};
use tidegate_core::Scan;
use tidegate_core::testing::{End, run};
use tidegate_fuzz::course::ROUTES;
use tidegate_fuzz::input::{Text, Which, cut, expand};
use tidegate_fuzz::multipart::{Rules, answer, decode, record, words};

/// In a seed: a digit for which routes to go (see `Which`), one for the kind (even: a form; 2 and 3: lenient), one for the
/// boundary, one for each of the eleven limits, six sizes for the pieces, and the
/// body.
#[derive(Debug)]
struct Case {
    which: Which,
    rules: Rules,
    pieces: [u8; 6],
    input: Text,
}

impl<'a> Arbitrary<'a> for Case {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let which: Which = u.arbitrary()?;
        let rules = Rules::arbitrary(u)?;
        let pieces = u.arbitrary()?;
        let words = words(rules.boundary.as_str());
        let words: Vec<&[u8]> = words.iter().map(|word| &word[..]).collect();
        let input = expand(u.bytes(u.len())?, &words, which.longest(12 << 10));
        Ok(Self {
            which,
            rules,
            pieces,
            input,
        })
    }
}

// `run` bounds the steps.
tidegate_fuzz::target!(|case: Case| {
    let body = &case.input.0;
    let model = decode(&case.rules, body);
    let pieces = cut(body, &case.pieces);
    for (i, route) in (0..).zip(ROUTES) {
        if !case.which.is(i, 4) {
            continue;
        }
        let end = [End::WithLast, End::Apart][usize::from(i % 2)];
        let machine = case.rules.decoder();
        let reach = machine.reach();
        let found = match reach <= 1 << 14 {
            true => {
                let mut storage = vec![0; reach];
                run(machine, &pieces, &mut storage[..], route, end, &record)
            }
            false => run(machine, &pieces, Vec::new(), route, end, &record),
        };
        assert_eq!(answer(found), model, "{route:?}");
    }
});
