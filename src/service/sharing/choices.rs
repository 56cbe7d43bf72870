//! What she is told, and what she decides.

use super::{Capture, Change, Wanted, add, names};
use crate::app::{App, Snapshot};
use crate::crypto::record::EventSeed;
use crate::crypto::seal::PersonKeys;
use crate::domain::audit::vocabulary::{
    ChoiceRecorded, ConsentGiven, ConsentReaffirmed, ConsentRefused, ConsentWithdrawn, NoticeShown, SharingImported,
};
use crate::domain::audit::{ActorClass, Basis, Channel, Context, Draft, Kind, Sealed};
use crate::domain::claims::ClaimSet;
use crate::domain::client::Client;
use crate::domain::ids::AccountId;
use crate::domain::sharing::{Decider, NoticeRef, Record, RecordState, Tell, lasts_until};
use crate::domain::time::When;
use crate::service::{Failure, people, records};
use crate::store::{AndPerhaps, Either, Error, sharing};

/// Records that she was told what a service gets, and continued: one line a purpose, in one write with its event. The digest is
/// that of the notice as archived in the language shown. `herself`: she asked for it in her account.
///
/// `None` if what stands has changed meanwhile, so that the page is no longer true.
pub async fn tell(
    app: &App,
    account: AccountId,
    (client, tells): (&Client, &[Tell]),
    (capture, herself): (&Capture, bool),
    context: Context,
    now: When,
) -> Result<Option<Vec<Change>>, Failure> {
    if tells.is_empty() {
        return Ok(Some(Vec::new()));
    }
    let wanted: Vec<Wanted<'_>> = tells.iter().map(|tell| wanted(client, tell, RecordState::Shown, None)).collect();
    let keys = people::keys(&mut app.db.peek(), &app.roots, account).await?;
    let recording = Recording { capture, context: &context, keys: &keys };
    add(app, account, &wanted, (capture, herself), now, |snapshot, seed, lines| {
        let payload = NoticeShown {
            records: lines.iter().map(|line| line.id).collect(),
            notices: lines.iter().map(|line| line.notice.to_string()).collect(),
            language: capture.lang.as_str().to_owned(),
            sha256: lines.iter().map(|line| line.notice_sha256.clone()).collect(),
        };
        recording.seal(snapshot, seed, payload, the(lines)?)
    })
    .await
}

fn wanted<'a>(client: &'a Client, tell: &'a Tell, state: RecordState, until: Option<When>) -> Wanted<'a> {
    Wanted {
        client: &client.id,
        purpose: &tell.purpose,
        basis: tell.basis,
        state,
        notice: Some(&tell.notice),
        claims: Some(tell.claims),
        expires_at: until,
        reason: None,
        ends: None,
    }
}

const fn actor(capture: &Capture) -> ActorClass {
    match capture.actor {
        Decider::Resident | Decider::Delegate | Decider::Parent => ActorClass::Resident,
        Decider::Officer => ActorClass::Officer,
        Decider::System => ActorClass::System,
    }
}

/// Records her yes or no where only consent gives a basis. A yes to what stands already is a yes again, and runs anew.
pub async fn decide(
    app: &App,
    account: AccountId,
    (client, tell, yes): (&Client, &Tell, bool),
    capture: &Capture,
    context: Context,
    now: When,
) -> Result<Option<Vec<Change>>, Failure> {
    let share = client.shares.iter().find(|share| share.purpose == tell.purpose && share.basis == Basis::Consent);
    let Some(share) = share else { return Ok(None) };
    let stands = sharing::standings_at(&mut app.db.peek(), account, client.id.as_str()).await?;
    let stands = records::standings(stands)?.iter().any(|standing| {
        standing.purpose == tell.purpose && standing.basis == Basis::Consent && standing.is_in_force(now)
    });
    let (state, until) = match (yes, stands) {
        (false, _) => (RecordState::Refused, None),
        (true, false) => (RecordState::Given, Some(lasts_until(share, now))),
        (true, true) => (RecordState::Reaffirmed, Some(lasts_until(share, now))),
    };
    let keys = people::keys(&mut app.db.peek(), &app.roots, account).await?;
    let recording = Recording { capture, context: &context, keys: &keys };
    add(app, account, &[wanted(client, tell, state, until)], (capture, true), now, |snapshot, seed, lines| {
        let line = the(lines)?;
        let (record, notice) = (line.id, line.notice.to_string());
        let (language, sha256) = (line.lang.as_str().to_owned(), line.notice_sha256.clone());
        Ok(match state {
            RecordState::Refused => {
                let payload = ConsentRefused { record, notice };
                Either::This(recording.seal(snapshot, seed, payload, line)?)
            }
            RecordState::Reaffirmed => {
                let payload = ConsentReaffirmed { record, notice, language, sha256 };
                Either::That(Either::This(recording.seal(snapshot, seed, payload, line)?))
            }
            _ => {
                let payload = ConsentGiven { record, notice, language, sha256 };
                Either::That(Either::That(recording.seal(snapshot, seed, payload, line)?))
            }
        })
    })
    .await
}

