//! The release decision: pure, and the only way to a `Disclosure` for a service. It explains itself: what is withheld has
//! a reason, and [`explain`] asks the same function about everything there is.

use super::{Asked, NoticeRef, RecordState, Share, Standing};
use crate::domain::audit::Basis;
use crate::domain::claims::{Claim, ClaimSet, Requested};
use crate::domain::client::Client;
use crate::domain::disclosure::Disclosure;
use crate::domain::ids::{AccountId, RecordId};
use crate::domain::retention::Period;
use crate::domain::time::When;
use jiff::tz::TimeZone;
use serde::Serialize;
use std::collections::BTreeSet;

/// For so many months a "no" is not asked about again.
const QUIET_MONTHS: u16 = 12;
/// How long a consent lasts whose share does not say.
const CONSENT_MONTHS: u16 = 24;

/// Whether what she was told under the first edition of a notice still holds under the second, which is in force.
pub type Same<'a> = &'a (dyn Fn(&NoticeRef, &NoticeRef) -> bool + Sync);

/// Only the same edition says the same.
#[must_use]
pub fn exactly(recorded: &NoticeRef, present: &NoticeRef) -> bool {
    recorded == present
}

/// The edition of a notice that holds where a share names one: a share may name the next one before its day.
pub type Holds<'a> = &'a (dyn Fn(&NoticeRef) -> NoticeRef + Sync);

/// The edition that is named holds.
#[must_use]
pub fn as_named(named: &NoticeRef) -> NoticeRef {
    named.clone()
}

/// What a decision needs to know beside request, shares and standings.
#[derive(Clone, Copy)]
pub struct Facts<'a> {
    /// When it is decided.
    pub now: When,
    /// Whether the person's data is kept only (UK GDPR Art 18): nothing is released.
    pub restricted: bool,
    /// Which editions of a notice say the same in substance.
    pub same: Same<'a>,
    /// Which edition of a notice holds at that time.
    pub holds: Holds<'a>,
}

impl Facts<'static> {
    /// At this time, with nothing special.
    #[must_use]
    pub fn at(now: When) -> Self {
        Self { now, restricted: false, same: &exactly, holds: &as_named }
    }
}

/// Why a claim does not go out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// No share of the service covers it: never released, whatever anybody says.
    NoShare,
    /// She has not been told of it.
    NotTold,
    /// She has not been asked.
    NotAsked,
    /// She said no.
    Refused,
    /// She took her yes back.
    Withdrawn,
    /// Her yes ran out.
    Expired,
    /// The notice changed in substance since she was told or asked.
    Superseded,
    /// What stood was found unlawful.
    Invalidated,
    /// She objected, and it is not decided yet.
    Objected,
    /// She objected, and was right.
    ObjectionUpheld,
    /// Her data is kept only.
    Restricted,
}

impl Reason {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::NoShare,
        Self::NotTold,
        Self::NotAsked,
        Self::Refused,
        Self::Withdrawn,
        Self::Expired,
        Self::Superseded,
        Self::Invalidated,
        Self::Objected,
        Self::ObjectionUpheld,
        Self::Restricted,
    ];

    /// The word for reports and programs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoShare => "no_share",
            Self::NotTold => "not_told",
            Self::NotAsked => "not_asked",
            Self::Refused => "refused",
            Self::Withdrawn => "withdrawn",
            Self::Expired => "expired",
            Self::Superseded => "superseded",
            Self::Invalidated => "invalidated",
            Self::Objected => "objected",
            Self::ObjectionUpheld => "objection_upheld",
            Self::Restricted => "restricted",
        }
    }

    /// In a sentence about "it", the claim.
    #[must_use]
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::NoShare => "no share of this service covers it",
            Self::NotTold => "she has not been told of it",
            Self::NotAsked => "she has not been asked",
            Self::Refused => "she said no",
            Self::Withdrawn => "she took her consent back",
            Self::Expired => "her consent ran out",
            Self::Superseded => "the notice has changed in substance since",
            Self::Invalidated => "what stood was found not to be lawful",
            Self::Objected => "she objected, and it is not decided yet",
            Self::ObjectionUpheld => "she objected, and her objection was upheld",
            Self::Restricted => "her data is kept only, and not used",
        }
    }
}

