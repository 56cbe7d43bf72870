use super::{Facts, Reason, Release, Withheld, explain};
use crate::domain::assurance::Level;
use crate::domain::audit::Basis;
use crate::domain::claims::{Claim, ClaimSet, Requested, ScopeSet};
use crate::domain::client::{Apis, AuthMethod, Client, Lang, OtherWays, SecurityProfile, SigningAlg, Words};
use crate::domain::ids::{AccountId, ClientId, RecordId};
use crate::domain::redirect::Application;
use crate::domain::retention::Period;
use crate::domain::sharing::{Asked, How, NoticeRef, Papers, RecipientRole, Record, RecordState, Share, fold};
use crate::domain::time::When;
use proptest::prelude::*;
use std::collections::BTreeSet;
use uuid::Uuid;

fn share(purpose: &str, basis: Basis, claims: &[Claim]) -> Share {
    Share {
        purpose: purpose.into(),
        recipient_role: RecipientRole::SameController,
        recipient_basis: None,
        basis,
        power: None,
        claims: claims.iter().copied().collect(),
        notice: NoticeRef { id: purpose.into(), version: 2 },
        recipient_retention: Words::same("6 years"),
        required: basis != Basis::Consent,
        expires: None,
        asks_age: false,
        ask: Asked::default(),
        papers: Papers::default(),
    }
}

fn client(shares: Vec<Share>) -> Client {
    Client {
        id: ClientId::parse("permits").unwrap(),
        name: Words::same("Permits"),
        start_url: "https://permits.example/".parse().unwrap(),
        security_profile: SecurityProfile::Standard,
        application: Application::Web,
        auth: AuthMethod::None,
        object_keys: None,
        redirect_uris: vec![],
        post_logout_redirect_uris: vec![],
        backchannel_logout_uri: None,
        backchannel_logout_session_required: false,
        frontchannel_logout_uri: None,
        frontchannel_logout_session_required: false,
        sector: "permits".into(),
        least_assurance: Level::A0,
        account_needed_because: Words::same("You can renew"),
        other_ways: OtherWays {
            phone: "01632 960001".into(),
            place: Words::same("Town Hall"),
            post: Words::same("Town Hall"),
        },
        id_token_alg: SigningAlg::Es256,
        userinfo_signed_response_alg: None,
        request_object_signing_alg: None,
        token_endpoint_auth_signing_alg: None,
        request_uris: vec![],
        require_pushed_authorization_requests: false,
        default_max_age: None,
        require_auth_time: false,
        default_acr_values: vec![],
        initiate_login_uri: None,
        contacts: vec![],
        logo_uri: None,
        policy_uri: None,
        tos_uri: None,
        scopes: ScopeSet::default(),
        shares,
        sensitive: false,
        apis: Apis::default(),
        sso_shared_with: None,
        keeps_account: false,
        signals: None,
    }
}

fn permits() -> Client {
    client(vec![
        share("permit", Basis::PublicTask, &[Claim::Name, Claim::Email]),
        share("newsletter", Basis::Consent, &[Claim::Email]),
    ])
}

fn at(text: &str) -> When {
    When::from(text.parse::<jiff::Timestamp>().unwrap())
}

fn noon() -> When {
    at("2027-06-01T12:00:00Z")
}

fn record(id: u128, purpose: &str, state: RecordState, when: When) -> Record {
    let basis = if purpose == "newsletter" { Basis::Consent } else { Basis::PublicTask };
    Record {
        id: RecordId(Uuid::from_u128(id)),
        client: ClientId::parse("permits").unwrap(),
        purpose: purpose.into(),
        basis,
        notice: NoticeRef { id: purpose.into(), version: 2 },
        notice_sha256: String::new(),
        lang: Lang::En,
        claims: [Claim::Name, Claim::Email].into(),
        state,
        policy: String::new(),
        at: when,
        how: How::default(),
    }
}

fn asking(scopes: &str) -> Requested {
    Requested::of(&ScopeSet::parse(scopes))
}

fn purposes(tells: &[super::Tell]) -> Vec<&str> {
    tells.iter().map(|tell| tell.purpose.as_str()).collect()
}

fn decide(scopes: &str, records: &[Record]) -> Release {
    release(&asking(scopes), &permits(), records, noon())
}

