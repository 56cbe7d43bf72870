//! What the shipped policies allow, written down a second time by hand: a change of either must be noticed.

use super::{Access, table};
use crate::domain::staff::{Action, Circumstances, Role};
use crate::policy::sample::tests::{broken, with};
use crate::policy::{Bundle, Refused, diff};

const CEDAR: &str = "access.cedar";
const SCHEMA: &str = "access.cedarschema";

fn shipped() -> Access {
    with(&[]).unwrap().access
}

/// Who may do what, and when: the table of the shipped policies.
fn expected(role: Role, action: Action, of: Circumstances) -> bool {
    let desk = role == Role::CustomerService;
    let governance = role == Role::InformationGovernance;
    let auditor = role == Role::Auditor;
    let administrator = role == Role::Administrator;
    let known = of.conflict && !of.glass_broken;
    let look = (desk || governance) && of.reason && (of.case || of.glass_broken) && !known;
    match action {
        Action::UseConsole => true,
        Action::SearchPeople | Action::ViewPerson => look,
        Action::RevealField => look && of.fresh,
        Action::SearchRecord | Action::ViewEvent | Action::ReportOnPerson => (governance || auditor) && !known,
        Action::ReportOnOfficers | Action::SeeRegister | Action::SeeSignals | Action::SeeObjections => {
            governance || auditor
        }
        Action::SeeRights => governance || auditor,
        Action::ReceiveRequest => desk || governance,
        Action::DecideObjection | Action::HandleRights => governance && of.reason && of.case && !of.conflict,
        Action::EraseAccount => governance && of.reason && of.case && of.fresh && !of.conflict,
        Action::RecordChoice => (desk || governance) && of.reason && of.case && !of.conflict,
        Action::ExportRecord => (governance || auditor) && of.fresh && of.approved,
        Action::SeeLog | Action::SeeStaff => governance || auditor || administrator,
        Action::BreakGlass => (desk || governance) && of.reason && of.fresh,
        Action::DelayNotice => governance && of.approved,
        Action::GiveApproval => governance || role == Role::Deputy,
        Action::MeasureBreach
        | Action::RecordBreach
        | Action::ReviewBreakGlass
        | Action::ReviewDelay
        | Action::SettleSignal => governance,
        Action::AnswerQuestion => governance && !known,
    }
}

#[test]
fn the_shipped_policies_allow_this_and_nothing_else() {
    let access = shipped();
    let mut asked = 0;
    for role in Role::ALL {
        for action in Action::ALL {
            for of in table::every() {
                let decision = access.decide(&[*role], *action, of);
                assert_eq!(decision.allowed, expected(*role, *action, of), "{role:?} {action:?} {of:?}: {decision:?}");
                assert!(!decision.allowed || !decision.because.is_empty(), "{role:?} {action:?}");
                asked += 1;
            }
        }
    }
    assert_eq!(asked, 5 * 29 * 64);
}

#[test]
fn several_roles_may_do_what_each_may_and_none_nothing() {
    let access = shipped();
    for of in table::every() {
        for action in Action::ALL {
            assert!(!access.decide(&[], *action, of).allowed, "{action:?} {of:?}");
            let each = Role::ALL.iter().any(|role| expected(*role, *action, of));
            assert_eq!(access.decide(Role::ALL, *action, of).allowed, each, "{action:?} {of:?}");
        }
    }
}

#[test]
fn a_decision_names_the_policies_that_made_it() {
    let access = shipped();
    let look = Circumstances { reason: true, case: true, ..Circumstances::default() };
    let decide = |of| access.decide(&[Role::CustomerService], Action::ViewPerson, of);
    assert_eq!(decide(look).because, ["helpdesk.look"]);
    let known = decide(Circumstances { conflict: true, ..look });
    assert_eq!((known.allowed, known.because), (false, vec!["conflict".to_owned()]));
    assert_eq!(decide(Circumstances { glass_broken: true, ..look }).because, ["glass.look", "helpdesk.look"]);
    let nothing = decide(Circumstances::default());
    assert_eq!((nothing.allowed, nothing.because), (false, vec![]));
}

