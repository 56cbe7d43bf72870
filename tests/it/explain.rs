//! How a database goes about a statement, in its own words: that what must be found is found, and never searched for.

use portreeve::store::{Db, Housekeeping, Statement};

/// The plan of a statement whose parameters `bind` binds, a step a line.
pub async fn plan(db: &Db, sql: &str, bind: impl for<'r> FnOnce(Statement<'r>) -> Statement<'r>) -> String {
    let sqlite = db.name() == "sqlite";
    let explain = if sqlite { "EXPLAIN QUERY PLAN " } else { "EXPLAIN " };
    let sql: &'static str = Box::leak(format!("{explain}{sql}").into_boxed_str());
    let mut read = db.peek();
    let asked = bind(read.sql(sql));
    if sqlite {
        let rows: Vec<(i64, i64, i64, String)> = asked.all().await.unwrap();
        return rows.into_iter().map(|row| row.3 + "\n").collect();
    }
    let rows: Vec<(String,)> = asked.all().await.unwrap();
    rows.into_iter().map(|row| row.0 + "\n").collect()
}

/// Lets PostgreSQL look at what these tables hold, as it does by itself after a while.
pub async fn analyze(db: &Db, tables: &[&str]) {
    if db.name() == "sqlite" {
        return;
    }
    for table in tables {
        let sql: &'static str = Box::leak(format!("ANALYZE {table}").into_boxed_str());
        db.write(async |mut w| {
            w.sql(sql).run().await?;
            w.commit_quietly(Housekeeping::Seal, ()).await
        })
        .await
        .unwrap();
    }
}
