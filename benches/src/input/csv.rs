//! A table as spreadsheets write it: short and long rows, and line ends within
//! quotes, which a reader of lines takes for line ends.

use super::random::Random;
use super::words;

const STATIONS: &[&str] = &[
    "Brest",
    "Cuxhaven",
    "Immingham",
    "Hoek van Holland",
    "Saint-Malo",
    "\"St. Helier, Jersey\"",
];

/// What somebody noted: mostly nothing.
const NOTES: &[Note] = &[
    Note::None,
    Note::None,
    Note::None,
    Note::Plain,
    Note::Quoted,
    Note::OnTwoLines,
];

#[derive(Clone, Copy)]
enum Note {
    None,
    Plain,
    Quoted,
    OnTwoLines,
}

/// A table as RFC 4180 describes it, rows of about 60 bytes that end in `\r\n`,
/// at least `total` bytes of them and the last one whole.
pub fn csv(total: usize) -> Vec<u8> {
    let mut random = Random::new(4180);
    let mut bytes = Vec::with_capacity(total + 1024);
    bytes.extend_from_slice(b"id,station,taken_at,height_m,pressure_hpa,note\r\n");
    let mut id = 10_000;
    while bytes.len() < total {
        id += 1;
        bytes.extend_from_slice(row(&mut random, id).as_bytes());
    }
    bytes
}

fn row(random: &mut Random, id: usize) -> String {
    let station = random.pick(STATIONS);
    let minute = id * 6;
    let (day, hour, minute) = (minute / 1440 % 28 + 1, minute / 60 % 24, minute % 60);
    let height = random.below(1200);
    let pressure = 9800 + random.below(500);
    let note = match random.pick(NOTES) {
        Note::None => String::new(),
        Note::Plain => words(random, 3),
        Note::Quoted => format!(
            "\"{}, \"\"{}\"\", {}\"",
            words(random, 4),
            words(random, 1),
            words(random, 6)
        ),
        Note::OnTwoLines => format!("\"{}\r\n{}\"", words(random, 8), words(random, 5)),
    };
    format!(
        "{id},{station},2025-03-{day:02}T{hour:02}:{minute:02}:00Z,{}.{:02},{}.{},{note}\r\n",
        height / 100,
        height % 100,
        pressure / 10,
        pressure % 10,
    )
}
