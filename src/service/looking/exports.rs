//! Entries of the record leave the house from the consoles (decision 0039): asked for with purpose, reason and case, approved by
//! a second person, taken once within the approval's day by whoever asked, after a fresh proof. That they are taken is on record
//! before the first byte goes out.

use super::{Ask, Deed, Refused, approvals, permit, seal, standing};
use crate::crypto::record::Recorder;
use crate::crypto::seal::PersonKeys;
use crate::domain::audit::Draft;
use crate::domain::audit::forms::Form;
use crate::domain::audit::vocabulary::LogExported;
use crate::domain::staff::{Action, Approval, Circumstances};
use crate::domain::time::When;
use crate::service::export::{self, House, Range, Taken};
use crate::service::search_audit::{self, Filters};
use crate::service::staff;
use crate::store::approvals::{self as rows, ApprovalRow};
use crate::store::search::{self, Way};
use crate::store::{Error, delays, log};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The most entries of a selection: each has a proof of its own.
pub const MOST: usize = 10_000;

/// What is to leave the house.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// The log of this financial year; the newest if none is named.
    pub year: Option<i64>,
    /// The first index.
    pub from: Option<u64>,
    /// The first index after the last.
    pub to: Option<u64>,
    /// The form beside the lines of JSON.
    pub form: Option<Form>,
    /// What entries are chosen by; all of the range if by nothing but time.
    pub filters: Filters,
}

/// The same as it was approved: the range is fixed when it is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    purpose: String,
    /// The year of the log.
    pub year: i64,
    /// The first index.
    pub from: u64,
    /// The first index after the last.
    pub to: u64,
    /// The form beside the lines of JSON.
    pub form: Option<String>,
    /// Whether the entries are about one resident alone, whom the approval names.
    pub about_one: bool,
    filters: Filters,
}

impl Asked {
    /// What was asked for; none if it is not as this program writes it.
    #[must_use]
    pub fn read(row: &ApprovalRow) -> Option<Self> {
        serde_json::from_str(&row.what).ok()
    }

    /// What entries are chosen by, as the record says it.
    #[must_use]
    pub fn filters(&self) -> Vec<String> {
        let named = self.about_one.then(|| "resident=named".to_owned());
        named.into_iter().chain(search_audit::in_words(&self.filters)).collect()
    }

    /// Whether all of the range leaves the house.
    fn is_whole(&self) -> bool {
        !self.about_one && self.filters == Filters::default()
    }
}

/// Who takes the record out of the house must be somebody who may read it there.
async fn allowed(deed: Deed<'_>, circumstances: Circumstances) -> Result<(), Refused> {
    permit(deed, Action::SearchRecord, circumstances, None, None).await?;
    permit(deed, Action::ExportRecord, circumstances, None, None).await
}

/// The same of the one resident whom the entries are about.
async fn about_her(deed: Deed<'_>, why: &search_audit::Ask, keys: &PersonKeys) -> Result<(), Refused> {
    let who = (deed.officer, deed.context);
    search_audit::may_take(deed.app, (who, why), keys, deed.now).await.map_err(|refused| match refused {
        search_audit::Refused::Known => Refused::Known,
        search_audit::Refused::Failure(failure) => failure.into(),
        _ => Refused::NoReason,
    })
}

/// Asks a second person to approve that this leaves the house.
///
/// # Errors
/// [`Refused`] says what to mend.
pub async fn ask(deed: Deed<'_>, why: &Ask<'_>, wanted: &Wanted) -> Result<Uuid, Refused> {
    let given = super::given(deed, Action::ExportRecord, why).await?;
    // Nothing is shown yet: the proof has to be fresh when it is taken.
    let circumstances = Circumstances {
        reason: true,
        case: given.case.is_some(),
        fresh: true,
        approved: true,
        ..standing(deed, false)
    };
    allowed(deed, circumstances).await?;
    let (asked, about) = fixed(deed, &given.purpose, wanted).await?;
    if let Some(account) = about
        && let Some((keys, _)) = search_audit::person(deed.app, account).await?
    {
        about_her(deed, &given, &keys).await?;
    }
    let what = serde_json::to_string(&asked).map_err(|_| crate::crypto::SealError::Malformed)?;
    approvals::ask(deed, Approval::Export, why, (&what, about)).await
}

