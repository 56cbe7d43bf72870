//! Initial access tokens (RFC 7591 §3): made, listed, and taken back.

use crate::crypto::hex;
use crate::crypto::record::{EventSeed, Recorder};
use crate::crypto::tokens::Token;
use crate::domain::account::FullName;
use crate::domain::audit::vocabulary::{ClientTokenMade, ClientTokenWithdrawn};
use crate::domain::audit::{ActorClass, Channel, Draft};
use crate::domain::registration::Template;
use crate::domain::time::When;
use crate::service::Failure;
use crate::store::clients::{self, GivenTokenRow, InitialTokenRow};
use crate::store::{Db, Error};
use serde::Serialize;

/// How many hex digits of its hash name a token.
const SHOWN: usize = 12;

/// Makes an initial access token. Only its hash is kept, so it is shown once, now.
pub async fn make_token(
    db: &Db,
    recorder: &Recorder,
    template: &Template,
    most: Option<i64>,
    until: When,
    now: When,
) -> Result<Token, Failure> {
    let token = Token::random();
    let row = InitialTokenRow { template: template.name.clone(), most, uses: 0, expires_at: until };
    let payload = ClientTokenMade { template: row.template.clone(), until: until.to_string() };
    let draft = Draft::new(ActorClass::System, payload).by(Channel::Batch);
    let event = recorder.seal(EventSeed::draw(now), &draft, None)?;
    db.write(async |mut w| {
        clients::insert_token(&mut w, &token.hash().0, &row, now).await?;
        w.commit(event.clone(), ()).await
    })
    .await?;
    Ok(token)
}

/// A token that was given; it is named by the first digits of its hash, for nobody keeps the token itself.
#[derive(Debug, Clone, Serialize)]
pub struct Given {
    /// The first digits of SHA-256 of it, in hex.
    pub hash: String,
    /// The template of what it registers.
    pub template: String,
    /// How many clients it may register; any number if it does not say.
    pub most: Option<i64>,
    /// How many it has.
    pub uses: i64,
    /// When it was made.
    pub made: When,
    /// When it stops working.
    pub until: When,
    /// Whether it works now.
    pub works: bool,
    #[serde(skip)]
    whole: Vec<u8>,
}

impl Given {
    fn new(row: GivenTokenRow, now: When) -> Self {
        let works = now < row.expires_at && row.most.is_none_or(|most| row.uses < most);
        Self {
            hash: shown(&row.hash),
            template: row.template,
            most: row.most,
            uses: row.uses,
            made: row.created_at,
            until: row.expires_at,
            works,
            whole: row.hash,
        }
    }

    /// Whether the hash of the whole begins so.
    #[must_use]
    pub fn begins(&self, prefix: &str) -> bool {
        hex(&self.whole).starts_with(prefix)
    }
}

/// The digits by which a token of this hash is named.
#[must_use]
pub fn shown(hash: &[u8]) -> String {
    hex(hash).chars().take(SHOWN).collect()
}

/// All that are not forgotten yet, the oldest first.
///
/// # Errors
/// What the store says.
pub async fn given(db: &Db, now: When) -> Result<Vec<Given>, Error> {
    let rows = clients::tokens(&mut db.peek()).await?;
    Ok(rows.into_iter().map(|row| Given::new(row, now)).collect())
}

/// Takes a token back: nobody registers by it from now on, and what it registered stays. `false` if it is gone.
///
/// # Errors
/// [`Failure`]; nothing has happened then.
pub async fn withdraw_token(
    db: &Db,
    recorder: &Recorder,
    token: &Given,
    by: FullName,
    now: When,
) -> Result<bool, Failure> {
    let payload = ClientTokenWithdrawn { template: token.template.clone(), token: token.hash.clone(), by };
    let draft = Draft::new(ActorClass::System, payload).by(Channel::Batch);
    let event = recorder.seal(EventSeed::draw(now), &draft, None)?;
    let withdrawn = db
        .write(async |mut w| {
            if !clients::withdraw_token(&mut w, &token.whole).await? {
                return Err(Error::Missing);
            }
            w.commit(event.clone(), ()).await
        })
        .await;
    match withdrawn {
        Ok(_) => Ok(true),
        Err(Error::Missing) => Ok(false),
        Err(error) => Err(error.into()),
    }
}
