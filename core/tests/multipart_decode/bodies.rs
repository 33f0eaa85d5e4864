//! `Decoder` beside the model: by hand and at random; and what `Encoder` writes,
//! read.

use crate::corpora::parts;
use crate::model::{Head, Rules, Token};
use crate::{answer, boundary, check, check_quickly, latin1, record};
use proptest::prelude::*;
use tidegate_core::DecodeFault::{self, *};
use tidegate_core::testing::{End, Route, run};
use tidegate_core::{Boundary, Encoder, Escaping, ParameterFault, PartHead};

fn form() -> Rules {
    Rules::form(boundary("x"))
}

fn mixed() -> Rules {
    Rules {
        form: false,
        ..form()
    }
}

fn lenient(rules: Rules) -> Rules {
    Rules {
        lenient: true,
        ..rules
    }
}

/// Each with the byte that is wrong behind the dot.
#[test]
#[rustfmt::skip]
fn heads_that_are_wrong() {
    let disposition = |fault| Disposition(fault);
    let cases: &[(&str, DecodeFault)] = &[
        ("·a: b\r\n\r\n", NoDisposition),
        ("·\r\n", NoDisposition),
        ("Content-Disposition: ·attachment; name=a\r\n\r\n", NotFormData),
        ("Content-Disposition: ·form-data\r\n\r\n", NoName),
        ("Content-Disposition: ·form-data; filename=a\r\n\r\n", NoName),
        ("Content-Disposition:·form-data; name*=UTF-8''a\r\n\r\n", NoName),
        ("Content-Disposition: form-data; name=a\r\n·CONTENT-DISPOSITION: form-data; name=b\r\n\r\n", DuplicateDisposition),
        ("Content-Type: a/b\r\n·content-type: a/b\r\n\r\n", DuplicateContentType),
        ("Content-Disposition:·\r\n\r\n", disposition(ParameterFault::MalformedKind)),
        ("Content-Disposition: ·; name=a\r\n\r\n", disposition(ParameterFault::MalformedKind)),
        ("Content-Disposition: form-data·, name=a\r\n\r\n", disposition(ParameterFault::NoSemicolon)),
        ("Content-Disposition: form-data; name=\"a\"·b\r\n\r\n", disposition(ParameterFault::NoSemicolon)),
        ("Content-Disposition: form-data; ·=a\r\n\r\n", disposition(ParameterFault::MalformedName)),
        ("Content-Disposition: form-data; name·\r\n\r\n", disposition(ParameterFault::NoEqualsSign)),
        ("Content-Disposition: form-data; name=·\r\n\r\n", disposition(ParameterFault::NoValue)),
        ("Content-Disposition: form-data; name=a·/b\r\n\r\n", disposition(ParameterFault::UnquotedByte)),
        ("Content-Disposition: form-data; name=·\"a\r\n\r\n", disposition(ParameterFault::UnclosedQuote)),
        ("Content-Disposition: form-data; name=·\"a\\\"b\\\"\r\n\r\n", disposition(ParameterFault::UnclosedQuote)),
        ("Content-Disposition: form-data; name=a; ·Name=b\r\n\r\n", disposition(ParameterFault::Duplicate)),
        ("Content-Disposition: form-data; name=\"·\0\"\r\n\r\n", ForbiddenByte),
        ("a: ·\u{7f}\r\n\r\n", ForbiddenByte),
        ("a: ·\u{1}\r\n\r\n", ForbiddenByte),
        ("a: b·\rc\r\n\r\n", BareCr),
        ("a: b·\r\r\n\r\n", BareCr),
        ("a·\rc\r\n\r\n", MalformedField),
        ("·: a\r\n\r\n", MalformedField),
        ("a· : b\r\n\r\n", MalformedField),
        ("a·\r\n\r\n", MalformedField),
        ("·\u{e9}: a\r\n\r\n", MalformedField),
        ("· a: b\r\n\r\n", Folded),
        ("·\ta: b\r\n\r\n", Folded),
        ("a: b\r\n· c\r\n\r\n", Folded),
        ("a: b·\n\r\n", BareLf),
        ("·\n", BareLf),
        ("a: b\r\n·\n", BareLf),
    ];
    for (head, fault) in cases {
        let (before, behind) = head.split_once('·').unwrap();
        let body = latin1(&format!("--x\r\n{before}{behind}v\r\n--x--"));
        let at = 5 + latin1(before).len() as u64;
        let found = check(&form(), &body);
        assert_eq!(found.fault, Some((at, *fault)), "{head:?}");
        assert_eq!(found.tokens, [], "{head:?}");
    }
}

