//! A picture of how many there were over time: bars, drawn here, so that a page needs no script. The table beside it holds the
//! same numbers.

use std::fmt::Write as _;

const WIDTH: usize = 720;
const HEIGHT: usize = 200;
const GAP: usize = 2;

/// Bars for these numbers, oldest first, as an SVG document (SVG 1.1). The tallest is as high as the picture.
#[must_use]
pub fn bars(numbers: &[u64]) -> String {
    let most = numbers.iter().copied().max().unwrap_or(0).max(1);
    let each = WIDTH / numbers.len().max(1);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" width=\"{WIDTH}\" height=\"{HEIGHT}\">\
         <rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"#ffffff\"/>"
    );
    for (place, number) in numbers.iter().enumerate() {
        let tall = (HEIGHT as u128 * u128::from(*number)).div_ceil(u128::from(most));
        let tall = usize::try_from(tall).unwrap_or(HEIGHT).min(HEIGHT);
        let (left, top, wide) = (place * each, HEIGHT - tall, each.saturating_sub(GAP).max(1));
        // Writing to a text cannot fail.
        let _ = write!(svg, "<rect x=\"{left}\" y=\"{top}\" width=\"{wide}\" height=\"{tall}\" fill=\"#1b5e57\"/>");
    }
    let base = HEIGHT - 1;
    let _ = write!(svg, "<path d=\"M0 {base}H{WIDTH}\" stroke=\"#0b0c0c\"/></svg>");
    svg
}

#[cfg(test)]
mod tests {
    use super::bars;

    #[test]
    fn the_tallest_bar_fills_the_picture_and_none_is_none() {
        let svg = bars(&[0, 5, 10, 1]);
        let heights: Vec<&str> = svg.split("height=\"").skip(3).map(|rest| rest.split('"').next().unwrap()).collect();
        assert_eq!(heights, ["0", "100", "200", "20"]);
        assert!(bars(&[]).ends_with("</svg>") && bars(&[0, 0]).contains("height=\"0\""));
        let huge = bars(&[u64::MAX, 1]);
        assert!(huge.contains("height=\"200\"") && huge.contains("height=\"1\""), "{huge}");
    }
}
