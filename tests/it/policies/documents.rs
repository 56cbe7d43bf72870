//! The documents that the policies in force are written out as: each says what runs, and nothing else.

use super::Office;
use crate::app::House;
use crate::client::registered;
use crate::oidc::Stage;
use crate::oidc::party::{LIBRARY, NEWS};
use portreeve::domain::retention::NOT_PERSONAL;
use portreeve::service::setup;
use portreeve::store::{Housekeeping, clients, sharing};
use serde_json::{Value, json};
use std::collections::BTreeSet;

fn texts(list: &Value, key: &str) -> BTreeSet<String> {
    list.as_array().unwrap().iter().map(|one| one[key].as_str().unwrap().to_owned()).collect()
}

async fn registers(house: &House, id: &str) {
    let row = registered(id);
    let done = house.app.db.write(async |mut w| {
        clients::insert(&mut w, &row, &[1; 32], 10).await?;
        w.commit_quietly(Housekeeping::Flow, ()).await
    });
    done.await.unwrap();
}

/// The cells of the lines of a table for spreadsheets, each of which is between quotation marks.
fn cells(csv: &str) -> Vec<Vec<String>> {
    let inside = |line: &str| line.strip_prefix('"').and_then(|line| line.strip_suffix('"')).unwrap().to_owned();
    let line = |line: &str| inside(line).split("\",\"").map(ToOwned::to_owned).collect();
    csv.split("\r\n").filter(|text| !text.is_empty()).map(line).collect()
}

