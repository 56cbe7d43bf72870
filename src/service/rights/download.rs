//! What an account can see of itself, as one file (UK GDPR Art 15, 20): asked for in the account, made by a job, sealed while it
//! lies, and fetched once, within a day, by whoever proves again who she is.
//!
//! ```text
//! ask ──> wanted ──make (the job), letter──> ready ──fetch, password again──> fetched
//!                                              └──24 hours──> gone
//! ```
//!
//! It holds what the pages of the account show, and nothing that is kept from her. The bundle that an officer makes of all else
//! that is held is another one.

use crate::app::App;
use crate::crypto::record::EventSeed;
use crate::crypto::seal::{PersonKeys, RowKey, RowKind, WrappedKey};
use crate::crypto::{SealError, hex, sha256, tokens};
use crate::domain::account::{EmailAddress, Given};
use crate::domain::audit::vocabulary::{DownloadAsked, DownloadMade, DownloadTaken};
use crate::domain::audit::{ActorClass, Channel, Context, Draft};
use crate::domain::claims::Claim;
use crate::domain::client::{Client, Lang};
use crate::domain::disclosure::Disclosure;
use crate::domain::ids::{AccountId, ClientId};
use crate::domain::rights::download::{Cell, SCHEMA, Section, Terms, csv, json};
use crate::domain::session::SignedIn;
use crate::domain::sharing::{Decider, Reason, Way};
use crate::domain::time::When;
use crate::service::second_step::{self, Again, Unproven};
use crate::service::sharing::own;
use crate::service::values::open_detail;
use crate::service::{Failure, account, people, post, records, seen};
use crate::store::downloads::{self, DownloadRow, Made};
use crate::store::seen::By;
use crate::store::{
    Error, Housekeeping, accounts, attributes, authenticators, contacts, outbox, received, restrictions, rights,
    sessions, sharing,
};
use std::io::{Cursor, Write as _};
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// How long it lies.
pub const LASTS: Duration = Duration::from_hours(24);
/// The most lines of a part.
const MOST: i64 = 10_000;

/// How it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// None was asked for, or the last one is over.
    None,
    /// It is being made.
    Making,
    /// It can be fetched until then.
    Ready(When),
    /// It was fetched.
    Fetched,
}

fn state(row: Option<&DownloadRow>, now: When) -> State {
    match row {
        Some(row) if row.expires_at <= now => State::None,
        Some(row) if row.spent_at.is_some() => State::Fetched,
        Some(row) if row.made_at.is_some() => State::Ready(row.expires_at),
        Some(_) => State::Making,
        None => State::None,
    }
}

/// How hers stands.
///
/// # Errors
/// What the store says.
pub async fn of(app: &App, who: &SignedIn, now: When) -> Result<State, Error> {
    Ok(state(downloads::get(&mut app.db.peek(), who.account).await?.as_ref(), now))
}

