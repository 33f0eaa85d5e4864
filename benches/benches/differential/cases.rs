//! Bodies: those that others test their decoders with, some too long to be
//! written down, and mutations of good ones.

use std::fmt::Write;
use tidegate_benches::input::Random;

/// How many mutations there are.
const MUTATIONS: usize = 4000;

pub(crate) fn all() -> impl Iterator<Item = Vec<u8>> {
    let mut random = Random::new(9112);
    let mutations = (0..MUTATIONS).map(move |_| mutation(&mut random));
    written().chain(prefixes()).chain(long()).chain(mutations)
}

/// Each as it is, and with what makes a body of a size line, or of a body that
/// stops before its end.
fn written() -> impl Iterator<Item = Vec<u8>> {
    let behind = [&b""[..], b"x\r\n0\r\n\r\n", b"\r\n\r\n"];
    WRITTEN
        .iter()
        .flat_map(move |body| behind.map(|behind| [body, behind].concat()))
}

fn prefixes() -> impl Iterator<Item = Vec<u8>> {
    let body = b"4;a=\"b\"\r\ndata\r\n00\r\nName: value\r\n\r\nGET / HTTP/1.1\r\n\r\n";
    (0..=body.len()).map(|len| body[..len].to_vec())
}

/// What would need too much room or time, or nearly does.
fn long() -> impl Iterator<Item = Vec<u8>> {
    let hello = b"5\r\nhello\r\n0\r\n\r\n";
    let name = [b'a'; 1000];
    [
        [&b"0".repeat(11), &hello[..]].concat(),
        [&b"0".repeat(16), &hello[..]].concat(),
        [&b"0".repeat(1_000_000), &hello[..]].concat(),
        [b"5;", &b"a".repeat(4094)[..], &hello[1..]].concat(),
        [b"5;", &b"a".repeat(4095)[..], &hello[1..]].concat(),
        [&b"1;"[..], &b"a".repeat(2_000_000)].concat(),
        [
            &[b"1;", &name[..], b"\r\nX\r\n"].concat().repeat(20)[..],
            hello,
        ]
        .concat(),
        [&b"1\r\nX\r\n".repeat(200_000)[..], hello].concat(),
        [b"0\r\n", &b"a: b\r\n".repeat(64)[..], b"\r\n"].concat(),
        [b"0\r\n", &b"a: b\r\n".repeat(65)[..], b"\r\n"].concat(),
        [b"0\r\n", &b"a: b\r\n".repeat(200_000)[..], b"\r\n"].concat(),
        [b"0\r\na: ", &b"b".repeat((8 << 10) - 5)[..], b"\r\n\r\n"].concat(),
        [b"0\r\na: ", &b"b".repeat((8 << 10) - 4)[..], b"\r\n\r\n"].concat(),
        [b"0\r\na: ", &b"b".repeat(2_000_000)[..], b"\r\n\r\n"].concat(),
    ]
    .into_iter()
}

/// A good body, and what follows it, with up to three bytes of it wrong.
fn mutation(random: &mut Random) -> Vec<u8> {
    let mut body = good(random).into_bytes();
    for _ in 0..random.below(4) {
        let at = random.below(body.len());
        match random.below(5) {
            0 => drop(body.remove(at)),
            1 => body.insert(at, body[at]),
            2 => body.truncate(at + 1),
            3 => body.insert(at, random.pick(BYTES)),
            _ => body[at] = random.pick(BYTES),
        }
    }
    body
}

fn good(random: &mut Random) -> String {
    let mut body = String::new();
    for _ in 0..random.below(4) {
        let size = 1 + random.below(20);
        let zeros = "0".repeat(random.below(3));
        let extension = random.pick(EXTENSIONS);
        let data = "d".repeat(size);
        write!(body, "{zeros}{size:x}{extension}\r\n{data}\r\n").expect("a String does not fail");
    }
    let zeros = "0".repeat(1 + random.below(2));
    body += &format!("{zeros}{}\r\n", random.pick(EXTENSIONS));
    for _ in 0..random.below(3) {
        body += random.pick(TRAILERS);
    }
    body + "\r\nGET / HTTP/1.1\r\n\r\n"
}

const EXTENSIONS: &[&str] = &[
    "",
    "",
    "",
    "",
    ";a",
    ";a=b",
    " ; a=\"b c\\\"\";d",
    ";a = b;c",
];

const TRAILERS: &[&str] = &["A: b\r\n", "c:\r\n", "A:\tb c \r\n", "Digest: \"x\"\r\n"];

