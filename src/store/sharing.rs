//! The sharing ledger (added to, never changed), what it comes to, and the pairwise subjects of each sector.

use super::{Error, Read, Write};
use crate::domain::ids::{AccountId, EventId, RecordId};
use crate::domain::time::When;

/// A sharing record as stored.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct SharingRow {
    /// The record.
    pub id: RecordId,
    /// The service.
    pub client_id: String,
    /// A purpose of the register.
    pub purpose: String,
    /// The lawful basis.
    pub basis: String,
    /// shown, given, refused, …
    pub state: String,
    /// id@version of the notice.
    pub notice: String,
    /// SHA-256 of what was shown.
    pub notice_sha256: Vec<u8>,
    /// en or cy.
    pub language: String,
    /// The claims, with spaces between.
    pub claims: String,
    /// The policy bundle that decided.
    pub policy: String,
    /// When.
    pub at: When,
    /// How it came about.
    #[sqlx(flatten)]
    pub how: HowRow,
}

/// How a line came about; lines of before the ledger was widened say nothing.
#[derive(Debug, Clone, Default, sqlx::FromRow)]
pub struct HowRow {
    /// Its place among the lines about one person, service and purpose.
    pub place: Option<i64>,
    /// web, phone, …
    pub channel: Option<String>,
    /// page, radio, …
    pub method: Option<String>,
    /// Page loads and actions.
    pub steps: Option<i64>,
    /// SHA-256 of the page as rendered.
    pub page_sha256: Option<Vec<u8>>,
    /// self, officer, …
    pub actor: Option<String>,
    /// Who that is.
    pub actor_ref: Option<String>,
    /// On what authority.
    pub authority_ref: Option<String>,
    /// Until when it stands.
    pub expires_at: Option<When>,
    /// Why.
    pub reason: Option<String>,
    /// The line before.
    pub previous: Option<RecordId>,
    /// Her age band.
    pub age_band: Option<String>,
    /// The age rule applied.
    pub age_rule: Option<String>,
    /// The event of the log.
    pub event_id: Option<EventId>,
}

/// What the ledger comes to for one service and purpose.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct StandingRow {
    /// The service.
    pub client_id: String,
    /// The purpose.
    pub purpose: String,
    /// What the last line with an effect said.
    pub state: String,
    /// Its basis.
    pub basis: String,
    /// The line that claims go out under.
    pub record_id: Option<RecordId>,
    /// The claims, with spaces between.
    pub claims: String,
    /// id@version of the notice.
    pub notice: String,
    /// Since when it stands.
    pub since: Option<When>,
    /// The last line.
    pub last_id: RecordId,
    /// When that was written.
    pub last_at: When,
    /// Until when it stands.
    pub expires_at: Option<When>,
    /// Since when an objection pauses it.
    pub paused_at: Option<When>,
    /// The objection's line.
    pub paused_by: Option<RecordId>,
    /// The place of the last line.
    pub version: i64,
    /// Since when her data is kept only (UK GDPR Art 18), whatever the ledger says.
    pub restricted_at: Option<When>,
}

/// The columns of a [`StandingRow`], of a table called `s`.
macro_rules! standing_columns {
    () => {
        "s.client_id, s.purpose, s.state, s.basis, s.record_id, s.claims, s.notice, s.since, s.last_id, s.last_at,
             s.expires_at, s.paused_at, s.paused_by, s.version,
             (SELECT h.restricted_at FROM account h WHERE h.id = s.account_id) AS restricted_at"
    };
}

pub(super) use standing_columns;

