//! The record on its way to a collector, which is away, is killed, or is not who it says: nothing is lost.

use super::collector::{Certificate, End, Mood, Siem, Syslog, closed};
use super::export::{answer, name, rooted};
use super::year::to_april;
use super::{happen, leaves, seal, tamper, unguard};
use crate::app::House;
use crate::serve::{Running, portreeve};
use crate::temp::TempDir;
use portreeve::app::{App, Clock};
use portreeve::config::{Allowed, Collector, Identity};
use portreeve::crypto::record::EventSeed;
use portreeve::domain::audit::forms;
use portreeve::domain::audit::vocabulary::PolicyActivated;
use portreeve::domain::audit::{ActorClass, Channel, Draft};
use portreeve::domain::time::When;
use portreeve::http::outbound::{Outbound, OutboundError};
use portreeve::jobs::runner::Duty as _;
use portreeve::jobs::stream_log::StreamLog;
use portreeve::service::stream::{Behind, Sent, behind, step};
use portreeve::store::streams::CursorRow;
use portreeve::store::{Error, Housekeeping, events, house, streams};
use std::process::Stdio;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// Steps until the collector has everything.
async fn drain(app: &App, collector: &Collector) {
    for _ in 0..100 {
        match step(app, collector, app.now()).await.unwrap() {
            Sent::Nothing => return,
            Sent::Delivered(_) => {}
            Sent::Away(why) => panic!("{why}"),
        }
    }
    panic!("there is no end");
}

async fn place(app: &App, collector: &Collector) -> Option<(String, i64)> {
    streams::cursor(&mut app.db.peek(), &collector.key).await.unwrap().map(|cursor| (cursor.log, cursor.next))
}

/// What a collector of lines has to have of a log.
async fn lines(app: &App, log: &str) -> Vec<(String, u64, String)> {
    (0..).zip(leaves(app, log).await).map(|(index, leaf)| (log.to_owned(), index, leaf)).collect()
}

/// What a collector of syslog has to have of it.
async fn syslogs(app: &App, log: &str) -> Vec<String> {
    lines(app, log).await.into_iter().map(|(log, index, leaf)| forms::syslog(&log, index, &leaf)).collect()
}

