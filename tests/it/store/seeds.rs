//! Rows that other rows hang on.

use portreeve::domain::ids::{AccountId, GrantId, RecordId, SessionId};
use portreeve::domain::time::When;
use portreeve::store::grants::GrantRow;
use portreeve::store::sessions::NewSession;
use portreeve::store::sharing::{HowRow, SharingRow};
use portreeve::store::{Error, Write, accounts, grants, sessions};
use std::time::Duration;
use uuid::Uuid;

/// When these tests take place, and an hour before and after.
pub const BEFORE: When = When::from_seconds(1_799_996_400);
pub const NOW: When = When::from_seconds(1_800_000_000);
pub const LATER: When = When::from_seconds(1_800_003_600);

/// Thirty-two bytes that nobody had before.
pub fn fresh() -> Vec<u8> {
    [*Uuid::new_v4().as_bytes(), *Uuid::new_v4().as_bytes()].concat()
}

/// An active account.
pub async fn account(w: &mut Write) -> Result<AccountId, Error> {
    let id = AccountId(Uuid::new_v4());
    accounts::insert(w, id, "active", b"sealed name", NOW).await?;
    Ok(id)
}

/// An open session.
pub async fn session(w: &mut Write, account: AccountId) -> Result<SessionId, Error> {
    let new = NewSession {
        id: SessionId(Uuid::new_v4()),
        token: fresh(),
        account,
        browser: fresh(),
        agent: "a browser".to_owned(),
        language: "en".to_owned(),
        amr: "pwd".to_owned(),
        acr: "urn:test:low",
        own_device: false,
        absolute_until: LATER,
    };
    sessions::insert(w, &new, NOW).await?;
    Ok(new.id)
}

/// A grant with an unspent code, and the code.
pub async fn grant(w: &mut Write) -> Result<(GrantRow, Vec<u8>), Error> {
    let account_id = account(w).await?;
    let row = GrantRow {
        id: GrantId(Uuid::new_v4()),
        account_id,
        session_id: session(w, account_id).await?,
        client_id: "garden-waste".to_owned(),
        sub: "sub".to_owned(),
        sid: "sid".to_owned(),
        scope: "openid profile".to_owned(),
        id_token_claims: "sub".to_owned(),
        userinfo_claims: "sub name".to_owned(),
        records: String::new(),
        nonce: None,
        auth_time: NOW,
        amr: "pwd".to_owned(),
        acr: "urn:test:low".to_owned(),
        level: None,
        vot: None,
        redirect_uri: "http://localhost:8090/callback".to_owned(),
        challenge: Some("challenge".to_owned()),
        code_until: NOW + Duration::from_mins(1),
        spent_at: None,
        ended_at: None,
        resources: String::new(),
    };
    let code = fresh();
    grants::insert(w, &code, &row, NOW)?;
    Ok((row, code))
}

/// A sharing record.
pub fn sharing() -> SharingRow {
    SharingRow {
        id: RecordId(Uuid::new_v4()),
        client_id: "garden-waste".to_owned(),
        purpose: "waste".to_owned(),
        basis: "public_task".to_owned(),
        state: "shown".to_owned(),
        notice: "garden@1".to_owned(),
        notice_sha256: fresh(),
        language: "en".to_owned(),
        claims: "sub name".to_owned(),
        policy: "policy".to_owned(),
        at: NOW,
        how: HowRow::default(),
    }
}
