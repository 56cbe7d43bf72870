//! A certificate is made out, when a run is through with all of its rules and everybody whom it erased is wholly gone.

use super::super::{Failure, Job, Pace, Step, accounts, forget_clocks, house_event, keys, look, years};
use super::remains::{self, REMAINS};
use super::shown::{self, grown};
use super::{Certificate, Decision, Failed, LeftAlone, LogGone, Part, SCHEMA, origin};
use crate::app::App;
use crate::crypto::note::Note;
use crate::crypto::tokens;
use crate::domain::audit::vocabulary::RetentionFinished;
use crate::domain::retention::{About, Action, Rule, Trigger};
use crate::domain::time::When;
use crate::service::log::LogFault;
use crate::service::log::keys::LogKeys;
use crate::service::witness::newest_cosigned;
use crate::store::retention::{self as runs, CertificateRow, PartRow, RunRow};
use crate::store::tallies::{self, TallyRow};
use crate::store::{Error, Read, erasures, holds, log};

/// What is known of the rules of a run at its end.
struct Known<'k> {
    rows: &'k [PartRow],
    tallies: &'k [TallyRow],
    still_due: &'k [Option<i64>],
}

impl Known<'_> {
    fn of(&self, rule: &str) -> impl Iterator<Item = (About, &TallyRow)> {
        let of = self.tallies.iter().filter(move |row| row.rule == rule);
        of.filter_map(|row| Some((About::parse(&row.about)?, row)))
    }

    fn parts(&self, rules: &[Rule], beyond_use: impl Fn(&PartRow) -> Option<String>) -> Vec<Part> {
        let parts = self.rows.iter().zip(self.still_due).map(|(row, still_due)| {
            let said = |about: About| self.of(&row.rule).filter(move |(one, _)| *one == about);
            let decided = [About::Goes, About::Kept].into_iter().flat_map(said).map(|(about, row)| Decision {
                by: row.what.clone(),
                said: about.as_str().to_owned(),
                items: row.items,
            });
            let left = [About::Hold, About::Review, About::Log].into_iter().flat_map(said).map(|(about, row)| {
                LeftAlone { because: about.as_str().to_owned(), what: row.what.clone(), items: row.items }
            });
            let failed = said(About::Failed).map(|(_, row)| Failed { why: row.what.clone(), items: row.items });
            Part {
                left: left.collect(),
                decided: decided.collect(),
                failed: failed.collect(),
                still_due: *still_due,
                beyond_use_until: beyond_use(row),
                ..part(row, rules.iter().find(|rule| rule.id == row.rule))
            }
        });
        parts.collect()
    }
}

fn part(row: &PartRow, rule: Option<&Rule>) -> Part {
    Part {
        rule: row.rule.clone(),
        title: rule.map(|rule| rule.title.clone()).unwrap_or_default(),
        category: row.category.clone(),
        trigger: rule.map_or(Trigger::Created, |rule| rule.trigger),
        period: rule.and_then(|rule| rule.period).map(|period| period.to_string()),
        action: rule.map_or(Action::Destroy, |rule| rule.action),
        method: rule.and_then(|rule| rule.method.clone()),
        legal_basis: rule.map(|rule| rule.legal_basis.clone()).unwrap_or_default(),
        due: row.due,
        destroyed: row.done,
        held_when_planned: row.held,
        held: row.held_at_run,
        reviewed: row.reviewed,
        oldest: row.oldest.map(|at| at.to_string()),
        newest: row.newest.map(|at| at.to_string()),
        left: Vec::new(),
        decided: Vec::new(),
        failed: Vec::new(),
        still_due: None,
        beyond_use_until: None,
    }
}

/// How much of what was over when the run was planned is due still, rule by rule: looked at again.
async fn still_due(app: &App, run: &RunRow, rows: &[PartRow], now: When) -> Result<Vec<Option<i64>>, Failure> {
    let snapshot = app.snapshot();
    let schedule = &snapshot.policy.retention;
    let holds = holds::open(&mut app.db.peek()).await?;
    let mut due = Vec::new();
    for row in rows {
        let Some(rule) = schedule.rules.iter().find(|rule| rule.id == row.rule) else {
            due.push(None);
            continue;
        };
        let job = Job { app, snapshot: &snapshot, rule, holds: &holds, cutoff: row.cutoff, pace: &Pace::FULL };
        // The rest find what is over by the time at which they look.
        let at = if keys::is_one(rule) || years::is_one(rule) { run.planned_at.min(now) } else { now };
        due.push(Some(look(&job, schedule, at).await?.due));
    }
    Ok(due)
}

/// The logs of whole years that went. No other run was open meanwhile.
async fn gone(r: &mut Read, began: When) -> Result<Vec<LogGone>, Error> {
    let mut gone = Vec::new();
    for one in log::all(r).await?.into_iter().rev() {
        let Some(event) = one.destroyed_by.filter(|_| one.destroyed_at.is_some_and(|at| at >= began)) else { continue };
        let checkpoint = newest_cosigned(r, &one.name).await?.filter(|(head, _)| head.size == one.size.unsigned_abs());
        let newest = log::checkpoint(r, &one.name).await?.map(|row| row.note).unwrap_or_default();
        let checkpoint = checkpoint.map_or(newest, |(_, note)| note.to_string());
        gone.push(LogGone { log: one.name, entries: one.size, event: event.to_string(), checkpoint });
    }
    Ok(gone)
}

