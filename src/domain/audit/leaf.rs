//! The leaf: what stands in the log for one event, and never holds anything personal in clear.

use super::{ActorClass, Basis, Channel, Draft, EventId, Outcome};
use crate::domain::time::When;
use serde::de::Visitor;
use serde::{Deserialize, Deserializer, Serialize};
use std::borrow::Cow;
use std::ops::Deref;
use std::time::Duration;
use std::{fmt, io};

/// The leaf format's version.
pub const VERSION: u32 = 1;

/// Who acted, as the leaf has it.
#[derive(Debug, Clone, Serialize)]
pub struct Actor {
    /// The class.
    pub class: ActorClass,
    /// The pseudonym of an officer or resident, or the client id of a client.
    #[serde(rename = "ref")]
    pub reference: Option<String>,
    /// An officer's or job's role.
    pub role: Option<String>,
}

/// Exactly these fields, in RFC 8785 JSON; the committed test vectors hold every one. They stand here in the order in which
/// that form has them, by name, so that [`Leaf::text`] need not put them in order.
#[derive(Debug, Clone, Serialize)]
pub struct Leaf {
    /// Who acted.
    pub actor: Actor,
    /// The lawful basis of the purpose.
    pub basis: Option<Basis>,
    /// The build that acted.
    pub build: String,
    /// The way in.
    pub channel: Channel,
    /// The service concerned.
    pub client_id: Option<String>,
    /// "sha256:" and the hex of SHA-256(salt32 ‖ payload).
    pub commit: String,
    /// The event.
    pub id: EventId,
    /// The pseudonym of the person an actor acts for.
    pub on_behalf_of: Option<String>,
    /// How it ended.
    pub outcome: Outcome,
    /// The policy bundle in force, shortened.
    pub policy_version: String,
    /// A purpose of the register.
    pub purpose: Option<String>,
    /// A code of the closed list.
    pub reason_code: Option<String>,
    /// The subject's pseudonym of this log year.
    pub subject: Option<String>,
    /// When, in milliseconds since the epoch.
    pub time_ms: i64,
    /// The kind's name.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// [`VERSION`].
    pub v: u32,
}

impl Leaf {
    /// The leaf of a draft; the pseudonym and commitment are computed by `crypto::record`.
    #[must_use]
    pub fn of<K: super::Kind>(
        draft: &Draft<K>,
        id: EventId,
        at: When,
        subject: Option<String>,
        policy_version: &str,
        commit: String,
    ) -> Self {
        let reference = match draft.actor {
            ActorClass::Resident => subject.clone(),
            ActorClass::Client => draft.client.as_ref().map(ToString::to_string),
            ActorClass::Officer => draft.officer.clone(),
            ActorClass::System | ActorClass::Visitor => None,
        };
        Self {
            v: VERSION,
            id,
            time_ms: at.millis(),
            kind: K::TYPE,
            outcome: draft.outcome,
            actor: Actor { class: draft.actor, role: draft.role.clone(), reference },
            subject,
            on_behalf_of: None,
            client_id: draft.client.as_ref().map(ToString::to_string),
            channel: draft.channel,
            purpose: draft.purpose.clone(),
            basis: draft.basis,
            reason_code: draft.reason.clone(),
            policy_version: policy_version.to_owned(),
            build: env!("CARGO_PKG_VERSION").to_owned(),
            commit,
        }
    }

    /// The leaf as it stands in the log (RFC 8785): members by name, which they are here, and strings and whole numbers as
    /// any writer of JSON has them. Sorting them anew for each event cost more than sealing it.
    ///
    /// # Errors
    /// Never in practice: there is nothing in it that JSON cannot say.
    pub fn text(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }
}

/// The greatest number that every reader of JSON reads alike (RFC 8785 §3.2.2.3, RFC 7493 §2.2).
pub(super) const SAFE: u64 = (1 << 53) - 1;

/// A word of a leaf, where it lies if nothing in it is escaped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Word<'l>(Cow<'l, str>);

impl Word<'_> {
    /// It by itself.
    #[must_use]
    pub fn into_owned(self) -> String {
        self.0.into_owned()
    }
}

impl Deref for Word<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Word<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl<'de: 'l, 'l> Deserialize<'de> for Word<'l> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Text;
        impl<'de> Visitor<'de> for Text {
            type Value = Word<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("text")
            }

            fn visit_borrowed_str<E: serde::de::Error>(self, text: &'de str) -> Result<Word<'de>, E> {
                Ok(Word(Cow::Borrowed(text)))
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Word<'de>, E> {
                Ok(Word(Cow::Owned(text.to_owned())))
            }
        }
        from.deserialize_str(Text)
    }
}

