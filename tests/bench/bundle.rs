//! The copy of everything that is held about a person with many events: how long the job takes to gather it, and to make the file once
//! its pieces are decided. In this process and through the library, on its one core.

use anyhow::Context as _;
use portreeve::app::App;
use portreeve::crypto::record::EventSeed;
use portreeve::crypto::tokens;
use portreeve::domain::account::FullName;
use portreeve::domain::audit::vocabulary::RecordViewed;
use portreeve::domain::audit::{ActorClass, Channel, Context, Draft};
use portreeve::domain::client::Lang;
use portreeve::domain::ids::{AccountId, StaffId, StaffSessionId};
use portreeve::domain::rights::bundle::{Noted, Verdict};
use portreeve::domain::rights::kind::{Channel as CameBy, Kind};
use portreeve::domain::rights::said::Said;
use portreeve::domain::staff::{Officer, Proof, Role};
use portreeve::jobs::make_bundles::MakeBundles;
use portreeve::jobs::runner::Duty as _;
use portreeve::jobs::seal_log::SealLog;
use portreeve::service::looking::bundle::{self, Does};
use portreeve::service::looking::{Deed, rights};
use portreeve::service::people;
use portreeve::service::post::Text;
use portreeve::service::rights::Hand;
use portreeve::service::rights::cases::{self, New, Opened};
use portreeve::store::{Housekeeping, accounts, events};
use std::time::Instant;
use tokio::task::JoinSet;

/// Fills, makes, and prints a row for each.
pub async fn run(app: &App, many: i64) -> anyhow::Result<()> {
    println!("\n| copy for a person with {many} events | seconds |\n| --- | ---: |");
    let ada = fill(app, many).await?;
    let now = app.now();
    let officer = Officer {
        id: StaffId(tokens::uuid()),
        session: StaffSessionId(tokens::uuid()),
        roles: vec![Role::InformationGovernance],
        pseudonym: "0f".repeat(32),
        proof: Proof::Passkey,
        proved_at: now,
    };
    let context = Context::default();
    let deed = Deed { app, officer: &officer, context: &context, now };
    let new = New { kind: Kind::Access, channel: CameBy::Web, lang: Lang::En, said: Said::default(), received: now };
    let tell = |_: &_| Text { subject: String::new(), body: String::new() };
    let opened = cases::open(app, Some(ada), &new, (Hand::Resident(&context), &tell), now).await?;
    let Opened::Done { case, .. } = opened else { anyhow::bail!("no case was opened") };
    let enquiry = rights::open(deed, case, ("help", "rights_request")).await?;
    let which = (case, enquiry.id);
    for does in [
        Does::Note(Noted::Identity, "session", ""),
        Does::Note(Noted::Coercion, "clear", "Alone, by phone."),
        Does::Order,
    ] {
        bundle::act(deed, which, does).await?;
    }
    let began = Instant::now();
    MakeBundles.round(app, now).await.map_err(|error| anyhow::anyhow!("{error}"))?;
    let gathered = began.elapsed();
    let seen = bundle::view(deed, which).await?;
    let lines: usize = seen.view.sections.context("nothing was gathered")?.iter().map(|part| part.rows.len()).sum();
    anyhow::ensure!(i64::try_from(lines)? >= many, "{lines} lines of {many} events");
    bundle::act(deed, which, Does::Review(&[Some(Verdict::KeepWork); 100])).await?;
    let began = Instant::now();
    MakeBundles.round(app, now).await.map_err(|error| anyhow::anyhow!("{error}"))?;
    let made = began.elapsed();
    anyhow::ensure!(bundle::view(deed, which).await?.view.sha256.is_some(), "no file was made");
    println!("| gathered | {:.2} |", gathered.as_secs_f64());
    println!("| made | {:.2} |", made.as_secs_f64());
    println!("| together (aim 2) | {:.2} |", (gathered + made).as_secs_f64());
    Ok(())
}

/// A person at whom an operator looked so often, each an event with its place in the log.
async fn fill(app: &App, many: i64) -> anyhow::Result<AccountId> {
    let now = app.now();
    let keys = people::create_keys(app, now).await?;
    let account = keys.account();
    let name = keys.seal(people::name_field(account), "Ada Wren")?;
    app.db
        .write(async |mut w| {
            accounts::insert(&mut w, account, "active", &name, now).await?;
            w.commit_quietly(Housekeeping::Seal, ()).await
        })
        .await?;
    let by = FullName::parse("Ole Berg").map_err(|error| anyhow::anyhow!("{error}"))?;
    let recorder = &app.snapshot().recorder;
    let mut left = many;
    while left > 0 {
        let mut some = JoinSet::new();
        for _ in 0..left.min(64) {
            let payload = RecordViewed { fields: vec!["name".to_owned(), "email".to_owned()], by: Some(by.clone()) };
            let draft = Draft::new(ActorClass::System, payload).about(account).by(Channel::Batch);
            let event = recorder.seal(EventSeed::draw(now), &draft, Some(&keys))?;
            let app = app.clone();
            some.spawn(async move { app.db.write(async |w| w.commit(event.clone(), ()).await).await.map(drop) });
        }
        left -= 64;
        while let Some(done) = some.join_next().await {
            done??;
        }
    }
    let mut duty = SealLog::default();
    while events::unsealed(&mut app.db.peek()).await? > 0 {
        duty.round(app, now).await.map_err(|error| anyhow::anyhow!("{error}"))?;
    }
    Ok(account)
}
