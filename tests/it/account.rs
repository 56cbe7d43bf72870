//! "Your account", signing out and the standing pages, on both databases, through the pages.

use crate::app::House;
use crate::visitor::{Answer, Visitor, code_of};
use portreeve::crypto::refresh::RefreshToken;
use portreeve::crypto::tokens::{self, Token};
use portreeve::domain::ids::{AccountId, ClientId, GrantId, SessionId};
use portreeve::service::post::Text;
use portreeve::service::sign_out::LogoutAsked;
use portreeve::store::grants::GrantRow;
use portreeve::store::refresh::{Bearer, RefreshRow};
use portreeve::store::{Error, Housekeeping, grants, outbox, refresh, sessions};
use portreeve::view::pages::{Sample, Step};
use std::time::Duration;

const ADA: &str = "ada@example.org";
const NEWER: &str = "ada.w@example.net";
const OLD: &str = "turnip lantern cobble";
const NEW: &str = "hedgerow kettle marzipan";

async fn sign_in(visitor: &Visitor, email: &str, password: &str) -> Answer {
    visitor.post("/sign-in", &[("email", email), ("password", password)]).await
}

/// A browser where she is signed in.
async fn signed_in(house: &House, email: &str) -> Visitor {
    let visitor = Visitor::new(house);
    assert_eq!(sign_in(&visitor, email, OLD).await.to, "/account");
    visitor
}

async fn sessions_of(house: &House, account: AccountId) -> Vec<SessionId> {
    let listed = sessions::list(&mut house.app.db.peek(), account).await.unwrap();
    listed.into_iter().map(|session| session.id).collect()
}

/// Garden waste was visited in a session, received her name, and holds a refresh token.
pub async fn visited(house: &House, account: AccountId, session: SessionId) -> RefreshToken {
    visited_at("garden-waste", house, account, session).await
}

/// So was another service.
pub async fn visited_at(id: &str, house: &House, account: AccountId, session: SessionId) -> RefreshToken {
    let (client, now) = (ClientId::parse(id).unwrap(), house.app.now());
    let grant = GrantRow {
        id: GrantId(tokens::uuid()),
        account_id: account,
        session_id: session,
        client_id: id.into(),
        sub: "s".into(),
        sid: session.0.to_string(),
        scope: "openid offline_access".into(),
        id_token_claims: String::new(),
        userinfo_claims: "name".into(),
        records: String::new(),
        nonce: None,
        auth_time: now,
        amr: "pwd".into(),
        acr: "A0".into(),
        level: None,
        vot: None,
        redirect_uri: "http://localhost:8090/callback".into(),
        challenge: None,
        code_until: now + Duration::from_mins(1),
        spent_at: None,
        ended_at: None,
        resources: String::new(),
    };
    let token = RefreshToken::first(&house.app.roots, grant.id);
    let until = now + Duration::from_hours(100);
    let row = RefreshRow { hash: token.hash().0, idle_until: until, until };
    let code = Token::random().hash().0;
    house
        .app
        .db
        .write(async |mut w| {
            sessions::visit(&mut w, session, &client, &grant.sid, "s", now).await?;
            grants::insert(&mut w, &code, &grant, now)?;
            grants::spend_code(&mut w, grant.id, true, Some(&row), now)?;
            w.commit_quietly(Housekeeping::Flow, ()).await
        })
        .await
        .unwrap();
    token
}

pub async fn refreshes(house: &House, token: &RefreshToken) -> bool {
    let (now, hash, grant) = (house.app.now(), token.hash().0, token.grant());
    let (shown, until) = (Bearer { hash: &hash, grant: Some(grant) }, now + Duration::from_hours(1));
    let next = RefreshRow { hash: [0; 32], idle_until: until, until };
    let spent = house.app.db.write(async |mut w| {
        refresh::rotate(&mut w, (grant, shown), &next, true, now)?;
        w.commit_quietly(Housekeeping::Flow, ()).await
    });
    match spent.await {
        Ok(_) => true,
        Err(Error::GivenUp) => false,
        Err(error) => panic!("{error}"),
    }
}

async fn change_password(visitor: &Visitor, current: &str, new: &str) -> Answer {
    visitor.post("/account/password", &[("current_password", current), ("password", new)]).await
}

async fn change_email(visitor: &Visitor, email: &str, current: &str) -> Answer {
    visitor.post("/account/email", &[("email", email), ("current_password", current)]).await
}

