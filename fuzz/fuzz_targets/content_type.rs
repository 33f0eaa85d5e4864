//! The Content-Type of a multipart body comes to what the model says, and its
//! boundary is read again as it is written.

#![cfg_attr(fuzzing, no_main)]

use arbitrary::{Arbitrary, Result, Unstructured};
use tidegate_core::MultipartType;
use tidegate_fuzz::input::Text;
use tidegate_fuzz::multipart_header::{check_parameters, check_value, header, multipart_type};

/// In a seed: the value.
#[derive(Debug)]
struct Case {
    value: Text,
}

impl<'a> Arbitrary<'a> for Case {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let value = header(u.bytes(u.len())?, 4 << 10);
        Ok(Self { value })
    }
}

tidegate_fuzz::target!(|case: Case| {
    let value = &case.value.0[..];
    let ours = MultipartType::parse(value);
    let (ours, (model, boundary)) = match (ours, multipart_type(value)) {
        (Ok(ours), Ok(model)) => (ours, model),
        (ours, model) => {
            let ours = ours.map_err(|at| (at.offset, at.fault)).err();
            let model = model
                .map_err(|(offset, fault)| (offset as u64, fault))
                .err();
            return assert_eq!(ours, model);
        }
    };
    assert_eq!(ours.subtype().as_bytes(), model.first[1]);
    assert_eq!(
        ours.is_form_data(),
        model.first[1].eq_ignore_ascii_case(b"form-data")
    );
    assert_eq!(ours.boundary(), boundary);
    check_parameters(ours.parameters(), &model.parameters);
    for parameter in &model.parameters {
        let name = str::from_utf8(&parameter.name).unwrap();
        let found = ours.parameter(&name.to_ascii_uppercase()).unwrap();
        check_value(found, parameter);
    }

    let written = format!("multipart/{}; {}", ours.subtype(), boundary.parameter());
    let again = MultipartType::parse(written.as_bytes()).unwrap();
    assert_eq!(again.boundary(), boundary);
});
