//! The limits of the decoder: exactly so much passes, and one more is refused under
//! its own name, where it is one too many.

use crate::corpora::parts;
use crate::data::rows;
use crate::model::{Answer, Rules, Token};
use crate::{answer, boundary, check, check_all, record};
use tidegate_core::DecodeFault::{self, *};
use tidegate_core::testing::Outcome;
use tidegate_core::{Decoder, Event, Fault, FaultClass, Feed, Scan};

fn form() -> Rules {
    Rules::form(boundary("x"))
}

fn field(name: &str, data: &str) -> String {
    format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{data}\r\n")
}

fn file(data: &str) -> String {
    format!("--x\r\nContent-Disposition: form-data; name=f; filename=f\r\n\r\n{data}\r\n")
}

fn head(fields: &str) -> String {
    format!("--x\r\nContent-Disposition: form-data; name=a\r\n{fields}\r\nv\r\n")
}

fn passes(rules: Rules, body: &str) -> Answer {
    let answer = check_all(&rules, (body.to_owned() + "--x--").as_bytes());
    assert_eq!(answer.fault, None, "{rules:?}, {body:.80}");
    answer
}

/// Whatever follows.
fn refused(rules: Rules, body: &str, offset: usize, fault: DecodeFault) {
    assert_eq!(fault.class(), FaultClass::TooLarge);
    for behind in ["--x--", "--x--\r\n\r\n", "y", "\r\n--x\r\n"] {
        let answer = check_all(&rules, (body.to_owned() + behind).as_bytes());
        let expected = Some((offset as u64, fault));
        assert_eq!(answer.fault, expected, "{rules:?}, {body:.80}");
    }
}

#[test]
fn parts_files_and_fields() {
    for max in 0..4 {
        let fields = field("a", "v").repeat(max);
        let files = file("v").repeat(max);
        let both = fields.clone() + &files;
        // The head begins behind the line of the delimiter.
        let next = |body: &str| body.len() + "--x\r\n".len();
        let rules = Rules {
            parts: 2 * max,
            ..form()
        };
        passes(rules, &both);
        refused(
            rules,
            &(both.clone() + &file("v")),
            next(&both),
            TooManyParts { max: 2 * max },
        );
        let rules = Rules {
            files: max,
            ..form()
        };
        passes(rules, &(files.clone() + &field("a", "v")));
        refused(
            rules,
            &(both.clone() + &file("v")),
            next(&both),
            TooManyFiles { max },
        );
        let rules = Rules {
            fields: max,
            ..form()
        };
        passes(rules, &(fields + &file("v")));
        refused(
            rules,
            &(both.clone() + &field("a", "v")),
            next(&both),
            TooManyFields { max },
        );
    }
}

/// An empty file name is one.
#[test]
fn a_file_is_what_has_a_file_name() {
    let empty = "--x\r\nContent-Disposition: form-data; name=f; filename=\"\"\r\n\r\nvv\r\n";
    let extended =
        "--x\r\nContent-Disposition: form-data; name=f; filename*=UTF-8''f\r\n\r\nvv\r\n";
    let rules = Rules { files: 0, ..form() };
    refused(rules, empty, 5, TooManyFiles { max: 0 });
    passes(rules, extended);
    let rules = Rules {
        field_len: 1,
        ..form()
    };
    passes(rules, empty);
    refused(rules, extended, extended.len() - 3, FieldTooLong { max: 1 });
}

#[test]
fn header_fields() {
    for max in 1..5 {
        let rules = Rules {
            headers: max,
            ..form()
        };
        passes(rules, &head(&"a: b\r\n".repeat(max - 1)));
        let body = head(&"a: b\r\n".repeat(max));
        let last = body.len() - "a: b\r\n\r\nv\r\n".len();
        refused(rules, &body, last, TooManyHeaders { max });
    }
}