/// A claim that does not go out, for one purpose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Withheld {
    /// The claim.
    pub claim: Claim,
    /// The purpose it is withheld for; none where no share covers it.
    pub purpose: Option<String>,
    /// Why.
    pub why: Reason,
}

/// Something a resident has still to be told or asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tell {
    /// The purpose.
    pub purpose: String,
    /// On which basis.
    pub basis: Basis,
    /// The notice in force.
    pub notice: NoticeRef,
    /// The claims it is about: asked for by this request and covered by the share, and those that stand already, so that
    /// the newest line covers all that stands.
    pub claims: ClaimSet,
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
    /// What was asked for and does not go out, for each purpose it was asked for.
    pub withheld: Vec<Withheld>,
}

impl Release {
    /// Whether nothing has to be told or asked first.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.inform.is_empty() && self.ask.is_empty()
    }

    /// Whether something is withheld for no other reason than that her data is kept only.
    #[must_use]
    pub fn is_restricted(&self) -> bool {
        self.withheld.iter().any(|withheld| withheld.why == Reason::Restricted)
    }

    /// The claims that go out, each once.
    #[must_use]
    pub fn set(&self) -> ClaimSet {
        self.claims.iter().map(|(claim, _)| *claim).collect()
    }

    /// Asked for, and covered by no share of this service.
    #[must_use]
    pub fn denied(&self) -> ClaimSet {
        let none = self.withheld.iter().filter(|withheld| withheld.why == Reason::NoShare);
        none.map(|withheld| withheld.claim).collect()
    }

    /// The claims among them that the request wants in the ID token.
    #[must_use]
    pub fn in_id_token(&self, requested: &Requested) -> ClaimSet {
        self.set().intersection(requested.id_token)
    }

    /// The claims among them that the request wants at userinfo.
    #[must_use]
    pub fn at_userinfo(&self, requested: &Requested) -> ClaimSet {
        self.set().intersection(requested.userinfo)
    }

    /// The records they go out under, each once.
    #[must_use]
    pub fn records(&self) -> BTreeSet<RecordId> {
        self.claims.iter().map(|(_, record)| *record).collect()
    }

    /// Leave to open the fields of the person it was decided for; none if nothing is released.
    #[must_use]
    pub fn disclosure(&self, subject: AccountId) -> Option<Disclosure> {
        (!self.claims.is_empty()).then(|| Disclosure::by_release(subject))
    }
}

/// Decides what a service gets of what it asks for.
///
/// `standings` are those of one resident; those of other services are passed over. The caller has made sure that the
/// account is in a state that releases (`account::State::Active`).
#[must_use]
pub fn release(requested: &Requested, client: &Client, standings: &[Standing], facts: &Facts<'_>) -> Release {
    let asked = requested.all();
    let covered = client.claims();
    let uncovered = asked.iter().filter(|claim| !covered.contains(claim));
    let mut out = Release {
        withheld: uncovered.map(|claim| Withheld { claim, purpose: None, why: Reason::NoShare }).collect(),
        ..Release::default()
    };
    for share in &client.shares {
        let wanted = share.claims.intersection(asked);
        if wanted.is_empty() {
            continue;
        }
        let standing = about(share, client, standings);
        let judged = judge(share, standing, facts);
        let mut told = true;
        for claim in wanted {
            match judged.of(claim) {
                Ok(record) => out.claims.push((claim, record)),
                Err(why) => {
                    told = false;
                    out.withheld.push(Withheld { claim, purpose: Some(share.purpose.clone()), why });
                }
            }
        }
        if told || judged.is_closed() {
            continue;
        }
        let stands = standing.map_or_else(ClaimSet::new, |standing| share.claims.intersection(standing.claims));
        let tell = Tell {
            purpose: share.purpose.clone(),
            basis: share.basis,
            notice: (facts.holds)(&share.notice),
            claims: wanted.union(stands),
            required: share.required,
        };
        if share.basis != Basis::Consent {
            out.inform.push(tell);
        } else if share.ask == Asked::AtSignIn && !is_quiet(standing, facts.now) {
            out.ask.push(tell);
        }
    }
    out
}