/// A leaf as it is read back: all of its members and no others, in the order of their names. Every leaf is read once before it
/// gets its place, so nothing of it is copied.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Read<'l> {
    /// Who acted.
    #[serde(borrow)]
    pub actor: ReadActor<'l>,
    /// The lawful basis of the purpose.
    pub basis: Option<Word<'l>>,
    /// The build that acted.
    pub build: Word<'l>,
    /// The way in.
    pub channel: Word<'l>,
    /// The service concerned.
    pub client_id: Option<Word<'l>>,
    /// "sha256:" and the hex of SHA-256(salt32 ‖ payload).
    pub commit: Word<'l>,
    /// The event.
    pub id: Word<'l>,
    on_behalf_of: Option<Word<'l>>,
    /// ok, denied or error.
    pub outcome: Word<'l>,
    /// The policy bundle in force, shortened.
    pub policy_version: Word<'l>,
    /// A purpose of the register.
    pub purpose: Option<Word<'l>>,
    /// A code of the closed list.
    pub reason_code: Option<Word<'l>>,
    /// The subject's pseudonym of this log year.
    pub subject: Option<Word<'l>>,
    /// When, in milliseconds since the epoch.
    pub time_ms: i64,
    /// The kind's name.
    #[serde(rename = "type")]
    pub kind: Word<'l>,
    v: u32,
}

/// Who acted, as it is read back.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReadActor<'l> {
    /// The class.
    #[serde(borrow)]
    pub class: Word<'l>,
    /// The pseudonym of an officer or resident, or the client id of a client.
    #[serde(rename = "ref")]
    pub reference: Option<Word<'l>>,
    /// An officer's or job's role.
    pub role: Option<Word<'l>>,
}

/// Takes what is written for as long as it is what stands here.
struct Same<'l>(&'l [u8]);