/// Adds a line to the ledger, and what it comes to then; given up if another line came between since `was` was read
/// (0: there was none). One trip, and the only way in.
pub fn append(
    w: &mut Write,
    account: AccountId,
    line: &SharingRow,
    standing: &StandingRow,
    was: i64,
) -> Result<(), Error> {
    w.deferred(
        "INSERT INTO sharing_standing (account_id, client_id, purpose, state, basis, record_id, claims, notice, since,
             last_id, last_at, expires_at, paused_at, paused_by, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
         ON CONFLICT (account_id, client_id, purpose) DO UPDATE SET state = excluded.state, basis = excluded.basis,
             reminded_at = CASE WHEN sharing_standing.record_id = excluded.record_id
                           THEN sharing_standing.reminded_at END,
             record_id = excluded.record_id, claims = excluded.claims, notice = excluded.notice,
             since = excluded.since, last_id = excluded.last_id, last_at = excluded.last_at,
             expires_at = excluded.expires_at, paused_at = excluded.paused_at, paused_by = excluded.paused_by,
             version = excluded.version
         WHERE sharing_standing.version = $16",
    )
    .bind(account)
    .bind(standing.client_id.as_str())
    .bind(standing.purpose.as_str())
    .bind(standing.state.as_str())
    .bind(standing.basis.as_str())
    .bind(standing.record_id)
    .bind(standing.claims.as_str())
    .bind(standing.notice.as_str())
    .bind(standing.since)
    .bind(standing.last_id)
    .bind(standing.last_at)
    .bind(standing.expires_at)
    .bind(standing.paused_at)
    .bind(standing.paused_by)
    .bind(standing.version)
    .bind(was)
    .or_give_up()?;
    w.deferred(
        "INSERT INTO sharing_record (id, account_id, client_id, purpose, basis, state, notice, notice_sha256, language,
             claims, policy, at, place, channel, method, steps, page_sha256, actor, actor_ref, authority_ref,
             expires_at, reason, previous, age_band, age_rule, event_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22,
             $23, $24, $25, $26)",
    )
    .bind(line.id)
    .bind(account)
    .bind(line.client_id.as_str())
    .bind(line.purpose.as_str())
    .bind(line.basis.as_str())
    .bind(line.state.as_str())
    .bind(line.notice.as_str())
    .bind(line.notice_sha256.as_slice())
    .bind(line.language.as_str())
    .bind(line.claims.as_str())
    .bind(line.policy.as_str())
    .bind(line.at)
    .bind(line.how.place)
    .bind(line.how.channel.as_deref())
    .bind(line.how.method.as_deref())
    .bind(line.how.steps)
    .bind(line.how.page_sha256.as_deref())
    .bind(line.how.actor.as_deref())
    .bind(line.how.actor_ref.as_deref())
    .bind(line.how.authority_ref.as_deref())
    .bind(line.how.expires_at)
    .bind(line.how.reason.as_deref())
    .bind(line.how.previous)
    .bind(line.how.age_band.as_deref())
    .bind(line.how.age_rule.as_deref())
    .bind(line.how.event_id)
    .later()
}

/// All lines about a person, oldest first.
pub async fn of_account(r: &mut Read, account: AccountId) -> Result<Vec<SharingRow>, Error> {
    r.sql(
        "SELECT id, client_id, purpose, basis, state, notice, notice_sha256, language, claims, policy, at, place,
             channel, method, steps, page_sha256, actor, actor_ref, authority_ref, expires_at, reason, previous,
             age_band, age_rule, event_id
         FROM sharing_record WHERE account_id = $1 ORDER BY at, place, id",
    )
    .bind(account)
    .all()
    .await
}

/// How a person stands to every service, by service and purpose.
pub async fn standings(r: &mut Read, account: AccountId) -> Result<Vec<StandingRow>, Error> {
    r.sql(concat!(
        "SELECT ",
        standing_columns!(),
        " FROM sharing_standing s WHERE s.account_id = $1 ORDER BY s.client_id, s.purpose"
    ))
    .bind(account)
    .all()
    .await
}

/// How she stands to one service.
pub async fn standings_at(r: &mut Read, account: AccountId, client: &str) -> Result<Vec<StandingRow>, Error> {
    r.sql(concat!(
        "SELECT ",
        standing_columns!(),
        " FROM sharing_standing s WHERE s.account_id = $1 AND s.client_id = $2 ORDER BY s.purpose"
    ))
    .bind(account)
    .bind(client)
    .all()
    .await
}

