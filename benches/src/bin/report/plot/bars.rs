//! Bars from the left, each behind its name.

use super::{Area, Drawn, GREY, Look, style};
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

/// A bar for each engine.
#[derive(Debug)]
pub(crate) struct Bars<'b> {
    pub(crate) across: &'b str,
    /// Where the axis is logarithmic, bars begin here.
    pub(crate) log_from: Option<f64>,
    pub(crate) bars: Vec<(Look, f64)>,
    pub(crate) label: fn(f64) -> String,
}

impl Bars<'_> {
    pub(crate) fn draw(&self, area: &Area<'_>) -> Drawn {
        let most = self
            .bars
            .iter()
            .map(|&(_, value)| value)
            .fold(0.0, f64::max);
        let (width, _) = area.dim_in_pixel();
        let (left, right) = (210, width as i32 - 120);
        let length = |value: f64| match self.log_from {
            Some(from) => (value.max(from) / from).ln() / (most / from).ln(),
            None => value / most,
        };
        let mut y = 12;
        for (look, value) in &self.bars {
            let end = left + (f64::from(right - left) * length(*value)) as i32;
            let name = style(14.0).pos(Pos::new(HPos::Right, VPos::Center));
            let (fill, name) = match &*look.side {
                "ours" => (look.colour.filled(), name.color(&look.colour)),
                "limit" => (GREY.mix(0.45).filled(), name.color(&GREY)),
                _ => (RGBColor(0xd9, 0x8a, 0x4a).filled(), name),
            };
            area.draw(&Text::new(look.called(), (left - 10, y + 8), name))?;
            area.draw(&Rectangle::new(
                [(left, y), (end.max(left + 2), y + 16)],
                fill,
            ))?;
            let figure = style(13.0).pos(Pos::new(HPos::Left, VPos::Center));
            area.draw(&Text::new((self.label)(*value), (end + 8, y + 8), figure))?;
            y += 25;
        }
        let note = style(13.0).color(&GREY);
        area.draw(&Text::new(self.across.to_owned(), (left, y + 4), note))?;
        Ok(())
    }

    /// How high they are, with what is below and above.
    pub(crate) fn height(&self) -> u32 {
        40 + 12 + 25 * self.bars.len() as u32 + 30
    }
}