/// The line ends count, and the empty line does not.
#[test]
fn bytes_of_a_head() {
    let disposition = "Content-Disposition: form-data; name=a\r\n";
    for more in 4..12 {
        let max = disposition.len() + more;
        let rules = Rules {
            head_len: max,
            ..form()
        };
        let just = head(&format!("a:{}\r\n", "b".repeat(more - 4)));
        passes(rules, &just);
        passes(rules, &head(""));
        let longer = just.replacen("a:", "a:b", 1);
        refused(rules, &longer, 5 + max, HeadTooLong { max });
        // A second line where the first one filled it.
        refused(
            rules,
            &just.replacen("\r\n\r\n", "\r\na:\r\n\r\n", 1),
            5 + max,
            HeadTooLong { max },
        );
        // It is not waited for its end.
        let endless = just.replacen("\r\n\r\nv\r\n", &"b".repeat(20), 1);
        refused(rules, &endless, 5 + max, HeadTooLong { max });
    }
    let rules = Rules {
        form: false,
        head_len: 0,
        ..form()
    };
    passes(rules, "--x\r\n\r\nv\r\n");
    refused(rules, "--x\r\na:\r\n\r\nv\r\n", 5, HeadTooLong { max: 0 });
}

/// As they were sent, between the quotes.
#[test]
fn bytes_of_a_name() {
    let start = "--x\r\nContent-Disposition: form-data; name=\"".len();
    for max in 0..5 {
        let rules = Rules {
            name_len: max,
            ..form()
        };
        passes(rules, &field(&"n".repeat(max), "v"));
        refused(
            rules,
            &field(&"n".repeat(max + 1), "v"),
            start + max,
            NameTooLong { max },
        );
        let escaped = r#"\""#.repeat(max);
        let rules = Rules {
            name_len: 2 * max,
            ..form()
        };
        passes(rules, &field(&escaped, "v"));
        refused(
            rules,
            &field(&(escaped + "a"), "v"),
            start + 2 * max,
            NameTooLong { max: 2 * max },
        );
    }
    let mixed = Rules {
        form: false,
        name_len: 1,
        ..form()
    };
    refused(mixed, &field("ab", "v"), start + 1, NameTooLong { max: 1 });
}

/// Without the line break of the delimiter; what is allowed is handed out.
#[test]
fn bytes_in_front() {
    for max in 0..6 {
        let rules = Rules {
            preamble: max as u64,
            ..form()
        };
        let text = "\r-\n--y".chars().take(max).collect::<String>();
        let found = passes(rules, &format!("{text}\r\n{}", field("a", "v")));
        let preamble = Token::Preamble(text.clone().into_bytes());
        assert_eq!(found.tokens.contains(&preamble), max > 0);
        let fault = PreambleTooLong { max: max as u64 };
        refused(
            rules,
            &format!("{text}p\r\n{}", field("a", "v")),
            max,
            fault,
        );
        refused(rules, &format!("{text}ppppppppppp"), max, fault);
    }
}

/// With the blanks of the last delimiter's line, and without its line break.
#[test]
fn bytes_behind() {
    for max in 0..6 {
        let rules = Rules {
            epilogue: max as u64,
            ..form()
        };
        let fault = EpilogueTooLong { max: max as u64 };
        for blanks in 0..=max {
            let line = format!("{}--x--{}\r\n", field("a", "v"), " ".repeat(blanks));
            let text = "\r\n--x"
                .chars()
                .cycle()
                .take(max - blanks)
                .collect::<String>();
            let answer = check(&rules, (line.clone() + &text).as_bytes());
            assert_eq!(answer.fault, None);
            let epilogue = Token::Epilogue(text.clone().into_bytes());
            assert_eq!(answer.tokens.contains(&epilogue), blanks < max);
            let answer = check(&rules, (line.clone() + &text + "e").as_bytes());
            assert_eq!(
                answer.fault,
                Some(((line.len() + text.len()) as u64, fault))
            );
        }
        let line = format!("{}--x--{}", field("a", "v"), "\t".repeat(max));
        assert_eq!(check(&rules, line.as_bytes()).fault, None);
        let answer = check(&rules, (line.clone() + " \r\n").as_bytes());
        assert_eq!(answer.fault, Some((line.len() as u64, fault)));
    }
}

