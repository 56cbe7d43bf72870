//! Whom a change of policies would touch, in numbers: counted before it is put in force, of nobody in particular.

use super::Failure;
use crate::domain::audit::Basis;
use crate::domain::claims::{Claim, ClaimSet};
use crate::domain::client::Issuer;
use crate::domain::ids::ClientId;
use crate::domain::sharing::NoticeRef;
use crate::domain::sharing::age::{AgeBand, ConsentAge, Forecast, StandingConsent, forecast};
use crate::policy::{Bundle, Effect, SectorLeft, diff, effects, forbidden, sectors_left};
use crate::policy::{Change, Finding};
use crate::store::{Db, Error, Read, clients, house, sharing};
use jiff::civil::Date;
use serde::Serialize;
use std::collections::BTreeSet;

/// A share that changes, with how many residents it is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Counted {
    /// What becomes of it.
    #[serde(flatten)]
    pub effect: Effect,
    /// How many residents were told of it, or agreed: what it stands on now.
    pub standing: i64,
    /// How many of these said yes.
    pub agreed: i64,
    /// How many have said yes to an edition that the new one supersedes.
    pub superseded: i64,
}

/// From a day on, another age at which somebody agrees for themselves, with the consents that stand now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Aged {
    /// The first day it holds.
    pub from: Date,
    /// The age, in years.
    pub age: u8,
    /// How many consents stand, whatever they are for.
    pub standing: i64,
    /// Those of people who may be too young then, and nothing else is known of them.
    pub affected: Vec<Affected>,
    /// Those of people who were not asked how old they are.
    pub unknown: i64,
}

/// Consents to one service's purpose that a rule affects.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Affected {
    /// The service.
    pub client_id: String,
    /// The purpose.
    pub purpose: String,
    /// How many.
    pub residents: i64,
}

/// What putting a bundle in force would do to what is.
#[derive(Debug, Clone, Default)]
pub struct Weighed {
    /// What changes, in words.
    pub changes: Vec<Change>,
    /// What no bundle may do to this one.
    pub never: Vec<Finding>,
    /// Whom it touches.
    pub touched: Vec<Counted>,
    /// Rules of age that are new.
    pub ages: Vec<Aged>,
    /// Whether it is another bundle at all.
    pub differs: bool,
}

/// Weighs a bundle against the one in force.
///
/// # Errors
/// [`Failure`] of the store.
pub async fn weigh(db: &Db, before: &Bundle, new: &Bundle, issuer: &Issuer) -> Result<Weighed, Failure> {
    let left = leaving(db, before, new, issuer).await?;
    let mut touched = Vec::new();
    for effect in effects(before, new) {
        touched.push(count(&mut db.peek(), new, effect).await?);
    }
    Ok(Weighed {
        changes: diff(before, new),
        never: forbidden(before, new, &left),
        touched,
        ages: aged(db, before, new).await?,
        differs: before.digest() != new.digest(),
    })
}

/// The services that would get another sector than they last had, with how many residents are known there. One that was
/// taken out in between keeps the sector it had: residents are the same to it when it comes back.
async fn leaving(db: &Db, before: &Bundle, new: &Bundle, issuer: &Issuer) -> Result<Vec<SectorLeft>, Failure> {
    let mut left = sectors_left(before, new);
    let mut back: BTreeSet<&ClientId> = new.clients.keys().filter(|id| !before.clients.contains_key(*id)).collect();
    if !back.is_empty() {
        for (digest, ..) in house::policies(&mut db.peek()).await? {
            let Some(body) = house::policy_body(&mut db.peek(), &digest).await? else { continue };
            // One that this version cannot read says nothing of anybody's sector.
            let Ok(earlier) = Bundle::from_canonical(&body, issuer) else { continue };
            left.extend(sectors_left(&earlier, new).into_iter().filter(|left| back.contains(&left.client)));
            back.retain(|id| !earlier.clients.contains_key(*id));
            if back.is_empty() {
                break;
            }
        }
    }
    for SectorLeft { sector, residents, .. } in &mut left {
        *residents = Some(clients::residents_of(&mut db.peek(), sector).await?);
    }
    Ok(left)
}

