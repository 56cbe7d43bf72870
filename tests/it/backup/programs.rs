//! PostgreSQL's programs: what is said where they are missing or too old, and what of the password can be seen.

use super::{Kept, PASSWORD, command, refused, restore};
use crate::serve::portreeve;
use crate::world::World;
use portreeve::crypto::parcel;
use std::os::unix::fs::PermissionsExt;

fn program(folder: &std::path::Path, name: &str, script: &str) {
    std::fs::write(folder.join(name), format!("#!/bin/sh\n{script}\n")).unwrap();
    std::fs::set_permissions(folder.join(name), PermissionsExt::from_mode(0o755)).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn programs_that_are_missing_too_old_or_fail_are_named() {
    let kept = Kept::new(World::postgres().await).await;
    let (data, vault) = kept.back_up("sound");
    let bare = kept.elsewhere("bare").await;
    let folder = kept.path("bin");
    std::fs::create_dir(&folder).unwrap();
    let (out, bin) = (kept.path("none"), folder.to_str().unwrap());
    let copy =
        ["backup", "--config", &kept.settings, "--out", out.to_str().unwrap(), "--by", "Bea Lloyd", "--programs", bin];
    let back = restore(&bare.settings, (&data, &vault), &["--programs", bin]);
    for arguments in [&copy[..], &back] {
        refused(arguments, "install PostgreSQL's client programs (Debian, Ubuntu: `apt-get install postgresql-client-");
    }
    for name in ["pg_dump", "pg_restore", "psql"] {
        program(&folder, name, "echo 'pg_dump (PostgreSQL) 9.6.24'");
    }
    for arguments in [&copy[..], &back] {
        refused(arguments, "is of PostgreSQL 9, and the server is of");
    }
    // It begins, and does not come to its end.
    let fails =
        "[ $1 = --version ] && echo 'pg_dump (PostgreSQL) 99.1' || { echo PGDMP; echo 'no space' >&2; exit 1; }";
    for name in ["pg_dump", "pg_restore", "psql"] {
        program(&folder, name, fails);
    }
    refused(&copy, "pg_dump failed: no space");
    assert_eq!(std::fs::read_dir(&out).unwrap().count(), 0, "nothing of it is left");
    refused(&back, "failed: no space");
    assert!(bare.is_bare().await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_password_is_no_argument() {
    let kept = Kept::new(World::postgres().await).await;
    let folder = kept.path("bin");
    std::fs::create_dir(&folder).unwrap();
    let seen = kept.path("seen");
    for name in ["pg_dump", "pg_restore", "psql"] {
        let script = format!(
            "[ $1 = --version ] && echo 'pg_dump (PostgreSQL) 99.1' || {{ echo \"$* $PGPASSWORD\" >> {}; exit 1; }}",
            seen.display()
        );
        program(&folder, name, &script);
    }
    let url = std::fs::read_to_string(kept.path("postgres.url")).unwrap();
    std::fs::write(kept.path("postgres.url"), url.replace("portreeve@", "portreeve:plover%2B1@")).unwrap();
    let out = kept.path("none");
    let arguments = ["backup", "--config", &kept.settings, "--out", out.to_str().unwrap(), "--by", "Bea Lloyd"];
    let mut backup = portreeve(&arguments);
    backup.args(["--programs", folder.to_str().unwrap()]).env("PGSERVICE", "elsewhere").output().unwrap();
    let seen = std::fs::read_to_string(seen).unwrap();
    let (arguments, password) = seen.trim().rsplit_once(' ').unwrap();
    assert!(password == "plover+1" && !arguments.contains("plover") && arguments.contains("--snapshot="), "{seen}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dump_that_ends_amidst_leaves_the_database_empty() {
    let kept = Kept::new(World::postgres().await).await;
    kept.house.resident("Ada Wójcik", "ada@example.org", PASSWORD).await;
    let (data, vault) = kept.back_up("sound");
    let bare = kept.elsewhere("bare").await;
    let (head, plain) = kept.plain(&data);
    let cut = kept.path("cut.backup");
    for length in [plain.len() - 100, plain.len() * 3 / 4] {
        let mut out = Vec::new();
        parcel::seal(&kept.house.app.roots, &head, &mut &plain[..length], &mut out).unwrap();
        std::fs::write(&cut, out).unwrap();
        refused(&restore(&bare.settings, (cut.to_str().unwrap(), &vault), &[]), "pg_restore failed");
        assert!(bare.is_bare().await, "the vault before it went back with it");
    }
    let (code, said) = command(&restore(&bare.settings, (&data, &vault), &[]));
    assert_eq!(code, Some(0), "{said}");
}
