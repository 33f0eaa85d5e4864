//! What was collected, read back.

use crate::bodies::{TYPE, form};
use crate::kinds::RUNTIME;
use bytes::Bytes;
use futures::StreamExt;
use futures::executor::block_on;
use http_body::Body as _;
use http_body_util::{BodyExt, Full};
use std::io::{self, ErrorKind};
use tidegate_async_io::core::{ByteRange, Spill};
use tidegate_async_io::{
    BodyData, FormData, FormOptions, FormSink, FormSource, Frames, FuturesIo, Threads, TokioIo,
};

const DATA: &[u8] = &[7; 200_000];

/// A body in one frame.
type Body = Frames<BodyData<Full<Bytes>>>;

/// In memory, and on disk behind something else.
fn forms<K: Threads>() -> [FormData<K>; 2]
where
    Body: FormSource<K>,
{
    let body = form(&[("other", None, b"other"), ("a", Some("f"), DATA)]);
    [1 << 20, 0].map(|memory| {
        let options = FormOptions::<K>::new().spill(Spill::new().memory(memory));
        let form = RUNTIME.block_on(options.read(Body::of_body(Full::from(body.clone())), TYPE));
        let form = form.unwrap();
        assert_eq!(form.file("a").unwrap().as_bytes().is_some(), memory > 0);
        form
    })
}

async fn read_back<K: Threads>(form: &FormData<K>) {
    let file = form.file("a").unwrap();
    let mut all = Vec::new();
    futures::AsyncReadExt::read_to_end(&mut file.reader(), &mut all)
        .await
        .unwrap();
    assert!(all == DATA);
    all.clear();
    tokio::io::AsyncReadExt::read_to_end(&mut file.reader(), &mut all)
        .await
        .unwrap();
    assert!(all == DATA);
    all.clear();
    let mut blocks = file.reader();
    while let Some(block) = blocks.next().await {
        all.extend(block.unwrap());
    }
    assert!(all == DATA);
    let body = file.reader();
    assert_eq!(body.size_hint().exact(), Some(DATA.len() as u64));
    assert!(BodyExt::collect(body).await.unwrap().to_bytes() == DATA);

    let other = form.field("other").unwrap();
    let range = other.reader().range(ByteRange::new(2, 3).unwrap()).unwrap();
    assert_eq!(BodyExt::collect(range).await.unwrap().to_bytes(), "her");
}

#[test]
fn a_value_is_read_back_in_every_way() {
    for form in forms::<TokioIo>() {
        RUNTIME.block_on(read_back(&form));
    }
    for form in forms::<FuturesIo>() {
        block_on(read_back(&form));
    }
}

/// From wherever: many at once, and after the form is gone.
#[test]
fn entries_outlive_their_form() {
    for form in forms::<FuturesIo>() {
        let entry = form.into_iter().nth(1).unwrap();
        let (mut one, mut two) = (entry.reader(), entry.clone().reader());
        drop(entry);
        block_on(async {
            let mut buf = [0; 1000];
            futures::AsyncReadExt::read_exact(&mut one, &mut buf)
                .await
                .unwrap();
            let mut rest = Vec::new();
            futures::AsyncReadExt::read_to_end(&mut two, &mut rest)
                .await
                .unwrap();
            assert!(rest == DATA);
            assert_eq!(one.position(), 1000);
        });
    }
}

#[test]
fn what_went_to_a_writer_is_not_here() {
    let body = form(&[("a", None, b"gone")]);
    RUNTIME.block_on(async {
        let options = FormOptions::<TokioIo>::new()
            .choose(|_| FormSink::<TokioIo>::Writer(Box::new(tokio::io::sink())));
        let form = options.read(&body[..], TYPE).await.unwrap();
        let gone = form.field("a").unwrap();
        assert_eq!((gone.len(), gone.as_bytes()), (4, None));
        let error = gone.text().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound);
        let error = gone.reader().next_block().await.unwrap().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound);
        let file = std::env::temp_dir().join("tidegate-form-data-gone");
        let error = gone.persist(&file).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound);
        assert!(!file.exists());
    });
}

/// However few they were: std-io says it of them, too.
#[test]
fn of_a_writer_that_got_nothing_there_is_no_end_to_read_either() {
    let body = form(&[("a", Some("f"), b"")]);
    RUNTIME.block_on(async {
        let options = FormOptions::<TokioIo>::new()
            .choose(|_| FormSink::<TokioIo>::Writer(Box::new(tokio::io::sink())));
        let form = options.read(&body[..], TYPE).await.unwrap();
        let gone = form.file("a").unwrap();
        assert_eq!((gone.len(), gone.as_bytes()), (0, None));
        let blocking = io::Read::read(&mut gone.as_blocking().reader(), &mut [0]);
        assert_eq!(blocking.unwrap_err().kind(), ErrorKind::NotFound);
        let read = gone.reader().next_block().await;
        let error = read.expect("an error, and no end").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound);
    });
}

#[test]
fn text_that_is_none_is_an_error() {
    let body = form(&[("a", None, b"\xff")]);
    for memory in [0, 100] {
        let options = FormOptions::<FuturesIo>::new().spill(Spill::new().memory(memory));
        let form = block_on(options.read(&body[..], TYPE)).unwrap();
        let error = block_on(form.field("a").unwrap().text()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidData);
    }
}