/// What a decoder may take for something.
const BYTES: &[u8] = b"\r\r\r\n\n\n00015fFgx;;=\"\\ \t:,+-_\0\x0b\x0c\x7f\x80\xff";

/// From the tests of Go, h11, httparse, hyper, llhttp, nginx and `Http11Probe`,
/// and from published advisories.
const WRITTEN: &[&[u8]] = &[
    b"7\r\nhello, \r\n17\r\nworld! 0123456789abcdef\r\n0\r\n\r\n",
    b"7;ext=\"some quoted string\"\r\nhello, \r\n17;someext\r\nworld! 0123456789abcdef\r\n0;someextension=sometoken\r\n\r\n",
    b"7\r\n1234567xx",
    b"1\na\r\n0\r\n\r\n",
    b"1\r\r\na\r\n0\r\n\r\n",
    b"1\r\na\n0\r\n\r\n",
    b"1;\na\r\n0\r\n\r\n",
    b"x\r\n",
    b"0000000000000000\r\n",
    b"0000000000000001\r\n",
    b"ffffffffffffffff\r\n",
    b"000000000000bogus\r\n",
    b"10000000000000000\r\n",
    b"\r\n",
    b"00000000000000000\r\n",
    b"00000000000000001\r\n",
    b"0\r\n\r\n",
    b"0\r\nSome: header\r\n\r\n",
    b"5\r\n01234\r\n10\r\n0123456789abcdef\r\n0\r\nSome: header\r\n\r\n",
    b"5\r\n01234\r\n10\r\n0123456789abcdef\r\n0\r\n\r\n",
    b"aA\r\nxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\r\n0\r\n\r\n",
    b"9999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999\r\nxxx",
    b"10\0\r\nxxx",
    b"5; hello=there\r\nxxxxx\r\n0; random=\"junk\"; some=more; canbe=lonnnnngg\r\n\r\n",
    b"5   \t \r\n01234\r\n0\r\n\r\n",
    b"3\r\nxxx__1a\r\n",
    b"3\r\nxxx\r_1a\r\n",
    b"3\r\nxxx_\n1a\r\n",
    b"5;\r\nhello\r\n0\r\n\r\n",
    b"5;bad[=x\r\nhello\r\n0\r\n\r\n",
    b"1_0\r\nhello world!!!!!\r\n0\r\n\r\n",
    b"0x5\r\nhello\r\n0\r\n\r\n",
    b"+5\r\nhello\r\n0\r\n\r\n",
    b"5 \r\nhello\r\n0\r\n\r\n",
    b" 5\r\nhello\r\n0\r\n\r\n",
    b"5\r\nhello0\r\n\r\n",
    b"5;\nhello\r\n0\r\n\r\n",
    b"5\r\nhello!!\r\n0\r\n\r\n",
    b"5\r\nhello\n0\r\n\r\n",
    b"5\r\nhello\r\n0\r\n\n",
    b"-1\r\nhello\r\n0\r\n\r\n",
    b"5\r\nhello\r\n0\r\nContent-Length: 50\r\n\r\n",
    b"5\r\nhello\r\n0\r\nTransfer-Encoding: chunked\r\n\r\n",
    b"5\r\nhello\r\n0\r\nHost: evil.example.com\r\n\r\n",
    b"5\r\nhello\r\n0\r\nAuthorization: Bearer evil\r\n\r\n",
    b"5\r\nhello\r\n0\r\nContent-Type: text/evil\r\n\r\n",
    b"5\r\nhello\r\n0\r\n\r\n",
    b"5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n",
    b"5\r\nhello\r\n",
    b"5;ext=value\r\nhello\r\n0\r\n\r\n",
    b"5\r\nhello\r\n0\r\nX-Checksum: abc\r\n\r\n",
    b"A\r\nhelloworld\r\n0\r\n\r\n",
    b"FFFFFFFFFFFFFFFF0\r\nhello\r\n0\r\n\r\n",
    b"5;ext={longExt}\r\nhello\r\n0\r\n\r\n",
    b"0\r\n",
    b"3735AB1;foo bar*\r\n",
    b"3735ab1 ; baz \r\n",
    b"1ffffffffffffffff\r\n",
    b"Affffffffffffffff\r\n",
    b"fffffffffffffffff\r\n",
    b"1\r\n",
    b"01\r\n",
    b"00\r\n",
    b"A\r\n",
    b"a\r\n",
    b"Ff\r\n",
    b"Ff   \r\n",
    b"1;extension\r\n",
    b"a;ext name=value\r\n",
    b"1;extension;extension2\r\n",
    b"1;;;  ;\r\n",
    b"2; extension...\r\n",
    b"3   ; extension=123\r\n",
    b"3   ;\r\n",
    b"3   ;   \r\n",
    b"F\rF",
    b"\r\n\r\n",
    b"X\r\n",
    b"1X\r\n",
    b"-\r\n",
    b"-1\r\n",
    b"1 invalid extension\r\n",
    b"1 A\r\n",
    b"1;no CRLF",
    b"1;reject\nnewlines\r\n",
    b"f0000000000000003\r\n",
    b"9\r\nfoo bar",
    b"1\r\nZ\r\n\r\n\r\n",
    b"10\r\n1234567890abcdef\r\n0\r\n\r\n",
    b"0\r\nEr r\r\n\r",
    b"a\r\n0123456789\r\n0\r\n\r\n",
    b"1e\r\nall your base are belong to us\r\n0\r\n\r\n",
    b"5\r\nhello\r\n6\r\n world\r\n000\r\n\r\n",
    b"5\r\nhello\r\n6\r\n world\r\n0\r\nVary: *\r\nContent-Type: text/plain\r\n\r\n",
    b"5;ilovew3;somuchlove=aretheseparametersfor;another=withvalue\r\nhello\r\n6;blahblah;blah\r\n world\r\n0\r\n",
    b"2 erfrferferf\r\naa\r\n0 rrrr\r\n\r\n",
    b"2;\r\naa\r\n0\r\n\r\n",
    b"5;ilovew3=\"I \\\"love\\\"; \\\\extensions\\\\\";somuchlove=\"aretheseparametersfor\";blah;foo=bar\r\nhello\r\n6;blahblah;blah\r\n world\r\n0\r\n",
    b"5;ilovew3=\"abc\";somuchlove=\"def; ghi\r\nhello\r\n6;blahblah;blah\r\n world\r\n0\r\n",
    b"5\r\nWorld\r\n0\r\n\r\n",
    b"3\r\nfoo\r\n\r\n",
    b"3 \n  \r\nfoo\r\n\r\n",
    b"a \r\n0123456789\r\n0\r\n\r\n",
    b"25  \r\nThis is the data in the first chunk\r\n\r\n1C\r\nand this is the second one\r\n\r\n0  \r\n\r\n",
    b"2\r\nOK\r\n0\r\n\r\n",
    b"5;ilovew3;somuchlove=aretheseparametersfor\r\nhello\r\n6;blahblah;blah\r\n world\r\n0\r\n\r\n",
    b"5;ilovew3=\"I love; extensions\";somuchlove=\"aretheseparametersfor\";blah;foo=bar\r\nhello\r\n6;blahblah;blah\r\n world\r\n0\r\n",
    b"f0000000000000003\r\nabc",
    b"ffffffffffffffff\r\nabc",
    b"fffffffffffffffe\r\nabc",
    b"5\nhello\r\n0\r\n\r\n",
    b"5;a\rb\r\nhello\r\n0\r\n\r\n",
    b"5;a=\"\r\n\"\r\nhello\r\n0\r\n\r\n",
    b"",
    b"4",
    b"4\r",
    b"4\r\n",
    b"4\r\na",
    b"4\r\nab",
    b"4\r\nabc",
    b"4\r\nabcd",
    b"4\r\nabcd\r",
    b"4\r\nabcd\r\n",
    b"4\r\nabcd\r\n5",
    b"4\r\nabcd\r\n5\r",
    b"4\r\nabcd\r\n5\r\n",
    b"4\r\nabcd\r\n5\r\na",
    b"4\r\nabcd\r\n5\r\nab",
    b"4\r\nabcd\r\n5\r\nabc",
    b"4\r\nabcd\r\n5\r\nabc\r",
    b"4\r\nabcd\r\n5\r\nabc\r\n",
    b"4\r\nabcd\r\n5\r\nabc\r\n\r",
    b"4\r\nabcd\r\n5\r\nabc\r\n\r\n",
    b"4\r\nabcd\r\n5\r\nabc\r\n\r\n0",
    b"4\r\nabcd\r\n5\r\nabc\r\n\r\n0\r",
    b"4\r\nabcd\r\n5\r\nabc\r\n\r\n0\r\n\r\n",
    b"5;",
    b"5;a",
    b"5\r",
    b"12\r\nchunk",
    b"3086d\r\n",
    b"77a65\r",
    b"ab",
    b"567f8a\rfoo",
    b"567xf8a\r\n",
    b"F",
    b"A\r\n0123456789\r\n0\r\n\r\n",
    b"World",
    b"4\r\nSEE-THIS\r\n0\r\n\r\n",
];
