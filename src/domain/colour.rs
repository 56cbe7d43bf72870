//! A colour, and whether white text can be read on it (WCAG 2.2, 1.4.3).

use std::fmt;

/// sRGB, eight bits each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colour([u8; 3]);

impl Colour {
    /// From six hex digits behind a `#`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6)?;
        if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        let [_, red, green, blue] = u32::from_str_radix(digits, 16).ok()?.to_be_bytes();
        Some(Self([red, green, blue]))
    }

    /// The contrast ratio of white text on it, from 1 to 21.
    #[must_use]
    pub fn contrast_with_white(self) -> f64 {
        let linear = |byte: u8| {
            let part = f64::from(byte) / 255.0;
            if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        };
        let [red, green, blue] = self.0.map(linear);
        1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)
    }

    /// Whether text of any size can be read on it in white: 4.5 to 1.
    #[must_use]
    pub fn carries_white(self) -> bool {
        self.contrast_with_white() >= 4.5
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [red, green, blue] = self.0;
        write!(f, "#{red:02x}{green:02x}{blue:02x}")
    }
}

#[cfg(test)]
mod tests {
    use super::Colour;

    #[test]
    fn contrast_is_that_of_wcag() {
        let colour = |text| Colour::parse(text).unwrap();
        assert!((colour("#000000").contrast_with_white() - 21.0).abs() < 1e-9);
        assert!((colour("#ffffff").contrast_with_white() - 1.0).abs() < 1e-9);
        // The two greys on either side of 4.5 to 1.
        assert!(colour("#767676").carries_white() && !colour("#777777").carries_white());
        assert_eq!(colour("#00703C").to_string(), "#00703c");
        for bad in ["00703c", "#00703", "#00703g", "#+0703c", "green", ""] {
            assert_eq!(Colour::parse(bad), None, "{bad}");
        }
    }
}
