//! What a run's certificate says beside what went: when it was, what was left alone and why, on whose word, and until when what remains.

use super::runs::{UNWARNED, dormant, planned};
use super::{DAY, carry_out, days, house, person, seal, to_the_end};
use crate::app::House;
use crate::log::witness::{Neighbour, show, size, vkey};
use crate::serve::portreeve;
use crate::temp::TempDir;
use portreeve::crypto::note::{Note, VerifierKey};
use portreeve::domain::audit::checkpoint::Checkpoint;
use portreeve::domain::audit::tree::{Hash, consistent};
use portreeve::domain::ids::AccountId;
use portreeve::domain::retention::{HoldKind, Scope};
use portreeve::service::log::{LogKeys, key_of};
use portreeve::service::retention::{self, Certificate, Decided, NewHold, Part, Shown};
use portreeve::service::witness::Answer;
use portreeve::store::Housekeeping;
use portreeve::store::retention::{self as runs, CertificateRow};
use serde_json::json;
use std::time::Duration;
use uuid::Uuid;

/// What was left alone: because of what, which hold or why, and how many.
pub fn left_alone(part: &Part) -> Vec<(&str, &str, i64)> {
    part.left.iter().map(|left| (left.because.as_str(), left.what.as_str(), left.items)).collect()
}

/// What was said of it: by whom, what, and of how many.
fn decided(part: &Part) -> Vec<(&str, &str, i64)> {
    part.decided.iter().map(|one| (one.by.as_str(), one.said.as_str(), one.items)).collect()
}

pub fn part<'c>(certificate: &'c Certificate, rule: &str) -> &'c Part {
    certificate.parts.iter().find(|part| part.rule == rule).unwrap()
}

pub async fn hold(house: &House, id: &str, account: AccountId) {
    let new = NewHold {
        id: id.into(),
        kind: HoldKind::Foi,
        reason: "A request for information".into(),
        scope: Scope { account: Some(account), ..Scope::default() },
        owner: person("Meg Hale"),
        review_by: house.app.now() + DAY * 60,
    };
    retention::place(&house.app, &new, &person("Meg Hale"), house.app.now()).await.unwrap().unwrap();
}

async fn suspend(house: &House, who: AccountId) {
    let suspended = house.app.db.write(async |mut w| {
        w.sql("UPDATE account SET state = 'frozen' WHERE id = $1").bind(who).run().await?;
        w.commit_quietly(Housekeeping::Expire, ()).await
    });
    suspended.await.unwrap();
}

fn checkpoint(note: &str) -> (Checkpoint, Note) {
    let note = Note::parse(note).unwrap();
    (Checkpoint::parse(note.text()).unwrap(), note)
}

/// Whether the proof shows that the newer checkpoint begins with the older one: what a reader does with the certificate alone.
fn begins(proof: &[String], old: &str, new: &str) -> bool {
    let (old, new) = (checkpoint(old).0, checkpoint(new).0);
    let proof: Vec<Hash> = proof.iter().map(|hash| Hash::parse_hash(hash).unwrap()).collect();
    if old == new { proof.is_empty() } else { consistent(&proof, (old.size, old.root), (new.size, new.root)) }
}

fn is_shown(shown: &Shown, log: &VerifierKey, witness: &Neighbour) {
    assert!(checkpoint(&shown.checkpoint).1.signed_by(log).is_some());
    let cosigned = shown.cosigned.as_deref().unwrap();
    assert!(checkpoint(cosigned).1.signed_by(&witness.witness.key).is_some(), "{shown:?}");
    assert_eq!(shown.witnesses, ["witness.neighbour.example"]);
    assert!(begins(&shown.proof, cosigned, &shown.checkpoint), "{shown:?}");
}

