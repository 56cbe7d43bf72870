//! What an older copy brings back beside people: it is stopped again before anybody is served.

use super::{Kept, PASSWORD, command, is_there, newest, restore};
use crate::rights::restriction::takes;
use crate::sharing::{ADA, NEWS, PERMIT, says};
use crate::visitor::Visitor;
use portreeve::crypto::password::Password;
use portreeve::domain::account::FullName;
use portreeve::domain::ids::AccountId;
use portreeve::domain::rights::restriction::Step;
use portreeve::service::erasure;
use portreeve::service::standing::{self, Why};
use portreeve::store::revocations;
use portreeve::store::{Db, Housekeeping, accounts, events, sharing};
use serde_json::Value;
use std::time::Duration;
use uuid::Uuid;

const NOBODY: AccountId = AccountId(Uuid::nil());

/// What stands there of her sharing: each purpose with whether claims go out under it.
async fn shared(db: &Db, who: AccountId) -> Vec<(String, bool)> {
    let rows = sharing::standings(&mut db.peek(), who).await.unwrap();
    let mut all: Vec<_> =
        rows.into_iter().map(|row| (row.purpose, row.record_id.is_some() && row.paused_at.is_none())).collect();
    all.sort();
    all
}

async fn state(db: &Db, who: AccountId) -> String {
    accounts::get(&mut db.peek(), who).await.unwrap().state
}

fn check<'v>(said: &'v Value, what: &str) -> &'v str {
    let all = said["checks"].as_array().unwrap().iter();
    all.filter(|check| check["what"] == what).map(|check| check["said"].as_str().unwrap()).next().unwrap_or("")
}

/// How many sessions and grants stand, of residents and of staff.
async fn open(db: &Db) -> i64 {
    let all = "SELECT CAST((SELECT COUNT(*) FROM session WHERE ended_at IS NULL)
             + (SELECT COUNT(*) FROM grant_record WHERE ended_at IS NULL)
             + (SELECT COUNT(*) FROM staff_session WHERE ended_at IS NULL) AS BIGINT)";
    db.peek().sql(all).scalar().await.unwrap()
}

async fn kinds(db: &Db, kind: &str) -> usize {
    events::newest(&mut db.peek(), 60).await.unwrap().iter().filter(|event| event.r#type == kind).count()
}

/// She agreed to the newsletter, was told of her permit, and is signed in.
async fn shares(kept: &Kept) -> (AccountId, Visitor) {
    let ada = kept.house.resident("Ada Wójcik", ADA, PASSWORD).await;
    for purpose in ["issue-resident-permit", "permit-newsletter"] {
        says(&kept.house, ada, "parking-permits", purpose).await;
    }
    lets_it_come_offline(kept, ada).await;
    let visitor = Visitor::new(&kept.house);
    visitor.post("/sign-in", &[("email", ADA), ("password", PASSWORD)]).await;
    (ada, visitor)
}

/// She lets a service come while she is away: that outlives her session, which ends.
async fn lets_it_come_offline(kept: &Kept, who: AccountId) {
    let (app, now) = (&kept.house.app, kept.house.app.now());
    Visitor::new(&kept.house).post("/sign-in", &[("email", ADA), ("password", PASSWORD)]).await;
    let granted = app.db.write(async |mut w| {
        w.sql(
            "INSERT INTO grant_record (id, account_id, session_id, client_id, sub, sid, scope, id_token_claims, userinfo_claims,
                 records, auth_time, amr, acr, redirect_uri, code, code_until, created_at)
             SELECT $1, account_id, id, 'parking-permits', 'sub', 'sid', 'openid offline_access', '', '', '', auth_time, amr, acr,
                 'https://parking.example', $2, created_at, created_at FROM session WHERE account_id = $3 AND ended_at IS NULL",
        )
        .bind(Uuid::from_u128(42))
        .bind(&b"code"[..])
        .bind(who)
        .run()
        .await?;
        w.sql("UPDATE session SET ended_at = $1 WHERE account_id = $2").bind(now).bind(who).run().await?;
        w.commit_quietly(Housekeeping::Flow, ()).await
    });
    granted.await.unwrap();
}

/// An officer has a session.
async fn officer_is_seated(kept: &Kept) {
    let (app, id) = (&kept.house.app, Uuid::from_u128(41));
    let seated = app.db.write(async |mut w| {
        w.sql("INSERT INTO staff_member (id, kind, name, name_key, roles, state, created_at) VALUES ($1, 'local', $2, $2, '', 'active', $3)")
            .bind(id)
            .bind(&b"sealed"[..])
            .bind(app.now())
            .run()
            .await?;
        w.sql(
            "INSERT INTO staff_session (id, token, staff_id, agent, proof, proved_at, created_at, seen_at, absolute_until)
             VALUES ($1, $2, $1, '', 'passkey', $3, $3, $3, $3)",
        )
        .bind(id)
        .bind(&b"token"[..])
        .bind(app.now())
        .run()
        .await?;
        w.commit_quietly(Housekeeping::Flow, ()).await
    });
    seated.await.unwrap();
}

