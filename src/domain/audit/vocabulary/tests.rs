//! Which words of payloads are ours, and which are others'.

use super::{Entry, all, named};
use serde_json::Value;
use std::collections::BTreeMap;

/// Of each kind, the keys without a list of words that are nevertheless none of others: times, hashes, numbers, codes and names of
/// ours, what a service says of itself, what is the person's own, and what she was written to of (`grounds`).
const OURS: &[(&str, &str)] = &[
    ("account.created", "notice"),
    ("auth.signin_succeeded", "amr"),
    ("auth.stepped_up", "amr"),
    ("auth.locked", "until"),
    ("account.detail_changed", "claims services"),
    ("sharing.notice_shown", "notices language sha256"),
    ("sharing.consent_given", "notice language sha256"),
    ("sharing.consent_refused", "notice"),
    ("authorization.granted", "resources scope"),
    ("claims.released", "claims until"),
    ("claims.denied", "claims"),
    ("sharing.consent_reaffirmed", "notice language sha256"),
    ("sharing.consent_withdrawn", "claims"),
    ("sharing.consent_expired", "claims"),
    ("sharing.consent_superseded", "claims present"),
    ("sharing.consent_reminded", "until"),
    ("sharing.objected", "claims grounds"),
    ("sharing.objection_withdrawn", "claims"),
    ("sharing.objection_decided", "grounds"),
    ("sharing.imported", "notice"),
    ("signal.refused", "why"),
    ("account.restriction_announced", "from"),
    ("rights.received", "received due"),
    ("rights.step_taken", "due"),
    ("rights.download_made", "sha256"),
    ("rights.download_taken", "sha256"),
    ("officer.bundle_ordered", "fields"),
    ("rights.bundle_made", "sha256"),
    ("rights.bundle_released", "until"),
    ("officer.bundle_taken", "sha256 fields"),
    ("rights.bundle_fetched", "sha256"),
    ("account.closed", "services deleted_from"),
    ("account.erased", "rule schedule services"),
    ("account.erasure_finished", "left"),
    ("account.dormancy_warned", "before deleted_from"),
    ("account.needed", "until"),
    ("account.revoked_again", "of"),
    ("retention.reviewed", "rule until"),
    ("retention.second_person_asked", "which until"),
    ("retention.second_person_refused", "which"),
    ("retention.planned", "schedule due held not_before"),
    ("retention.disposed", "rule schedule category oldest newest"),
    ("retention.finished", "sha256"),
    ("retention.clock_confirmed", "says"),
    ("hold.placed", "hold category review_by"),
    ("hold.kept", "hold review_by"),
    ("hold.released", "hold"),
    ("token.issued_to_machine", "scope audience until"),
    ("request.refused", "endpoint"),
    ("config.policy_activated", "bundle"),
    ("config.policy_proposed", "bundle until"),
    ("config.policy_refused", "bundle"),
    ("house.backed_up", "data vault"),
    ("house.copies_destroyed", "schedule"),
    ("house.restored", "data_of vault_of checked wrong"),
    ("config.key_created", "kid algorithm"),
    ("config.key_rotated", "kid algorithm retired"),
    ("config.keys_destroyed", "kids"),
    ("config.client_token_made", "template until"),
    ("config.client_token_withdrawn", "template token"),
    ("config.client_registered", "template metadata"),
    ("config.client_changed", "template metadata"),
    ("config.client_removed", "template"),
    ("config.client_secret_rotated", "until"),
    ("log.opened", "log key bundle versions previous previous_root"),
    ("log.key_announced", "log key previous alone_from"),
    ("config.collector_added", "collector log"),
    ("log.tampering_found", "log"),
    ("officer.exported", "log forms filters"),
    ("officer.viewed", "fields"),
    ("officer.choice_recorded", "read edition"),
    ("officer.refused", "action roles"),
    ("staff.invited", "roles"),
    ("staff.roles_changed", "before after"),
    ("officer.searched", "filters sought"),
    ("officer.reported", "filters sought"),
    ("officer.notice_delayed", "until"),
    ("officer.notice_renewed", "until"),
    ("officer.not_permitted", "action because"),
    ("officer.sought", "sought fields"),
    ("officer.breakglass_opened", "until review_by"),
    ("breach.recorded", "aware_at notify_by"),
    ("breach.decided", "reference"),
    ("payload.disposed", "log rule schedule certificate"),
    ("person.key_destroyed", "rule schedule"),
    ("log.destroyed", "log root checkpoint rule schedule"),
];

/// Whether a value is text, or a list of texts.
fn is_text(of: &Value) -> bool {
    of["type"] == "string" && of["format"].is_null() || of["type"] == "array" && is_text(&of["items"])
}

/// The keys that may hold any words, others' or not.
fn free(kind: &Entry, by_others: bool) -> Vec<&'static str> {
    let free = kind.fields.iter().filter(|field| is_text(&(field.shape)()) && field.words.is_empty());
    free.filter(|field| field.by_others == by_others).map(|field| field.name).collect()
}

#[test]
fn of_every_free_text_it_is_said_whether_it_is_by_others() {
    let said: BTreeMap<&str, Vec<&str>> = OURS.iter().map(|(kind, keys)| (*kind, keys.split(' ').collect())).collect();
    assert_eq!(said.len(), OURS.len(), "a kind is there twice");
    for kind in all() {
        let ours = said.get(kind.name).cloned().unwrap_or_default();
        assert_eq!(free(kind, false), ours, "{}: a text that others wrote is of the type OthersWords", kind.name);
        // Only a text can be others', and none of a list that is ours.
        let others = kind.fields.iter().filter(|field| field.by_others).map(|field| field.name).collect::<Vec<_>>();
        assert_eq!(others, free(kind, true), "{}", kind.name);
    }
    assert_eq!(said.keys().find(|kind| named(kind).is_none()), None, "there is no such kind");
}

#[test]
fn a_word_of_ours_is_not_by_others_where_a_name_under_the_same_key_is() {
    let by_others = |kind: &str, key: &str| named(kind).unwrap().by_others(key);
    assert!(!by_others("claims.released", "by"), "code or refresh");
    for kind in ["account.suspended", "officer.viewed", "officer.notice_delayed", "hold.placed"] {
        assert!(by_others(kind, "by"), "{kind}");
    }
    assert!(by_others("officer.choice_recorded", "authority") && by_others("sharing.imported", "evidence"));
    // Of what this build does not know nobody can tell.
    assert!(by_others("claims.released", "remark") && named("claims.lost").is_none());
}
