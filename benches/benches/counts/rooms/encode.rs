//! Multipart bodies written: many small fields.

use crate::path::{Job, Path, Per, Run};
use tidegate_benches::Answer;
use tidegate_core::{Boundary, Encoder, PartHead};
use tidegate_std_io::Form;

type Fields = [(String, String)];

const COUNT: usize = 1_000;

pub(crate) fn paths() -> Vec<Path> {
    let engines: [(&str, Run<Fields>); 2] = [
        ("encode/fields/1000/Encoder", encoder),
        ("encode/fields/1000/write_to", write_to),
    ];
    let path = |(name, run): (&'static str, Run<Fields>)| {
        Path::new(name, Per::Piece("field"), move || {
            let name = |n: usize| format!("field{n}");
            let fields = (0..COUNT).map(|n| (name(n), format!("value {}", n % 100)));
            let fields: Vec<_> = fields.collect();
            let answer = run(&fields);
            assert_eq!(answer.pieces, COUNT as u64);
            Job::over(fields, answer, run)
        })
    };
    engines.map(path).into()
}

fn encoder(fields: &Fields) -> Answer {
    let mut out = Vec::with_capacity(fields.len() * 128);
    let boundary = Boundary::new("0123456789abcdef0123456789abcdef").expect("it is one");
    let mut encoder = Encoder::new(boundary);
    for (name, value) in fields {
        let start = encoder.part(PartHead::form_data(name));
        start
            .pieces()
            .for_each(|piece| out.extend_from_slice(piece));
        out.extend_from_slice(value.as_bytes());
    }
    out.extend_from_slice(&encoder.end().pieces().concat());
    answer_of(&out)
}

fn write_to(fields: &Fields) -> Answer {
    let mut form = Form::new().expect("the system has randomness");
    for (name, value) in fields {
        form.text(name, value);
    }
    let mut out = Vec::with_capacity(fields.len() * 128);
    let mut body = form.finish().expect("the names are short enough");
    body.write_to(&mut out).expect("memory does not fail");
    answer_of(&out)
}

/// The parts that were written: each has a name.
fn answer_of(body: &[u8]) -> Answer {
    Answer {
        pieces: memchr::memmem::find_iter(body, b"; name=\"").count() as u64,
        bytes: body.len() as u64,
        ..Answer::default()
    }
}
