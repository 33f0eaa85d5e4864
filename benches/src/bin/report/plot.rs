//! How a plot is drawn: ours thick and blue, peers in colours of their own, limits
//! dashed and grey, on a light card that is read on any page.

mod axis;
mod bars;
mod dots;
mod lines;
mod look;

pub(crate) use bars::Bars;
pub(crate) use dots::Dots;
pub(crate) use lines::Lines;
pub(crate) use look::{By, Look, legend, looks};

use plotters::coord::Shift;
use plotters::prelude::*;
use std::error::Error;

pub(crate) type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
pub(crate) type Drawn = Result<(), Box<dyn Error>>;

const FONT: &str = "sans-serif";
const TEXT: RGBColor = RGBColor(0x33, 0x38, 0x40);
const FAINT: RGBColor = RGBColor(0xe3, 0xe6, 0xea);
const CARD: RGBColor = RGBColor(0xfb, 0xfc, 0xfd);
const GREY: RGBColor = RGBColor(0x8a, 0x90, 0x99);

/// A card of this size, drawn by `draw` below its title.
pub(crate) fn card(
    size: (u32, u32),
    title: &str,
    draw: impl FnOnce(&Area<'_>) -> Drawn,
) -> Result<String, Box<dyn Error>> {
    let mut svg = String::new();
    {
        let root = SVGBackend::with_string(&mut svg, size).into_drawing_area();
        root.fill(&CARD)?;
        root.draw(&Text::new(
            title.to_owned(),
            (20, 14),
            style(19.0).color(&TEXT),
        ))?;
        let (_, body) = root.split_vertically(40);
        draw(&body)?;
        root.present()?;
    }
    Ok(svg)
}

fn style(size: f64) -> TextStyle<'static> {
    (FONT, size).into_text_style(&(640, 480)).color(&TEXT)
}