/// The same for what is around the parts.
#[test]
#[rustfmt::skip]
fn frames_that_are_wrong() {
    let cases: &[(&str, DecodeFault)] = &[
        ("·", Truncated),
        ("a·", Truncated),
        ("--x·", Truncated),
        ("--x-·", Truncated),
        ("--x \t·", Truncated),
        ("--x\r·", Truncated),
        ("--x\r\n·", Truncated),
        ("--x\r\n\r\n·", Truncated),
        ("--x\r\n\r\nv\r\n--x·", Truncated),
        ("--x--\r·", Truncated),
        ("--x--\t \r·", Truncated),
        ("--x·y", MalformedDelimiter),
        ("--x·-y", MalformedDelimiter),
        ("--x ·-", MalformedDelimiter),
        ("--x ·--", MalformedDelimiter),
        ("--x·\n", BareLf),
        ("--x ·\n", BareLf),
        ("--x·\r-", BareCr),
        ("--x--·y", MalformedDelimiter),
        ("--x-- ·-", MalformedDelimiter),
        ("--x--·\n", BareLf),
        ("--x--·\ra", BareCr),
        ("a\r\n--x·y", MalformedDelimiter),
        ("--x\r\n\r\n--x·y", MalformedDelimiter),
        ("--x\r\n\r\nv\r\n--x·y\r\n--x--", MalformedDelimiter),
    ];
    for (body, fault) in cases {
        let (before, behind) = body.split_once('·').unwrap();
        let body = [before, behind].concat();
        let found = check(&mixed(), body.as_bytes());
        assert_eq!(found.fault, Some((before.len() as u64, *fault)), "{body:?}");
    }
}

/// What is between the parts, and around them.
#[test]
#[rustfmt::skip]
fn frames_that_are_right() {
    let cases: &[(&str, &[&str])] = &[
        ("--x--", &[]),
        ("--x--\r\n", &[]),
        ("--x-- \t \r\n\r\n--x\r\n", &[]),
        ("\r\n--x--", &[]),
        ("preamble\r\n--x\r\n\r\nv\r\n--x--\r\nepilogue", &["v"]),
        ("--x\r\n\r\n--x--", &[""]),
        ("--x\r\n\r\n\r\n--x--", &[""]),
        ("--x\r\n\r\n\r\n\r\n--x--", &["\r\n"]),
        ("--x \t\r\n\r\na\r\n--x\t \r\n\r\nb\r\n--x--", &["a", "b"]),
        ("--x\r\n\r\n\n--x\r\n--x--", &["\n--x"]),
        ("--x\r\n\r\n\r--x\r\n--x--", &["\r--x"]),
        ("--x\r\n\r\na--x--\r\n--x--", &["a--x--"]),
        ("--x\r\n\r\n\r\n-\r\n--\r\n--\rx\r\n--x--", &["\r\n-\r\n--\r\n--\rx"]),
        ("--x\r\n\r\n-\r\n--x--", &["-"]),
        ("--x\r\n\r\n--\r\n--x--", &["--"]),
        ("--x\r\n\r\n--\r\r\n--x--", &["--\r"]),
    ];
    for (body, data) in cases {
        let found = check(&mixed(), body.as_bytes());
        assert_eq!(found.fault, None, "{body:?}");
        let found: Vec<_> = parts(&found).into_iter().map(|(.., data)| data).collect();
        assert_eq!(found, data.iter().map(|data| data.as_bytes()).collect::<Vec<_>>(), "{body:?}");
    }
}