#[test]
fn what_somebody_may_at_best() {
    let access = shipped();
    assert!(access.may(Role::InformationGovernance, Action::DelayNotice));
    assert!(access.may(Role::CustomerService, Action::RevealField));
    assert!(!access.may(Role::Auditor, Action::ViewPerson));
    assert_eq!(access.who_may(Action::GiveApproval), [Role::InformationGovernance, Role::Deputy]);
}

#[test]
fn the_table_says_the_smallest_conditions_in_words() {
    let said: Vec<String> = shipped()
        .table()
        .iter()
        .filter(|row| !row.when.is_empty())
        .map(|row| format!("{} {}: {}", row.action.as_str(), row.role.as_str(), row.in_words()))
        .collect();
    let desk_or_glass = "behind broken glass, with a reason; or with a reason and a case, unless they know the person";
    let find = |start: &str| said.iter().filter_map(|line| line.strip_prefix(start)).collect::<Vec<_>>();
    assert_eq!(
        find("view_person "),
        [format!("customer_service: {desk_or_glass}"), format!("information_governance: {desk_or_glass}"),]
    );
    assert_eq!(find("use_console auditor: "), ["always"]);
    assert_eq!(find("export_record auditor: "), ["with fresh proof and a second person’s approval"]);
    assert_eq!(find("see_log customer_service: "), Vec::<&str>::new());
    let reveal = "behind broken glass, with a reason and fresh proof; or with a reason, a case and fresh proof, unless they \
                  know the person";
    assert_eq!(find("reveal_field information_governance: "), [reveal]);
}

#[test]
fn the_table_is_found_by_asking() {
    let odd = "forbid (principal, action == Action::\"see_log\", resource) when { context.fresh };";
    let with_odd = format!("@id(\"odd\")\n@title(\"Odd\")\n@why(\"To see\")\n{odd}\n\n@id(\"conflict\")");
    let bundle = with(&[(CEDAR, "@id(\"conflict\")", &with_odd)]).unwrap();
    let row = |role| bundle.access.table().into_iter().find(|row| row.action == Action::SeeLog && row.role == role);
    assert_eq!(row(Role::Auditor).unwrap().in_words(), "without fresh proof");
    assert_eq!(row(Role::CustomerService).unwrap().in_words(), "never");
}

#[test]
fn what_cannot_be_asked_is_refused() {
    // An overflow is the engine's own error: it must not let the other policies decide.
    let odd = "permit (principal, action == Action::\"see_log\", resource)\n\
               when { 9223372036854775807 + (if context.fresh then 1 else 0) > 0 };";
    let with_odd = format!("@id(\"odd\")\n@title(\"Odd\")\n@why(\"To see\")\n{odd}\n\n@id(\"conflict\")");
    let access = with(&[(CEDAR, "@id(\"conflict\")", &with_odd)]).unwrap().access;
    let decide = |fresh| access.decide(&[Role::Auditor], Action::SeeLog, Circumstances { fresh, ..Default::default() });
    assert_eq!((decide(false).allowed, decide(true).allowed), (true, false));
}

fn first(result: Result<Bundle, Refused>) -> (&'static str, Option<usize>, String) {
    let finding = result.unwrap_err().findings.remove(0);
    (finding.rule, finding.line, finding.message)
}

fn line_of(file: &str, words: &str) -> usize {
    crate::policy::sample::file(file).unwrap().lines().position(|line| line.contains(words)).unwrap() + 1
}

