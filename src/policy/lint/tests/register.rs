//! Rules about the register: who is told what under which approval, and to whom data goes.

use super::{EDITION, GARDEN, PERMITS, PROCESSING, REGISTER, pairs};
use crate::policy::lint::lint;
use crate::policy::sample::tests::{broken, held, with};
use crate::policy::{Severity, change};
use jiff::civil::date;

type Change<'a> = (&'a str, &'a str, &'a str);

const ROLE: &str = "recipient_role = \"same_controller\"";

/// A trust that gets data, and what was agreed with it.
const TRUST: &str = "[[party]]\nid = \"trust\"\nname = \"Havenbrook Leisure Trust\"\naddress = \"3 Pool Road\"\ncontact = \"01632 960050\"\nrole = \"controller\"\nvalid_from = 2026-10-01\n\n[[agreement]]\nid = \"DSA-2026-003\"\ntitle = \"Leisure\"\nparties = [\"trust\"]\nowner = \"Head of Leisure\"\napproved_by = \"Monitoring Officer\"\napproved_on = 2026-09-30\nreview_by = 2028-09-30\n\n[[agreement]]";

const TO_TRUST: &str = "recipient_role = \"separate\"\nparty = \"trust\"\nagreement = \"DSA-2026-003\"\nrecipient_basis = \"Its own contract with you\"";

/// Garden waste goes to the trust, but for this in its share, and this in the register.
fn shared(share: (&str, &str), register: (&str, &str)) -> [(&'static str, &'static str, String); 2] {
    let (to, trust) = (TO_TRUST.replace(share.0, share.1), TRUST.replace(register.0, register.1));
    assert!(share.0 == share.1 || to != TO_TRUST, "{share:?}");
    assert!(register.0 == register.1 || trust != TRUST, "{register:?}");
    [(GARDEN, ROLE, to), (REGISTER, "[[agreement]]", trust)]
}

fn refused(rule: &'static str, changes: &[(&'static str, &'static str, String)]) {
    let changes: Vec<Change<'_>> = changes.iter().map(|(file, from, to)| (*file, *from, to.as_str())).collect();
    let twin = shared(("", ""), ("", ""));
    let twin: Vec<Change<'_>> = twin.iter().map(|(file, from, to)| (*file, *from, to.as_str())).collect();
    pairs(rule, &changes, &twin);
}

#[test]
fn another_party_is_known_has_a_basis_and_has_agreed() {
    let same = ("", "");
    refused("share.recipient_basis", &shared(("\nrecipient_basis = \"Its own contract with you\"", ""), same));
    let joint = "recipient_role = \"joint\"\nparty = \"trust\"\nagreement = \"DSA-2026-003\"";
    refused("share.recipient_basis", &shared((TO_TRUST, joint), ("role = \"controller\"", "role = \"joint\"")));
    refused("share.agreement", &shared(("\nagreement = \"DSA-2026-003\"", ""), same));
    refused("share.agreement", &shared(("DSA-2026-003", "DSA-2026-099"), same));
    refused("share.agreement", &shared(("DSA-2026-003", "DPA-2026-007"), same));
    refused(
        "share.agreement",
        &shared(same, ("review_by = 2028-09-30", "review_by = 2028-09-30\nends_on = 2026-11-30")),
    );
    refused("share.agreement", &shared(same, ("approved_on = 2026-09-30", "approved_on = 2026-12-02")));
    refused("share.party", &shared(("\nparty = \"trust\"", ""), same));
    refused("share.party", &shared(("party = \"trust\"", "party = \"club\""), same));
    refused("share.party", &shared(("\"separate\"", "\"joint\""), same));
    refused("share.party", &shared(("\"separate\"", "\"processor\""), same));
    refused("share.party", &shared(("\"separate\"", "\"same_controller\""), same));
    refused(
        "share.party",
        &shared(same, ("valid_from = 2026-10-01", "valid_from = 2026-10-01\nvalid_to = 2026-11-30")),
    );
    refused("share.party", &shared(same, ("valid_from = 2026-10-01", "valid_from = 2026-12-02")));
    for (whole, blank) in [
        ("address = \"3 Pool Road\"", "address = \" \""),
        ("contact = \"01632 960050\"", "contact = \" \""),
        ("name = \"Havenbrook Leisure Trust\"", "name = \" \""),
    ] {
        refused("party.whole", &shared(same, (whole, blank)));
    }
    // To the last day, and on the first.
    for twin in [
        shared(same, ("valid_from = 2026-10-01", "valid_from = 2026-12-01\nvalid_to = 2026-12-01")),
        shared(same, ("review_by = 2028-09-30", "review_by = 2028-09-30\nends_on = 2026-12-01")),
    ] {
        let twin: Vec<Change<'_>> = twin.iter().map(|(file, from, to)| (*file, *from, to.as_str())).collect();
        assert_eq!(broken(&twin), Vec::<&str>::new());
    }
}

