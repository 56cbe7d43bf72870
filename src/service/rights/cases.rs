//! Cases: what somebody asks for by right or complains of, with an account or without, by web, phone, desk or post.
//!
//! ```text
//! open ──receipt──> case ──steps::take──> … ──> done | refused
//! ```
//!
//! What she wrote and how to reach her is sealed under her own keys; who has no account has keys of her own for the case.

use super::Hand;
use crate::app::App;
use crate::crypto::index::{BlindIndex, IndexKind};
use crate::crypto::record::EventSeed;
use crate::crypto::seal::{Field, PersonKeys};
use crate::crypto::{SealError, tokens};
use crate::domain::account::{EmailAddress, State};
use crate::domain::audit::vocabulary::RightsReceived;
use crate::domain::client::{Lang, Words};
use crate::domain::disclosure::Disclosure;
use crate::domain::ids::{AccountId, CaseId};
use crate::domain::retention::Period;
use crate::domain::rights::calendar::{Calendar, days_between};
use crate::domain::rights::case::{Asker, Facts};
use crate::domain::rights::clock::{self, Clock};
use crate::domain::rights::kind::{Channel, Kind};
use crate::domain::rights::letter::{About, Summary};
use crate::domain::rights::said::Said;
use crate::domain::rights::step::Step;
use crate::domain::session::SignedIn;
use crate::domain::sign_in::{Gate, Limit};
use crate::domain::time::When;
use crate::policy::Controller;
use crate::service::guesses::{self, Reserved};
use crate::service::{Failure, people, post};
use crate::store::outbox::NewMessage;
use crate::store::rights::{self, CaseRow, StepRow};
use crate::store::{Error, accounts, lapses, outbox};
use jiff::civil::Date;
use std::time::Duration;

/// The most cases of an account that are shown.
const MOST: i64 = 100;
/// The most open cases that are listed.
const OPEN: i64 = 500;
/// How often somebody opens a case in a day: nobody asks the council ten times a day.
const LIMIT: Limit = Limit { misses: 10, window: Duration::from_hours(24), closed: Duration::from_hours(24) };
/// The same from one network, where many live behind one address.
const NETWORK: Limit = Limit { misses: 50, window: Duration::from_hours(24), closed: Duration::from_hours(1) };
/// The oldest request that is written down: what lay longer is a complaint about us.
const LATE: i32 = 365;
/// Letters and digits that nobody takes for one another.
const SIGNS: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

/// A case to be opened.
#[derive(Debug, Clone)]
pub struct New {
    /// What is asked for.
    pub kind: Kind,
    /// How it came in.
    pub channel: Channel,
    /// The language she is written to in.
    pub lang: Lang,
    /// What she said.
    pub said: Said,
    /// When it was received: what comes by post may have lain a day.
    pub received: When,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Opened {
    /// It is open.
    Done {
        /// Which.
        case: CaseId,
        /// What it is called by.
        reference: String,
        /// Whether she is written to: else somebody gives her the receipt.
        written: bool,
    },
    /// There were too many in a day.
    TooMany,
}

/// Makes the letter that tells her of a step.
pub type Tell<'a> = &'a (dyn Fn(&About) -> post::Text + Sync);

/// Where what she said is sealed.
const fn said_field(case: CaseId) -> Field {
    Field::evidence("rights_case", "said", case.0)
}

/// Where the words of a step are sealed: apart by case and place.
pub(super) fn words_field(case: CaseId, place: i64) -> Field {
    Field::evidence("rights_step", "words", at_place(case, place))
}

/// What stands for a place in a case.
pub(super) fn at_place(case: CaseId, place: i64) -> uuid::Uuid {
    let place = u128::try_from(place).unwrap_or_default();
    uuid::Uuid::from_u128(case.0.as_u128().wrapping_add(place))
}

/// The council's calendar.
pub(super) fn calendar(controller: &Controller) -> Calendar<'_> {
    Calendar { zone: &controller.time_zone, holidays: &controller.bank_holidays }
}

/// A name that can be said on the phone, and not be guessed.
fn reference() -> String {
    let bytes = tokens::uuid().into_bytes();
    let sign = |byte: &u8| SIGNS.get(usize::from(byte % 32)).map(|sign| char::from(*sign));
    let signs: Vec<char> = bytes.iter().rev().take(8).filter_map(sign).collect();
    let (first, second) = signs.split_at(4.min(signs.len()));
    format!("DP-{}-{}", first.iter().collect::<String>(), second.iter().collect::<String>())
}

