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
use crate::domain::account::{Detail, Given, State};
use crate::domain::audit::vocabulary::RecordViewed;
use crate::domain::client::{Client, Lang, Words};
use crate::domain::disclosure::Disclosure;
use crate::domain::ids::{AccountId, EnquiryId, RecordId};
use crate::domain::sharing::age::{AgeBand, agreed_for, agrees};
use crate::domain::sharing::receipt::About;
use crate::domain::sharing::spoken::{Choice, Noted, Spoken};
use crate::domain::sharing::{Decider, Method, Record, Tell};
use crate::domain::staff::{Action, Circumstances, Enquiry};
use crate::service::sharing::own::{self, Mine};
use crate::service::sharing::{self, Assisted, Capture, Change, LONGEST};
use crate::service::values::open_detail;
use crate::service::{Failure, details, people, post};
use crate::store::outbox::NewMessage;
use crate::store::{Error, accounts, attributes, enquiries};
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;

/// What such a look is called among the fields of her record.
const FIELD: &str = "choices";
/// The same where her date of birth decides whether she may agree herself.
const AGE: &str = "age_band";
/// How long after its end an enquiry still takes what was begun in it.
const LATE: Duration = Duration::from_hours(1);

/// Makes the letter that tells her what was written down.
pub type Written<'a> = &'a (dyn Fn(&Noted) -> post::Text + Sync);

/// In which enquiry, and about whom.
#[derive(Debug, Clone, Copy)]
pub struct In {
    /// The enquiry.
    pub enquiry: EnquiryId,
    /// The resident.
    pub account: AccountId,
    /// It may have run out meanwhile: what she says takes its time to be written down.
    pub late: bool,
}

/// An enquiry of this officer that found somebody, and who that is.
pub(super) struct Found {
    pub(super) enquiry: Enquiry,
    pub(super) keys: PersonKeys,
    state: State,
}

impl Found {
    /// Nothing that is kept from her is done about a right of hers.
    pub(super) async fn of(deed: Deed<'_>, In { enquiry, account, late }: In, action: Action) -> Result<Self, Refused> {
        let app = deed.app;
        let enquiry = if late {
            let read = enquiries::get(&mut app.db.peek(), enquiry).await?;
            let just = |enquiry: &Enquiry| enquiry.staff == deed.officer.id && deed.now < enquiry.until + LATE;
            read.filter(just).ok_or(Refused::Closed)?
        } else {
            super::find(deed, enquiry).await?
        };
        if enquiry.approval.is_some() {
            return Err(Refused::Closed);
        }
        enquiries::found(&mut app.db.peek(), enquiry.id, account).await?.ok_or(Refused::NotFound)?;
        let keys = people::keys(&mut app.db.peek(), &app.roots, account).await?;
        let state = State::parse(&accounts::get(&mut app.db.peek(), account).await?.state);
        let state = state.ok_or_else(|| Error::Unreadable("account.state".to_owned()))?;
        let conflict = conflicts::has(app, deed.officer.id, account, deed.now).await?;
        let circumstances = Circumstances { conflict, ..under(deed, &enquiry).await? };
        permit(deed, action, circumstances, Some(&keys), Some(&enquiry)).await?;
        Ok(Self { enquiry, keys, state })
    }

    /// What she can choose, as she stands; of an account that is not in use, what only stops sharing.
    fn choices(&self, mine: &Mine) -> Vec<Choice> {
        let all = mine.can.choices().iter().copied();
        all.filter(|choice| self.state == State::Active || !choice.gives()).collect()
    }

    /// One purpose of one service at which there is something to choose.
    async fn choosable(&self, deed: Deed<'_>, at: (&str, &str)) -> Result<Option<Choosable>, Failure> {
        let Some((mine, lines)) = own::one(deed.app, self.keys.account(), at, deed.now).await? else { return Ok(None) };
        let choices = self.choices(&mine);
        let Some(client) = mine.client.clone().filter(|_| !choices.is_empty()) else { return Ok(None) };
        let tell = own::all_of(deed.app, &client, &mine.purpose, deed.now);
        Ok(tell.map(|tell| Choosable { mine, client, tell, choices, lines }))
    }
}

struct Choosable {
    mine: Mine,
    client: Arc<Client>,
    tell: Tell,
    choices: Vec<Choice>,
    lines: Vec<Record>,
}

impl Choosable {
    fn asks_age(&self) -> bool {
        self.client.shares.iter().any(|share| share.purpose == self.tell.purpose && share.asks_age)
    }

    /// A digest of what is read to her in a language, and of how she stands.
    fn digest(&self, app: &App, lang: Lang) -> String {
        let snapshot = app.snapshot();
        let (tell, last) = (&self.tell, self.lines.first().map(|line| line.id));
        let notice = snapshot.policy.notice(&tell.notice, lang).map(|notice| notice.sha256.clone());
        let purpose = snapshot.policy.purpose(&tell.purpose).map(|words| words.get(lang));
        let (service, kept) = (self.client.name.get(lang), self.mine.retention.as_ref().map(|words| words.get(lang)));
        let read = json!([lang, service, purpose, tell.basis, tell.claims, kept, tell.notice, notice, last]);
        hex(&sha256(&[read.to_string().as_bytes()]))
    }
}

