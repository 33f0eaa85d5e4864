//! Forms, on their way out and in, but for whole ones: those have tests of their own.

use crate::operation::{Bench, Operation, Step, Tokens, may_go_on, more};
use crate::polled::{Kind, Polled, at_once, by_frames, by_futures, by_tokio};
use std::io;
use tidegate_async_io::core::{Boundary, Decoder};
use tidegate_async_io::{
    Form, FormBody, FuturesIo, Holds, InFrames, Multipart, Part, PartBody, Target, TokioIo,
};

const DATA: &[u8] = b"0123456789abcdefghijklmnopqrstuvwxyz";
const BODY: &[u8] = b"--b0\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\none\r\n--b\r\n\
    --b0\r\nContent-Disposition: form-data; name=\"f\"; filename=\"\"\r\n\r\n\
    \r\n\r\n-- more\r\r\n--b0--\r\n";
/// What stands behind a source: it waits until that says its end.
const BEHIND: &[u8] =
    b"\r\n--b0\r\nContent-Disposition: form-data; name=\"z\"\r\n\r\nbehind\r\n--b0--\r\n";
/// The longest thing that may yet be no data: the delimiter with its line ends.
const DELIMITER: usize = b"\r\n--b0--\r\n".len();

pub(crate) fn operations() -> Vec<Operation> {
    let mut operations = out();
    operations.extend(parts::<FuturesIo>());
    operations.extend(parts::<TokioIo>());
    operations.extend(parts::<InFrames>());
    operations
}

fn out() -> Vec<Operation> {
    let operations = [
        Operation::new("a form of a stream", DATA, |bench| {
            by_frames(form(PartBody::stream(Polled(bench.source()))))
        }),
        Operation::new("a form of a reader of futures", DATA, |bench| {
            by_futures(form(PartBody::futures_reader(Polled(bench.source()))), 9)
        }),
        Operation::new("a form of a reader of tokio", DATA, |bench| {
            by_tokio(form(PartBody::tokio_reader(Polled(bench.source()))), 1000)
        }),
        Operation::new("a form of a promised length", DATA, |bench| {
            let source = PartBody::stream(Polled(bench.source()));
            by_frames(form(source.with_len(DATA.len() as u64)))
        }),
    ];
    let operations = operations.into_iter();
    operations
        .map(|operation| operation.holds_back(BEHIND.len()).fails_for_good())
        .collect()
}

fn form(body: PartBody) -> FormBody {
    let mut form = Form::with_boundary(Boundary::new("b0").unwrap());
    form.text("a", "before")
        .bytes("r", body)
        .text("z", "behind");
    form.finish().unwrap()
}

fn multipart<K: Kind>(bench: &Bench) -> Multipart<K::Source, K> {
    let decoder = Decoder::form_data(Boundary::new("b0").unwrap());
    Multipart::new(K::source(bench), decoder)
}

#[expect(
    clippy::redundant_closure,
    reason = "the function is for parts of one lifetime"
)]
fn parts<K: Kind>() -> Vec<Operation>
where
    Polled<crate::fault::Sink>: Target<K>,
{
    let operations = [
        Operation::new("parts by their data", BODY, |bench| {
            each_part(multipart::<K>(bench), |part, tokens| data(part, tokens))
        })
        .holds_back(DELIMITER),
        Operation::new("parts that are passed over", BODY, |bench| {
            each_part(multipart::<K>(bench), |_, _| Ok(()))
        }),
        Operation::new("parts that are copied", BODY, |bench| {
            let mut sink = Polled(bench.sink());
            each_part(multipart::<K>(bench), move |part, _| {
                again(|| at_once(part.copy_to(&mut sink))?.map(drop))
            })
        })
        .holds_back(DELIMITER),
        Operation::new("parts that own their body", BODY, |bench| {
            let mut parts = multipart::<K>(bench).into_owned();
            Box::new(move |tokens| {
                let Some(mut part) = at_once(parts.next_part())?? else {
                    return Ok(false);
                };
                tokens.push(part.name().unwrap().as_raw().to_vec());
                data(&mut part, tokens)?;
                Ok(true)
            })
        })
        .holds_back(DELIMITER),
    ];
    let operations = operations.into_iter();
    operations
        .map(|operation| K::of(operation.passes_over()))
        .collect()
}

/// Each part by its name, and then what is made of it.
fn each_part<K: Kind>(
    mut parts: Multipart<K::Source, K>,
    mut each: impl FnMut(&mut Part<&mut Multipart<K::Source, K>>, &mut Tokens) -> io::Result<()>
    + 'static,
) -> Step {
    Box::new(move |tokens| {
        let Some(mut part) = at_once(parts.next_part())?? else {
            return Ok(false);
        };
        tokens.push(part.name().unwrap().as_raw().to_vec());
        each(&mut part, tokens)?;
        Ok(true)
    })
}

fn data<H: Holds>(part: &mut Part<H>, tokens: &mut Tokens) -> io::Result<()> {
    tokens.push(Vec::new());
    while let Some(data) = again(|| at_once(part.next_data())?.transpose())? {
        more(tokens, &data);
    }
    Ok(())
}

/// Tries again what may go on. Frames that failed do not, whatever the error.
fn again<T>(mut work: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    let mut tries = 0;
    loop {
        match work() {
            Err(error) if may_go_on(&error) && tries < 100 => tries += 1,
            result => return result,
        }
    }
}