/// One line of an explanation: a claim, for one purpose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explained<'a> {
    /// The share that covers it.
    pub share: &'a Share,
    /// The claim.
    pub claim: Claim,
    /// The notice in force.
    pub notice: NoticeRef,
    /// How she stands to it, on the basis of the share.
    pub standing: Option<&'a Standing>,
    /// The record it goes out under, or why it does not.
    pub outcome: Result<RecordId, Reason>,
}

/// Why this service gets this, and not that: every claim of every share, decided as [`release`] decides.
#[must_use]
pub fn explain<'a>(client: &'a Client, standings: &'a [Standing], facts: &Facts<'_>) -> Vec<Explained<'a>> {
    let mut lines = Vec::new();
    for share in &client.shares {
        let standing = about(share, client, standings);
        let judged = judge(share, standing, facts);
        let notice = (facts.holds)(&share.notice);
        let of = |claim: Claim| Explained { share, claim, notice: notice.clone(), standing, outcome: judged.of(claim) };
        lines.extend(share.claims.iter().map(of));
    }
    lines
}

/// How she stands to a share. A word on another basis says nothing about this one.
fn about<'a>(share: &Share, client: &Client, standings: &'a [Standing]) -> Option<&'a Standing> {
    standings.iter().find(|standing| {
        standing.purpose == share.purpose && standing.client == client.id && standing.basis == share.basis
    })
}

/// What stands under a share, or why nothing does.
enum Judged {
    Stands { record: RecordId, claims: ClaimSet, otherwise: Reason },
    Nothing(Reason),
}

impl Judged {
    fn of(&self, claim: Claim) -> Result<RecordId, Reason> {
        match self {
            Self::Stands { record, claims, .. } if claims.contains(claim) => Ok(*record),
            Self::Stands { otherwise: why, .. } | Self::Nothing(why) => Err(*why),
        }
    }

    /// Whether nothing is to be told or asked about it.
    const fn is_closed(&self) -> bool {
        matches!(self, Self::Nothing(Reason::Objected | Reason::ObjectionUpheld | Reason::Restricted))
    }
}

fn judge(share: &Share, standing: Option<&Standing>, facts: &Facts<'_>) -> Judged {
    let untold = if share.basis == Basis::Consent { Reason::NotAsked } else { Reason::NotTold };
    if facts.restricted {
        return Judged::Nothing(Reason::Restricted);
    }
    let Some(standing) = standing else {
        return Judged::Nothing(untold);
    };
    if standing.paused.is_some() {
        return Judged::Nothing(Reason::Objected);
    }
    let (Some(record), Some(since)) = (standing.record, standing.since) else {
        return Judged::Nothing(match standing.state {
            RecordState::Refused => Reason::Refused,
            RecordState::Withdrawn => Reason::Withdrawn,
            RecordState::Expired => Reason::Expired,
            RecordState::Superseded => Reason::Superseded,
            RecordState::Invalidated => Reason::Invalidated,
            RecordState::ObjectionUpheld => Reason::ObjectionUpheld,
            _ => untold,
        });
    };
    if share.basis == Basis::Consent {
        let end =
            standing.expires_at.map_or_else(|| lasts_until(share, since), |end| end.min(lasts_until(share, since)));
        if end <= facts.now {
            return Judged::Nothing(Reason::Expired);
        }
    }
    if !(facts.same)(&standing.notice, &(facts.holds)(&share.notice)) {
        return Judged::Nothing(Reason::Superseded);
    }
    Judged::Stands { record, claims: standing.claims, otherwise: untold }
}

/// How long a consent to a share lasts.
#[must_use]
pub fn lasts(share: &Share) -> Period {
    share.expires.or_else(|| Period::months(CONSENT_MONTHS).ok()).unwrap_or_else(Period::zero)
}

/// Until when a consent given at `since` lasts.
#[must_use]
pub fn lasts_until(share: &Share, since: When) -> When {
    lasts(share).after(since, &TimeZone::UTC)
}

/// Whether her last word was "no", and not long enough ago to ask again.
fn is_quiet(standing: Option<&Standing>, now: When) -> bool {
    let quiet = Period::months(QUIET_MONTHS).unwrap_or_else(|_| Period::zero());
    standing.is_some_and(|last| {
        matches!(last.state, RecordState::Refused | RecordState::Withdrawn)
            && now < quiet.after(last.last_at, &TimeZone::UTC)
    })
}

#[cfg(test)]
mod tests;