/// What is allowed is handed out, and then comes the fault.
#[test]
fn bytes_of_files_and_fields() {
    for max in 0..6 {
        let data = "\r\n--y-".chars().take(max).collect::<String>();
        for (rules, part, fault) in [
            (
                Rules {
                    file_len: max as u64,
                    ..form()
                },
                file as fn(&str) -> String,
                FileTooLong { max: max as u64 },
            ),
            (
                Rules {
                    field_len: max as u64,
                    ..form()
                },
                |data| field("a", data),
                FieldTooLong { max: max as u64 },
            ),
            (
                Rules {
                    fields_len: max as u64,
                    ..form()
                },
                |data| field("a", data),
                FieldsTooLong { max: max as u64 },
            ),
            (
                Rules {
                    form: false,
                    file_len: max as u64,
                    ..form()
                },
                |data| field("a", data),
                FileTooLong { max: max as u64 },
            ),
        ] {
            passes(rules, &part(&data));
            let longer = part(&(data.clone() + "d"));
            refused(rules, &longer, longer.len() - 3, fault);
            let found = check(&rules, longer.as_bytes());
            assert_eq!(parts(&found)[0].2, data.as_bytes());
            assert!(!found.tokens.contains(&Token::End));
        }
    }
    // Each by itself.
    let rules = Rules {
        file_len: 2,
        field_len: 3,
        ..form()
    };
    passes(
        rules,
        &(file("ff") + &field("a", "ddd") + &file("ff") + &field("a", "ddd")),
    );
}

#[test]
fn bytes_of_all_fields_together() {
    let rules = Rules {
        field_len: 4,
        fields_len: 6,
        ..form()
    };
    let body = field("a", "1234") + &file("123456789") + &field("a", "56");
    passes(rules, &(body.clone() + &field("a", "")));
    let more = body.clone() + &field("a", "7");
    refused(rules, &more, more.len() - 3, FieldsTooLong { max: 6 });
    let longer = field("a", "12345");
    refused(rules, &longer, longer.len() - 3, FieldTooLong { max: 4 });
    // Where both are just so much, it is the one of this field.
    let rules = Rules {
        field_len: 4,
        fields_len: 4,
        ..form()
    };
    refused(rules, &longer, longer.len() - 3, FieldTooLong { max: 4 });
}

#[test]
fn blanks_behind_a_delimiter() {
    for lenient in [false, true] {
        let rules = Rules { lenient, ..form() };
        let padded = |blanks: usize| {
            field("a", "v").replacen("--x", &format!("--x{}", " \t".repeat(blanks / 2)), 1)
        };
        passes(rules, &padded(256));
        refused(rules, &padded(258), 3 + 256, DelimiterTooLong { max: 256 });
        let endless = format!("--x{}", "\t".repeat(257));
        refused(rules, &endless, 3 + 256, DelimiterTooLong { max: 256 });
    }
}

/// Those which the documentation names.
#[test]
fn unless_told_otherwise() {
    let parts = field("a", "v").repeat(500) + &file("v").repeat(500);
    passes(form(), &parts);
    let next = parts.len() + 5;
    refused(
        form(),
        &(parts + &file("")),
        next,
        TooManyParts { max: 1000 },
    );
    passes(form(), &head(&"a: b\r\n".repeat(31)));
    let many = head(&"a: b\r\n".repeat(32));
    let last = many.len() - "a: b\r\n\r\nv\r\n".len();
    refused(form(), &many, last, TooManyHeaders { max: 32 });
    let line = |len: usize| format!("a:{}\r\n", "b".repeat(len - 4));
    let rest = 8192 - "Content-Disposition: form-data; name=a\r\n".len();
    passes(form(), &head(&line(rest)));
    refused(
        form(),
        &head(&line(rest + 1)),
        5 + 8192,
        HeadTooLong { max: 8192 },
    );
    passes(form(), &field(&"n".repeat(4096), "v"));
    let start = "--x\r\nContent-Disposition: form-data; name=\"".len();
    let long = field(&"n".repeat(4097), "v");
    refused(form(), &long, start + 4096, NameTooLong { max: 4096 });
    let preamble = "p".repeat(65536);
    passes(form(), &format!("{preamble}\r\n{}", field("a", "v")));
    let long = format!("p{preamble}\r\n{}", field("a", "v"));
    refused(form(), &long, 65536, PreambleTooLong { max: 65536 });
    let epilogue = field("a", "v") + "--x--\r\n" + &"e".repeat(65536);
    assert_eq!(check_all(&form(), epilogue.as_bytes()).fault, None);
    let answer = check_all(&form(), (epilogue.clone() + "e").as_bytes());
    let max = 65536;
    assert_eq!(
        answer.fault,
        Some((epilogue.len() as u64, EpilogueTooLong { max }))
    );
    let data = "d".repeat(1 << 20);
    passes(form(), &field("a", &data));
    let long = field("a", &(data.clone() + "d"));
    refused(form(), &long, long.len() - 3, FieldTooLong { max: 1 << 20 });
    passes(form(), &file(&(data.clone() + "d")));
}

