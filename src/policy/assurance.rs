//! `assurance.toml`: how sure we are of people, and every figure of sign-in: lengths of time, lock-outs, codes.
//! What a file leaves out has the figure of `figures.rs`; what it sets must lie in the range written beside it.

mod figures;

use super::finding::Finding;
use super::sources::Sources;
use crate::domain::assurance::Level;
use crate::domain::session::Lifetime;
use crate::domain::sign_in::Limit;
use figures::Figures;
pub(super) use figures::length;
use serde::Deserialize;
use std::time::Duration;

pub(super) const FILE: &str = "assurance.toml";

/// The highest level this build can bring anybody to.
pub const HIGHEST_BUILT: Level = Level::A1;

/// The levels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Levels {
    /// The highest level offered; no service can ask for more.
    pub offered: Level,
}

impl Default for Levels {
    fn default() -> Self {
        Self { offered: HIGHEST_BUILT }
    }
}

/// Every figure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assurance {
    /// Levels.
    pub levels: Levels,
    /// Sessions.
    pub sessions: Sessions,
    /// One-time codes.
    pub codes: Codes,
    /// Accounts begun from one network; the last of `misses` closes it.
    pub registrations: Limit,
    /// Wrong passwords.
    pub passwords: Limit,
    /// What a password may be.
    pub password_size: PasswordSize,
    /// How long a link in a message works.
    pub link: Duration,
    /// How long a resident's journey can be finished.
    pub journey: Duration,
    /// Codes and tokens of the protocol.
    pub tokens: Tokens,
    /// How soon an end takes effect.
    pub revocation: Revocation,
    /// How long an event may wait for its place in the log.
    pub sealing: Sealing,
}

/// How long sessions last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sessions {
    /// On a device that others may use: what everybody gets who says nothing.
    pub shared_device: Lifetime,
    /// On "my own device".
    pub own_device: Lifetime,
    /// So long before a shared session ends idle, its page warns (WCAG 2.2.1).
    pub shared_warning: Duration,
    /// The same on one's own device.
    pub own_warning: Duration,
}

/// One-time codes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Codes {
    /// Digits of a code.
    pub digits: u32,
    /// A code for creating an account works for so long.
    pub sign_up: Duration,
    /// Any other code works for so long.
    pub otherwise: Duration,
    /// So many times as long for those who ask for more time.
    pub longer: u32,
    /// Wrong codes; misses count for as long as one waits.
    pub limit: Limit,
}

/// What a password may be. There are no rules of composition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PasswordSize {
    /// The fewest characters.
    pub least_chars: u32,
    /// The most bytes.
    pub most_bytes: u32,
}

/// Codes and tokens of the protocol.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tokens {
    /// An authorization code works for so long.
    pub code: Duration,
    /// An ID token works for so long.
    pub id_token: Duration,
    /// An access token works for so long.
    pub access_token: Duration,
    /// A refresh token ends when unused for so long.
    pub refresh_idle: Duration,
    /// A refresh token ends after so long in any case.
    pub refresh_absolute: Duration,
    /// A refresh may be tried again for so long, if its answer was lost.
    pub refresh_retry: Duration,
}

/// How soon an end takes effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Revocation {
    /// At our own endpoints, on every node.
    pub endpoints: Duration,
    /// For a role of staff.
    pub staff: Duration,
    /// For somebody who left, by the word of the directory.
    pub leavers: Duration,
}

/// How long an event may wait for its place in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sealing {
    /// As a rule.
    pub normal: Duration,
    /// An alarm is raised after so long.
    pub alarm: Duration,
}

impl Default for Assurance {
    fn default() -> Self {
        Figures::default().into()
    }
}

impl From<Figures> for Assurance {
    fn from(figures: Figures) -> Self {
        let Figures { tokens, session, codes, registrations, lockout, .. } = figures;
        Self {
            levels: figures.levels,
            sessions: Sessions {
                shared_device: Lifetime { idle: session.shared.idle, absolute: session.shared.absolute },
                own_device: Lifetime { idle: session.own.idle, absolute: session.own.absolute },
                shared_warning: session.shared.warning,
                own_warning: session.own.warning,
            },
            codes: Codes {
                digits: codes.digits,
                sign_up: codes.sign_up,
                otherwise: codes.other,
                longer: codes.longer,
                limit: Limit { misses: codes.misses, window: codes.wait, closed: codes.wait },
            },
            registrations: Limit {
                misses: registrations.starts,
                window: registrations.wait,
                closed: registrations.wait,
            },
            passwords: Limit { misses: lockout.misses, window: lockout.window, closed: lockout.closed },
            password_size: PasswordSize {
                least_chars: figures.passwords.least_chars,
                most_bytes: figures.passwords.most_bytes,
            },
            link: figures.links.lifetime,
            journey: figures.journeys.kept,
            tokens: Tokens {
                code: tokens.authorization_code,
                id_token: tokens.id_token,
                access_token: tokens.access_token,
                refresh_idle: tokens.refresh_idle,
                refresh_absolute: tokens.refresh_absolute,
                refresh_retry: tokens.refresh_retry,
            },
            revocation: Revocation {
                endpoints: figures.revocation.endpoints,
                staff: figures.revocation.staff,
                leavers: figures.revocation.leavers,
            },
            sealing: Sealing { normal: figures.sealing.normal, alarm: figures.sealing.alarm },
        }
    }
}

