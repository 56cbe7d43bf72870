//! QR codes as pictures. What they say always stands beside them as text too: not everybody can point a camera.

use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};

/// The QR code of a text as an SVG file; none if the text is too long for one.
#[must_use]
pub fn svg(text: &str) -> Option<String> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    Some(code.render::<svg::Color<'_>>().min_dimensions(240, 240).build())
}

#[cfg(test)]
mod tests {
    use super::svg;

    #[test]
    fn a_picture_says_one_text_and_nothing_inline() {
        let picture = svg("otpauth://totp/a:b?secret=GEZD").unwrap();
        assert!(picture.contains("<svg ") && picture.contains("http://www.w3.org/2000/svg"), "{picture}");
        assert!(!picture.contains("style") && !picture.contains("script"), "{picture}");
        assert_ne!(svg("otpauth://totp/a:b?secret=GEZE").unwrap(), picture);
        assert_eq!(svg(&"x".repeat(4_000)), None);
    }
}
