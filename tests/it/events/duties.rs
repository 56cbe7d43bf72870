//! Every duty is driven until it has left all that its row says, and leaves nothing else.

use super::record::Record;
use super::rows::DUTIES;
use crate::account::visited;
use crate::app::House;
use crate::jobs::{Endpoint, house, queue, round, session};
use crate::log::{happen, tamper, unguard};
use crate::looking::{At, CALLED};
use crate::rights::bundle;
use crate::seen::look;
use crate::sharing::says;
use crate::signals;
use portreeve::app::App;
use portreeve::config::Collector;
use portreeve::domain::account::FullName;
use portreeve::domain::audit::Context;
use portreeve::domain::client::Lang;
use portreeve::domain::ids::AccountId;
use portreeve::domain::staff::Role;
use portreeve::jobs::deliver_signals::DeliverSignals;
use portreeve::jobs::end_consents::EndConsents;
use portreeve::jobs::expire::Expire;
use portreeve::jobs::make_bundles::MakeBundles;
use portreeve::jobs::make_downloads::MakeDownloads;
use portreeve::jobs::refresh::Refresh;
use portreeve::jobs::remember_head::RememberHead;
use portreeve::jobs::retention::Retention;
use portreeve::jobs::rotate_keys::RotateKeys;
use portreeve::jobs::runner::Duty;
use portreeve::jobs::seal_log::SealLog;
use portreeve::jobs::send_messages::SendMessages;
use portreeve::jobs::show_witnesses::ShowWitnesses;
use portreeve::jobs::stream_log::StreamLog;
use portreeve::jobs::watch_glass::WatchGlass;
use portreeve::jobs::watch_log::WatchLog;
use portreeve::policy::{Bundle, sample};
use portreeve::service::looking::{Ask, glass};
use portreeve::service::post::Text;
use portreeve::service::rights::download;
use portreeve::service::{log, sessions as deeds, setup};
use portreeve::store::{Housekeeping, erasures, sessions};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// What each duty has left so far.
struct Left {
    record: Record,
    kinds: BTreeMap<&'static str, BTreeSet<String>>,
}

impl Left {
    /// One round, and what it left.
    async fn round<D: Duty>(&mut self, app: &App, duty: &mut D) {
        self.skip().await;
        duty.round(app, app.now()).await.unwrap();
        duty.finish().await;
        let kinds = self.record.left_by(DUTIES, D::NAME).await;
        self.kinds.entry(D::NAME).or_default().extend(kinds);
    }

    /// What the test itself did is not looked at.
    async fn skip(&mut self) {
        self.record.news().await.unwrap();
    }
}

/// Policies in which Garden waste is no more.
async fn part(app: &App) {
    change(app, |_, _| {}).await;
}

/// Policies in which the newsletter has another notice, too.
async fn new_notice(app: &App) {
    change(app, |path, text| {
        *path = path.replace("permit-newsletter@1", "permit-newsletter@2");
        *text = text.replace("permit-newsletter@1", "permit-newsletter@2");
    })
    .await;
}

async fn change(app: &App, change: impl Fn(&mut String, &mut String)) {
    let mut files = sample::files("http://localhost:8090", "http://localhost:8091");
    files.retain(|(path, _)| path != "services/garden-waste.toml");
    for (path, text) in &mut files {
        change(path, text);
    }
    let bundle = Bundle::from_files(files, &app.issuer).unwrap();
    setup::activate(&app.db, &app.roots, &(&bundle).into(), app.now()).await.unwrap();
    assert!(app.refresh().await.unwrap());
}

/// How long a year of the log is kept.
const YEARS: &str = "trigger = \"shard_closed\"\nperiod = \"P7Y\"";

/// The schedule as two people stand behind it, in a version of its own, by which a log goes as soon as its year is over.
async fn approve(app: &App, version: &'static str) {
    change(app, move |path, text| {
        if path == "retention.toml" {
            *text = text.replace("approved_by = []", "approved_by = [\"Meg Hale\", \"Tom Reed\"]");
            *text = text.replace("version = \"2026-11-22.1\"", &format!("version = \"{version}\""));
        }
        *text = text.replace(YEARS, &YEARS.replace("P7Y", "P0D"));
    })
    .await;
}

/// So many days later it is another year, which nobody believes without a person's word.
async fn another_year(house: &House, days: u32) {
    house.later(Duration::from_hours(24) * days);
    let app = &house.app;
    let by = FullName::parse("Ole Berg").unwrap();
    log::open_year((&app.db, &app.issuer), &app.roots, &app.snapshot().policy, &by, app.now()).await.unwrap();
}

/// Somebody is warned, somebody else is erased, a run is carried out, and one is stopped by another schedule.
async fn retention(left: &mut Left, house: &House, ada: AccountId) {
    let app = &house.app;
    let ben = house.resident("Ben Okafor", "ben.okafor@example.org", "turnip lantern cobble").await;
    let (now, year) = (app.now(), Duration::from_hours(24 * 400));
    app.db
        .write(async |mut w| {
            sessions::know_browser(&mut w, ada, b"a browser of old", now - year).await?;
            erasures::entomb(&mut w, ben, "resident", now).await?;
            w.commit_quietly(Housekeeping::Expire, ()).await
        })
        .await
        .unwrap();
    approve(app, "2").await;
    let (mut duty, mut sealer) = (Retention::default(), SealLog::default());
    for _ in 0..12 {
        left.round(app, &mut duty).await;
        left.skip().await;
        sealer.round(app, app.now()).await.unwrap();
        house.later(Duration::from_hours(24));
    }
    app.db
        .write(async |mut w| {
            sessions::know_browser(&mut w, ada, b"another", now - year).await?;
            w.commit_quietly(Housekeeping::Expire, ()).await
        })
        .await
        .unwrap();
    left.round(app, &mut duty).await;
    approve(app, "3").await;
    house.later(Duration::from_hours(24 * 8));
    left.round(app, &mut duty).await;
}

