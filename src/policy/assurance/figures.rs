//! The figures as the file has them, each with its default and its range.

use super::Levels;
use jiff::{Span, SpanRelativeTo, Unit};
use serde::{Deserialize, Deserializer, de::Error};
use std::time::Duration;

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
        pub(in crate::policy::assurance) struct $name {
            $($(#[$ldoc])* #[serde(deserialize_with = "length")] pub(in crate::policy::assurance) $length: Duration,)*
            $($(#[$ndoc])* pub(in crate::policy::assurance) $number: u32,)*
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
    /// Accounts begun from one network (/24 of IPv4, /48 of IPv6): a library, a mobile operator. Each begun sends a letter.
    Registrations {
        lengths {
            /// After too many the network waits for so long.
            wait = 15 * MINUTE, MINUTE => DAY;
        }
        numbers {
            /// So many may be begun in that time.
            starts = 300, 20 => 100_000;
        }
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

/// Both kinds of session.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Sessions {
    pub(super) shared: SharedSession,
    pub(super) own: OwnSession,
}

/// The whole file.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Figures {
    pub(super) schema: String,
    #[serde(default)]
    pub(super) levels: Levels,
    #[serde(default)]
    pub(super) tokens: Tokens,
    #[serde(default)]
    pub(super) session: Sessions,
    #[serde(default)]
    pub(super) codes: Codes,
    #[serde(default)]
    pub(super) links: Links,
    #[serde(default)]
    pub(super) journeys: Journeys,
    #[serde(default)]
    pub(super) registrations: Registrations,
    #[serde(default)]
    pub(super) passwords: Passwords,
    #[serde(default)]
    pub(super) lockout: LockOut,
    #[serde(default)]
    pub(super) revocation: Revocation,
    #[serde(default)]
    pub(super) sealing: Sealing,
}

impl Figures {
    /// Each figure out of its range, with what it should be.
    pub(super) fn wrong(&self) -> Vec<(String, String)> {
        let mut wrong = Vec::new();
        self.tokens.check("tokens", &mut wrong);
        self.session.shared.check("session.shared", &mut wrong);
        self.session.own.check("session.own", &mut wrong);
        self.codes.check("codes", &mut wrong);
        self.links.check("links", &mut wrong);
        self.journeys.check("journeys", &mut wrong);
        self.registrations.check("registrations", &mut wrong);
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
        if self.levels.offered > super::HIGHEST_BUILT {
            let message = format!("This build brings nobody above {}.", super::HIGHEST_BUILT);
            wrong.push(("levels.offered".to_owned(), message));
        }
        wrong
    }
}

/// A length of time as people write it: `60 s`, `15 min`, `12 h`, `30 d`.
pub(in crate::policy) fn length<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
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
mod tests;