/// Sixteen mebibytes need not be cut everywhere.
#[test]
fn all_fields_together_unless_told_otherwise() {
    let body = field("a", &"d".repeat(1 << 20)).repeat(16);
    let whole = body.clone() + "--x--";
    assert_eq!(said(form().decoder(), whole.as_bytes()).fault, None);
    let more = body + &field("a", "d");
    let fault = FieldsTooLong { max: 16 << 20 };
    let expected = Some((more.len() as u64 - 3, fault));
    assert_eq!(
        said(form().decoder(), (more + "--x--").as_bytes()).fault,
        expected
    );
}

fn said(machine: Decoder, body: &[u8]) -> Answer {
    use tidegate_core::testing::{End, Route, run};
    let pieces: Vec<&[u8]> = body.chunks(8192).collect();
    answer(run(
        machine,
        &pieces,
        Vec::new(),
        Route::Glance,
        End::WithLast,
        &record,
    ))
}

/// A maximum that the caller sets once it has seen the head, for this part alone.
#[test]
fn a_part_of_its_own_limit() {
    let body = field("a", "123") + &field("b", "123") + "--x--";
    for size in [1, 7, body.len()] {
        for (max, lower) in [(0, true), (2, true), (3, false), (9, false)] {
            let mut feed = Feed::new(form().decoder(), Vec::new()).unwrap();
            let mut found = Outcome {
                tokens: Vec::new(),
                fault: None,
            };
            'body: for piece in body.as_bytes().chunks(size).chain([&[][..]]) {
                let mut rest = piece;
                loop {
                    let offer = match feed.offer(rest, piece.is_empty()) {
                        Ok(offer) => offer,
                        Err(at) => {
                            found.fault = Some(at);
                            break 'body;
                        }
                    };
                    if let Event::Found(placed) = offer.event {
                        record(&mut found.tokens, feed.token(placed, rest));
                        if let Some(Token::Head(head)) = found.tokens.last()
                            && head.name.as_deref() == Some(b"b")
                        {
                            feed.machine_mut().limit_part(max);
                        }
                    }
                    rest = &rest[offer.taken..];
                    if !matches!(offer.event, Event::Found(_)) {
                        break;
                    }
                }
            }
            let found = answer(found);
            let second = field("a", "123").len() + field("b", "").len() - 2;
            let fault = Some((second as u64 + max, PartTooLong { max }));
            assert_eq!(found.fault, fault.filter(|_| lower));
            let parts = parts(&found);
            assert_eq!(parts[0].2, b"123");
            assert_eq!(parts[1].2.len() as u64, max.min(3));
        }
    }
}

/// It is a bound besides those there are.
#[test]
fn a_limit_of_its_own_raises_none() {
    let body = field("a", "123");
    let mut decoder = Rules {
        field_len: 2,
        ..form()
    }
    .decoder();
    assert!(!decoder.is_in_part());
    decoder.limit_part(0);
    let mut window = body.as_bytes();
    let mut fault = None;
    while fault.is_none() {
        match decoder.scan(window, false) {
            Ok(step) => window = &window[step.used..],
            Err(at) => fault = Some(at.fault),
        }
        decoder.limit_part(100);
    }
    assert_eq!(fault, Some(FieldTooLong { max: 2 }));
}

/// Less than there was already allows no more, and is no overflow.
#[test]
fn fields_together_may_be_limited_late() {
    let body = field("a", "123") + &field("b", "123") + "--x--";
    let mut decoder = form().decoder();
    let mut window = body.as_bytes();
    while decoder.position() < field("a", "123").len() as u64 {
        let step = decoder.scan(window, false).unwrap();
        window = &window[step.used..];
    }
    let mut decoder = decoder.max_fields_len(2);
    let fault = loop {
        match decoder.scan(window, true) {
            Ok(step) => window = &window[step.used..],
            Err(at) => break at.fault,
        }
    };
    assert_eq!(fault, FieldsTooLong { max: 2 });
    assert!(window.starts_with(b"123"));
}