/// Puts on record that it is looked at, before it is shown.
pub(super) async fn look(
    deed: Deed<'_>,
    enquiry: &Enquiry,
    keys: &PersonKeys,
    field: &str,
) -> Result<Disclosure, Refused> {
    let viewed = draft(deed, enquiry, RecordViewed { fields: vec![field.to_owned()], by: None });
    Look::of(deed, enquiry, viewed, keys).await?.take(deed).await
}

/// Every service that she was told or asked about, and what she can choose there.
///
/// # Errors
/// [`Refused`]; a refusal by the policies is on record.
pub async fn view(deed: Deed<'_>, who: In) -> Result<Vec<(Mine, Vec<Choice>)>, Refused> {
    let found = Found::of(deed, who, Action::RecordChoice).await?;
    look(deed, &found.enquiry, &found.keys, FIELD).await?;
    let all = own::all(deed.app, who.account, deed.now).await?.into_iter();
    Ok(all.map(|mine| (found.choices(&mine), mine)).map(|(choices, mine)| (mine, choices)).collect())
}

/// One purpose of one service, as it is read to her.
#[derive(Debug, Clone)]
pub struct Asked {
    /// How she stands.
    pub mine: Mine,
    /// What she can choose.
    pub choices: Vec<Choice>,
    /// What she is told or asked.
    pub tell: Tell,
    /// Whether a yes asks how old she is.
    pub asks_age: bool,
    /// Whether her date of birth is held, so that nobody need ask.
    pub age_held: bool,
    /// What happened, the newest line first.
    pub lines: Vec<Record>,
    /// A digest of what is read to her, in this language, and of how she stands: another one, and it has to be read again.
    pub read: String,
}

/// What is read to her about one purpose, in a language.
///
/// # Errors
/// [`Refused::NotFound`] if there is nothing to choose; a refusal by the policies is on record.
pub async fn one(deed: Deed<'_>, who: In, at: (&str, &str), lang: Lang) -> Result<Asked, Refused> {
    let found = Found::of(deed, who, Action::RecordChoice).await?;
    look(deed, &found.enquiry, &found.keys, FIELD).await?;
    let choosable = found.choosable(deed, at).await?.ok_or(Refused::NotFound)?;
    let age_held = details::given_by(deed.app, who.account).await?.contains(&Detail::Birthdate);
    let (asks_age, read) = (choosable.asks_age(), choosable.digest(deed.app, lang));
    let Choosable { mine, tell, choices, lines, .. } = choosable;
    Ok(Asked { mine, choices, tell, asks_age, age_held, lines, read })
}

