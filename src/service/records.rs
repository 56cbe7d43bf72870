//! A person's sharing ledger between store and domain.

use super::Failure;
use crate::app::Snapshot;
use crate::crypto::{hex, unhex};
use crate::domain::audit::Basis;
use crate::domain::claims::{Claim, ClaimSet, Requested};
use crate::domain::client::{Client, Lang};
use crate::domain::ids::ClientId;
use crate::domain::sharing::{
    AgeBand, Decider, Facts, How, Method, NoticeRef, Record, RecordState, Release, Standing, Way, release,
};
use crate::domain::time::When;
use crate::store::Error;
use crate::store::sharing::{HowRow, SharingRow, StandingRow};

/// Claims as the store holds them: names with spaces between.
#[must_use]
pub fn join(claims: ClaimSet) -> String {
    claims.iter().map(Claim::as_str).collect::<Vec<_>>().join(" ")
}

/// Reads what [`join`] wrote; names we no longer hold are passed over.
#[must_use]
pub fn split(claims: &str) -> ClaimSet {
    claims.split(' ').filter_map(Claim::parse).collect()
}

/// Decides what goes out, of what is asked for, from how she stands now: the one way to a release. Code and refresh token,
/// userinfo and introspection all come here, each time.
pub fn decide(
    snapshot: &Snapshot,
    requested: &Requested,
    client: &Client,
    rows: Vec<StandingRow>,
    now: When,
) -> Result<Release, Failure> {
    let kept_only = restricted(&rows);
    decide_of(snapshot, requested, client, (rows, kept_only), now)
}

/// The same where it is known from elsewhere, too, whether her data is kept only: before anything was said to her, there
/// are no rows.
pub fn decide_of(
    snapshot: &Snapshot,
    requested: &Requested,
    client: &Client,
    (rows, kept_only): (Vec<StandingRow>, bool),
    now: When,
) -> Result<Release, Failure> {
    let standings = standings(rows)?;
    Ok(knowing(snapshot, (now, kept_only), |facts| release(requested, client, &standings, facts)))
}

/// Whether the data of the person of these rows is kept only (UK GDPR Art 18). Where she has none, nothing stands.
#[must_use]
pub fn restricted(rows: &[StandingRow]) -> bool {
    rows.iter().any(|row| row.restricted_at.is_some())
}