/// What each rule of age that is new does to the consents that stand.
async fn aged(db: &Db, before: &Bundle, new: &Bundle) -> Result<Vec<Aged>, Failure> {
    let known: BTreeSet<&ConsentAge> = before.controller.consent_ages.iter().collect();
    let rules: Vec<&ConsentAge> = new.controller.consent_ages.iter().filter(|rule| !known.contains(rule)).collect();
    if rules.is_empty() {
        return Ok(Vec::new());
    }
    let mut standing = Vec::new();
    for (client, purpose, band, at) in sharing::consents(&mut db.peek()).await? {
        let client = ClientId::parse(&client).ok_or_else(|| Error::Unreadable("client_id".to_owned()))?;
        let band = band.as_deref().and_then(AgeBand::parse);
        standing.push(StandingConsent { client, purpose, band, at });
    }
    let weighed = rules.into_iter().map(|rule| {
        let Forecast { standing, affected, unknown } = forecast(&standing, rule, &new.controller.time_zone);
        let one = |((client, purpose), residents): ((ClientId, String), i64)| Affected {
            client_id: client.as_str().to_owned(),
            purpose,
            residents,
        };
        let affected = affected.into_iter().map(one).collect();
        Aged { from: rule.from, age: rule.age, standing, affected, unknown }
    });
    Ok(weighed.collect())
}

impl Aged {
    /// In a sentence or two.
    #[must_use]
    pub fn in_words(&self) -> String {
        let Self { from, age, standing, affected, unknown } = self;
        let total: i64 = affected.iter().map(|one| one.residents).sum();
        let each: Vec<String> =
            affected.iter().map(|one| format!("{} for {}: {}", one.client_id, one.purpose, one.residents)).collect();
        let each = if each.is_empty() { String::new() } else { format!(" ({})", each.join("; ")) };
        format!(
            "From {from} nobody under {age} agrees for themselves. Of {standing} consents that stand, {total} may be of \
             people too young then{each}; of {unknown} no age is known."
        )
    }
}

async fn count(r: &mut Read, new: &Bundle, effect: Effect) -> Result<Counted, Failure> {
    let (mut standing, mut agreed, mut superseded) = (0, 0, 0);
    for (basis, notice, residents) in sharing::counted(r, &effect.client_id, &effect.purpose).await? {
        standing += residents;
        if basis == Basis::Consent.as_str() {
            agreed += residents;
            let read = NoticeRef::parse(&notice);
            let now = effect.notice.1.as_ref();
            let same = read.zip(now).is_some_and(|(read, now)| new.same_in_substance(&read, now));
            superseded += if now.is_some() && !same { residents } else { 0 };
        }
    }
    Ok(Counted { effect, standing, agreed, superseded })
}

impl Counted {
    /// In a sentence or two.
    #[must_use]
    pub fn in_words(&self) -> String {
        let Effect { service, purpose, gains, loses, basis, notice, holds_from, anew, .. } = &self.effect;
        let list = |claims: ClaimSet| claims.iter().map(Claim::as_str).collect::<Vec<_>>().join(", ");
        let mut said = vec![format!("{} ({purpose}):", service.en)];
        match basis {
            (None, _) => said.push(format!("begins to get {}.", list(*gains))),
            (_, None) => said.push(format!("gets {} no longer.", list(*loses))),
            (Some(before), Some(after)) => {
                if !gains.is_empty() {
                    said.push(format!("gets {} more.", list(*gains)));
                }
                if !loses.is_empty() {
                    said.push(format!("gets {} no longer.", list(*loses)));
                }
                if before != after {
                    said.push(format!("rests on {after} instead of {before}."));
                }
                if let (Some(a), Some(b), true) = (&notice.0, &notice.1, notice.0 != notice.1) {
                    let how = if *anew { "residents are asked or told anew" } else { "nobody is asked or told again" };
                    let day = holds_from.map(|day| format!(" from {day}")).unwrap_or_default();
                    said.push(format!("{b} follows {a}{day}: {how}."));
                }
            }
        }
        let people = |count: i64| if count == 1 { "1 resident".to_owned() } else { format!("{count} residents") };
        said.push(format!("It stands for {} now, of whom {} agreed.", people(self.standing), self.agreed));
        if self.superseded > 0 {
            said.push(format!("The consent of {} is superseded.", people(self.superseded)));
        }
        said.join(" ")
    }
}
