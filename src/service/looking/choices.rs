//! Choices about sharing that a resident makes by phone, at a desk or by post: an officer reads to her what she would read
//! herself, and writes down what she says (src/decisions/0051). What she could not do in her account cannot be done for her.
//!
//! ```text
//! view (a look) ──one──> what is read to her ──record──> her ledger, two events, a letter ──receipt──> printed
//! ```

use super::{Deed, Look, Refused, conflicts, draft, permit, under};
use crate::app::App;
use crate::crypto::seal::PersonKeys;
use crate::crypto::{hex, sha256};
use crate::domain::account::{Detail, Given};
use crate::domain::audit::vocabulary::RecordViewed;
use crate::domain::client::{Client, Lang, Words};
use crate::domain::disclosure::Disclosure;
use crate::domain::ids::{AccountId, EnquiryId, RecordId};
use crate::domain::sharing::age::{AgeBand, agreed_for, agrees};
use crate::domain::sharing::receipt::About;
use crate::domain::sharing::spoken::{Choice, Noted, Spoken};
use crate::domain::sharing::{Decider, Tell};
use crate::domain::staff::{Action, Circumstances, Enquiry};
use crate::service::sharing::own::{self, Mine};
use crate::service::sharing::{self, Assisted, Capture, Change, LONGEST};
use crate::service::values::open_detail;
use crate::service::{Failure, details, people, post};
use crate::store::outbox::NewMessage;
use crate::store::{Error, attributes, enquiries};
use serde_json::json;
use std::sync::Arc;

/// What such a look is called among the fields of her record.
const FIELD: &str = "choices";
/// The same where her date of birth decides whether she may agree herself.
const AGE: &str = "age_band";

/// Makes the letter that tells her what was written down.
pub type Written<'a> = &'a (dyn Fn(&Noted) -> post::Text + Sync);

/// An enquiry of this officer that found her, and what she is known by. Nothing that is kept from her is done about a right of hers.
async fn found(deed: Deed<'_>, enquiry: EnquiryId, account: AccountId) -> Result<(Enquiry, PersonKeys), Refused> {
    let enquiry = super::find(deed, enquiry).await?;
    if enquiry.approval.is_some() {
        return Err(Refused::Closed);
    }
    let app = deed.app;
    enquiries::found(&mut app.db.peek(), enquiry.id, account).await?.ok_or(Refused::NotFound)?;
    let keys = people::keys(&mut app.db.peek(), &app.roots, account).await?;
    let conflict = conflicts::has(app, deed.officer.id, account, deed.now).await?;
    let circumstances = Circumstances { conflict, ..under(deed, &enquiry).await? };
    permit(deed, Action::RecordChoice, circumstances, Some(&keys), Some(&enquiry)).await?;
    Ok((enquiry, keys))
}

/// Puts on record that it is looked at, before it is shown.
async fn look(deed: Deed<'_>, enquiry: &Enquiry, keys: &PersonKeys, field: &str) -> Result<Disclosure, Refused> {
    let viewed = draft(deed, enquiry, RecordViewed { fields: vec![field.to_owned()], by: None });
    let look = Look::of(deed, enquiry, viewed, keys).await?;
    let committed = deed
        .app
        .db
        .write(async |mut w| {
            look.keep(&mut w).await?;
            w.commit(look.events(), ()).await
        })
        .await?;
    Ok(Disclosure::by_look(&committed.receipt()?).ok_or(Error::Missing)?)
}

/// Every service that she was told or asked about, and what she can choose there.
///
/// # Errors
/// [`Refused`]; a refusal by the policies is on record.
pub async fn view(deed: Deed<'_>, enquiry: EnquiryId, account: AccountId) -> Result<(Enquiry, Vec<Mine>), Refused> {
    let (enquiry, keys) = found(deed, enquiry, account).await?;
    look(deed, &enquiry, &keys, FIELD).await?;
    Ok((enquiry, own::all(deed.app, account, deed.now).await?))
}

/// One purpose of one service, as it is read to her.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The enquiry.
    pub enquiry: Enquiry,
    /// How she stands.
    pub mine: Mine,
    /// What she is told or asked.
    pub tell: Tell,
    /// Whether the officer asks how old she is: it is not held, and the share says so.
    pub asks_age: bool,
    /// A digest of what is read to her, in this language: another one, and it has to be read again.
    pub read: String,
}

