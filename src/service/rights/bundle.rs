//! The copy of everything that is held about a person, which an officer makes in a case of hers (UK GDPR Art 15). What is noted of
//! it is added to and never changed; its place makes each thing happen once (src/decisions/0057).
//!
//! ```text
//! note identity, note coercion (a worry: a second person decides) ──> order ──gather (the job)──> pieces ──review──>
//!    make (the job), hash ──> release, letter ──fetch, password again──┐
//!                        └──> hand over at a desk or by post ──────────┴──> delivered, kept for the time of its rule
//! ```

mod gather;
mod make;

pub use make::{Mark, Pages, make};

use super::Hand;
use super::cases::{Case, at_place, written_to};
use super::download::{Fetched, proven};
use crate::app::App;
use crate::crypto::record::EventSeed;
use crate::crypto::seal::{Field, PersonKeys};
use crate::crypto::{SealError, hex, tokens};
use crate::domain::audit::vocabulary::{
    BundleFetched, BundleNoted, BundleOrdered, BundleReleased, BundleReviewed, BundleTaken,
};
use crate::domain::audit::{ActorClass, Context, Draft, Kind, Receipt, Sealed};
use crate::domain::client::Lang;
use crate::domain::disclosure::Disclosure;
use crate::domain::ids::{CaseId, StaffId};
use crate::domain::rights::bundle::{
    Barred, Decided, Entry, LASTS, LONGEST, Noted, Stage, Standing, Verdict, Way, pieces,
};
use crate::domain::rights::download::Section;
use crate::domain::session::SignedIn;
use crate::domain::time::When;
use crate::service::second_step::Again;
use crate::service::sharing::Judge;
use crate::service::staff::members;
use crate::service::{Failure, people, post};
use crate::store::bundles::{self as rows, BundleRow, EntryRow};
use crate::store::outbox::NewMessage;
use crate::store::rights::{self, CaseRow};
use crate::store::{Error, outbox};
use uuid::Uuid;

/// What the events say is opened for it: all there is.
const ALL: &str = "everything";

/// Makes the letter that says it can be fetched, there and until when.
pub type Ready<'a> = &'a (dyn Fn(Lang, &str, When) -> post::Text + Sync);

/// What became of something that an officer does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Became {
    /// It is done.
    Done {
        /// Whether she is written to, if she has to know of it.
        written: Option<bool>,
    },
    /// It cannot be done.
    Barred(Barred),
    /// It needs words, and not more than 2,000 characters.
    NoWords,
    /// A piece is not decided.
    Undecided,
}

/// How a copy stands, for an officer who reads its case.
#[derive(Debug, Clone)]
pub struct View {
    /// What was noted comes to this.
    pub standing: Standing,
    /// What was noted, with the words.
    pub entries: Vec<(Entry, Option<String>)>,
    /// What was gathered, while its pieces wait to be decided.
    pub sections: Option<Vec<Section>>,
    /// SHA-256 of the file, in hex.
    pub sha256: Option<String>,
}

const fn draft_field(bundle: Uuid) -> Field {
    Field::profile("rights_bundle", "draft", bundle)
}

const fn body_field(bundle: Uuid) -> Field {
    Field::profile("rights_bundle", "body", bundle)
}

fn words_field(case: CaseId, place: i64) -> Field {
    Field::evidence("rights_entry", "words", at_place(case, place))
}

fn entry(row: &EntryRow) -> Result<Entry, Error> {
    let noted = Noted::parse(&row.noted).ok_or_else(|| Error::Unreadable("rights_entry.noted".to_owned()))?;
    Ok(Entry { noted, outcome: row.outcome.clone(), by: row.staff, at: row.at })
}

/// A case, what was noted of its copy, and the keys of the person.
struct Copy<'a> {
    app: &'a App,
    case: &'a CaseRow,
    keys: PersonKeys,
    entries: Vec<EntryRow>,
    standing: Standing,
}

