//! UK postcodes.

use std::fmt;

/// Why a text is no postcode.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PostcodeError {
    /// Nothing was typed.
    #[error("no postcode was given")]
    Empty,
    /// Not of a form that Royal Mail gives out.
    #[error("this is not a full UK postcode")]
    Malformed,
}

/// A full UK postcode (BS 7666-2), folded: upper case, with one space before its last three characters.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Postcode(String);

impl Postcode {
    /// Folds case, spaces and the dashes and dots that people type. Whether there is such a postcode is not known here.
    ///
    /// # Errors
    /// [`PostcodeError`] says what to mend.
    pub fn parse(typed: &str) -> Result<Self, PostcodeError> {
        let folded: String = typed
            .chars()
            .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '.' | '(' | ')'))
            .map(|c| c.to_ascii_uppercase())
            .collect();
        if folded.is_empty() {
            return Err(PostcodeError::Empty);
        }
        if !folded.is_ascii() || !(5..=7).contains(&folded.len()) {
            return Err(PostcodeError::Malformed);
        }
        let (outward, inward) = folded.split_at(folded.len() - 3);
        if is_outward(outward) && is_inward(inward) {
            Ok(Self(format!("{outward} {inward}")))
        } else {
            Err(PostcodeError::Malformed)
        }
    }

    /// `HV1 1AA`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Without its space: what it is looked up by.
    #[must_use]
    pub fn folded(&self) -> String {
        self.0.replace(' ', "")
    }

    /// `HV1`: some thousands of addresses.
    #[must_use]
    pub fn district(&self) -> &str {
        self.0.split(' ').next().unwrap_or_default()
    }

    /// `HV1 1`: part of a district.
    #[must_use]
    pub fn sector(&self) -> &str {
        let end = self.0.len().saturating_sub(2);
        self.0.get(..end).unwrap_or_default()
    }
}

/// A9, A99, A9A, AA9, AA99 or AA9A.
pub(crate) fn is_outward(text: &str) -> bool {
    if text == "GIR" {
        return true;
    }
    let shape: String = text
        .bytes()
        .map(|b| {
            if b.is_ascii_uppercase() {
                'A'
            } else if b.is_ascii_digit() {
                '9'
            } else {
                '?'
            }
        })
        .collect();
    let mut letters = text.bytes();
    let first = letters.next().is_some_and(|b| !matches!(b, b'Q' | b'V' | b'X'));
    let second = letters.next().is_some_and(|b| !matches!(b, b'I' | b'J' | b'Z'));
    first && second && matches!(shape.as_str(), "A9" | "A99" | "A9A" | "AA9" | "AA99" | "AA9A")
}

/// A digit and two letters that cannot be mistaken for others.
fn is_inward(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes.next().is_some_and(|b| b.is_ascii_digit())
        && bytes.all(|b| b.is_ascii_uppercase() && !matches!(b, b'C' | b'I' | b'K' | b'M' | b'O' | b'V'))
}

impl fmt::Debug for Postcode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Postcode(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::{Postcode, PostcodeError};

    #[test]
    fn every_form_there_is_is_read_and_folded() {
        for (typed, kept, district, sector) in [
            ("hv1 1aa", "HV1 1AA", "HV1", "HV1 1"),
            (" HV11AA ", "HV1 1AA", "HV1", "HV1 1"),
            ("hv-12.3bb", "HV12 3BB", "HV12", "HV12 3"),
            ("M1 1AE", "M1 1AE", "M1", "M1 1"),
            ("B33 8TH", "B33 8TH", "B33", "B33 8"),
            ("W1A 0AX", "W1A 0AX", "W1A", "W1A 0"),
            ("EC1A\u{a0}1BB", "EC1A 1BB", "EC1A", "EC1A 1"),
            ("gir 0aa", "GIR 0AA", "GIR", "GIR 0"),
        ] {
            let postcode = Postcode::parse(typed).unwrap();
            assert_eq!((postcode.as_str(), postcode.district(), postcode.sector()), (kept, district, sector));
            assert_eq!(Postcode::parse(&postcode.folded()), Ok(postcode));
        }
    }

    #[test]
    fn what_is_no_full_postcode_is_refused() {
        assert_eq!(Postcode::parse(" - "), Err(PostcodeError::Empty));
        for bad in ["HV1", "HV1 1", "1AA HV1", "QV1 1AA", "HV1 1CA", "HV1 AAA", "HVV1 1AA", "H\u{412}1 1AA", "HV1 1AAA"]
        {
            assert_eq!(Postcode::parse(bad), Err(PostcodeError::Malformed), "{bad}");
        }
    }
}