/// A file, what stands there, and what shall stand there.
type Edit = (&'static str, &'static str, &'static str);

const HEAD: &str = "permit (\n  principal in Role::\"administrator\"";

/// A rule, what breaks it, and the nearest change that does not.
const CASES: &[(&str, Edit, Edit)] = &[
    ("access.unreadable", (CEDAR, HEAD, "permitted (\n  principal in Role::\"administrator\""), (CEDAR, HEAD, HEAD)),
    (
        "access.unreadable",
        (SCHEMA, "entity Staff in", "entities Staff in"),
        (SCHEMA, "entity Staff in", "entity  Staff in"),
    ),
    (
        "access.invalid",
        (CEDAR, "principal in Role::\"administrator\"", "principal in Role::\"admin\""),
        (CEDAR, "principal in Role::\"administrator\"", "principal in Role::\"auditor\""),
    ),
    (
        "access.invalid",
        (CEDAR, "when { context.approved };", "when { context.allowed };"),
        (CEDAR, "when { context.approved };", "when { context.fresh };"),
    ),
    (
        "access.invalid",
        (CEDAR, "action == Action::\"answer_question\"", "action == Action::\"answer\""),
        (CEDAR, "action == Action::\"answer_question\"", "action in [Action::\"answer_question\"]"),
    ),
    ("access.id", (CEDAR, "@id(\"export\")\n", ""), (CEDAR, "@id(\"export\")\n", "@id(\"exported\")\n")),
    ("access.id", (CEDAR, "@id(\"export\")", "@id(\"conflict\")"), (CEDAR, "@id(\"export\")", "@id(\"conflicts\")")),
    ("access.template", (CEDAR, HEAD, "permit (\n  principal in ?principal"), (CEDAR, HEAD, HEAD)),
    (
        "access.words",
        (CEDAR, "@why(\"The answer does not come from the desk that looked.\")\n", ""),
        (CEDAR, "@why(\"The answer does not come from the desk that looked.\")", "@why(\"So it is.\")"),
    ),
    (
        "access.words",
        (CEDAR, "@title(\"Administrators may see the state of the log, and who is on the staff\")", "@title(\" \")"),
        (CEDAR, "@title(\"Administrators may see the state of the log, and who is on the staff\")", "@title(\"A\")"),
    ),
    (
        "access.schema",
        (SCHEMA, "  see_log,\n", "  see_log,\n  see_all,\n"),
        (SCHEMA, "  see_log,\n", "  see_log, // where it stands\n"),
    ),
    (
        "access.schema",
        (SCHEMA, "  conflict: Bool,\n", "  conflict: Bool,\n  friday: Bool,\n"),
        (SCHEMA, "  conflict: Bool,\n", "  conflict: Bool\n"),
    ),
    (
        "access.schema",
        (SCHEMA, "\"deputy\"]", "\"deputy\", \"trainee\"]"),
        (SCHEMA, "\"administrator\", \"deputy\"]", "\"deputy\", \"administrator\"]"),
    ),
];

#[test]
fn each_rule_breaks_and_passes_its_twin() {
    for (rule, bad, twin) in CASES {
        let found = broken(&[*bad]);
        assert!(found.contains(rule), "{rule} does not see {bad:?}: {found:?}");
        assert_eq!(broken(&[*twin]), Vec::<&str>::new(), "{rule}: the twin {twin:?} is refused");
    }
    // Somebody has to be left who approves.
    let governance = (CEDAR, "action in [Action::\"give_approval\", ", "action in [");
    let deputy = (CEDAR, "action == Action::\"give_approval\"", "action == Action::\"see_staff\"");
    assert!(broken(&[governance, deputy]).contains(&"access.no_approver"));
    assert_eq!((broken(&[governance]), broken(&[deputy])), (Vec::<&str>::new(), Vec::new()));
}

#[test]
fn a_finding_names_its_line() {
    let (rule, line, message) = first(with(&[(CEDAR, "context.approved };", "context.allowed };")]));
    assert_eq!((rule, line), ("access.invalid", Some(line_of(CEDAR, "when { context.approved };"))), "{message}");
    assert!(message.contains("allowed"), "{message}");
    let (rule, line, message) = first(with(&[(CEDAR, "@id(\"export\")", "@id(\"export\"")]));
    assert_eq!((rule, line), ("access.unreadable", Some(line_of(CEDAR, "@id(\"export\")") + 1)), "{message}");
    let (rule, line, _) = first(with(&[(SCHEMA, "entity House", "entity entity House")]));
    assert_eq!((rule, line), ("access.unreadable", Some(line_of(SCHEMA, "entity House"))));
    let (rule, line, _) = first(with(&[(CEDAR, "@id(\"export\")\n", "")]));
    assert_eq!((rule, line), ("access.id", Some(line_of(CEDAR, "@id(\"export\")"))));
}

#[test]
fn a_schema_of_this_version_has_every_action() {
    let without = with(&[(SCHEMA, "  see_log,\n", ""), (CEDAR, "      Action::\"see_log\",\n", "")]);
    // Policies still name it, so it is refused by the validator; with none that names it the rule itself speaks.
    assert_eq!(first(without).0, "access.invalid");
    let none = with(&[
        (SCHEMA, "break_glass, see_staff", "see_staff"),
        (CEDAR, "action == Action::\"break_glass\"", "action == Action::\"see_staff\""),
    ]);
    let findings =
        crate::policy::lint(&none.unwrap(), &crate::policy::sample::tests::held(), crate::policy::sample::tests::DAY);
    let told = findings.iter().find(|finding| finding.rule == "access.schema").unwrap();
    assert_eq!(told.message, "The action break_glass is missing.");
}

#[test]
fn a_bundle_from_before_the_staff_runs_by_the_sample() {
    let whole = with(&[]).unwrap();
    let mut canonical: serde_json::Value = serde_json::from_slice(whole.canonical()).unwrap();
    let files = canonical["files"].as_object_mut().unwrap();
    for file in [CEDAR, SCHEMA, "staff.toml"] {
        files.remove(file).unwrap();
    }
    let bytes = serde_json_canonicalizer::to_vec(&canonical).unwrap();
    let issuer = crate::policy::sample::tests::demo();
    let earlier = Bundle::from_canonical(&bytes, &issuer).unwrap();
    assert_eq!(earlier.canonical(), bytes, "its digest stays");
    assert_eq!(earlier.access.table(), whole.access.table());
    assert_eq!(earlier.staff, whole.staff);
    let told: Vec<String> = diff(&earlier, &whole).iter().map(ToString::to_string).collect();
    assert_eq!(told, ["! access.cedar: is new", "! access.cedarschema: is new", "! staff.toml: is new"]);
    assert!(earlier.with_clients_of(&whole, &issuer).is_ok());
    // A folder has them, lest a new version decide for the council.
    let files = canonical["files"].as_object().unwrap().iter();
    let folder =
        Bundle::from_files(files.map(|(path, text)| (path.clone(), text.as_str().unwrap().to_owned())), &issuer);
    let missing: Vec<_> =
        folder.unwrap_err().findings.into_iter().map(|finding| (finding.rule, finding.file)).collect();
    assert_eq!(missing, [CEDAR, SCHEMA, "staff.toml"].map(|file| ("file.missing", file.to_owned())));
}

#[test]
fn a_change_of_access_is_told_by_what_it_does() {
    let old = with(&[]).unwrap();
    let told = |changes: &[(&str, &str, &str)]| {
        diff(&old, &with(changes).unwrap()).iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(
        told(&[(CEDAR, "when { context.approved };", "when { context.approved || context.fresh };")]),
        [
            "! access.cedar: information_governance, delay_notice: with fresh proof; or with a second person’s approval now; \
         it was with a second person’s approval",
            "! access.cedar: the policy governance.delay says something else",
        ]
    );
    assert_eq!(told(&[(CEDAR, "// Auditors", "// Those who check")]), Vec::<String>::new());
    assert_eq!(
        told(&[(CEDAR, "@title(\"Administrators may see", "@title(\"They may see")]),
        ["  access.cedar: the policy administrator.system is explained in other words"]
    );
    assert_eq!(told(&[(SCHEMA, "// Who asks", "// Whoever asks")]), Vec::<String>::new());
    assert_eq!(
        told(&[(SCHEMA, "  see_log,\n", "  see_log,\n  see_all,\n")]),
        ["! access.cedarschema: says something else"]
    );
    assert_eq!(
        told(&[("staff.toml", "idle = \"15 min\"", "idle = \"20 min\"")]),
        ["! staff.toml: session.idle is now 20 min; it was 15 min"]
    );
}
