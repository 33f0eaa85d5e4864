//! Content-Type of multipart bodies: kinds, boundaries, and every short value.

use crate::{check_multipart_type, every_string};
use tidegate_core::{
    At, Boundary, BoundaryFault, Fault, FaultClass, MultipartType, MultipartTypeFault,
    ParameterFault,
};

fn fault(value: &[u8]) -> (u64, MultipartTypeFault) {
    check_multipart_type(value);
    let At { offset, fault } = MultipartType::parse(value).unwrap_err();
    (offset, fault)
}

fn parsed(value: &[u8]) -> MultipartType<'_> {
    check_multipart_type(value);
    MultipartType::parse(value).unwrap()
}

#[test]
fn each_rule_is_named_with_its_place() {
    use MultipartTypeFault::{NoBoundary, NotMultipart, Parameter};
    let boundary = MultipartTypeFault::Boundary;
    let too_long = format!("multipart/mixed; boundary={}", "b".repeat(71));
    for (value, expected) in [
        (&b""[..], (0, Parameter(ParameterFault::MalformedKind))),
        (b"multipart", (9, Parameter(ParameterFault::MalformedKind))),
        (
            b"multipart/",
            (10, Parameter(ParameterFault::MalformedKind)),
        ),
        (
            b"multipart/;boundary=a",
            (10, Parameter(ParameterFault::MalformedKind)),
        ),
        (
            b"multipart /mixed",
            (9, Parameter(ParameterFault::MalformedKind)),
        ),
        (
            b"multipart/mixed/a",
            (15, Parameter(ParameterFault::NoSemicolon)),
        ),
        (
            b"multipart/mixed, boundary=a",
            (15, Parameter(ParameterFault::NoSemicolon)),
        ),
        (
            b"multipart/a; boundary=a; Boundary=b",
            (25, Parameter(ParameterFault::Duplicate)),
        ),
        (
            b"multipart/a; boundary=a; boundary=a",
            (25, Parameter(ParameterFault::Duplicate)),
        ),
        (
            b"multipart/a; boundary=a; x=1; X=2",
            (30, Parameter(ParameterFault::Duplicate)),
        ),
        (
            b"multipart/a; boundary=",
            (22, Parameter(ParameterFault::NoValue)),
        ),
        (
            b"multipart/a; boundary=a/b",
            (23, Parameter(ParameterFault::UnquotedByte)),
        ),
        (
            b"multipart/a; boundary=\"a\nb\"",
            (24, Parameter(ParameterFault::LineBreak)),
        ),
        (b" text/plain", (1, NotMultipart)),
        (b"text/plain; boundary=a", (0, NotMultipart)),
        (b"multipart/form-data", (19, NoBoundary)),
        (b"multipart/form-data; charset=utf-8 ", (35, NoBoundary)),
        (b"multipart/form-data; boundary*=a", (32, NoBoundary)),
        (
            b"multipart/a; boundary=\"\"",
            (23, boundary(BoundaryFault::Empty)),
        ),
        (
            b"multipart/a; boundary=\"a \"",
            (23, boundary(BoundaryFault::TrailingBlank)),
        ),
        (
            b"multipart/a; boundary=a!b",
            (23, boundary(BoundaryFault::Forbidden { offset: 1 })),
        ),
        (
            b"multipart/a; boundary=\"a\\\\b\"",
            (24, boundary(BoundaryFault::Forbidden { offset: 1 })),
        ),
        (
            b"multipart/a; boundary=\"\\\"b\"",
            (23, boundary(BoundaryFault::Forbidden { offset: 0 })),
        ),
        (too_long.as_bytes(), (26, boundary(BoundaryFault::TooLong))),
    ] {
        assert_eq!(fault(value), expected, "{}", value.escape_ascii());
        assert_eq!(expected.1.class(), FaultClass::Malformed);
    }
}

#[test]
fn its_kind_boundary_and_parameters() {
    let form = parsed(b"Multipart/Form-Data; Boundary=----WebKitFormBoundaryoo6vortfDzBsDiro");
    assert!(form.is_form_data());
    assert_eq!(form.subtype(), "Form-Data");
    assert_eq!(
        form.boundary().as_str(),
        "----WebKitFormBoundaryoo6vortfDzBsDiro"
    );

    let related = parsed(
        b"multipart/related; type=\"text/xml\"; start=\"<a@b>\"; boundary=\"=_gc0p4Jq0M2Yt08jU534c0p\"",
    );
    assert!(!related.is_form_data());
    assert_eq!(related.subtype(), "related");
    assert_eq!(related.boundary().as_str(), "=_gc0p4Jq0M2Yt08jU534c0p");
    assert_eq!(related.parameter("Start").unwrap(), "<a@b>");
    assert_eq!(related.parameter("type").unwrap(), "text/xml");
    assert_eq!(related.parameter("charset"), None);
    let names: Vec<_> = related.parameters().map(|(name, _)| name).collect();
    assert_eq!(names, ["type", "start", "boundary"]);
}

#[test]
fn too_many_parameters_are_too_large() {
    let each = (0..17).map(|n| format!("; a{n}=b"));
    let value = format!("multipart/mixed{}", each.collect::<String>());
    let (_, fault) = fault(value.as_bytes());
    assert_eq!(
        fault,
        MultipartTypeFault::Parameter(ParameterFault::TooMany)
    );
    assert_eq!(fault.class(), FaultClass::TooLarge);
}

#[test]
fn what_a_boundary_is_written_as_is_read_as_that_boundary() {
    for byte in 0..=u8::MAX {
        for given in [vec![byte], vec![b'a', byte, b'b'], vec![b'a', byte]] {
            let Ok(boundary) = Boundary::new(&given) else {
                continue;
            };
            let value = format!("multipart/mixed; {}; x=y", boundary.parameter());
            assert_eq!(parsed(value.as_bytes()).boundary(), boundary);
        }
    }
}

#[test]
fn every_short_value_is_what_the_model_says() {
    for before in [
        "",
        "multipart/a;boundary=",
        "multipart/a;boundary=\"",
        "multipart/a; ",
    ] {
        every_string(before, b";=\"\\a/ ", 6, check_multipart_type);
        every_string(before, b";=\"\\a/ \t\r\n\0\x80:!", 4, check_multipart_type);
    }
}
