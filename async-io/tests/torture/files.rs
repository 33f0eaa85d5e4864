//! Files, which are read on other threads.

use crate::operation::{Bench, Operation, Step, more};
use std::io;
use tidegate_async_io::core::{Boundary, ByteRange};
use tidegate_async_io::tokio::FileWrapper;
use tidegate_async_io::{Form, PartBody};
use tokio::io::AsyncReadExt;
use tokio::runtime::{Builder, Runtime};

const DATA: &[u8] = b"0123456789abcdefghijklmnopqrstuvwxyz";

pub(crate) fn operations() -> Vec<Operation> {
    vec![
        Operation::new("blocks of a file", DATA, |bench| {
            blocks(FileWrapper::with_block_size(bench.source(), 5))
        }),
        Operation::new("a file of a length", DATA, |bench| {
            blocks(file(bench).exact(DATA.len() as u64))
        }),
        Operation::new("a range that is sought", DATA, |bench| {
            let range = ByteRange::new(9, 20).unwrap();
            let mut file = Err(Some(file(bench)));
            let runtime = runtime();
            Box::new(move |tokens| {
                if let Err(plain) = &mut file {
                    let plain = plain
                        .take()
                        .ok_or_else(|| io::Error::other("it was lost"))?;
                    file = Ok(plain.range(range)?);
                }
                let Ok(file) = &mut file else {
                    return Ok(false);
                };
                let mut buf = [0; 4];
                let read = runtime.block_on(file.read(&mut buf))?;
                more(tokens, &buf[..read]);
                Ok(read > 0)
            })
        })
        .knows_the_end(),
        Operation::new("a form of a file", DATA, |bench| {
            let mut form = Form::with_boundary(Boundary::new("b0").unwrap());
            let file = file(bench).exact(DATA.len() as u64);
            form.text("a", "before").bytes("f", PartBody::file(file));
            let mut body = form.finish().unwrap();
            let runtime = runtime();
            Box::new(move |tokens| {
                let mut buf = [0; 9];
                let read = runtime.block_on(body.read(&mut buf))?;
                more(tokens, &buf[..read]);
                Ok(read > 0)
            })
        })
        // A part that failed is not read on.
        .loses_when_it_waits(),
    ]
}

fn file(bench: &Bench) -> FileWrapper<crate::fault::Source> {
    FileWrapper::with_block_size(bench.source(), 7)
}

fn blocks(mut file: FileWrapper<crate::fault::Source>) -> Step {
    let runtime = runtime();
    Box::new(move |tokens| {
        let block = runtime.block_on(file.next_block()).transpose()?;
        more(tokens, block.as_deref().unwrap_or_default());
        Ok(block.is_some())
    })
}

/// Which ends its threads when it is dropped.
fn runtime() -> Runtime {
    Builder::new_current_thread().build().unwrap()
}