#[test]
fn whoever_processes_for_a_party_is_a_processor_one_way() {
    let of = "role = \"processor\"\nvalid_from = 2026-10-01\n\n[[party]]";
    let below = |id: &str| of.replace("\n\n[[party]]", &format!("\nsub_processors = [{id:?}]\n\n[[party]]"));
    let (known, unknown, itself) = (below("fernhill"), below("nobody"), below("brookside"));
    for bad in [&unknown, &itself] {
        pairs("party.chain", &[(REGISTER, of, bad)], &[(REGISTER, of, &known)]);
    }
    // Somebody who decides for itself processes for nobody.
    let decides = below("trust");
    pairs(
        "party.chain",
        &[(REGISTER, of, &decides), (REGISTER, "[[agreement]]", TRUST)],
        &[(REGISTER, of, &known), (REGISTER, "[[agreement]]", TRUST)],
    );
    let round = (
        "contact = \"privacy@fernhill.example\"",
        "contact = \"privacy@fernhill.example\"\nsub_processors = [\"brookside\"]",
    );
    pairs("party.chain", &[(REGISTER, of, &known), (REGISTER, round.0, round.1)], &[(REGISTER, of, &known)]);
    pairs(
        "processor.party",
        &[(PROCESSING, "party = \"brookside\"\n", "")],
        &[(PROCESSING, "name = \"Brookside Hosting Ltd\"", "name = \"Brookside\"")],
    );
    pairs("processor.party", &[(PROCESSING, "party = \"brookside\"", "party = \"nobody\"")], &[]);
}