both! {
    /// The drift test of UK GDPR Art 30: what runs is in the record, and nothing else.
    async fn the_record_of_processing_is_what_runs(world: World) {
        let house = House::new(world).await;
        let office = Office::of(&house);
        let export = || {
            let (code, said) = office.run(&["ropa", "export", "--csv", &office.at("ropa.csv"), "--html", &office.at("ropa.html")]);
            assert_eq!(code, 0, "{said}");
            said["ropa"].clone()
        };
        let record = export();
        let snapshot = house.app.snapshot();
        let personal = setup::held().into_iter().filter(|category| !NOT_PERSONAL.contains(category));
        assert_eq!(texts(&record["categories"], "id"), personal.map(ToOwned::to_owned).collect());
        for category in record["categories"].as_array().unwrap() {
            for key in ["held_in", "activities"] {
                assert!(!category[key].as_array().unwrap().is_empty(), "{category} has no {key}");
            }
            assert!(!category["retention"].as_str().unwrap().is_empty(), "{category}");
        }
        let processing = &snapshot.policy.processing;
        assert_eq!(texts(&record["activities"], "id"), processing.activities.iter().map(|one| one.id.clone()).collect());
        assert_eq!(texts(&record["processors"], "id"), processing.processors.iter().map(|one| one.id.clone()).collect());
        let shares = |record: &Value| {
            let of = |one: &Value| format!("{}/{}", one["client_id"].as_str().unwrap(), one["purpose"].as_str().unwrap());
            record["sharing"].as_array().unwrap().iter().map(of).collect::<BTreeSet<_>>()
        };
        let running = || {
            let snapshot = house.app.snapshot();
            let of = |client: &std::sync::Arc<portreeve::domain::client::Client>| {
                client.shares.iter().map(|share| format!("{}/{}", client.id, share.purpose)).collect::<Vec<_>>()
            };
            snapshot.clients().flat_map(of).collect::<BTreeSet<_>>()
        };
        assert_eq!(shares(&record), running());
        assert_eq!(shares(&record).len(), 5);
        // Whoever registers itself is in it from then on, and out of it once it has left.
        registers(&house, "tried-out").await;
        assert!(house.app.refresh().await.unwrap());
        let more = export();
        assert_eq!(shares(&more), running());
        assert!(shares(&more).contains("tried-out/try-out-sign-in"), "{more}");
        // A line of the table for each activity, share and processor, all of the same width.
        let rows = cells(&office.written("ropa.csv"));
        assert_eq!(rows.len(), 1 + processing.activities.len() + 7 + processing.processors.len());
        assert!(rows.iter().all(|row| row.len() == 17), "{rows:?}");
        assert!(rows[1..].iter().all(|row| row[2].starts_with("Havenbrook Borough Council") && row[3].contains("dpo@havenbrook.example")));
        let page = office.written("ropa.html");
        for words in ["Data protection officer", "24 months after last activity, then destroyed", "Brookside Hosting Ltd", snapshot.policy.version()] {
            assert!(page.contains(words), "{words}");
        }
        let (code, said) = office.run(&["client", "remove", "tried-out", "--by", "Op Erator"]);
        assert_eq!(code, 0, "{said}");
        assert_eq!(shares(&export()), shares(&record));
    }

    /// What is named before its day is not what residents read. The clock of the commands is that of the wall.
    async fn documents_name_the_edition_that_is_read_and_the_next_one_with_its_day(world: World) {
        let house = House::new(world).await;
        for (day, holds, next) in [("2999-03-01", "garden-waste@1", "garden-waste@2 from 2999-03-01"), ("2026-11-25", "garden-waste@2", "")] {
            let office = Office::of(&house);
            for (notice, file) in [("garden-waste", "services/garden-waste.toml"), ("account", "processing.toml")] {
                let named = "[[notice]]\nid = \"trying-out\"";
                let second = format!(
                    "[[notice]]\nid = {notice:?}\nversion = 2\nchange = \"material\"\nwhy = \"x\"\napproved_by = \"x\"\n\
                     approved_ref = \"x\"\neffective_from = {day}\n\n{named}"
                );
                office.edit("register.toml", named, &second);
                office.edit(file, &format!("notice = \"{notice}@1\""), &format!("notice = \"{notice}@2\""));
                for lang in ["en", "cy"] {
                    office.edit(&format!("notices/{notice}@2.{lang}.md"), "", "# A notice\n\nNew words.\n");
                }
            }
            let (code, said) = office.run(&["policy", "activate", "--by", "Op Erator", "--approved-by", "Se Cond"]);
            assert_eq!(code, 0, "{said}");
            let ahead = if next.is_empty() { json!([]) } else { json!([{ "notice": "garden-waste@2", "from": day }]) };
            let (_, matrix) = office.run(&["policy", "matrix", "--csv", &office.at("m.csv")]);
            let (_, record) = office.run(&["ropa", "export", "--csv", &office.at("r.csv"), "--html", &office.at("r.html")]);
            for share in [&matrix["shares"][0], &record["ropa"]["sharing"][0]] {
                assert_eq!((&share["notice"], &share["notices_ahead"]), (&json!(holds), &ahead), "{share}");
            }
            let own = &record["ropa"]["activities"][0];
            let count = own["notices_ahead"].as_array().unwrap().len();
            assert_eq!((&own["notice"], count), (&json!(holds.replace("garden-waste", "account")), usize::from(!next.is_empty())));
            for (file, key) in [("m.csv", "collect-garden-waste"), ("r.csv", "garden-waste/collect-garden-waste")] {
                let rows = cells(&office.written(file));
                let at = rows[0].iter().position(|head| head == "notice").unwrap();
                assert_eq!(rows[0][at + 1], "notice to come");
                let row = rows.iter().find(|row| row.iter().any(|cell| cell == key)).unwrap();
                assert_eq!(row[at..at + 2], [holds, next], "{file}");
            }
            let page = office.written("r.html");
            assert!(page.contains(&format!("<dt>Notice</dt><dd>{holds}</dd>")), "{page}");
            assert_eq!(page.contains("<dt>Notice to come</dt>"), !next.is_empty());
            let (_, book) = office.run(&["policy", "book"]);
            let cell = if next.is_empty() { holds.to_owned() } else { format!("{holds}; {next}") };
            assert_eq!(book["parts"][1]["tables"][1]["rows"][0][5], json!(cell));
            for document in [&matrix["day"], &record["ropa"]["day"], &book["day"]] {
                assert_eq!(document, &matrix["day"]);
                assert!(document.as_str().unwrap() >= "2026-11-26", "{document}");
            }
        }
    }

    async fn x07_no_cell_is_a_formula_to_a_spreadsheet(world: World) {
        let house = House::with(world, &[], &[("services/garden-waste.toml", "en = \"Garden waste\"", "en = \"=HYPERLINK(1)\"")]).await;
        let office = Office::of(&house);
        let (code, said) = office.run(&["policy", "matrix", "--csv", &office.at("m.csv"), "--html", &office.at("m.html")]);
        assert_eq!(code, 0, "{said}");
        let rows = cells(&office.written("m.csv"));
        assert_eq!(rows[1][0], "'=HYPERLINK(1)");
        // One line a claim: 3 and 3 of the permits and garden waste, 3 of the zone, 2 of the newsletter, 1 of the order.
        assert_eq!(rows.len(), 1 + 12);
        assert_eq!(said["shares"].as_array().unwrap().len(), 5);
        // Of data that goes out whole it is said why, and of a consent how long it lasts.
        let of = |purpose: &str, claim: &str| {
            let row = rows.iter().find(|row| row[2] == purpose && row[3] == claim).unwrap();
            ["consent lasts", "asked how old they are", "whole because"].map(|head| {
                let at = rows[0].iter().position(|name| name == head).unwrap();
                row[at].clone()
            })
        };
        let whole = "The permit names the house whose residents it is for";
        assert_eq!(of("find-permit-zone", "address"), ["", "", whole]);
        assert_eq!(of("find-permit-zone", "in_borough"), ["", "", ""]);
        assert_eq!(of("permit-newsletter", "email"), ["24 months", "", ""]);
        let page = office.written("m.html");
        assert!(page.contains(whole) && page.contains("<th scope=\"col\">Consent lasts</th>"), "{page}");
        assert_eq!(office.written("m.html").matches("<tr>").count(), 1 + 12);
    }

    async fn the_book_of_policies_has_its_five_parts_and_room_for_a_signature(world: World) {
        let house = House::new(world).await;
        let office = Office::of(&house);
        let (code, said) = office.run(&["policy", "book", "--html", &office.at("book.html")]);
        assert_eq!(code, 0, "{said}");
        let page = office.written("book.html");
        let between = |from: &str, to: &str| {
            page.split(from).skip(1).filter_map(|rest| rest.split_once(to)).map(|(inside, _)| inside.to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(between("<section id=\"", "\""), ["collection", "use", "storage", "access", "retention"]);
        let headings = [
            "1. What we collect",
            "2. What we use it for",
            "3. How we store it securely",
            "4. Who may see it",
            "5. How long we keep it",
            "Approval",
        ];
        assert_eq!(between("<h2>", "</h2>"), headings);
        let tables = [
            "What we do with accounts",
            "Purposes",
            "Who receives what",
            "How each activity keeps data safe",
            "Who works for us",
            "Who on the staff may do what",
            "Why",
            "Records, and how long they are kept",
            "The rules, as they are carried out",
            "How carefully",
        ];
        assert_eq!(between("<caption>", "</caption>"), tables);
        assert_eq!(between("<dt>", "</dt>"), ["Owner", "To be reviewed by", "Data protection officer"]);
        let values = ["Head of Information Governance", "2027-11-30", "dpo@havenbrook.example"];
        assert_eq!(between("<dd>", "</dd>"), values);
        assert!(page.contains("Signature and date") && page.contains(&house.app.snapshot().policy.digest_hex()));
        // Every record that is kept has a line, and no table is empty.
        let rows = |part: &Value| part["tables"].as_array().unwrap().iter().map(|one| one["rows"].as_array().unwrap().len()).collect::<Vec<_>>();
        let parts = said["parts"].as_array().unwrap();
        assert!(parts.iter().all(|part| rows(part).iter().all(|count| *count > 0)), "{said}");
        let personal = setup::held().into_iter().filter(|category| !NOT_PERSONAL.contains(category)).count();
        let rules = house.app.snapshot().policy.retention.rules.len();
        assert_eq!(rows(&parts[4]), [personal, rules, 7]);
        // A folder without an owner has no book.
        office.edit("register.toml", "[book]\nowner = \"Head of Information Governance\"\nreview_by = 2027-11-30\n", "");
        let folder = office.at("policies");
        let output = crate::serve::portreeve(&["policy", "book", "--policies", &folder]).output().unwrap();
        assert!(output.status.code() == Some(1) && String::from_utf8_lossy(&output.stderr).contains("[book]"), "{output:?}");
    }

    async fn claims_that_nobody_uses_are_said_and_counted(world: World) {
        let mut stage = Stage::own_device(world).await;
        // The clock of the commands is that of the wall.
        let months = "120";
        let unused = |stage: &Stage| {
            let office = Office::of(&stage.house);
            let (_, said) = office.run(&["client", "unused", "--months", months, "--client", "library"]);
            let times = said["claims"].as_array().unwrap().iter();
            times.map(|one| (one["claim"].as_str().unwrap().to_owned(), one["times"].as_i64().unwrap())).collect::<Vec<_>>()
        };
        assert_eq!(unused(&stage), [("name".to_owned(), 0), ("email".to_owned(), 0)]);
        stage.tokens(&LIBRARY, &[("scope", "openid profile")]).await;
        assert_eq!(unused(&stage), [("name".to_owned(), 1), ("email".to_owned(), 0)]);
        stage.tokens(&LIBRARY, &[("scope", "openid profile email")]).await;
        assert_eq!(unused(&stage), [("name".to_owned(), 2), ("email".to_owned(), 1)]);
        let office = Office::of(&stage.house);
        let (code, said) = office.run(&["client", "unused", "--months", months, "--client", "library"]);
        assert_eq!((code, &said["unused"]), (0, &json!([])), "{said}");
        let (code, said) = office.run(&["client", "unused", "--months", months, "--client", NEWS.id]);
        assert_eq!((code, &said["unused"][0]["claim"]), (1, &json!("email")), "{said}");
        assert!(!said.to_string().contains("Wren"), "{said}");
        assert_eq!(office.run(&["client", "unused", "--client", "nobody"]).0, 1);
    }

    async fn a_notice_of_the_past_is_shown_word_for_word_with_the_hash_that_records_hold(world: World) {
        let mut stage = Stage::own_device(world).await;
        stage.tokens(&LIBRARY, &[]).await;
        let office = Office::of(&stage.house);
        let rows = sharing::of_account(&mut stage.house.app.db.peek(), stage.ada).await.unwrap();
        let record = rows.first().unwrap();
        assert_eq!(record.notice, "garden-waste@1");
        // Other policies come, without that service, and without the first edition of a notice; what was shown is still there.
        office.second_edition("material");
        for lang in ["en", "cy"] {
            std::fs::remove_file(office.at(&format!("policies/notices/permit-newsletter@1.{lang}.md"))).unwrap();
        }
        let first = "[[notice]]\nid = \"permit-newsletter\"\nversion = 1\nchange = \"material\"\nwhy = \"First edition\"\napproved_by = \"Information Governance Board\"\napproved_ref = \"IGB 2026-11-10 item 6\"\neffective_from = 2026-11-22\n\n";
        office.edit("register.toml", first, "");
        let (code, said) = office.run(&["policy", "activate", "--by", "Op Erator", "--approved-by", "Se Cond"]);
        assert_eq!(code, 0, "{said}");
        let show = |what: &str, lang: &str| {
            let (code, said) = office.run(&["notice", "show", what, "--lang", lang, "--html", &office.at("n.html")]);
            assert_eq!(code, 0, "{said}");
            said
        };
        let shown = show(&record.notice, &record.language);
        let hash = crate::planted::search::hex(&record.notice_sha256);
        assert_eq!(shown["sha256"], json!(hash));
        assert_eq!(shown["text"], json!(include_str!("../../../policies/notices/garden-waste@1.en.md")));
        let page = office.written("n.html");
        assert!(page.contains(&hash) && page.contains("<html lang=\"en\">") && page.contains("<h1>Garden waste</h1>"), "{page}");
        let welsh = show("permit-newsletter@1", "cy");
        assert_eq!((&welsh["text"], &welsh["lang"]), (&json!(include_str!("../../../policies/notices/permit-newsletter@1.cy.md")), &json!("cy")));
        assert!(show("permit-newsletter@2", "cy")["text"].as_str().unwrap().contains("Newyddion parcio"));
        let (code, said) = office.run(&["notice", "list"]);
        let listed = said["notices"].as_array().unwrap();
        assert_eq!((code, listed.len()), (0, 18), "{said}");
        let (code, said) = office.run(&["notice", "show", "permit-newsletter@3"]);
        assert!(code == 1 && said["error"].as_str().unwrap().contains("was never in force"), "{said}");
    }
}
