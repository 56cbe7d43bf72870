//! Letters and calls into the outbox: sealed under a key of their row, queued in the transaction of the deed.

use super::Failure;
use crate::crypto::roots::Roots;
use crate::crypto::seal::{RowKey, RowKind, WrappedKey};
use crate::crypto::{SealError, tokens};
use crate::domain::account::EmailAddress;
use crate::domain::client::SigningAlg;
use crate::domain::ids::{AccountId, MessageId};
use crate::domain::time::When;
use crate::store::outbox::{NewMessage, TakenRow};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use uuid::Uuid;

/// What a letter says. Its text is made by the view room and passed as data.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Text {
    /// One line.
    pub subject: String,
    /// Plain text.
    pub body: String,
}

/// What is sealed of a letter.
#[derive(Serialize, Deserialize)]
struct Sheet<'a> {
    #[serde(flatten)]
    text: Cow<'a, Text>,
    /// When it is of no use any more, in microseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    until: Option<i64>,
}

/// A letter, ready for the outbox. `person` is whom it is about, if she has an account or is creating one.
pub fn letter(roots: &Roots, person: Option<AccountId>, to: &EmailAddress, text: &Text) -> Result<NewMessage, Failure> {
    mail(roots, person, to, &Sheet { text: Cow::Borrowed(text), until: None })
}

/// A letter that carries a code or a link which works until `until`: it is not sent after that.
pub fn letter_until(
    roots: &Roots,
    person: AccountId,
    to: &EmailAddress,
    text: &Text,
    until: When,
) -> Result<NewMessage, Failure> {
    mail(roots, Some(person), to, &Sheet { text: Cow::Borrowed(text), until: Some(until.micros()) })
}

fn mail(roots: &Roots, person: Option<AccountId>, to: &EmailAddress, sheet: &Sheet<'_>) -> Result<NewMessage, Failure> {
    let body = serde_json::to_vec(sheet).map_err(|_| SealError::Malformed)?;
    message(roots, "mail", person, None, (to.as_str().as_bytes(), &body))
}

/// What a back-channel call says.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct BackChannel {
    /// The person's subject at the service.
    pub sub: String,
    /// The session's name at the service.
    pub sid: String,
    /// Where to say it, if the service is no longer one of ours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left: Option<Left>,
}

/// What is needed to tell a service that has left: its file no longer says so.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Left {
    /// Its back-channel address.
    pub uri: String,
    /// What its tokens were signed with.
    pub alg: SigningAlg,
}

/// A back-channel call to a service about one session (OIDC Back-Channel Logout §2.5). The logout token itself is made
/// at delivery, fresh for each try.
pub fn back_channel(
    roots: &Roots,
    person: AccountId,
    batch: Uuid,
    client_id: &str,
    call: &BackChannel,
) -> Result<NewMessage, Failure> {
    let body = serde_json::to_vec(call).map_err(|_| SealError::Malformed)?;
    let mut message = message(roots, "back_channel", Some(person), Some(client_id), (client_id.as_bytes(), &body))?;
    message.batch = Some(batch);
    Ok(message)
}

fn message(
    roots: &Roots,
    kind: &'static str,
    person: Option<AccountId>,
    client_id: Option<&str>,
    (recipient, body): (&[u8], &[u8]),
) -> Result<NewMessage, Failure> {
    let id = MessageId(tokens::uuid());
    let key = RowKey::generate(RowKind::Message, id.0)?;
    Ok(NewMessage {
        id,
        kind,
        batch: None,
        client_id: client_id.map(ToOwned::to_owned),
        person,
        row_key: key.wrap(roots)?.0,
        recipient: key.seal("recipient", recipient)?,
        body: key.seal("body", body)?,
    })
}

/// A message opened for delivery, and for nothing else.
pub enum Opened {
    /// A letter.
    Mail {
        /// Whom to.
        to: EmailAddress,
        /// What.
        text: Text,
        /// When it is of no use any more.
        until: Option<When>,
    },
    /// A back-channel call.
    BackChannel(BackChannel),
}

/// Opens a taken message.
pub fn open(roots: &Roots, taken: &TakenRow) -> Result<Opened, Failure> {
    let sealed = |part: &Option<Vec<u8>>| part.clone().ok_or(SealError::NoKey);
    let wrapped = WrappedKey(sealed(&taken.row_key)?);
    let key = RowKey::unwrap(roots, RowKind::Message, taken.id.0, &wrapped)?;
    let body = key.open("body", &sealed(&taken.body)?)?;
    if taken.kind == "back_channel" {
        return Ok(Opened::BackChannel(serde_json::from_slice(&body).map_err(|_| SealError::Malformed)?));
    }
    let to = key.open_text("recipient", &sealed(&taken.recipient)?)?;
    let Sheet { text, until } = serde_json::from_slice(&body).map_err(|_| SealError::Malformed)?;
    Ok(Opened::Mail {
        to: EmailAddress::parse(&to).map_err(|_| SealError::Malformed)?,
        text: text.into_owned(),
        until: until.map(When::from_micros),
    })
}
