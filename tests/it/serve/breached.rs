//! The operator's list of breached passwords: imported, named in the settings, and heeded where a password is chosen.

use super::{Running, answer, get, portreeve, settings};
use crate::planted::agent::Agent;
use crate::relay::Relay;
use crate::temp::TempDir;
use std::path::Path;
use std::process::Stdio;

const ADDRESS: &str = "ada@example.org";
/// Taken wherever no list is.
const LISTED: &str = "turnip lantern cobble";
/// What the page says of it.
const STOLEN: &str = "This password is on a list of stolen passwords. Choose another";

/// Imports a list with that password.
fn import(folder: &Path) {
    let (list, filter) = (folder.join("list.txt"), folder.join("breached.filter"));
    std::fs::write(&list, format!("hunter22\n{LISTED}\n")).unwrap();
    let words = ["passwords", "import", list.to_str().unwrap(), "--out", filter.to_str().unwrap()];
    let (code, said, wrong) = answer(&[&words[..], &["--dry-run"]].concat());
    assert!(code == Some(0) && said.contains("can be imported") && !filter.exists(), "{said} {wrong}");
    let (code, said, wrong) = answer(&words);
    assert!(code == Some(0) && said.contains("Written:") && filter.exists(), "{said} {wrong}");
}

// Two threads: the relay goes on while a process is waited for.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a09_a_password_of_an_imported_list_is_refused_as_long_as_the_settings_name_it() {
    let (folder, relay) = (TempDir::new("breached"), Relay::default());
    import(folder.path());
    let mail = relay.open().await;
    let (file, internal) = settings(folder.path(), r#"["en"]"#);
    let without = std::fs::read_to_string(&file).unwrap().replacen("port = 1\n", &format!("port = {mail}\n"), 1);
    let with = without.replacen("mail_from", "breached_filter = \"breached.filter\"\nmail_from", 1);
    assert!(without.contains(&format!("port = {mail}\n")) && with.contains("breached_filter"), "{with}");
    let site = without.split('"').nth(1).unwrap().to_owned();
    let serve = || Running(portreeve(&["serve", "--config", &file]).stdout(Stdio::null()).spawn().unwrap());
    let ready = format!("{internal}/ready");

    std::fs::write(&file, &with).unwrap();
    let running = serve();
    assert_eq!(get(&ready).await, (200, "ready".into()));
    let ada = Agent::at(&site);
    let begun = ada.post("/create-account", &[("full_name", "Ada Wójcik"), ("email", ADDRESS)]).await;
    let journey = begun.parameter("journey");
    let letter = relay.next(0, ADDRESS).await;
    let subject = letter.lines().find_map(|line| line.strip_prefix("Subject: ")).unwrap();
    let code = subject.split(' ').next().unwrap();
    let proven = ada.post("/create-account/code", &[("journey", &journey), ("code", code)]).await;
    assert!(proven.to.starts_with("/create-account/password?"), "{proven:?}");
    let chosen = [("journey", journey.as_str()), ("password", LISTED)];
    let refused = ada.post("/create-account/password", &chosen).await;
    assert_eq!((refused.status, refused.to.as_str()), (200, ""), "{refused:?}");
    assert!(refused.body.contains(STOLEN) && refused.body.contains("href=\"#password\""), "{}", refused.body);
    assert_eq!(running.stop(), Some(0));

    // The same journey goes on where the settings name no list.
    std::fs::write(&file, &without).unwrap();
    let running = serve();
    assert_eq!(get(&ready).await, (200, "ready".into()));
    let taken = ada.post("/create-account/password", &chosen).await;
    assert_eq!((taken.status, taken.to.as_str()), (303, "/account"), "{taken:?}");
    assert!(ada.get("/account").await.body.contains("Wójcik"));
    assert_eq!(running.stop(), Some(0));
}