/// What the officer says was chosen.
#[derive(Debug, Clone, Copy)]
pub struct Said<'a> {
    /// What, how it was said, by whom, and how it is known who it was.
    pub spoken: &'a Spoken,
    /// Her age band, where it was asked.
    pub age: Option<AgeBand>,
    /// Her grounds, of an objection.
    pub grounds: &'a str,
    /// The edition of the notice that a paper names, as id@version or its number.
    pub edition: &'a str,
    /// The language it was said or written in.
    pub lang: Lang,
    /// The language of the page.
    pub shown: Lang,
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
    /// It was read to her in another language than she spoke.
    OtherLanguage,
    /// What she signed is not the notice in force.
    OtherEdition,
    /// It was not asked how old she is.
    NoAge,
    /// At her age she may not agree herself.
    TooYoung,
    /// At her age nobody decides for her as a parent.
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
    who: In,
    at: (&str, &str),
    said: &Said<'_>,
    write: Written<'_>,
) -> Result<Became, Refused> {
    let Deed { app, context, now, .. } = deed;
    let found = Found::of(deed, who, Action::RecordChoice).await?;
    let Some(choosable) = found.choosable(deed, at).await? else { return Ok(Became::Changed) };
    let (spoken, choice) = (said.spoken, said.spoken.choice);
    let read = choosable.digest(app, said.shown);
    if !choosable.choices.contains(&choice) || read != said.read {
        return Ok(Became::Changed);
    }
    let on_paper = spoken.heard.method() == Method::Signed;
    if !on_paper && said.lang != said.shown {
        return Ok(Became::OtherLanguage);
    }
    // Who signs a yes has read the notice in force (UK GDPR Art 7(1)): an older form says something else.
    let signed = on_paper && matches!(choice, Choice::Yes | Choice::Allow);
    let notice = &choosable.tell.notice;
    if signed && said.edition.trim() != notice.to_string() && said.edition.trim() != notice.version.to_string() {
        return Ok(Became::OtherEdition);
    }
    // A browser sends each end of a line as two characters (HTML, form submission).
    let grounds = said.grounds.trim().replace("\r\n", "\n");
    if grounds.chars().count() > LONGEST {
        return Ok(Became::LongGrounds);
    }
    let age = match age(deed, &found, choosable.asks_age(), said).await? {
        Ok(age) => age,
        Err(became) => return Ok(became),
    };
    let letter = letter(deed, &found, &choosable, said, write).await?;
    let written = letter.is_some();
    let assisted = Assisted {
        officer: deed.officer.clone(),
        reason: found.enquiry.reason.clone(),
        case: found.enquiry.case.clone(),
        spoken: spoken.clone(),
        read,
        edition: signed.then(|| notice.to_string()),
        letter,
    };
    let capture = Capture {
        channel: spoken.heard.way(),
        method: spoken.heard.method(),
        steps: None,
        lang: said.lang,
        page: None,
        actor: spoken.decider,
        actor_ref: None,
        authority: spoken.authority.clone(),
        age,
        assisted: Some(assisted),
    };
    let Choosable { client, tell, .. } = choosable;
    let (account, purpose, context) = (who.account, tell.purpose.as_str(), context.clone());
    let changes = match choice {
        Choice::Yes | Choice::No => {
            let choice = (&*client, &tell, choice == Choice::Yes);
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

/// The band that is kept with a yes, and the rule of the day: she agrees herself, or a holder of parental responsibility for
/// a child who may not do so. Nobody decides as a parent for somebody who is grown up.
async fn age(
    deed: Deed<'_>,
    found: &Found,
    asks: bool,
    said: &Said<'_>,
) -> Result<Result<Option<(AgeBand, String)>, Became>, Refused> {
    let choice = said.spoken.choice;
    let (parent, asked) = (said.spoken.decider == Decider::Parent, asks && choice == Choice::Yes);
    if !parent && !asked {
        return Ok(Ok(None));
    }
    let snapshot = deed.app.snapshot();
    let controller = &snapshot.policy.controller;
    let today = controller.today(deed.now);
    let band = match (held(deed, found).await?, said.age) {
        (Some(Given::Birthdate(birthdate)), _) => AgeBand::of(birthdate, today),
        (_, Some(band)) => band,
        (_, None) => return Ok(Err(Became::NoAge)),
    };
    let age = if !parent {
        agrees(&controller.consent_ages, band, today).ok_or(Became::TooYoung)
    } else if choice.gives() {
        agreed_for(&controller.consent_ages, band, today).ok_or(Became::TooOld)
    } else if band == AgeBand::Adult {
        Err(Became::TooOld)
    } else {
        return Ok(Ok(None));
    };
    Ok(age.map(|age| (choice == Choice::Yes).then_some(age)))
}

/// Her date of birth, if she gave it: opened by a look of its own.
async fn held(deed: Deed<'_>, found: &Found) -> Result<Option<Given>, Refused> {
    let rows = attributes::of(&mut deed.app.db.peek(), found.keys.account()).await?;
    let Some(row) = rows.iter().find(|row| row.kind == Detail::Birthdate.as_str()) else { return Ok(None) };
    let leave = look(deed, &found.enquiry, &found.keys, AGE).await?;
    Ok(Some(open_detail(&found.keys, row, &leave)?))
}

/// The letter to her, unless there is no address, or no mail goes to the account.
async fn letter(
    deed: Deed<'_>,
    found: &Found,
    choosable: &Choosable,
    said: &Said<'_>,
    write: Written<'_>,
) -> Result<Option<NewMessage>, Failure> {
    let (app, keys) = (deed.app, &found.keys);
    if found.state != State::Active {
        return Ok(None);
    }
    let mut read = app.db.read().await?;
    let Some(to) = people::written_to(&mut read, keys).await? else { return Ok(None) };
    drop(read);
    let say = |words: &Words| words.get(said.lang).to_owned();
    let purpose = &choosable.tell.purpose;
    let noted = Noted {
        lang: said.lang,
        service: say(&choosable.client.name),
        purpose: app.snapshot().policy.purpose(purpose).map_or_else(|| purpose.clone(), say),
        choice: said.spoken.choice,
        way: said.spoken.heard.way(),
        decider: said.spoken.decider,
        at: deed.now,
    };
    Ok(Some(post::letter(&app.roots, Some(keys.account()), &to, &write(&noted))?))
}

/// A line of hers, to be printed for her.
///
/// # Errors
/// [`Refused::NotFound`] if it is none of hers; a refusal by the policies is on record.
pub async fn receipt(deed: Deed<'_>, who: In, record: RecordId, lang: Lang) -> Result<About, Refused> {
    let found = Found::of(deed, who, Action::RecordChoice).await?;
    look(deed, &found.enquiry, &found.keys, FIELD).await?;
    sharing::about_line(deed.app, who.account, record, Some(lang)).await?.ok_or(Refused::NotFound)
}