/// The one line of a deed that adds one.
pub(super) fn the(lines: &[Record]) -> Result<&Record, Failure> {
    Ok(lines.first().ok_or(Error::Missing)?)
}

/// The event of a line, and beside it the one that says so if an officer wrote it down for her.
pub(super) type Recorded<K> = AndPerhaps<Sealed<K>, Sealed<ChoiceRecorded>>;

/// What records a line.
pub(super) struct Recording<'a> {
    pub(super) capture: &'a Capture,
    pub(super) context: &'a Context,
    pub(super) keys: &'a PersonKeys,
}

impl Recording<'_> {
    pub(super) fn seal<K: Kind>(
        &self,
        snapshot: &Snapshot,
        seed: EventSeed,
        payload: K,
        line: &Record,
    ) -> Result<Recorded<K>, Failure> {
        let event = snapshot.recorder.seal(seed, &self.draft(payload, line), Some(self.keys))?;
        let Some(assisted) = &self.capture.assisted else { return Ok(AndPerhaps(event, None)) };
        let spoken = &assisted.spoken;
        let payload = ChoiceRecorded {
            record: line.id,
            heard: spoken.heard.as_str().to_owned(),
            decider: spoken.decider.as_str().to_owned(),
            authority: spoken.authority.clone().map(Into::into),
            check: spoken.check.as_str().to_owned(),
            read: assisted.read.clone(),
            edition: assisted.edition.clone(),
            evidence: spoken.evidence.clone().map(Into::into),
        };
        let beside = EventSeed::draw(line.at);
        let beside = snapshot.recorder.seal(beside, &self.draft(payload, line), Some(self.keys))?;
        Ok(AndPerhaps(event, Some(beside)))
    }

    pub(super) fn draft<K: Kind>(&self, payload: K, line: &Record) -> Draft<K> {
        let draft = match &self.capture.assisted {
            Some(assisted) => Draft::of_officer(&assisted.officer, payload),
            None => Draft::new(actor(self.capture), payload),
        };
        let draft = draft.about(self.keys.account()).at(&line.client).purpose(&line.purpose, line.basis);
        let draft = draft.from(self.context.clone());
        match &self.capture.assisted {
            Some(assisted) => draft.because(&assisted.reason, assisted.case.as_deref()),
            None if self.capture.actor == Decider::System => draft.by(Channel::Batch),
            None => draft,
        }
    }
}

/// Takes a consent back (UK GDPR Art 7(3)): at once, whatever becomes of the service. `None` if there is none that stands.
pub async fn withdraw(
    app: &App,
    account: AccountId,
    (client, purpose): (&crate::domain::ids::ClientId, &str),
    capture: &Capture,
    context: Context,
    now: When,
) -> Result<Option<Vec<Change>>, Failure> {
    let stands = records::standings(sharing::standings_at(&mut app.db.peek(), account, client.as_str()).await?)?;
    let consent = stands.iter().find(|standing| standing.purpose == purpose && standing.basis == Basis::Consent);
    let Some(ends) = consent.and_then(|standing| standing.record) else { return Ok(None) };
    let wanted = Wanted {
        client,
        purpose,
        basis: Basis::Consent,
        state: RecordState::Withdrawn,
        notice: None,
        claims: None,
        expires_at: None,
        reason: None,
        ends: None,
    };
    let keys = people::keys(&mut app.db.peek(), &app.roots, account).await?;
    let recording = Recording { capture, context: &context, keys: &keys };
    add(app, account, &[wanted], (capture, true), now, |snapshot, seed, lines| {
        let line = the(lines)?;
        let payload = ConsentWithdrawn { record: line.id, ends, claims: names(line.claims) };
        recording.seal(snapshot, seed, payload, line)
    })
    .await
}

/// Takes evidence of an earlier system over. It shows what was, and gives no leave: a yes of before is asked for anew. `None` if
/// the same was taken over before.
pub async fn import(
    app: &App,
    account: AccountId,
    (client, purpose, basis): (&Client, &str, Basis),
    (notice, claims, evidence): (&NoticeRef, ClaimSet, &str),
    capture: &Capture,
    now: When,
) -> Result<Option<Vec<Change>>, Failure> {
    let history = records::history(sharing::of_account(&mut app.db.peek(), account).await?)?;
    let same = |line: &Record| {
        let about = line.client == client.id && line.purpose == purpose && line.state == RecordState::Imported;
        about && line.notice == *notice && line.claims == claims
    };
    if history.iter().any(same) {
        return Ok(None);
    }
    let wanted = Wanted {
        client: &client.id,
        purpose,
        basis,
        state: RecordState::Imported,
        notice: Some(notice),
        claims: Some(claims),
        expires_at: None,
        reason: None,
        ends: None,
    };
    let keys = people::keys(&mut app.db.peek(), &app.roots, account).await?;
    let recording = Recording { capture, context: &Context::default(), keys: &keys };
    add(app, account, &[wanted], (capture, false), now, |snapshot, seed, lines| {
        let line = the(lines)?;
        let payload =
            SharingImported { record: line.id, notice: line.notice.to_string(), evidence: evidence.to_owned().into() };
        recording.seal(snapshot, seed, payload, line)
    })
    .await
}
