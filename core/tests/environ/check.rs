//! Ours beside the model's, whichever way it is asked for.
#![allow(unreachable_pub, reason = "the fuzz targets use it too")]

use super::model;
use tidegate_core::environ::{
    Environ, Host, HostRules, PathStep, UrlPart, application_uri, current_url, extract_path_info,
    extract_path_info_of_base, host_is_trusted, path_and_query, path_info, peek_path_info,
    pop_path_info, query_string, request_uri, script_name, shift_path_info,
};

pub fn check_path(script: &[u8], path: &[u8]) {
    let variables = [("SCRIPT_NAME", script), ("PATH_INFO", path)];
    assert_eq!(*script_name(&variables).as_bytes(), *script);
    let text = path_info(&variables);
    assert_eq!(text.as_bytes(), path);
    assert_eq!(text.to_string(), String::from_utf8_lossy(path));
    assert_eq!(text.to_str().ok(), std::str::from_utf8(path).ok());
    let peeked = peek_path_info(&variables).map(<[u8]>::to_vec);
    assert_eq!(peeked, model::peek_path_info(path));
    let popped = pop_path_info(&variables).map(collect);
    assert_eq!(popped, model::pop_path_info(script, path));
    let shifted = shift_path_info(&variables).map(collect);
    assert_eq!(shifted, model::shift_path_info(script, path));
}

pub fn collect(step: PathStep<'_>) -> model::Step {
    assert!(step.script_name().all(|piece| !piece.is_empty()));
    assert!(step.path_info().all(|piece| !piece.is_empty()));
    let script_name = step.script_name().collect::<Vec<_>>().concat();
    let path_info = step.path_info().collect::<Vec<_>>().concat();
    (step.segment().map(<[u8]>::to_vec), script_name, path_info)
}

/// The host may be none at all.
pub fn check_host(host: &[u8], trusted: &[&str]) {
    let parsed = Host::parse(host);
    let expected = model::host(host);
    assert_eq!(
        parsed.map(drop),
        expected.clone().map(drop),
        "{}",
        host.escape_ascii()
    );
    if let (Ok(ours), Ok(model)) = (parsed, expected) {
        check_parts(ours, &model);
        assert_eq!(ours.to_string().as_bytes(), host);
    }
    let expected = model::host_is_trusted(host, trusted);
    assert_eq!(
        host_is_trusted(host, trusted),
        expected,
        "{} {trusted:?}",
        host.escape_ascii()
    );
}

pub fn check_parts(ours: Host<'_>, model: &model::Host) {
    assert_eq!(ours.port(), model.port);
    match &model.name {
        Ok(name) => assert_eq!(ours.name().to_ascii_lowercase(), *name),
        Err(address) => assert_eq!(ours.ipv6(), Some(*address)),
    }
}

pub fn check_urls(script: &[u8], path: &[u8], query: &[u8]) {
    let variables = [
        ("HTTP_HOST", &b"example.org"[..]),
        ("SCRIPT_NAME", script),
        ("PATH_INFO", path),
        ("QUERY_STRING", query),
    ];
    let rules = HostRules::new();
    let host = "http://example.org";
    let slashed = |path: String| match path.starts_with('/') || path.is_empty() {
        true => path,
        false => format!("/{path}"),
    };
    let asked = match query {
        [] => String::new(),
        query => format!("?{}", model::escape(query, model::QUERY)),
    };
    assert_eq!(
        query_string(&variables).to_string(),
        model::escape(query, model::QUERY)
    );

    let root = slashed(model::escape(script, model::SCRIPT_NAME));
    let rest = slashed(model::escape(path, model::PATH_INFO));
    let application = if root.is_empty() { "/" } else { &root };
    let ours = application_uri(&variables, &rules).unwrap();
    assert_eq!(ours.to_string(), format!("{host}{application}"));
    let whole = match format!("{root}{rest}") {
        whole if whole.is_empty() => "/".to_owned(),
        whole => whole,
    };
    let ours = |query| request_uri(&variables, query, &rules).unwrap().to_string();
    assert_eq!(ours(false), format!("{host}{whole}"));
    assert_eq!(ours(true), format!("{host}{whole}{asked}"));

    let root = slashed(model::escape(script, model::PATH));
    let rest = slashed(model::escape(path, model::PATH));
    let whole = match format!("{root}{rest}") {
        whole if whole.is_empty() => "/".to_owned(),
        whole => whole,
    };
    let pieces: Vec<&str> = path_and_query(&variables).collect();
    assert!(pieces.iter().all(|piece| !piece.is_empty()));
    assert_eq!(pieces.concat(), format!("{whole}{asked}"));
    let root = root.trim_end_matches('/');
    let rest = model::escape(path, model::PATH);
    let rest = rest.trim_start_matches('/');
    let ours = |part| {
        let url = current_url(&variables, part, &rules).unwrap();
        assert!(
            url.pieces()
                .all(|piece| !piece.is_empty() && piece.is_ascii())
        );
        assert_eq!(url.pieces().collect::<String>(), url.to_string());
        url.to_string()
    };
    assert_eq!(ours(UrlPart::Full), format!("{host}{root}/{rest}{asked}"));
    assert_eq!(ours(UrlPart::WithoutQuery), format!("{host}{root}/{rest}"));
    assert_eq!(ours(UrlPart::Root), format!("{host}{root}/"));
    assert_eq!(ours(UrlPart::Host), format!("{host}/"));
}

pub fn check_extract(base: &str, url: &str) {
    for collapse in [true, false] {
        let expected = model::extract_path_info(base, url, collapse);
        let ours = extract_path_info_of_base(base, url, collapse);
        if let Ok(path) = &ours {
            let bytes: Vec<u8> = path.bytes().collect();
            assert_eq!(String::from_utf8(bytes).unwrap(), path.to_string());
        }
        let ours = ours.map(|path| path.to_string());
        assert_eq!(ours, expected, "{base:?} {url:?} {collapse}");
    }
}

/// The application at a path that is no URL but what a server makes of one.
pub fn check_extract_of_environ(script: &str, url: &str) {
    let variables = [("HTTP_HOST", "h"), ("SCRIPT_NAME", script)];
    assert_eq!(variables.var("SCRIPT_NAME"), Some(script.as_bytes()));
    // Of several slashes in front one is that behind the host.
    let root = script.strip_prefix('/').unwrap_or(script);
    let root = model::escape(root.trim_end_matches('/').as_bytes(), "/-_~");
    let base = match &*root {
        "" => "http://h/".to_owned(),
        root => format!("http://h/{root}/"),
    };
    // There a dot is escaped, and a segment of dots is still one.
    if script
        .split('/')
        .any(|segment| segment == "." || segment == "..")
    {
        return;
    }
    let ours = extract_path_info(&variables, &HostRules::new(), url, true);
    let expected = model::extract_path_info(&base, url, true);
    assert_eq!(
        ours.map(|path| path.to_string()),
        expected,
        "{script:?} {url:?}"
    );
}
