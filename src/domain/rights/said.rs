//! What somebody says who asks or complains, read at the door: on our pages, or as an officer writes it down.

use crate::domain::account::{EmailAddress, EmailError, FullName, NameError};
use serde::{Deserialize, Serialize};

/// The longest text that is taken, in characters.
pub const LONGEST: usize = 4_000;
/// The longest postal address, in characters.
pub const LONGEST_ADDRESS: usize = 500;

/// What somebody said who asks or complains.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Said {
    /// Her name, if she has no account.
    pub name: String,
    /// Where she is written to, if she has none.
    pub email: String,
    /// The same by post.
    pub address: String,
    /// What it is about, in her words or as it was written down.
    pub words: String,
}

/// Why it is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unfit {
    /// No name, or none that can be shown.
    Name(NameError),
    /// Neither an e-mail address nor a postal one: no answer could reach her.
    NoReach,
    /// No e-mail address.
    Email,
    /// A postal address over [`LONGEST_ADDRESS`].
    LongAddress,
    /// Nothing.
    NoWords,
    /// Over [`LONGEST`].
    LongWords,
}

impl Said {
    /// Who writes that has no account here, where an answer goes and what it is about; or everything that is to be mended, in the
    /// order of the fields. `silent` requests say enough by their kind.
    ///
    /// # Errors
    /// At least one [`Unfit`].
    pub fn by_anybody([name, email, address, words]: [&str; 4], silent: bool) -> Result<Self, Vec<Unfit>> {
        let mut unfit = Vec::new();
        let name = FullName::parse(name).map_err(|error| unfit.push(Unfit::Name(error)));
        let address = plain(address);
        let email = match EmailAddress::parse(email) {
            Ok(email) => email.as_str().to_owned(),
            Err(error) => {
                match error {
                    // Who has none is written to by post.
                    EmailError::Empty if !address.is_empty() => {}
                    EmailError::Empty => unfit.push(Unfit::NoReach),
                    EmailError::Malformed => unfit.push(Unfit::Email),
                }
                String::new()
            }
        };
        if address.chars().count() > LONGEST_ADDRESS {
            unfit.push(Unfit::LongAddress);
        }
        let words = words_of(words, silent).map_err(|error| unfit.push(error));
        match (name, words) {
            (Ok(name), Ok(words)) if unfit.is_empty() => {
                Ok(Self { name: name.as_str().to_owned(), email, address, words })
            }
            _ => Err(unfit),
        }
    }

    /// What somebody says whose account says the rest.
    ///
    /// # Errors
    /// [`Unfit::NoWords`] or [`Unfit::LongWords`].
    pub fn by_a_resident(words: &str, silent: bool) -> Result<Self, Unfit> {
        Ok(Self { words: words_of(words, silent)?, ..Self::default() })
    }
}

/// Browsers end lines with two characters.
fn plain(typed: &str) -> String {
    typed.replace("\r\n", "\n").trim().to_owned()
}

fn words_of(typed: &str, silent: bool) -> Result<String, Unfit> {
    let words = plain(typed);
    match words.chars().count() {
        0 if !silent => Err(Unfit::NoWords),
        count if count > LONGEST => Err(Unfit::LongWords),
        _ => Ok(words),
    }
}

#[cfg(test)]
mod tests {
    use super::{LONGEST, LONGEST_ADDRESS, Said, Unfit};
    use crate::domain::account::NameError;

    #[test]
    fn whoever_has_no_account_says_who_and_where_and_what() {
        let said = Said::by_anybody([" Ada  Wójcik ", "ada@example.org", "", " My\r\nletters "], false).unwrap();
        assert_eq!((said.name.as_str(), said.words.as_str()), ("Ada Wójcik", "My\nletters"));
        assert_eq!((said.email.as_str(), said.address.as_str()), ("ada@example.org", ""));
        let by_post = Said::by_anybody(["Ada", " ", "1 Mill Lane\r\nHavenbrook", ""], true).unwrap();
        assert_eq!((by_post.email.as_str(), by_post.address.as_str()), ("", "1 Mill Lane\nHavenbrook"));
    }

    #[test]
    fn all_that_is_to_be_mended_is_said_at_once_in_the_order_of_the_fields() {
        let all = Said::by_anybody(["", "", "", ""], false).unwrap_err();
        assert_eq!(all, [Unfit::Name(NameError::Empty), Unfit::NoReach, Unfit::NoWords]);
        let (far, long) = ("a".repeat(LONGEST_ADDRESS + 1), "é".repeat(LONGEST + 1));
        let all = Said::by_anybody(["Ada", "ada@", &far, &long], true).unwrap_err();
        assert_eq!(all, [Unfit::Email, Unfit::LongAddress, Unfit::LongWords]);
        assert!(Said::by_anybody(["Ada", "", &"a".repeat(LONGEST_ADDRESS), &"é".repeat(LONGEST)], false).is_ok());
    }

    #[test]
    fn a_resident_says_what_it_is_about_unless_the_kind_says_it() {
        assert_eq!(Said::by_a_resident(" ", false), Err(Unfit::NoWords));
        assert_eq!(Said::by_a_resident(&"é".repeat(LONGEST + 1), true), Err(Unfit::LongWords));
        assert_eq!(Said::by_a_resident(" ", true), Ok(Said::default()));
        assert_eq!(Said::by_a_resident("My address", false).unwrap().words, "My address");
    }
}
