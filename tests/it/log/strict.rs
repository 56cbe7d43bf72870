//! Forms that could be read in two ways: both verifiers take none of them.

use super::export::{export, verdict};
use super::python::python_verdict;
use super::witness::rewrite;
use super::{happen, seal, tamper, unguard};
use crate::app::House;
use crate::temp::TempDir;
use portreeve::store::log::{self, LogKeyRow};
use portreeve::store::{Error, Housekeeping};
use serde_json::Value;
use std::collections::BTreeSet;

fn found(said: &Value) -> BTreeSet<(u64, Option<u64>)> {
    let findings = said["findings"].as_array().unwrap_or_else(|| panic!("{said}"));
    findings.iter().map(|one| (one["proof"].as_u64().unwrap(), one["index"].as_u64())).collect()
}

both! {
    async fn a_sealed_leaf_that_reads_in_two_ways_is_named(world: World) {
        let (house, folder) = (House::new(world).await, TempDir::new("strict"));
        let app = &house.app;
        seal(app).await;
        happen(app, 30).await;
        seal(app).await;
        unguard(app).await;
        let deep = format!("\"basis\":{}", "[".repeat(100_000));
        let changes = [
            (",\"v\":1}", "}"),
            ("\"v\":1}", "\"v\":1.0}"),
            ("\"v\":1}", "\"v\":1 }"),
            ("\"v\":1}", "\"v\":1,\"w\":1}"),
            ("{\"actor\":", "{\"actor\":null,\"actor\":"),
            ("\"reason_code\":null,", ""),
            ("\"reason_code\":null", "\"reason_code\":7"),
            ("\"policy_version\":\"", "\"policy_version\":[],\"policy_version\":\""),
            ("\"subject\":null", "\"subject\":[]"),
            ("\"time_ms\":", "\"time_ms\":NaN,\"time_ms\":"),
            ("\"time_ms\":", "\"time_ms\":0."),
            ("\"time_ms\":", "\"time_ms\":99999999"),
            ("\"channel\":\"", "\"channel\":\"\\u0061"),
            ("\"basis\":null", &deep),
        ];
        let statements: Vec<&'static str> = (5..)
            .zip(changes)
            .map(|(index, (from, to))| {
                let sql =
                    format!("UPDATE event SET leaf = REPLACE(leaf, '{from}', '{to}') WHERE leaf_index = {index}");
                &*sql.leak()
            })
            .collect();
        let wanted: BTreeSet<_> = (5..5 + statements.len() as u64).map(|index| (2, Some(index))).collect();
        rewrite(app, &statements).await;
        let out = folder.path().join("out");
        let key = export(&house.settings(folder.path()), &out);
        for (code, said) in
            [verdict(&out, &key, &["--without-witness"]), python_verdict(&out, &key, &["--without-witness"])]
        {
            assert_eq!((code, found(&said)), (Some(1), wanted.clone()), "{said}");
        }
    }

    async fn a_payload_that_is_gone_is_named_whoever_destroyed_it(world: World) {
        let (house, folder) = (House::new(world).await, TempDir::new("gone"));
        let (app, out) = (&house.app, folder.path().join("out"));
        house.resident("Ada Wójcik", "ada@example.org", "turnip lantern cobble").await;
        happen(app, 20).await;
        seal(app).await;
        unguard(app).await;
        let about_ada = "UPDATE event SET payload = NULL, salt = NULL, sealed_under = NULL WHERE person IS NOT NULL";
        // Whichever that is: events of one instant stand in the log in any order.
        let house_s = "UPDATE event SET payload = NULL
            WHERE leaf_index = (SELECT max(leaf_index) FROM event WHERE person IS NULL)";
        tamper(app, &[about_ada, house_s]).await;
        let rows: Vec<(i64,)> = app
            .db
            .peek()
            .sql("SELECT leaf_index FROM event WHERE payload IS NULL ORDER BY leaf_index")
            .all()
            .await
            .unwrap();
        let wanted: BTreeSet<_> = rows.iter().map(|(index,)| (6, Some(u64::try_from(*index).unwrap()))).collect();
        assert!(wanted.len() > 1, "{wanted:?}");
        let key = export(&house.settings(folder.path()), &out);
        for (code, said) in
            [verdict(&out, &key, &["--without-witness"]), python_verdict(&out, &key, &["--without-witness"])]
        {
            assert_eq!((code, found(&said)), (Some(1), wanted.clone()), "{said}");
        }
    }

    async fn there_is_one_first_log_key_and_the_database_says_so(world: World) {
        let house = House::new(world).await;
        let app = &house.app;
        seal(app).await;
        let key = log::keys(&mut app.db.peek()).await.unwrap().pop().unwrap();
        let other = LogKeyRow { public_key: vec![7; 32], ..key };
        let given_up = app
            .db
            .write(async |mut w| {
                log::insert_key(&mut w, &other).await?;
                w.commit_quietly(Housekeeping::Seal, ()).await
            })
            .await;
        assert!(matches!(given_up, Err(Error::GivenUp)), "{given_up:?}");
        // Two who both saw none could not both be stopped by a look before the write.
        let blindly = app
            .db
            .write(async |mut w| {
                w.sql("INSERT INTO log_key (public_key, wrapped, created_at) VALUES ($1, $2, $3)")
                    .bind(other.public_key.as_slice())
                    .bind(other.wrapped.as_slice())
                    .bind(other.created_at)
                    .run()
                    .await?;
                w.commit_quietly(Housekeeping::Seal, ()).await
            })
            .await;
        assert!(blindly.is_err());
    }

    async fn a_line_or_head_of_another_form_is_told_and_nothing_breaks(world: World) {
        let (house, folder) = (House::new(world).await, TempDir::new("lines"));
        let (app, out) = (&house.app, folder.path().join("out"));
        seal(app).await;
        happen(app, 30).await;
        seal(app).await;
        let key = export(&house.settings(folder.path()), &out);
        let text = std::fs::read_to_string(out.join("entries.jsonl")).unwrap();
        let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let salt = |line: &Value| line["salt"].as_str().unwrap_or_default().to_owned();
        // A salt with a byte below sixteen: "+f" could be read as "0f".
        let low = |salt: &str| (0..salt.len() / 2).find(|at| salt.as_bytes()[2 * at] == b'0');
        let small = (5..lines.len()).find(|at| low(&salt(&lines[*at])).is_some()).unwrap();
        let plus = {
            let (salt, at) = (salt(&lines[small]), low(&salt(&lines[small])).unwrap());
            format!("{}+{}", &salt[..2 * at], &salt[2 * at + 1..])
        };
        let put = |at: usize, key: &str, value: Value| {
            let mut lines = lines.clone();
            lines[at][key] = value;
            lines
        };
        for (name, proof, at, changed) in [
            ("plus", 5, small, put(small, "salt", plus.into())),
            ("capitals", 5, 7, put(7, "salt", salt(&lines[7]).to_uppercase().into())),
            ("salt", 2, 8, put(8, "salt", 7.into())),
            ("kept", 2, 8, put(8, "kept", "lost".into())),
            ("index", 2, 8, put(8, "index", "8".into())),
            ("more", 2, 8, put(8, "more", Value::Null)),
        ] {
            let text = changed.iter().fold(String::new(), |text, line| text + &line.to_string() + "\n");
            std::fs::write(out.join("entries.jsonl"), text).unwrap();
            let wanted = BTreeSet::from([(1, None), (proof, Some(at as u64))]);
            for (code, said) in
                [verdict(&out, &key, &["--without-witness"]), python_verdict(&out, &key, &["--without-witness"])]
            {
                assert_eq!((code, found(&said)), (Some(1), wanted.clone()), "{name}: {said}");
            }
        }
        std::fs::write(out.join("entries.jsonl"), &text).unwrap();
        let head = std::fs::read_to_string(out.join("checkpoint")).unwrap();
        let size = head.lines().nth(1).unwrap().to_owned();
        let huge = head.replacen(&format!("\n{size}\n"), &format!("\n{}\n", "9".repeat(5_000)), 1);
        std::fs::write(out.join("checkpoint"), huge).unwrap();
        let (code, said) = python_verdict(&out, &key, &["--without-witness"]);
        assert_eq!((code, said["error"].as_str()), (Some(1), Some("no checkpoint")), "{said}");
    }
}
