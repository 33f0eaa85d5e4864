//! What others say of the same values, and where we differ from them on purpose.

use crate::{check_disposition, check_multipart_type};
use serde_json::Value;
use std::collections::BTreeSet;
use tidegate_core::{
    Boundary, BoundaryFault, ContentDisposition, MultipartType, MultipartTypeFault, ParameterFault,
};

/// The parameters, their names in small letters, in the order of these.
type Parameters = Vec<(String, String)>;

/// What we make of a value: the parameters, or the rule that it breaks.
fn ours(value: &[u8]) -> Result<Parameters, ParameterFault> {
    check_disposition(value);
    let parsed = ContentDisposition::parse(value).map_err(|at| at.fault)?;
    let parameters = parsed.parameters();
    let text = |(name, value): (&str, tidegate_core::ParameterValue<'_>)| {
        (name.to_ascii_lowercase(), value.to_str_lossy().into_owned())
    };
    let mut parameters: Vec<_> = parameters.map(text).collect();
    parameters.sort();
    Ok(parameters)
}

fn find(parameters: &Parameters, name: &str) -> Option<String> {
    let mut parameters = parameters.iter();
    let (_, value) = parameters.find(|(other, _)| other == name)?;
    Some(value.clone())
}

fn rows(json: &str) -> Vec<Value> {
    serde_json::from_str(json).unwrap()
}

fn text(row: &Value, key: &str) -> Option<String> {
    row[key].as_str().map(str::to_owned)
}

/// A character is a byte.
fn bytes(text: &str) -> Vec<u8> {
    text.chars().map(|c| u8::try_from(c).unwrap()).collect()
}

/// A difference that is meant, and why.
struct Difference {
    /// Which row it is of.
    of: &'static str,
    ours: Result<&'static [(&'static str, &'static str)], ParameterFault>,
    why: &'static str,
}

const fn reads(
    of: &'static str,
    ours: &'static [(&'static str, &'static str)],
    why: &'static str,
) -> Difference {
    let ours = Ok(ours);
    Difference { of, ours, why }
}

const fn refuses(of: &'static str, fault: ParameterFault, why: &'static str) -> Difference {
    let ours = Err(fault);
    Difference { of, ours, why }
}

/// Compares row by row; each difference is met, and is one.
fn compare(
    rows: impl IntoIterator<
        Item = (
            String,
            Result<Parameters, ParameterFault>,
            Option<Parameters>,
        ),
    >,
    differences: &[Difference],
) {
    let mut met = BTreeSet::new();
    let mut count = 0;
    for (id, ours, theirs) in rows {
        count += 1;
        let Some(difference) = differences.iter().find(|it| it.of == id) else {
            assert_eq!(ours.ok(), theirs, "{id}");
            continue;
        };
        assert_ne!(ours.clone().ok(), theirs, "{id} is no difference");
        let expected = difference.ours.map(|parameters| {
            let text = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
            parameters.iter().map(text).collect::<Vec<_>>()
        });
        assert_eq!(ours, expected, "{id}: {}", difference.why);
        met.insert(id);
    }
    assert!(count > 0);
    for difference in differences {
        assert!(met.contains(difference.of), "{} was not met", difference.of);
    }
}

