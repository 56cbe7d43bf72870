//! A copy of everything that is held about a person, made by an officer in a case of hers (UK GDPR Art 15): what has to be known
//! before it is made, which words in it are looked at before they leave, and how it reaches her.
//!
//! ```text
//! identity, coercion ──(a worry: a second person)──> ordered ──job──> gathered ──each piece decided──> reviewed ──job──> made
//!    made ──> released to her account, for a day ──> delivered
//!      └────> handed over by the officer ────────────────┘
//! ```

use super::case::Facts;
use super::download::{Cell, Section};
use super::kind::Kind;
use crate::domain::ids::StaffId;
use crate::domain::time::When;
use crate::domain::word_list::words;
use std::collections::BTreeMap;
use std::time::Duration;

/// How long it can be fetched from her account once it was released to it.
pub const LASTS: Duration = Duration::from_hours(24);
/// The most pieces that are decided one by one. Whatever is beyond them stays hidden, as about another person.
pub const MOST: usize = 2_000;
/// The longest words of an entry, in characters.
pub const LONGEST: usize = 2_000;

words! {
    /// What is noted in a case about its copy.
    Noted {
        /// How it is known who she is.
        Identity = "identity";
        /// Whether anybody makes her ask.
        Coercion = "coercion";
        /// What a second person decided on a worry.
        Decision = "decision";
        /// It was ordered.
        Ordered = "ordered";
        /// All of it was gathered.
        Gathered = "gathered";
        /// Each piece was decided.
        Reviewed = "reviewed";
        /// It was made.
        Made = "made";
        /// It was released to her account.
        Released = "released";
        /// She has it.
        Delivered = "delivered";
    }
}

words! {
    /// How it is known who she is. Nobody asks for more proof than the account has itself.
    Identity {
        /// She asked for it while she was signed in.
        Session = "session";
        /// By the means of the account: a code to its address, its password.
        Account = "account";
        /// She showed who she is at a desk.
        Desk = "desk";
        /// She knew details that only she knows.
        Details = "details";
    }
}

words! {
    /// Whether anybody makes her ask: to require it is an offence (DPA 2018 s184), and who lives with somebody who watches her must
    /// have a safe way to get it.
    Coercion {
        /// She was alone, asked for herself, and named a safe way.
        Clear = "clear";
        /// There is a worry.
        Worry = "worry";
    }
}

words! {
    /// What a second person decided on a worry.
    Decision {
        /// It is made.
        Go = "go";
        /// It is not, for now.
        Stop = "stop";
    }
}

words! {
    /// How it reached her.
    Way {
        /// She fetched it in her account.
        Account = "account";
        /// It was handed over at a desk.
        Desk = "desk";
        /// It was posted.
        Post = "post";
    }
}

words! {
    /// What is decided of a piece.
    Verdict {
        /// It stays: she was told it before.
        KeepTold = "keep_told";
        /// It stays: who is named acted in their work for the council.
        KeepWork = "keep_work";
        /// It stays: who is named agrees, or it is reasonable without (DPA 2018 Sch 2 para 16).
        KeepAgreed = "keep_agreed";
        /// It goes: it is the name of another person.
        HidePerson = "hide_person";
        /// It goes: another person said it in confidence.
        HideConfidence = "hide_confidence";
        /// It goes: somebody could be harmed.
        HideHarm = "hide_harm";
    }
}

impl Verdict {
    /// Whether it stays.
    #[must_use]
    pub const fn keeps(self) -> bool {
        matches!(self, Self::KeepTold | Self::KeepWork | Self::KeepAgreed)
    }
}

/// One thing that was noted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What.
    pub noted: Noted,
    /// How it came out, in the word of its list.
    pub outcome: String,
    /// Who noted it; none of the program and of herself.
    pub by: Option<StaffId>,
    /// When.
    pub at: When,
}

/// How far it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Stage {
    /// None was ordered.
    #[default]
    None,
    /// It is being gathered.
    Ordered,
    /// Its pieces wait to be decided.
    Gathered,
    /// It is being made.
    Reviewed,
    /// It is there.
    Made,
    /// She can fetch it until then.
    Released(When),
    /// She has it, in this way.
    Delivered(Way),
}