/// Ends a run with its certificate.
pub(in crate::service::retention) async fn issue(app: &App, run: &RunRow, now: When) -> Result<Step, Failure> {
    let mut read = app.db.read().await?;
    let keys = LogKeys::read(&mut read, &app.roots).await?;
    drop(read);
    let certificate = made_out(app, run, keys.as_ref(), now).await?;
    let body = serde_json::to_string(&certificate).map_err(|error| Error::Unreadable(error.to_string()))?;
    let digest = Certificate::digest(&body);
    let note = signed(app, keys.as_ref(), &certificate, &digest, now)?;
    let row = CertificateRow { id: certificate.id, run_id: run.id, issued_at: now, body, note };
    let destroyed = certificate.parts.iter().map(|part| part.destroyed).sum();
    let payload = RetentionFinished { run: run.id, certificate: certificate.id, sha256: digest, destroyed };
    let event = house_event(app, payload, now)?;
    let ended = app
        .db
        .write(async |mut w| {
            if !runs::end(&mut w, run.id, "done", now).await? {
                return Err(Error::Missing);
            }
            runs::certify(&mut w, &row).await?;
            w.commit(event.clone(), ()).await
        })
        .await;
    if !crate::service::done(ended)? {
        return Ok(Step::Nothing);
    }
    forget_clocks(app).await?;
    Ok(Step::Done(Box::new(certificate)))
}

async fn made_out(app: &App, run: &RunRow, keys: Option<&LogKeys>, now: When) -> Result<Certificate, Failure> {
    let snapshot = app.snapshot();
    let schedule = &snapshot.policy.retention;
    let rows = runs::parts(&mut app.db.peek(), run.id).await?;
    let still_due = still_due(app, run, &rows, now).await?;
    let copies = remains::copies(app, now).await?;
    let mut read = app.db.read().await?;
    let tallies = tallies::all(&mut read, run.id).await?;
    let before = shown::before(&mut read, run).await?;
    let after = match keys {
        Some(keys) => shown::after(&mut read, &keys.public()).await?,
        None => None,
    };
    let grown = grown(&mut read, before.as_ref(), after.as_ref()).await?;
    let told = erasures::told(&mut read, run.id).await?;
    let holds = holds::open(&mut read).await?;
    let logs = gone(&mut read, run.started_at.unwrap_or(now)).await?;
    let left = erasures::left_by(&mut read, run.id).await?;
    drop(read);
    let beyond_use = |row: &PartRow| {
        let by_key = accounts::clock_of(&row.category).is_some()
            || schedule.rules.iter().any(|rule| rule.id == row.rule && keys::is_one(rule));
        (row.done > 0).then(|| copies.beyond_use(by_key)).flatten()
    };
    let known = Known { rows: &rows, tallies: &tallies, still_due: &still_due };
    let parts = known.parts(&schedule.rules, beyond_use);
    Ok(Certificate {
        schema: SCHEMA.to_owned(),
        id: tokens::uuid(),
        controller: snapshot.policy.controller.name.en.clone(),
        issued_at: now.to_string(),
        schedule: run.schedule.clone(),
        policy: run.policy.clone(),
        schedule_approved_by: schedule.approved_by.clone(),
        run: run.id,
        planned_by: run.planned_by.clone(),
        planned_at: run.planned_at.to_string(),
        not_before: run.not_before.to_string(),
        approved_by: run.approved_by.iter().chain(&run.approved_with).cloned().collect(),
        started_at: run.started_at.unwrap_or(now).to_string(),
        holds: holds.into_iter().map(|hold| (hold.id, hold.kind.as_str().to_owned())).collect(),
        signals: told.into_iter().collect(),
        log_before: run.log.clone().zip(run.log_size),
        checkpoint: after.as_ref().map(|shown| shown.checkpoint.clone()),
        before,
        after,
        grown,
        logs,
        remains: REMAINS.to_owned(),
        stays: remains::stays(&snapshot.policy, &parts, &left, now),
        parts,
        copies: Some(copies),
    })
}

/// The note that signs a certificate: `<log>/disposal`, its id, and the digest of its bytes. The key is the log's.
fn signed(
    app: &App,
    keys: Option<&LogKeys>,
    certificate: &Certificate,
    digest: &str,
    now: When,
) -> Result<String, Failure> {
    let origin = origin(app);
    let text = format!("{origin}\n{}\n{digest}\n", certificate.id);
    let name = || LogFault::Name(origin.clone());
    let lines: Option<Vec<_>> =
        keys.map_or(Some(Vec::new()), |keys| keys.signing(now).map(|key| key.sign(&origin, &text)).collect());
    let mut note = Note::new(text.clone()).ok_or_else(name)?;
    for line in lines.ok_or_else(name)? {
        note.add(line);
    }
    Ok(note.to_string())
}