/// Decides from lines, as they fold.
fn release(requested: &Requested, client: &Client, records: &[Record], now: When) -> Release {
    super::release(requested, client, &fold(records), &Facts::at(now))
}

fn reasons(release: &Release) -> Vec<(&str, Claim, Reason)> {
    release.withheld.iter().map(|held| (held.purpose.as_deref().unwrap_or(""), held.claim, held.why)).collect()
}

#[test]
fn nothing_goes_out_before_it_is_told() {
    let first = decide("openid profile email", &[]);
    assert_eq!(first.set(), ClaimSet::new());
    assert_eq!((purposes(&first.inform), purposes(&first.ask)), (vec!["permit"], vec!["newsletter"]));
    assert!(first.disclosure(AccountId(Uuid::nil())).is_none());
}

#[test]
fn told_once_is_told() {
    let shown = record(1, "permit", RecordState::Shown, noon());
    let again = decide("openid profile", std::slice::from_ref(&shown));
    assert_eq!(again.claims, vec![(Claim::Name, shown.id)]);
    assert!(again.is_settled());
    assert!(again.disclosure(AccountId(Uuid::nil())).is_some());
}

#[test]
fn a_record_of_another_service_purpose_basis_or_notice_proves_nothing() {
    let shown = record(1, "permit", RecordState::Shown, noon());
    for other in [
        Record { client: ClientId::parse("waste").unwrap(), ..shown.clone() },
        Record { purpose: "other".into(), ..shown.clone() },
        Record { basis: Basis::Contract, ..shown.clone() },
        Record { notice: NoticeRef { id: "permit".into(), version: 1 }, ..shown.clone() },
        Record { state: RecordState::Given, ..shown },
    ] {
        let decided = decide("openid profile", std::slice::from_ref(&other));
        assert_eq!(decided.set(), ClaimSet::new(), "{other:?}");
        assert_eq!(purposes(&decided.inform), ["permit"], "{other:?}");
    }
}

#[test]
fn each_claim_that_is_withheld_has_its_reason() {
    let shown = || record(1, "permit", RecordState::Shown, at("2027-01-01T00:00:00Z"));
    let after = |state| vec![shown(), record(2, "permit", state, at("2027-01-02T00:00:00Z"))];
    for (records, why) in [
        (vec![], Reason::NotTold),
        (after(RecordState::Superseded), Reason::Superseded),
        (after(RecordState::Invalidated), Reason::Invalidated),
        (after(RecordState::Objected), Reason::Objected),
        (after(RecordState::ObjectionUpheld), Reason::ObjectionUpheld),
    ] {
        let decided = decide("openid profile", &records);
        assert_eq!(reasons(&decided), [("permit", Claim::Name, why)], "{records:?}");
        let quiet = matches!(why, Reason::Objected | Reason::ObjectionUpheld);
        assert_eq!(decided.is_settled(), quiet, "an objection is not asked away: {why:?}");
    }
    let given = || record(3, "newsletter", RecordState::Given, at("2027-01-01T00:00:00Z"));
    let after = |state| vec![given(), record(4, "newsletter", state, at("2027-01-02T00:00:00Z"))];
    for (records, why) in [
        (vec![], Reason::NotAsked),
        (after(RecordState::Refused), Reason::Refused),
        (after(RecordState::Withdrawn), Reason::Withdrawn),
        (after(RecordState::Expired), Reason::Expired),
        (vec![record(3, "newsletter", RecordState::Imported, noon())], Reason::NotAsked),
    ] {
        let decided = decide("openid email", &records);
        let held = Withheld { claim: Claim::Email, purpose: Some("newsletter".into()), why };
        assert!(decided.withheld.contains(&held), "{records:?}: {:?}", decided.withheld);
    }
    let kept = Facts { restricted: true, ..Facts::at(noon()) };
    let decided = super::release(&asking("openid profile"), &permits(), &fold(&[shown()]), &kept);
    assert_eq!(reasons(&decided), [("permit", Claim::Name, Reason::Restricted)]);
    assert!(decided.is_settled() && decided.claims.is_empty());
}

