//! Holds: what may not be destroyed although its time is over.

use super::{Error, Read, Write};
use crate::domain::ids::AccountId;
use crate::domain::retention::{Category, Hold, HoldKind, Scope};
use crate::domain::time::When;
use uuid::Uuid;

/// A hold as stored.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct HoldRow {
    /// Its row.
    pub number: Uuid,
    /// Its reference.
    pub id: String,
    /// See [`HoldKind`].
    pub kind: String,
    /// Why, in a sentence.
    pub reason: String,
    /// Whose data.
    pub account_id: Option<AccountId>,
    /// Of which category.
    pub category: Option<String>,
    /// What began its clock then or later.
    pub since: Option<When>,
    /// What began its clock then or earlier.
    pub until: Option<When>,
    /// Who answers for it.
    pub owner: String,
    /// Who placed it.
    pub placed_by: String,
    /// When.
    pub placed_at: When,
    /// When it is to be looked at again.
    pub review_by: When,
    /// When it was released, by two people.
    pub released_at: Option<When>,
}

impl HoldRow {
    /// What the engine goes by.
    fn hold(self) -> Result<Hold, Error> {
        let kind = HoldKind::parse(&self.kind).ok_or_else(|| Error::Unreadable("hold.kind".to_owned()))?;
        let category = self.category.as_deref().map(Category::new);
        let scope = Scope { account: self.account_id, category, since: self.since, until: self.until };
        Ok(Hold { id: self.id, kind, scope })
    }
}

const ALL: &str =
    "SELECT number, id, kind, reason, account_id, category, since, until, owner, placed_by, placed_at, review_by,
    released_at FROM hold ORDER BY placed_at, id";

/// Every hold there is or was, the oldest first.
pub async fn all(r: &mut Read) -> Result<Vec<HoldRow>, Error> {
    r.sql(ALL).all().await
}

/// The holds that are not released.
pub async fn open(r: &mut Read) -> Result<Vec<Hold>, Error> {
    let rows: Vec<HoldRow> = r
        .sql(
            "SELECT number, id, kind, reason, account_id, category, since, until, owner, placed_by, placed_at, review_by,
                 released_at FROM hold WHERE released_at IS NULL ORDER BY placed_at, id",
        )
        .all()
        .await?;
    rows.into_iter().map(HoldRow::hold).collect()
}

/// Places a hold; `false` if there is or was one of this reference.
pub async fn place(w: &mut Write, hold: &HoldRow) -> Result<bool, Error> {
    let placed = w
        .sql(
            "INSERT INTO hold (number, id, kind, reason, account_id, category, since, until, owner, placed_by, placed_at,
                 review_by, released_by, released_with, released_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, NULL, NULL, NULL) ON CONFLICT DO NOTHING",
        )
        .bind(hold.number)
        .bind(hold.id.as_str())
        .bind(hold.kind.as_str())
        .bind(hold.reason.as_str())
        .bind(hold.account_id)
        .bind(hold.category.as_deref())
        .bind(hold.since)
        .bind(hold.until)
        .bind(hold.owner.as_str())
        .bind(hold.placed_by.as_str())
        .bind(hold.placed_at)
        .bind(hold.review_by)
        .run()
        .await?;
    Ok(placed == 1)
}

/// Releases a hold; `false` if there is none of this reference that stands.
pub async fn release(w: &mut Write, id: &str, (by, with): (&str, &str), now: When) -> Result<bool, Error> {
    let released = w
        .sql(
            "UPDATE hold SET released_by = $2, released_with = $3, released_at = $4
             WHERE id = $1 AND released_at IS NULL",
        )
        .bind(id)
        .bind(by)
        .bind(with)
        .bind(now)
        .run()
        .await?;
    Ok(released == 1)
}

/// Puts off when a hold is looked at again; `false` if it does not stand.
pub async fn keep(w: &mut Write, id: &str, review_by: When) -> Result<bool, Error> {
    let kept = w
        .sql("UPDATE hold SET review_by = $2 WHERE id = $1 AND released_at IS NULL")
        .bind(id)
        .bind(review_by)
        .run()
        .await?;
    Ok(kept == 1)
}
