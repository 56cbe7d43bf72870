//! What the schedule and the bases say, in plain English: for documents that people sign.

use super::matrix::Ahead;
use crate::domain::audit::Basis;
use crate::domain::retention::{Action, HoldKind, Period, Rule, Trigger};
use crate::domain::sharing::RecipientRole;

/// A basis with its place in the law.
#[must_use]
pub const fn basis(basis: Basis) -> &'static str {
    match basis {
        Basis::Consent => "consent (UK GDPR Art 6(1)(a))",
        Basis::Contract => "contract (UK GDPR Art 6(1)(b))",
        Basis::LegalObligation => "legal obligation (UK GDPR Art 6(1)(c))",
        Basis::VitalInterests => "vital interests (UK GDPR Art 6(1)(d))",
        Basis::PublicTask => "public task (UK GDPR Art 6(1)(e))",
    }
}

/// What a recipient is to the council.
#[must_use]
pub const fn recipient(role: RecipientRole) -> &'static str {
    match role {
        RecipientRole::SameController => "a service of the council",
        RecipientRole::Processor => "processor",
        RecipientRole::Joint => "joint controller",
        RecipientRole::Separate => "separate controller",
    }
}

/// What will be read in place of a notice, and from when: "parking-permit@2 from 2027-03-01".
#[must_use]
pub fn ahead(editions: &[Ahead]) -> String {
    editions.iter().map(|one| format!("{} from {}", one.notice, one.from)).collect::<Vec<_>>().join("; ")
}

/// How long, from when, and what then: "24 months after last activity, then destroyed".
#[must_use]
pub fn retention(rule: &Rule) -> String {
    let end = then(rule.action);
    match rule.period {
        None => end.to_owned(),
        Some(period) => match length(period) {
            Some(length) => format!("{length} after {}, then {end}", from(rule.trigger)),
            None => format!("{end} at once after {}", from(rule.trigger)),
        },
    }
}

/// When somebody is warned before the end, and how: "90 days before by email or letter".
#[must_use]
pub fn warnings(rule: &Rule) -> String {
    let said = rule.notify.iter().map(|step| {
        let before = length(step.before).unwrap_or_default();
        format!("{before} before, by {}", step.by.join(" or "))
    });
    said.collect::<Vec<_>>().join("; ")
}

/// What makes a person look before the end.
#[must_use]
pub fn looks(rule: &Rule) -> String {
    let said = rule.review_if.iter().map(|fact| match fact.as_str() {
        "open_case" => "a question or case of theirs is open, or its use is restricted",
        other => other,
    });
    said.collect::<Vec<_>>().join("; ")
}

/// What a hold may be for that keeps it longer.
#[must_use]
pub fn holds(rule: &Rule) -> String {
    let said = rule.holds.iter().map(|kind| match HoldKind::parse(kind) {
        Some(HoldKind::Legal) => "a claim or a court case",
        Some(HoldKind::Foi) => "a freedom of information request",
        Some(HoldKind::Sar) => "a subject access request or a complaint",
        Some(HoldKind::Audit) => "an audit",
        Some(HoldKind::Fraud) => "suspected fraud",
        Some(HoldKind::Inquiry) => "a public inquiry",
        None => kind,
    });
    said.collect::<Vec<_>>().join("; ")
}

/// A length in words; none of no time at all. One that is not of a single unit stands as it is written.
#[must_use]
pub fn length(period: Period) -> Option<String> {
    match period.of_one_unit() {
        Some((1, unit)) => Some(format!("1 {unit}")),
        Some((count, unit)) => Some(format!("{count} {unit}s")),
        None if period.is_zero() => None,
        None => Some(period.to_string()),
    }
}

const fn from(trigger: Trigger) -> &'static str {
    match trigger {
        Trigger::Created => "it was made",
        Trigger::Verified => "it was proven",
        Trigger::LastActivity => "last activity",
        Trigger::Expired => "it ran out",
        Trigger::Removed => "it was taken away or ended",
        Trigger::Closed => "the account was closed",
        Trigger::DeathNotified => "the death was notified",
        Trigger::Superseded => "a newer one took its place",
        Trigger::Event => "it happened",
        Trigger::Delivered => "it was delivered or given up",
        Trigger::CaseClosed => "the case was closed",
        Trigger::ConsentEnded => "the consent ended",
        Trigger::SharingEnded => "the sharing ended",
        Trigger::LastEvidenceLapsed => "the last record that needs it was destroyed",
        Trigger::ShardClosed => "the log of the year was closed",
        Trigger::Taken => "it was taken",
    }
}

const fn then(action: Action) -> &'static str {
    match action {
        Action::Destroy => "destroyed",
        Action::StripPayload => "its details destroyed; the entry without them stays in the log",
        Action::Anonymise => "made anonymous",
        Action::Aggregate => "kept as counts only",
        Action::Review => "reviewed by a person",
        Action::Transfer => "offered to the archivist",
        Action::Permanent => "kept for good",
    }
}

#[cfg(test)]
mod tests {
    use super::{holds, length, looks, retention, warnings};
    use crate::domain::retention::Period;
    use crate::policy::sample::tests::with;

    #[test]
    fn lengths_are_read_out() {
        let said = |text: &str| length(Period::parse(text).unwrap());
        for (text, words) in
            [("P24M", "24 months"), ("P1Y", "1 year"), ("P7D", "7 days"), ("PT15M", "15 minutes"), ("PT1H", "1 hour")]
        {
            assert_eq!(said(text).as_deref(), Some(words));
        }
        assert_eq!(said("P0D"), None);
        assert_eq!(said("P1M2D").as_deref(), Some("P1M2D"));
    }

    #[test]
    fn a_rule_is_read_out() {
        let bundle = with(&[]).unwrap();
        let said = |category: &str| retention(bundle.retention.rule_for(category).unwrap());
        assert_eq!(said("account_profile"), "24 months after last activity, then destroyed");
        assert_eq!(said("contact"), "destroyed at once after it was taken away or ended");
        assert_eq!(said("log.checkpoint"), "kept for good");
        assert_eq!(
            said("event.signin"),
            "13 months after it happened, then its details destroyed; the entry without them stays in the log"
        );
        let dormant = bundle.retention.rule_for("account_profile").unwrap();
        assert_eq!(
            warnings(dormant),
            "90 days before, by email or letter; 30 days before, by email or letter; 7 days before, by email"
        );
        assert_eq!(looks(dormant), "a question or case of theirs is open, or its use is restricted");
        assert!(holds(dormant).starts_with("a claim or a court case; a freedom of information request; "));
        // Every word that the files may write is read out.
        for rule in &bundle.retention.rules {
            assert!(
                !holds(rule)
                    .split("; ")
                    .chain(looks(rule).split("; "))
                    .any(|said| said.len() == 3 || said.contains('_')),
                "{rule:?}"
            );
        }
    }
}