/// Whether anybody makes her ask, as far as it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Checked {
    /// Nobody has asked.
    #[default]
    No,
    /// There is no worry.
    Clear,
    /// There is one, of these people's.
    Worry(Option<StaffId>),
    /// A second person has decided that it is made.
    Go,
    /// A second person has decided that it is not; the worry is this person's.
    Stop(Option<StaffId>),
}

/// What was noted comes to this.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Standing {
    /// How it is known who she is.
    pub identity: Option<Identity>,
    /// Whether anybody makes her ask.
    pub checked: Checked,
    /// How far it is.
    pub stage: Stage,
}

/// Why something is not done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Barred {
    /// The case is about something else, or of nobody with an account.
    WrongCase,
    /// The case is closed, or who she is was asked and not shown.
    NotNow,
    /// Nobody has noted how it is known who she is.
    NoIdentity,
    /// She asked while she was signed in, and that is proof; or it says so of somebody who did not.
    WrongProof,
    /// Nobody has noted whether anybody makes her ask.
    NoCheck,
    /// There is a worry that no second person has decided on.
    Worry,
    /// Who decides on a worry is not the one whose it is.
    OwnWorry,
}

impl Standing {
    /// What these come to, in the order they were noted.
    #[must_use]
    pub fn fold(entries: &[Entry]) -> Self {
        let mut standing = Self::default();
        for entry in entries {
            standing.take(entry);
        }
        standing
    }

    fn take(&mut self, entry: &Entry) {
        match entry.noted {
            Noted::Identity => self.identity = Identity::parse(&entry.outcome),
            // A word that is not known is a worry.
            Noted::Coercion if entry.outcome == Coercion::Clear.as_str() => self.checked = Checked::Clear,
            Noted::Coercion => self.checked = Checked::Worry(entry.by),
            Noted::Decision => {
                let of = match self.checked {
                    Checked::Worry(of) | Checked::Stop(of) => of,
                    _ => None,
                };
                let go = entry.outcome == Decision::Go.as_str();
                self.checked = if go { Checked::Go } else { Checked::Stop(of) };
            }
            Noted::Ordered => self.stage = Stage::Ordered,
            Noted::Gathered => self.stage = Stage::Gathered,
            Noted::Reviewed => self.stage = Stage::Reviewed,
            Noted::Made => self.stage = Stage::Made,
            Noted::Released => self.stage = Stage::Released(entry.at + LASTS),
            Noted::Delivered => self.stage = Stage::Delivered(Way::parse(&entry.outcome).unwrap_or(Way::Account)),
        }
    }

    /// Whether it is there and can go to her: it was made, and no day runs in which she can fetch it.
    #[must_use]
    pub fn is_ready(&self, now: When) -> bool {
        match self.stage {
            Stage::Made => true,
            Stage::Released(until) => until <= now,
            _ => false,
        }
    }

    /// Until when she can fetch it in her account.
    #[must_use]
    pub fn open_until(&self, now: When) -> Option<When> {
        if let Stage::Released(until) = self.stage { (now < until).then_some(until) } else { None }
    }