both! {
    async fn f25_what_was_taken_back_since_is_stopped_again(world: World) {
        let kept = Kept::new(world).await;
        let (ada, visitor) = shares(&kept).await;
        officer_is_seated(&kept).await;
        let (data, _) = kept.back_up("before");
        visitor.post(&format!("{NEWS}/withdraw"), &[("withdraw", "yes")]).await;
        visitor.post(&format!("{PERMIT}/object"), &[("grounds", "My neighbour works there.")]).await;
        visitor.post("/logout/confirm", &[]).await;
        let off = vec![("issue-resident-permit".to_owned(), false), ("permit-newsletter".to_owned(), false)];
        assert_eq!(shared(&kept.house.app.db, ada).await, off);
        let (_, vault) = kept.back_up("after");

        let bare = kept.elsewhere("bare").await;
        let (code, said) = command(&restore(&bare.settings, (&data, &vault), &[]));
        assert_eq!((code, said["fine"].as_bool()), (Some(0), Some(true)), "{said}");
        assert!(check(&said, "sessions").contains("signs in anew: 1;"), "{said}");
        assert!(check(&said, "sharing").contains("stopped again: 2; none is left"), "{said}");
        let db = bare.db().await;
        assert_eq!(shared(&db, ada).await, off);
        assert_eq!(open(&db).await, 0);
        let deeds = ["sharing.consent_withdrawn", "sharing.objected", "auth.sessions_ended"];
        for kind in deeds {
            assert_eq!(kinds(&db, kind).await, 1, "{kind}");
        }
        assert!(kept.signs_in(&db, ADA).await, "she signs in as before");

        // Looked at again, nothing is left to be stopped; and where nothing went back, nobody is signed out.
        let (code, said) = command(&["restore", "--check", "--config", &bare.settings, "--by", "Cai Morgan"]);
        assert_eq!((code, check(&said, "sessions")), (Some(0), ""), "{said}");
        assert_eq!(kinds(&db, deeds[2]).await, 1);
        let names = newest(&kept, &db, "house.restored").await["checked"].to_string();
        assert!(!names.contains("sharing"), "{names}");
    }

    async fn f25_whose_keys_an_older_vault_lacks_is_signed_out_without_a_word(world: World) {
        let kept = Kept::new(world).await;
        let (_, vault) = kept.back_up("before");
        let _visitor = shares(&kept).await;
        officer_is_seated(&kept).await;
        assert_eq!(open(&kept.house.app.db).await, 3, "a session, a grant of one that ended, an officer's");
        let (data, _) = kept.back_up("after");

        let bare = kept.elsewhere("bare").await;
        let (_, said) = command(&restore(&bare.settings, (&data, &vault), &["--older-vault"]));
        assert!(check(&said, "sessions").contains("signs in anew: 1;"), "{said}");
        let db = bare.db().await;
        assert_eq!((open(&db).await, kinds(&db, "auth.sessions_ended").await), (0, 0));
    }

    async fn f25_an_account_that_was_stopped_since_and_a_password_of_before_are_stopped_again(world: World) {
        let kept = Kept::new(world).await;
        let (house, mut who) = (&kept.house, Vec::new());
        for name in ["Ben", "Cara", "Dai", "Eve", "Fay", "Gus"] {
            who.push(house.resident(&format!("{name} Okafor"), &format!("{name}@example.org"), PASSWORD).await);
        }
        let [ben, cara, dai, eve, fay, gus] = who[..] else { unreachable!() };
        let (data, _) = kept.back_up("before");
        house.later(Duration::from_secs(1));
        let (app, now) = (&house.app, house.app.now());
        let why = Why::of(app, FullName::parse("Bea Lloyd").unwrap(), "security_incident", Some("C-17")).unwrap();
        let other = app.hasher.hash(Password::parse("crimson ferry ladder").unwrap()).await.unwrap();
        let done = app.db.write(async |mut w| {
            assert!(accounts::replace_credential(&mut w, ben, 1, other.as_str(), now).await?);
            assert!(accounts::close(&mut w, fay, now).await?);
            // What was undone stays undone.
            assert!(accounts::close(&mut w, gus, now).await? && accounts::reopen(&mut w, gus, now).await?);
            w.commit_quietly(Housekeeping::Flow, ()).await
        });
        done.await.unwrap();
        takes(house, cara, Step::Restrict).await;
        assert!(standing::suspend(app, dai, &why, now).await.unwrap().is_some());
        assert!(erasure::note_death(app, eve, &why, now).await.unwrap().is_some());
        let back = revocations::back(&mut app.db.peek(), (NOBODY, ""), 9).await.unwrap();
        assert_eq!(back, [], "here nothing is back");
        let (_, vault) = kept.back_up("after");

        let bare = kept.elsewhere("bare").await;
        let (code, said) = command(&restore(&bare.settings, (&data, &vault), &[]));
        assert_eq!(code, Some(0), "{said}");
        assert!(check(&said, "accounts").contains("done again: 5; none is left"), "{said}");
        let db = bare.db().await;
        assert!(!kept.signs_in(&db, "ben@example.org").await, "the password of before opens her account");
        assert!(kept.signs_in(&db, "gus@example.org").await);
        let states = [(dai, "frozen"), (eve, "frozen"), (fay, "closed"), (gus, "active"), (cara, "active")];
        for (one, expected) in states {
            assert!(is_there(&db, one).await && state(&db, one).await == expected, "{expected}");
        }
        let restricted = "SELECT CAST(COUNT(*) AS BIGINT) FROM account WHERE restricted_at = $1 AND id = $2";
        assert_eq!(db.peek().sql(restricted).bind(now).bind(cara).scalar::<i64>().await.unwrap(), 1, "since then");
        assert_eq!(kinds(&db, "account.revoked_again").await, 5);
        assert_eq!(revocations::back(&mut db.peek(), (NOBODY, ""), 9).await.unwrap(), []);
    }
}