/// Which the strict one refuses.
#[test]
#[rustfmt::skip]
fn what_the_lenient_mode_reads_besides() {
    let cases: &[(&str, &[&str])] = &[
        ("--x\n\na\n--x--\n", &["a"]),
        ("--x\r\ra\r--x--\r", &["a"]),
        ("--x\n\r\na\r\n--x\r\n\nb\n--x--", &["a", "b"]),
        ("--x\n\na\r\n--x\n\n\nb\r--x--", &["a", "\nb"]),
        ("--x\r\n\r\na\r\n--x", &["a"]),
        ("--x\r\n\r\na\r\n--x-", &["a"]),
        ("--x\r\n\r\na\r\n--x \r", &["a"]),
        ("--x\r\n\r\na", &["a"]),
        ("--x\r\n\r\na\r\n", &["a\r\n"]),
        ("--x\r\n\r\na\r\n--", &["a\r\n--"]),
        ("--x\r\n\r\n", &[""]),
        ("--x", &[]),
        ("--x\r\n\r\na\r\n--xy\r\n--x--", &["a\r\n--xy"]),
        ("--x\r\n\r\n--xy\r\n--x--", &["--xy"]),
        ("--xy\r\n--x\r\n\r\na\r\n--x--", &["a"]),
        ("--x\r\n\r\na\r\n--x ---\r\n--x--", &["a\r\n--x ---"]),
        ("--x\r\na: b\r\n c\n\td\r\n\r\na\r\n--x--", &["a"]),
    ];
    for (body, data) in cases {
        assert!(check(&mixed(), body.as_bytes()).fault.is_some(), "{body:?}");
        let found = check(&lenient(mixed()), body.as_bytes());
        assert_eq!(found.fault, None, "{body:?}");
        let found: Vec<_> = parts(&found).into_iter().map(|(.., data)| data).collect();
        assert_eq!(found, data.iter().map(|data| data.as_bytes()).collect::<Vec<_>>(), "{body:?}");
    }
    // What no mode reads.
    for (body, fault) in [
        ("", Truncated),
        ("a", Truncated),
        ("--x\n", Truncated),
        ("--x\r\na: b\r\n", Truncated),
        ("--x\r\n\r\na\r\n--x--y", MalformedDelimiter),
        ("--x\r\n a: b\r\n\r\n", Folded),
        ("--x\r\na: \0\r\n\r\n", ForbiddenByte),
    ] {
        let found = check(&lenient(mixed()), body.as_bytes());
        assert_eq!(found.fault.map(|(_, fault)| fault), Some(fault), "{body:?}");
    }
}

/// A fold is one space, wherever it is, and never a line break.
#[test]
fn folds_are_one_space() {
    let body = "--x\r\nContent-Disposition: form-data;\r\n name=\"a\r\n\tb\"\r\n ; filename=c\r\n \r\n\
                Content-Type:\r\n text/plain\n\t ;\r\n  a=b \t\r\n\r\nv\r\n--x--";
    let found = check(&lenient(form()), body.as_bytes());
    assert_eq!(found.fault, None);
    let Token::Head(Head {
        name,
        filename,
        content_type,
        fields,
        ..
    }) = &found.tokens[0]
    else {
        panic!("{found:?}");
    };
    assert_eq!(name.as_deref(), Some(&b"a b"[..]));
    assert_eq!(filename.as_deref(), Some(&b"c"[..]));
    assert_eq!(content_type.as_deref(), Some(&b"text/plain ; a=b"[..]));
    assert_eq!(fields[0].1, b"form-data; name=\"a b\" ; filename=c");
    let text = fields.iter().flat_map(|(_, value)| value);
    assert!(text.into_iter().all(|byte| !b"\r\n".contains(byte)));
}

