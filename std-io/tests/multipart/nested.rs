//! Bodies within bodies, and bodies that are no forms.

use super::forms::decoder;
use super::ways::{WHOLE, read};
use std::io::{self, BufRead, BufReader, ErrorKind};
use tidegate_std_io::{
    At, Boundary, DecodeFault, Decoder, Encoder, FaultClass, MultiRange, Multipart,
    MultipartTypeFault, PartHead, RangeAnswer, fault_class,
};

/// A body of `depth` bodies around a text.
fn nest(depth: usize) -> Vec<u8> {
    let inner = match depth {
        0 => b"the text".to_vec(),
        _ => nest(depth - 1),
    };
    let mut encoder = Encoder::new(Boundary::new(&format!("b{depth}")).unwrap());
    let content_type = match depth {
        0 => "text/plain".to_owned(),
        _ => format!("Multipart/Mixed; boundary=b{}", depth - 1),
    };
    let head = || {
        let head = PartHead::form_data("x").filename("f");
        head.content_type(&content_type).unwrap()
    };
    let mut body: Vec<u8> = encoder.part(head()).pieces().flatten().copied().collect();
    body.extend(&inner);
    body.extend(encoder.part(PartHead::form_data("y")).pieces().flatten());
    body.extend(b"behind");
    body.extend(encoder.end().pieces().concat());
    body
}

fn form(depth: usize, reader: impl BufRead) -> Multipart<impl BufRead> {
    let boundary = Boundary::new(&format!("b{depth}")).unwrap();
    Multipart::new(reader, Decoder::form_data(boundary))
}

/// All texts, from the innermost.
fn walk<R: BufRead>(multipart: &mut Multipart<R>, texts: &mut Vec<String>) -> io::Result<()> {
    while let Some(mut part) = multipart.next_part()? {
        let kind = part.content_type().map(|it| it.to_cow().into_owned());
        if kind.is_some_and(|kind| kind.starts_with(b"Multipart/")) {
            walk(&mut part.nested_dyn()?, texts)?;
        } else {
            texts.push(part.text(100)?);
        }
    }
    Ok(())
}

#[test]
fn bodies_are_read_as_deep_as_is_allowed() {
    for depth in 0..4 {
        let body = nest(depth);
        for allowed in 0..4 {
            for capacity in [1, 7, 50, 1000] {
                let reader = BufReader::with_capacity(capacity, &body[..]);
                let mut multipart = form(depth, reader).max_depth(allowed);
                let mut texts = Vec::new();
                let result = walk(&mut multipart, &mut texts);
                if allowed >= depth {
                    result.unwrap();
                    let behind = vec!["behind"; depth + 1];
                    assert_eq!(texts, [vec!["the text"], behind].concat());
                    continue;
                }
                let error = result.unwrap_err();
                let at: &At<DecodeFault> = error.get_ref().unwrap().downcast_ref().unwrap();
                assert_eq!(at.fault, DecodeFault::TooDeep { max: allowed });
                assert_eq!(fault_class(&error), Some(FaultClass::TooLarge));
                // The part can still be passed over.
                let rest = multipart.next_part().unwrap().unwrap();
                assert_eq!(rest.text(9).unwrap(), "behind");
            }
        }
    }
}

#[test]
fn a_nested_body_has_a_type_of_its_own() {
    let body = nest(2);
    let mut outer = form(2, &body[..]).max_depth(2);
    {
        let mut middle = outer.next_part().unwrap().unwrap().nested().unwrap();
        let mut inner = middle.next_part().unwrap().unwrap().nested().unwrap();
        let part = inner.next_part().unwrap().unwrap();
        assert_eq!(part.text(8).unwrap(), "the text");
        // The rest of both is not read.
    }
    let behind = outer.next_part().unwrap().unwrap();
    assert_eq!(behind.text(6).unwrap(), "behind");
    assert!(outer.next_part().unwrap().is_none());
}

/// The settings of the body around it are those of the one within.
#[test]
fn limits_are_those_of_the_body_around() {
    let body = nest(1);
    let boundary = Boundary::new("b1").unwrap();
    let decoder = Decoder::form_data(boundary).max_head_len(120);
    let decoder = decoder.max_parts(2).max_file_len(100_000).max_depth(1);
    let mut outer = Multipart::new(&body[..], decoder.clone());
    let mut inner = outer.next_part().unwrap().unwrap().nested().unwrap();
    while inner.next_part().unwrap().is_some() {}

    let many = String::from_utf8(body.clone()).unwrap();
    let many = many.replace("--b0--", "--b0\r\n\r\n\r\n--b0--");
    let mut outer = Multipart::new(many.as_bytes(), decoder);
    let mut inner = outer.next_part().unwrap().unwrap().nested().unwrap();
    inner.next_part().unwrap();
    inner.next_part().unwrap();
    let error = inner.next_part().unwrap_err();
    let at: &At<DecodeFault> = error.get_ref().unwrap().downcast_ref().unwrap();
    assert_eq!(at.fault, DecodeFault::TooManyParts { max: 2 });
}

