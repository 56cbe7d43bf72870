//! Both databases hold the same, and nothing without a rule.

use super::{open_in, patient};
use crate::postgres;
use crate::temp::TempDir;
use portreeve::domain::retention::Does;
use portreeve::store::{Db, Location, columns};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// (table, column) to whether it may hold no value. Tables of the vault are named `vault.…`.
type Schema = BTreeMap<(String, String), bool>;

const SQLITE: &str = "
    SELECT m.name, c.name, CAST(c.\"notnull\" AS BIGINT) FROM main.sqlite_schema m, pragma_table_info(m.name, 'main') c
    WHERE m.type = 'table'
    UNION ALL
    SELECT 'vault.' || m.name, c.name, CAST(c.\"notnull\" AS BIGINT)
    FROM vault.sqlite_schema m, pragma_table_info(m.name, 'vault') c WHERE m.type = 'table'";

const POSTGRES: &str = "
    SELECT CASE WHEN table_schema = 'vault' THEN 'vault.' ELSE '' END || CAST(table_name AS TEXT),
        CAST(column_name AS TEXT), CAST(CASE WHEN is_nullable = 'NO' THEN 1 ELSE 0 END AS BIGINT)
    FROM information_schema.columns WHERE table_schema IN ('public', 'vault')";

/// The tables that the migrations keep for themselves.
fn ours(table: &str) -> bool {
    !table.trim_start_matches("vault.").starts_with("_sqlx") && !table.starts_with("sqlite_")
}

async fn schema(db: &Db, sql: &'static str) -> Schema {
    let rows: Vec<(String, String, i64)> = db.peek().sql(sql).all().await.unwrap();
    rows.into_iter()
        .filter(|(table, ..)| ours(table))
        .map(|(table, column, not_null)| ((table, column), not_null == 0))
        .collect()
}

/// Both, freshly migrated: each test has databases of its own, so nothing else can be migrating them.
async fn both() -> [Schema; 2] {
    let folder = TempDir::new("schema");
    let sqlite = open_in(folder.path(), &patient()).await;
    let url = postgres::database("empty", async |_| {}).await;
    let postgres = Db::open(&Location::Postgres(url), &patient()).await.unwrap();
    [schema(&sqlite, SQLITE).await, schema(&postgres, POSTGRES).await]
}

#[tokio::test]
async fn both_databases_hold_the_same_columns() {
    let [sqlite, postgres] = both().await;
    assert!(sqlite.len() > 150, "{} columns", sqlite.len());
    assert!(sqlite.keys().any(|(table, _)| table == "vault.person_key"));
    assert_eq!(sqlite, postgres);
}

#[tokio::test]
async fn each_column_has_a_category_and_each_category_a_column() {
    let [schema, _] = both().await;
    let without: Vec<_> = schema.keys().filter(|(table, column)| columns::category(table, column).is_none()).collect();
    assert!(without.is_empty(), "in no table of store::columns: {without:?}");
    let tables: BTreeSet<_> = schema.keys().map(|(table, _)| table.as_str()).collect();
    let known: Vec<_> = columns::TABLES.iter().map(|(table, ..)| *table).collect();
    assert_eq!(known.len(), known.iter().collect::<BTreeSet<_>>().len(), "a table stands twice in store::columns");
    for (table, _, others) in columns::TABLES {
        assert!(tables.contains(table), "store::columns names the unknown table {table}");
        for (column, _) in *others {
            let named = ((*table).to_owned(), (*column).to_owned());
            assert!(schema.contains_key(&named), "store::columns names the unknown column {table}.{column}");
        }
    }
}

/// The part of `text` behind `begins`, up to `ends`.
fn between<'t>(text: &'t str, begins: &str, ends: &str) -> Option<&'t str> {
    Some(text.split_once(begins)?.1.split_once(ends)?.0)
}

#[test]
fn what_goes_at_once_has_a_statement_that_takes_it() {
    let top = Path::new(env!("CARGO_MANIFEST_DIR"));
    let texts = |folder: &str| -> String {
        let files = std::fs::read_dir(top.join(folder)).unwrap().map(|entry| entry.unwrap().path());
        files.filter(|path| path.is_file()).map(|path| std::fs::read_to_string(path).unwrap()).collect()
    };
    let (code, schema) = (texts("src/store"), texts("migrations/postgres"));
    let at_once =
        |category: &str| Does::of(category).and_then(|does| does.only).is_some_and(|only| only.period == "P0D");
    let tables: Vec<_> = columns::TABLES.iter().filter(|(_, category, _)| at_once(category)).collect();
    assert!(tables.len() > 5, "{tables:?}");
    for (table, category, _) in tables {
        let made = between(&schema, &format!("CREATE TABLE {table} ("), "\n);").unwrap();
        let goes = made.contains("ON DELETE CASCADE") || code.contains(&format!("DELETE FROM {table} "));
        assert!(goes, "{category} goes at once, says its rule, and nothing takes a row of {table}");
    }
}

#[test]
fn both_folders_hold_the_same_migrations() {
    let names = |folder: &str| -> BTreeSet<_> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(folder);
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name()).collect()
    };
    assert!(!names("sqlite").is_empty());
    assert_eq!(names("sqlite"), names("postgres"));
}

#[test]
fn every_table_of_sqlite_is_strict() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations/sqlite");
    for entry in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        let strict = text.matches(") STRICT;").count() + text.matches(") STRICT, WITHOUT ROWID;").count();
        assert_eq!(text.matches("CREATE TABLE").count(), strict, "{text}");
    }
}
