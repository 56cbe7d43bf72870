//! Who puts a change of policies in force, and the second person who approved it.

use super::Change;
use crate::domain::account::{FullName, NameError};

/// The people who stand for a change, as they were named. Nobody, unless somebody has to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Names {
    by: Option<FullName>,
    approved_by: Option<FullName>,
}

/// Why names are none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NamesError {
    /// Who does it.
    #[error("--by: {0}")]
    By(NameError),
    /// Who approved it.
    #[error("--approved-by: {0}")]
    ApprovedBy(NameError),
    /// One person is no second one.
    #[error("--by and --approved-by name the same person: somebody else has to read the change and approve it")]
    OnePerson,
}

/// A change that asks for a second named person, and has none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "a second person has to approve this, and nothing was changed.\n{}\nHave somebody else read it, then name both: \
     --by \"YOUR NAME\" --approved-by \"THEIR NAME\"",
    self.0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
)]
pub struct Unapproved(Vec<Change>);

impl Names {
    /// The names as typed.
    ///
    /// # Errors
    /// [`NamesError`] says what to mend.
    pub fn parse(by: Option<&str>, approved_by: Option<&str>) -> Result<Self, NamesError> {
        let by = by.map(FullName::parse).transpose().map_err(NamesError::By)?;
        let approved_by = approved_by.map(FullName::parse).transpose().map_err(NamesError::ApprovedBy)?;
        match (&by, &approved_by) {
            (Some(one), Some(other)) if one.is_same_as(other) => Err(NamesError::OnePerson),
            _ => Ok(Self { by, approved_by }),
        }
    }

    /// Whether these people are enough for what changes.
    ///
    /// # Errors
    /// [`Unapproved`] says which changes ask for a second one.
    pub fn suffice_for(&self, changes: &[Change]) -> Result<(), Unapproved> {
        let high: Vec<Change> = changes.iter().filter(|change| change.high_impact).cloned().collect();
        if high.is_empty() || (self.by.is_some() && self.approved_by.is_some()) {
            return Ok(());
        }
        Err(Unapproved(high))
    }

    /// Who puts it in force.
    #[must_use]
    pub const fn by(&self) -> Option<&FullName> {
        self.by.as_ref()
    }

    /// Who approved it.
    #[must_use]
    pub const fn approved_by(&self) -> Option<&FullName> {
        self.approved_by.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::{Change, NameError, Names, NamesError};

    #[test]
    fn a_second_person_is_another_one() {
        let parse = |by, other| Names::parse(Some(by), Some(other));
        let both = parse(" Ada  Wójcik", "Bea Lloyd ").unwrap();
        assert_eq!(both.by().unwrap().as_str(), "Ada Wójcik");
        assert_eq!(both.approved_by().unwrap().as_str(), "Bea Lloyd");
        for same in ["Ada Wójcik", "  ada   WÓJCIK ", "Ada Wo\u{301}jcik", "Ａda Wójcik"] {
            assert_eq!(parse("Ada Wójcik", same), Err(NamesError::OnePerson), "{same}");
        }
        assert_eq!(parse(" ", "Bea Lloyd"), Err(NamesError::By(NameError::Empty)));
        assert_eq!(parse("Ada Wójcik", "\u{a0}"), Err(NamesError::ApprovedBy(NameError::Empty)));
    }

    #[test]
    fn only_a_change_of_high_impact_asks_for_two() {
        let change = |words: &str, high_impact| Change { file: "a.toml".into(), words: words.into(), high_impact };
        let (name, claims) = (change("name.en is now B", false), change("claims gains address", true));
        let names = |by, other| Names::parse(by, other).unwrap();
        let none = Names::default();
        assert_eq!(none.suffice_for(&[]), Ok(()));
        assert_eq!(none.suffice_for(std::slice::from_ref(&name)), Ok(()));
        let both = [name, claims];
        let said = none.suffice_for(&both).unwrap_err().to_string();
        assert!(said.contains("! a.toml: claims gains address") && !said.contains("name.en"), "{said}");
        assert!(names(Some("Ada"), None).suffice_for(&both).is_err());
        assert!(names(None, Some("Bea")).suffice_for(&both).is_err());
        assert_eq!(names(Some("Ada"), Some("Bea")).suffice_for(&both), Ok(()));
    }
}