/// Whether a text could be what a case is called by.
#[must_use]
pub fn is_reference(text: &str) -> bool {
    text.len() <= 20 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// Opens a case: it is stored with its event and the receipt to her in one write. With an account, `whose` is hers.
///
/// # Errors
/// [`Failure`] of the store; nothing has happened then.
pub async fn open(
    app: &App,
    whose: Option<AccountId>,
    new: &New,
    (by, tell): (Hand<'_>, Tell<'_>),
    now: When,
) -> Result<Opened, Failure> {
    if too_many(app, whose, by, now).await? {
        return Ok(Opened::TooMany);
    }
    let keys = match whose {
        Some(account) => people::keys(&mut app.db.peek(), &app.roots, account).await?,
        None => people::create_keys(app, now).await?,
    };
    let (id, reference) = (CaseId(tokens::uuid()), reference());
    let said = serde_json::to_string(&new.said).map_err(|_| SealError::Malformed)?;
    let row = CaseRow {
        id,
        reference: reference.clone(),
        kind: new.kind.as_str().to_owned(),
        channel: new.channel.as_str().to_owned(),
        language: new.lang.as_str().to_owned(),
        person: keys.account(),
        account_id: whose,
        said: keys.seal(said_field(id), &said)?,
        received_at: new.received,
        version: 1,
        closed_at: None,
    };
    let snapshot = app.snapshot();
    let facts = Facts::of(new.kind, new.received);
    let due = clock::read(&facts, &calendar(&snapshot.policy.controller), now).due;
    let payload = RightsReceived {
        case: id,
        kind: row.kind.clone(),
        channel: row.channel.clone(),
        received: new.received.to_string(),
        due: due.map(|due| due.to_string()).unwrap_or_default(),
    };
    let draft = by.draft(payload).about(keys.account());
    let event = snapshot.recorder.seal(EventSeed::draw(now), &draft, Some(&keys))?;
    let step = StepRow {
        case_id: id,
        place: 0,
        step: Step::Received.as_str().to_owned(),
        at: new.received,
        words: None,
        event: event.row.id,
    };
    let letter = letter(app, &keys, &row, (Step::Received, due, None), tell, Some(&new.said)).await?;
    app.db
        .write(async |mut w| {
            rights::insert(&mut w, &row, &step).await?;
            if let Some(letter) = &letter {
                outbox::queue(&mut w, letter, now).await?;
            }
            if let (Some(account), Hand::Council(_)) = (whose, by) {
                // Whoever calls, comes by or writes uses the account as much as who signs in.
                lapses::used(&mut w, account, now).await?;
            }
            w.commit(event.clone(), ()).await
        })
        .await?;
    Ok(Opened::Done { case: id, reference, written: letter.is_some() })
}

/// Counts what is opened by herself or by somebody unknown. What an officer writes down is not counted.
async fn too_many(app: &App, whose: Option<AccountId>, by: Hand<'_>, now: When) -> Result<bool, Failure> {
    let (key, limit) = match (by, whose) {
        (Hand::Council(_), _) => return Ok(false),
        (_, Some(account)) => (account.0.as_bytes().to_vec(), LIMIT),
        (Hand::Resident(context) | Hand::Visitor(context), None) => {
            let network = context.address.as_deref().unwrap_or_default();
            (BlindIndex::of(&app.roots, IndexKind::AddressPrefix, network).0.to_vec(), NETWORK)
        }
    };
    let Reserved { gate, .. } = guesses::reserve(app, "rights", &key, limit, now).await?;
    Ok(matches!(gate, Gate::Closed { .. }))
}

/// The letter of a step; none if there is no address, or no mail goes to the account.
pub(super) async fn letter(
    app: &App,
    keys: &PersonKeys,
    row: &CaseRow,
    (step, due, words): (Step, Option<Date>, Option<String>),
    tell: Tell<'_>,
    said: Option<&Said>,
) -> Result<Option<NewMessage>, Failure> {
    let Some(to) = written_to(app, keys, row, said).await? else { return Ok(None) };
    let about = news(app, row, (step, due, words))?;
    Ok(Some(post::letter(&app.roots, Some(keys.account()), &to, &tell(&about))?))
}

/// What she is told with a step.
pub(in crate::service) fn news(
    app: &App,
    row: &CaseRow,
    (step, due, words): (Step, Option<Date>, Option<String>),
) -> Result<About, Failure> {
    let lang = Lang::parse(&row.language).unwrap_or_default();
    let say = |words: &Words| words.get(lang).to_owned();
    let snapshot = app.snapshot();
    let (council, regulator) = (&snapshot.policy.controller.complaints, &snapshot.policy.controller.regulator);
    Ok(About {
        lang,
        reference: row.reference.clone(),
        kind: kind(row)?,
        step,
        received: row.received_at,
        due,
        words,
        complaints: [say(&council.name), council.email.clone(), council.phone.clone()],
        regulator: [say(&regulator.name), regulator.website.to_string(), regulator.phone.clone()],
    })
}

/// Where she is written to: as her account says, or as she said. What is opened here goes to her.
pub(super) async fn written_to(
    app: &App,
    keys: &PersonKeys,
    row: &CaseRow,
    said: Option<&Said>,
) -> Result<Option<EmailAddress>, Failure> {
    if let Some(account) = row.account_id {
        let mut read = app.db.read().await?;
        // She may have closed it since, and is then written to where the answer says.
        match accounts::get(&mut read, account).await {
            Ok(found) if found.state == State::Frozen.as_str() => return Ok(None),
            Ok(_) => return people::written_to(&mut read, keys).await,
            Err(Error::Missing) => return Ok(None),
            Err(error) => return Err(error.into()),
        }
    }
    let own;
    let said = if let Some(said) = said {
        said
    } else {
        own = open_said(keys, row, &Disclosure::to_the_person(keys.account()))?;
        &own
    };
    Ok(EmailAddress::parse(&said.email).ok())
}

/// Opens what she said.
pub(in crate::service) fn open_said(keys: &PersonKeys, row: &CaseRow, leave: &Disclosure) -> Result<Said, Failure> {
    let text = keys.open(said_field(row.id), &row.said, leave)?;
    Ok(serde_json::from_str(&text).map_err(|_| SealError::Malformed)?)
}

pub(super) fn kind(row: &CaseRow) -> Result<Kind, Error> {
    Kind::parse(&row.kind).ok_or_else(|| Error::Unreadable("rights_case.kind".to_owned()))
}

/// A case between store and domain.
#[derive(Debug, Clone)]
pub struct Case {
    /// Which.
    pub id: CaseId,
    /// Her account, if it is of one.
    pub account: Option<AccountId>,
    /// How it came in.
    pub channel: Option<Channel>,
    /// What everybody may see who may know of it.
    pub summary: Summary,
    /// What it comes to.
    pub facts: Facts,
}

impl Case {
    /// Whether it came from her own account: she has shown who she is, and nobody asks for more proof than the account has.
    #[must_use]
    pub fn is_known(&self) -> bool {
        self.asker() == Asker::Account
    }

    /// What was known of who asks when it came in.
    #[must_use]
    pub fn asker(&self) -> Asker {
        match (self.channel, self.account) {
            (Some(Channel::Phone | Channel::Desk | Channel::Post), _) => Asker::Heard,
            (Some(Channel::Web), Some(_)) => Asker::Account,
            (Some(Channel::Web), None) | (None, _) => Asker::Unknown,
        }
    }
}

/// A stored case in the domain's words.
pub(in crate::service) fn read(app: &App, row: &CaseRow, steps: &[StepRow], now: When) -> Result<Case, Error> {
    let step = |row: &StepRow| {
        let step = Step::parse(&row.step).ok_or_else(|| Error::Unreadable("rights_step.step".to_owned()))?;
        Ok((step, row.at))
    };
    let steps = steps.iter().map(step).collect::<Result<Vec<_>, Error>>()?;
    let kind = kind(row)?;
    let facts = Facts::fold(kind, row.received_at, &steps);
    let clock: Clock = clock::read(&facts, &calendar(&app.snapshot().policy.controller), now);
    Ok(Case {
        id: row.id,
        account: row.account_id,
        channel: Channel::parse(&row.channel),
        summary: Summary { reference: row.reference.clone(), kind, received: row.received_at, clock, steps },
        facts,
    })
}

/// A case, with its row.
pub(in crate::service) async fn get(app: &App, id: CaseId, now: When) -> Result<Option<(CaseRow, Case)>, Failure> {
    let mut read_of = app.db.read().await?;
    let Some(row) = rights::get(&mut read_of, id).await? else { return Ok(None) };
    let steps = rights::steps(&mut read_of, id).await?;
    let case = read(app, &row, &steps, now)?;
    Ok(Some((row, case)))
}

/// The open cases, the most urgent first: red, amber, green; within each the first to be due.
///
/// # Errors
/// [`Failure`] of the store.
pub async fn waiting(app: &App, now: When) -> Result<Vec<Case>, Failure> {
    let mut read_of = app.db.read().await?;
    let rows = rights::open(&mut read_of, OPEN).await?;
    let steps = rights::steps_of_open(&mut read_of, OPEN).await?;
    drop(read_of);
    let mut cases = Vec::with_capacity(rows.len());
    for row in &rows {
        let own: Vec<StepRow> = steps.iter().filter(|step| step.case_id == row.id).cloned().collect();
        cases.push(read(app, row, &own, now)?);
    }
    let far = Date::MAX;
    cases.sort_by_key(|case| {
        let Clock { light, due, .. } = case.summary.clock;
        (light, due.unwrap_or(far), case.summary.received)
    });
    Ok(cases)
}

/// Her own cases, the newest first.
///
/// # Errors
/// [`Failure`] of the store.
pub async fn own(app: &App, who: &SignedIn, now: When) -> Result<Vec<Case>, Failure> {
    let mut read_of = app.db.read().await?;
    let mut cases = Vec::new();
    for row in rights::of_account(&mut read_of, who.account, MOST).await? {
        let steps = rights::steps(&mut read_of, row.id).await?;
        cases.push(read(app, &row, &steps, now)?);
    }
    Ok(cases)
}

/// One of hers, with what she said and what she was told.
#[derive(Debug, Clone)]
pub struct Told {
    /// The case.
    pub case: Case,
    /// What she said.
    pub said: Said,
    /// What she was told with each step.
    pub words: Vec<Option<String>>,
}

/// One of her own; none if it is none of hers.
///
/// # Errors
/// [`Failure`] of the store, or if something was changed from outside.
pub async fn own_one(app: &App, who: &SignedIn, reference: &str, now: When) -> Result<Option<Told>, Failure> {
    let row = rights::by_reference(&mut app.db.peek(), reference).await?;
    let Some(row) = row.filter(|row| row.account_id == Some(who.account)) else { return Ok(None) };
    let keys = people::keys(&mut app.db.peek(), &app.roots, who.account).await?;
    told(app, &keys, &row, &who.disclosure(), now).await.map(Some)
}

/// A case with everything that was said in it. Whoever asks has a leave to look at her.
pub(in crate::service) async fn told(
    app: &App,
    keys: &PersonKeys,
    row: &CaseRow,
    leave: &Disclosure,
    now: When,
) -> Result<Told, Failure> {
    let steps = rights::steps(&mut app.db.peek(), row.id).await?;
    let case = read(app, row, &steps, now)?;
    let open = |step: &StepRow| {
        let words = step.words.as_deref();
        let open =
            |sealed: &[u8]| keys.open(words_field(row.id, step.place), sealed, leave).map(|text| text.to_string());
        words.map(open).transpose()
    };
    let words = steps.iter().map(open).collect::<Result<_, _>>()?;
    Ok(Told { case, said: open_said(keys, row, leave)?, words })
}

/// The middle of a day of the council: for pages that show days of times.
#[must_use]
pub fn at_noon(app: &App, day: Date) -> When {
    let noon = day.at(12, 0, 0, 0).to_zoned(app.snapshot().policy.controller.time_zone.clone());
    noon.map_or_else(|_| When::from_seconds(0), |noon| When::from(noon.timestamp()))
}

/// How many days are left until the end of a day.
#[must_use]
pub fn days_left(app: &App, due: Date, now: When) -> i32 {
    days_between(calendar(&app.snapshot().policy.controller).day(now), due)
}

/// When something was received that is said by its day (YYYY-MM-DD), today if nothing is said; none if there is no such day, it is to
/// come, or so long ago that nobody can mean it.
#[must_use]
pub fn received_on(app: &App, typed: &str, now: When) -> Option<When> {
    let today = calendar(&app.snapshot().policy.controller).day(now);
    let day: Date = if typed.trim().is_empty() { today } else { typed.trim().parse().ok()? };
    if day == today {
        return Some(now);
    }
    (day < today && days_between(day, today) <= LATE).then(|| at_noon(app, day))
}

/// A case as anybody may see it who may know of it.
///
/// # Errors
/// [`Failure`] of the store.
pub async fn summary(app: &App, id: CaseId, now: When) -> Result<Option<Summary>, Failure> {
    Ok(get(app, id, now).await?.map(|(_, case)| case.summary))
}

/// A case of a public form by what it is called, for the page that follows the form: for a day, and nothing of hers.
///
/// # Errors
/// [`Failure`] of the store.
pub async fn receipt(app: &App, reference: &str, now: When) -> Result<Option<Summary>, Failure> {
    if !is_reference(reference) {
        return Ok(None);
    }
    let Some(row) = rights::by_reference(&mut app.db.peek(), reference).await? else { return Ok(None) };
    let day = Period::parse("P1D").unwrap_or_else(|_| Period::zero());
    let zone = &app.snapshot().policy.controller.time_zone;
    let of_a_form = row.account_id.is_none() && row.channel == Channel::Web.as_str();
    if !of_a_form || now > day.after(row.received_at, zone) {
        return Ok(None);
    }
    Ok(get(app, row.id, now).await?.map(|(_, case)| case.summary))
}
