//! How the body of a request is delimited.

use super::asked::check_length;
use proptest::prelude::*;
use tidegate_core::environ::{body_kind, content_length};
use tidegate_core::{BodyKind, BodyKindFault};

#[test]
#[rustfmt::skip]
fn a_body_is_announced_like_this() {
    use BodyKindFault::*;
    type Case = (&'static [(&'static str, &'static str)], Result<BodyKind, BodyKindFault>);
    let cases: &[Case] = &[
        (&[], Ok(BodyKind::Empty)),
        (&[("CONTENT_LENGTH", "")], Ok(BodyKind::Empty)),
        (&[("CONTENT_LENGTH", "0")], Ok(BodyKind::Length(0))),
        (&[("CONTENT_LENGTH", " 42\t")], Ok(BodyKind::Length(42))),
        (&[("HTTP_CONTENT_LENGTH", "42")], Ok(BodyKind::Empty)),
        (&[("CONTENT_LENGTH", "+5")], Err(SignedLength)),
        (&[("CONTENT_LENGTH", "5.0")], Err(MalformedLength)),
        (&[("CONTENT_LENGTH", "99999999999999999999")], Err(LengthTooLarge)),
        (&[("CONTENT_LENGTH", "5"), ("HTTP_TRANSFER_ENCODING", "chunked")], Err(LengthAndCoding)),
        (&[("HTTP_TRANSFER_ENCODING", "chunked")], Ok(BodyKind::Chunked)),
        (&[("HTTP_TRANSFER_ENCODING", "gzip")], Err(UnknownCoding)),
        (&[("HTTP_TRANSFER_ENCODING", "chunked"), ("SERVER_PROTOCOL", "HTTP/1.0")], Err(CodingInHttp10)),
        (&[("HTTP_TRANSFER_ENCODING", "chunked"), ("SERVER_PROTOCOL", "HTTP/1.1")], Ok(BodyKind::Chunked)),
    ];
    for &(variables, expected) in cases {
        assert_eq!(body_kind(variables), expected, "{variables:?}");
        let length = expected.map(BodyKind::content_length);
        assert_eq!(content_length(variables), length, "{variables:?}");
    }
}

proptest! {
    #[test]
    fn a_length_at_random_is_what_the_model_says(value in "[ \t]{0,2}[0-9+,-]{0,3}[0-9]{0,20}[ \t]{0,2}") {
        check_length(value.as_bytes());
    }
}