#[test]
fn an_objection_pauses_and_what_stood_stands_again_when_it_is_rejected() {
    let shown = record(1, "permit", RecordState::Shown, at("2027-01-01T00:00:00Z"));
    let objected = record(2, "permit", RecordState::Objected, at("2027-01-02T00:00:00Z"));
    let rejected = record(3, "permit", RecordState::ObjectionRejected, at("2027-01-03T00:00:00Z"));
    let upheld = record(4, "permit", RecordState::ObjectionUpheld, at("2027-01-03T00:00:00Z"));
    let again = record(5, "permit", RecordState::Shown, at("2027-01-04T00:00:00Z"));
    let under = |lines: &[&Record]| {
        decide("openid profile", &lines.iter().copied().cloned().collect::<Vec<_>>()).records().into_iter().next()
    };
    assert_eq!(under(&[&shown, &objected]), None);
    assert_eq!(under(&[&shown, &objected, &again]), None, "being shown it does not lift a pause");
    assert_eq!(under(&[&shown, &objected, &rejected]), Some(shown.id));
    assert_eq!(under(&[&shown, &objected, &upheld]), None);
    assert_eq!(under(&[&shown, &objected, &upheld, &again]), Some(again.id), "she asked for it herself");
}

#[test]
fn an_editorial_change_never_asks_again_and_a_material_one_does() {
    let shown = Record {
        notice: NoticeRef { id: "permit".into(), version: 1 },
        ..record(1, "permit", RecordState::Shown, noon())
    };
    let standings = fold(std::slice::from_ref(&shown));
    let editorial = |old: &NoticeRef, new: &NoticeRef| old.id == new.id;
    let facts = Facts { same: &editorial, ..Facts::at(noon()) };
    let decided = super::release(&asking("openid profile"), &permits(), &standings, &facts);
    assert!(decided.is_settled() && decided.records() == BTreeSet::from([shown.id]));
    let decided = super::release(&asking("openid profile"), &permits(), &standings, &Facts::at(noon()));
    assert_eq!(reasons(&decided), [("permit", Claim::Name, Reason::Superseded)]);
    assert_eq!(purposes(&decided.inform), ["permit"]);
}

#[test]
fn an_edition_that_is_named_before_its_day_asks_nobody_until_it_holds() {
    let first = NoticeRef { id: "permit".into(), version: 1 };
    let shown = Record { notice: first.clone(), ..record(1, "permit", RecordState::Shown, noon()) };
    let (asked, client, standings) = (asking("openid profile"), permits(), fold(std::slice::from_ref(&shown)));
    let before = |named: &NoticeRef| NoticeRef { version: 1, ..named.clone() };
    let early = Facts { holds: &before, ..Facts::at(noon()) };
    // The day before: who was told stands, and who comes is told by the edition that holds.
    assert_eq!(super::release(&asked, &client, &standings, &early).records(), BTreeSet::from([shown.id]));
    let (newcomer, line) = (super::release(&asked, &client, &[], &early), explain(&client, &standings, &early));
    assert_eq!((&newcomer.inform[0].notice, &line[0].notice), (&first, &first));
    // From its day: both are told by the new one.
    let (told, newcomer) = (decide("openid profile", &[shown]), decide("openid profile", &[]));
    assert_eq!(reasons(&told), [("permit", Claim::Name, Reason::Superseded)]);
    assert_eq!((told.inform[0].notice.version, newcomer.inform[0].notice.version), (2, 2));
    assert_eq!(explain(&client, &standings, &Facts::at(noon()))[0].notice.version, 2);
}

#[test]
fn a_page_covers_what_stands_already() {
    let shown = Record { claims: [Claim::Name].into(), ..record(1, "permit", RecordState::Shown, noon()) };
    let decided = decide("openid email", std::slice::from_ref(&shown));
    assert_eq!(decided.inform[0].claims, ClaimSet::from([Claim::Name, Claim::Email]));
}