/// Somebody else asks for a copy of everything, which an officer has made.
async fn copied(left: &mut Left, house: &House) {
    house.resident("Cai Morgan", "cai.morgan@example.org", crate::seen::WORD).await;
    bundle::asked(house, "cai.morgan@example.org").await;
    let (mut dee, here) = bundle::before(house).await;
    bundle::orders(&mut dee, &here).await;
    left.round(&house.app, &mut MakeBundles).await;
    bundle::decides(&mut dee, &here, &[]).await;
    left.round(&house.app, &mut MakeBundles).await;
}

both! {
    async fn every_duty_leaves_what_its_row_says(world: World) {
        let garden = Endpoint::default();
        let (house, ada) = house(world, &garden).await;
        let app = &house.app;
        let mut left = Left { record: Record::of(&app.db, &app.roots), kinds: BTreeMap::new() };

        let mut duty = SealLog::default();
        left.round(app, &mut duty).await;
        happen(app, 1).await;
        left.skip().await;
        unguard(app).await;
        let changed = "UPDATE event SET leaf = REPLACE(leaf, '\"visitor\"', '\"officer\"') WHERE leaf_index IS NULL";
        tamper(app, &[changed]).await;
        left.round(app, &mut duty).await;

        let mut duty = StreamLog::to(Some(Collector::at("http://127.0.0.1:1/in", None).unwrap()));
        left.round(app, &mut duty).await;
        left.round(app, &mut ShowWitnesses::to(Vec::new())).await;

        let mut duty = SendMessages::new();
        queue(app, ada, "garden-waste").await;
        left.round(app, &mut duty).await;
        garden.answer(500, 100);
        queue(app, ada, "garden-waste").await;
        for _ in 0..100 {
            left.round(app, &mut duty).await;
            house.later(Duration::from_mins(2));
        }

        let mut duty = DeliverSignals::default();
        signals::knows(app, ada, "garden-waste").await;
        for status in [202, 400, 500] {
            garden.signals(status);
            signals::change(app, ada, signals::withdrawn("garden-waste")).await;
            left.round(app, &mut duty).await;
        }
        house.later(Duration::from_hours(14 * 24 + 1));
        left.round(app, &mut duty).await;
        left.round(app, &mut duty).await;
        house.later(Duration::from_mins(2));
        left.round(app, &mut duty).await;

        let cookie = session(&house, ada, true).await;
        let who = deeds::find(app, &cookie, app.now()).await.unwrap().unwrap();
        visited(&house, ada, who.session).await;
        assert!(download::ask(app, &who, Lang::En, Context::default(), app.now()).await.unwrap());
        left.round(app, &mut MakeDownloads).await;
        copied(&mut left, &house).await;
        part(app).await;
        left.round(app, &mut Expire::default()).await;
        house.later(Duration::from_hours(13));
        left.round(app, &mut Expire::default()).await;
        // A row that is not what its leaf says.
        tamper(app, &["UPDATE event SET client_id = 'nobody' WHERE type = 'log.opened'"]).await;
        let mut duty = WatchLog::default();
        left.round(app, &mut duty).await;
        left.round(app, &mut duty).await;
        left.round(app, &mut Refresh).await;
        left.round(app, &mut RememberHead::into(None)).await;
        // Consents that are reminded of and run out, and one whose notice has changed.
        says(&house, ada, "parking-permits", "permit-newsletter").await;
        another_year(&house, 700).await;
        left.round(app, &mut EndConsents).await;
        house.later(Duration::from_hours(24 * 60));
        left.round(app, &mut EndConsents).await;
        says(&house, ada, "parking-permits", "permit-newsletter").await;
        new_notice(app).await;
        left.round(app, &mut EndConsents).await;
        // A look that is kept from her, and broken glass: nobody reviews either in time.
        look(&house, ada, "crime_prevention").await;
        let alert = Text { subject: "Glass was broken".into(), body: "Somebody broke the glass.".into() };
        let danger = Ask { reason: "vital_interests", ..CALLED };
        glass::break_it(At::new(&house, &[Role::CustomerService]).deed(), &danger, &alert).await.unwrap();
        left.round(app, &mut WatchGlass).await;
        // Two changes of keys, and the end of those that signed first.
        for _ in 0..40 {
            left.round(app, &mut RotateKeys).await;
            house.later(Duration::from_hours(24 * 7));
        }
        round(app, &mut SendMessages::new()).await;
        another_year(&house, 0).await;
        left.round(app, &mut Expire::default()).await;
        left.round(app, &mut WatchGlass).await;

        retention(&mut left, &house, ada).await;

        for (name, kinds) in DUTIES {
            let wanted = kinds.iter().map(|kind| (*kind).to_owned()).collect();
            assert_eq!(left.kinds.remove(name), Some(wanted), "{name}");
        }
    }
}