/// What is read to her about one purpose, in a language.
///
/// # Errors
/// [`Refused::NotFound`] if there is nothing to choose; a refusal by the policies is on record.
pub async fn one(
    deed: Deed<'_>,
    (enquiry, account): (EnquiryId, AccountId),
    at: (&str, &str),
    lang: Lang,
) -> Result<Asked, Refused> {
    let (enquiry, keys) = found(deed, enquiry, account).await?;
    look(deed, &enquiry, &keys, FIELD).await?;
    let (mine, client, tell) = choosable(deed, account, at).await?.ok_or(Refused::NotFound)?;
    let asks_age =
        asks_age(&client, &tell) && !details::given_by(deed.app, account).await?.contains(&Detail::Birthdate);
    let read = digest(deed.app, &tell, lang);
    Ok(Asked { enquiry, mine, tell, asks_age, read })
}

async fn choosable(
    deed: Deed<'_>,
    account: AccountId,
    at: (&str, &str),
) -> Result<Option<(Mine, Arc<Client>, Tell)>, Failure> {
    let Some((mine, _)) = own::one(deed.app, account, at, deed.now).await? else { return Ok(None) };
    let Some(client) = mine.client.clone().filter(|_| !mine.can.choices().is_empty()) else { return Ok(None) };
    let tell = own::all_of(deed.app, &client, &mine.purpose, deed.now);
    Ok(tell.map(|tell| (mine, client, tell)))
}

fn asks_age(client: &Client, tell: &Tell) -> bool {
    client.shares.iter().any(|share| share.purpose == tell.purpose && share.asks_age)
}

fn digest(app: &App, tell: &Tell, lang: Lang) -> String {
    let snapshot = app.snapshot();
    let words = snapshot.policy.notice(&tell.notice, lang).map(|notice| notice.sha256.clone());
    let purpose = snapshot.policy.purpose(&tell.purpose).map(|words| words.get(lang));
    let read = json!([lang, tell.notice, words, purpose, tell.claims, tell.basis]);
    hex(&sha256(&[read.to_string().as_bytes()]))
}

/// What the officer says was chosen.
#[derive(Debug, Clone, Copy)]
pub struct Said<'a> {
    /// What.
    pub choice: Choice,
    /// How it was said, by whom, and how it is known who it was.
    pub spoken: &'a Spoken,
    /// Her age band, where it was asked.
    pub age: Option<AgeBand>,
    /// Her grounds, of an objection.
    pub grounds: &'a str,
    /// The language it was read in.
    pub lang: Lang,
    /// The digest of what was read.
    pub read: &'a str,
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Became {
    /// It is written down.
    Done {
        /// The line.
        record: RecordId,
        /// Whether she is written to by e-mail; else she is given the receipt.
        written: bool,
    },
    /// What was read to her is not what would be asked now, or she chose meanwhile.
    Changed,
    /// It was not asked how old she is.
    NoAge,
    /// At her age she may not agree herself.
    TooYoung,
    /// At her age nobody agrees for her as a parent.
    TooOld,
    /// The grounds are longer than what is kept.
    LongGrounds,
}

/// Writes down what she chose: her ledger, the event of the choice and that of who wrote it down, and the letter to her, in
/// one write.
///
/// # Errors
/// [`Refused`]; a refusal by the policies is on record.
pub async fn record(
    deed: Deed<'_>,
    (enquiry, account): (EnquiryId, AccountId),
    at: (&str, &str),
    said: &Said<'_>,
    write: Written<'_>,
) -> Result<Became, Refused> {
    let Deed { app, context, now, .. } = deed;
    let (enquiry, keys) = found(deed, enquiry, account).await?;
    let Some((mine, client, tell)) = choosable(deed, account, at).await? else { return Ok(Became::Changed) };
    if !mine.can.choices().contains(&said.choice) || digest(app, &tell, said.lang) != said.read {
        return Ok(Became::Changed);
    }
    // A browser sends each end of a line as two characters (HTML, form submission).
    let grounds = said.grounds.trim().replace("\r\n", "\n");
    if grounds.chars().count() > LONGEST {
        return Ok(Became::LongGrounds);
    }
    let age = if said.choice == Choice::Yes && asks_age(&client, &tell) {
        match age(deed, &enquiry, &keys, said).await? {
            Ok(age) => Some(age),
            Err(became) => return Ok(became),
        }
    } else {
        None
    };
    let letter = letter(deed, &keys, (&client, &tell), said, write).await?;
    let written = letter.is_some();
    let assisted = Assisted {
        officer: deed.officer.clone(),
        reason: enquiry.reason.clone(),
        case: enquiry.case.clone(),
        spoken: said.spoken.clone(),
        letter,
    };
    let capture = Capture {
        channel: said.spoken.heard.way(),
        method: said.spoken.heard.method(),
        steps: None,
        lang: said.lang,
        page: None,
        actor: said.spoken.decider,
        actor_ref: None,
        authority: said.spoken.authority.clone(),
        age,
        assisted: Some(assisted),
    };
    let (purpose, context) = (tell.purpose.as_str(), context.clone());
    let changes = match said.choice {
        Choice::Yes | Choice::No => {
            let choice = (&*client, &tell, said.choice == Choice::Yes);
            sharing::decide(app, account, choice, &capture, context, now).await?
        }
        Choice::Stop => sharing::withdraw(app, account, (&client.id, purpose), &capture, context, now).await?,
        Choice::Object => sharing::object(app, account, (&client, purpose), &grounds, &capture, context, now).await?,
        Choice::TakeBack => sharing::take_back(app, account, (&client.id, purpose), &capture, context, now).await?,
        Choice::Allow => sharing::tell(app, account, (&client, &[tell]), (&capture, true), context, now).await?,
    };
    let line = changes.as_deref().and_then(<[Change]>::first);
    Ok(line.map_or(Became::Changed, |line| Became::Done { record: line.record, written }))
}

