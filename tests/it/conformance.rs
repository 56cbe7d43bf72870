//! What the certification plans ask, as `tests/conformance/README.md` has it: every module has a row, and every row names
//! tests that run. Here too: the settings with which an operator runs the suite.

use crate::serve::portreeve;
use crate::temp::TempDir;
use portreeve::config::{Allowed, Config, Environment};
use portreeve::crypto::roots::RootSecret;
use portreeve::domain::claims::Claim;
use portreeve::policy::sample;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

const README: &str = include_str!("../conformance/README.md");
const SETTINGS: &str = include_str!("../../deploy/conformance.toml");

/// Each plan with how many modules it has; a row that goes is noticed.
const PLANS: [(&str, usize); 8] = [
    ("oidcc-basic-certification-test-plan", 35),
    ("oidcc-config-certification-test-plan", 1),
    ("oidcc-formpost-basic-certification-test-plan", 38),
    ("oidcc-dynamic-certification-test-plan", 23),
    ("oidcc-3rdparty-init-login-certification-test-plan", 2),
    ("oidcc-rp-initiated-logout-certification-test-plan", 11),
    ("oidcc-backchannel-rp-initiated-logout-certification-test-plan", 2),
    ("oidcc-frontchannel-rp-initiated-logout-certification-test-plan", 2),
];

/// A row: what is asked, and the tests that hold it.
struct Row<'a> {
    asked: &'a str,
    tests: Vec<&'a str>,
}

fn row(line: &str) -> Option<Row<'_>> {
    let mut cells = line.strip_prefix('|')?.split('|').map(str::trim);
    let (asked, held) = (cells.next()?, cells.next()?);
    // Every second piece stands between backticks.
    let tests = held.split('`').skip(1).step_by(2).collect();
    (!asked.starts_with("---") && !["asked", "client"].contains(&asked)).then_some(Row { asked, tests })
}

/// The rows of each plan; those of no plan (the clients of others) stand under "".
fn plans(text: &str) -> BTreeMap<&str, Vec<Row<'_>>> {
    let mut all: BTreeMap<&str, Vec<Row<'_>>> = BTreeMap::new();
    let mut plan = "";
    for line in text.lines() {
        if line.starts_with("## ") {
            plan = "";
        }
        if let Some(named) = line.strip_prefix("Plan `") {
            plan = named.trim_end_matches("`.");
        }
        all.entry(plan).or_default().extend(row(line));
    }
    all
}

/// What this program would run, as it prints it itself.
fn listed(more: &[&str]) -> BTreeSet<String> {
    let output = Command::new(std::env::current_exe().unwrap()).arg("--list").args(more).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().filter_map(|line| line.strip_suffix(": test")).map(str::to_owned).collect()
}

/// The names under which a test stands in the list: by itself, or as its twins.
fn twins(name: &str) -> [Vec<String>; 2] {
    let (module, function) = name.rsplit_once("::").unwrap_or(("", name));
    [vec![name.to_owned()], ["sqlite", "postgres"].map(|place| format!("{module}::{place}::{function}")).to_vec()]
}

/// Whether a browser test of this title runs, if the file has one. It begins a line with its title and ends where a line
/// as far in closes it; it may be left out by what stands before its arrow, or from within.
fn runs(text: &str, title: &str) -> Option<bool> {
    let begins = format!("test('{title}',");
    let mut lines = text.lines().skip_while(|line| !line.trim_start().starts_with(&begins));
    let first = lines.next()?;
    let (margin, rest) = first.split_once(&begins)?;
    let ends = format!("{margin}}})");
    let whole: Vec<&str> = std::iter::once(rest).chain(lines.take_while(|line| *line != ends)).collect();
    let whole = whole.join("\n");
    let (options, _) = whole.split_once("=>")?;
    let left_out = ["skip", "todo"].iter().any(|word| options.contains(word) || whole.contains(&format!(".{word}(")));
    Some(!left_out)
}

/// What is wrong with a test's name, if anything.
fn fault(name: &str, all: &BTreeSet<String>, skipped: &BTreeSet<String>) -> Option<String> {
    if let Some((file, title)) = name.split_once(": ") {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
        let browser = file.starts_with("tests/browser/") && file.ends_with(".test.js");
        let text = std::fs::read_to_string(path).unwrap_or_default();
        return match runs(&text, title).filter(|_| browser) {
            None => Some(format!("{name}: no such browser test")),
            Some(runs) => (!runs).then(|| format!("{name}: skipped")),
        };
    }
    let found = twins(name).into_iter().find(|names| names.iter().all(|name| all.contains(name)));
    match found {
        None => Some(format!("{name}: no such test")),
        Some(names) if names.iter().any(|name| skipped.contains(name)) => Some(format!("{name}: skipped")),
        Some(_) => None,
    }
}

