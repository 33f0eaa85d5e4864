//! How far an axis goes, and what stands beside it.

use std::ops::Range;

/// What all of these lie in, with some room around.
pub(super) fn span(values: impl Iterator<Item = f64>) -> Range<f64> {
    let (least, most) = values.fold((f64::MAX, 0.0), |(least, most), value| {
        (value.min(least), value.max(most))
    });
    least / 1.25..most * 1.25
}

/// 0.1, 0.2, 0.5, 1, 2, 5: as many as are in there, or every power of ten of them.
pub(super) fn marks(span: &Range<f64>) -> Vec<f64> {
    let powers = (-6..7).map(|power| 10_f64.powi(power));
    let is_wide = span.end / span.start > 2000.0;
    let steps: &[f64] = if is_wide { &[1.0] } else { &[1.0, 2.0, 5.0] };
    let marks = powers.flat_map(|power| steps.iter().map(move |step| step * power));
    marks.filter(|mark| span.contains(mark)).collect()
}

/// `0.5`, `20`.
pub(super) fn short(value: f64) -> String {
    let value = (value * 1e6).round() / 1e6;
    value.to_string()
}

/// `40`, `8 KiB`.
pub(super) fn size(bytes: f64) -> String {
    match bytes {
        ..1024.0 => short(bytes),
        ..1_048_576.0 => format!("{} KiB", short(bytes / 1024.0)),
        _ => format!("{} MiB", short(bytes / 1_048_576.0)),
    }
}
