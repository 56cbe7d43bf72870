//! Who may call whom, and what is made where.

use super::words::{Word, named, words};
use super::{Breaches, File};

/// Rooms and the rooms each may call. A room always may call itself.
const TABLE: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("policy", &["domain"]),
    ("crypto", &["domain"]),
    ("mail", &["domain"]),
    ("store", &["domain"]),
    ("service", &["domain", "policy", "store", "crypto", "mail", "app", "config"]),
    ("http", &["domain", "crypto", "store", "app", "config"]),
    ("view", &["domain"]),
    // One request to a page, for every door that draws pages (src/decisions/0006).
    ("visit", &["service", "domain", "crypto", "http", "view", "app"]),
    ("oidc", DOOR),
    ("pages", DOOR),
    ("staff", DOOR),
    ("demo", DOOR),
    ("jobs", &["service", "domain", "policy", "store", "crypto", "http", "view", "app", "config", "mail"]),
    // Settings are read into the types of the rooms they are for.
    ("config", &["domain", "policy", "crypto", "mail", "http"]),
];

const DOOR: &[&str] = &["service", "domain", "policy", "store", "crypto", "http", "view", "visit", "app", "config"];

/// Those that put the house together, and the commands, which start what they name.
const BUILDERS: &[&str] = &["app", "routes", "main", "lib", "cli"];

/// The module a source file is, from the crate's root.
fn module(file: &File) -> Option<Vec<&str>> {
    let path = file.path.strip_prefix("src/")?.strip_suffix(".rs")?;
    Some(path.split('/').collect())
}

/// Every path of this crate, in a `use` or not, in code or in its tests, leads to a room that the table allows.
pub fn rooms_call_only_whom_they_may(file: &File) -> Breaches {
    let Some(module) = module(file) else { return Vec::new() };
    let room = module[0];
    if BUILDERS.contains(&room) {
        return Vec::new();
    }
    let Some((_, may_call)) = TABLE.iter().find(|(name, _)| *name == room) else {
        return vec![format!("{}: `{room}` is no room of the house", file.path)];
    };
    let mut breaches: Breaches = named(&words(&file.text), &module)
        .iter()
        .filter_map(|named| {
            let target = named.path.first().map_or("the whole crate", String::as_str);
            (target != room && !may_call.contains(&target))
                .then(|| format!("{}:{}: {room} may not call {target}", file.path, named.line))
        })
        .collect();
    breaches.dedup();
    breaches
}

/// Where `phrase` (words apart by spaces) stands in `words`: the lines.
fn lines_with(words: &[Word], phrase: &str) -> Vec<usize> {
    let phrase: Vec<_> = phrase.split(' ').collect();
    words
        .windows(phrase.len())
        .filter(|window| window.iter().map(|word| word.text.as_str()).eq(phrase.iter().copied()))
        .map(|window| window[0].line)
        .collect()
}

/// The domain decides; it does not wait, read, write, look at a clock or throw dice.
pub fn domain_is_pure(file: &File) -> Breaches {
    const IMPURE: &[&str] = &[
        "async",
        "await",
        "sqlx",
        "rusqlite",
        "axum",
        "tokio",
        "reqwest",
        "hyper",
        "rand",
        "aws_lc_rs",
        "SystemTime",
        "Instant",
        "Timestamp :: now",
        "Zoned :: now",
        "Utc :: now",
        "now_v7",
        "new_v4",
        "std :: fs",
        "std :: env",
        "std :: process",
        "std :: thread",
        "TcpStream",
        "UdpSocket",
    ];
    if module(file).is_none_or(|module| module[0] != "domain") {
        return Vec::new();
    }
    let words = words(&file.text);
    // A digest is a pure function; the rest of that crate signs, seals and throws dice.
    let digests = lines_with(&words, "aws_lc_rs :: digest");
    IMPURE
        .iter()
        .flat_map(|impure| lines_with(&words, impure).into_iter().map(move |line| (line, impure)))
        .filter(|(line, impure)| **impure != "aws_lc_rs" || !digests.contains(line))
        .map(|(line, impure)| format!("{}:{line}: `{impure}` in the domain", file.path))
        .collect()
}

