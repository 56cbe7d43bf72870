//! Receipts: a line of her ledger, as she takes it home.

use crate::app::{App, Snapshot};
use crate::crypto::keys::{SigningAlg, TokenType};
use crate::domain::client::{Client, Lang, Words};
use crate::domain::ids::{AccountId, RecordId};
use crate::domain::session::SignedIn;
use crate::domain::sharing::receipt::{About, Party, iso, kantara};
use crate::domain::sharing::{RecipientRole, Record};
use crate::service::{Failure, records};
use crate::store::sharing;
use serde_json::Value;
use std::sync::Arc;

/// The shape of a receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// ISO/IEC TS 27560:2023.
    Iso,
    /// Kantara Consent Receipt 1.1.0: of consents alone.
    Kantara,
}

/// The receipt of a line of hers, with our signature over it as `receipt_sig`: a compact JWS whose payload is the receipt
/// without it. None if the line is not hers, or has no receipt of this shape.
///
/// The words are those of the policies in force; the notice is the one that was shown, by its digest.
///
/// # Errors
/// [`Failure`] of the store, or if nothing signs.
pub async fn receipt(app: &App, who: &SignedIn, id: RecordId, shape: Shape) -> Result<Option<Value>, Failure> {
    let Some(about) = about(app, who.account, id, None).await? else { return Ok(None) };
    let receipt = match shape {
        Shape::Iso => Some(iso(&about)),
        Shape::Kantara => kantara(&about),
    };
    let Some(mut receipt) = receipt else { return Ok(None) };
    let signature = app.snapshot().keys.sign(SigningAlg::Es256, TokenType::Receipt, &receipt)?;
    if let Value::Object(members) = &mut receipt {
        members.insert("receipt_sig".to_owned(), Value::String(signature));
    }
    Ok(Some(receipt))
}

/// A line of hers with what the policies in force say around it: in a language, or in the one it was said in. None if the line is
/// not hers.
///
/// # Errors
/// [`Failure`] of the store.
pub async fn about(app: &App, account: AccountId, id: RecordId, lang: Option<Lang>) -> Result<Option<About>, Failure> {
    let history = records::history(sharing::of_account(&mut app.db.peek(), account).await?)?;
    let record = history.into_iter().find(|record| record.id == id);
    Ok(record.map(|record| around(app, &app.snapshot(), account, lang.unwrap_or(record.lang), record)))
}

fn around(app: &App, snapshot: &Snapshot, account: AccountId, lang: Lang, record: Record) -> About {
    let say = |words: &Words| words.get(lang).to_owned();
    let client = snapshot.client(&record.client).map(Arc::as_ref);
    let share = client.and_then(|client: &Client| client.shares.iter().find(|share| share.purpose == record.purpose));
    let policy = &snapshot.policy;
    let power = share.and_then(|share| share.power.as_deref());
    let power = power.map(|id| {
        let known = policy.register.powers.iter().find(|power| power.id == id);
        known.map_or_else(|| id.to_owned(), |power| say(&power.title))
    });
    let (council, dpo) = (&policy.controller, &policy.controller.data_protection_officer);
    let role = match share.map(|share| share.recipient_role) {
        Some(RecipientRole::Processor) => "processor",
        Some(RecipientRole::Joint) => "joint",
        Some(RecipientRole::Separate) => "separate",
        Some(RecipientRole::SameController) | None => "same_controller",
    };
    let at = |path: String| format!("{}{path}", app.origin.as_str());
    About {
        subject: account,
        controller: Party {
            id: council.id.clone(),
            name: say(&council.name),
            address: say(&council.address),
            email: council.email.clone(),
            phone: council.phone.clone(),
            url: council.website.to_string(),
            contact: format!("{}, {}", say(&dpo.name), dpo.email),
        },
        service: client.map_or_else(|| record.client.to_string(), |client| say(&client.name)),
        role: role.to_owned(),
        purpose: policy.purpose(&record.purpose).map_or_else(|| record.purpose.clone(), say),
        power,
        notice_url: at(format!("/notices/{}", record.notice)),
        retention: share.map(|share| say(&share.recipient_retention)).unwrap_or_default(),
        change_url: at(format!("/account/sharing/{}/{}", record.client, record.purpose)),
        record,
    }
}
