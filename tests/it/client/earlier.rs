//! Commands on a database of an earlier version, and where there is none yet.

use super::Installed;
use crate::store::location;
use crate::world::Place;
use portreeve::store::{Db, Location};
use sqlx::ConnectOptions as _;
use sqlx::postgres::PgConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;

/// Takes the last migration back, as far as commands know.
async fn age(place: &Location) {
    const LAST: &str = "DELETE FROM _sqlx_migrations WHERE version = (SELECT MAX(version) FROM _sqlx_migrations)";
    match place {
        Location::Sqlite(folder) => {
            let mut one = SqliteConnectOptions::new().filename(folder.join("portreeve.db")).connect().await.unwrap();
            sqlx::query(LAST).execute(&mut one).await.unwrap();
        }
        Location::Postgres(url) => {
            let mut one = url.parse::<PgConnectOptions>().unwrap().connect().await.unwrap();
            sqlx::query(LAST).execute(&mut one).await.unwrap();
        }
    }
}

both! {
    async fn what_only_says_brings_no_database_up_to_date(world: World) {
        let place = location(&world);
        let house = Installed::new(world).await;
        age(&place).await;
        for command in [
            &["client", "list"][..],
            &["client", "plan"],
            &["client", "apply", "--dry-run"],
            &["client", "registration-token", "--template", "conformance", "--days", "3", "--dry-run"],
            &["keys", "list"],
            &["keys", "rotate", "--dry-run"],
            &["policy", "activate", "--dry-run"],
            &["staff", "list"],
        ] {
            let (code, said) = house.run(command);
            let error = said["error"].as_str().unwrap_or_default();
            assert!(code == 1 && error.contains("lacks 00") && error.contains("portreeve migrate"), "{command:?}: {code} {said}");
        }
        assert_eq!(Db::pending(&place).await.unwrap().len(), 1);
    }

    async fn what_a_first_activation_would_do_is_said_without_a_database(world: World) {
        let bare = match &world.place {
            Place::Sqlite(_) => None,
            Place::Postgres(_) => Some(crate::postgres::of_a_tenant().await),
        };
        let house = Installed::new(world).await;
        let text = std::fs::read_to_string(&house.config).unwrap();
        let database = text.lines().nth(1).unwrap();
        let place = if let Some(url) = bare {
            std::fs::write(house.folder.path().join("database"), &url).unwrap();
            Location::Postgres(url)
        } else {
            std::fs::write(&house.config, text.replace(database, "data = \"new\"")).unwrap();
            Location::Sqlite(house.folder.path().join("new"))
        };
        let (code, said) = house.run(&["policy", "activate", "--dry-run"]);
        assert_eq!((code, &said["changed"], &said["dry_run"]), (0, &true.into(), &true.into()), "{said}");
        assert!(Db::pending(&place).await.unwrap().len() > 30, "nothing was made");
        assert!(!house.folder.path().join("new").exists());
        let (code, said) = house.run(&["policy", "activate"]);
        assert_eq!((code, &said["changed"]), (0, &true.into()), "{said}");
        assert!(Db::pending(&place).await.unwrap().is_empty());
    }
}