/// The body around it goes on behind one that is broken.
#[test]
fn a_fault_within_is_none_of_the_body_around() {
    let body = String::from_utf8(nest(1)).unwrap();
    for (from, to, fault) in [
        ("--b0--", "--b0", DecodeFault::Truncated),
        ("\r\n--b0--", "", DecodeFault::Truncated),
        ("--b0--", "--b0??", DecodeFault::MalformedDelimiter),
    ] {
        let body = body.replace(from, to);
        let mut outer = form(1, body.as_bytes()).max_depth(1);
        let mut texts = Vec::new();
        let error = walk(&mut outer, &mut texts).unwrap_err();
        let at: &At<DecodeFault> = error.get_ref().unwrap().downcast_ref().unwrap();
        if to != "--b0" {
            assert_eq!(at.fault, fault, "{to}");
        }
        let behind = outer.next_part().unwrap().unwrap();
        assert_eq!(behind.text(9).unwrap(), "behind");
    }
}

#[test]
fn what_is_no_body_is_refused() {
    for (content_type, fault) in [
        (Some("text/plain"), MultipartTypeFault::NotMultipart),
        (None, MultipartTypeFault::NotMultipart),
        (Some("multipart/mixed"), MultipartTypeFault::NoBoundary),
    ] {
        let mut encoder = Encoder::new(boundary());
        let mut head = PartHead::form_data("x");
        if let Some(content_type) = content_type {
            head = head.content_type(content_type).unwrap();
        }
        let mut body: Vec<u8> = encoder.part(head).pieces().flatten().copied().collect();
        body.extend(encoder.end().pieces().concat());
        let mut outer = Multipart::new(&body[..], decoder()).max_depth(1);
        let error = outer.next_part().unwrap().unwrap().nested().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidData);
        let at: &At<MultipartTypeFault> = error.get_ref().unwrap().downcast_ref().unwrap();
        assert_eq!(at.fault, fault);
    }
}

fn boundary() -> Boundary {
    Boundary::new(super::forms::BOUNDARY).unwrap()
}

/// What `MultiRange` writes, by every way.
#[test]
fn byte_ranges_are_read() {
    let file: Vec<u8> = (0..=255).collect();
    let RangeAnswer::Many(ranges) = RangeAnswer::parse("bytes=0-9,13-13,200-", 256) else {
        panic!()
    };
    let boundary = Boundary::new("b").unwrap();
    for way in WHOLE {
        let answer = MultiRange::new(&file[..], 256, &ranges, "image/png", boundary).unwrap();
        let content_type = answer.content_type();
        let reader = BufReader::with_capacity(11, answer);
        let mut multipart = Multipart::for_type(reader, content_type.as_bytes()).unwrap();
        for (range, data) in [
            ("bytes 0-9/256", &file[..10]),
            ("bytes 13-13/256", &file[13..14]),
            ("bytes 200-255/256", &file[200..]),
        ] {
            let mut part = multipart.next_part().unwrap().unwrap();
            assert_eq!(part.head().field("content-range").unwrap(), range);
            assert_eq!(part.content_type().unwrap(), "image/png");
            assert!(part.name().is_none() && !part.is_file());
            let mut got = Vec::new();
            read(&mut part, way, &mut got).unwrap();
            assert_eq!(got, data, "{way:?}");
        }
        assert!(multipart.next_part().unwrap().is_none());
    }
}

/// RFC 2387 section 5.1, in short.
#[test]
fn a_related_body_is_read() {
    let body = b"--example-1\r\nContent-Type: Application/X-FixedRecord\r\n\
        Content-ID: <950120.aaCC@XIson.com>\r\n\r\n25\r\n10\r\n\
        --example-1\r\nContent-Type: Application/octet-stream\r\n\
        Content-Description: The fixed length records\r\n\
        Content-Transfer-Encoding: base64\r\n\
        Content-ID: <950120.aaCB@XIson.com>\r\n\r\nT2xk\r\n\
        --example-1--\r\n";
    let content_type = b"Multipart/Related; boundary=example-1; \
        start=\"<950120.aaCC@XIson.com>\"; type=\"Application/X-FixedRecord\"";
    let mut multipart = Multipart::for_type(&body[..], content_type).unwrap();
    let mut parts = Vec::new();
    while let Some(part) = multipart.next_part().unwrap() {
        let id = part
            .head()
            .field("Content-ID")
            .unwrap()
            .to_str_lossy()
            .into_owned();
        parts.push((id, part.text(100).unwrap()));
    }
    let expected = [
        ("<950120.aaCC@XIson.com>", "25\r\n10"),
        ("<950120.aaCB@XIson.com>", "T2xk"),
    ];
    assert_eq!(
        parts,
        expected.map(|(id, text)| (id.to_owned(), text.to_owned()))
    );
}
