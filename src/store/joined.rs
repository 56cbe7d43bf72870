//! Several statements as one for PostgreSQL: the way there and back costs more than most of them do.

use sqlx::{AssertSqlSafe, SqlSafeStr, SqlStr};
use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex, PoisonError};

/// In the place of a statement: fails unless the one before it changed a row.
pub(super) const UNLESS_CHANGED: &str = "unless changed";

/// A statement of ours with the number of parameters before its own.
pub(super) type Part = (&'static str, usize);

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
    use super::{UNLESS_CHANGED, numbered_on, one_statement};

    #[test]
    fn parameters_are_numbered_on() {
        assert_eq!(numbered_on("a = $1 AND b = $12", 0), "a = $1 AND b = $12");
        assert_eq!(numbered_on("a = $1 AND (b = $2 OR c = $1)", 9), "a = $10 AND (b = $11 OR c = $10)");
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
