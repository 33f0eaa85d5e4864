//! A mailbox: headers that are folded, text in paragraphs, quoted answers, and
//! files in Base64.

use super::random::Random;
use super::words;

const PEOPLE: &[&str] = &[
    "Ada Byron <ada@example.org>",
    "harbour-master@example.com",
    "\"Kelvin, William\" <kelvin@tides.example>",
    "Marie Tharp <marie.tharp@ocean.example>",
];

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// What separates the messages of [`mailbox`].
pub const MESSAGE: &[u8] = b"\nFrom ";

/// Messages as RFC 5322 describes them, of about 5 KiB each, in the form that
/// RFC 4155 calls `mbox`: one behind the other, each behind a line that begins
/// with `From `, all lines ending in `\n`. At least `total` bytes of them and the
/// last one whole.
pub fn mailbox(total: usize) -> Vec<u8> {
    let mut random = Random::new(5322);
    let mut mail = String::with_capacity(total + (64 << 10));
    let mut number = 0;
    while mail.len() < total {
        number += 1;
        extend_with_message(&mut mail, &mut random, number);
    }
    mail.into_bytes()
}

fn extend_with_message(mail: &mut String, random: &mut Random, number: usize) {
    let (day, hour, minute) = (number / 96 % 28 + 1, number / 4 % 24, number % 4 * 15);
    let (from, to, cc) = (
        random.pick(PEOPLE),
        random.pick(PEOPLE),
        random.pick(PEOPLE),
    );
    let subject = words(random, 5);
    *mail += &format!(
        "From tide@example.org Mar {day:2} {hour:02}:{minute:02}:00 2025\n\
         Received: from mx{}.example.net (mx.example.net [192.0.2.{}])\n\
         \tby mail.example.org with ESMTPS id {number:08x}\n\
         \tfor <tide@example.org>; {day} Mar 2025 {hour:02}:{minute:02}:00 +0000\n\
         Date: {day} Mar 2025 {hour:02}:{minute:02}:00 +0000\n\
         From: {from}\n\
         To: {to},\n {cc}\n\
         Subject: {subject}\n\
         Message-ID: <{number:08x}.{:05}@example.org>\n\
         MIME-Version: 1.0\n\
         Content-Type: text/plain; charset=utf-8; format=flowed\n\
         Content-Transfer-Encoding: 7bit\n\n",
        random.below(8),
        random.below(256),
        random.below(100_000),
    );
    for _ in 0..1 + random.below(4) {
        extend_with_paragraph(mail, random, "");
        extend_with_paragraph(mail, random, "> ");
    }
    if random.below(3) == 0 {
        extend_with_base64(mail, random);
    }
    mail.push('\n');
}

/// Lines of up to 72 bytes, the last of them shorter.
fn extend_with_paragraph(mail: &mut String, random: &mut Random, quote: &str) {
    for _ in 0..random.below(6) {
        let line = words(random, 12);
        *mail += quote;
        *mail += &line[..line.len().min(72)];
        mail.push('\n');
    }
    *mail += &format!("{quote}{}.\n\n", words(random, 4));
}

/// Lines of 76 bytes, as RFC 2045 allows at most.
fn extend_with_base64(mail: &mut String, random: &mut Random) {
    *mail += "begin-base64 644 chart.png\n";
    for _ in 0..random.below(240) {
        mail.extend((0..76).map(|_| char::from(random.pick(BASE64))));
        mail.push('\n');
    }
    *mail += "====\n";
}
