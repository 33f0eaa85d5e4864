//! Bodies within bodies, from each kind of source.

use crate::common::{Drip, said};
use futures::executor::block_on;
use std::future::Future;
use std::io;
use std::pin::Pin;
use tidegate_async_io::core::{
    Boundary, DecodeFault, Decoder, Encoder, MultipartTypeFault, PartHead,
};
use tidegate_async_io::{AnySource, Frames, FuturesIo, InFrames, Multipart, Source, TokioIo};

/// A body of `depth` bodies around a text.
fn nest(depth: usize) -> Vec<u8> {
    let inner = match depth {
        0 => b"the text".to_vec(),
        _ => nest(depth - 1),
    };
    let mut encoder = Encoder::new(Boundary::new(format!("b{depth}")).unwrap());
    let content_type = match depth {
        0 => "text/plain".to_owned(),
        _ => format!("Multipart/Mixed; boundary=b{}", depth - 1),
    };
    let head = PartHead::form_data("x").filename("f");
    let head = head.content_type(&content_type).unwrap();
    let mut body: Vec<u8> = encoder.part(head).pieces().flatten().copied().collect();
    body.extend(&inner);
    body.extend(encoder.part(PartHead::form_data("y")).pieces().flatten());
    body.extend(b"behind");
    body.extend(encoder.end().pieces().concat());
    body
}

fn decoder(depth: usize) -> Decoder {
    Decoder::form_data(Boundary::new(format!("b{depth}")).unwrap())
}

/// All texts, from the innermost.
macro_rules! walk {
    ($name:ident, $kind:ty) => {
        fn $name<'a, R: Source<$kind> + Send>(
            multipart: &'a mut Multipart<R, $kind>,
            texts: &'a mut Vec<String>,
        ) -> Pin<Box<dyn Future<Output = io::Result<()>> + Send + 'a>> {
            Box::pin(async move {
                while let Some(mut part) = multipart.next_part().await? {
                    let kind = part.content_type().map(|it| it.to_cow().into_owned());
                    if kind.is_some_and(|kind| kind.starts_with(b"Multipart/")) {
                        let mut nested: Multipart<AnySource<'_, $kind>, $kind> =
                            part.nested_dyn()?;
                        $name(&mut nested, texts).await?;
                    } else {
                        texts.push(part.text(100).await?);
                    }
                }
                Ok(())
            })
        }
    };
}

walk!(walk_futures, FuturesIo);
walk!(walk_tokio, TokioIo);
walk!(walk_frames, InFrames);

#[test]
fn bodies_are_read_as_deep_as_is_allowed() {
    for depth in 0..4 {
        let body = nest(depth);
        for allowed in 0..4 {
            for size in [1, 7, 50, 1000] {
                let pieces: Vec<&[u8]> = body.chunks(size).collect();
                let drip = || Awake(Drip::new(&pieces));
                let mut answers = Vec::new();
                let mut texts = Vec::new();
                let mut multipart =
                    Multipart::new(Frames::new(drip()), decoder(depth)).max_depth(allowed);
                let result = block_on(walk_frames(&mut multipart, &mut texts));
                answers.push((texts, result));
                let cursor = futures::io::BufReader::with_capacity(size, &body[..]);
                let mut texts = Vec::new();
                let mut multipart = Multipart::new(cursor, decoder(depth)).max_depth(allowed);
                let result = block_on(walk_futures(&mut multipart, &mut texts));
                answers.push((texts, result));
                let cursor = tokio::io::BufReader::with_capacity(size, &body[..]);
                let mut texts = Vec::new();
                let mut multipart = Multipart::new(cursor, decoder(depth)).max_depth(allowed);
                let result = block_on(walk_tokio(&mut multipart, &mut texts));
                answers.push((texts, result));
                for (texts, result) in answers {
                    if allowed >= depth {
                        result.unwrap();
                        let behind = vec!["behind"; depth + 1];
                        assert_eq!(texts, [vec!["the text"], behind].concat());
                        continue;
                    }
                    let error = said::<DecodeFault>(&result.unwrap_err());
                    let max = format!("TooDeep {{ max: {allowed} }}");
                    assert!(error.contains(&max), "{error}");
                }
            }
        }
    }
}

/// A stream that wakes whoever it lets wait, for an executor.
struct Awake(Drip);

impl futures::Stream for Awake {
    type Item = io::Result<bytes::Bytes>;

    fn poll_next(
        mut self: Pin<&mut Self>,
        cx: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        cx.waker().wake_by_ref();
        Pin::new(&mut self.0).poll_next(cx)
    }
}

#[test]
fn a_nested_body_has_a_type_of_its_own() {
    let body = nest(2);
    let mut outer = tidegate_async_io::tokio::Multipart::new(&body[..], decoder(2)).max_depth(2);
    block_on(async {
        {
            let mut middle = outer.next_part().await?.unwrap().nested()?;
            let mut inner = middle.next_part().await?.unwrap().nested()?;
            let part = inner.next_part().await?.unwrap();
            assert_eq!(part.text(8).await?, "the text");
            // The rest of both is not read.
        }
        let behind = outer.next_part().await?.unwrap();
        assert_eq!(behind.text(6).await?, "behind");
        assert!(outer.next_part().await?.is_none());
        Ok::<(), io::Error>(())
    })
    .unwrap();
}

/// The data of the innermost part lie in the one frame that there is.
#[test]
fn data_of_nested_bodies_share_the_frame() {
    let frame = bytes::Bytes::from(nest(2));
    let range = frame.as_ptr_range();
    let stream = futures::stream::iter([Ok::<_, io::Error>(frame.clone())]);
    let outer = tidegate_async_io::frames::Multipart::new(Frames::new(stream), decoder(2));
    let mut outer = outer.max_depth(2);
    block_on(async {
        let mut middle = outer.next_part().await?.unwrap().nested()?;
        let mut inner = middle.next_part().await?.unwrap().nested()?;
        let text = inner.next_part().await?.unwrap().bytes(8).await?;
        assert_eq!(text, "the text");
        assert!(range.contains(&text.as_ptr()));
        Ok::<(), io::Error>(())
    })
    .unwrap();
}

#[test]
fn what_is_no_body_is_refused() {
    let body = nest(0);
    let mut outer = tidegate_async_io::futures::Multipart::new(&body[..], decoder(0)).max_depth(2);
    for name in ["x", "y"] {
        let part = block_on(outer.next_part()).unwrap().unwrap();
        assert_eq!(part.name().unwrap(), name);
        let error = part.nested().unwrap_err();
        assert!(said::<MultipartTypeFault>(&error).contains("NotMultipart"));
    }
}