both! {
    async fn a_collector_that_was_away_for_an_hour_gets_everything_once(world: World) {
        // The figures are the process': one house at a time.
        static ALONE: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());
        let _alone = ALONE.lock().await;
        let figures = portreeve::http::metrics::install().unwrap();
        let figure = |name: &str| {
            let (text, name) = (figures.render(), format!("portreeve_stream_{name} "));
            text.lines().find_map(|line| line.strip_prefix(&name).map(ToOwned::to_owned)).unwrap()
        };
        let house = House::new(world).await;
        let app = &house.app;
        let (socket, address) = closed();
        let collector = Collector::at(&format!("http://{address}/in"), Some("Bearer turnstone".into())).unwrap();
        let mut duty = StreamLog::to(Some(collector.clone()));
        house.resident("Ada Wójcik", "ada@example.org", "turnip lantern cobble").await;
        happen(app, 300).await;
        seal(app).await;
        let log = name(app).await;
        for _ in 0..60 {
            duty.round(app, app.now()).await.unwrap();
            happen(app, 5).await;
            house.later(Duration::from_mins(1));
        }
        seal(app).await;
        duty.round(app, app.now()).await.unwrap();
        assert_eq!(place(app, &collector).await, Some((log.clone(), 0)));
        let there = leaves(app, &log).await.len();
        assert!(there > 600);
        assert_eq!(figure("behind_entries"), there.to_string());
        assert_eq!(figure("behind_seconds"), "3600");
        // Back: after the pause it gets all of it, in its order, each once.
        let siem = Siem::on(socket.listen(64).unwrap(), Mood::Takes);
        duty.round(app, app.now()).await.unwrap();
        assert_eq!(siem.asked(), 0, "the pause is not over");
        house.later(Duration::from_mins(2));
        duty.round(app, app.now()).await.unwrap();
        assert_eq!(siem.got(), lines(app, &log).await);
        assert_eq!((figure("behind_entries"), figure("behind_seconds")), ("0".into(), "0".into()));
        // Of people there is no more in it than in an export.
        let text = serde_json::to_string(&*siem.got.lock().unwrap()).unwrap();
        assert!(text.contains("account.created") && !text.contains("account@1") && !text.contains("ada@"));
        let kept = |kind: &str| {
            let got = siem.got.lock().unwrap();
            let line = got.iter().find(|line| line["leaf"].as_str().unwrap().contains(kind)).unwrap().clone();
            (line["kept"].as_str().unwrap().to_owned(), line.get("payload").is_some(), line.get("salt").is_some())
        };
        assert_eq!(kept("account.created"), ("withheld".into(), false, false));
        assert_eq!(kept("log.opened"), ("given".into(), true, true));
        // That it leaves the house is on record, once, and without what may be a secret.
        let newest = events::newest(&mut app.db.peek(), 1_000).await.unwrap();
        assert_eq!(newest.iter().filter(|event| event.r#type == "config.collector_added").count(), 1);
        // Refused, it waits longer each time; then it goes on where it was.
        *siem.mood.lock().unwrap() = Mood::Refuses;
        happen(app, 3).await;
        seal(app).await;
        let asked = siem.asked();
        for (seconds, more) in [(0, 1), (0, 1), (2, 2), (1, 2), (2, 3), (3, 3), (3, 4)] {
            house.later(Duration::from_secs(seconds));
            duty.round(app, app.now()).await.unwrap();
            assert_eq!(siem.asked() - asked, more, "{seconds}");
        }
        assert_eq!(figure("behind_entries"), "3");
        *siem.mood.lock().unwrap() = Mood::Takes;
        house.later(Duration::from_mins(1));
        duty.round(app, app.now()).await.unwrap();
        assert_eq!(siem.got(), lines(app, &log).await);
        // Nothing new, nothing sent; another collector begins at the beginning.
        let asked = siem.asked();
        duty.round(app, app.now()).await.unwrap();
        assert_eq!(siem.asked(), asked);
        let other = Collector::at(&format!("http://{address}/in?again"), Some("Bearer turnstone".into())).unwrap();
        drain(app, &other).await;
        seal(app).await;
        assert_eq!(siem.got().len(), 2 * (leaves(app, &log).await.len() - 1), "but for the event that says so");
    }

    async fn syslog_has_arrived_when_the_collector_says_so(world: World) {
        let syslog = Syslog::new().await;
        let house = House::trusting(world, syslog.certificate.as_bytes()).await;
        let app = &house.app;
        let collector = Collector::at(&syslog.url(), None).unwrap();
        happen(app, 700).await;
        seal(app).await;
        assert_eq!(step(app, &collector, app.now()).await.unwrap(), Sent::Delivered(0));
        seal(app).await;
        let (log, wanted) = (name(app).await, syslogs(app, &name(app).await).await);
        // Killed amidst, or closed by whoever cut the wire: it is not taken for delivered.
        for end in [End::Cut(1), End::Cut(5_000), End::Mute] {
            syslog.ends_with(end);
            let Sent::Away(why) = step(app, &collector, app.now()).await.unwrap() else { panic!("it is delivered") };
            assert!(!matches!(end, End::Mute) || why == OutboundError::Unconfirmed.to_string(), "{why}");
            assert_eq!(place(app, &collector).await, Some((log.clone(), 0)));
        }
        assert_eq!(syslog.got(), wanted[..256], "all of them were read, but that was not said");
        syslog.ends_with(End::Proper);
        assert_eq!(step(app, &collector, app.now()).await.unwrap(), Sent::Delivered(256));
        drain(app, &collector).await;
        assert_eq!(syslog.got(), wanted);
        assert_eq!(behind(&app.db, &collector).await.unwrap(), Behind::default());
    }

    async fn a_node_killed_amidst_loses_nothing_and_two_at_once_neither(world: World) {
        let syslog = Syslog::new().await;
        let house = House::trusting(world, syslog.certificate.as_bytes()).await;
        let app = &house.app;
        let collector = Collector::at(&syslog.url(), None).unwrap();
        happen(app, 1_500).await;
        seal(app).await;
        drain(app, &collector).await;
        happen(app, 1_500).await;
        seal(app).await;
        let (log, mut stopped) = (name(app).await, 0);
        let before = place(app, &collector).await;
        syslog.ends_with(End::Proper);
        for round in 0..12_u64 {
            // Dropped at whatever it waits for.
            let limit = Duration::from_micros(200 + round * 900);
            stopped += u32::from(tokio::time::timeout(limit, step(app, &collector, app.now())).await.is_err());
        }
        assert!(stopped > 2, "{stopped} were stopped");
        let (one, two) = tokio::join!(tokio::spawn(run(app.clone(), collector.clone())), tokio::spawn(run(app.clone(), collector.clone())));
        one.unwrap();
        two.unwrap();
        let (wanted, mut got) = (syslogs(app, &log).await, Vec::new());
        for message in syslog.got() {
            if !got.contains(&message) {
                got.push(message);
            }
        }
        got.sort();
        let from = usize::try_from(before.unwrap().1).unwrap();
        let mut after = wanted[from..].to_vec();
        after.sort();
        assert!(got == after, "{} of {}", got.len(), after.len());
        assert_eq!(place(app, &collector).await, Some((log, i64::try_from(wanted.len()).unwrap())));
    }

    async fn a_collector_that_is_not_who_it_says_gets_nothing(world: World) {
        let (syslog, other) = (Syslog::new().await, Syslog::new().await);
        let house = House::trusting(world, other.certificate.as_bytes()).await;
        let app = &house.app;
        happen(app, 3).await;
        seal(app).await;
        // Of no authority that we know; of one that we know, for another name; and both over HTTP.
        let numbered = format!("syslog+tls://127.0.0.1:{}", other.port);
        for url in [
            syslog.url(),
            numbered.clone(),
            syslog.url().replace("syslog+tls", "https"),
            numbered.replace("syslog+tls", "https"),
        ] {
            let collector = Collector::at(&url, None).unwrap();
            assert_eq!(step(app, &collector, app.now()).await.unwrap(), Sent::Delivered(0));
            let answer = step(app, &collector, app.now()).await.unwrap();
            assert!(matches!(&answer, Sent::Away(why) if why.contains("can be trusted")), "{url}: {answer:?}");
            assert_eq!(place(app, &collector).await.map(|(_, next)| next), Some(0), "{url}");
        }
        assert!(syslog.got().is_empty() && other.got().is_empty());
        // The one that we know is taken under its own name, so that it was for the name that it was refused.
        let collector = Collector::at(&other.url(), None).unwrap();
        drain(app, &collector).await;
        assert!(!other.got().is_empty());
    }

    async fn a_collector_that_asks_who_we_are_is_shown_our_certificate(world: World) {
        let (ours, another) = (Certificate::new(), Certificate::new());
        let (syslog, folder) = (Syslog::asking(&ours).await, TempDir::new("identity"));
        let house = House::trusting(world, syslog.certificate.as_bytes()).await;
        let app = &house.app;
        let identity =
            Identity { certificate: folder.path().join("chain.pem"), key: folder.path().join("key.pem") };
        let nameless = Collector::at(&syslog.url(), None).unwrap();
        let collector = Collector { identity: Some(identity.clone()), ..nameless.clone() };
        happen(app, 300).await;
        seal(app).await;
        drop(step(app, &nameless, app.now()).await.unwrap());
        seal(app).await;
        let away = async |collector: &Collector| match step(app, collector, app.now()).await.unwrap() {
            Sent::Away(why) => why,
            other => panic!("{other:?}"),
        };
        away(&nameless).await;
        assert!(away(&collector).await.contains("our own certificate"), "there is none yet");
        let write = |certificate: &Certificate, key: &Certificate| {
            std::fs::write(&identity.certificate, &certificate.chain).unwrap();
            std::fs::write(&identity.key, &key.key).unwrap();
        };
        write(&ours, &another);
        assert!(away(&collector).await.contains("our own certificate"), "its key is another's");
        write(&another, &another);
        away(&collector).await;
        assert!(syslog.got().is_empty());
        // Put right, it needs no restart.
        write(&ours, &ours);
        drain(app, &collector).await;
        assert_eq!(syslog.got(), syslogs(app, &name(app).await).await);
    }

    async fn the_log_of_a_new_year_follows_that_of_the_old(world: World) {
        let house = House::new(world).await;
        let app = &house.app;
        let (socket, address) = closed();
        let siem = Siem::on(socket.listen(64).unwrap(), Mood::Takes);
        let collector = Collector::at(&format!("http://{address}/in"), Some("Bearer turnstone".into())).unwrap();
        assert_eq!(step(app, &collector, app.now()).await.unwrap(), Sent::Nothing, "there is no log yet");
        happen(app, 2).await;
        seal(app).await;
        let first = name(app).await;
        to_april(&house).await;
        let second = name(app).await;
        assert_ne!(first, second);
        drain(app, &collector).await;
        seal(app).await;
        let ahead = behind(&app.db, &collector).await.unwrap();
        assert_eq!((ahead.entries, ahead.since), (1, Some(app.now())), "the event that it began");
        drain(app, &collector).await;
        assert_eq!(siem.got(), [lines(app, &first).await, lines(app, &second).await].concat());
    }

    async fn whoever_deletes_an_entry_does_not_silence_the_rest(world: World) {
        let house = House::new(world).await;
        let app = &house.app;
        let (socket, address) = closed();
        let siem = Siem::on(socket.listen(64).unwrap(), Mood::Takes);
        let collector = Collector::at(&format!("http://{address}/in"), Some("Bearer turnstone".into())).unwrap();
        happen(app, 600).await;
        seal(app).await;
        let mut wanted = lines(app, &name(app).await).await;
        unguard(app).await;
        tamper(app, &["DELETE FROM event WHERE leaf_index = 5", "DELETE FROM event WHERE leaf_index >= 256 AND leaf_index < 512"]).await;
        drain(app, &collector).await;
        wanted.retain(|(_, index, _)| *index != 5 && !(256..512).contains(index));
        assert_eq!(siem.got(), wanted);
    }

    async fn a_batch_ends_before_a_collector_finds_it_too_large(world: World) {
        let house = House::new(world).await;
        let app = &house.app;
        let (socket, address) = closed();
        let siem = Siem::on(socket.listen(64).unwrap(), Mood::Takes);
        let collector = Collector::at(&format!("http://{address}/in"), Some("Bearer turnstone".into())).unwrap();
        for _ in 0..40 {
            let payload = PolicyActivated { bundle: "b".repeat(40_000), by: None, approved_by: None };
            let draft = Draft::new(ActorClass::System, payload).by(Channel::Batch);
            let event = app.snapshot().recorder.seal(EventSeed::draw(app.now()), &draft, None).unwrap();
            app.db.write(async |w| w.commit(event.clone(), ()).await).await.unwrap();
        }
        seal(app).await;
        drain(app, &collector).await;
        // More than a mebibyte and a half in all; of each the collector makes sure that it has less than one.
        assert!((3..8).contains(&siem.asked()), "{}", siem.asked());
        assert_eq!(siem.got(), lines(app, &name(app).await).await);
    }

    async fn a_place_never_goes_back(world: World) {
        let house = House::new(world).await;
        let app = &house.app;
        let (socket, address) = closed();
        let _siem = Siem::on(socket.listen(64).unwrap(), Mood::Takes);
        let collector = Collector::at(&format!("http://{address}/in"), Some("Bearer turnstone".into())).unwrap();
        happen(app, 10).await;
        seal(app).await;
        drain(app, &collector).await;
        let there = streams::cursor(&mut app.db.peek(), &collector.key).await.unwrap().unwrap();
        assert!(there.next > 10);
        // A node that comes late: it began where another has been since.
        let late = CursorRow { next: there.next - 5, ..there.clone() };
        let moved = app
            .db
            .write(async |mut w| {
                streams::advance(&mut w, &collector.key, &late, (&late.log, late.next + 1), app.now()).await?;
                w.commit_quietly(Housekeeping::Delivery, ()).await
            })
            .await;
        assert!(matches!(moved, Err(Error::GivenUp)), "{:?}", moved.is_ok());
        let begun = app
            .db
            .write(async |mut w| {
                streams::begin(&mut w, &collector.key, (&late.log, 0), app.now()).await?;
                w.commit_quietly(Housekeeping::Delivery, ()).await
            })
            .await;
        assert!(matches!(begun, Err(Error::GivenUp)), "{:?}", begun.is_ok());
        assert_eq!(streams::cursor(&mut app.db.peek(), &collector.key).await.unwrap(), Some(there));
    }

    async fn serve_killed_amidst_sends_it_again_and_doctor_tells_of_the_wait(world: World) {
        let (house, folder) = (House::new(world).await, TempDir::new("stream"));
        let app = &house.app;
        rooted(app).await;
        happen(app, 20).await;
        seal(app).await;
        let log = name(app).await;
        let (socket, address) = closed();
        let siem = Siem::on(socket.listen(64).unwrap(), Mood::Hangs);
        let settings = house.settings(folder.path());
        let text = std::fs::read_to_string(&settings).unwrap();
        let secret = folder.path().join("authorization");
        std::fs::write(&secret, "Bearer turnstone\n").unwrap();
        std::fs::set_permissions(&secret, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
        let more = format!("\n[collector]\nurl = \"http://{address}/in\"\nauthorization_file = \"{}\"\n", secret.display());
        std::fs::write(&settings, format!("outbound_allow = [\"{address}\"]\n{text}{more}")).unwrap();
        let start = || {
            let mut command = portreeve(&["serve", "--config", &settings]);
            Running(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap())
        };
        let wait = async |what: &str, done: &(dyn Fn() -> bool + Sync)| {
            for _ in 0..600 {
                if done() {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
            panic!("{what}");
        };
        let running = start();
        wait("nothing is sent", &|| siem.asked() > 0).await;
        // Killed while the collector has it in hand and says nothing.
        drop(running);
        assert!(siem.got().is_empty());
        *siem.mood.lock().unwrap() = Mood::Takes;
        // Its lease is not over yet: while a node is believed to run, what waits long is found.
        let collector = Collector::at(&format!("http://{address}/in"), None).unwrap();
        assert_eq!(place(app, &collector).await, Some((log.clone(), 0)));
        unguard(app).await;
        let holder = portreeve::crypto::tokens::uuid();
        app.db
            .write(async |mut w| {
                w.sql("UPDATE event SET at = $1 WHERE leaf_index = 0").bind(When::from_seconds(1_000_000)).run().await?;
                w.sql("DELETE FROM lease").run().await?;
                let now = Clock::Wall.now();
                house::lease(&mut w, "stream_log", holder, now, now + Duration::from_mins(1)).await?;
                w.commit_quietly(Housekeeping::Lease, ()).await
            })
            .await
            .unwrap();
        let (code, said, _) = answer(&["doctor", "--config", &settings]);
        assert!(code == Some(1) && said.contains(&format!("PROBLEM  the collector http://{address} has not got ")), "{said}");
        assert!(!said.contains("turnstone"), "{said}");
        tamper(app, &["DELETE FROM lease"]).await;
        let running = start();
        wait("it is not sent again", &|| siem.got().len() > 20).await;
        assert_eq!(running.stop(), Some(0));
        let (wanted, got) = (lines(app, &log).await, siem.got());
        assert_eq!(got, wanted[..got.len()]);
        let (_, said, _) = answer(&["doctor", "--config", &settings]);
        assert!(said.contains("fine     collector"), "{said}");
    }
}

async fn run(app: App, collector: Collector) {
    for _ in 0..200 {
        match step(&app, &collector, app.now()).await {
            Ok(Sent::Nothing) => return,
            Ok(_) => {}
            Err(error) => assert!(error.is_shortage(), "{error}"),
        }
    }
}

#[tokio::test]
async fn a_place_that_may_not_be_called_is_not_connected_to() {
    let syslog = Syslog::new().await;
    let address = format!("https://localhost:{}/", syslog.port);
    let outbound = |allowed: &[Allowed]| Outbound::new(allowed, Some(syslog.certificate.as_bytes())).unwrap();
    for url in [address.clone(), address.replace("localhost", "127.0.0.1"), address.replace("localhost", "[::1]")] {
        let refused = outbound(&[]).send_frames(&url, None, b"1 x").await;
        assert!(matches!(refused, Err(OutboundError::Refused(_))), "{url}: {refused:?}");
    }
    let listed = Allowed::parse(&format!("localhost:{}", syslog.port)).unwrap();
    let plain =
        outbound(std::slice::from_ref(&listed)).send_frames(&address.replace("https", "http"), None, b"1 x").await;
    assert!(matches!(plain, Err(OutboundError::Refused(_))), "{plain:?}");
    assert_eq!(syslog.connected.load(Ordering::SeqCst), 0);
    outbound(&[listed]).send_frames(&address, None, b"1 x").await.unwrap();
    assert_eq!(syslog.got(), ["x"]);
}
