//! Lines over two logarithmic axes.

use super::axis::{marks, short, size, span};
use super::{Area, Drawn, FAINT, GREY, Look, style};
use plotters::prelude::*;

/// A line for each engine: throughput over a length.
#[derive(Debug)]
pub(crate) struct Lines<'l> {
    pub(crate) title: &'l str,
    pub(crate) across: &'l str,
    /// Where the lines have points.
    pub(crate) ticks: &'l [f64],
    pub(crate) lines: Vec<(&'l Look, Vec<(f64, f64)>)>,
}

impl Lines<'_> {
    pub(crate) fn draw(&self, area: &Area<'_>) -> Drawn {
        let ys = self.lines.iter().flat_map(|(_, points)| points);
        let span = span(ys.map(|&(_, y)| y));
        let (first, last) = (self.ticks[0], self.ticks[self.ticks.len() - 1]);
        let marks = marks(&span);
        let mut chart = ChartBuilder::on(area)
            .caption(self.title, style(15.0))
            .margin(10)
            .x_label_area_size(44)
            .y_label_area_size(58)
            .build_cartesian_2d(
                (first / 1.3..last * 1.3)
                    .log_scale()
                    .with_key_points(self.ticks.to_vec()),
                span.log_scale().with_key_points(marks),
            )?;
        chart
            .configure_mesh()
            .light_line_style(TRANSPARENT)
            .bold_line_style(FAINT)
            .axis_style(GREY)
            .label_style(style(13.0))
            .x_label_formatter(&|&x| size(x))
            .y_label_formatter(&|&y| short(y))
            .x_desc(self.across)
            .y_desc("GB/s")
            .draw()?;
        // Ours last, so that they lie on top.
        for (look, points) in self.lines.iter().rev() {
            let line = look.colour.stroke_width(look.weight());
            if let Some(dash) = look.dash {
                let points = points.iter().copied();
                chart.draw_series(DashedLineSeries::new(points, dash, dash, line))?;
                continue;
            }
            chart.draw_series(LineSeries::new(points.iter().copied(), line))?;
            let dots = points
                .iter()
                .map(|&point| Circle::new(point, look.dot(), look.colour.filled()));
            chart.draw_series(dots)?;
        }
        Ok(())
    }
}
