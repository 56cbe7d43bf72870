//! `assurance.toml`: how sure we are of people, and every figure of sign-in: lengths of time, lock-outs, codes.
//! What a file leaves out has the figure written here; what it sets must lie in the range written beside it.

use super::finding::Finding;
use super::sources::Sources;
use crate::domain::assurance::Level;
use jiff::{Span, SpanRelativeTo, Unit};
use serde::{Deserialize, Deserializer, de::Error};
use std::time::Duration;

pub(super) const FILE: &str = "assurance.toml";

/// The highest level this build can bring anybody to.
pub const HIGHEST_BUILT: Level = Level::A0;

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// A part of the file: each figure with its default and its range, lengths of time in seconds.
macro_rules! figures {
    ($(#[$doc:meta])* $name:ident {
        lengths { $($(#[$ldoc:meta])* $length:ident = $ldefault:expr, $lmin:expr => $lmax:expr;)* }
        numbers { $($(#[$ndoc:meta])* $number:ident = $ndefault:expr, $nmin:expr => $nmax:expr;)* }
    }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct $name {
            $($(#[$ldoc])* #[serde(deserialize_with = "length")] pub $length: Duration,)*
            $($(#[$ndoc])* pub $number: u32,)*
        }

        impl Default for $name {
            fn default() -> Self {
                Self { $($length: Duration::from_secs($ldefault),)* $($number: $ndefault,)* }
            }
        }

        impl $name {
            fn check(&self, part: &str, wrong: &mut Vec<(String, String)>) {
                let _ = (part, &mut *wrong);
                $(if !($lmin..=$lmax).contains(&self.$length.as_secs()) {
                    wrong.push((
                        format!("{part}.{}", stringify!($length)),
                        format!("It must be from {} to {}.", said($lmin), said($lmax)),
                    ));
                })*
                $(if !($nmin..=$nmax).contains(&self.$number) {
                    wrong.push((
                        format!("{part}.{}", stringify!($number)),
                        format!("It must be from {} to {}.", $nmin, $nmax),
                    ));
                })*
            }
        }
    };
}

figures! {
    /// Codes and tokens of the protocol.
    Tokens {
        lengths {
            /// An authorization code works for so long (RFC 6749 §4.1.2 allows 10 minutes).
            authorization_code = 60, 10 => 10 * MINUTE;
            /// An ID token works for so long.
            id_token = 300, 60 => HOUR;
            /// An access token works for so long.
            access_token = 300, 60 => HOUR;
            /// A refresh token ends when unused for so long.
            refresh_idle = 30 * DAY, HOUR => 180 * DAY;
            /// A refresh token ends after so long in any case.
            refresh_absolute = 90 * DAY, HOUR => 365 * DAY;
            /// A refresh may be tried again for so long, if its answer was lost.
            refresh_retry = 30, 0 => 2 * MINUTE;
        }
        numbers {}
    }
}

figures! {
    /// A session on a device that others may use: what everybody gets who says nothing.
    SharedSession {
        lengths {
            /// Ends when unused for so long.
            idle = 15 * MINUTE, 5 * MINUTE => HOUR;
            /// A warning stands on the page so long before that (WCAG 2.2.1 asks for 20 seconds).
            warning = 2 * MINUTE, 20 => 10 * MINUTE;
            /// Ends after so long in any case.
            absolute = 2 * HOUR, 15 * MINUTE => 12 * HOUR;
        }
        numbers {}
    }
}

figures! {
    /// A session on "my own device".
    OwnSession {
        lengths {
            /// Ends when unused for so long.
            idle = 60 * MINUTE, 5 * MINUTE => 12 * HOUR;
            /// A warning stands on the page so long before that.
            warning = 2 * MINUTE, 20 => 10 * MINUTE;
            /// Ends after so long in any case.
            absolute = 12 * HOUR, HOUR => 30 * DAY;
        }
        numbers {}
    }
}

figures! {
    /// One-time codes.
    Codes {
        lengths {
            /// A code for creating an account works for so long.
            sign_up = 60 * MINUTE, 10 * MINUTE => DAY;
            /// Any other code works for so long.
            other = 15 * MINUTE, 5 * MINUTE => 2 * HOUR;
            /// After too many misses one waits for so long.
            wait = 15 * MINUTE, MINUTE => DAY;
        }
        numbers {
            /// Digits of a code.
            digits = 6, 6 => 8;
            /// So many misses close it.
            misses = 5, 3 => 10;
            /// So many times as long for those who ask for more time.
            longer = 4, 2 => 10;
        }
    }
}

figures! {
    /// Links in messages.
    Links {
        lengths {
            /// A link works for so long.
            lifetime = 30 * MINUTE, 5 * MINUTE => DAY;
        }
        numbers {}
    }
}

figures! {
    /// A resident's journey.
    Journeys {
        lengths {
            /// It can be finished for so long, on another device as well.
            kept = 24 * HOUR, HOUR => 7 * DAY;
        }
        numbers {}
    }
}

figures! {
    /// Passwords. There are no rules of composition.
    Passwords {
        lengths {}
        numbers {
            /// The fewest characters.
            least_chars = 8, 8 => 64;
            /// The most bytes.
            most_bytes = 1024, 256 => 1024;
        }
    }
}

figures! {
    /// Wrong passwords.
    LockOut {
        lengths {
            /// Misses are counted over so long.
            window = 15 * MINUTE, MINUTE => DAY;
            /// The account is closed to unknown browsers for so long.
            closed = 15 * MINUTE, MINUTE => DAY;
        }
        numbers {
            /// So many misses close it.
            misses = 6, 3 => 20;
        }
    }
}

figures! {
    /// How soon an end takes effect.
    Revocation {
        lengths {
            /// A token, session or role at our own endpoints, on every node.
            endpoints = 1, 1 => 5;
            /// A role of staff.
            staff = 5, 1 => MINUTE;
            /// Somebody who left, by the word of the directory.
            leavers = 60 * MINUTE, MINUTE => 24 * HOUR;
        }
        numbers {}
    }
}

figures! {
    /// How long an event may wait for its place in the log.
    Sealing {
        lengths {
            /// As a rule.
            normal = 2, 1 => MINUTE;
            /// An alarm is raised after so long.
            alarm = 10, 2 => 10 * MINUTE;
        }
        numbers {}
    }
}

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

/// Both kinds of session.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Sessions {
    /// On a device that others may use.
    pub shared: SharedSession,
    /// On "my own device".
    pub own: OwnSession,
}

/// Every figure.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Assurance {
    /// Levels.
    pub levels: Levels,
    /// Codes and tokens of the protocol.
    pub tokens: Tokens,
    /// Sessions.
    pub session: Sessions,
    /// One-time codes.
    pub codes: Codes,
    /// Links in messages.
    pub links: Links,
    /// Journeys.
    pub journeys: Journeys,
    /// Passwords.
    pub passwords: Passwords,
    /// Wrong passwords.
    pub lockout: LockOut,
    /// Ends.
    pub revocation: Revocation,
    /// The log.
    pub sealing: Sealing,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    schema: String,
    #[serde(default)]
    levels: Levels,
    #[serde(default)]
    tokens: Tokens,
    #[serde(default)]
    session: Sessions,
    #[serde(default)]
    codes: Codes,
    #[serde(default)]
    links: Links,
    #[serde(default)]
    journeys: Journeys,
    #[serde(default)]
    passwords: Passwords,
    #[serde(default)]
    lockout: LockOut,
    #[serde(default)]
    revocation: Revocation,
    #[serde(default)]
    sealing: Sealing,
}

pub(super) fn load(sources: &Sources, findings: &mut Vec<Finding>) -> Option<Assurance> {
    let written: Written = sources.parse(FILE, findings)?;
    if written.schema != "portreeve.assurance/1" {
        let at = sources.place(FILE, "schema");
        let remedy = "Write portreeve.assurance/1.";
        findings.push(Finding::error("file.schema", at, "The schema is not one this program reads.", remedy));
    }
    let Written { schema: _, levels, tokens, session, codes, links, journeys, passwords, lockout, revocation, sealing } =
        written;
    let assurance =
        Assurance { levels, tokens, session, codes, links, journeys, passwords, lockout, revocation, sealing };
    for (path, message) in assurance.wrong() {
        let at = sources.place(FILE, &path);
        findings.push(Finding::error("assurance.range", at, format!("{path}: {message}"), "Set it within its range."));
    }
    Some(assurance)
}

impl Assurance {
    /// Each figure out of its range, with what it should be.
    fn wrong(&self) -> Vec<(String, String)> {
        let mut wrong = Vec::new();
        self.tokens.check("tokens", &mut wrong);
        self.session.shared.check("session.shared", &mut wrong);
        self.session.own.check("session.own", &mut wrong);
        self.codes.check("codes", &mut wrong);
        self.links.check("links", &mut wrong);
        self.journeys.check("journeys", &mut wrong);
        self.passwords.check("passwords", &mut wrong);
        self.lockout.check("lockout", &mut wrong);
        self.revocation.check("revocation", &mut wrong);
        self.sealing.check("sealing", &mut wrong);
        let mut at_most = |path: &str, less: Duration, more: Duration, other: &str| {
            if less > more {
                wrong.push((path.to_owned(), format!("It must not be more than {other}.")));
            }
        };
        at_most(
            "tokens.refresh_idle",
            self.tokens.refresh_idle,
            self.tokens.refresh_absolute,
            "tokens.refresh_absolute",
        );
        let (shared, own) = (&self.session.shared, &self.session.own);
        at_most("session.shared.idle", shared.idle, shared.absolute, "session.shared.absolute");
        at_most("session.own.idle", own.idle, own.absolute, "session.own.absolute");
        at_most("session.shared.warning", shared.warning, shared.idle, "session.shared.idle");
        at_most("session.own.warning", own.warning, own.idle, "session.own.idle");
        at_most("session.shared.idle", shared.idle, own.idle, "session.own.idle");
        at_most("session.shared.absolute", shared.absolute, own.absolute, "session.own.absolute");
        at_most("sealing.normal", self.sealing.normal, self.sealing.alarm, "sealing.alarm");
        if self.levels.offered > HIGHEST_BUILT {
            let message = format!("This build brings nobody above {HIGHEST_BUILT}.");
            wrong.push(("levels.offered".to_owned(), message));
        }
        wrong
    }
}

/// A length of time as people write it: `60 s`, `15 min`, `12 h`, `30 d`.
fn length<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    let text = String::deserialize(deserializer)?;
    let wrong = || D::Error::custom("a length of time is written like 60 s, 15 min, 12 h or 30 d");
    let span: Span = text.parse().map_err(|_| wrong())?;
    // Months and years differ in length; nothing here is that long.
    if span.get_years() != 0 || span.get_months() != 0 {
        return Err(wrong());
    }
    let seconds = span.total((Unit::Second, SpanRelativeTo::days_are_24_hours())).map_err(|_| wrong())?;
    Duration::try_from_secs_f64(seconds).map_err(|_| wrong())
}

/// Seconds in the largest whole unit.
fn said(seconds: u64) -> String {
    let units = [(DAY, "d"), (HOUR, "h"), (MINUTE, "min")];
    let whole = units.into_iter().find(|(unit, _)| seconds >= *unit && seconds.is_multiple_of(*unit));
    whole.map_or_else(|| format!("{seconds} s"), |(unit, name)| format!("{} {name}", seconds / unit))
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
            (a.tokens.authorization_code, 60),
            (a.tokens.id_token, 300),
            (a.tokens.access_token, 300),
            (a.tokens.refresh_idle, 30 * 24 * 60 * MIN),
            (a.tokens.refresh_absolute, 90 * 24 * 60 * MIN),
            (a.tokens.refresh_retry, 30),
            (a.session.shared.idle, 15 * MIN),
            (a.session.shared.absolute, 120 * MIN),
            (a.session.own.idle, 60 * MIN),
            (a.session.own.absolute, 12 * 60 * MIN),
            (a.codes.sign_up, 60 * MIN),
            (a.codes.other, 15 * MIN),
            (a.codes.wait, 15 * MIN),
            (a.links.lifetime, 30 * MIN),
            (a.journeys.kept, 24 * 60 * MIN),
            (a.lockout.window, 15 * MIN),
            (a.lockout.closed, 15 * MIN),
            (a.revocation.endpoints, 1),
            (a.revocation.staff, 5),
            (a.revocation.leavers, 60 * MIN),
            (a.sealing.normal, 2),
            (a.sealing.alarm, 10),
        ] {
            assert_eq!(figure, Duration::from_secs(seconds));
        }
        assert_eq!((a.codes.digits, a.codes.misses, a.codes.longer, a.lockout.misses), (6, 5, 4, 6));
        assert_eq!((a.passwords.least_chars, a.passwords.most_bytes), (8, 1024));
    }

    #[test]
    fn a_figure_is_set_within_its_range() {
        let (set, findings) = read("[tokens]\nauthorization_code = \"10 min\"\nrefresh_idle = \"P7D\"\n");
        assert_eq!(findings, []);
        assert_eq!(set.map(|a| a.tokens.authorization_code), Some(Duration::from_secs(600)));
        for (text, line) in [
            ("[tokens]\nauthorization_code = \"11 min\"", 3),
            ("[tokens]\naccess_token = \"59 s\"", 3),
            ("[passwords]\nleast_chars = 7", 3),
            ("[codes]\ndigits = 4", 3),
            ("[levels]\noffered = \"A1\"", 3),
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
