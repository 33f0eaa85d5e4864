//! How an engine looks, and the legend.

use super::{Area, Drawn, GREY, style};
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

/// Whose it is, what it is called, and how it looks.
#[derive(Clone, Debug)]
pub(crate) struct Look {
    pub(crate) side: String,
    pub(crate) engine: String,
    pub(super) colour: RGBColor,
    /// Of a line that is not whole: a limit's.
    pub(super) dash: Option<u32>,
}

/// Ours first, then the peers, then the limits; each looks the same in all panels.
pub(crate) fn looks(engines: impl IntoIterator<Item = (String, String)>) -> Vec<Look> {
    let mut looks = Vec::<Look>::new();
    for (side, engine) in engines {
        if looks
            .iter()
            .any(|look| look.side == side && look.engine == engine)
        {
            continue;
        }
        let nth = looks.iter().filter(|look| look.side == side).count();
        let (colour, dash) = match &*side {
            "ours" => (OURS[nth % OURS.len()], None),
            "peer" => (PEERS[nth % PEERS.len()], None),
            _ => {
                let (colour, dash) = LIMITS[nth % LIMITS.len()];
                (colour, Some(dash))
            }
        };
        looks.push(Look {
            side,
            engine,
            colour,
            dash,
        });
    }
    let place = |look: &Look| {
        ["ours", "peer", "limit"]
            .iter()
            .position(|&s| s == look.side)
    };
    looks.sort_by_key(place);
    looks
}

/// One blue for each of ours, the first to be the one that matters.
const OURS: [RGBColor; 4] = [
    RGBColor(0x00, 0x4f, 0xc4),
    RGBColor(0x2f, 0x9b, 0xf5),
    RGBColor(0x00, 0x7e, 0x8f),
    RGBColor(0x5a, 0x4f, 0xcf),
];

const PEERS: [RGBColor; 10] = [
    RGBColor(0xd9, 0x5f, 0x02),
    RGBColor(0x1b, 0x9e, 0x3f),
    RGBColor(0xc2, 0x18, 0x5b),
    RGBColor(0x8d, 0x6e, 0x1f),
    RGBColor(0x7b, 0x2f, 0x9e),
    RGBColor(0xe0, 0x9f, 0x00),
    RGBColor(0x5d, 0x40, 0x37),
    RGBColor(0xe5, 0x73, 0x73),
    RGBColor(0x6b, 0x8e, 0x23),
    RGBColor(0x45, 0x5a, 0x64),
];

/// What limits have, and how long their dashes are.
const LIMITS: [(RGBColor, u32); 4] = [
    (GREY, 6),
    (RGBColor(0x5c, 0x63, 0x6d), 2),
    (RGBColor(0xa4, 0xa9, 0xb1), 12),
    (RGBColor(0x5c, 0x63, 0x6d), 4),
];

impl Look {
    pub(super) fn weight(&self) -> u32 {
        match &*self.side {
            "ours" => 4,
            _ => 2,
        }
    }

    pub(super) fn dot(&self) -> i32 {
        2 + self.weight() as i32
    }

    pub(super) fn called(&self) -> String {
        let Self { side, engine, .. } = self;
        match &**side {
            "ours" => format!("tidegate {engine}"),
            "limit" => format!("limit: {engine}"),
            _ => {
                let name = NAMES.iter().find(|(name, _)| name == engine);
                name.map_or(&**engine, |(_, name)| name).to_owned()
            }
        }
    }
}

/// What an engine is called where nobody knows whose it is.
const NAMES: &[(&str, &str)] = &[
    ("io_copy", "std io::copy"),
    ("lines", "std lines"),
    ("read_until", "std read_until"),
    ("reader_stream", "tokio ReaderStream"),
    ("reader_stream_64k", "ReaderStream, 64 KiB"),
];

/// What stands for an engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum By {
    Line,
    Dot,
}

/// The names, down the right side, with what stands for them.
pub(crate) fn legend(area: &Area<'_>, looks: &[Look], by: By) -> Drawn {
    let mut y = 24;
    for look in looks {
        if by == By::Line {
            let dash = look.dash.unwrap_or(26) as i32;
            for start in (8..34).step_by(2 * dash as usize) {
                let line = [(start, y), ((start + dash).min(34), y)];
                let how = look.colour.stroke_width(look.weight());
                area.draw(&PathElement::new(line, how))?;
            }
        }
        match (look.dash, by) {
            (None, _) => area.draw(&Circle::new((21, y), look.dot(), look.colour.filled()))?,
            (Some(_), By::Dot) => {
                area.draw(&Cross::new((21, y), 4, look.colour.stroke_width(2)))?;
            }
            (Some(_), By::Line) => {}
        }
        let name = style(14.0).color(if look.dash.is_some() {
            &GREY
        } else {
            &look.colour
        });
        let name = name.pos(Pos::new(HPos::Left, VPos::Center));
        area.draw(&Text::new(look.called(), (42, y), name))?;
        y += 21;
    }
    Ok(())
}
