//! What the policies come to: for each action and role the smallest sets of conditions under which it is allowed, found by
//! asking the engine under all circumstances there are.

use super::Access;
use crate::domain::staff::{Action, Circumstances, Role};
use serde::{Serialize, Serializer};
use std::fmt;

/// How many circumstances there are to ask under.
const ALL: u8 = 1 << 6;

/// What one role may do of one action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Row {
    /// The action.
    #[serde(serialize_with = "word_of_action")]
    pub action: Action,
    /// The role.
    #[serde(serialize_with = "word_of_role")]
    pub role: Role,
    /// Each smallest set of conditions that is enough. None: never. One without a condition: always.
    pub when: Vec<Condition>,
}

/// What has to be so, and what must not be so, for something to be allowed. What is named in neither is of no account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Condition {
    /// Circumstances that must be.
    pub needs: Vec<&'static str>,
    /// Circumstances that must not be.
    pub unless: Vec<&'static str>,
}

impl Access {
    /// Everything the policies come to, by action, then role.
    #[must_use]
    pub fn table(&self) -> Vec<Row> {
        let pairs = Action::ALL.iter().flat_map(|action| Role::ALL.iter().map(|role| (*action, *role)));
        pairs.map(|(action, role)| Row { action, role, when: self.conditions(&[role], action) }).collect()
    }

    /// The smallest sets of conditions under which somebody in these roles may do this.
    #[must_use]
    pub fn conditions(&self, roles: &[Role], action: Action) -> Vec<Condition> {
        let allowed: Vec<bool> = every().map(|of| self.decide(roles, action, of).allowed).collect();
        let enough = |cube: &Cube| allowed.iter().zip(0..ALL).all(|(allowed, at)| *allowed || !cube.holds(at));
        let mut smallest: Vec<Cube> =
            Cube::all().filter(|cube| enough(cube) && !cube.wider().any(|wider| enough(&wider))).collect();
        // Those that ask for the least stand first.
        smallest.sort_by_key(|cube| (cube.cares.count_ones(), cube.cares));
        smallest.into_iter().map(Cube::said).collect()
    }
}

impl Row {
    /// In words: "never", "always", or when.
    #[must_use]
    pub fn in_words(&self) -> String {
        if self.when.is_empty() {
            return "never".to_owned();
        }
        self.when.iter().map(ToString::to_string).collect::<Vec<_>>().join("; or ")
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.needs.is_empty() && self.unless.is_empty() {
            return f.write_str("always");
        }
        let mut parts = Vec::new();
        if self.needs.contains(&"glass_broken") {
            parts.push("behind broken glass".to_owned());
        }
        let with: Vec<&str> = self.needs.iter().filter_map(|need| thing(need)).collect();
        if let Some((last, rest)) = with.split_last() {
            let and = if rest.is_empty() { String::new() } else { format!("{} and ", rest.join(", ")) };
            parts.push(format!("with {and}{last}"));
        }
        if self.needs.contains(&"conflict") {
            parts.push("if they know the person".to_owned());
        }
        parts.extend(self.unless.iter().map(|not| match *not {
            "conflict" => "unless they know the person".to_owned(),
            "glass_broken" => "while the glass is whole".to_owned(),
            other => format!("without {}", thing(other).unwrap_or(other)),
        }));
        f.write_str(&parts.join(", "))
    }
}

/// A circumstance that somebody brings along.
fn thing(name: &str) -> Option<&'static str> {
    match name {
        "reason" => Some("a reason"),
        "case" => Some("a case"),
        "fresh" => Some("fresh proof"),
        "approved" => Some("a second person’s approval"),
        _ => None,
    }
}

/// Circumstances by name: what policies call them.
pub(super) fn named(of: Circumstances) -> [(&'static str, bool); 6] {
    let Circumstances { reason, case, fresh, approved, glass_broken, conflict } = of;
    [
        ("reason", reason),
        ("case", case),
        ("fresh", fresh),
        ("approved", approved),
        ("glass_broken", glass_broken),
        ("conflict", conflict),
    ]
}

/// All circumstances there are; the n-th has those whose bit is set in n, in the order of [`named`].
pub(super) fn every() -> impl Iterator<Item = Circumstances> {
    (0..ALL).map(|n| {
        let bit = |at: u8| n & (1 << at) != 0;
        Circumstances {
            reason: bit(0),
            case: bit(1),
            fresh: bit(2),
            approved: bit(3),
            glass_broken: bit(4),
            conflict: bit(5),
        }
    })
}

/// All circumstances in which those that it cares about are as it wants them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Cube {
    cares: u8,
    wants: u8,
}

impl Cube {
    fn all() -> impl Iterator<Item = Self> {
        (0..ALL)
            .flat_map(|cares| (0..ALL).filter(move |wants| wants & !cares == 0).map(move |wants| Self { cares, wants }))
    }

    const fn holds(self, at: u8) -> bool {
        at & self.cares == self.wants
    }

    /// Those that care about one circumstance less.
    fn wider(self) -> impl Iterator<Item = Self> {
        let bits = (0..6).map(|at| 1_u8 << at).filter(move |bit| self.cares & bit != 0);
        bits.map(move |bit| Self { cares: self.cares & !bit, wants: self.wants & !bit })
    }

    fn said(self) -> Condition {
        let names = named(Circumstances::default()).into_iter().zip(0..);
        let (mut needs, mut unless) = (Vec::new(), Vec::new());
        for ((name, _), at) in names.filter(|(_, at)| self.cares & (1 << at) != 0) {
            if self.wants & (1 << at) == 0 { unless.push(name) } else { needs.push(name) }
        }
        Condition { needs, unless }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
fn word_of_action<S: Serializer>(action: &Action, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(action.as_str())
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
fn word_of_role<S: Serializer>(role: &Role, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(role.as_str())
}
