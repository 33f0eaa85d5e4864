//! Whole forms. Their future is not dropped where it is pending: the form would be
//! lost with it.

use crate::fault::Sink;
use crate::operation::{Bench, Operation, Step, Tokens};
use crate::polled::Polled;
use futures::executor::block_on;
use std::io;
use tidegate_async_io::core::Spill;
use tidegate_async_io::{
    FormData, FormOptions, FormSink, FormSource, Frames, FuturesIo, Threads, TokioIo,
};
use tokio::io::AsyncReadExt;
use tokio::runtime::Builder;

const TYPE: &[u8] = b"multipart/form-data; boundary=b0";
const BODY: &[u8] = b"--b0\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\none\r\n--b\r\n\
    --b0\r\nContent-Disposition: form-data; name=\"f\"; filename=\"\"\r\n\r\n\
    \r\n\r\n-- more\r\r\n--b0--\r\n";
const URLENCODED: &[u8] = b"a=1&b=two+words&c=%41%42&long=0123456789";

pub(crate) fn operations() -> Vec<Operation> {
    let operations = [
        Operation::new("a whole form of a reader of futures", BODY, |bench| {
            in_memory(bench, Polled)
        }),
        Operation::new("a whole form of frames", BODY, |bench| {
            in_memory(bench, |source| Frames::new(Polled(source)))
        }),
        Operation::new(
            "a whole form of a reader of tokio, on disk",
            BODY,
            |bench| on_tokio(FormOptions::new(), Polled(bench.source()), TYPE),
        ),
        Operation::new("a whole form of frames, on disk", BODY, |bench| {
            let frames = Frames::new(Polled(bench.source()));
            on_tokio(FormOptions::new(), frames, TYPE)
        }),
        Operation::new("a urlencoded form", URLENCODED, |bench| {
            let content_type = b"application/x-www-form-urlencoded";
            on_tokio(FormOptions::new(), Polled(bench.source()), content_type)
        }),
        Operation::new("a whole form into a writer", BODY, |bench| {
            let sink = bench.sink();
            let options = FormOptions::new().choose(move |_| to(&sink, FormSink::Writer));
            let read = options.read(Polled(bench.source()), TYPE);
            let runtime = Builder::new_current_thread().build().unwrap();
            taken(move || runtime.block_on(read), |_, _| Ok(()))
        })
        // A writer that failed is not asked again.
        .loses_when_it_waits(),
        Operation::new("a whole form by a writer", BODY, |bench| {
            let sink = bench.sink();
            let options = FormOptions::new().choose(move |_| to(&sink, FormSink::Tee));
            on_tokio(options, Polled(bench.source()), TYPE)
        })
        .loses_when_it_waits(),
    ];
    let operations = operations.into_iter();
    operations
        // Nothing is handed out before the end.
        .map(|operation| operation.holds_back(BODY.len()).fails_for_good())
        .collect()
}

type Writer = Box<dyn tidegate_async_io::Target<TokioIo> + Send>;

fn to(
    sink: &Sink,
    as_what: impl FnOnce(Writer) -> FormSink<'static, TokioIo>,
) -> FormSink<'static, TokioIo> {
    as_what(Box::new(Polled(sink.clone())))
}

/// No thread has anything to do.
fn in_memory<R>(bench: &Bench, source: impl FnOnce(crate::fault::Source) -> R) -> Step
where
    R: FormSource<FuturesIo> + 'static,
{
    let read = FormData::<FuturesIo>::read(source(bench.source()), TYPE);
    taken(
        || block_on(read),
        |form, tokens| block_on(keep(form, tokens)),
    )
}

fn on_tokio<R: FormSource<TokioIo> + 'static>(
    options: FormOptions<'static, TokioIo>,
    source: R,
    content_type: &[u8],
) -> Step {
    let spill = Spill::new().max_in_memory(4).memory(6);
    let read = options.spill(spill).read(source, content_type);
    // Which ends its threads when it is dropped.
    let runtime = std::rc::Rc::new(Builder::new_current_thread().build().unwrap());
    let again = runtime.clone();
    taken(
        move || runtime.block_on(read),
        move |form, tokens| again.block_on(keep(form, tokens)),
    )
}

/// Takes the form, once, and keeps what there is of it.
fn taken<K: Threads>(
    take: impl FnOnce() -> io::Result<FormData<K>> + 'static,
    keep: impl Fn(&FormData<K>, &mut Tokens) -> io::Result<()> + 'static,
) -> Step {
    let mut take = Some(take);
    let mut is_done = false;
    Box::new(move |tokens| {
        if !is_done {
            let take = take.take();
            let take = take.ok_or_else(|| io::Error::other("it was lost before"))?;
            keep(&take()?, tokens)?;
            is_done = true;
        }
        Ok(false)
    })
}

async fn keep<K: Threads>(form: &FormData<K>, tokens: &mut Tokens) -> io::Result<()> {
    for entry in form.iter() {
        tokens.push(entry.name().to_vec());
        let mut data = Vec::new();
        AsyncReadExt::read_to_end(&mut entry.reader(), &mut data).await?;
        tokens.push(data);
    }
    Ok(())
}