/// Data is lent from the input, and is all of it that can be no delimiter.
#[test]
fn data_is_handed_out_as_it_comes() {
    use tidegate_core::{Event, Feed};
    let mut feed = Feed::new(mixed().decoder(), Vec::new()).unwrap();
    for (piece, data) in [
        ("--x\r\n\r\nab", "ab"),
        ("c", "c"),
        ("d\r", "d"),
        ("\n--", ""),
        ("y\r\n", "\r\n--y"),
        ("\r\n--x--", ""),
    ] {
        let mut rest = piece.as_bytes();
        let mut found = Vec::new();
        loop {
            let offer = feed.offer(rest, false).unwrap();
            if let Event::Found(placed) = offer.event {
                record(&mut found, feed.token(placed, rest));
            }
            rest = &rest[offer.taken..];
            if !matches!(offer.event, Event::Found(_)) {
                break;
            }
        }
        let found = found.into_iter().find_map(|token| match token {
            Token::Data(data) => Some(data),
            _ => None,
        });
        let expected = (!data.is_empty()).then(|| data.as_bytes().to_vec());
        // What straddled comes once it is known.
        let found = found.filter(|_| piece != "\r\n--x--");
        assert_eq!(found, expected, "{piece:?}");
    }
}

const BOUNDARIES: [&str; 6] = [
    "x",
    "-",
    "--",
    "a b",
    "aaaaaaaa",
    "0123456789012345678901234567890123456789012345678901234567890123456789",
];

/// Bytes that a delimiter is made of, and what begins like one.
fn near(at: &'static str) -> impl Strategy<Value = Vec<u8>> {
    let delimiter = format!("\r\n--{at}").into_bytes();
    let len = delimiter.len();
    let start = (0..=len, any::<u8>()).prop_map({
        let delimiter = delimiter.clone();
        move |(kept, byte)| [&delimiter[..kept], &[byte]].concat()
    });
    let end = (0..=len).prop_map(move |dropped| delimiter[dropped..].to_vec());
    let other = prop::collection::vec(any::<u8>(), 0..20);
    let bytes = prop::sample::select(vec![
        "\r", "\n", "-", "--", "\r\n", " ", "--\r\n", "a: b\r\n",
    ]);
    prop_oneof![3 => start, 1 => end, 1 => other, 2 => bytes.prop_map(|text| text.as_bytes().to_vec())]
}

fn data(at: &'static str) -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(near(at), 0..6).prop_map(|pieces| pieces.concat())
}

fn heads() -> impl Strategy<Value = Vec<u8>> {
    let line = prop::sample::select(vec![
        "Content-Disposition: form-data; name=\"a\"",
        "Content-Disposition: form-data; name=\"a\\\"\\\\b\"; filename=\"C:\\d\\\"",
        "Content-Disposition: form-data; name=a; filename*=UTF-8''b; note=\"; filename=c\"",
        "Content-Disposition:form-data ; name = a ;; FILENAME=\"\" ;",
        "Content-Disposition: attachment; name=a; name=b",
        "content-type: text/plain;\r\n charset=utf-8",
        "Content-Type: a/b",
        "a: ",
        "a:\t b \t",
        "a : b",
        " a: b",
        "a",
        ":",
        "a: \u{e9}",
    ]);
    let end = prop::sample::select(vec!["\r\n", "\r\n", "\r\n", "\r\n", "\n", "\r", "\r\n "]);
    prop::collection::vec((line, end), 0..4).prop_map(|lines| {
        lines
            .into_iter()
            .flat_map(|(line, end)| latin1(&(line.to_owned() + end)))
            .collect()
    })
}

