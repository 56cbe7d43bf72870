//! Which passwords are refused when they are chosen: common ones, breached ones, guessable ones, and those made of what
//! anyone would try for this person here.

mod filter;

pub use filter::{BreachedFilter, FilterError};

use super::password::Password;
use zxcvbn::Score;

/// Why a password is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Weakness {
    /// Little is left of it without the person's name or address, or the council's or service's name.
    #[error("it is made of names that anyone would try")]
    Context,
    /// It is on the list of passwords known from breaches.
    #[error("it is on a list of passwords that others have found out")]
    Breached,
    /// A common word, a pattern, or a small change of one.
    #[error("it is easy to guess")]
    Guessable,
}

/// The check of chosen passwords.
#[derive(Debug, Default)]
pub struct WeakPasswords {
    breached: Option<BreachedFilter>,
}

impl WeakPasswords {
    /// With the operator's filter of breached passwords, if one was imported. The list inside zxcvbn is always used.
    #[must_use]
    pub const fn new(breached: Option<BreachedFilter>) -> Self {
        Self { breached }
    }

    /// Whether a password may be chosen. `context` holds the texts that anyone would try: full name, e-mail address,
    /// the names of council and services. Takes some milliseconds of computing for a long password.
    ///
    /// A context word inside a longer password is no fault ("garden" in a passphrase); that nothing much remains
    /// without it is.
    ///
    /// # Errors
    /// [`Weakness`], the first that holds.
    pub fn check(&self, password: &Password, context: &[&str]) -> Result<(), Weakness> {
        let words = words(context);
        if left_without(password.as_str(), &words) < Password::MIN_CHARS {
            return Err(Weakness::Context);
        }
        if self.breached.as_ref().is_some_and(|list| list.contains(password.as_str())) {
            return Err(Weakness::Breached);
        }
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        if zxcvbn::zxcvbn(password.as_str(), &words).score() < Score::Two {
            return Err(Weakness::Guessable);
        }
        Ok(())
    }
}

/// The context's words of four letters and more, lower case, longest first.
fn words(context: &[&str]) -> Vec<String> {
    let mut words: Vec<String> = context
        .iter()
        .flat_map(|text| text.split(|c: char| !c.is_alphanumeric()))
        .filter(|word| word.chars().count() >= 4)
        .map(str::to_lowercase)
        .collect();
    words.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
    words.dedup();
    words
}

/// How many characters remain once every context word is taken out; a password without any keeps its length.
fn left_without(password: &str, words: &[String]) -> usize {
    let folded = password.to_lowercase();
    let left = words.iter().fold(folded, |text, word| text.replace(word.as_str(), ""));
    left.chars().count()
}

#[cfg(test)]
mod tests {
    use super::{BreachedFilter, WeakPasswords, Weakness};
    use crate::crypto::password::Password;

    const CONTEXT: &[&str] =
        &["Ada Wójcik", "ada.wojcik@example.org", "Havenbrook Borough Council", "Garden waste", "Portreeve"];

    fn check(list: &WeakPasswords, typed: &str) -> Result<(), Weakness> {
        list.check(&Password::parse(typed).unwrap(), CONTEXT)
    }

    /// Security row A09.
    #[test]
    fn common_and_guessable_passwords_are_refused() {
        let list = WeakPasswords::default();
        for common in ["password", "Password1", "12345678", "qwertyuiop", "letmein1", "aaaaaaaaaa", "abcdefgh"] {
            assert_eq!(check(&list, common), Err(Weakness::Guessable), "{common}");
        }
    }

    /// Security row A09.
    #[test]
    fn what_anyone_would_try_here_is_refused() {
        let list = WeakPasswords::default();
        for typed in ["Havenbrook2026!", "havenbrook-council", "wojcik123", "WÓJCIK99", "Portreeve1", "GardenWaste1"] {
            assert_eq!(check(&list, typed), Err(Weakness::Context), "{typed}");
        }
    }

    /// Security row A09: no composition rule, long ones, spaces and emoji are fine.
    #[test]
    fn good_passwords_of_any_make_are_accepted() {
        let list = WeakPasswords::default();
        for typed in [
            "turnip lantern cobble",
            "xkqzvwmphj",
            "🐝🦊🌧️ hedgerow",
            "garden-turnip-lantern",
            &"correct horse battery staple ".repeat(4),
        ] {
            assert_eq!(check(&list, typed), Ok(()), "{typed}");
        }
    }

    #[test]
    fn breached_passwords_are_refused() {
        let lines = b"turnip lantern cobble\nanother one entirely\n" as &[u8];
        let list = WeakPasswords::new(Some(BreachedFilter::import(lines).unwrap()));
        assert_eq!(check(&list, "turnip lantern cobble"), Err(Weakness::Breached));
        assert_eq!(WeakPasswords::default().check(&Password::parse("turnip lantern cobble").unwrap(), &[]), Ok(()));
    }
}
