//! Authorization codes, refresh tokens and what a redemption means.

use super::pkce::{Challenge, Verifier};
use super::time::When;
use std::time::Duration;

/// What decides about a code that is shown (RFC 6749 §4.1.3, RFC 7636 §4.6).
#[derive(Debug, Clone, Copy)]
pub struct CodeFacts<'a> {
    /// The client it was given to.
    pub client_id: &'a str,
    /// Where it was sent, byte for byte.
    pub redirect_uri: &'a str,
    /// The challenge of the request, if it had one.
    pub challenge: Option<&'a str>,
    /// Until when it can be redeemed.
    pub until: When,
    /// When it was redeemed.
    pub spent_at: Option<When>,
    /// When its grant was ended.
    pub ended_at: Option<When>,
}

/// What the client shows with it.
#[derive(Debug, Clone, Copy)]
pub struct CodeShown<'a> {
    /// The authenticated client.
    pub client_id: &'a str,
    /// The redirect_uri parameter.
    pub redirect_uri: Option<&'a str>,
    /// The code_verifier parameter.
    pub verifier: Option<&'a str>,
}

/// What a shown code is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeVerdict {
    /// To be spent now, if the spending statement agrees.
    Good,
    /// Spent before: everything it gave must die (RFC 6749 §4.1.2).
    Replayed,
    /// Not good, and nothing happens to it: another client's try must not burn it. The reason is for the log.
    Refused(&'static str),
}

/// Decides about a code.
#[must_use]
pub fn judge_code(facts: &CodeFacts<'_>, shown: &CodeShown<'_>, now: When) -> CodeVerdict {
    if facts.client_id != shown.client_id {
        return CodeVerdict::Refused("the code was given to another client");
    }
    if facts.spent_at.is_some() {
        return CodeVerdict::Replayed;
    }
    if facts.ended_at.is_some() {
        return CodeVerdict::Refused("the grant was ended");
    }
    if now >= facts.until {
        return CodeVerdict::Refused("the code has expired");
    }
    if shown.redirect_uri != Some(facts.redirect_uri) {
        return CodeVerdict::Refused("redirect_uri is not the one of the authorization request");
    }
    match (facts.challenge, shown.verifier) {
        (None, None) => CodeVerdict::Good,
        (None, Some(_)) => CodeVerdict::Refused("a code_verifier without a code_challenge"),
        (Some(_), None) => CodeVerdict::Refused("the code_verifier is missing"),
        (Some(challenge), Some(verifier)) => match (Challenge::parse(challenge), Verifier::parse(verifier)) {
            (Ok(challenge), Ok(verifier)) if challenge.is_met_by(&verifier) => CodeVerdict::Good,
            _ => CodeVerdict::Refused("the code_verifier does not meet the code_challenge"),
        },
    }
}

/// What decides about a refresh token that is shown (RFC 9700 §4.14.2).
#[derive(Debug, Clone, Copy)]
pub struct RefreshFacts {
    /// When it was used.
    pub spent_at: Option<When>,
    /// It dies if not used by then.
    pub idle_until: When,
    /// It dies then in any case.
    pub absolute_until: When,
    /// When its grant was ended.
    pub ended_at: Option<When>,
    /// For a used one: whether its child has not been used yet.
    pub child_unspent: bool,
}

/// What a shown refresh token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefreshVerdict {
    /// To be spent now, if the spending statement agrees.
    Good,
    /// Used a moment ago and its child not yet: the answer was lost on the wire, so the same child is given again.
    Retry,
    /// Used before: the family dies.
    Reused,
    /// Not good; the reason is for the log.
    Refused(&'static str),
}

/// Decides about a refresh token. `retry` is the length of the honest retry's window.
#[must_use]
pub fn judge_refresh(facts: &RefreshFacts, retry: Duration, now: When) -> RefreshVerdict {
    if facts.ended_at.is_some() {
        return RefreshVerdict::Refused("the grant was ended");
    }
    match facts.spent_at {
        Some(spent_at) if facts.child_unspent && now.since(spent_at) < retry => RefreshVerdict::Retry,
        Some(_) => RefreshVerdict::Reused,
        None if now >= facts.absolute_until => RefreshVerdict::Refused("the refresh token is past its absolute end"),
        None if now >= facts.idle_until => RefreshVerdict::Refused("the refresh token was not used for too long"),
        None => RefreshVerdict::Good,
    }
}