#[test]
fn aiohttp() {
    let escape = "a backslash that escapes neither a quote nor itself is one";
    let quotes = "quotes end at the first quote that is not escaped";
    let empty = "RFC 9110 section 5.6.6 allows empty parameters, and some send one at the end";
    let path = "a file name is handed out as it was sent";
    let left_out = "a parameter that cannot be read is refused, and never left out";
    let differences = [
        reads(
            "test_attwithasciifnescapedchar",
            &[("filename", r"f\oo.html")],
            escape,
        ),
        reads(
            "test_attwithfnrawpctencaq",
            &[("filename", r"foo-%\41.html")],
            escape,
        ),
        reads("test_attabspathwin", &[("filename", r"\foo.html")], escape),
        reads(
            "test_attfncontqs",
            &[("filename*0", "foo"), ("filename*1", r"\b\a\r.html")],
            escape,
        ),
        refuses(
            "test_attwithasciifnescapedquote",
            ParameterFault::NoSemicolon,
            quotes,
        ),
        refuses(
            "test_attwithfilenameandextparamescaped",
            ParameterFault::NoSemicolon,
            quotes,
        ),
        reads(
            "test_attwithasciifilenamenqs",
            &[("filename", "foo.html")],
            empty,
        ),
        reads("test_attemptyparam", &[("filename", "foo")], empty),
        reads("test_attabspath", &[("filename", "/foo.html")], path),
        refuses(
            "test_attwithfn2231ws1",
            ParameterFault::NoEqualsSign,
            left_out,
        ),
        refuses(
            "test_bad_continuous_param",
            ParameterFault::NoSemicolon,
            left_out,
        ),
    ];
    let rows = rows(include_str!("../data/multipart_header/aiohttp.json"));
    let rows = rows.into_iter().map(|row| {
        let header = text(&row, "header").unwrap();
        let mut ours = ours(header.as_bytes());
        // They undo `filename*`, or leave it out: here it is as it was sent.
        if let Ok(ours) = &mut ours
            && let Some(sent) = find(ours, "filename*")
        {
            let quoted = format!("\"{sent}\"");
            assert!(
                [&sent, &quoted]
                    .iter()
                    .any(|it| header.contains(it.as_str()))
            );
            ours.retain(|(name, _)| name != "filename*");
        }
        let theirs = text(&row, "disposition").map(|_| {
            let params = row["params"].as_object().unwrap().iter();
            let params = params.filter(|(name, _)| *name != "filename*");
            let mut params: Vec<_> = params
                .map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned()))
                .collect();
            params.sort();
            params
        });
        (text(&row, "id").unwrap(), ours, theirs)
    });
    compare(rows, &differences);
}

/// Only these two of the parameters, since others show no more.
fn names(parameters: Parameters) -> Parameters {
    let is_name = |name: &str| name == "name" || name == "filename";
    let mut names = parameters;
    names.retain(|(name, _)| is_name(name));
    names
}

/// The name and the file name of a row.
fn names_of(row: &Value) -> Option<Parameters> {
    let names = ["filename", "name"].map(|key| Some((key.to_owned(), text(row, key)?)));
    Some(names.into_iter().flatten().collect())
}

#[test]
fn multer() {
    let why = "an empty value is written \"\"; multer takes the next sign for it";
    let differences = [
        refuses("form-data; name  =  ", ParameterFault::NoValue, why),
        refuses(
            "form-data; name=; filename=filename.txt",
            ParameterFault::NoValue,
            why,
        ),
        refuses("form-data; name=", ParameterFault::NoValue, why),
    ];
    let rows = rows(include_str!("../data/multipart_header/multer.json"));
    let rows = rows.into_iter().map(|row| {
        let header = text(&row, "header").unwrap();
        let ours = ours(header.as_bytes()).map(names);
        (header, ours, names_of(&row))
    });
    compare(rows, &differences);
}