pub(super) fn load(sources: &Sources, findings: &mut Vec<Finding>) -> Option<Assurance> {
    let figures: Figures = sources.parse(FILE, findings)?;
    if figures.schema != "portreeve.assurance/1" {
        let at = sources.place(FILE, "schema");
        let remedy = "Write portreeve.assurance/1.";
        findings.push(Finding::error("file.schema", at, "The schema is not one this program reads.", remedy));
    }
    for (path, message) in figures.wrong() {
        let at = sources.place(FILE, &path);
        findings.push(Finding::error("assurance.range", at, format!("{path}: {message}"), "Set it within its range."));
    }
    Some(figures.into())
}

#[cfg(test)]
mod tests {
    use super::{Assurance, FILE, load};
    use crate::policy::sources::Sources;
    use std::time::Duration;

    const MIN: u64 = 60;

    fn read(text: &str) -> (Option<Assurance>, Vec<(&'static str, Option<usize>)>) {
        let text = format!("schema = \"portreeve.assurance/1\"\n{text}");
        let mut findings = vec![];
        let assurance = load(&Sources::new([(FILE.to_owned(), text)]), &mut findings);
        (assurance, findings.iter().map(|finding| (finding.rule, finding.line)).collect())
    }

    #[test]
    fn the_figures_of_the_house_hold_where_nothing_is_set() {
        let (assurance, findings) = read("");
        assert_eq!(findings, []);
        let a = assurance.unwrap();
        assert_eq!(a, Assurance::default());
        for (figure, seconds) in [
            (a.tokens.code, 60),
            (a.tokens.id_token, 300),
            (a.tokens.access_token, 300),
            (a.tokens.refresh_idle, 30 * 24 * 60 * MIN),
            (a.tokens.refresh_absolute, 90 * 24 * 60 * MIN),
            (a.tokens.refresh_retry, 30),
            (a.sessions.shared_device.idle, 15 * MIN),
            (a.sessions.shared_device.absolute, 120 * MIN),
            (a.sessions.own_device.idle, 60 * MIN),
            (a.sessions.own_device.absolute, 12 * 60 * MIN),
            (a.codes.sign_up, 60 * MIN),
            (a.codes.otherwise, 15 * MIN),
            (a.codes.limit.closed, 15 * MIN),
            (a.link, 30 * MIN),
            (a.journey, 24 * 60 * MIN),
            (a.passwords.window, 15 * MIN),
            (a.passwords.closed, 15 * MIN),
            (a.revocation.endpoints, 1),
            (a.revocation.staff, 5),
            (a.revocation.leavers, 60 * MIN),
            (a.sealing.normal, 2),
            (a.sealing.alarm, 10),
        ] {
            assert_eq!(figure, Duration::from_secs(seconds));
        }
        assert_eq!((a.codes.digits, a.codes.limit.misses, a.codes.longer, a.passwords.misses), (6, 5, 4, 6));
        assert_eq!((a.password_size.least_chars, a.password_size.most_bytes), (8, 1024));
    }

    #[test]
    fn a_figure_is_set_within_its_range() {
        let (set, findings) = read("[tokens]\nauthorization_code = \"10 min\"\nrefresh_idle = \"P7D\"\n");
        assert_eq!(findings, []);
        assert_eq!(set.map(|a| a.tokens.code), Some(Duration::from_mins(10)));
        for (text, line) in [
            ("[tokens]\nauthorization_code = \"11 min\"", 3),
            ("[tokens]\naccess_token = \"59 s\"", 3),
            ("[passwords]\nleast_chars = 7", 3),
            ("[registrations]\nstarts = 19", 3),
            ("[registrations]\nwait = \"25 h\"", 3),
            ("[codes]\ndigits = 4", 3),
            ("[levels]\noffered = \"A2\"", 3),
            ("[session.shared]\nwarning = \"10 s\"", 3),
        ] {
            assert_eq!(read(text).1, [("assurance.range", Some(line))], "{text}");
        }
    }

    #[test]
    fn figures_agree_with_each_other() {
        for (bad, twin) in [
            ("[tokens]\nrefresh_idle = \"91 d\"", "[tokens]\nrefresh_idle = \"90 d\""),
            (
                "[session.shared]\nabsolute = \"12 h\"\n[session.own]\nabsolute = \"11 h\"",
                "[session.shared]\nabsolute = \"11 h\"\n[session.own]\nabsolute = \"11 h\"",
            ),
            (
                "[session.shared]\nidle = \"30 min\"\nabsolute = \"20 min\"",
                "[session.shared]\nidle = \"20 min\"\nabsolute = \"20 min\"",
            ),
            ("[sealing]\nnormal = \"11 s\"", "[sealing]\nnormal = \"10 s\""),
        ] {
            assert_eq!(read(bad).1.first().map(|(rule, _)| *rule), Some("assurance.range"), "{bad}");
            assert_eq!(read(twin).1, [], "{twin}");
        }
    }

    #[test]
    fn lengths_are_exact_and_keys_known() {
        for bad in [
            "[tokens]\nid_token = \"1 month\"",
            "[tokens]\nid_token = 300",
            "[tokens]\nid_tokens = \"300 s\"",
            "[tokens]\nid_token = \"-300 s\"",
        ] {
            assert_eq!(read(bad).1, [("file.unreadable", Some(3))], "{bad}");
        }
    }
}