impl io::Write for Same<'_> {
    fn write(&mut self, said: &[u8]) -> io::Result<usize> {
        self.0 = self.0.strip_prefix(said).ok_or(io::ErrorKind::InvalidData)?;
        Ok(said.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'l> Read<'l> {
    /// Reads a leaf of [`VERSION`]. It must be written in the one way there is (RFC 8785): one that leaves a member out, or
    /// has one twice, could be read in two.
    #[must_use]
    pub fn parse(leaf: &'l str) -> Option<Self> {
        let read: Self = serde_json::from_str(leaf).ok()?;
        let mut left = Same(leaf.as_bytes());
        let well = read.v == VERSION && read.time_ms.unsigned_abs() <= SAFE;
        (well && serde_json::to_writer(&mut left, &read).is_ok() && left.0.is_empty()).then_some(read)
    }
}

/// Enough of a pseudonym to tell two apart.
#[must_use]
pub fn short(pseudonym: &str) -> &str {
    pseudonym.get(..8).unwrap_or(pseudonym)
}

/// The log year of a time: the financial year of councils, from 1 April in Europe/London. British summer time begins in
/// March, so that each of its days and the last of March begin and end an hour before those of UTC; in the rest of the
/// year the hour moves nothing across the only two borders that count.
#[must_use]
pub fn log_year(at: When) -> i16 {
    let local = (at + Duration::from_hours(1)).timestamp().to_zoned(jiff::tz::TimeZone::UTC);
    if local.month() >= 4 { local.year() } else { local.year() - 1 }
}

/// When a log year is over: as the next one begins.
#[must_use]
pub fn end_of(year: i64) -> When {
    let next = i16::try_from(year.saturating_add(1)).ok();
    let april = next.and_then(|next| jiff::civil::Date::new(next, 4, 1).ok());
    let midnight = april.and_then(|day| day.to_zoned(jiff::tz::TimeZone::UTC).ok());
    midnight.map_or(When::from(jiff::Timestamp::MAX), |begins| When::from(begins.timestamp()) - Duration::from_hours(1))
}

/// How long ago a log may have been signed last, for a clock alone to end it.
pub const QUIET: Duration = Duration::from_hours(24 * 31);

/// Whether the clock alone says that the year of a log is over: the one after it has begun, and not long ago the log was
/// signed. A log that is ended is never opened again, so that a clock that jumped must not do it.
#[must_use]
pub fn is_over(year: i64, signed: When, now: When) -> bool {
    i64::from(log_year(now)) == year + 1 && now.since(signed) <= QUIET
}

#[cfg(test)]
mod tests {
    use super::{Actor, Leaf, Read, VERSION, end_of, is_over, log_year};
    use crate::domain::audit::{ActorClass, Basis, Channel, Outcome};
    use crate::domain::ids::EventId;
    use crate::domain::time::When;
    use proptest::prelude::*;

    proptest! {
        /// Whatever its words are, a leaf is written as the canonical writer does (RFC 8785), and read back as it was written.
        #[test]
        fn a_leaf_is_canonical(
            id in any::<u128>(), time_ms in -(1i64 << 53)..1 << 53, words in prop::collection::vec(any::<String>(), 3),
            perhaps in prop::collection::vec(any::<Option<String>>(), 6), basis in any::<bool>(),
        ) {
            let [client_id, on_behalf_of, purpose, reason_code, subject, role] = &perhaps[..] else { unreachable!() };
            let [build, commit, policy_version] = &words[..] else { unreachable!() };
            let leaf = Leaf {
                actor: Actor { class: ActorClass::Officer, reference: subject.clone(), role: role.clone() },
                basis: basis.then_some(Basis::PublicTask),
                build: build.clone(),
                channel: Channel::Web,
                client_id: client_id.clone(),
                commit: commit.clone(),
                id: EventId(uuid::Uuid::from_u128(id)),
                on_behalf_of: on_behalf_of.clone(),
                outcome: Outcome::Denied,
                policy_version: policy_version.clone(),
                purpose: purpose.clone(),
                reason_code: reason_code.clone(),
                subject: subject.clone(),
                time_ms,
                kind: "officer.viewed",
                v: VERSION,
            };
            let text = leaf.text().unwrap();
            prop_assert_eq!(&text, &serde_json_canonicalizer::to_string(&leaf).unwrap());
            let read = Read::parse(&text).unwrap();
            prop_assert_eq!(&text, &serde_json_canonicalizer::to_string(&read).unwrap());
            prop_assert!(Read::parse(&text.replacen("\"v\":1", "\"v\": 1", 1)).is_none());
            let longer = text + "\n";
            prop_assert!(Read::parse(&longer).is_none());
        }
    }

    #[test]
    fn a_year_is_over_as_the_next_begins() {
        let second = std::time::Duration::from_secs(1);
        for year in [2026, 2027, 2031] {
            assert_eq!(i64::from(log_year(end_of(year))), year + 1);
            assert_eq!(i64::from(log_year(end_of(year) - second)), year);
        }
    }

    #[test]
    fn a_clock_that_jumped_ends_no_year() {
        let at = |text: &str| When::from(text.parse::<jiff::Timestamp>().unwrap());
        let signed = at("2027-03-20T12:00:00Z");
        for (now, over) in [
            ("2027-03-31T22:59:59Z", false),
            ("2027-03-31T23:00:00Z", true),
            ("2027-04-20T12:00:00Z", true),
            ("2027-04-20T12:00:01Z", false),
            ("2027-12-01T12:00:00Z", false),
            ("2028-04-01T12:00:00Z", false),
            ("2031-04-01T12:00:00Z", false),
            ("2020-04-01T12:00:00Z", false),
        ] {
            assert_eq!(is_over(2026, signed, at(now)), over, "{now}");
        }
        // A clock that was ahead before, and is right again.
        assert!(is_over(2026, at("2027-04-02T12:00:00Z"), at("2027-04-01T12:00:00Z")));
        assert!(!is_over(2025, signed, signed + std::time::Duration::from_hours(20 * 24)), "two years on");
    }

    #[test]
    fn a_log_year_begins_with_april_in_london() {
        for (at, year) in [
            ("2026-03-31T22:59:59Z", 2025),
            ("2026-03-31T23:00:00Z", 2026),
            ("2026-12-31T23:59:59Z", 2026),
            ("2027-01-01T00:00:00Z", 2026),
            ("2024-03-31T22:59:59Z", 2023),
            ("2024-03-31T23:00:00Z", 2024),
            ("2027-03-31T22:59:59Z", 2026),
        ] {
            assert_eq!(log_year(When::from(at.parse::<jiff::Timestamp>().unwrap())), year, "{at}");
        }
    }
}
