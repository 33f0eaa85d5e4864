//! An access log as web servers write it: lines of real life, whose lengths
//! come in a few clusters and not in a uniform band.

use super::random::Random;

const METHODS: &[&str] = &["GET", "GET", "GET", "GET", "GET", "GET", "POST", "HEAD"];

const PATHS: &[&str] = &[
    "/",
    "/favicon.ico",
    "/robots.txt",
    "/login",
    "/static/css/site.min.css",
    "/static/js/vendor.3f9c1e.js",
    "/images/header/summer-sale@2x.webp",
    "/articles/2024/how-tides-work",
    "/api/v2/items",
    "/search",
];

const STATUS: &[&str] = &[
    "200", "200", "200", "200", "200", "200", "304", "301", "404", "500",
];

const REFERERS: &[&str] = &[
    "-",
    "-",
    "-",
    "-",
    "https://www.example.com/",
    "https://www.example.com/articles/2024/how-tides-work",
    "https://search.example.org/?q=tide+table",
];

const AGENTS: &[&str] = &[
    "curl/8.5.0",
    "-",
    "kube-probe/1.29",
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15",
];

/// Lines in the Combined Log Format, about 170 bytes each, at least `total`
/// bytes of them and the last one whole.
pub fn access_log(total: usize) -> Vec<u8> {
    let mut random = Random::new(170);
    let mut bytes = Vec::with_capacity(total + 1024);
    let mut second = 0;
    while bytes.len() < total {
        second += random.below(3);
        bytes.extend_from_slice(line(&mut random, second).as_bytes());
    }
    bytes
}

fn line(random: &mut Random, second: usize) -> String {
    let address = [(); 4].map(|()| random.below(256).to_string()).join(".");
    let (hour, minute, second) = (second / 3600 % 24, second / 60 % 60, second % 60);
    let method = random.pick(METHODS);
    let path = random.pick(PATHS);
    let query = match random.below(3) {
        0 => format!("?page={}&sort=date", random.below(1000)),
        _ => String::new(),
    };
    let status = random.pick(STATUS);
    let digits = 1 + random.below(5) as u32;
    let size = random.below(10_usize.pow(digits));
    let referer = random.pick(REFERERS);
    let agent = random.pick(AGENTS);
    format!(
        "{address} - - [12/Mar/2025:{hour:02}:{minute:02}:{second:02} +0000] \
         \"{method} {path}{query} HTTP/1.1\" {status} {size} \"{referer}\" \"{agent}\"\n"
    )
}