/// The range by its indexes, and whom it is about.
async fn fixed(
    deed: Deed<'_>,
    purpose: &str,
    wanted: &Wanted,
) -> Result<(Asked, Option<crate::domain::ids::AccountId>), Refused> {
    let mut read = deed.app.db.read().await?;
    let all = log::all(&mut read).await?;
    let mut there = all.into_iter().filter(|log| log.destroyed_at.is_none());
    let log = there.find(|log| wanted.year.is_none_or(|year| log.year == year)).ok_or(Refused::NoRange)?;
    let size = u64::try_from(log.size).unwrap_or(0);
    let (mut from, mut to) = (wanted.from.unwrap_or(0), wanted.to.unwrap_or(size));
    let mut filters = wanted.filters.clone();
    if filters.from.is_some() || filters.to.is_some() {
        let window = (filters.from.unwrap_or(i64::MIN), filters.to.unwrap_or(deed.now.micros()));
        let window = (When::from_micros(window.0.max(0)), When::from_micros(window.1));
        let (first, end) = search::span(&mut read, &log.name, window).await?.ok_or(Refused::NoRange)?;
        from = from.max(u64::try_from(first).unwrap_or(0));
        to = to.min(u64::try_from(end).unwrap_or(0));
    }
    drop(read);
    if from >= to || to > size {
        return Err(Refused::NoRange);
    }
    let typed = filters.resident.take();
    // By nothing but time, it is the range of that time, with all that lies in it.
    if (Filters { from: None, to: None, ..filters.clone() }) == Filters::default() && typed.is_none() {
        filters = Filters::default();
    }
    let about = match &typed {
        Some(typed) => search_audit::account_of(deed.app, typed).await?,
        None => None,
    };
    let (form, about_one) = (wanted.form.map(|form| form.as_str().to_owned()), typed.is_some());
    Ok((Asked { purpose: purpose.to_owned(), year: log.year, from, to, form, about_one, filters }, about))
}

/// What may leave the house now: that it does is on record, and the approval is spent.
pub struct Parcel {
    /// The part of the log.
    pub taken: Taken,
    /// The indexes of those chosen; all of the range if none were chosen.
    pub chosen: Option<Vec<u64>>,
    /// The form beside the lines of JSON.
    pub form: Option<Form>,
    /// What they were chosen by.
    pub filters: Vec<String>,
}

