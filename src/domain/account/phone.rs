//! Phone numbers.

use std::fmt;

/// Why a text is no phone number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PhoneError {
    /// Nothing was typed.
    #[error("no phone number was given")]
    Empty,
    /// Not a number one can dial.
    #[error("the phone number is not in the right form, like 01632 960001, 07700 900982 or +44 808 157 0192")]
    Malformed,
}

/// A phone number in E.164: `+447700900982`.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Phone(String);

impl Phone {
    /// Reads a number as people write it: a UK one with its leading 0, any other with + or 00 and its country.
    ///
    /// # Errors
    /// [`PhoneError`] says what to mend.
    pub fn parse(typed: &str) -> Result<Self, PhoneError> {
        let text: String = typed.replace("(0)", "").chars().filter(|c| !c.is_whitespace() && !is_mark(*c)).collect();
        if text.is_empty() {
            return Err(PhoneError::Empty);
        }
        let abroad = text.strip_prefix('+').or_else(|| text.strip_prefix("00"));
        let number = match (abroad, text.strip_prefix('0')) {
            (Some(number), _) => number.to_owned(),
            (None, Some(national)) => format!("44{national}"),
            (None, None) => return Err(PhoneError::Malformed),
        };
        if !number.bytes().all(|b| b.is_ascii_digit()) || number.starts_with('0') {
            return Err(PhoneError::Malformed);
        }
        let fits = match number.strip_prefix("44") {
            // Mobile and personal numbers have ten digits; a few old landlines have nine.
            Some(national) if national.starts_with('7') => national.len() == 10,
            Some(national) => (9..=10).contains(&national.len()) && !national.starts_with(['0', '4', '6']),
            // ITU-T E.164 §6.2.1: at most 15 digits; the shortest in use have seven.
            None => (7..=15).contains(&number.len()),
        };
        if fits { Ok(Self(format!("+{number}"))) } else { Err(PhoneError::Malformed) }
    }

    /// `+447700900982`: how it is stored, looked up and released (OIDC Core §5.1).
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// "•••001": enough to tell which of her numbers it is.
    #[must_use]
    pub fn masked(&self) -> String {
        let last = self.0.len().saturating_sub(3);
        format!("•••{}", self.0.get(last..).unwrap_or_default())
    }

    /// As it is read out at home: `07700 900982`; a number of elsewhere with its country.
    #[must_use]
    pub fn spoken(&self) -> String {
        match self.0.strip_prefix("+44").and_then(|national| national.split_at_checked(4)) {
            Some((first, rest)) => format!("0{first} {rest}"),
            None => self.0.clone(),
        }
    }
}

/// What people put between the digits.
const fn is_mark(c: char) -> bool {
    matches!(c, '-' | '(' | ')' | '.' | '/' | '\u{2010}'..='\u{2015}')
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Phone(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::{Phone, PhoneError};

    #[test]
    fn a_number_is_read_as_people_write_it() {
        for (typed, kept, spoken) in [
            ("07700 900982", "+447700900982", "07700 900982"),
            (" (01632) 960-001 ", "+441632960001", "01632 960001"),
            ("+44 (0)7700 900982", "+447700900982", "07700 900982"),
            ("0044 7700900982", "+447700900982", "07700 900982"),
            ("+353 1 234 5678", "+35312345678", "+35312345678"),
        ] {
            let phone = Phone::parse(typed).unwrap();
            assert_eq!((phone.as_str(), phone.spoken().as_str()), (kept, spoken));
            assert_eq!(phone.masked(), format!("•••{}", &kept[kept.len() - 3..]));
            assert_eq!(Phone::parse(phone.as_str()), Ok(phone));
        }
    }

    #[test]
    fn what_cannot_be_dialled_is_refused() {
        assert_eq!(Phone::parse(" - "), Err(PhoneError::Empty));
        for bad in
            ["7700900982", "0770090098", "077009009822", "+0 123", "0700 CALL ME", "999", "+44 0770", "+", "++44"]
        {
            assert_eq!(Phone::parse(bad), Err(PhoneError::Malformed), "{bad}");
        }
        assert_eq!(Phone::parse(&"1".repeat(4000)), Err(PhoneError::Malformed));
    }
}