/// The band that is kept with a yes, and the rule of the day: she agrees herself, or a holder of parental responsibility for her.
async fn age(
    deed: Deed<'_>,
    enquiry: &Enquiry,
    keys: &PersonKeys,
    said: &Said<'_>,
) -> Result<Result<(AgeBand, String), Became>, Refused> {
    let snapshot = deed.app.snapshot();
    let controller = &snapshot.policy.controller;
    let today = deed.now.day(&controller.time_zone);
    let band = match (held(deed, enquiry, keys).await?, said.age) {
        (Some(Given::Birthdate(birthdate)), _) => AgeBand::of(birthdate, today),
        (_, Some(band)) => band,
        (_, None) => return Ok(Err(Became::NoAge)),
    };
    Ok(if said.spoken.decider == Decider::Parent {
        agreed_for(&controller.consent_ages, band, today).ok_or(Became::TooOld)
    } else {
        agrees(&controller.consent_ages, band, today).ok_or(Became::TooYoung)
    })
}

/// Her date of birth, if she gave it: opened by a look of its own.
async fn held(deed: Deed<'_>, enquiry: &Enquiry, keys: &PersonKeys) -> Result<Option<Given>, Refused> {
    let rows = attributes::of(&mut deed.app.db.peek(), keys.account()).await?;
    let Some(row) = rows.iter().find(|row| row.kind == Detail::Birthdate.as_str()) else { return Ok(None) };
    let leave = look(deed, enquiry, keys, AGE).await?;
    Ok(Some(open_detail(keys, row, &leave)?))
}

async fn letter(
    deed: Deed<'_>,
    keys: &PersonKeys,
    (client, tell): (&Client, &Tell),
    said: &Said<'_>,
    write: Written<'_>,
) -> Result<Option<NewMessage>, Failure> {
    let app = deed.app;
    let mut read = app.db.read().await?;
    let Some(to) = people::written_to(&mut read, keys).await? else { return Ok(None) };
    drop(read);
    let say = |words: &Words| words.get(said.lang).to_owned();
    let noted = Noted {
        lang: said.lang,
        service: say(&client.name),
        purpose: app.snapshot().policy.purpose(&tell.purpose).map_or_else(|| tell.purpose.clone(), say),
        choice: said.choice,
        way: said.spoken.heard.way(),
        at: deed.now,
    };
    Ok(Some(post::letter(&app.roots, Some(keys.account()), &to, &write(&noted))?))
}

/// A line of hers, to be printed for her.
///
/// # Errors
/// [`Refused::NotFound`] if it is none of hers; a refusal by the policies is on record.
pub async fn receipt(
    deed: Deed<'_>,
    (enquiry, account): (EnquiryId, AccountId),
    record: RecordId,
    lang: Lang,
) -> Result<About, Refused> {
    let (enquiry, keys) = found(deed, enquiry, account).await?;
    look(deed, &enquiry, &keys, FIELD).await?;
    sharing::about_line(deed.app, account, record, Some(lang)).await?.ok_or(Refused::NotFound)
}
