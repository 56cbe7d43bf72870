//! Editions of notices: what each one changed, who approved it, and from which day it holds. Languages and hashes come from
//! the files; an edition says nothing that a resident reads.

use super::Register;
use crate::domain::sharing::{NoticeChange, NoticeRef};
use jiff::civil::Date;
use serde::Deserialize;

/// What is registered of an edition.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Edition {
    /// Which notice.
    pub id: String,
    /// Which edition of it.
    pub version: u32,
    /// Whether it says something else than the one before. The first one does: nobody was told before.
    pub change: NoticeChange,
    /// Why it is the one or the other.
    pub why: String,
    /// Who approved it.
    pub approved_by: String,
    /// Where that is written down.
    pub approved_ref: String,
    /// The first day it holds.
    #[serde(deserialize_with = "crate::policy::dates::day")]
    pub effective_from: Date,
}

impl Edition {
    /// The notice and edition.
    #[must_use]
    pub fn reference(&self) -> NoticeRef {
        NoticeRef { id: self.id.clone(), version: self.version }
    }

    pub(in crate::policy) fn is(&self, reference: &NoticeRef) -> bool {
        self.id == reference.id && self.version == reference.version
    }
}

impl Register {
    /// Whether who has read one has read the other, in substance: every edition between them, the later one included, is
    /// editorial. An edition that is not in the register is taken for a material one.
    #[must_use]
    pub fn same_in_substance(&self, a: &NoticeRef, b: &NoticeRef) -> bool {
        if a.id != b.id {
            return false;
        }
        let (earlier, later) = (a.version.min(b.version), a.version.max(b.version));
        // From the later one down: a version that no entry names ends it, however large the number is.
        (earlier + 1..=later).rev().all(|version| {
            let reference = NoticeRef { id: a.id.clone(), version };
            self.edition(&reference).is_some_and(|edition| edition.change == NoticeChange::Editorial)
        })
    }

    /// The edition that holds on a day where a share names `named`: the latest up to it that has taken effect. The one
    /// named, where none has, or nothing is registered of it.
    #[must_use]
    pub fn edition_on(&self, named: &NoticeRef, day: Date) -> NoticeRef {
        if self.edition(named).is_none_or(|edition| edition.effective_from <= day) {
            return named.clone();
        }
        let earlier = self.editions.iter().filter(|edition| edition.id == named.id && edition.version < named.version);
        let in_effect = earlier.filter(|edition| edition.effective_from <= day);
        in_effect.max_by_key(|edition| edition.version).map_or_else(|| named.clone(), Edition::reference)
    }