/// Asks for one. `false` if one is being made, or waits to be fetched; or she asked too often in a day.
///
/// # Errors
/// [`Failure`] of the store.
pub async fn ask(app: &App, who: &SignedIn, lang: Lang, context: Context, now: When) -> Result<bool, Failure> {
    if crate::service::guesses::too_often(app, "download", who.account, now).await?.is_some() {
        return Ok(false);
    }
    let row = DownloadRow {
        account_id: who.account,
        id: tokens::uuid(),
        language: lang.as_str().to_owned(),
        asked_at: now,
        made_at: None,
        expires_at: now + LASTS,
        spent_at: None,
    };
    let keys = people::keys(&mut app.db.peek(), &app.roots, who.account).await?;
    let draft = Draft::new(ActorClass::Resident, DownloadAsked { download: row.id }).about(who.account).from(context);
    let event = app.snapshot().recorder.seal(EventSeed::draw(now), &draft, Some(&keys))?;
    let asked = app
        .db
        .write(async |mut w| {
            if !downloads::ask(&mut w, &row).await? {
                return Err(Error::GivenUp);
            }
            w.commit(event.clone(), ()).await
        })
        .await;
    match asked {
        Ok(_) => Ok(true),
        Err(Error::GivenUp) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Draws the page of a file, in a language.
pub type Sheet<'a> = &'a (dyn Fn(Lang, &[Section], When) -> String + Sync);
/// Makes the letter that says it is ready, and until when.
pub type Ready<'a> = &'a (dyn Fn(Lang, When) -> post::Text + Sync);

/// Forgets those that are over, and makes those that were asked for, at most so many. Gives how many were made. One that cannot be made
/// keeps no other back.
///
/// # Errors
/// [`Failure`] of the store; the last one of a file that could not be made.
pub async fn make(app: &App, (sheet, ready): (Sheet<'_>, Ready<'_>), now: When, limit: i64) -> Result<usize, Failure> {
    app.db
        .write(async |mut w| {
            downloads::forget(&mut w, now, limit).await?;
            w.commit_quietly(Housekeeping::Expire, ()).await
        })
        .await?;
    let (mut count, mut failed) = (0, None);
    for row in downloads::waiting(&mut app.db.peek(), now, limit).await? {
        match make_one(app, &row, (sheet, ready), now).await {
            Ok(made) => count += usize::from(made),
            Err(failure) => {
                tracing::error!(download = %row.id, "a file of what her account shows could not be made: {failure}");
                failed = Some(failure);
            }
        }
    }
    failed.map_or(Ok(count), Err)
}

async fn make_one(
    app: &App,
    row: &DownloadRow,
    (sheet, ready): (Sheet<'_>, Ready<'_>),
    now: When,
) -> Result<bool, Failure> {
    let lang = Lang::parse(&row.language).unwrap_or_default();
    let leave = Disclosure::to_the_person(row.account_id);
    let keys = people::keys(&mut app.db.peek(), &app.roots, row.account_id).await?;
    let sections = gather(app, &keys, leave, lang, now).await?;
    let file = pack(SCHEMA, &sections, &sheet(lang, &sections, now), now).map_err(|_| SealError::Malformed)?;
    let key = RowKey::generate(RowKind::Download, row.id)?;
    let sum = sha256(&[&file]);
    let made = Made { sha256: sum.to_vec(), row_key: key.wrap(&app.roots)?.0, body: key.seal("body", &file)? };
    let to = people::written_to(&mut app.db.peek(), &keys).await?;
    let until = now + LASTS;
    let letter = to.map(|to| post::letter(&app.roots, Some(row.account_id), &to, &ready(lang, until))).transpose()?;
    let payload = DownloadMade { download: row.id, sha256: hex(&sum), bytes: file.len() };
    let draft = Draft::new(ActorClass::System, payload).about(row.account_id).by(Channel::Batch);
    let event = app.snapshot().recorder.seal(EventSeed::draw(now), &draft, Some(&keys))?;
    let written = app
        .db
        .write(async |mut w| {
            if !downloads::made(&mut w, (row.account_id, row.id), &made, (now, until)).await? {
                return Err(Error::GivenUp);
            }
            if let Some(letter) = &letter {
                outbox::queue(&mut w, letter, now).await?;
            }
            w.commit(event.clone(), ()).await
        })
        .await;
    match written {
        Ok(_) => Ok(true),
        Err(Error::GivenUp) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// A zip with the page, the file for programs, and a spreadsheet for each part.
pub(super) fn pack(
    schema: &str,
    sections: &[Section],
    html: &str,
    now: When,
) -> Result<Vec<u8>, zip::result::ZipError> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default();
    zip.start_file("index.html", options)?;
    zip.write_all(html.as_bytes())?;
    zip.start_file("data.json", options)?;
    let all = serde_json::to_vec_pretty(&json(schema, sections, now)).map_err(std::io::Error::other)?;
    zip.write_all(&all)?;
    for section in sections {
        zip.start_file(format!("{}.csv", section.name), options)?;
        zip.write_all(csv(section).as_bytes())?;
    }
    Ok(zip.finish()?.into_inner())
}

/// Everything that the pages of the account show, part by part.
pub(super) async fn gather(
    app: &App,
    keys: &PersonKeys,
    leave: Disclosure,
    lang: Lang,
    now: When,
) -> Result<Vec<Section>, Failure> {
    let account = leave.subject();
    Ok(vec![
        profile(app, keys, leave).await?,
        shares(app, account, lang, now).await?,
        history(app, account, lang).await?,
        releases(app, account, lang).await?,
        looks(app, leave, lang, now).await?,
        open_sessions(app, account).await?,
        requests(app, keys, leave, now).await?,
    ])
}

async fn profile(app: &App, keys: &PersonKeys, leave: Disclosure) -> Result<Section, Failure> {
    let account = leave.subject();
    let mut read = app.db.read().await?;
    let row = accounts::get(&mut read, account).await?;
    let contact = contacts::current(&mut read, account, "email").await?;
    let email = contact.map(|row| people::open_address(keys, row.id, &row.address, &leave)).transpose()?;
    let second_step = authenticators::get(&mut read, account).await?.is_some();
    let restricted = restrictions::get(&mut read, account).await?.map(|(since, _)| since);
    let held = attributes::of(&mut read, account).await?;
    drop(read);
    let pair = |name: &str, value: Cell| vec![Cell::code(Terms::Own, name), value];
    let mut rows = vec![
        pair("account", account.to_string().into()),
        pair("created_at", row.created_at.into()),
        pair("state", Cell::code(Terms::Account, &*row.state)),
        pair("name", people::open_name(keys, &row.name, &leave)?.as_str().into()),
        pair("email", email.as_ref().map(EmailAddress::as_str).into()),
        pair("second_step", yes_or_no(second_step)),
        pair("restricted_since", restricted.into()),
    ];
    for row in &held {
        let given = open_detail(keys, row, &leave)?;
        let said = match &given {
            Given::Birthdate(birthdate) => birthdate.stored(),
            Given::Address(address) => address.on_one_line(),
            Given::PhoneNumber(phone) => phone.spoken(),
        };
        rows.push(pair(given.detail().as_str(), said.into()));
    }
    Ok(Section::new("account", &["what", "value"], rows))
}

fn yes_or_no(yes: bool) -> Cell {
    Cell::code(Terms::Answer, if yes { "yes" } else { "no" })
}

/// A service, by the name that the policies in force give it.
pub(super) fn service(app: &App, id: &str, lang: Lang) -> Cell {
    let snapshot = app.snapshot();
    of_client(id, ClientId::parse(id).and_then(|id| snapshot.client(&id)), lang)
}

fn of_client(id: &str, client: Option<&Arc<Client>>, lang: Lang) -> Cell {
    Cell::named(id, client.map(|client| client.name.get(lang)))
}

async fn shares(app: &App, account: AccountId, lang: Lang, now: When) -> Result<Section, Failure> {
    let policy = &app.snapshot().policy;
    let rows = own::all(app, account, now).await?.into_iter().map(|mine| {
        let purpose = policy.purpose(&mine.purpose).map_or(mine.purpose.as_str(), |words| words.get(lang));
        let state = mine.outcome.map_or_else(Reason::as_str, |_| "on");
        vec![
            of_client(mine.client_id.as_str(), mine.client.as_ref(), lang),
            purpose.into(),
            Cell::code(Terms::Basis, mine.basis.as_str()),
            Cell::codes(Terms::Details, mine.claims.iter().map(Claim::as_str)),
            Cell::code(Terms::Sharing, state),
            mine.since.into(),
            mine.until.into(),
        ]
    });
    let columns = &["service", "purpose", "basis", "details", "state", "since", "until"];
    Ok(Section::new("sharing", columns, rows.collect()))
}

async fn history(app: &App, account: AccountId, lang: Lang) -> Result<Section, Failure> {
    let policy = &app.snapshot().policy;
    let lines = records::history(sharing::of_account(&mut app.db.peek(), account).await?)?;
    let rows = lines.into_iter().map(|line| {
        vec![
            line.at.into(),
            service(app, line.client.as_str(), lang),
            Cell::named(&line.purpose, policy.purpose(&line.purpose).map(|words| words.get(lang))),
            Cell::code(Terms::Choice, line.state.as_str()),
            Cell::codes(Terms::Details, line.claims.iter().map(Claim::as_str)),
            line.notice.to_string().into(),
            Cell::code(Terms::Way, line.how.channel.map(Way::as_str)),
            line.id.to_string().into(),
            Cell::code(Terms::Decider, line.how.actor.map(Decider::as_str)),
        ]
    });
    let columns = &["when", "service", "purpose", "state", "details", "notice", "way", "record", "by"];
    Ok(Section::new("history", columns, rows.collect()))
}

async fn releases(app: &App, account: AccountId, lang: Lang) -> Result<Section, Failure> {
    let rows = received::of(&mut app.db.peek(), account, MOST).await?.into_iter().map(|row| {
        let claims = row.id_token_claims.split_whitespace().chain(row.userinfo_claims.split_whitespace());
        vec![row.released_at.into(), service(app, &row.client_id, lang), Cell::codes(Terms::Details, claims)]
    });
    Ok(Section::new("received", &["when", "service", "details"], rows.collect()))
}

async fn looks(app: &App, leave: Disclosure, lang: Lang, now: When) -> Result<Section, Failure> {
    let mut rows = Vec::new();
    for by in [By::Staff, By::Services] {
        for access in seen::everything(app, leave, by, now, MOST).await? {
            let what = if access.refused { Terms::RefusedLook } else { Terms::Look };
            rows.push(vec![
                access.at.into(),
                Cell::code(what, access.did.as_str()),
                yes_or_no(access.refused),
                Cell::codes(Terms::Details, access.fields.iter().map(String::as_str)),
                access.reason.as_ref().map(|words| words.get(lang)).into(),
                access.case.into(),
                access.service.map(|(id, client)| of_client(&id, client.as_ref(), lang)).into(),
                access.event.to_string().into(),
            ]);
        }
    }
    let columns = &["when", "what", "refused", "details", "reason", "case", "service", "event"];
    Ok(Section::new("seen", columns, rows))
}

async fn open_sessions(app: &App, account: AccountId) -> Result<Section, Failure> {
    let rows = sessions::list(&mut app.db.peek(), account).await?.into_iter().map(|session| {
        let own = yes_or_no(session.own_device);
        vec![session.agent.into(), session.auth_time.into(), session.seen_at.into(), own]
    });
    Ok(Section::new("sessions", &["device", "since", "last", "own_device"], rows.collect()))
}

async fn requests(app: &App, keys: &PersonKeys, leave: Disclosure, now: When) -> Result<Section, Failure> {
    let mut rows = Vec::new();
    for row in rights::of_account(&mut app.db.peek(), leave.subject(), MOST).await? {
        let told = super::cases::told(app, keys, &row, &leave, now).await?;
        let kind = told.case.summary.kind.as_str();
        for ((step, at), words) in told.case.summary.steps.iter().zip(told.words) {
            let words =
                if rows.last().is_none_or(|last: &Vec<Cell>| last.first() != Some(&row.reference.clone().into())) {
                    Some(told.said.words.clone())
                } else {
                    words
                };
            rows.push(vec![
                row.reference.clone().into(),
                Cell::code(Terms::Right, kind),
                (*at).into(),
                Cell::code(Terms::Step, step.as_str()),
                words.into(),
            ]);
        }
    }
    Ok(Section::new("requests", &["reference", "kind", "when", "what", "words"], rows))
}

/// What became of fetching it.
#[derive(Debug)]
pub enum Fetched {
    /// The file, once.
    File(Vec<u8>),
    /// The password is wrong.
    WrongCurrent,
    /// Too many wrong ones.
    Closed {
        /// When it opens.
        until: When,
    },
    /// The account has a second step, and its code is not right.
    Unproven(Unproven),
    /// There is none, or somebody fetched it a moment ago.
    Gone,
}

/// Her keys, once she has proved again who she is: by the password, and a code if there is a second step.
pub(super) async fn proven(
    app: &App,
    who: &SignedIn,
    again: &Again<'_>,
    context: &Context,
    now: When,
) -> Result<Result<PersonKeys, Fetched>, Failure> {
    match account::prove(app, who, again.password, context, now).await? {
        account::Proof::Right(_) => {}
        account::Proof::Wrong => return Ok(Err(Fetched::WrongCurrent)),
        account::Proof::Closed { until } => return Ok(Err(Fetched::Closed { until })),
    }
    let keys = people::keys(&mut app.db.peek(), &app.roots, who.account).await?;
    Ok(match second_step::code(app, &keys, again, context, now).await? {
        Some(unproven) => Err(Fetched::Unproven(unproven)),
        None => Ok(keys),
    })
}

/// Fetches it, once: the password is asked again, and a code if there is a second step. Its key is destroyed in the same write.
///
/// # Errors
/// [`Failure`] of the store, or of a row that cannot be opened; it is there still then.
pub async fn fetch(
    app: &App,
    who: &SignedIn,
    again: &Again<'_>,
    context: Context,
    now: When,
) -> Result<Fetched, Failure> {
    let row = downloads::get(&mut app.db.peek(), who.account).await?;
    let Some(row) = row.filter(|row| matches!(state(Some(row), now), State::Ready(_))) else {
        return Ok(Fetched::Gone);
    };
    let keys = match proven(app, who, again, &context, now).await? {
        Ok(keys) => keys,
        Err(refused) => return Ok(refused),
    };
    let which: (AccountId, Uuid) = (who.account, row.id);
    let Some(made) = downloads::sealed(&mut app.db.peek(), which).await? else { return Ok(Fetched::Gone) };
    let key = RowKey::unwrap(&app.roots, RowKind::Download, row.id, &WrappedKey(made.row_key))?;
    let file = key.open("body", &made.body)?.to_vec();
    let payload = DownloadTaken { download: row.id, sha256: hex(&made.sha256) };
    let draft = Draft::new(ActorClass::Resident, payload).about(who.account).from(context);
    let event = app.snapshot().recorder.seal(EventSeed::draw(now), &draft, Some(&keys))?;
    let spent = app
        .db
        .write(async |mut w| {
            downloads::spend(&mut w, which, now)?;
            w.commit(event.clone(), ()).await
        })
        .await;
    match spent {
        Ok(_) => Ok(Fetched::File(file)),
        Err(Error::GivenUp) => Ok(Fetched::Gone),
        Err(error) => Err(error.into()),
    }
}
