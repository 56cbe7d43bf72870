//! Several statements as one: the way to a SQLite connection's thread and back, or to PostgreSQL and back, costs more
//! than most statements.

use sqlx::{AssertSqlSafe, SqlSafeStr, SqlStr};
use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex, PoisonError};

/// Fails, and so ends the text it stands in, unless the statement before it changed a row: there is no other way to say
/// so within one text. (`RAISE` is for triggers, and a constant would be computed before the rest.) It gives no row,
/// which the next statement's caller would take for its own.
pub(super) const UNLESS_CHANGED: &str = "SELECT 1 WHERE abs(changes() + (-9223372036854775807 - 1)) < 0";

/// What SQLite says then: of all that we ask of it, nothing else overflows.
pub(super) const NOTHING_CHANGED: &str = "integer overflow";

/// A statement of ours with the number of parameters before its own.
pub(super) type Part = (&'static str, usize);

/// The parts as one text for SQLite, each one's parameters numbered on from those before.
pub(super) fn joined(parts: &[Part]) -> SqlStr {
    static MADE: Made = Mutex::new(None);
    if let [(one, 0)] = parts
        && !one.contains('$')
    {
        return one.into_sql_str();
    }
    made_once(&MADE, parts, |parts| {
        let text = parts.iter().map(|(sql, before)| numbered_on(sql, *before)).collect::<Vec<_>>().join("; ");
        without_numbers(&text).unwrap_or(text)
    })
}

/// The text with bare parameters, if all of them stand once and in their order. The driver asks SQLite for the name of each,
/// and SQLite goes through those before it: a statement with hundreds would take longer to be given its values than to run.
fn without_numbers(text: &str) -> Option<String> {
    let mut parts = text.split('$');
    let mut bare = parts.next()?.to_owned();
    for (number, part) in (1..).zip(parts) {
        let rest = part.strip_prefix(&format!("{number}"))?;
        if rest.starts_with(|next: char| next.is_ascii_digit()) {
            return None;
        }
        bare.push('?');
        bare.push_str(rest);
    }
    Some(bare)
}

/// The parts as one statement for PostgreSQL, which fails with [`NOTHING_COUNTED`] where [`UNLESS_CHANGED`] stands
/// behind one that changed nothing.
pub(super) fn one_statement(parts: &[Part]) -> SqlStr {
    static MADE: Made = Mutex::new(None);
    if let [(one, 0)] = parts {
        return one.into_sql_str();
    }
    made_once(&MADE, parts, |parts| {
        let (mut with, mut conditions) = (Vec::new(), Vec::new());
        let mut rest = parts.iter().peekable();
        while let Some((sql, before)) = rest.next() {
            let name = format!("s{}", with.len());
            let sql = numbered_on(sql, *before);
            if rest.next_if(|(next, _)| *next == UNLESS_CHANGED).is_some() {
                conditions.push(format!("1 / (SELECT count(*) FROM {name})"));
                with.push(format!("{name} AS ({sql} RETURNING 1)"));
            } else {
                with.push(format!("{name} AS ({sql})"));
            }
        }
        let conditions = if conditions.is_empty() { "1".to_owned() } else { conditions.join(", ") };
        format!("WITH {} SELECT {conditions}", with.join(", "))
    })
}

/// SQLSTATE of a division by zero: of all that we ask of PostgreSQL, nothing else divides.
pub(super) const NOTHING_COUNTED: &str = "22012";

/// Texts made once are kept: they are few, for each is a way through our own code.
type Made = Mutex<Option<HashMap<Vec<(usize, usize, usize)>, Arc<str>>>>;

fn made_once(kept: &Made, parts: &[Part], write: impl FnOnce(&[Part]) -> String) -> SqlStr {
    // Where a static text lies says which one it is.
    let key = parts.iter().map(|(sql, before)| (sql.as_ptr().addr(), sql.len(), *before)).collect();
    let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
    let text = kept.get_or_insert_default().entry(key).or_insert_with(|| write(parts).into());
    // Safe, as its parts are.
    AssertSqlSafe(Arc::clone(text)).into_sql_str()
}

/// The text with `before` added to the number of each parameter.
fn numbered_on(sql: &str, before: usize) -> String {
    let mut parts = sql.split('$');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let digits = part.bytes().take_while(u8::is_ascii_digit).count();
        let (number, rest) = part.split_at(digits);
        let number = number.parse::<usize>().unwrap_or(0) + before;
        // Writing to a String cannot fail.
        let _ = write!(text, "${number}{rest}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{UNLESS_CHANGED, joined, numbered_on, one_statement, without_numbers};

    #[test]
    fn parameters_are_numbered_on() {
        assert_eq!(numbered_on("a = $1 AND b = $12", 0), "a = $1 AND b = $12");
        assert_eq!(numbered_on("a = $1 AND (b = $2 OR c = $1)", 9), "a = $10 AND (b = $11 OR c = $10)");
    }

    #[test]
    fn parts_are_joined_in_their_order() {
        const ONE: &str = "INSERT INTO a VALUES ($1, $2)";
        const TWO: &str = "INSERT INTO b VALUES ($1)";
        let text = joined(&[("SELECT 1", 0), (ONE, 0), (TWO, 2), (ONE, 3), ("SELECT 2", 5)]);
        let wanted = "SELECT 1; INSERT INTO a VALUES (?, ?); INSERT INTO b VALUES (?); \
                      INSERT INTO a VALUES (?, ?); SELECT 2";
        assert_eq!(text.as_str(), wanted);
        assert_eq!(joined(&[(TWO, 2), (ONE, 3)]).as_str(), "INSERT INTO b VALUES ($3); INSERT INTO a VALUES ($4, $5)");
        assert_eq!(joined(&[(TWO, 0)]).as_str(), "INSERT INTO b VALUES (?)");
        assert_eq!(joined(&[("SELECT 2", 0)]).as_str(), "SELECT 2");
    }

    #[test]
    fn parameters_lose_their_numbers_only_where_these_say_nothing() {
        let bare = "INSERT INTO a VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING";
        let numbered = "INSERT INTO a VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING";
        assert_eq!(without_numbers(numbered).as_deref(), Some(bare));
        for kept in
            ["a = $2 AND b = $1", "a = $1 AND b = $1", "a = $2", "a = $1 OR b = $12", "a = $10", "a = $1 OR '$'"]
        {
            assert_eq!(without_numbers(kept), None, "{kept}");
        }
    }

    #[test]
    fn parts_become_one_statement_with_their_conditions() {
        const SPEND: &str = "UPDATE a SET x = $2 WHERE y = $1";
        const STORE: &str = "INSERT INTO b VALUES ($1)";
        let text = one_statement(&[(SPEND, 0), (UNLESS_CHANGED, 2), (STORE, 2)]);
        let wanted = "WITH s0 AS (UPDATE a SET x = $2 WHERE y = $1 RETURNING 1), s1 AS (INSERT INTO b VALUES ($3)) \
                      SELECT 1 / (SELECT count(*) FROM s0)";
        assert_eq!(text.as_str(), wanted);
        assert_eq!(one_statement(&[(STORE, 0)]).as_str(), STORE);
    }
}