#[cfg(test)]
mod tests {
    use super::{CodeFacts, CodeShown, CodeVerdict, RefreshFacts, RefreshVerdict, judge_code, judge_refresh};
    use crate::domain::time::When;
    use std::time::Duration;

    // RFC 7636 Appendix B.
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    const NOW: When = When::from_seconds(1_000);

    const fn facts() -> CodeFacts<'static> {
        CodeFacts {
            client_id: "a",
            redirect_uri: "https://a.test/cb",
            challenge: Some(CHALLENGE),
            until: When::from_seconds(1_060),
            spent_at: None,
            ended_at: None,
        }
    }

    const fn shown() -> CodeShown<'static> {
        CodeShown { client_id: "a", redirect_uri: Some("https://a.test/cb"), verifier: Some(VERIFIER) }
    }

    fn refused(facts: &CodeFacts<'_>, shown: &CodeShown<'_>, now: When) -> bool {
        matches!(judge_code(facts, shown, now), CodeVerdict::Refused(_))
    }

    #[test]
    fn a_good_code_is_good() {
        assert_eq!(judge_code(&facts(), &shown(), NOW), CodeVerdict::Good);
        let plain = CodeFacts { challenge: None, ..facts() };
        assert_eq!(judge_code(&plain, &CodeShown { verifier: None, ..shown() }, NOW), CodeVerdict::Good);
    }

    #[test]
    fn c01_a_spent_code_is_a_replay_but_only_for_its_own_client() {
        let spent = CodeFacts { spent_at: Some(NOW), ..facts() };
        assert_eq!(judge_code(&spent, &shown(), NOW), CodeVerdict::Replayed);
        assert!(refused(&spent, &CodeShown { client_id: "b", ..shown() }, NOW));
    }

    #[test]
    fn c03_c04_challenge_and_verifier_go_together() {
        assert!(refused(&facts(), &CodeShown { verifier: None, ..shown() }, NOW));
        assert!(refused(&facts(), &CodeShown { verifier: Some(""), ..shown() }, NOW));
        let other = "a".repeat(43);
        assert!(refused(&facts(), &CodeShown { verifier: Some(&other), ..shown() }, NOW));
        assert!(refused(&CodeFacts { challenge: None, ..facts() }, &shown(), NOW));
    }

    #[test]
    fn c06_c07_redirect_client_and_time() {
        assert!(refused(&facts(), &CodeShown { client_id: "b", ..shown() }, NOW));
        assert!(refused(&facts(), &CodeShown { redirect_uri: None, ..shown() }, NOW));
        assert!(refused(&facts(), &CodeShown { redirect_uri: Some("https://a.test/cb/"), ..shown() }, NOW));
        assert!(refused(&facts(), &shown(), When::from_seconds(1_060)));
        assert!(refused(&CodeFacts { ended_at: Some(NOW), ..facts() }, &shown(), NOW));
    }

    #[test]
    fn t09_t12_a_used_refresh_token_is_a_retry_or_the_end() {
        let retry = Duration::from_secs(30);
        let fresh = RefreshFacts {
            spent_at: None,
            idle_until: When::from_seconds(2_000),
            absolute_until: When::from_seconds(3_000),
            ended_at: None,
            child_unspent: false,
        };
        assert_eq!(judge_refresh(&fresh, retry, NOW), RefreshVerdict::Good);
        let used = RefreshFacts { spent_at: Some(NOW), child_unspent: true, ..fresh };
        assert_eq!(judge_refresh(&used, retry, NOW + Duration::from_secs(29)), RefreshVerdict::Retry);
        assert_eq!(judge_refresh(&used, retry, NOW + Duration::from_secs(30)), RefreshVerdict::Reused);
        let child_used = RefreshFacts { child_unspent: false, ..used };
        assert_eq!(judge_refresh(&child_used, retry, NOW), RefreshVerdict::Reused);
        for (facts, at) in [
            (fresh, 2_000),
            (RefreshFacts { idle_until: When::from_seconds(9_000), ..fresh }, 3_000),
            (RefreshFacts { ended_at: Some(NOW), ..fresh }, 1_001),
        ] {
            assert!(matches!(judge_refresh(&facts, retry, When::from_seconds(at)), RefreshVerdict::Refused(_)));
        }
    }
}