/// The two drivers are named in the store alone.
pub fn sql_stays_in_the_store(file: &File) -> Breaches {
    if module(file).is_none_or(|module| module[0] == "store") {
        return Vec::new();
    }
    let words = words(&file.text);
    ["sqlx", "sqlx_core", "jiff_sqlx", "rusqlite", "AssertSqlSafe"]
        .iter()
        .flat_map(|name| lines_with(&words, name))
        .map(|line| format!("{}:{line}: a driver outside the store", file.path))
        .collect()
}

/// The file that may take lines of the sharing ledger away: when their rule is over.
const LINES_END_IN: &[&str] = &["src/store/due.rs"];

/// No SQL of ours changes a line of the sharing ledger or dates it back: lines are added in one place, where what they come
/// to is kept with them, and are otherwise only deleted by their rule.
pub fn the_ledger_is_only_added_to(file: &File) -> Breaches {
    if module(file).is_none() {
        return Vec::new();
    }
    let text = file.text.split_whitespace().collect::<Vec<_>>().join(" ");
    let count = |sql: &str| text.matches(sql).count();
    let changed = count("UPDATE sharing_record");
    let deleted = if LINES_END_IN.contains(&file.path.as_str()) { 0 } else { count("DELETE FROM sharing_record") };
    let added = count("INTO sharing_record");
    let allowed = usize::from(file.path == "src/store/sharing.rs");
    let mut breaches = Vec::new();
    if changed + deleted > 0 || added > allowed {
        breaches.push(format!("{}: a line of the sharing ledger is changed, or added past its standing", file.path));
    }
    breaches
}

/// SQL that is not a literal is vouched for in one place.
pub fn one_raw_sql(files: &[File]) -> Breaches {
    let vouched: Vec<_> = files
        .iter()
        .filter(|file| module(file).is_some())
        .flat_map(|file| {
            let lines = lines_with(&words(&file.text), "AssertSqlSafe (");
            lines.into_iter().map(|line| format!("{}:{line}: AssertSqlSafe a second time", file.path))
        })
        .collect();
    vouched.into_iter().skip(1).collect()
}

/// What proves that something was done is made only where it is done.
const MADE_IN: &[(&str, &str, &[&str])] = &[
    ("Sealed", "new", &["src/crypto/record.rs"]),
    ("Receipt", "committed", &["src/store.rs", "src/store/"]),
    ("Disclosure", "by_release", &["src/domain/sharing.rs", "src/domain/sharing/"]),
    // Staff look at others, never at themselves: only a recorded look opens a field for them. `crypto` tries
    // its seals.
    (
        "Disclosure",
        "to_the_person",
        &["src/domain/session.rs", "src/service.rs", "src/service/", "src/pages/", "src/jobs/", "src/crypto/"],
    ),
];

/// Each maker of [`MADE_IN`] is called where the table says, and its type goes by no other name.
pub fn proofs_are_made_where_they_are_earned(file: &File) -> Breaches {
    if module(file).is_none() {
        return Vec::new();
    }
    let words = words(&file.text);
    let mut breaches = Vec::new();
    for (kind, maker, places) in MADE_IN {
        breaches.extend(
            lines_with(&words, &format!("{kind} as"))
                .into_iter()
                .map(|line| format!("{}:{line}: {kind} under another name", file.path)),
        );
        if !places.iter().any(|place| file.path.starts_with(place)) {
            breaches.extend(
                makings(&words, kind, maker)
                    .into_iter()
                    .map(|line| format!("{}:{line}: {kind}::{maker} is not earned here", file.path)),
            );
        }
    }
    breaches
}

/// The lines with `Kind::maker` or `Kind::<…>::maker`.
fn makings(words: &[Word], kind: &str, maker: &str) -> Vec<usize> {
    let mut lines = lines_with(words, &format!("{kind} :: {maker}"));
    for (i, word) in words.iter().enumerate() {
        let rest = words.get(i + 1..).unwrap_or_default();
        if word.text == kind && rest.len() > 1 && rest[0].text == "::" && rest[1].text == "<" {
            let closed = rest.iter().position(|word| word.text == ">").unwrap_or(rest.len());
            let made = rest[closed..].iter().find(|word| !matches!(word.text.as_str(), ">" | "::"));
            lines.extend(made.filter(|word| word.text == maker).map(|word| word.line));
        }
    }
    lines
}