async fn type_code(visitor: &Visitor, journey: &str, code: &str) -> Answer {
    visitor.post("/account/email/code", &[("journey", journey), ("code", code)]).await
}

/// Changes the address, and gives the letter to the old one.
pub async fn changed(house: &House, visitor: &Visitor, email: &str) -> Text {
    let journey = change_email(visitor, email, OLD).await.parameter("journey");
    let (to, letter) = house.letters().await.remove(0);
    assert_eq!(to, email);
    assert_eq!(type_code(visitor, &journey, &code_of(&letter)).await.to, "/account?news=email_changed");
    house.letter().await
}

/// The token of the link in a letter.
pub fn undo_token(house: &House, letter: &Text) -> String {
    let start = house.at("/account/email/undo?token=");
    letter.body.lines().find_map(|line| line.trim().strip_prefix(&start)).unwrap().to_owned()
}

both! {
    async fn the_account_page_shows_what_is_hers(world: World) {
        let house = House::new(world).await;
        let ada = house.resident("Ada Wójcik", ADA, OLD).await;
        let stranger = Visitor::new(&house);
        for path in ["/account", "/account/password", "/account/email", "/account/email/code?journey=x"] {
            assert_eq!(stranger.get(path).await.to, "/sign-in", "{path}");
        }
        let visitor = signed_in(&house, ADA).await;
        assert!(visitor.get("/account").await.body.contains("have not used"));
        let session = sessions_of(&house, ada).await[0];
        visited(&house, ada, session).await;
        let page = visitor.get("/account").await;
        for shown in ["Ada Wójcik", "a•••@example.org", "Garden waste", "1 December 2026"] {
            assert!(page.body.contains(shown), "{shown}: {}", page.body);
        }
        assert!(!page.body.contains(ADA));
        assert!(page.headers.contains(&("cache-control".into(), "no-store".into())));
    }

    async fn a_service_that_begins_sign_in_itself_is_asked_to(world: World) {
        let line = "start_url = \"http://localhost:8090/\"";
        let with = format!("{line}\ninitiate_login_uri = \"http://localhost:8090/begin?from=account\"");
        let house = House::with(world, &[], &[("services/garden-waste.toml", line, &with)]).await;
        let ada = house.resident("Ada Wójcik", ADA, OLD).await;
        let visitor = signed_in(&house, ADA).await;
        visited(&house, ada, sessions_of(&house, ada).await[0]).await;
        let page = visitor.get("/account").await.body.replace("&amp;", "&").replace("&#x2f;", "/");
        // OIDC Core §4: who asks, and where she wants to go; not who she is.
        let issuer: String = url::form_urlencoded::byte_serialize(house.app.issuer.as_str().as_bytes()).collect();
        let wanted = format!(
            "href=\"http://localhost:8090/begin?from=account&iss={issuer}&target_link_uri=http%3A%2F%2Flocalhost%3A8090%2F\""
        );
        assert!(page.contains(&wanted), "{wanted} is not in {page}");
    }

    async fn a08_s09_t13_a_change_of_password_asks_for_it_and_ends_the_rest(world: World) {
        let house = House::new(world).await;
        let ada = house.resident("Ada Wójcik", ADA, OLD).await;
        let (here, there) = (signed_in(&house, ADA).await, signed_in(&house, ADA).await);
        assert!(house.letter().await.subject.contains("new device"), "the second browser is a stranger");
        let mut refresh = Vec::new();
        for session in sessions_of(&house, ada).await {
            refresh.push(visited(&house, ada, session).await);
        }
        for (current, new, words) in [
            ("", NEW, "current password"),
            (OLD, "", "Enter a password"),
            ("not the password", NEW, "Current password is not right"),
            (OLD, OLD, "not your current one"),
            (OLD, "password1", "easy to guess"),
            (OLD, "Havenbrook1!", "like your name"),
        ] {
            let page = change_password(&here, current, new).await;
            assert!(page.status == 200 && page.body.contains(words), "{current}, {new}: {}", page.body);
        }
        assert_eq!(house.events("credential.password_changed").await, 0);
        assert_eq!(sessions_of(&house, ada).await.len(), 2);

        assert_eq!(change_password(&here, OLD, NEW).await.to, "/account?news=password_changed");
        assert_eq!(here.get("/account").await.status, 200);
        assert_eq!(there.get("/account").await.to, "/sign-in");
        for token in &refresh {
            assert!(!refreshes(&house, token).await);
        }
        let (to, letter) = house.letters().await.remove(0);
        assert_eq!(to, ADA);
        assert!(letter.subject.contains("password"));
        assert_eq!(house.events("credential.password_changed").await, 1);
        assert_eq!(sign_in(&there, ADA, OLD).await.status, 200);
        assert_eq!(sign_in(&there, ADA, NEW).await.to, "/account");
    }

    async fn b01_a_live_session_does_not_guess_the_password(world: World) {
        let house = House::new(world).await;
        house.resident("Ada Wójcik", ADA, OLD).await;
        let visitor = signed_in(&house, ADA).await;
        for _ in 0..5 {
            assert_eq!(change_password(&visitor, "wrong wrong wrong", NEW).await.status, 200);
        }
        assert_eq!(change_email(&visitor, NEWER, "wrong wrong wrong").await.status, 429);
        assert_eq!(change_password(&visitor, OLD, NEW).await.status, 429);
        assert_eq!(change_email(&visitor, NEWER, OLD).await.status, 429);
        assert_eq!(house.events("auth.locked").await, 1);
        house.later(Duration::from_mins(15));
        assert_eq!(sign_in(&visitor, ADA, OLD).await.status, 303);
        assert_eq!(change_password(&visitor, OLD, NEW).await.status, 303);
    }

    async fn she_ends_her_other_sessions_and_nobody_elses(world: World) {
        let house = House::new(world).await;
        let ada = house.resident("Ada Wójcik", ADA, OLD).await;
        let bob = house.resident("Bob Ash", "bob@example.org", OLD).await;
        let there = signed_in(&house, ADA).await;
        let other = sessions_of(&house, ada).await[0].0.to_string();
        let here = signed_in(&house, ADA).await;
        let bobs = signed_in(&house, "bob@example.org").await;
        for session in ["", "x"] {
            assert_eq!(bobs.post("/account/sessions/end", &[("session", session)]).await.to, "/account");
        }
        assert_eq!(house.events("access.denied").await, 0);
        for (session, so_far) in [(other.clone(), 1), (tokens::uuid().to_string(), 2)] {
            assert_eq!(bobs.post("/account/sessions/end", &[("session", &session)]).await.status, 404);
            assert_eq!(house.events("access.denied").await, so_far, "hers and nobody's look the same");
        }
        assert_eq!(there.get("/account").await.status, 200);
        let answer = here.post("/account/sessions/end", &[("session", &other)]).await;
        assert_eq!(answer.to, "/account?news=session_ended");
        // Sent twice by one press: it was hers.
        assert_eq!(here.post("/account/sessions/end", &[("session", &other)]).await.to, "/account");
        assert_eq!(house.events("access.denied").await, 2);
        assert_eq!(there.get("/account").await.to, "/sign-in");
        assert_eq!(here.get("/account").await.status, 200);
        assert_eq!((sessions_of(&house, ada).await.len(), sessions_of(&house, bob).await.len()), (1, 1));
        assert_eq!(house.events("auth.sessions_ended").await, 1);
        let this = sessions_of(&house, ada).await[0].0.to_string();
        assert_eq!(here.post("/account/sessions/end", &[("session", &this)]).await.to, "/logout");
    }

    async fn a07_a_new_address_is_proven_and_the_old_one_told(world: World) {
        let house = House::new(world).await;
        house.resident("Ada Wójcik", ADA, OLD).await;
        let visitor = signed_in(&house, ADA).await;
        for (email, current, words) in [
            ("", OLD, "Enter"),
            ("nonsense", OLD, "name@example.com"),
            (NEWER, "", "current password"),
            (NEWER, "not the password", "Current password is not right"),
            (" ADA@example.ORG ", OLD, "not the one you have now"),
        ] {
            let page = change_email(&visitor, email, current).await;
            assert!(page.status == 200 && page.body.contains(words), "{email}, {current}: {}", page.body);
        }
        assert!(house.letters().await.is_empty());
        let answer = change_email(&visitor, NEWER, OLD).await;
        let journey = answer.parameter("journey");
        let (to, letter) = house.letters().await.remove(0);
        assert_eq!(to, NEWER);
        assert!(visitor.get(&answer.to).await.body.contains("a•••@example.net"));
        // Nobody but her, signed in, goes on with it.
        let bob = house.resident("Bob Ash", "bob@example.org", OLD).await;
        let bobs = signed_in(&house, "bob@example.org").await;
        assert_eq!(type_code(&bobs, &journey, &code_of(&letter)).await.status, 410);
        assert_eq!(type_code(&Visitor::new(&house), &journey, &code_of(&letter)).await.to, "/sign-in");
        assert_eq!(sessions_of(&house, bob).await.len(), 1);
        // A journey of one kind is none of the other.
        let reset = visitor.post("/forgotten-password/code", &[("journey", &journey), ("code", "000000")]).await;
        assert_eq!(reset.status, 410);

        let old = house.at("/account/email/undo?token=");
        assert_eq!(type_code(&visitor, &journey, &code_of(&letter)).await.to, "/account?news=email_changed");
        let (to, notice) = house.letters().await.remove(0);
        assert!(to == ADA && notice.body.contains(&old) && notice.body.contains("8 December 2026"), "{}", notice.body);
        assert_eq!(house.events("contact.change_confirmed").await, 1);
        assert!(visitor.get("/account").await.body.contains("a•••@example.net"));
        assert_eq!(sign_in(&Visitor::new(&house), ADA, OLD).await.status, 200);
        assert_eq!(sign_in(&Visitor::new(&house), NEWER, OLD).await.status, 303);
    }

    async fn a01_a_taken_address_shows_nothing(world: World) {
        let house = House::new(world).await;
        house.resident("Ada Wójcik", ADA, OLD).await;
        house.resident("Bob Ash", "bob@example.org", OLD).await;
        let visitor = signed_in(&house, ADA).await;
        let mut shapes = Vec::new();
        for email in ["bob@example.org", "ben@example.org"] {
            let answer = change_email(&visitor, email, OLD).await;
            let journey = answer.parameter("journey");
            let page = visitor.get(&answer.to).await;
            let wrong = type_code(&visitor, &journey, "000000").await;
            let again = visitor.post("/account/email/code", &[("journey", &journey), ("act", "resend")]).await;
            shapes.push([answer, page, wrong, again].map(|answer| answer.shape()));
        }
        assert_eq!(shapes[0], shapes[1]);
        assert!(house.letters().await.iter().all(|(to, _)| to == "ben@example.org"));
    }

    async fn a07_m03_the_old_address_undoes_the_change(world: World) {
        let house = House::new(world).await;
        let ada = house.resident("Ada Wójcik", ADA, OLD).await;
        let thief = signed_in(&house, ADA).await;
        // A reset is on its way to the old address, with its code read: it dies with the change.
        let other = Visitor::new(&house);
        let answer = other.post("/forgotten-password", &[("email", ADA)]).await;
        let reset = answer.parameter("journey");
        let reset_code = code_of(&house.letter().await);
        let token = undo_token(&house, &changed(&house, &thief, NEWER).await);
        let dead = other.post("/forgotten-password/code", &[("journey", &reset), ("code", &reset_code)]).await;
        assert_eq!(dead.status, 410);

        let owner = Visitor::new(&house);
        for _ in 0..5 {
            let page = owner.get(&format!("/account/email/undo?token={token}")).await;
            assert!(page.status == 200 && page.body.contains("a•••@example.org"), "{}", page.body);
        }
        assert_eq!(sessions_of(&house, ada).await.len(), 1);
        for bad in ["", "x", Token::random().as_str()] {
            assert_eq!(owner.post("/account/email/undo", &[("token", bad)]).await.status, 410);
        }
        let done = owner.post("/account/email/undo", &[("token", &token)]).await;
        assert_eq!(done.status, 303);
        // What was undone can be read again and in the other language, and nobody else can say so.
        for lang in ["", "&lang=cy", "&lang=en"] {
            let page = owner.get(&format!("{}{lang}", done.to)).await;
            assert!(page.status == 200 && page.body.contains("a•••@example.org"), "{}", page.body);
        }
        for made_up in [done.to.replace("done=", "done=A"), done.to.replace("email/undo", "sessions/not-me")] {
            assert_eq!(owner.get(&made_up).await.status, 410);
        }
        assert_eq!(thief.get(&done.to).await.status, 410);
        assert_eq!(thief.get("/account").await.to, "/sign-in");
        assert!(sessions_of(&house, ada).await.is_empty());
        assert_eq!(house.events("contact.change_cancelled").await, 1);
        assert_eq!(sign_in(&owner, NEWER, OLD).await.status, 200);
        assert_eq!(sign_in(&owner, ADA, OLD).await.status, 303);
        assert!(owner.get("/account").await.body.contains("a•••@example.org"));
        assert_eq!(owner.post("/account/email/undo", &[("token", &token)]).await.status, 410);
    }

    async fn a_thief_who_changes_the_address_twice_does_not_outlive_the_first_letter(world: World) {
        let house = House::new(world).await;
        house.resident("Ada Wójcik", ADA, OLD).await;
        let thief = signed_in(&house, ADA).await;
        let first = undo_token(&house, &changed(&house, &thief, NEWER).await);
        house.later(Duration::from_mins(1));
        let second = undo_token(&house, &changed(&house, &thief, "third@example.net").await);
        let owner = Visitor::new(&house);
        assert_eq!(owner.post("/account/email/undo", &[("token", &first)]).await.status, 303);
        assert_eq!(thief.post("/account/email/undo", &[("token", &second)]).await.status, 410);
        assert_eq!(sign_in(&owner, ADA, OLD).await.status, 303);

        let third = undo_token(&house, &changed(&house, &owner, NEWER).await);
        house.later(Duration::from_hours(7 * 24));
        assert_eq!(owner.get(&format!("/account/email/undo?token={third}")).await.status, 410);
        assert_eq!(owner.post("/account/email/undo", &[("token", &third)]).await.status, 410);
    }

    async fn s08_signing_out_tells_the_services_and_shows_who_confirmed(world: World) {
        let house = House::new(world).await;
        let ada = house.resident("Ada Wójcik", ADA, OLD).await;
        let visitor = signed_in(&house, ADA).await;
        visited(&house, ada, sessions_of(&house, ada).await[0]).await;
        assert_eq!(visitor.get("/signed-out").await.to, "/account", "told that she has signed out while she has not");
        let asked = LogoutAsked {
            client_id: Some("garden-waste".into()),
            post_logout_redirect_uri: Some("http://localhost:8090/".into()),
            state: Some("a&b".into()),
        };
        let reference = asked.seal(&house.app.roots).unwrap();
        let answer = visitor.post("/logout/confirm", &[("logout", &reference)]).await;
        assert!(answer.to.starts_with("/signed-out?ref=") && answer.set.contains(&"portreeve".to_owned()));
        assert_eq!(visitor.cookie("portreeve").as_deref(), Some(""));
        assert!(sessions_of(&house, ada).await.is_empty());
        assert_eq!(visitor.get("/account").await.to, "/sign-in");
        assert_eq!(house.events("auth.signed_out").await, 1);
        let page = visitor.get(&answer.to).await;
        for shown in ["Garden waste", "Waiting for an answer", "http://localhost:8090/?state=a%26b", "/signed-out?ref="] {
            assert!(page.body.contains(shown), "{shown}: {}", page.body);
        }
        let now = house.app.now();
        house
            .app
            .db
            .write(async |mut w| {
                for row in outbox::take(&mut w, 10, now, now + Duration::from_mins(1)).await? {
                    outbox::delivered(&mut w, row.id, now).await?;
                }
                w.commit_quietly(Housekeeping::Delivery, ()).await
            })
            .await
            .unwrap();
        let page = visitor.get(&answer.to).await;
        assert!(!page.body.contains("Waiting for an answer") && page.body.contains("Garden waste"));

        for (reference, path) in [("", "/signed-out?ref="), ("tampered", "/signed-out?ref=")] {
            let answer = visitor.post("/logout/confirm", &[("logout", reference)]).await;
            assert!(answer.status == 303 && answer.to.starts_with(path), "{answer:?}");
            assert!(!visitor.get(&answer.to).await.body.contains("localhost:8090"));
        }
        assert_eq!(visitor.get("/signed-out?ref=tampered").await.status, 200);
    }

    async fn s04_no_other_site_sends_our_forms(world: World) {
        let house = House::new(world).await;
        let ada = house.resident("Ada Wójcik", ADA, OLD).await;
        let visitor = signed_in(&house, ADA).await;
        let fields = [("current_password", OLD), ("password", NEW), ("email", NEWER), ("session", "x")];
        for path in [
            "/account/password",
            "/account/email",
            "/account/email/code",
            "/account/email/undo",
            "/account/sessions/end",
            "/logout/confirm",
            "/forgotten-password",
            "/forgotten-password/code",
            "/forgotten-password/password",
        ] {
            assert_eq!(visitor.post_from_elsewhere(path, &fields).await.status, 403, "{path}");
        }
        assert_eq!(sessions_of(&house, ada).await.len(), 1);
        assert!(house.letters().await.is_empty());
    }

    async fn the_samples_are_served_for_this_installation(world: World) {
        let house = House::new(world).await;
        let visitor = Visitor::new(&house);
        for step in Step::ALL {
            let page = visitor.get(&format!("/docs/set-up/{}", step.as_str())).await;
            assert_eq!(page.status, 200, "{step:?}");
        }
        for sample in Sample::ALL {
            let page = visitor.get(&format!("/docs/samples/{}", sample.name)).await;
            assert!(page.status == 200 && (page.body.contains("Step: ") || page.body.contains("# Every key ")), "{}", sample.name);
            assert!(!page.body.contains("localhost:8080"), "{} names another issuer", sample.name);
        }
        let script = visitor.get("/docs/samples/check.sh").await.body;
        assert!(script.contains(&format!("ISSUER:-{}}}", house.app.issuer.as_str())), "{script}");
        assert_eq!(visitor.get("/docs/samples/secret").await.status, 404);
        assert_eq!(visitor.get("/docs/set-up/nowhere").await.status, 404);
    }

    async fn the_papers_are_there_in_both_languages(world: World) {
        let house = House::new(world).await;
        let visitor = Visitor::new(&house);
        for path in ["/", "/privacy", "/notices/garden-waste@1", "/cookies", "/accessibility", "/complain", "/docs/limits", "/docs/errors", "/docs/set-up"] {
            for lang in ["en", "cy"] {
                let page = visitor.get(&format!("{path}?lang={lang}")).await;
                let marked = page.body.contains(&format!("<html lang=\"{lang}\""));
                assert!(page.status == 200 && marked, "{path} {lang}: {}", page.body);
            }
        }
        assert!(visitor.get("/privacy").await.body.contains("/notices/garden-waste@1"));
        let cookies = visitor.get("/cookies").await.body;
        for name in ["portreeve", "portreeve-browser", "portreeve-lang"] {
            assert!(cookies.contains(name), "{name}");
        }
        for nowhere in ["/nowhere", "/notices/garden-waste@9", "/notices/x", "/account/nowhere"] {
            let page = visitor.get(nowhere).await;
            assert!(page.status == 404 && page.body.contains("<main"), "{nowhere}: {page:?}");
        }
        assert_eq!(visitor.get("/.well-known/change-password").await.to, "/account/password");
        assert!(visitor.get("/robots.txt").await.body.contains("Disallow: /"));
        let url = portreeve::view::assets::url("app.css").unwrap();
        let file = Visitor::new(&house).get(&url).await;
        assert!(file.status == 200 && file.set.is_empty());
        assert!(file.headers.iter().any(|(name, value)| name == "cache-control" && value.contains("immutable")));
    }

    async fn s10_staying_puts_the_idle_end_off_and_the_sessions_own_end_never(world: World) {
        let house = House::new(world).await;
        house.resident("Ada Wójcik", ADA, OLD).await;
        let visitor = signed_in(&house, ADA).await;
        let page = visitor.get("/account").await;
        assert!(page.body.contains("data-left=\"900\" data-warning=\"120\""), "{}", page.body);
        for _ in 0..8 {
            house.later(Duration::from_mins(14));
            let answer = visitor.post_by_script("/account/stay", &[]).await;
            assert!(answer.status == 200 && answer.body.contains("sign you out at"), "{answer:?}");
        }
        // 112 minutes: two hours are the end, whatever is done.
        let near = visitor.post_by_script("/account/stay", &[]).await;
        assert!(near.body.contains("\"left\":480") && near.body.contains("at 2pm"), "{near:?}");
        let page = visitor.get("/account").await;
        assert!(page.body.contains("for as long as we allow") && !page.body.contains("idle-stay"), "{}", page.body);
        assert_eq!(visitor.post("/account/stay", &[]).await.to, "/account");
        assert_eq!(visitor.post_from_elsewhere("/account/stay", &[]).await.status, 403);
        house.later(Duration::from_mins(8));
        assert_eq!(visitor.post_by_script("/account/stay", &[]).await.status, 401);
        assert_eq!(visitor.post("/account/stay", &[]).await.to, "/sign-in");
    }
}