/// A standing, and whose it is.
#[derive(Debug, Clone, sqlx::FromRow)]
struct OfSomebody {
    account_id: AccountId,
    #[sqlx(flatten)]
    row: StandingRow,
}

fn with_account(rows: Vec<OfSomebody>) -> Vec<(AccountId, StandingRow)> {
    rows.into_iter().map(|of| (of.account_id, of.row)).collect()
}

/// Those whose consent ran out at `now` or earlier and whose ledger does not say so yet: at most `limit`.
pub async fn run_out(r: &mut Read, now: When, limit: i64) -> Result<Vec<(AccountId, StandingRow)>, Error> {
    let rows = r
        .sql(concat!(
            "SELECT s.account_id, ",
            standing_columns!(),
            " FROM sharing_standing s WHERE s.expires_at <= $1 AND s.record_id IS NOT NULL
             ORDER BY s.expires_at LIMIT $2"
        ))
        .bind(now)
        .bind(limit)
        .all()
        .await?;
    Ok(with_account(rows))
}

/// Those whose consent will run out between the first two times, has stood since the third, and who have not been reminded: at
/// most `limit`.
pub async fn running_out(
    r: &mut Read,
    (now, soon, since): (When, When, When),
    limit: i64,
) -> Result<Vec<(AccountId, StandingRow)>, Error> {
    let rows = r
        .sql(concat!(
            "SELECT s.account_id, ",
            standing_columns!(),
            " FROM sharing_standing s WHERE s.expires_at > $1 AND s.expires_at <= $2 AND s.record_id IS NOT NULL
                 AND s.since <= $3 AND s.reminded_at IS NULL
             ORDER BY s.expires_at LIMIT $4"
        ))
        .bind(now)
        .bind(soon)
        .bind(since)
        .bind(limit)
        .all()
        .await?;
    Ok(with_account(rows))
}

/// The notices, as id@version, under which consents for one purpose stand.
pub async fn notices(r: &mut Read, client: &str, purpose: &str) -> Result<Vec<String>, Error> {
    let rows: Vec<(String,)> = r
        .sql(
            "SELECT DISTINCT notice FROM sharing_standing
             WHERE client_id = $1 AND basis = 'consent' AND purpose = $2 AND record_id IS NOT NULL ORDER BY notice",
        )
        .bind(client)
        .bind(purpose)
        .all()
        .await?;
    Ok(rows.into_iter().map(|(notice,)| notice).collect())
}

/// Those whose consent for one purpose stands under this notice: at most `limit`.
pub async fn under_notice(
    r: &mut Read,
    (client, purpose, notice): (&str, &str, &str),
    limit: i64,
) -> Result<Vec<(AccountId, StandingRow)>, Error> {
    let rows = r
        .sql(concat!(
            "SELECT s.account_id, ",
            standing_columns!(),
            " FROM sharing_standing s WHERE s.client_id = $1 AND s.basis = 'consent' AND s.purpose = $2
                 AND s.notice = $3 AND s.record_id IS NOT NULL LIMIT $4"
        ))
        .bind(client)
        .bind(purpose)
        .bind(notice)
        .bind(limit)
        .all()
        .await?;
    Ok(with_account(rows))
}

/// What is paused by an objection, the oldest first: at most `limit`.
pub async fn paused(r: &mut Read, limit: i64) -> Result<Vec<(AccountId, StandingRow)>, Error> {
    let rows = r
        .sql(concat!(
            "SELECT s.account_id, ",
            standing_columns!(),
            " FROM sharing_standing s WHERE s.paused_at IS NOT NULL ORDER BY s.paused_at LIMIT $1"
        ))
        .bind(limit)
        .all()
        .await?;
    Ok(with_account(rows))
}