    /// Whether an officer may note this now. `known` says that she asked while she was signed in; `by_same` whether the officer is
    /// the one whose worry it is.
    ///
    /// # Errors
    /// [`Barred`] says why not.
    pub fn may(
        &self,
        noted: Noted,
        outcome: &str,
        (facts, known): (&Facts, bool),
        by_same: impl Fn(Option<StaffId>) -> bool,
        now: When,
    ) -> Result<(), Barred> {
        if facts.kind != Kind::Access {
            return Err(Barred::WrongCase);
        }
        if facts.closed.is_some() || facts.awaits_identity() {
            return Err(Barred::NotNow);
        }
        let before = self.stage == Stage::None;
        match noted {
            Noted::Identity if before => match Identity::parse(outcome) {
                Some(proof) if (proof == Identity::Session) == known => Ok(()),
                _ => Err(Barred::WrongProof),
            },
            Noted::Coercion if before => match self.checked {
                Checked::No | Checked::Clear => Ok(()),
                _ => Err(Barred::Worry),
            },
            Noted::Decision if before => match self.checked {
                Checked::Worry(of) | Checked::Stop(of) if by_same(of) => Err(Barred::OwnWorry),
                Checked::Worry(_) | Checked::Stop(_) => Ok(()),
                _ => Err(Barred::NotNow),
            },
            Noted::Ordered if before => match (self.identity, self.checked) {
                (None, _) => Err(Barred::NoIdentity),
                (_, Checked::No) => Err(Barred::NoCheck),
                (_, Checked::Worry(_) | Checked::Stop(_)) => Err(Barred::Worry),
                (Some(_), Checked::Clear | Checked::Go) => Ok(()),
            },
            Noted::Reviewed if self.stage == Stage::Gathered => Ok(()),
            Noted::Released | Noted::Delivered if self.is_ready(now) => Ok(()),
            _ => Err(Barred::NotNow),
        }
    }
}

/// Words that others wrote, or that name others: the same words of a part are one piece, wherever they stand in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece<'a> {
    /// The name of the part.
    pub part: &'a str,
    /// When the first of them was written, where the part says it.
    pub at: Option<When>,
    /// The words.
    pub text: &'a str,
    /// How often they stand there.
    pub count: usize,
}

/// The pieces of a copy, in the order in which they stand there.
#[must_use]
pub fn pieces(sections: &[Section]) -> Vec<Piece<'_>> {
    let mut pieces: Vec<Piece<'_>> = Vec::new();
    let mut known: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for section in sections {
        for row in &section.rows {
            for cell in row {
                let Cell::Others(text) = cell else { continue };
                let next = pieces.len();
                let place = *known.entry((&section.name, text)).or_insert(next);
                if let Some(piece) = pieces.get_mut(place) {
                    piece.count += 1;
                } else {
                    let at = row.iter().find_map(|cell| if let Cell::At(at) = cell { Some(*at) } else { None });
                    pieces.push(Piece { part: &section.name, at, text, count: 1 });
                }
            }
        }
    }
    pieces
}

/// The copy with every piece as it was decided, in the order of [`pieces`]: what stays stands as it is, what goes is a mark that says
/// why. A piece that nobody decided goes.
#[must_use]
pub fn redacted(sections: &[Section], verdicts: &[Verdict], mark: impl Fn(Verdict) -> String) -> Vec<Section> {
    let order: BTreeMap<(&str, &str), usize> =
        pieces(sections).iter().enumerate().map(|(place, piece)| ((piece.part, piece.text), place)).collect();
    let decide = |section: &Section, cell: &Cell| {
        let Cell::Others(text) = cell else { return cell.clone() };
        let place = order.get(&(&*section.name, &**text));
        let verdict = place.and_then(|place| verdicts.get(*place)).copied().unwrap_or(Verdict::HidePerson);
        Cell::Text(if verdict.keeps() { text.clone() } else { mark(verdict) })
    };
    sections
        .iter()
        .map(|section| Section {
            rows: section.rows.iter().map(|row| row.iter().map(|cell| decide(section, cell)).collect()).collect(),
            ..section.clone()
        })
        .collect()
}

/// What an officer decided, piece by piece; the word of each, with spaces between, as it is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Decided(pub String);

impl Decided {
    /// As it is kept.
    #[must_use]
    pub fn of(verdicts: &[Verdict]) -> Self {
        Self(verdicts.iter().map(|verdict| verdict.as_str()).collect::<Vec<_>>().join(" "))
    }

    /// As it was decided.
    #[must_use]
    pub fn verdicts(&self) -> Vec<Verdict> {
        self.0.split_whitespace().map(|word| Verdict::parse(word).unwrap_or(Verdict::HidePerson)).collect()
    }
}

#[cfg(test)]
mod tests;
