//! Every figure has its range, and those that belong together agree.

use super::Figures;

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// Each length of time with the least and the most seconds it may be.
const LENGTHS: [(&str, u64, u64); 25] = [
    ("tokens.authorization_code", 10, 10 * MINUTE),
    ("tokens.id_token", MINUTE, HOUR),
    ("tokens.access_token", MINUTE, HOUR),
    ("tokens.refresh_idle", HOUR, 180 * DAY),
    ("tokens.refresh_absolute", HOUR, 365 * DAY),
    ("tokens.refresh_retry", 0, 2 * MINUTE),
    ("session.shared.idle", 5 * MINUTE, HOUR),
    ("session.shared.warning", 20, 10 * MINUTE),
    ("session.shared.absolute", 15 * MINUTE, 12 * HOUR),
    ("session.own.idle", 5 * MINUTE, 12 * HOUR),
    ("session.own.warning", 20, 10 * MINUTE),
    ("session.own.absolute", HOUR, 30 * DAY),
    ("codes.sign_up", 10 * MINUTE, DAY),
    ("codes.other", 5 * MINUTE, 2 * HOUR),
    ("codes.wait", MINUTE, DAY),
    ("links.lifetime", 5 * MINUTE, DAY),
    ("journeys.kept", HOUR, 7 * DAY),
    ("registrations.wait", MINUTE, DAY),
    ("lockout.window", MINUTE, DAY),
    ("lockout.closed", MINUTE, DAY),
    ("revocation.endpoints", 1, 5),
    ("revocation.staff", 1, MINUTE),
    ("revocation.leavers", MINUTE, DAY),
    ("sealing.normal", 1, MINUTE),
    ("sealing.alarm", 2, 10 * MINUTE),
];

/// Each number with the least and the most it may be.
const NUMBERS: [(&str, u64, u64); 7] = [
    ("codes.digits", 6, 8),
    ("codes.misses", 3, 10),
    ("codes.longer", 2, 10),
    ("registrations.starts", 20, 100_000),
    ("passwords.least_chars", 8, 64),
    ("passwords.most_bytes", 256, 1024),
    ("lockout.misses", 3, 20),
];

/// What is wrong with one figure where some are set: in words.
fn wrong(path: &str, set: &[(&str, String)]) -> Vec<String> {
    let lines = set.iter().map(|(key, value)| format!("{key} = {value}\n")).collect::<Vec<_>>().concat();
    let figures: Figures = toml::from_str(&format!("schema = \"portreeve.assurance/1\"\n{lines}")).unwrap();
    let of_it = figures.wrong().into_iter().filter(|(at, _)| at == path);
    of_it.map(|(_, message)| message).collect()
}

fn seconds(value: u64) -> String {
    format!("\"{value} s\"")
}

#[test]
fn each_figure_has_its_range_and_both_ends_are_in_it() {
    let ranges = |path: &str, value: String| {
        wrong(path, &[(path, value)]).into_iter().filter(|message| message.starts_with("It must be from ")).count()
    };
    let lengths = LENGTHS.map(|row| (row, seconds as fn(u64) -> String));
    let numbers = NUMBERS.map(|row| (row, (|value| value.to_string()) as fn(u64) -> String));
    for ((path, least, most), written) in lengths.into_iter().chain(numbers) {
        for within in [least, most] {
            assert_eq!(ranges(path, written(within)), 0, "{path} = {within}");
        }
        for beyond in least.checked_sub(1).into_iter().chain([most + 1]) {
            assert_eq!(ranges(path, written(beyond)), 1, "{path} = {beyond}");
        }
    }
}

#[test]
fn a_part_is_no_longer_than_the_whole() {
    for (path, of) in [
        ("tokens.refresh_idle", "tokens.refresh_absolute"),
        ("session.shared.idle", "session.shared.absolute"),
        ("session.own.idle", "session.own.absolute"),
        ("session.shared.warning", "session.shared.idle"),
        ("session.own.warning", "session.own.idle"),
        ("session.shared.idle", "session.own.idle"),
        ("session.shared.absolute", "session.own.absolute"),
        ("sealing.normal", "sealing.alarm"),
    ] {
        // Whether a figure is in its own range is another question.
        let said = |less: u64, more: u64| {
            let whole = format!("It must not be more than {of}.");
            wrong(path, &[(path, seconds(less)), (of, seconds(more))]).contains(&whole)
        };
        assert!(said(3_601, 3_600), "{path} above {of}");
        assert!(!said(3_600, 3_600), "{path} as {of}");
    }
}

#[test]
fn no_level_is_offered_that_nobody_can_reach() {
    let offered = |level: &str| wrong("levels.offered", &[("levels.offered", format!("{level:?}"))]);
    assert_eq!(offered("A2"), ["This build brings nobody above A1."]);
    assert_eq!(offered("A1"), [""; 0]);
}