/// Whatever decides or explains a release, with the facts of this moment.
pub fn knowing<T>(policies: &Snapshot, (now, restricted): (When, bool), decide: impl FnOnce(&Facts<'_>) -> T) -> T {
    let same = |read: &NoticeRef, now: &NoticeRef| policies.policy.same_in_substance(read, now);
    let holds = |named: &NoticeRef| policies.policy.edition_at(named, now);
    decide(&Facts { restricted, same: &same, holds: &holds, ..Facts::at(now) })
}

/// Stored lines in the domain's words, in the order they came.
pub fn history(rows: Vec<SharingRow>) -> Result<Vec<Record>, Error> {
    rows.into_iter().map(record).collect()
}

fn basis(word: &str) -> Option<Basis> {
    Basis::ALL.into_iter().find(|basis| basis.as_str() == word)
}

/// A stored line in the domain's words.
pub fn record(row: SharingRow) -> Result<Record, Error> {
    let unreadable = |what: &str| Error::Unreadable(format!("sharing_record.{what}"));
    Ok(Record {
        id: row.id,
        client: ClientId::parse(&row.client_id).ok_or_else(|| unreadable("client_id"))?,
        purpose: row.purpose,
        basis: basis(&row.basis).ok_or_else(|| unreadable("basis"))?,
        notice: NoticeRef::parse(&row.notice).ok_or_else(|| unreadable("notice"))?,
        notice_sha256: hex(&row.notice_sha256),
        lang: Lang::parse(&row.language).unwrap_or_default(),
        claims: split(&row.claims),
        state: RecordState::parse(&row.state).ok_or_else(|| unreadable("state"))?,
        policy: row.policy,
        at: row.at,
        how: how(row.how),
    })
}

fn how(row: HowRow) -> How {
    How {
        place: row.place,
        channel: row.channel.as_deref().and_then(Way::parse),
        method: row.method.as_deref().and_then(Method::parse),
        steps: row.steps,
        page_sha256: row.page_sha256.as_deref().map(hex),
        actor: row.actor.as_deref().and_then(Decider::parse),
        actor_ref: row.actor_ref,
        authority_ref: row.authority_ref,
        expires_at: row.expires_at,
        reason: row.reason,
        previous: row.previous,
        age_band: row.age_band.as_deref().and_then(AgeBand::parse),
        age_rule: row.age_rule,
        event: row.event_id,
    }
}

/// A line as the store holds it.
#[must_use]
pub fn line_row(record: &Record) -> SharingRow {
    let how = &record.how;
    SharingRow {
        id: record.id,
        client_id: record.client.as_str().to_owned(),
        purpose: record.purpose.clone(),
        basis: record.basis.as_str().to_owned(),
        state: record.state.as_str().to_owned(),
        notice: record.notice.to_string(),
        notice_sha256: unhex(&record.notice_sha256).unwrap_or_default(),
        language: record.lang.as_str().to_owned(),
        claims: join(record.claims),
        policy: record.policy.clone(),
        at: record.at,
        how: HowRow {
            place: how.place,
            channel: how.channel.map(|word| word.as_str().to_owned()),
            method: how.method.map(|word| word.as_str().to_owned()),
            steps: how.steps,
            page_sha256: how.page_sha256.as_deref().and_then(unhex),
            actor: how.actor.map(|word| word.as_str().to_owned()),
            actor_ref: how.actor_ref.clone(),
            authority_ref: how.authority_ref.clone(),
            expires_at: how.expires_at,
            reason: how.reason.clone(),
            previous: how.previous,
            age_band: how.age_band.map(|word| word.as_str().to_owned()),
            age_rule: how.age_rule.clone(),
            event_id: how.event,
        },
    }
}

/// Stored standings in the domain's words.
pub fn standings(rows: Vec<StandingRow>) -> Result<Vec<Standing>, Error> {
    rows.into_iter().map(standing).collect()
}

fn standing(row: StandingRow) -> Result<Standing, Error> {
    let unreadable = |what: &str| Error::Unreadable(format!("sharing_standing.{what}"));
    Ok(Standing {
        client: ClientId::parse(&row.client_id).ok_or_else(|| unreadable("client_id"))?,
        state: RecordState::parse(&row.state).ok_or_else(|| unreadable("state"))?,
        basis: basis(&row.basis).ok_or_else(|| unreadable("basis"))?,
        notice: NoticeRef::parse(&row.notice).ok_or_else(|| unreadable("notice"))?,
        purpose: row.purpose,
        record: row.record_id,
        claims: split(&row.claims),
        since: row.since,
        last: row.last_id,
        last_at: row.last_at,
        expires_at: row.expires_at,
        paused: row.paused_at.zip(row.paused_by),
        version: row.version,
    })
}

/// A standing as the store holds it.
#[must_use]
pub fn standing_row(standing: &Standing) -> StandingRow {
    StandingRow {
        client_id: standing.client.as_str().to_owned(),
        purpose: standing.purpose.clone(),
        state: standing.state.as_str().to_owned(),
        basis: standing.basis.as_str().to_owned(),
        record_id: standing.record,
        claims: join(standing.claims),
        notice: standing.notice.to_string(),
        since: standing.since,
        last_id: standing.last,
        last_at: standing.last_at,
        expires_at: standing.expires_at,
        paused_at: standing.paused.map(|(at, _)| at),
        paused_by: standing.paused.map(|(_, by)| by),
        version: standing.version,
        // Of the account, and not of the ledger.
        restricted_at: None,
    }
}