/// Where residents' sessions are kept.
const RESIDENTS: [&str; 2] = ["store", "sessions"];

/// What begins a resident's session, or goes on with one under another cookie: (call, where it may be).
const SESSIONS: &[(&str, &[&str])] = &[
    ("sessions :: insert (", &["src/service/sign_in/", "src/service/sign_up", "src/service/second_step"]),
    ("sessions :: renew (", &["src/service/sign_in/", "src/service/sign_up", "src/service/second_step"]),
    ("sessions :: lift (", &["src/service/second_step"]),
    ("set_cookie ( Name :: Session", &["src/visit.rs"]),
    ("set ( Name :: Session", &["src/http/cookies.rs"]),
];

/// Nobody becomes a resident but by signing in, signing up and the further step (question 33). The staff's own sessions are
/// another table and another cookie: where they begin, residents' are not even named.
pub fn residents_sessions_begin_with_the_resident(file: &File) -> Breaches {
    let Some(module) = module(file).filter(|module| module[0] != "store") else { return Vec::new() };
    let words = words(&file.text);
    if module.starts_with(&["service", "staff"]) {
        let named =
            named(&words, &module).into_iter().filter(|named| named.path.starts_with(&RESIDENTS.map(str::to_owned)));
        return named.map(|named| format!("{}:{}: staff name residents' sessions", file.path, named.line)).collect();
    }
    let elsewhere = SESSIONS.iter().filter(|(_, places)| !places.iter().any(|place| file.path.starts_with(place)));
    elsewhere
        .flat_map(|(call, _)| lines_with(&words, call).into_iter().map(move |line| (line, call)))
        .map(|(line, call)| format!("{}:{line}: `{call}` does not begin with the resident here", file.path))
        .collect()
}

/// RSA with a private key is never the `rsa` crate's, whose timing tells of the key (RUSTSEC-2023-0071): it comes with a
/// library that verifies with it, and nothing here names what of it signs or decrypts.
pub fn no_private_key_is_the_rsa_crates(file: &File) -> Breaches {
    if file.path == "Cargo.toml" {
        let direct = file.text.lines().filter(|line| line.split([' ', '=', '.']).next() == Some("rsa"));
        return direct.map(|line| format!("{}: `{line}`", file.path)).collect();
    }
    if module(file).is_none() {
        return Vec::new();
    }
    let words = words(&file.text);
    ["RsaPrivateKey", "CoreRsaPrivateSigningKey"]
        .iter()
        .flat_map(|name| lines_with(&words, name).into_iter().map(move |line| (line, name)))
        .map(|(line, name)| format!("{}:{line}: `{name}`: aws-lc signs here", file.path))
        .collect()
}

/// Each endpoint says which clause it is.
pub fn endpoints_cite_their_clauses(file: &File) -> Breaches {
    let endpoint = file.path.starts_with("src/oidc/") && file.ends_in(&["rs"]);
    if endpoint && !file.text.contains('§') {
        return vec![format!("{}: cites no clause (§) of its specification", file.path)];
    }
    Vec::new()
}

#[cfg(test)]
mod tests {
    use super::super::of;
    use super::*;

    fn lines(breaches: &[String]) -> usize {
        breaches.len()
    }

    #[test]
    fn a_call_through_a_wall_is_seen_however_it_is_written() {
        let rule = rooms_call_only_whom_they_may;
        for (path, source) in [
            ("src/domain/grant.rs", "use crate::store::Db;"),
            ("src/store/grants.rs", "use crate::{domain::ids, crypto::tokens};"),
            ("src/store.rs", "fn f() { crate::crypto::digest(b\"x\"); }"),
            ("src/store/grants.rs", "use super::super::service::sign_in;"),
            ("src/view/form.rs", "mod tests { use super::super::super::store::Db; }"),
            ("src/http/csrf.rs", "use crate::pages::sign_in;"),
            ("src/pages/sign_in.rs", "use crate::oidc::authorize;"),
            ("src/pages/sign_in.rs", "use crate::mail::Mail;"),
            ("src/policy/lint.rs", "use crate::app::App;"),
            ("src/service/sign_in.rs", "use crate::view::Page;"),
            ("src/demo/tray.rs", "use crate::*;"),
            ("src/helpdesk/desk.rs", "fn f() {}"),
        ] {
            assert_eq!(lines(&of(rule, path, source)), 1, "{path}: {source}");
        }
    }

