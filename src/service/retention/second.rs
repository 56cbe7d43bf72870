//! The release of a hold, and a run that would destroy more than one run may, by two who prove who they are: one member of staff
//! asks at the command line, another reads in the console what it is about. Approving does it, in the same write.

use super::house_event;
use crate::app::App;
use crate::crypto::record::EventSeed;
use crate::domain::account::FullName;
use crate::domain::audit::vocabulary::{HoldReleased, RetentionApproved, SecondPersonAsked, SecondPersonRefused};
use crate::domain::audit::{Draft, Kind, Sealed};
use crate::domain::staff::Approval;
use crate::domain::time::When;
use crate::service::Failure;
use crate::service::looking::approvals::OPEN;
use crate::service::looking::{Deed, Refused};
use crate::service::second_person::{self, NotAsked};
use crate::service::staff::members::{self, Member};
use crate::store::approvals::{self as rows, ApprovalRow};
use crate::store::holds::{self, HoldRow};
use crate::store::retention::{self as runs, PartRow, RunRow};
use crate::store::{Either, Error};
use uuid::Uuid;

/// What stands for a reason in the record.
const REASON: &str = "retention";

/// What a second person is asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Matter {
    /// The release of the hold of this reference.
    Release(String),
    /// That this run goes on.
    Run(Uuid),
}

impl Matter {
    /// What a request is about, if it is one of these.
    fn of(row: &ApprovalRow) -> Option<Self> {
        match Approval::parse(&row.kind)? {
            Approval::HoldRelease => Some(Self::Release(row.what.clone())),
            Approval::RetentionRun => row.what.parse().ok().map(Self::Run),
            Approval::HiddenEnquiry | Approval::Delay | Approval::Export | Approval::Policy => None,
        }
    }

    const fn kind(&self) -> Approval {
        match self {
            Self::Release(_) => Approval::HoldRelease,
            Self::Run(_) => Approval::RetentionRun,
        }
    }

    fn which(&self) -> String {
        match self {
            Self::Release(hold) => hold.clone(),
            Self::Run(run) => run.to_string(),
        }
    }
}

/// What there is to decide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Waits {
    /// A hold that stands.
    Hold(Box<HoldRow>),
    /// A run that waits for two people, rule by rule.
    Run(Box<RunRow>, Vec<PartRow>),
}

async fn open(app: &App, matter: &Matter) -> Result<Option<Waits>, Failure> {
    match matter {
        Matter::Release(id) => {
            let all = holds::all(&mut app.db.peek()).await?;
            let hold = all.into_iter().find(|hold| hold.id == *id && hold.released_at.is_none());
            Ok(hold.map(|hold| Waits::Hold(Box::new(hold))))
        }
        Matter::Run(id) => {
            let run = runs::get(&mut app.db.peek(), *id).await?.filter(|run| run.state == "waiting");
            let Some(run) = run else { return Ok(None) };
            Ok(Some(Waits::Run(Box::new(run), runs::parts(&mut app.db.peek(), *id).await?)))
        }
    }
}

/// What a request is about, as it stands now; `None` if it is about nothing of this, or that is over.
///
/// # Errors
/// What the store says.
pub async fn waits(app: &App, row: &ApprovalRow) -> Result<Option<Waits>, Failure> {
    match Matter::of(row) {
        Some(matter) => open(app, &matter).await,
        None => Ok(None),
    }
}

/// Asks for the second person. Gives the request, and until when it can be approved; `None` if no such hold stands, or no such run
/// waits.
///
/// # Errors
/// [`NotAsked`]; nothing waits then.
pub async fn ask(app: &App, matter: &Matter, member: &Member, now: When) -> Result<Option<(Uuid, When)>, NotAsked> {
    if open(app, matter).await?.is_none() {
        return Ok(None);
    }
    let which = matter.which();
    let row = second_person::request(matter.kind(), (member, &which, REASON), now);
    let (approval, what, by) = (row.id, row.kind.clone(), member.name.clone());
    let payload = SecondPersonAsked { approval, what, which, by, until: row.until.to_string() };
    let event = house_event(app, payload, now)?;
    let asked = app
        .db
        .write(async |mut w| {
            if !rows::ask(&mut w, &row, OPEN).await? {
                return Err(Error::GivenUp);
            }
            w.commit(event.clone(), ()).await
        })
        .await;
    NotAsked::or(asked).map(|()| Some((row.id, row.until)))
}

/// The second person's word: yes releases the hold, or lets the run go on. The caller has asked whether they may, and that they
/// are another person.
///
/// # Errors
/// [`Refused::Decided`] if it is too late, or what it was about is over.
pub async fn decide(deed: Deed<'_>, row: &ApprovalRow, approved: bool) -> Result<(), Refused> {
    let (by, second) = (members::name(deed.app, row.asked_by), members::name(deed.app, deed.officer.id));
    let (Some(by), Some(second)) = (by.await?, second.await?) else { return Err(Refused::Decided) };
    let matter = Matter::of(row).ok_or(Refused::Decided)?;
    if approved {
        approve(deed, row, &matter, (by, second)).await
    } else {
        refuse(deed, row, &matter, (by, second)).await
    }
}

async fn approve(
    deed: Deed<'_>,
    row: &ApprovalRow,
    matter: &Matter,
    (by, second): (FullName, FullName),
) -> Result<(), Refused> {
    let names = (by.as_str(), second.as_str());
    let event = match matter {
        Matter::Release(hold) => {
            let payload = HoldReleased { hold: hold.clone(), by: by.clone(), approved_by: second.clone() };
            Either::This(sealed(deed, payload)?)
        }
        Matter::Run(run) => {
            let payload = RetentionApproved { run: *run, by: by.clone(), approved_by: second.clone() };
            Either::That(sealed(deed, payload)?)
        }
    };
    let decided = deed
        .app
        .db
        .write(async |mut w| {
            let done = rows::decide(&mut w, row.id, deed.officer.id, true, deed.now).await?
                && rows::spend(&mut w, row.id, matter.kind().as_str(), row.asked_by, deed.now).await?
                && match matter {
                    Matter::Release(hold) => holds::release(&mut w, hold, names, deed.now).await?,
                    Matter::Run(run) => runs::approve(&mut w, *run, names, deed.now).await?,
                };
            if !done {
                return Err(Error::GivenUp);
            }
            w.commit(event.clone(), ()).await
        })
        .await;
    second_person::decided(decided)
}

async fn refuse(
    deed: Deed<'_>,
    row: &ApprovalRow,
    matter: &Matter,
    (by, refused_by): (FullName, FullName),
) -> Result<(), Refused> {
    let (approval, what) = (row.id, row.kind.clone());
    let event = sealed(deed, SecondPersonRefused { approval, what, which: matter.which(), by, refused_by })?;
    second_person::refuse(deed, row, &event).await
}

fn sealed<K: Kind>(deed: Deed<'_>, payload: K) -> Result<Sealed<K>, Refused> {
    let draft = Draft::of_officer(deed.officer, payload).from(deed.context.clone()).because(REASON, None);
    Ok(deed.app.snapshot().recorder.seal(EventSeed::draw(deed.now), &draft, None)?)
}