impl<'a> Copy<'a> {
    async fn of(app: &'a App, case: &'a CaseRow) -> Result<Self, Failure> {
        let keys = people::keys(&mut app.db.peek(), &app.roots, case.person).await?;
        let entries = rows::entries(&mut app.db.peek(), case.id).await?;
        let standing = Standing::fold(&entries.iter().map(entry).collect::<Result<Vec<_>, _>>()?);
        Ok(Self { app, case, keys, entries, standing })
    }

    fn place(&self) -> i64 {
        self.entries.last().map_or(0, |last| last.place + 1)
    }

    fn words(&self, row: &EntryRow, leave: &Disclosure) -> Result<Option<String>, Failure> {
        let field = words_field(self.case.id, row.place);
        let open = |sealed: &[u8]| self.keys.open(field, sealed, leave).map(|text| text.to_string());
        Ok(row.words.as_deref().map(open).transpose()?)
    }

    /// The copy there is; none before it is ordered, and after its rule has come.
    async fn row(&self) -> Result<Option<BundleRow>, Failure> {
        Ok(rows::get(&mut self.app.db.peek(), self.case.id).await?)
    }

    async fn sections(&self, bundle: Uuid, leave: &Disclosure) -> Result<Option<Vec<Section>>, Failure> {
        let held = rows::held(&mut self.app.db.peek(), self.case.id).await?;
        let Some(draft) = held.and_then(|held| held.draft) else { return Ok(None) };
        let text = self.keys.open_bytes(draft_field(bundle), &draft, leave)?;
        Ok(Some(serde_json::from_slice(&text).map_err(|_| SealError::Malformed)?))
    }

    fn seal<K: Kind>(&self, draft: Draft<K>, now: When) -> Result<Sealed<K>, Failure> {
        let draft = draft.about(self.keys.account());
        Ok(self.app.snapshot().recorder.seal(EventSeed::draw(now), &draft, Some(&self.keys))?)
    }