    #[test]
    fn a_call_the_table_allows_passes() {
        let rule = rooms_call_only_whom_they_may;
        for (path, source) in [
            ("src/domain/grant.rs", "use super::ids::GrantId; use crate::domain::time::When;"),
            ("src/store/grants.rs", "use crate::domain::grant; use super::Db; // not crate::crypto::tokens"),
            ("src/service/sign_in.rs", "use crate::{app::App, config::Config, crypto, mail, policy, store};"),
            ("src/http/session.rs", "use crate::{app::App, crypto::tokens, store::sessions};"),
            ("src/oidc/token/refresh.rs", "use crate::{app::App, http, service, view}; use super::super::errors;"),
            ("src/jobs/send_messages.rs", "use crate::{mail::Mail, view};"),
            ("src/cli/serve.rs", "use crate::{demo, jobs, routes, staff};"),
            ("tests/it/store.rs", "use portreeve::store::Db;"),
        ] {
            assert_eq!(of(rule, path, source), Breaches::new(), "{path}: {source}");
        }
    }

    #[test]
    fn the_domain_neither_waits_nor_looks_at_the_clock() {
        for source in
            ["async fn f() {}", "use sqlx::Row;", "let t = jiff::Timestamp::now();", "Uuid::new_v4()", "use std::fs;"]
        {
            assert_eq!(lines(&of(domain_is_pure, "src/domain/time.rs", source)), 1, "{source}");
            assert_eq!(lines(&of(domain_is_pure, "src/service/x.rs", source)), 0, "{source}");
        }
        let pure = "/// Not async.\nuse aws_lc_rs::digest;\nfn f(now: When) -> Timestamp { now.timestamp() }";
        assert_eq!(lines(&of(domain_is_pure, "src/domain/time.rs", pure)), 0);
    }

    #[test]
    fn sqlx_is_seen_outside_the_store() {
        for source in
            ["sqlx::query(\"x\")", "#[derive(sqlx::FromRow)] struct Row;", "use jiff_sqlx::Timestamp;", "rusqlite::Row"]
        {
            assert_eq!(lines(&of(sql_stays_in_the_store, "src/service/x.rs", source)), 1, "{source}");
            assert_eq!(lines(&of(sql_stays_in_the_store, "src/store/x.rs", source)), 0, "{source}");
        }
        assert_eq!(lines(&of(sql_stays_in_the_store, "src/service/x.rs", "// sqlx::query stays in store")), 0);
    }

    #[test]
    fn a_private_key_of_the_rsa_crate_is_seen() {
        let rule = no_private_key_is_the_rsa_crates;
        for (path, source) in [
            ("src/crypto/keys.rs", "fn f(key: rsa::RsaPrivateKey) {}"),
            ("src/demo/key.rs", "use openidconnect::core::CoreRsaPrivateSigningKey;"),
            ("Cargo.toml", "[dependencies]\nrsa = \"0.9\""),
        ] {
            assert_eq!(lines(&of(rule, path, source)), 1, "{path}: {source}");
        }
        assert_eq!(
            lines(&of(rule, "src/crypto/keys.rs", "use aws_lc_rs::rsa::{KeyPair, KeySize}; // no RsaPrivateKey")),
            0
        );
        assert_eq!(lines(&of(rule, "Cargo.toml", "[profile.release.package.rsa]\nopt-level = \"s\"")), 0);
    }

    #[test]
    fn a_line_of_the_ledger_that_is_changed_is_seen() {
        let rule = the_ledger_is_only_added_to;
        for sql in
            ["UPDATE sharing_record\n SET at = $1", "DELETE FROM sharing_record", "INSERT INTO sharing_record (id)"]
        {
            assert_eq!(lines(&of(rule, "src/store/seen.rs", sql)), 1, "{sql}");
        }
        assert_eq!(lines(&of(rule, "src/store/sharing.rs", "INSERT INTO sharing_record (id)")), 0);
        assert_eq!(lines(&of(rule, "src/store/sharing.rs", "UPDATE sharing_record SET at = $1")), 1);
        assert_eq!(lines(&of(rule, "src/store/due.rs", "DELETE FROM sharing_record")), 0);
    }