#[test]
fn werkzeug() {
    let percent = "%22 stays until somebody asks: a browser leaves the name 100%22 as it is";
    let escape = "a backslash that escapes neither a quote nor itself is one";
    let star = "filename* is never the file name";
    let quote = "a parameter that cannot be read is refused, and never left out";
    let differences = [
        reads(
            r#" form-data; name="a%22b%0D%0A"; filename="c%22d%20""#,
            &[("filename", "c%22d%20"), ("name", "a%22b%0D%0A")],
            percent,
        ),
        reads(
            r#" form-data; name="a"; filename="C:\temp\b.txt""#,
            &[("filename", r"C:\temp\b.txt"), ("name", "a")],
            escape,
        ),
        reads(
            r#" form-data; name="a"; filename="\\srv\share\b.txt""#,
            &[("filename", r"\srv\share\b.txt"), ("name", "a")],
            escape,
        ),
        reads(
            " form-data; name=a; filename*=UTF-8''%e2%98%83.txt",
            &[("name", "a")],
            star,
        ),
        reads(
            " form-data; name=a; filename=\"p.txt\"; filename*=UTF-8''%e2%98%83.txt",
            &[("filename", "p.txt"), ("name", "a")],
            star,
        ),
        refuses(
            " form-data; name=\"a\"; filename=\"b.txt",
            ParameterFault::UnclosedQuote,
            quote,
        ),
    ];
    let rows = rows(include_str!("../data/multipart_header/werkzeug.json"));
    let rows = rows.into_iter().map(|row| {
        let header = text(&row, "header").unwrap();
        let ours = ours(&bytes(&header)).map(names);
        (header, ours, names_of(&row))
    });
    compare(rows, &differences);
}

#[test]
fn go() {
    for row in rows(include_str!("../data/multipart_header/go.json")) {
        let header = text(&row, "header").unwrap();
        let parsed = ContentDisposition::parse(header.as_bytes()).unwrap();
        let parameters = ours(header.as_bytes()).unwrap();
        // The name is that of a field only in a form.
        let name = match parsed.is_form_data() {
            true => find(&parameters, "name"),
            false => None,
        };
        assert_eq!(
            name.unwrap_or_default(),
            text(&row, "form_name").unwrap(),
            "{row}"
        );
        let filename = find(&parameters, "filename").unwrap_or_default();
        assert_eq!(filename, text(&row, "filename").unwrap(), "{row}");
    }
}

#[test]
fn boundaries_of_go() {
    let rows = rows(include_str!("../data/multipart_header/go-boundary.json"));
    assert!(!rows.is_empty());
    for row in rows {
        let boundary = text(&row, "boundary").unwrap();
        let is_valid = row["valid"].as_bool().unwrap();
        assert_eq!(Boundary::new(&boundary).is_ok(), is_valid, "{row}");
        let value = format!("multipart/mixed; boundary=\"{boundary}\"");
        check_multipart_type(value.as_bytes());
        let parsed = MultipartType::parse(value.as_bytes());
        assert_eq!(parsed.is_ok(), is_valid, "{row}");
    }
}

/// What browsers, curl and libraries send for names that were meant: once the
/// escapes of forms are undone they are those names.
#[test]
fn encoders() {
    let control = "a control character is refused, whoever sends it";
    let percent = "nobody can tell what a browser escaped from what was there";
    let line_break = "browsers make every line break CRLF in a name before they escape it";
    let broken = "the line break is sent as it is, and ends the header";
    let different = "httpx percent-encodes controls, which browsers do not";
    let empty = "the file name is not sent";
    let differences = [
        ("chromium-form 156.0.0.0 file_tab_ctrl", control),
        ("chromium-form 156.0.0.0 name_control", control),
        ("py-httpx 0.28.1 file_tab_ctrl", control),
        ("py-httpx 0.28.1 name_control", control),
        ("chromium-form 156.0.0.0 file_percent", percent),
        ("chromium-form 156.0.0.0 name_percent22", percent),
        ("chromium-form 156.0.0.0 name_cr", line_break),
        ("chromium-form 156.0.0.0 name_lf", line_break),
        ("curl-form-escape 7.88.1 file_cr", broken),
        ("curl-form-escape 7.88.1 file_crlf", broken),
        ("curl-form-escape 7.88.1 file_crlf_inject", broken),
        ("curl-form-escape 7.88.1 file_lf", broken),
        ("curl-form-escape 7.88.1 name_cr", broken),
        ("curl-form-escape 7.88.1 name_crlf", broken),
        ("curl-form-escape 7.88.1 name_crlf_inject", broken),
        ("curl-form-escape 7.88.1 name_lf", broken),
        ("py-httpx 0.28.1 name_tab", different),
        ("node-undici 7.30.2 file_empty_both", empty),
    ];
    let mut met = BTreeSet::new();
    let mut same = 0;
    for row in rows(include_str!("../data/multipart_header/encoders.json")) {
        let header = bytes(row["header"].as_str().unwrap());
        check_disposition(&header);
        let meant = ["name", "filename"].map(|key| text(&row, key).map(String::into_bytes));
        let read = ContentDisposition::parse(&header).map(|read| {
            [read.name(), read.filename()].map(|it| Some(it?.decode_form_escapes().into_owned()))
        });
        if read == Ok(meant) {
            same += 1;
            continue;
        }
        let [encoder, case] = ["encoder", "case"].map(|key| text(&row, key).unwrap());
        met.insert(format!("{encoder} {case}"));
    }
    let listed = differences.map(|(of, _)| of.to_owned());
    assert_eq!(met, BTreeSet::from(listed));
    assert!(same > 40);
}