    /// Notes something with its event, and changes with it what has to change; none if something else was noted meanwhile.
    async fn note<K: Kind + Clone>(
        &self,
        (noted, outcome, words): (Noted, &str, Option<&str>),
        by: Option<StaffId>,
        event: Sealed<K>,
        change: Change<'_>,
        now: When,
    ) -> Result<Option<Receipt<K>>, Failure> {
        let place = self.place();
        let row = EntryRow {
            case_id: self.case.id,
            place,
            noted: noted.as_str().to_owned(),
            outcome: outcome.to_owned(),
            staff: by,
            at: now,
            words: words.map(|words| self.keys.seal(words_field(self.case.id, place), words)).transpose()?,
            event: event.row.id,
        };
        // What an officer does is done in an open case; what was begun in one goes on.
        let must_be_open = by.is_some();
        let written = self
            .app
            .db
            .write(async |mut w| {
                rows::note(&mut w, &row, must_be_open)?;
                match change {
                    Change::Nothing => {}
                    Change::Ordered(bundle) => rows::order(&mut w, bundle)?,
                    Change::Gathered(draft) => rows::gathered(&mut w, row.case_id, draft)?,
                    Change::Reviewed => rows::reviewed(&mut w, row.case_id)?,
                    Change::Made(sum, body) => rows::made(&mut w, row.case_id, (sum, body))?,
                    Change::Told(letter) => outbox::queue(&mut w, letter, now).await?,
                    Change::Delivered => rows::delivered(&mut w, row.case_id, now)?,
                }
                w.commit(event.clone(), ()).await
            })
            .await;
        match written {
            Ok(committed) => Ok(Some(committed.receipt()?)),
            Err(Error::GivenUp) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

/// What changes with something that is noted.
#[derive(Clone, Copy)]
enum Change<'a> {
    Nothing,
    Ordered(&'a BundleRow),
    Gathered(&'a [u8]),
    Reviewed,
    Made(&'a [u8], &'a [u8]),
    Told(&'a NewMessage),
    Delivered,
}

/// Who acts in a case, and for which reason.
#[derive(Clone, Copy)]
pub(in crate::service) struct Who<'a> {
    pub officer: StaffId,
    pub judge: Judge<'a>,
}

const fn done(done: bool, written: Option<bool>) -> Became {
    if done { Became::Done { written } } else { Became::Barred(Barred::NotNow) }
}

impl Copy<'_> {
    /// Whether the officer may note this now.
    async fn may(
        &self,
        case: &Case,
        of: (Noted, &str),
        officer: StaffId,
        now: When,
    ) -> Result<Result<(), Barred>, Failure> {
        if case.account.is_none() {
            return Ok(Err(Barred::WrongCase));
        }
        let (noted, outcome) = of;
        let worry =
            self.entries.iter().rev().find(|row| row.noted == Noted::Coercion.as_str()).and_then(|row| row.staff);
        // One person with two accounts is one person.
        let same = match worry.filter(|_| noted == Noted::Decision) {
            Some(worry) => members::same_person(self.app, worry, officer).await?,
            None => false,
        };
        Ok(self.standing.may(noted, outcome, (&case.facts, case.is_known()), |_| same, now))
    }
}

/// What was noted, without the words, for an officer who has read the case.
pub(in crate::service) async fn noted(app: &App, case: CaseId) -> Result<Vec<Entry>, Failure> {
    let rows = rows::entries(&mut app.db.peek(), case).await?;
    Ok(rows.iter().map(entry).collect::<Result<_, _>>()?)
}

/// How it stands, for an officer who has read the case.
pub(in crate::service) async fn view(app: &App, case: &CaseRow, leave: &Disclosure) -> Result<View, Failure> {
    let copy = Copy::of(app, case).await?;
    let open = |row: &EntryRow| Ok::<_, Failure>((entry(row)?, shown(&copy, row, leave)?));
    let entries = copy.entries.iter().map(open).collect::<Result<_, _>>()?;
    let bundle = copy.row().await?;
    let sections = match bundle.filter(|_| copy.standing.stage == Stage::Gathered) {
        Some(bundle) => copy.sections(bundle.id, leave).await?,
        None => None,
    };
    let made = copy.entries.iter().find(|row| row.noted == Noted::Made.as_str());
    Ok(View { standing: copy.standing, entries, sections, sha256: made.map(|row| row.outcome.clone()) })
}

/// The words of an entry as they are read: what was decided of the pieces is for the program.
fn shown(copy: &Copy<'_>, row: &EntryRow, leave: &Disclosure) -> Result<Option<String>, Failure> {
    if row.noted == Noted::Reviewed.as_str() { Ok(None) } else { copy.words(row, leave) }
}

/// Notes how it is known who she is, whether anybody makes her ask, or what is decided on a worry.
pub(in crate::service) async fn note(
    app: &App,
    (row, case): (&CaseRow, &Case),
    (noted, outcome, typed): (Noted, &str, &str),
    who: Who<'_>,
    now: When,
) -> Result<Became, Failure> {
    let copy = Copy::of(app, row).await?;
    if let Err(barred) = copy.may(case, (noted, outcome), who.officer, now).await? {
        return Ok(Became::Barred(barred));
    }
    let words = typed.replace("\r\n", "\n").trim().to_owned();
    // That she was signed in says all there is to say.
    let silent = words.is_empty() && noted == Noted::Identity && case.is_known();
    if (words.is_empty() && !silent) || words.chars().count() > LONGEST {
        return Ok(Became::NoWords);
    }
    let payload = BundleNoted { case: row.id, noted: noted.as_str().to_owned(), outcome: outcome.to_owned() };
    let event = copy.seal(Hand::Council(who.judge).draft(payload), now)?;
    let words = (!silent).then_some(&*words);
    let written = copy.note((noted, outcome, words), Some(who.officer), event, Change::Nothing, now).await?;
    Ok(done(written.is_some(), None))
}

/// Orders it: the job gathers what is held.
pub(in crate::service) async fn order(
    app: &App,
    (row, case): (&CaseRow, &Case),
    who: Who<'_>,
    now: When,
) -> Result<Became, Failure> {
    let copy = Copy::of(app, row).await?;
    if let Err(barred) = copy.may(case, (Noted::Ordered, ""), who.officer, now).await? {
        return Ok(Became::Barred(barred));
    }
    let Some(account) = row.account_id else { return Ok(Became::Barred(Barred::WrongCase)) };
    let bundle = BundleRow {
        case_id: row.id,
        id: tokens::uuid(),
        account_id: account,
        language: row.language.clone(),
        state: Noted::Ordered.as_str().to_owned(),
        ordered_at: now,
    };
    let payload = BundleOrdered { case: row.id, bundle: bundle.id, fields: vec![ALL.to_owned()] };
    let event = copy.seal(Hand::Council(who.judge).draft(payload), now)?;
    let written =
        copy.note((Noted::Ordered, "", None), Some(who.officer), event, Change::Ordered(&bundle), now).await?;
    Ok(done(written.is_some(), None))
}

/// Decides every piece at once, in their order; the officer has read them, which `leave` shows.
pub(in crate::service) async fn review(
    app: &App,
    (row, case): (&CaseRow, &Case),
    (verdicts, leave): (&[Option<Verdict>], &Disclosure),
    who: Who<'_>,
    now: When,
) -> Result<Became, Failure> {
    let copy = Copy::of(app, row).await?;
    if let Err(barred) = copy.may(case, (Noted::Reviewed, ""), who.officer, now).await? {
        return Ok(Became::Barred(barred));
    }
    let Some(bundle) = copy.row().await? else { return Ok(Became::Barred(Barred::NotNow)) };
    let sections = copy.sections(bundle.id, leave).await?.unwrap_or_default();
    let wanted = gather::decided_one_by_one(&sections);
    let given: Option<Vec<Verdict>> = verdicts.iter().copied().take(wanted).collect();
    let Some(given) = given.filter(|given| given.len() == wanted) else { return Ok(Became::Undecided) };
    let kept = given.iter().filter(|verdict| verdict.keeps()).count();
    let redacted = pieces(&sections).len() - kept;
    let payload = BundleReviewed { case: row.id, bundle: bundle.id, kept, redacted };
    let event = copy.seal(Hand::Council(who.judge).draft(payload), now)?;
    let Decided(words) = Decided::of(&given);
    let note = (Noted::Reviewed, "", Some(&*words));
    let written = copy.note(note, Some(who.officer), event, Change::Reviewed, now).await?;
    Ok(done(written.is_some(), None))
}

/// Releases it to her account, where she fetches it within a day.
pub(in crate::service) async fn release(
    app: &App,
    (row, case): (&CaseRow, &Case),
    ready: Ready<'_>,
    who: Who<'_>,
    now: When,
) -> Result<Became, Failure> {
    let copy = Copy::of(app, row).await?;
    if let Err(barred) = copy.may(case, (Noted::Released, ""), who.officer, now).await? {
        return Ok(Became::Barred(barred));
    }
    let Some(bundle) = copy.row().await? else { return Ok(Became::Barred(Barred::NotNow)) };
    let until = now + LASTS;
    let to = written_to(app, &copy.keys, row, None).await?;
    let lang = Lang::parse(&row.language).unwrap_or_default();
    let text = |to| post::letter(&app.roots, Some(copy.keys.account()), to, &ready(lang, &row.reference, until));
    let letter = to.as_ref().map(text).transpose()?;
    let payload = BundleReleased { case: row.id, bundle: bundle.id, until: until.to_string() };
    let event = copy.seal(Hand::Council(who.judge).draft(payload), now)?;
    let change = letter.as_ref().map_or(Change::Nothing, Change::Told);
    let written = copy.note((Noted::Released, "", None), Some(who.officer), event, change, now).await?;
    Ok(done(written.is_some(), Some(letter.is_some())))
}

/// Hands it over: the file, once. That the officer has it is on record before they do.
pub(in crate::service) async fn hand_over(
    app: &App,
    (row, case): (&CaseRow, &Case),
    way: Way,
    who: Who<'_>,
    now: When,
) -> Result<Result<Vec<u8>, Became>, Failure> {
    let copy = Copy::of(app, row).await?;
    if let Err(barred) = copy.may(case, (Noted::Delivered, way.as_str()), who.officer, now).await? {
        return Ok(Err(Became::Barred(barred)));
    }
    let gone = Became::Barred(Barred::NotNow);
    let Some((bundle, sum, body)) = file(&copy).await? else { return Ok(Err(gone)) };
    let payload = BundleTaken {
        case: row.id,
        bundle,
        sha256: hex(&sum),
        way: way.as_str().to_owned(),
        fields: vec![ALL.to_owned()],
    };
    let event = copy.seal(Hand::Council(who.judge).draft(payload), now)?;
    let note = (Noted::Delivered, way.as_str(), None);
    let Some(receipt) = copy.note(note, Some(who.officer), event, Change::Delivered, now).await? else {
        return Ok(Err(gone));
    };
    let leave = Disclosure::by_look(&receipt).ok_or(Error::Missing)?;
    Ok(Ok(copy.keys.open_bytes(body_field(bundle), &body, &leave)?.to_vec()))
}

/// The file there is: which, its SHA-256, and itself, sealed.
async fn file(copy: &Copy<'_>) -> Result<Option<(Uuid, Vec<u8>, Vec<u8>)>, Failure> {
    let Some(bundle) = copy.row().await? else { return Ok(None) };
    let held = rows::held(&mut copy.app.db.peek(), copy.case.id).await?;
    Ok(held.and_then(|held| Some((bundle.id, held.sha256?, held.body?))))
}

/// Until when she can fetch a copy that was released to her account, if she can now.
///
/// # Errors
/// [`Failure`] of the store.
pub async fn waits(app: &App, who: &SignedIn, reference: &str, now: When) -> Result<Option<When>, Failure> {
    let Some(row) = hers(app, who, reference).await? else { return Ok(None) };
    Ok(Copy::of(app, &row).await?.standing.open_until(now))
}

async fn hers(app: &App, who: &SignedIn, reference: &str) -> Result<Option<CaseRow>, Failure> {
    let row = rights::by_reference(&mut app.db.peek(), reference).await?;
    Ok(row.filter(|row| row.account_id == Some(who.account)))
}

/// Fetches it, once and in time: the password is asked again, and a code if there is a second step.
///
/// # Errors
/// [`Failure`] of the store, or of a row that cannot be opened; it is there still then.
pub async fn fetch(
    app: &App,
    (who, reference): (&SignedIn, &str),
    again: &Again<'_>,
    context: Context,
    now: When,
) -> Result<Fetched, Failure> {
    let Some(row) = hers(app, who, reference).await? else { return Ok(Fetched::Gone) };
    let copy = Copy::of(app, &row).await?;
    if copy.standing.open_until(now).is_none() {
        return Ok(Fetched::Gone);
    }
    let keys = match proven(app, who, again, &context, now).await? {
        Ok(keys) => keys,
        Err(refused) => return Ok(refused),
    };
    let Some((bundle, sum, body)) = file(&copy).await? else { return Ok(Fetched::Gone) };
    let bytes = keys.open_bytes(body_field(bundle), &body, &who.disclosure())?.to_vec();
    let payload = BundleFetched { case: row.id, bundle, sha256: hex(&sum) };
    let event = copy.seal(Draft::new(ActorClass::Resident, payload).from(context), now)?;
    let note = (Noted::Delivered, Way::Account.as_str(), None);
    let fetched = copy.note(note, None, event, Change::Delivered, now).await?;
    Ok(fetched.map_or(Fetched::Gone, |_| Fetched::File(bytes)))
}
