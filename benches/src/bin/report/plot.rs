//! How a plot is drawn: ours thick and blue, peers in colours of their own, limits
//! dashed and grey, on a light card that is read on any page.

use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use std::error::Error;
use std::ops::Range;

pub(crate) type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
pub(crate) type Drawn = Result<(), Box<dyn Error>>;

const FONT: &str = "sans-serif";
const TEXT: RGBColor = RGBColor(0x33, 0x38, 0x40);
const FAINT: RGBColor = RGBColor(0xe3, 0xe6, 0xea);
const CARD: RGBColor = RGBColor(0xfb, 0xfc, 0xfd);
const GREY: RGBColor = RGBColor(0x8a, 0x90, 0x99);

/// And how long the dashes are.
const LIMITS: [(RGBColor, u32); 4] = [
    (GREY, 6),
    (RGBColor(0x5c, 0x63, 0x6d), 2),
    (RGBColor(0xa4, 0xa9, 0xb1), 12),
    (RGBColor(0x5c, 0x63, 0x6d), 4),
];

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

/// Whose it is, what it is called, and how it looks.
#[derive(Clone, Debug)]
pub(crate) struct Look {
    pub(crate) side: String,
    pub(crate) engine: String,
    colour: RGBColor,
    /// Of a line that is not whole: a limit's.
    dash: Option<u32>,
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

/// What an engine is called where nobody knows whose it is.
const NAMES: &[(&str, &str)] = &[
    ("io_copy", "std io::copy"),
    ("lines", "std lines"),
    ("read_until", "std read_until"),
    ("reader_stream", "tokio ReaderStream"),
    ("reader_stream_64k", "ReaderStream, 64 KiB"),
];

impl Look {
    fn weight(&self) -> u32 {
        match &*self.side {
            "ours" => 4,
            _ => 2,
        }
    }

    fn dot(&self) -> i32 {
        2 + self.weight() as i32
    }

    fn called(&self) -> String {
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

/// Lines over two logarithmic axes.
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

/// Bars from the left, each behind its name.
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

/// A dot for each engine in each row, over a logarithmic axis.
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

/// What all of these lie in, with some room around.
fn span(values: impl Iterator<Item = f64>) -> Range<f64> {
    let (least, most) = values.fold((f64::MAX, 0.0), |(least, most), value| {
        (value.min(least), value.max(most))
    });
    least / 1.25..most * 1.25
}

/// 0.1, 0.2, 0.5, 1, 2, 5: as many as are in there, or every power of ten of them.
fn marks(span: &Range<f64>) -> Vec<f64> {
    let powers = (-6..7).map(|power| 10_f64.powi(power));
    let is_wide = span.end / span.start > 2000.0;
    let steps: &[f64] = if is_wide { &[1.0] } else { &[1.0, 2.0, 5.0] };
    let marks = powers.flat_map(|power| steps.iter().map(move |step| step * power));
    marks.filter(|mark| span.contains(mark)).collect()
}

/// `0.5`, `20`.
fn short(value: f64) -> String {
    let value = (value * 1e6).round() / 1e6;
    value.to_string()
}

/// `40`, `8 KiB`.
fn size(bytes: f64) -> String {
    match bytes {
        ..1024.0 => short(bytes),
        ..1_048_576.0 => format!("{} KiB", short(bytes / 1024.0)),
        _ => format!("{} MiB", short(bytes / 1_048_576.0)),
    }
}