#[test]
fn the_explanation_and_the_decision_agree() {
    let records = [
        Record { claims: [Claim::Name].into(), ..record(1, "permit", RecordState::Shown, noon()) },
        record(2, "newsletter", RecordState::Refused, noon()),
    ];
    let (client, standings) = (permits(), fold(&records));
    let lines = explain(&client, &standings, &Facts::at(noon()));
    let told: Vec<_> = lines.iter().map(|line| (line.share.purpose.as_str(), line.claim, line.outcome)).collect();
    assert_eq!(
        told,
        [
            ("permit", Claim::Name, Ok(records[0].id)),
            ("permit", Claim::Email, Err(Reason::NotTold)),
            ("newsletter", Claim::Email, Err(Reason::Refused)),
        ]
    );
    let out = decide("openid profile email", &records);
    let goes: Vec<_> = lines.iter().filter_map(|line| Some((line.claim, line.outcome.ok()?))).collect();
    assert_eq!(out.claims, goes);
}

#[test]
fn a_claim_added_to_a_share_is_told_of_before_it_goes_out() {
    let shown = Record { claims: [Claim::Name].into(), ..record(1, "permit", RecordState::Shown, noon()) };
    let decided = decide("openid profile email", std::slice::from_ref(&shown));
    assert_eq!(decided.claims, vec![(Claim::Name, shown.id)]);
    assert_eq!(purposes(&decided.inform), ["permit"]);
}

#[test]
fn what_no_share_covers_is_denied() {
    let decided = decide("openid profile address", &[record(1, "permit", RecordState::Shown, noon())]);
    assert_eq!(decided.denied(), ClaimSet::from([Claim::Address]));
    assert_eq!(decided.set(), ClaimSet::from([Claim::Name]));
}

#[test]
fn being_shown_a_consent_question_is_no_consent() {
    let decided = decide("openid email", &[record(1, "newsletter", RecordState::Shown, noon())]);
    assert!(decided.claims.is_empty());
    assert_eq!(purposes(&decided.ask), ["newsletter"]);
}

#[test]
fn what_is_asked_in_context_is_not_asked_at_the_door() {
    let mut permits = permits();
    permits.shares[1].ask = Asked::InContext;
    let at_the_door = release(&asking("openid email"), &permits, &[], noon());
    assert!(at_the_door.ask.is_empty() && !at_the_door.inform.is_empty());
    assert!(reasons(&at_the_door).contains(&("newsletter", Claim::Email, Reason::NotAsked)));
    let given = [record(1, "newsletter", RecordState::Given, noon())];
    let later = release(&asking("openid email"), &permits, &given, noon());
    assert!(later.set().contains(Claim::Email), "a yes given elsewhere counts");
}

#[test]
fn a_claim_goes_out_under_each_purpose_it_serves() {
    let shown = record(1, "permit", RecordState::Shown, noon());
    let given = record(2, "newsletter", RecordState::Given, noon());
    let decided = decide("openid email", &[shown.clone(), given.clone()]);
    assert_eq!(decided.claims, vec![(Claim::Email, shown.id), (Claim::Email, given.id)]);
    assert_eq!(decided.records(), BTreeSet::from([shown.id, given.id]));
    assert!(decided.is_settled());
}

#[test]
fn a_no_is_quiet_for_twelve_months_and_blocks_nothing() {
    for no in [RecordState::Refused, RecordState::Withdrawn] {
        let records = [
            record(1, "permit", RecordState::Shown, at("2026-06-01T12:00:00Z")),
            record(2, "newsletter", no, at("2026-06-01T12:00:01Z")),
        ];
        let quiet = decide("openid email", &records);
        assert!(quiet.is_settled());
        assert_eq!(quiet.records(), BTreeSet::from([records[0].id]));
        let later = release(&asking("openid email"), &permits(), &records, at("2027-06-01T12:00:01Z"));
        assert_eq!(purposes(&later.ask), ["newsletter"]);
    }
}

#[test]
fn withdrawing_ends_it_at_once() {
    let given = record(1, "newsletter", RecordState::Given, at("2027-01-01T00:00:00Z"));
    let withdrawn = record(2, "newsletter", RecordState::Withdrawn, at("2027-01-02T00:00:00Z"));
    assert_eq!(decide("openid email", std::slice::from_ref(&given)).records(), BTreeSet::from([given.id]));
    assert!(decide("openid email", &[given.clone(), withdrawn.clone()]).claims.is_empty());
    assert!(decide("openid email", &[withdrawn, given]).claims.is_empty(), "order of rows does not matter");
}