#[test]
fn published_attacks() {
    for row in rows(include_str!("../data/multipart_header/threats.json")) {
        let id = row["id"].as_str().unwrap();
        if row["content_type"].is_array() {
            let value = expanded(&row["content_type"]);
            check_multipart_type(&value);
            let fault = MultipartType::parse(&value).unwrap_err().fault;
            let expected = match id {
                "boundary-71" | "boundary-equals-buffer" => {
                    MultipartTypeFault::Boundary(BoundaryFault::TooLong)
                }
                "dup-boundary-param" => MultipartTypeFault::Parameter(ParameterFault::Duplicate),
                "ct-params-redos" => MultipartTypeFault::Parameter(ParameterFault::UnclosedQuote),
                _ => panic!("{id} is not expected"),
            };
            assert_eq!(fault, expected, "{id}");
            continue;
        }
        let value = expanded(&row["disposition"]);
        check_disposition(&value);
        let parsed = ContentDisposition::parse(&value).map_err(|at| at.fault);
        let names = parsed.map(|parsed| {
            [parsed.name(), parsed.filename()].map(|it| Some(it?.to_cow().into_owned()))
        });
        let name = |name: &[u8]| Some(name.to_vec());
        let expected = match id {
            "param-escapes" | "nested-names" => Err(ParameterFault::UnclosedQuote),
            "name-nul" => Err(ParameterFault::ControlByte),
            "folded-header" | "bare-cr-in-header" => Err(ParameterFault::LineBreak),
            "dup-name-param" => Err(ParameterFault::Duplicate),
            "empty-name" => Ok([name(b""), None]),
            // That a form needs it is the decoder's to say.
            "no-name" => Ok([None, None]),
            "filename-star-bad-percent" => Ok([name(b"a"), None]),
            "invalid-utf8-name" => Ok([name(b"\xFF\xFE"), None]),
            "filename-and-star" => Ok([name(b"a"), name(b"safe.txt")]),
            "path-filename" => Ok([name(b"a"), name(b"../../etc/passwd")]),
            _ => panic!("{id} is not expected"),
        };
        assert_eq!(names, expected, "{id}");
        let is_ours = id == "no-name";
        let is_required = row["required"]["outcome"] == "ok";
        assert_eq!(names.is_ok(), is_required || is_ours, "{id}");
    }
}

/// The items of a recipe in order.
fn expanded(recipe: &Value) -> Vec<u8> {
    let items = recipe.as_array().unwrap().iter();
    let items = items.map(|item| match item["rep"].as_str() {
        Some(unit) => bytes(unit).repeat(usize::try_from(item["n"].as_u64().unwrap()).unwrap()),
        None => bytes(item.as_str().unwrap()),
    });
    items.collect::<Vec<_>>().concat()
}