    #[test]
    fn a_resident_made_of_somebody_else_is_seen() {
        let rule = residents_sessions_begin_with_the_resident;
        for (path, source) in [
            ("src/staff/desk.rs", "store::sessions::insert(&mut w, &new, now).await?;"),
            ("src/service/looking/person.rs", "sessions::renew(&mut w, id, &new, now)"),
            ("src/service/standing.rs", "crate::store::sessions::lift(&mut w, of, &hash, level, now)"),
            ("src/staff/desk.rs", "cookies.set(Name::Session, token, None)"),
        ] {
            assert_eq!(lines(&of(rule, path, source)), 1, "{path}: {source}");
            assert_eq!(lines(&of(rule, "src/store/sessions.rs", source)), 0, "{source}");
        }
        assert_eq!(lines(&of(rule, "src/service/sign_in/arrival.rs", "sessions::insert(w, &s, now)")), 0);
        let theirs = "use crate::store::staff::sessions::{self, X}; fn f() { sessions::insert(w, &s, now) }";
        assert_eq!(lines(&of(rule, "src/service/staff/passkeys.rs", theirs)), 0);
        for ours in ["use crate::store::{Error, sessions};", "fn f() { crate::store::sessions::insert(w, &s, now) }"] {
            assert_eq!(lines(&of(rule, "src/service/staff/passkeys.rs", ours)), 1, "{ours}");
        }
    }

    #[test]
    fn a_second_raw_sql_is_one_too_many() {
        let file = |path: &str, text: &str| File { path: path.to_owned(), text: text.to_owned() };
        let facade = file("src/store/facade.rs", "use sqlx::AssertSqlSafe; fn f() { query(AssertSqlSafe(text)) }");
        let second = file("src/store/search.rs", "query(sqlx::AssertSqlSafe(text))");
        let test = file("tests/it/postgres.rs", "AssertSqlSafe(statement)");
        assert_eq!(lines(&one_raw_sql(&[facade, test])), 0);
        let facade = file("src/store/facade.rs", "query(AssertSqlSafe(text))");
        assert_eq!(lines(&one_raw_sql(&[facade, second])), 1);
    }

    #[test]
    fn a_proof_made_elsewhere_is_seen() {
        let rule = proofs_are_made_where_they_are_earned;
        for (elsewhere, source, home) in [
            ("src/service/x.rs", "Sealed::new(row)", "src/crypto/record.rs"),
            ("src/crypto/seal.rs", "Sealed::<SignedOut>::new(row)", "src/crypto/record.rs"),
            ("src/crypto/record.rs", "Receipt::committed(id)", "src/store/write.rs"),
            ("src/service/x.rs", "Receipt::<Vec<K>>::committed(id)", "src/store/write.rs"),
            ("src/oidc/userinfo.rs", "Disclosure::by_release(id) // §5.3", "src/domain/sharing.rs"),
            ("src/staff/desk.rs", "Disclosure::to_the_person(id)", "src/pages/account.rs"),
        ] {
            assert_eq!(lines(&of(rule, elsewhere, source)), 1, "{elsewhere}: {source}");
            assert_eq!(lines(&of(rule, home, source)), 0, "{home}: {source}");
        }
        assert!(!of(rule, "src/oidc/x.rs", "use crate::domain::audit::Sealed as Done;").is_empty());
    }

    #[test]
    fn an_endpoint_without_a_clause_is_seen() {
        let rule = endpoints_cite_their_clauses;
        assert_eq!(lines(&of(rule, "src/oidc/token/refresh.rs", "//! Refresh.")), 1);
        assert_eq!(lines(&of(rule, "src/oidc/token/refresh.rs", "//! Refresh: RFC 6749 §6.")), 0);
        assert_eq!(lines(&of(rule, "src/pages/sign_in.rs", "//! Sign in.")), 0);
    }
}
