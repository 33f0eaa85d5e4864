//! Dots in rows, over a logarithmic axis.

use super::axis::{marks, short, span};
use super::{Area, Drawn, FAINT, GREY, Look, style};
use plotters::prelude::*;

/// A row for each input, and in it a dot for each engine.
#[derive(Debug)]
pub(crate) struct Dots<'d> {
    pub(crate) across: &'d str,
    pub(crate) rows: Vec<(String, Vec<(&'d Look, f64)>)>,
}

impl Dots<'_> {
    pub(crate) fn draw(&self, area: &Area<'_>) -> Drawn {
        let values = self.rows.iter().flat_map(|(_, dots)| dots);
        let span = span(values.map(|&(_, value)| value));
        let marks = marks(&span);
        let count = self.rows.len();
        // The first row is the upmost, and there is room above and below.
        let name = |&y: &usize| {
            let row = count.checked_sub(y).and_then(|row| self.rows.get(row));
            row.map_or_else(String::new, |(name, _)| name.clone())
        };
        let mut chart = ChartBuilder::on(area)
            .margin(10)
            .x_label_area_size(44)
            .y_label_area_size(110)
            .build_cartesian_2d(span.log_scale().with_key_points(marks), 0..count + 1)?;
        chart
            .configure_mesh()
            .light_line_style(TRANSPARENT)
            .bold_line_style(FAINT)
            .axis_style(GREY)
            .label_style(style(14.0))
            .x_label_formatter(&|&x| short(x))
            .y_labels(count + 2)
            .y_label_formatter(&name)
            .x_desc(self.across)
            .draw()?;
        for (row, (_, dots)) in self.rows.iter().enumerate() {
            let y = count - row;
            for (look, value) in dots.iter().rev() {
                let at = (*value, y);
                if look.dash.is_some() {
                    let cross = Cross::new(at, 4, look.colour.stroke_width(2));
                    chart.draw_series([cross])?;
                } else {
                    let dot = Circle::new(at, look.dot(), look.colour.filled());
                    chart.draw_series([dot])?;
                }
            }
        }
        Ok(())
    }
}