fn bodies(at: &'static str) -> impl Strategy<Value = Vec<u8>> {
    let delimiter = move || {
        let line_break = prop::sample::select(vec!["\r\n", "\r\n", "\r\n", "\n", "\r", ""]);
        let rest = prop::sample::select(vec![
            "\r\n", "\r\n", " \t\r\n", "\n", "\r", "--", "--\r\n", "y", "",
        ]);
        (line_break, rest)
            .prop_map(move |(before, behind)| format!("{before}--{at}{behind}").into_bytes())
    };
    let empty_line = prop::sample::select(vec!["\r\n", "\r\n", "\n", "\r", ""]);
    let part = (delimiter(), heads(), empty_line, data(at));
    let part = part.prop_map(|(delimiter, head, line, data)| {
        [&delimiter[..], &head, line.as_bytes(), &data].concat()
    });
    (
        data(at),
        prop::collection::vec(part, 0..4),
        delimiter(),
        data(at),
    )
        .prop_map(|(before, parts, end, behind)| {
            [&before[..], &parts.concat(), &end, &behind].concat()
        })
}

fn any_rules() -> impl Strategy<Value = Rules> {
    let counts = (0..4usize, 0..3usize, 0..3usize, 0..4usize);
    let sizes = (
        20..120usize,
        0..4usize,
        0..20u64,
        0..20u64,
        0..30u64,
        0..30u64,
        0..40u64,
    );
    let small = (any::<bool>(), counts, sizes).prop_map(|(is_form, counts, sizes)| {
        let (parts, files, fields, headers) = counts;
        let (head_len, name_len, preamble, epilogue, file_len, field_len, fields_len) = sizes;
        Rules {
            form: is_form,
            parts,
            files,
            fields,
            headers,
            head_len,
            name_len,
            preamble,
            epilogue,
            file_len,
            field_len,
            fields_len,
            ..form()
        }
    });
    let rules = prop_oneof![2 => Just(form()), 2 => Just(mixed()), 2 => small];
    (rules, any::<bool>()).prop_map(|(rules, lenient)| Rules { lenient, ..rules })
}

fn cases() -> impl Strategy<Value = (Rules, Vec<u8>)> {
    let boundaries = prop::sample::select(BOUNDARIES.to_vec());
    let body = boundaries.prop_flat_map(|at| (Just(at), bodies(at)));
    (any_rules(), body).prop_map(|(rules, (at, body))| {
        (
            Rules {
                boundary: boundary(at),
                ..rules
            },
            body,
        )
    })
}