both! {
    async fn it_says_when_the_clocks_of_accounts_began_that_went(world: World) {
        let house = house(world, &[UNWARNED]).await;
        let first = house.app.now();
        house.resident("Ada Wójcik", "ada@example.org", crate::sharing::WORD).await;
        house.later(Duration::from_hours(30));
        house.resident("Ben Okafor", "ben@example.org", crate::sharing::WORD).await;
        house.later(Duration::from_hours(30));
        let last = house.app.now();
        house.resident("Cat Price", "cat@example.org", crate::sharing::WORD).await;
        days(&house, 740).await;
        let certificate = carry_out(&house).await;
        let gone = part(&certificate, "account.dormant");
        let day = |at: Option<&str>| at.map(|at| at[..16].to_owned());
        let of = [first, last].map(|at| day(Some(&at.to_string())));
        assert_eq!(gone.destroyed, 3);
        assert_eq!([day(gone.oldest.as_deref()), day(gone.newest.as_deref())], of);
        // What is laid down of those who went forgets it with the run.
        let began = "SELECT CAST(COUNT(*) AS BIGINT) FROM erasure WHERE began IS NOT NULL";
        assert_eq!(house.app.db.peek().sql(began).scalar::<i64>().await.unwrap(), 0);
    }

    async fn it_counts_what_each_hold_kept(world: World) {
        let house = house(world, &[UNWARNED]).await;
        let people = dormant(&house, 4).await;
        hold(&house, "FOI-1", people[0]).await;
        planned(&house).await;
        house.later(DAY * 8);
        // One that was placed when the run was planned is counted as well.
        for who in &people[1..3] {
            hold(&house, &format!("FOI-{who}"), *who).await;
        }
        let certificate = to_the_end(&house).await;
        let part = part(&certificate, "account.dormant");
        let mut held: Vec<String> = people[1..3].iter().map(|who| format!("FOI-{who}")).collect();
        held.push("FOI-1".to_owned());
        held.sort_unstable();
        assert_eq!(left_alone(part), held.iter().map(|id| ("hold", id.as_str(), 1)).collect::<Vec<_>>());
        assert_eq!((part.destroyed, part.held, part.still_due), (1, 3, Some(0)));
    }

    async fn it_says_who_looked_and_what_waits_for_a_look_and_why(world: World) {
        let house = house(world, &[UNWARNED]).await;
        let people = dormant(&house, 4).await;
        let app = &house.app;
        for who in &people[..3] {
            suspend(&house, *who).await;
        }
        let rule = "account.dormant";
        let certificate = carry_out(&house).await;
        assert_eq!(left_alone(part(&certificate, rule)), [("review", "suspended", 3)]);
        assert_eq!((decided(part(&certificate, rule)), part(&certificate, rule).destroyed), (vec![], 1));
        let say = async |who: AccountId, said: Decided, by: &str| {
            assert!(retention::decide(app, (who, rule), said, &person(by), app.now()).await.unwrap());
        };
        say(people[0], Decided::Goes, "Ole Berg").await;
        say(people[1], Decided::KeptUntil(app.now() + DAY * 60), "Meg Hale").await;
        let certificate = carry_out(&house).await;
        let part = part(&certificate, rule);
        assert_eq!(decided(part), [("Ole Berg", "goes", 1), ("Meg Hale", "kept", 1)]);
        assert_eq!(left_alone(part), [("review", "suspended", 1)], "why she was asked, though that was by the run before");
        assert_eq!((part.destroyed, part.still_due), (1, Some(0)));
    }

    async fn it_shows_the_log_as_witnesses_cosigned_it_before_and_after(world: World) {
        let (house, folder) = (house(world, &[UNWARNED]).await, TempDir::new("cosigned"));
        let app = &house.app;
        dormant(&house, 1).await;
        seal(&house).await;
        let alone = carry_out(&house).await;
        let (before, after) = (alone.before.unwrap(), alone.after.unwrap());
        assert!(before.cosigned.is_none() && after.cosigned.is_none() && after.witnesses.is_empty(), "nobody did");
        assert!(begins(&alone.grown, &before.checkpoint, &after.checkpoint) && !alone.grown.is_empty());

        dormant_again(&house).await;
        let neighbour = Neighbour::new(folder.path(), "witness.neighbour.example", &vkey(app).await);
        let seen = size(app).await;
        assert_eq!(show(app, &neighbour).await, Answer::Cosigned(seen));
        crate::log::happen(app, 5).await;
        seal(&house).await;
        planned(&house).await;
        let at_plan = size(app).await;
        house.later(DAY * 8);
        seal(&house).await;
        assert!(matches!(show(app, &neighbour).await, Answer::Cosigned(more) if more > at_plan));
        let certificate = to_the_end(&house).await;
        let (before, after) = (certificate.before.unwrap(), certificate.after.unwrap());
        let key = key_of(&app.db, &before.log).await.unwrap().unwrap();
        for shown in [&before, &after] {
            is_shown(shown, &key, &neighbour);
        }
        let entries = |note: &str| checkpoint(note).0.size;
        assert_eq!((entries(before.cosigned.as_ref().unwrap()), entries(&before.checkpoint)), (seen, at_plan));
        assert!(entries(after.cosigned.as_ref().unwrap()) > at_plan);
        assert!(begins(&certificate.grown, &before.checkpoint, &after.checkpoint));
        assert_eq!(certificate.checkpoint, Some(after.checkpoint));
    }

    async fn one_that_was_issued_before_it_said_so_much_still_verifies_and_is_shown(world: World) {
        let (house, folder) = (House::by_the_wall(world).await, TempDir::new("older"));
        let (app, settings) = (&house.app, crate::staff::command::settings(&house, folder.path()));
        seal(&house).await;
        let (id, run, at) = (Uuid::from_u128(1), Uuid::from_u128(2), app.now());
        let part = json!({
            "rule": "browser", "title": "Browsers", "category": "browser", "trigger": "last_activity", "period": "P13M",
            "action": "destroy", "method": "delete", "legal_basis": "UK GDPR Art 5(1)(e)", "due": 3, "destroyed": 3,
            "held_when_planned": 0, "held": 0, "reviewed": 0,
        });
        let body = json!({
            "schema": "portreeve.disposal-certificate/1", "id": id, "controller": "Havenbrook", "issued_at": at.to_string(),
            "schedule": "1", "policy": "ab", "schedule_approved_by": ["Meg Hale", "Tom Reed"], "run": run,
            "planned_at": at.to_string(), "not_before": at.to_string(), "approved_by": [], "started_at": at.to_string(),
            "parts": [part], "holds": [["FOI-1", "foi"]], "signals": {}, "remains": "Backups taken before.",
        });
        let body = body.to_string();
        let origin = format!("{}/disposal", app.issuer.as_str().split_once("://").unwrap().1);
        let text = format!("{origin}\n{id}\n{}\n", Certificate::digest(&body));
        let keys = LogKeys::read(&mut app.db.peek(), &app.roots).await.unwrap().unwrap();
        let mut note = Note::new(text.clone()).unwrap();
        note.add(keys.signing(at).next().unwrap().sign(&origin, &text).unwrap());
        let row = CertificateRow { id, run_id: run, issued_at: at, body, note: note.to_string() };
        let kept = app.db.write(async |mut w| {
            runs::certify(&mut w, &row).await?;
            w.commit_quietly(Housekeeping::Expire, ()).await
        });
        kept.await.unwrap();
        let all = retention::certificates(app, 9).await.unwrap();
        assert!(all.len() == 1 && all[0].2 && all[0].1.parts[0].destroyed == 3);
        // Nothing is put into its mouth.
        assert_eq!(serde_json::to_value(&all[0].1).unwrap(), serde_json::from_str::<serde_json::Value>(&row.body).unwrap());
        let page = folder.path().join("older.html");
        let words = ["--json", "retention", "certificates", &id.to_string(), "--html", page.to_str().unwrap(), "--config", &settings];
        assert!(portreeve(&words).output().unwrap().status.success());
        let page = std::fs::read_to_string(page).unwrap();
        assert!(page.contains("Backups taken before.") && !page.contains("No witness") && !page.contains("does not hold"), "{page}");
    }
}

/// One more whom nobody saw for more than two years.
async fn dormant_again(house: &House) {
    house.resident("Ben Okafor", "ben@example.org", crate::sharing::WORD).await;
    days(house, 740).await;
    super::open_year(house).await;
}
