use super::*;
use crate::crypto::roots::RootSecret;
use crate::crypto::tokens::uuid;

fn roots(byte: u8) -> Roots {
    Roots::derive(&RootSecret::from([byte; 32])).unwrap()
}

#[test]
fn keys_come_back_from_the_vault_for_their_account_and_kind() {
    let account = AccountId(uuid());
    let keys = PersonKeys::generate(account).unwrap();
    let profile = keys.wrap(&roots(1), PersonKey::Profile).unwrap();
    let evidence = keys.wrap(&roots(1), PersonKey::Evidence).unwrap();
    let back = PersonKeys::unwrap(&roots(1), account, Some(&profile), &evidence).unwrap();
    assert_eq!(back.pseudonym(2026), keys.pseudonym(2026));
    let field = Field::profile("account", "name", account.0);
    let leave = Disclosure::to_the_person(account);
    let sealed = keys.seal(field, "Ada Wójcik").unwrap();
    assert_eq!(back.open(field, &sealed, &leave).unwrap().as_str(), "Ada Wójcik");

    let refused = |roots: &Roots, account, profile: &WrappedKey, evidence: &WrappedKey| {
        PersonKeys::unwrap(roots, account, Some(profile), evidence).unwrap_err() == SealError::Refused
    };
    assert!(refused(&roots(2), account, &profile, &evidence), "other roots");
    assert!(refused(&roots(1), AccountId(uuid()), &profile, &evidence), "another account");
    assert!(refused(&roots(1), account, &evidence, &profile), "the other kind");
}

#[test]
fn a_field_opens_in_its_own_place_for_the_right_disclosure() {
    let (account, row) = (AccountId(uuid()), uuid());
    let keys = PersonKeys::generate(account).unwrap();
    let leave = Disclosure::to_the_person(account);
    let field = Field::profile("identifier", "value", row);
    let sealed = keys.seal(field, "ada@example.org").unwrap();
    assert!(keys.open(field, &sealed, &leave).is_ok());
    assert_eq!(
        keys.open(field, &sealed, &Disclosure::to_the_person(AccountId(uuid()))).unwrap_err(),
        SealError::WrongPerson
    );
    for moved in [
        Field::profile("identifier", "value", uuid()),
        Field::profile("identifier", "other", row),
        Field::profile("contact", "value", row),
        Field::evidence("identifier", "value", row),
    ] {
        assert_eq!(keys.open(moved, &sealed, &leave).unwrap_err(), SealError::Refused, "{moved:?}");
    }
}

#[test]
fn after_erasure_the_profile_is_gone_and_evidence_still_opens() {
    let account = AccountId(uuid());
    let keys = PersonKeys::generate(account).unwrap();
    let leave = Disclosure::to_the_person(account);
    let (name, notice) = (Field::profile("t", "name", account.0), Field::evidence("t", "notice", account.0));
    let (sealed_name, sealed_notice) = (keys.seal(name, "Ada").unwrap(), keys.seal(notice, "n@1").unwrap());
    let evidence = keys.wrap(&roots(1), PersonKey::Evidence).unwrap();
    let left = PersonKeys::unwrap(&roots(1), account, None, &evidence).unwrap();
    assert_eq!(left.open(name, &sealed_name, &leave).unwrap_err(), SealError::NoKey);
    assert_eq!(left.seal(name, "Ada").unwrap_err(), SealError::NoKey);
    assert_eq!(left.wrap(&roots(1), PersonKey::Profile).unwrap_err(), SealError::NoKey);
    assert_eq!(left.open(notice, &sealed_notice, &leave).unwrap().as_str(), "n@1");
}

#[test]
fn pseudonyms_differ_by_year_and_person() {
    let keys = PersonKeys::generate(AccountId(uuid())).unwrap();
    assert_eq!(keys.pseudonym(2026).len(), 64);
    assert_ne!(keys.pseudonym(2026), keys.pseudonym(2027));
    assert_ne!(keys.pseudonym(2026), PersonKeys::generate(keys.account()).unwrap().pseudonym(2026));
}

#[test]
fn a_row_key_serves_one_row_and_one_use() {
    let row = uuid();
    let key = RowKey::generate(RowKind::Message, row).unwrap();
    let body = key.seal("body", b"Your code is 012345").unwrap();
    let wrapped = key.wrap(&roots(1)).unwrap();
    let back = RowKey::unwrap(&roots(1), RowKind::Message, row, &wrapped).unwrap();
    assert_eq!(back.open_text("body", &body).unwrap().as_str(), "Your code is 012345");
    assert_eq!(back.open("recipient", &body).unwrap_err(), SealError::Refused);
    for (roots, kind, row) in [
        (roots(2), RowKind::Message, row),
        (roots(1), RowKind::Registration, row),
        (roots(1), RowKind::Message, uuid()),
    ] {
        assert_eq!(RowKey::unwrap(&roots, kind, row, &wrapped).unwrap_err(), SealError::Refused);
    }
}

#[test]
fn keys_do_not_print() {
    let keys = PersonKeys::generate(AccountId(uuid())).unwrap();
    let row = RowKey::generate(RowKind::Message, uuid()).unwrap();
    let wrapped = row.wrap(&roots(1)).unwrap();
    assert_eq!(format!("{keys:?} {row:?} {wrapped:?}"), "PersonKeys(…) RowKey(…) WrappedKey(…)");
}
