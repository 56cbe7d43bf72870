//! What she takes home of a line of the ledger: a receipt in the shape of ISO/IEC TS 27560:2023, and of a consent in that of the
//! Kantara Consent Receipt 1.1.0 too (`domain.md` §2.1).

use super::{Record, RecordState};
use crate::domain::audit::Basis;
use crate::domain::claims::Claim;
use crate::domain::ids::AccountId;
use serde_json::{Value, json};

/// The law of the data.
const JURISDICTION: &str = "GB";

/// An organisation that a receipt names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Party {
    /// Its id in the policies.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its postal address.
    pub address: String,
    /// Its e-mail address.
    pub email: String,
    /// Its number.
    pub phone: String,
    /// Its website.
    pub url: String,
    /// Whom to turn to there.
    pub contact: String,
}

/// A line of the ledger with what the policies say around it, in the language of the receipt.
#[derive(Debug, Clone)]
pub struct About {
    /// The line.
    pub record: Record,
    /// Whose: a number that is no name.
    pub subject: AccountId,
    /// Whose task it is.
    pub controller: Party,
    /// The service.
    pub service: String,
    /// Who the service is to the controller.
    pub role: String,
    /// The purpose in words.
    pub purpose: String,
    /// The power behind it, in words.
    pub power: Option<String>,
    /// Where the words are that were shown.
    pub notice_url: String,
    /// How long the recipient keeps it.
    pub retention: String,
    /// Where she changes it.
    pub change_url: String,
}

/// The category a claim belongs to (Kantara Consent Receipt 1.1.0, appendix B).
fn category(claim: Claim) -> &'static str {
    let contact = ["email", "phone", "address", "postcode", "in_borough"];
    if contact.iter().any(|kind| claim.as_str().starts_with(kind)) { "2 - Contact" } else { "1 - Biographical" }
}

fn method(record: &Record) -> String {
    let (way, how) = (record.how.channel.map(super::Way::as_str), record.how.method.map(super::Method::as_str));
    let steps = record.how.steps.map(|steps| format!("{steps} steps"));
    let parts: Vec<String> = [way, how].into_iter().flatten().map(ToOwned::to_owned).chain(steps).collect();
    parts.join(", ")
}

/// How long it lasts from the moment it was said (ISO 8601).
fn validity(record: &Record) -> Option<String> {
    let seconds = record.how.expires_at?.since(record.at).as_secs();
    Some(format!("P{}D", seconds / 86_400))
}

/// The receipt in the shape of ISO/IEC TS 27560: header, processing, parties, events.
#[must_use]
pub fn iso(about: &About) -> Value {
    let (record, controller) = (&about.record, &about.controller);
    let consent = record.basis == Basis::Consent;
    let pii: Vec<Value> = record
        .claims
        .iter()
        .map(|claim| {
            json!({ "pii_type": category(claim), "pii_attribute_id": claim.as_str(), "sensitive_pii_category": false })
        })
        .collect();
    json!({
        "schema_version": "ISO/IEC TS 27560:2023",
        "profile": "portreeve.sharing/1",
        "receipt_id": record.id,
        "record_id": record.id,
        "pii_principal_id": about.subject,
        "pii_processing": {
            "privacy_notice": about.notice_url,
            "privacy_notice_version": record.notice,
            "privacy_notice_sha256": record.notice_sha256,
            "page_sha256": record.how.page_sha256,
            "language": record.lang,
            "purposes": [{
                "purpose": about.purpose,
                "purpose_type": record.purpose,
                "lawful_basis": record.basis,
                "lawful_basis_power": about.power,
                "pii_information": pii,
                "pii_controllers": [controller.id],
                "collection_method": method(record),
                "processing_method": "release to the service when it asks",
                "storage_locations": [JURISDICTION],
                "retention_period": about.retention,
                "service": about.service,
                "jurisdiction": JURISDICTION,
                "recipient_third_parties": [record.client],
                "withdrawal_method": about.change_url,
                "privacy_rights": about.change_url,
            }],
        },
        "parties": [
            {
                "party_id": controller.id, "party_name": controller.name, "party_address": controller.address,
                "party_email": controller.email, "party_url": controller.url, "party_phone": controller.phone,
                "party_contact": controller.contact, "party_role": "controller", "party_type": "public authority",
            },
            { "party_id": record.client, "party_name": about.service, "party_role": about.role, "party_type": "service" },
        ],
        "events": [{
            "event_time": record.at.to_string(),
            "validity_duration": validity(record),
            "entity_id": record.how.actor,
            "event_type": if consent { "consent" } else { "notice" },
            "event_state": record.state,
            "previous_record_id": record.how.previous,
            "log_event_id": record.how.event,
            "policy_version": record.policy,
        }],
    })
}

/// The receipt in the shape of Kantara's, which is of consents alone: none for a line of another basis.
#[must_use]
pub fn kantara(about: &About) -> Option<Value> {
    let (record, controller) = (&about.record, &about.controller);
    if record.basis != Basis::Consent || record.state == RecordState::Imported {
        return None;
    }
    let categories: std::collections::BTreeSet<&str> = record.claims.iter().map(category).collect();
    let ends = record.how.expires_at.map_or_else(|| "withdrawal".to_owned(), |end| format!("withdrawal, or {end}"));
    Some(json!({
        "version": "KI-CR-v1.1.0",
        "jurisdiction": JURISDICTION,
        "consentTimestamp": record.at.seconds(),
        "collectionMethod": method(record),
        "consentReceiptID": record.id,
        "language": record.lang,
        "piiPrincipalId": about.subject,
        "piiControllers": [{
            "piiController": controller.name, "onBehalf": false, "contact": controller.contact,
            "address": controller.address, "email": controller.email, "phone": controller.phone,
            "piiControllerUrl": controller.url,
        }],
        "policyUrl": about.notice_url,
        "services": [{
            "service": about.service,
            "purposes": [{
                "purpose": about.purpose,
                "purposeCategory": [record.purpose],
                "consentType": "EXPLICIT",
                "piiCategory": categories,
                "primaryPurpose": false,
                "termination": ends,
                "thirdPartyDisclosure": about.role == "separate",
                "thirdPartyName": (about.role == "separate").then_some(about.service.as_str()),
            }],
        }],
        "sensitive": false,
        "spiCat": [],
        "consentState": record.state,
    }))
}