/// What the objection of this line pauses, if it waits to be decided still.
pub async fn paused_by(r: &mut Read, objection: RecordId) -> Result<Option<(AccountId, StandingRow)>, Error> {
    let row: Option<OfSomebody> = r
        .sql(concat!(
            "SELECT s.account_id, ",
            standing_columns!(),
            " FROM sharing_standing s WHERE s.paused_at IS NOT NULL AND s.paused_by = $1"
        ))
        .bind(objection)
        .maybe()
        .await?;
    Ok(row.map(|of| (of.account_id, of.row)))
}

/// The event that records a line; none of lines of before they were tied to one.
pub async fn event(r: &mut Read, record: RecordId) -> Result<Option<EventId>, Error> {
    let found: Option<(Option<EventId>,)> =
        r.sql("SELECT event_id FROM sharing_record WHERE id = $1").bind(record).maybe().await?;
    Ok(found.and_then(|(event,)| event))
}

/// The language of a line.
pub async fn language(r: &mut Read, record: RecordId) -> Result<Option<String>, Error> {
    r.sql("SELECT language FROM sharing_record WHERE id = $1").bind(record).maybe_scalar().await
}

/// Notes that she was reminded; given up if she was before, or if another line came between.
pub fn reminded(
    w: &mut Write,
    account: AccountId,
    (client, purpose): (&str, &str),
    version: i64,
    now: When,
) -> Result<(), Error> {
    w.deferred(
        "UPDATE sharing_standing SET reminded_at = $5
         WHERE account_id = $1 AND client_id = $2 AND purpose = $3 AND version = $4 AND reminded_at IS NULL",
    )
    .bind(account)
    .bind(client)
    .bind(purpose)
    .bind(version)
    .bind(now)
    .or_give_up()
}

/// How residents stand to a share: for each basis and notice under which something stands, how many residents.
pub async fn counted(r: &mut Read, client: &str, purpose: &str) -> Result<Vec<(String, String, i64)>, Error> {
    r.sql(
        "SELECT basis, notice, COUNT(*) FROM sharing_standing
         WHERE client_id = $1 AND purpose = $2 AND record_id IS NOT NULL
         GROUP BY basis, notice ORDER BY basis, notice",
    )
    .bind(client)
    .bind(purpose)
    .all()
    .await
}

/// The consents that stand: service, purpose, band of age if it was asked, and when each was given.
pub async fn consents(r: &mut Read) -> Result<Vec<(String, String, Option<String>, When)>, Error> {
    r.sql(
        "SELECT s.client_id, s.purpose, l.age_band, l.at FROM sharing_standing s
         JOIN sharing_record l ON l.id = s.record_id
         WHERE s.basis = 'consent' AND (l.actor IS NULL OR l.actor <> 'parent')",
    )
    .all()
    .await
}

/// The person's subject in a sector, if she has been there.
pub async fn subject(r: &mut Read, account: AccountId, sector: &str) -> Result<Option<String>, Error> {
    r.sql("SELECT sub FROM subject WHERE account_id = $1 AND sector = $2")
        .bind(account)
        .bind(sector)
        .maybe_scalar()
        .await
}

/// Whose subject it is in a sector.
pub async fn whose(r: &mut Read, sector: &str, sub: &str) -> Result<Option<AccountId>, Error> {
    r.sql("SELECT account_id FROM subject WHERE sub = $1 AND sector = $2").bind(sub).bind(sector).maybe_scalar().await
}

/// The person's subject in a sector: the one she has, or this new one.
pub async fn claim_subject(
    w: &mut Write,
    account: AccountId,
    sector: &str,
    fresh: &str,
    now: When,
) -> Result<String, Error> {
    // DO UPDATE rather than NOTHING, because only a touched row is returned.
    w.sql(
        "INSERT INTO subject (account_id, sector, sub, created_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (account_id, sector) DO UPDATE SET sector = $2 RETURNING sub",
    )
    .bind(account)
    .bind(sector)
    .bind(fresh)
    .bind(now)
    .scalar()
    .await
}
