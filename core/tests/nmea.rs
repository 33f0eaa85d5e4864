//! The example `nmea`: the same answers however few bytes the port gives at once.
#![allow(clippy::unwrap_used, reason = "a test may")]

#[path = "../examples/nmea/port.rs"]
mod port;
#[path = "../examples/nmea/sentences.rs"]
mod sentences;

#[test]
fn each_sentence_is_answered_however_it_arrives() {
    let long = "x".repeat(81);
    let longest = format!("${}*00", "ab".repeat(38));
    assert_eq!(longest.len(), 80);
    for (received, answers) in [
        (String::new(), ""),
        ("$GPGGA,1*4B\r\n".into(), "ok\r\n"),
        ("$GPGGA,1*4b\n$GPGGA,1*4C\r".into(), "ok\r\nwrong sum\r\n"),
        (
            "$*00\r\n\r\n$*0".into(),
            "ok\r\nno sentence\r\nno sentence\r\n",
        ),
        (format!("{longest}\r\n"), "ok\r\n"),
        (format!("{long}\r\n$*00\r\n"), "too long\r\nok\r\n"),
    ] {
        for at_once in 1..=20 {
            let mut port = port::Port::new(received.as_bytes(), at_once);
            sentences::answer(&mut port).unwrap();
            let written = str::from_utf8(port.written()).unwrap();
            assert_eq!(written, answers, "{received:?}, {at_once} at once");
        }
    }
}