#[test]
fn every_module_of_the_plans_is_held_by_a_test_that_runs() {
    let (all, skipped) = (listed(&[]), listed(&["--ignored"]));
    let plans = plans(README);
    for (plan, modules) in PLANS {
        let rows = plans.get(plan).unwrap_or_else(|| panic!("{plan} has no table"));
        let asked: BTreeSet<&str> = rows.iter().map(|row| row.asked).collect();
        assert_eq!((asked.len(), rows.len()), (modules, modules), "{plan}");
    }
    assert_eq!(plans.len(), PLANS.len() + 1, "a plan that this test does not know");
    let mut faults = Vec::new();
    for row in plans.values().flatten() {
        if row.tests.is_empty() {
            faults.push(format!("{}: no test", row.asked));
        }
        faults.extend(row.tests.iter().filter_map(|name| fault(name, &all, &skipped)));
    }
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

#[test]
fn a_row_without_a_running_test_is_noticed() {
    let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>();
    let all = set(&["a::sqlite::x", "a::postgres::x", "a::sqlite::half", "a::alone", "a::idle"]);
    let skipped = set(&["a::idle"]);
    for (name, sound) in [
        ("a::x", true),
        ("a::alone", true),
        ("a::half", false),
        ("a::idle", false),
        ("a::gone", false),
        ("tests/browser/endpoints.test.js: every endpoint that discovery lists completes its happy path", true),
        ("tests/browser/endpoints.test.js: every endpoint", false),
        ("tests/browser/gone.test.js: x", false),
    ] {
        assert_eq!(fault(name, &all, &skipped).is_none(), sound, "{name}");
    }
    let parsed = row("| `m` | `a::x`, `a::alone` | Differs: `y`. |").unwrap();
    assert_eq!((parsed.asked, parsed.tests), ("`m`", vec!["a::x", "a::alone"]));
    assert!(row("| --- | --- | --- |").is_none() && row("text").is_none());
}

#[test]
fn a_browser_test_that_is_left_out_is_noticed() {
    for (text, wanted) in [
        (
            "test('a skip is left', async (t) => {\n  await page.goto('/todo')\n})\ntest('b', { skip: true }, () => {\n})",
            true,
        ),
        ("  test('a skip is left', async () => {\n    if (wide) {\n    }\n  })\n  test('b', (t) => t.skip())", true),
        ("test('a skip is left', { timeout: 9, skip: missing && 'no python3' }, async (t) => {\n})", false),
        ("test('a skip is left', { skip }, () => {\n})", false),
        ("test('a skip is left',\n  { todo: 'one day' },\n  () => {\n})", false),
        ("test('a skip is left', (t) => {\n  if (missing) t.skip('no python3')\n})", false),
        ("test('a skip is left', (t) => t.todo())", false),
    ] {
        assert_eq!(runs(text, "a skip is left"), Some(wanted), "{text}");
        assert_eq!(runs(text, "a skip"), None, "{text}");
    }
    assert_eq!(runs("test.skip('a', () => {\n})\n// test('a', () => {})", "a"), None);
}

/// The standard claims (OIDC Core §5.1) that none of ours is called by are those that the text says are absent.
#[test]
fn the_claims_that_are_absent_are_listed() {
    let standard = "sub name given_name family_name middle_name nickname preferred_username profile picture website email \
                    email_verified gender birthdate zoneinfo locale phone_number phone_number_verified address updated_at";
    let held: BTreeSet<&str> = Claim::ALL.into_iter().map(Claim::as_str).chain(["sub"]).collect();
    let absent: BTreeSet<&str> = standard.split(' ').filter(|claim| !held.contains(claim)).collect();
    let (_, listed) = README.split_once("does not hold are absent:").unwrap();
    let listed: BTreeSet<&str> = listed.split('.').next().unwrap().split('`').skip(1).step_by(2).collect();
    assert_eq!(listed, absent);
}

/// What only the Foundation says, nobody here says.
#[test]
fn no_text_claims_a_result() {
    for text in [README, SETTINGS] {
        let text = text.to_lowercase();
        for word in [concat!("certi", "fied"), concat!("pas", "ses")] {
            assert!(!text.contains(word), "{word}");
        }
    }
}

#[test]
fn the_settings_for_the_suite_are_sound() {
    let folder = TempDir::new("conformance");
    let at = |name: &str| folder.path().join(name);
    sample::begin(&at("policies"), true).unwrap();
    std::fs::create_dir_all(at("tls")).unwrap();
    let made = rcgen::generate_simple_self_signed(["account.example.gov.uk".to_owned()]).unwrap();
    for name in ["tls/chain.pem", "suite-ca.pem"] {
        std::fs::write(at(name), made.cert.pem()).unwrap();
    }
    std::fs::write(at("tls/key.pem"), made.signing_key.serialize_pem()).unwrap();
    RootSecret::generate_to_file(&at("root.secret")).unwrap();
    let file = at("conformance.toml");
    std::fs::write(&file, SETTINGS).unwrap();
    // As they are shipped, with the policies that `policy init --with-conformance` begins: what serve would say is nothing.
    let check = || portreeve(&["config", "check", "--config", file.to_str().unwrap()]).output().unwrap();
    let said = check();
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stdout));
    std::fs::write(at("tls/key.pem"), "no key").unwrap();
    sample::write_to(&at("policies"), "http://localhost:8090", "http://localhost:8091").unwrap();
    let said = String::from_utf8(check().stdout).unwrap();
    assert!(said.contains("the certificate") && said.contains("garden-waste.toml"), "{said}");
    let config = Config::load(&file, &Environment::default()).unwrap();
    assert!(config.issuer.https() && config.tls.is_some());
    let host = Allowed::Place { host: "conformance.example.gov.uk".into(), port: 8443 };
    assert_eq!((config.outbound_allow, config.extra_ca), (vec![host], Some(at("suite-ca.pem"))));
}
