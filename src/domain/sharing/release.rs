//! The release decision: pure, and the only way to a `Disclosure` for a service.

use super::{NoticeRef, Record, RecordState, Share};
use crate::domain::audit::Basis;
use crate::domain::claims::{Claim, Requested};
use crate::domain::client::Client;
use crate::domain::disclosure::Disclosure;
use crate::domain::ids::{AccountId, RecordId};
use crate::domain::retention::Period;
use crate::domain::time::When;
use jiff::tz::TimeZone;
use std::collections::{BTreeMap, BTreeSet};

/// For so many months a "no" is not asked about again.
const QUIET_MONTHS: u16 = 12;
/// How long a consent lasts whose share does not say.
const CONSENT_MONTHS: u16 = 24;

/// Something a resident has still to be told or asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tell {
    /// The purpose.
    pub purpose: String,
    /// On which basis.
    pub basis: Basis,
    /// The notice in force.
    pub notice: NoticeRef,
    /// The claims it is about: asked for by this request, covered by the share.
    pub claims: BTreeSet<Claim>,
    /// Whether the service cannot be given without them.
    pub required: bool,
}

/// What may go out, and what stands in the way of the rest.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Release {
    /// Each claim with the record it goes out under; a claim that serves two purposes stands here twice.
    pub claims: Vec<(Claim, RecordId)>,
    /// What she has still to be told (inform, then continue), in the order of the service file.
    pub inform: Vec<Tell>,
    /// What she has still to be asked (yes or no, and no blocks nothing).
    pub ask: Vec<Tell>,
    /// Asked for, and covered by no share of this service: never released, whatever anybody says.
    pub denied: BTreeSet<Claim>,
}

impl Release {
    /// Whether nothing has to be told or asked first.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.inform.is_empty() && self.ask.is_empty()
    }

    /// The claims that go out, each once.
    #[must_use]
    pub fn set(&self) -> BTreeSet<Claim> {
        self.claims.iter().map(|(claim, _)| *claim).collect()
    }

    /// The claims among them that the request wants in the ID token.
    #[must_use]
    pub fn in_id_token(&self, requested: &Requested) -> BTreeSet<Claim> {
        self.set().intersection(&requested.id_token).copied().collect()
    }

    /// The claims among them that the request wants at userinfo.
    #[must_use]
    pub fn at_userinfo(&self, requested: &Requested) -> BTreeSet<Claim> {
        self.set().intersection(&requested.userinfo).copied().collect()
    }

    /// The records they go out under, each once.
    #[must_use]
    pub fn records(&self) -> BTreeSet<RecordId> {
        self.claims.iter().map(|(_, record)| *record).collect()
    }

    /// Leave to open what a living grant still lets go at userinfo: it was decided, and recorded, when the token was
    /// issued.
    #[must_use]
    pub fn of_grant(subject: AccountId, claims: &BTreeSet<Claim>) -> Option<Disclosure> {
        (!claims.is_empty()).then(|| Disclosure::by_release(subject))
    }

    /// Leave to open the fields of the person it was decided for; none if nothing is released.
    #[must_use]
    pub fn disclosure(&self, subject: AccountId) -> Option<Disclosure> {
        (!self.claims.is_empty()).then(|| Disclosure::by_release(subject))
    }
}

/// Decides what a service gets of what it asks for.
///
/// `records` are those of one resident; those of other services are passed over. The caller has made sure that the
/// account is in a state that releases (`account::State::Active`).
#[must_use]
pub fn release(requested: &Requested, client: &Client, records: &[Record], now: When) -> Release {
    let asked = requested.all();
    let mut out = Release { denied: asked.difference(&client.claims()).copied().collect(), ..Release::default() };
    for share in &client.shares {
        let wanted: BTreeSet<Claim> = share.claims.intersection(&asked).copied().collect();
        if wanted.is_empty() {
            continue;
        }
        let history = history(share, client, records);
        let standing = in_force(share, &history, now);
        let mut untold = wanted.clone();
        for claim in &wanted {
            if let Some(record) = standing.get(claim) {
                out.claims.push((*claim, *record));
                untold.remove(claim);
            }
        }
        if untold.is_empty() {
            continue;
        }
        let tell = Tell {
            purpose: share.purpose.clone(),
            basis: share.basis,
            notice: share.notice.clone(),
            claims: wanted,
            required: share.required,
        };
        if share.basis != Basis::Consent {
            out.inform.push(tell);
        } else if !is_quiet(&history, now) {
            out.ask.push(tell);
        }
    }
    out
}

/// The records about one share, oldest first. A record made on another basis proves nothing for this one.
fn history<'a>(share: &Share, client: &Client, records: &'a [Record]) -> Vec<&'a Record> {
    let about =
        |record: &&Record| record.client == client.id && record.purpose == share.purpose && record.basis == share.basis;
    let mut history: Vec<&Record> = records.iter().filter(about).collect();
    // A refusal of the same instant comes last: when in doubt, no.
    history.sort_by_key(|record| (record.at, matches!(record.state, RecordState::Refused | RecordState::Withdrawn)));
    history
}

/// Each claim that stands under a share's present notice, with the newest record that says so.
fn in_force(share: &Share, history: &[&Record], now: When) -> BTreeMap<Claim, RecordId> {
    let mut standing = BTreeMap::new();
    for record in history {
        match record.state {
            RecordState::Refused | RecordState::Withdrawn => standing.clear(),
            RecordState::Shown if share.basis == Basis::Consent => {}
            RecordState::Given if share.basis != Basis::Consent => {}
            RecordState::Given if has_expired(share, record, now) => {}
            RecordState::Shown | RecordState::Given if record.notice == share.notice => {
                standing.extend(record.claims.iter().map(|claim| (*claim, record.id)));
            }
            RecordState::Shown | RecordState::Given => {}
        }
    }
    standing
}

fn has_expired(share: &Share, given: &Record, now: When) -> bool {
    let lasts = share.expires.or_else(|| Period::months(CONSENT_MONTHS).ok()).unwrap_or_else(Period::zero);
    lasts.after(given.at, &TimeZone::UTC) <= now
}

/// Whether her last word was "no", and not long enough ago to ask again.
fn is_quiet(history: &[&Record], now: When) -> bool {
    let quiet = Period::months(QUIET_MONTHS).unwrap_or_else(|_| Period::zero());
    history.last().is_some_and(|last| {
        matches!(last.state, RecordState::Refused | RecordState::Withdrawn)
            && now < quiet.after(last.at, &TimeZone::UTC)
    })
}

#[cfg(test)]
mod tests;