#[test]
fn a_no_of_the_same_instant_wins() {
    let given = record(1, "newsletter", RecordState::Given, noon());
    let refused = record(2, "newsletter", RecordState::Refused, noon());
    assert!(decide("openid email", &[refused, given]).claims.is_empty());
}

#[test]
fn consent_runs_out() {
    let given = record(1, "newsletter", RecordState::Given, at("2027-05-01T12:00:00Z"));
    let with = |expires| {
        let newsletter = Share { expires, ..share("newsletter", Basis::Consent, &[Claim::Email]) };
        release(&asking("openid email"), &client(vec![newsletter]), std::slice::from_ref(&given), noon())
    };
    assert_eq!(with(None).records(), BTreeSet::from([given.id]));
    let month = with(Period::parse("P1M").ok());
    assert!(month.claims.is_empty());
    assert_eq!(purposes(&month.ask), ["newsletter"]);
    let old = record(1, "newsletter", RecordState::Given, at("2025-06-01T12:00:00Z"));
    assert!(decide("openid email", &[old]).claims.is_empty(), "24 months unless the share says otherwise");
}

#[test]
fn the_id_token_gets_what_was_asked_for_there() {
    let shown = record(1, "permit", RecordState::Shown, noon());
    let requested = asking("openid email").and(r#"{"id_token":{"name":null,"address":null}}"#).unwrap();
    let decided = release(&requested, &permits(), &[shown], noon());
    assert_eq!(decided.in_id_token(&requested), ClaimSet::from([Claim::Name]));
    assert_eq!(decided.at_userinfo(&requested), ClaimSet::from([Claim::Email]));
}

fn any_claims() -> impl Strategy<Value = ClaimSet> {
    proptest::sample::subsequence(Claim::ALL.to_vec(), 0..=6).prop_map(ClaimSet::from_iter)
}

fn any_record() -> impl Strategy<Value = Record> {
    (
        any::<u128>(),
        proptest::sample::select(vec!["permit", "newsletter", "other"]),
        proptest::sample::select(RecordState::ALL.to_vec()),
        0..90_000_000_i64,
        1..3_u32,
        any_claims(),
    )
        .prop_map(|(id, purpose, state, age, version, claims)| Record {
            notice: NoticeRef { id: purpose.into(), version },
            claims,
            ..record(id, purpose, state, When::from_seconds(noon().seconds() - age))
        })
}

proptest! {
    #[test]
    fn released_is_within_what_was_asked_shared_and_recorded(
        userinfo in any_claims(), id_token in any_claims(), records in prop::collection::vec(any_record(), 0..12)
    ) {
        let requested = Requested { userinfo, id_token, ..Requested::default() };
        let client = permits();
        let out = release(&requested, &client, &records, noon());
        for (claim, id) in &out.claims {
            prop_assert!(requested.all().contains(claim));
            prop_assert!(client.claims().contains(claim));
            let under = records.iter().filter(|r| r.id == *id).any(|r| {
                let share = client.shares.iter().find(|s| s.purpose == r.purpose);
                share.is_some_and(|s| s.notice == r.notice && s.claims.contains(claim)) && r.claims.contains(claim)
            });
            prop_assert!(under);
        }
        prop_assert!(out.denied().intersection(client.claims()).is_empty());
    }

    #[test]
    fn after_a_no_nothing_goes_out_under_consent(records in prop::collection::vec(any_record(), 0..12)) {
        let mut records = records;
        let no = record(0, "newsletter", RecordState::Withdrawn, noon());
        records.push(no);
        let out = release(&asking("openid email"), &permits(), &records, noon());
        let consents: BTreeSet<_> =
            records.iter().filter(|r| r.basis == Basis::Consent).map(|r| r.id).collect();
        prop_assert!(out.records().is_disjoint(&consents));
        prop_assert!(out.ask.is_empty() || records.iter().any(|r| r.at == noon() && r.state.stops()));
    }

    #[test]
    fn consent_never_changes_what_goes_out_without_it(records in prop::collection::vec(any_record(), 0..12)) {
        let without: Vec<Record> = records.iter().filter(|r| r.basis != Basis::Consent).cloned().collect();
        let (a, b) = (decide("openid profile email", &records), decide("openid profile email", &without));
        prop_assert_eq!(&a.inform, &b.inform);
        prop_assert!(b.set().is_subset(a.set()));
    }
}