    /// The editions that will hold after the one of [`Self::edition_on`], each from its day, up to the one that is named: the
    /// next one first.
    #[must_use]
    pub fn editions_ahead(&self, named: &NoticeRef, day: Date) -> Vec<&Edition> {
        let holds = self.edition_on(named, day).version;
        let between =
            |edition: &&Edition| edition.id == named.id && edition.version > holds && edition.version <= named.version;
        let ahead = self.editions.iter().filter(between).filter(|edition| edition.effective_from > day);
        let mut ahead: Vec<&Edition> = ahead.collect();
        ahead.sort_by_key(|edition| edition.version);
        ahead
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::sharing::NoticeRef;
    use crate::domain::time::When;
    use crate::policy::sample::tests::with;
    use jiff::civil::date;

    const REGISTER: &str = "register.toml";
    const FIRST: &str = "[[notice]]\nid = \"parking-permit\"\nversion = 1\n";

    fn edition(version: u32, change: &str, from: &str) -> String {
        format!(
            "[[notice]]\nid = \"parking-permit\"\nversion = {version}\nchange = {change:?}\nwhy = \"x\"\n\
             approved_by = \"Data Protection Officer\"\napproved_ref = \"x\"\neffective_from = {from}\n\n"
        )
    }

    fn of(text: &str) -> NoticeRef {
        NoticeRef::parse(text).unwrap()
    }

    #[test]
    fn editorial_editions_say_the_same_and_material_ones_something_else() {
        let more = edition(2, "editorial", "2026-12-01")
            + &edition(3, "material", "2027-01-01")
            + &edition(4, "editorial", "2027-02-01");
        let bundle = with(&[(REGISTER, FIRST, &format!("{more}{FIRST}"))]).unwrap();
        let same = |a: &str, b: &str| bundle.same_in_substance(&of(a), &of(b));
        for (a, b, is) in [
            ("parking-permit@1", "parking-permit@1", true),
            ("parking-permit@1", "parking-permit@2", true),
            ("parking-permit@2", "parking-permit@1", true),
            ("parking-permit@2", "parking-permit@3", false),
            ("parking-permit@1", "parking-permit@4", false),
            ("parking-permit@3", "parking-permit@4", true),
            // What nobody registered may say anything.
            ("parking-permit@4", "parking-permit@5", false),
            ("parking-permit@1", "parking-permit@4294967295", false),
            ("parking-permit@1", "account@1", false),
            ("nobody@1", "nobody@1", true),
        ] {
            assert_eq!(same(a, b), is, "{a} {b}");
        }
    }

    #[test]
    fn an_edition_holds_from_its_day() {
        let more = edition(2, "material", "2027-01-01") + &edition(3, "material", "2027-02-01");
        let bundle = with(&[(REGISTER, FIRST, &format!("{more}{FIRST}"))]).unwrap();
        let on = |named: &str, day| bundle.register.edition_on(&of(named), day).to_string();
        assert_eq!(on("parking-permit@3", date(2026, 12, 31)), "parking-permit@1");
        assert_eq!(on("parking-permit@3", date(2027, 1, 1)), "parking-permit@2");
        assert_eq!(on("parking-permit@3", date(2027, 2, 1)), "parking-permit@3");
        assert_eq!(on("parking-permit@2", date(2027, 2, 1)), "parking-permit@2", "never a later one than is named");
        assert_eq!(on("parking-permit@1", date(2020, 1, 1)), "parking-permit@1", "there is none before it");
        assert_eq!(on("parking-permit@9", date(2020, 1, 1)), "parking-permit@9");
        // What comes is said beside it, as far as the service names it.
        let ahead = |named: &str, day| {
            let found = bundle.register.editions_ahead(&of(named), day);
            found.iter().map(|one| format!("{} {}", one.reference(), one.effective_from)).collect::<Vec<_>>()
        };
        let (second, third) = ("parking-permit@2 2027-01-01", "parking-permit@3 2027-02-01");
        assert_eq!(ahead("parking-permit@3", date(2026, 12, 31)), [second, third]);
        assert_eq!(ahead("parking-permit@3", date(2027, 1, 1)), [third]);
        assert_eq!(ahead("parking-permit@2", date(2026, 12, 31)), [second]);
        for (named, day) in [("parking-permit@3", date(2027, 2, 1)), ("parking-permit@1", date(2020, 1, 1))] {
            assert_eq!(ahead(named, day), [""; 0], "{named} {day}");
        }
        assert_eq!(ahead("parking-permit@4294967295", date(2020, 1, 1)), [""; 0], "nothing is registered of it");
    }

    #[test]
    fn its_day_begins_at_midnight_where_the_council_is() {
        let more = edition(2, "material", "2027-07-01") + &edition(3, "material", "2027-12-01");
        let bundle = with(&[(REGISTER, FIRST, &format!("{more}{FIRST}"))]).unwrap();
        let at = |named: &str, time: &str| {
            let now = When::from(time.parse::<jiff::Timestamp>().unwrap());
            bundle.edition_at(&of(named), now).to_string()
        };
        // An hour before midnight UTC in summer.
        assert_eq!(at("parking-permit@2", "2027-06-30T22:59:59Z"), "parking-permit@1");
        assert_eq!(at("parking-permit@2", "2027-06-30T23:00:00Z"), "parking-permit@2");
        assert_eq!(at("parking-permit@3", "2027-11-30T23:59:59Z"), "parking-permit@2");
        assert_eq!(at("parking-permit@3", "2027-12-01T00:00:00Z"), "parking-permit@3");
    }
}
