//! The council's colours (`[brand]` of controller.toml), as a small style sheet after ours. It is served under a name made
//! from its content, so that it may be cached for ever and the content security policy stays as it is.

use crate::domain::colour::Colour;
use std::sync::Arc;

/// The sheet.
#[derive(Debug, Clone)]
pub struct Sheet {
    /// The name it is served under: `council.<hash>.css`.
    pub name: Arc<str>,
    /// The rules.
    pub css: Arc<str>,
    /// What browsers colour their own frame with.
    pub theme: Arc<str>,
}

impl Sheet {
    /// For a council's colours: the first behind the header, the second for lines, marks and panels.
    #[must_use]
    pub fn of(header: Colour, accent: Colour) -> Self {
        let css = format!(
            ":root{{--govuk-brand-colour:{accent}}}.govuk-generic-header{{background:{header}}}\
             .app-footer{{border-top-color:{accent}}}\
             @media print{{.govuk-generic-header{{background:transparent}}}}\n"
        );
        Self {
            name: format!("council.{:012x}.css", digest(css.as_bytes())).into(),
            css: css.into(),
            theme: header.to_string().into(),
        }
    }

    /// Its address.
    #[must_use]
    pub fn url(&self) -> String {
        format!("/council/{}", self.name)
    }
}

/// Tells two contents apart (FNV-1a, 48 bits of it): a name, and no proof of anything.
fn digest(bytes: &[u8]) -> u64 {
    let hash = bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3));
    hash >> 16
}

#[cfg(test)]
mod tests {
    use super::Sheet;
    use crate::domain::colour::Colour;

    #[test]
    fn other_colours_have_another_name() {
        let colour = |text| Colour::parse(text).unwrap();
        let sheet = Sheet::of(colour("#1d4e3f"), colour("#00703c"));
        assert!(sheet.name.starts_with("council.") && sheet.name.len() == "council.0123456789ab.css".len());
        assert!(
            sheet.css.contains(".govuk-generic-header{background:#1d4e3f}")
                && sheet.css.contains("border-top-color:#00703c")
        );
        assert_ne!(Sheet::of(colour("#1d4e3f"), colour("#00703d")).name, sheet.name);
        assert_eq!(Sheet::of(colour("#1D4E3F"), colour("#00703C")).name, sheet.name);
    }
}