/// Takes what was approved, once.
///
/// # Errors
/// [`Refused`]; a refusal by the policies is on record. [`Refused::NeedsApproval`] if the second person did not say yes, or it
/// was taken, or its day has passed.
pub async fn take(deed: Deed<'_>, id: Uuid) -> Result<Parcel, Refused> {
    let Deed { app, officer, now, .. } = deed;
    let row = rows::get(&mut app.db.peek(), id).await?;
    let row = row.filter(|row| {
        let given = row.approved == Some(true) && row.used_at.is_none() && now < row.until;
        given && row.kind == Approval::Export.as_str() && row.asked_by == officer.id
    });
    let row = row.ok_or(Refused::NeedsApproval)?;
    let asked = Asked::read(&row).ok_or(Refused::NeedsApproval)?;
    let case = row.case_ref.is_some();
    allowed(deed, Circumstances { reason: true, case, approved: true, ..standing(deed, false) }).await?;
    let about = match (asked.about_one, row.about) {
        (false, _) => None,
        (true, Some(account)) => Some(search_audit::person(app, account).await?.ok_or(Refused::NotFound)?),
        (true, None) => return Err(Refused::NotFound),
    };
    if let Some((keys, _)) = &about {
        let (purpose, reason) = (asked.purpose.clone(), row.reason.clone());
        about_her(deed, &search_audit::Ask { purpose, reason, case: row.case_ref.clone() }, keys).await?;
    }
    let snapshot = app.snapshot();
    let house = House { db: &app.db, roots: &app.roots, policy: &snapshot.policy };
    let range = Range { from: Some(asked.from), to: Some(asked.to), cosigned: false };
    let found = export::find(&house, Some(asked.year), range, now).await.map_err(not_there)?;
    let subject = about.as_ref().map(|(keys, since)| search_audit::pseudonyms(keys, *since, now));
    let chosen = if asked.is_whole() { None } else { Some(select(deed, &found.log.name, &asked, subject).await?) };
    let form = asked.form.as_deref().and_then(Form::parse);
    let filters = asked.filters();
    let payload = LogExported {
        log: found.log.name.clone(),
        from: export::whole(asked.from),
        to: export::whole(asked.to),
        by: None,
        approved_by: None,
        approval: Some(id),
        forms: form.iter().map(|form| form.as_str().to_owned()).collect(),
        filters: filters.clone(),
        entries: chosen.as_ref().map(|chosen| i64::try_from(chosen.len()).unwrap_or(i64::MAX)),
    };
    let keys = about.as_ref().map(|(keys, _)| keys);
    let event = seal(deed, &drafted(deed, &asked, &row, payload, keys), keys)?;
    let spent = app
        .db
        .write(async |mut w| {
            if !rows::spend(&mut w, id, Approval::Export.as_str(), officer.id, now).await? {
                return Err(Error::GivenUp);
            }
            w.commit(event.clone(), ()).await
        })
        .await;
    match spent {
        // From here on it is on record.
        Ok(_) => {
            let recorder = Recorder::new(app.roots.clone(), snapshot.policy.version());
            Ok(Parcel { taken: found.taken(event.row.id, recorder, now), chosen, form, filters })
        }
        Err(Error::GivenUp) => Err(Refused::NeedsApproval),
        Err(error) => Err(error.into()),
    }
}

fn drafted(
    deed: Deed<'_>,
    asked: &Asked,
    row: &ApprovalRow,
    payload: LogExported,
    keys: Option<&PersonKeys>,
) -> Draft<LogExported> {
    let mut draft = approvals::about(deed, row, payload);
    let snapshot = deed.app.snapshot();
    if let Some(activity) = snapshot.policy.processing.activities.iter().find(|one| one.id == asked.purpose) {
        draft = draft.purpose(&activity.id, activity.basis);
    }
    draft.subject = keys.map(PersonKeys::account);
    draft
}

fn not_there(refused: export::Refused) -> Refused {
    match refused {
        export::Refused::Failure(failure) => Refused::Failure(failure),
        _ => Refused::NoRange,
    }
}

/// The indexes that the filters choose, lowest first. What is kept from residents for now is left out for whoever may not see
/// which looks are.
async fn select(deed: Deed<'_>, log: &str, asked: &Asked, subject: Option<Vec<String>>) -> Result<Vec<u64>, Refused> {
    let Deed { app, officer, now, .. } = deed;
    let filters = &asked.filters;
    let query = filters.query(subject.or_else(|| filters.member.clone()));
    let sees_all = staff::may_ever(app, &officer.roles, Action::ReviewDelay);
    let kept_back = if sees_all { Vec::new() } else { delays::kept_back(&mut app.db.peek(), log, now).await? };
    let (mut chosen, mut from) = (Vec::new(), None);
    loop {
        let page = search::page(&mut app.db.read().await?, &query, from, Way::Older, search_audit::PAGE).await?;
        for one in page.found.iter().filter(|one| one.log == log && !kept_back.contains(&one.leaf_index)) {
            let index = u64::try_from(one.leaf_index).unwrap_or(u64::MAX);
            let tells = !sees_all && one.r#type.starts_with("officer.notice_");
            if !tells && (asked.from..asked.to).contains(&index) {
                chosen.push(index);
            }
        }
        if chosen.len() > MOST {
            return Err(Refused::NoRange);
        }
        from = page.next;
        if from.is_none() {
            break;
        }
    }
    chosen.sort_unstable();
    chosen.dedup();
    Ok(chosen)
}