/// Names that leave no doubt, whatever is escaped in them.
fn names() -> impl Strategy<Value = String> {
    let unclear = |name: &str| {
        name.ends_with('\\')
            || ["%22", "%0D", "%0A", "\\\"", "\\\\"]
                .iter()
                .any(|escape| name.contains(escape))
    };
    "([a-z\"\r\n\t;= %\\\\\u{e9}\u{20ac}]|filename=){0,8}"
        .prop_filter("it is unclear", move |name| !unclear(name))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn any_body_is_what_the_model_says((rules, body) in cases()) {
        check(&rules, &body);
    }

    #[test]
    fn however_it_is_cut(
        (rules, body) in cases(),
        sizes in prop::collection::vec(0..30usize, 1..8),
    ) {
        let expected = check_quickly(&rules, 0, &body);
        let mut pieces = Vec::new();
        let mut rest = &body[..];
        for &size in sizes.iter().cycle().take(200) {
            let (piece, behind) = rest.split_at(size.min(rest.len()));
            pieces.push(piece);
            rest = behind;
        }
        pieces.push(rest);
        for route in [Route::Glance, Route::ScanAll, Route::GlanceThenAll] {
            let machine = rules.decoder();
            let mut smallest = vec![0; tidegate_core::Scan::reach(&machine)];
            let found = run(machine, &pieces, &mut smallest[..], route, End::WithLast, &record);
            prop_assert_eq!(&answer(found), &expected);
        }
    }

    /// Data always, and names that leave no doubt.
    #[test]
    fn what_is_written_is_read(
        sent in prop::collection::vec((names(), prop::option::of(names()), data("aaaaaaaa")), 0..5),
    ) {
        let at = boundary("aaaaaaaa");
        let delimiter = b"--aaaaaaaa";
        prop_assume!(sent.iter().all(|(.., data)| !data.windows(10).any(|here| here == delimiter)));
        let body = written(at, &sent);
        let found = check(&Rules::form(at), &body);
        prop_assert_eq!(found.fault, None);
        let undone = |name: Vec<u8>| {
            let name = String::from_utf8(name).unwrap();
            name.replace("%22", "\"").replace("%0D", "\r").replace("%0A", "\n")
        };
        let read: Vec<_> = parts(&found)
            .into_iter()
            .map(|(name, filename, data)| (undone(name.unwrap()), filename.map(undone), data))
            .collect();
        prop_assert_eq!(read, sent);
    }

    /// Escaped by backslashes, a name may hold any of them.
    #[test]
    fn backslashes_are_undone(name in "[a-z\"\\\\ ]{0,8}", filename in "[a-z\"\\\\ ]{0,8}") {
        let mut encoder = Encoder::new(boundary("x"));
        let head = PartHead::form_data(&name).filename(&filename).escaping(Escaping::Backslash);
        let mut body = encoder.part(head).pieces().collect::<Vec<_>>().concat();
        body.extend(encoder.end().pieces().concat());
        let found = check(&form(), &body);
        prop_assert_eq!(found.fault, None);
        let expected = (Some(name.into_bytes()), Some(filename.into_bytes()), Vec::new());
        prop_assert_eq!(parts(&found), [expected]);
    }
}

fn written(at: Boundary, sent: &[(String, Option<String>, Vec<u8>)]) -> Vec<u8> {
    let mut encoder = Encoder::new(at);
    let mut body = Vec::new();
    for (name, filename, data) in sent {
        let head = match filename {
            Some(filename) => PartHead::form_data(name).filename(filename),
            None => PartHead::form_data(name),
        };
        body.extend(encoder.part(head).pieces().collect::<Vec<_>>().concat());
        body.extend(data);
    }
    body.extend(encoder.end().pieces().concat());
    body
}

#[test]
fn every_fault_says_its_class_and_itself() {
    use tidegate_core::{Fault, FaultClass};
    let malformed = [
        MalformedDelimiter,
        BareLf,
        BareCr,
        MalformedField,
        ForbiddenByte,
        Folded,
        NoDisposition,
        DuplicateDisposition,
        DuplicateContentType,
        NotFormData,
        Disposition(ParameterFault::UnclosedQuote),
        NoName,
    ];
    let (size, bytes) = (71, 71);
    let too_large = [
        DelimiterTooLong { max: size },
        TooManyParts { max: size },
        TooManyFiles { max: size },
        TooManyFields { max: size },
        TooManyHeaders { max: size },
        HeadTooLong { max: size },
        NameTooLong { max: size },
        PreambleTooLong { max: bytes },
        EpilogueTooLong { max: bytes },
        FileTooLong { max: bytes },
        FieldTooLong { max: bytes },
        FieldsTooLong { max: bytes },
        PartTooLong { max: bytes },
    ];
    let mut texts = vec![Truncated.to_string()];
    assert_eq!(Truncated.class(), FaultClass::Truncated);
    for fault in malformed {
        assert_eq!(fault.class(), FaultClass::Malformed, "{fault:?}");
        texts.push(fault.to_string());
    }
    for fault in too_large {
        assert_eq!(fault.class(), FaultClass::TooLarge, "{fault:?}");
        assert!(fault.to_string().contains("71"), "{fault:?}");
        texts.push(fault.to_string());
    }
    texts.sort();
    texts.dedup();
    assert_eq!(texts.len(), 26, "no two faults read alike");
}