#[test]
fn special_categories_have_their_conditions() {
    let kind = "basis = \"contract\"\nspecial_category = \"health\"\n";
    let with_lines = |lines: &str| format!("{kind}{lines}");
    let document = "[[policy_document]]\nid = \"APD-1\"\ntitle = \"Health\"\nowner = \"Head of Legal\"\napproved_by = \"Data Protection Officer\"\napproved_on = 2026-10-28\nreview_by = 2027-10-31\n\n[[dpia]]";
    let basis = "basis = \"contract\"\n";
    let public = "article9_condition = \"substantial_public_interest\"\n";
    let (schedule, paper) = ("schedule1_condition = \"Part 2, paragraph 6\"\n", "policy_document = \"APD-1\"\n");
    let whole = with_lines(&[public, schedule, paper].concat());
    let twin: [Change<'_>; 2] = [(GARDEN, basis, &whole), (REGISTER, "[[dpia]]", document)];
    for (rule, lines) in [
        ("share.article9", String::new()),
        ("share.schedule1", [public, paper].concat()),
        ("share.policy_document", [public, schedule].concat()),
        ("share.policy_document", [public, schedule, "policy_document = \"APD-2\"\n"].concat()),
    ] {
        pairs(rule, &[(GARDEN, basis, &with_lines(&lines)), (REGISTER, "[[dpia]]", document)], &twin);
    }
    // Care needs its schedule, and no document; what she made public needs neither.
    let care = "article9_condition = \"health_or_social_care\"\n";
    pairs(
        "share.schedule1",
        &[(GARDEN, basis, &with_lines(care))],
        &[(GARDEN, basis, &with_lines(&[care, schedule].concat()))],
    );
    let own = with_lines("article9_condition = \"explicit_consent\"\n");
    assert_eq!(broken(&[(GARDEN, basis, &own)]), Vec::<&str>::new());
    pairs("share.special_category", &[(GARDEN, basis, &format!("{basis}{public}"))], &[(GARDEN, basis, basis)]);
}

#[test]
fn only_consent_is_asked_for_later() {
    pairs(
        "share.ask",
        &[(GARDEN, "notice =", "ask = \"in_context\"\nnotice =")],
        &[(PERMITS, "expires = \"P24M\"", "expires = \"P24M\"\nask = \"in_context\"")],
    );
}

#[test]
fn no_file_rests_a_task_on_legitimate_interests() {
    for file in [REGISTER, PROCESSING] {
        for basis in ["legitimate_interests", "recognised_legitimate_interest"] {
            let written = format!("basis = {basis:?}");
            assert_eq!(
                broken(&[(file, "basis = \"public_task\"", &written)]),
                ["share.legitimate_interests"],
                "{file}"
            );
        }
    }
}

#[test]
fn what_is_rested_on_is_approved_by_now() {
    let power = "approved_by = \"Monitoring Officer\"\napproved_on = 2026-10-12\nreview_by = 2027-10-31\n";
    pairs("power.approval", &[(REGISTER, power, "")], &[(REGISTER, power, &power.replace("10-12", "12-01"))]);
    pairs("power.approval", &[(REGISTER, power, &power.replace("10-12", "12-02"))], &[]);
    for (whole, less) in [
        ("approved_by = \"Monitoring Officer\"\n", ""),
        ("\"Monitoring Officer\"", "\" \""),
        ("approved_on = 2026-10-12\n", ""),
        ("review_by = 2027-10-31\n", ""),
    ] {
        pairs("power.approval", &[(REGISTER, power, &power.replace(whole, less))], &[]);
    }
    let board = "approved_by = \"Information Governance Board\"\napproved_on = 2026-11-10";
    pairs("purpose.approval", &[(REGISTER, board, "approved_by = \" \"\napproved_on = 2026-11-10")], &[]);
    let needless = "dpia_not_needed_because = \"One answer, yes or no, about customers who order the service.\"";
    pairs("purpose.dpia", &[(REGISTER, needless, "dpia_not_needed_because = \" \"")], &[]);
    let purpose = "approved_on = 2026-11-10";
    pairs(
        "purpose.approval",
        &[(REGISTER, purpose, "approved_on = 2026-12-02")],
        &[(REGISTER, purpose, "approved_on = 2026-12-01")],
    );
    let dpia = "approved_on = 2026-10-28";
    for rule in ["purpose.dpia", "share.dpia"] {
        pairs(rule, &[(REGISTER, dpia, "approved_on = 2026-12-02")], &[(REGISTER, dpia, "approved_on = 2026-12-01")]);
    }
    pairs(
        "purpose.category",
        &[(REGISTER, "category = \"account\"\n", "")],
        &[(REGISTER, "\"account\"", "\"security\"")],
    );
    pairs(
        "purpose.marketing",
        &[(REGISTER, "category = \"service\"", "category = \"marketing\"")],
        &[(REGISTER, "category = \"service\"", "category = \"research\"")],
    );
}

#[test]
fn a_review_that_is_late_is_said_and_stops_nothing() {
    let bundle = with(&[(REGISTER, "review_by = 2027-10-31", "review_by = 2026-11-30")]).unwrap();
    let said = |day| {
        let findings = lint(&bundle, &held(), day);
        let late = findings.into_iter().filter(|finding| finding.rule == "register.review");
        late.map(|finding| (finding.severity, finding.message)).collect::<Vec<_>>()
    };
    assert_eq!(said(date(2026, 11, 30)), []);
    let late = (Severity::Warning, "It was to be looked at again by 2026-11-30.".to_owned());
    assert_eq!(said(date(2026, 12, 1)), [late]);
    bundle.check(&held(), date(2026, 12, 1)).unwrap();
}

/// Where and in which words each finding of a rule is.
fn said(changes: &[Change<'_>], rule: &str) -> Vec<(String, Option<usize>, String)> {
    let findings = lint(&with(changes).unwrap(), &held(), date(2026, 12, 1));
    let of_rule = findings.into_iter().filter(|finding| finding.rule == rule);
    of_rule.map(|finding| (finding.file, finding.line, finding.message)).collect()
}

/// The line of a sample file that this stands on.
fn line(file: &str, text: &str) -> Option<usize> {
    let whole = crate::policy::sample::file(file).unwrap();
    whole.lines().position(|line| line == text).map(|at| at + 1)
}

#[test]
fn a_finding_points_at_what_has_to_be_mended() {
    let (book, purpose) = ("review_by = 2027-11-30\n\n[[purpose]]", "approved_on = 2026-11-10\nreview_by = 2027-11-30");
    let late = "It was to be looked at again by 2026-11-30.".to_owned();
    let at = |nth: usize| {
        let whole = crate::policy::sample::file(REGISTER).unwrap();
        let lines = whole.lines().enumerate().filter(|(_, line)| *line == "review_by = 2027-11-30");
        lines.map(|(at, _)| at + 1).nth(nth)
    };
    let of = |from: &str| said(&[(REGISTER, from, &from.replace("2027-11-30", "2026-11-30"))], "register.review");
    assert_eq!(of(book), [(REGISTER.to_owned(), at(0), late.clone())]);
    assert_eq!(of(purpose), [(REGISTER.to_owned(), at(1), late)]);
    let hosting = |to: &str| {
        let all = said(&[(PROCESSING, "party = \"brookside\"\n", to)], "processor.party");
        all.into_iter().map(|(_, line, _)| line).collect::<Vec<_>>()
    };
    let party = line(PROCESSING, "party = \"brookside\"");
    assert_eq!(hosting("party = \"nobody\"\n"), [party]);
    assert_eq!(hosting(""), [party.map(|party| party - 1)], "its id stands above");
    // What is wrong is said in its own words.
    let own = shared(("\"separate\"", "\"same_controller\""), ("", ""));
    let own: Vec<Change<'_>> = own.iter().map(|(file, from, to)| (*file, *from, to.as_str())).collect();
    let words: Vec<String> = said(&own, "share.party").into_iter().map(|(.., words)| words).collect();
    assert_eq!(words, ["A service of the council's own is no other party."]);
    // And once: what only says something about a claim is not missed beside it.
    let scopes = "scopes = [\"openid\", \"profile\", \"email\", \"offline_access\"]";
    let claims = (GARDEN, "claims = [\"name\", \"email\"]", "claims = [\"name\"]");
    let missed = said(&[claims, (GARDEN, scopes, scopes)], "claim.no_share");
    assert_eq!(missed.len(), 1, "{missed:?}");
    let with_whom = |id: &str| {
        let line = format!("sector = \"garden-waste\"\nsso_shared_with = [{id:?}]\n#");
        let all = said(&[(GARDEN, "sector = \"garden-waste\"", &line)], "client.sso_shared_with");
        all.into_iter().map(|(.., words)| words).collect::<Vec<_>>()
    };
    assert_eq!(with_whom("garden-waste"), ["\"garden-waste\" is itself, so no sign-in can be shared with it."]);
    assert_eq!(with_whom("nobody"), ["\"nobody\" is no service, so no sign-in can be shared with it."]);
}

#[test]
fn every_edition_is_registered_there_in_each_language_and_in_order() {
    let (en, cy) = ("notices/parking-permit@2.en.md", "notices/parking-permit@2.cy.md");
    let (words, geiriau) = ((en, "", "# Permits\n\nNew words.\n"), (cy, "", "# Trwyddedau\n\nGeiriau newydd.\n"));
    let whole = [words, geiriau, (REGISTER, "[[notice]]", EDITION)];
    pairs("notice.unregistered", &[words, geiriau], &whole);
    pairs("notice.missing", &[words, (REGISTER, "[[notice]]", EDITION)], &whole);
    for (rule, from, to) in [
        ("notice.approval", "\"The address too\"", "\" \""),
        ("notice.approval", "approved_ref = \"IGB 7\"", "approved_ref = \"\""),
        ("notice.approval", "approved_by = \"Information Governance Board\"", "approved_by = \" \""),
        ("notice.order", "effective_from = 2026-11-30", "effective_from = 2026-11-21"),
    ] {
        pairs(rule, &[words, geiriau, (REGISTER, "[[notice]]", &EDITION.replace(from, to))], &whole);
    }
    // The next edition may be named before its day, where the one before still holds; a first one may not.
    let later = EDITION.replace("2026-11-30", "2027-07-01");
    let named = [words, geiriau, (PERMITS, "parking-permit@1", "parking-permit@2")];
    for notice in ["account", "garden-waste"] {
        let from = |day: &str| {
            format!(
                "id = \"{notice}\"\nversion = 1\nchange = \"material\"\nwhy = \"First edition\"\n\
                 approved_by = \"Information Governance Board\"\napproved_ref = \"IGB 2026-11-10 item 6\"\n\
                 effective_from = {day}\n"
            )
        };
        let (was, today, tomorrow) = (from("2026-11-22"), from("2026-12-01"), from("2026-12-02"));
        let ahead = [&named[..], &[(REGISTER, "[[notice]]", &later), (REGISTER, &was, &today)]].concat();
        pairs("notice.not_yet", &[(REGISTER, &was, &tomorrow)], &ahead);
    }
    let editorial = EDITION.replacen("material", "editorial", 1);
    pairs(
        "notice.change",
        &[(REGISTER, "change = \"material\"", "change = \"editorial\"")],
        &[words, geiriau, (REGISTER, "[[notice]]", &editorial)],
    );
}

#[test]
fn what_an_edition_changed_is_not_said_otherwise_later() {
    let words = [
        ("notices/parking-permit@2.en.md", "", "# Permits\n\nNew.\n"),
        ("notices/parking-permit@2.cy.md", "", "# T\n\nN.\n"),
    ];
    let of = |edition: &str| with(&[words[0], words[1], (REGISTER, "[[notice]]", edition)]).unwrap();
    let (old, new) = (of(EDITION), of(&EDITION.replacen("material", "editorial", 1)));
    let rules: Vec<&str> = change::forbidden(&old, &new, &[]).iter().map(|finding| finding.rule).collect();
    assert_eq!(rules, ["notice.change_edited"]);
    let why = of(&EDITION.replace("The address too", "The address, too"));
    assert_eq!(change::forbidden(&old, &why, &[]), []);
}