/// How much must be held: a head, or a delimiter with its blanks.
#[test]
fn fixed_storage_holds_a_head_or_a_delimiter() {
    let reach = |max| form().decoder().max_head_len(max).reach();
    assert_eq!(reach(8192), 8194);
    assert_eq!(reach(usize::MAX), usize::MAX);
    assert_eq!(reach(0), 74 + 256 + 2);
    let refused = Feed::new(form().decoder(), [0; 8193]).unwrap_err();
    assert_eq!((refused.needed, refused.given), (8194, 8193));
}

/// Limits of all that there can be.
#[test]
fn no_limit_overflows() {
    let rules = Rules {
        parts: usize::MAX,
        files: usize::MAX,
        fields: usize::MAX,
        headers: usize::MAX,
        head_len: usize::MAX,
        name_len: usize::MAX,
        preamble: u64::MAX,
        epilogue: u64::MAX,
        file_len: u64::MAX,
        field_len: u64::MAX,
        fields_len: u64::MAX,
        ..form()
    };
    let body = format!("p\r\n{}{}", field("a", "v"), file("v"));
    assert_eq!(parts(&passes(rules, &body)).len(), 2);
}

/// Go's `TestReadFormLimits`: it counts the fields of all heads together, and we
/// those of each; the limits of parts are the same.
#[test]
fn limits_of_go() {
    let rows = rows(include_str!("../data/multipart/go-limits.json"));
    assert_eq!(rows.len(), 12);
    for row in rows {
        let number = |name: &str| usize::try_from(row[name].as_u64().unwrap_or(0)).unwrap();
        let extra = number("extra_header_fields_per_file");
        let file = format!(
            "--x\r\nContent-Disposition: form-data; name=f; filename=f\r\n{}\r\nv\r\n",
            "a: b\r\n".repeat(extra)
        );
        let body = field("a", "v").repeat(number("values")) + &file.repeat(number("files"));
        let mut rules = Rules {
            head_len: 1 << 20,
            ..form()
        };
        if number("max_parts") > 0 {
            rules.parts = number("max_parts");
        }
        rules.headers = match number("max_headers") {
            0 => 10_000,
            // Of all files together, with two fields of their own.
            max => max / number("files").max(1),
        };
        let fault = check_all(&rules, (body + "--x--").as_bytes()).fault;
        match (row["ok"] == true, fault) {
            (true, None) => {}
            (false, Some((_, TooManyParts { .. } | TooManyHeaders { .. }))) => {}
            (_, fault) => panic!("{row}: {fault:?}"),
        }
    }
}

/// The glance found out what the input ends in, and that it is not to be settled.
#[test]
fn a_limit_is_named_before_more_comes_whatever_the_input_ends_in() {
    let head = "--x\r\nContent-Disposition: form-data; name=a\r\n\r\n";
    for end in ["", "\r", "\r\n", "\r\n-", "\r\n--"] {
        for over in ["-", "--", "-x", "v", "\r", "\n"] {
            let input = format!("{head}vvvv{over}{end}");
            let decoder = Decoder::form_data(boundary("x")).max_field_len(4);
            let mut feed = Feed::new(decoder, Vec::new()).unwrap();
            let mut rest = input.as_bytes();
            let fault = loop {
                if let Some((used, _)) = feed.glance(rest) {
                    rest = &rest[used..];
                    continue;
                }
                match feed.offer(rest, false) {
                    Ok(offer) if offer.event == Event::More => break None,
                    Ok(offer) => rest = &rest[offer.taken..],
                    Err(at) => break Some((at.offset as usize, at.fault)),
                }
            };
            // A line end that may begin the delimiter is none too many yet.
            let expected = match (over, end) {
                ("\r", "") => None,
                _ => Some((head.len() + 4, FieldTooLong { max: 4 })),
            };
            assert_eq!(fault, expected, "{over:?}, {end:?}");
        }
    }
}
