//! What the job does: it gathers what is held once a copy is ordered, and makes the file once each piece of it is decided.

use super::{Change, Copy, body_field, draft_field, gather};
use crate::app::App;
use crate::crypto::{SealError, hex, sha256};
use crate::domain::audit::vocabulary::{BundleGathered, BundleMade, BundleOpened};
use crate::domain::audit::{ActorClass, Channel, Draft, Kind, Receipt};
use crate::domain::client::Lang;
use crate::domain::disclosure::Disclosure;
use crate::domain::rights::bundle::{Decided, Noted, Stage, Verdict, pieces, redacted};
use crate::domain::rights::download::{Section, WHOLE};
use crate::domain::time::When;
use crate::service::Failure;
use crate::service::rights::download::pack;
use crate::store::Error;
use crate::store::bundles::{self as rows, BundleRow};
use crate::store::rights;
use uuid::Uuid;

/// Draws the page of a file, in a language, for the case that is called so.
pub type Pages<'a> = &'a (dyn Fn(Lang, &str, &[Section], When) -> String + Sync);
/// What stands in the place of a piece that goes.
pub type Mark<'a> = &'a (dyn Fn(Lang, Verdict) -> String + Sync);

/// Gathers those that were ordered and makes those whose pieces are decided, at most so many; gives how many. One that cannot be made
/// keeps no other back.
///
/// # Errors
/// [`Failure`] of the store; the last one of a copy that could not be made.
pub async fn make(app: &App, (pages, mark): (Pages<'_>, Mark<'_>), now: When, limit: i64) -> Result<usize, Failure> {
    let (mut count, mut failed) = (0, None);
    for row in rows::waiting(&mut app.db.peek(), limit).await? {
        match one(app, &row, (pages, mark), now).await {
            Ok(done) => count += usize::from(done),
            Err(failure) => {
                tracing::error!(bundle = %row.id, "a copy of what is held could not be made: {failure}");
                failed = Some(failure);
            }
        }
    }
    failed.map_or(Ok(count), Err)
}

async fn one(app: &App, row: &BundleRow, (pages, mark): (Pages<'_>, Mark<'_>), now: When) -> Result<bool, Failure> {
    let Some(case) = rights::get(&mut app.db.peek(), row.case_id).await? else { return Ok(false) };
    let copy = Copy::of(app, &case).await?;
    match copy.standing.stage {
        Stage::Ordered => gathered(&copy, row, now).await,
        Stage::Reviewed => packed(&copy, row, (pages, mark), now).await,
        _ => Ok(false),
    }
}

fn by_the_house<K: Kind>(payload: K) -> Draft<K> {
    Draft::new(ActorClass::System, payload).by(Channel::Batch)
}

/// Puts on record that what is held about her is opened.
async fn opened(copy: &Copy<'_>, bundle: Uuid, now: When) -> Result<Receipt<BundleOpened>, Failure> {
    let event = copy.seal(by_the_house(BundleOpened { case: copy.case.id, bundle }), now)?;
    Ok(copy.app.db.write(async |w| w.commit(event.clone(), ()).await).await?.receipt()?)
}

async fn gathered(copy: &Copy<'_>, row: &BundleRow, now: When) -> Result<bool, Failure> {
    let lang = Lang::parse(&row.language).unwrap_or_default();
    let leave = Disclosure::by_look(&opened(copy, row.id, now).await?).ok_or(Error::Missing)?;
    let sections = gather::everything(copy, leave, lang, now).await?;
    let draft = serde_json::to_vec(&sections).map_err(|_| SealError::Malformed)?;
    let draft = copy.keys.seal_bytes(draft_field(row.id), &draft)?;
    let payload = BundleGathered {
        case: row.case_id,
        bundle: row.id,
        lines: sections.iter().map(|section| section.rows.len()).sum(),
        pieces: pieces(&sections).len(),
    };
    let count = payload.pieces.to_string();
    let event = copy.seal(by_the_house(payload), now)?;
    let note = (Noted::Gathered, &*count, None);
    Ok(copy.note(note, None, event, Change::Gathered(&draft), now).await?.is_some())
}

async fn packed(
    copy: &Copy<'_>,
    row: &BundleRow,
    (pages, mark): (Pages<'_>, Mark<'_>),
    now: When,
) -> Result<bool, Failure> {
    let lang = Lang::parse(&row.language).unwrap_or_default();
    let leave = Disclosure::by_look(&opened(copy, row.id, now).await?).ok_or(Error::Missing)?;
    let Some(sections) = copy.sections(row.id, &leave).await? else { return Ok(false) };
    let decided = copy.entries.iter().rev().find(|entry| entry.noted == Noted::Reviewed.as_str());
    let words = match decided {
        Some(entry) => copy.words(entry, &leave)?.unwrap_or_default(),
        None => return Ok(false),
    };
    let sections = redacted(&sections, &Decided(words).verdicts(), |verdict| mark(lang, verdict));
    let page = pages(lang, &copy.case.reference, &sections, now);
    let file = pack(WHOLE, &sections, &page, now).map_err(|_| SealError::Malformed)?;
    let sum = sha256(&[&file]);
    let body = copy.keys.seal_bytes(body_field(row.id), &file)?;
    let hash = hex(&sum);
    let payload = BundleMade { case: row.case_id, bundle: row.id, sha256: hash.clone(), bytes: file.len() };
    let event = copy.seal(by_the_house(payload), now)?;
    let note = (Noted::Made, &*hash, None);
    Ok(copy.note(note, None, event, Change::Made(&sum, &body), now).await?.is_some())
}
