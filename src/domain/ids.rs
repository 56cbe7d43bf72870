//! Names of things: one type each, so that a session can never be passed where an account is meant.

use serde::{Deserialize, Serialize};
use std::fmt;
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    )+};
}

ids! {
    /// One resident's account. Never leaves the house: services see a `sub` of their sector.
    AccountId;
    /// One signed-in session of one browser.
    SessionId;
    /// One authorization: what a resident's session gave one client (RFC 6749 §1.3).
    GrantId;
    /// One authorization or sign-up journey in progress, of one browser tab.
    FlowId;
    /// One audit event; version 7, so that it sorts by time.
    EventId;
    /// One sharing record: why a service may have which claims.
    RecordId;
    /// One message in the outbox: an e-mail or a back-channel call.
    MessageId;
    /// One one-time code or link sent to a person.
    ChallengeId;
    /// One member of staff. The vault holds keys of theirs too, under the same number.
    StaffId;
    /// One signed-in session of one member of staff.
    StaffSessionId;
    /// One enquiry of an officer: a purpose, a reason and a case, under which records are looked at.
    EnquiryId;
    /// One question of a resident about a look at her record.
    QuestionId;
    /// One request about a right, or one complaint.
    CaseId;
}

/// A client's identifier (RFC 6749 §2.2), as its service file names it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct ClientId(String);

impl ClientId {
    /// The longest identifier accepted, in bytes.
    pub const MAX_BYTES: usize = 128;

    /// Accepts 1 to 128 visible ASCII characters (RFC 6749 Appendix A.1, without the space), but nothing that could be
    /// a resident's `sub`: in a token of its own a client is the subject, and the two must never meet (RFC 9700 §4.15).
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let fits = (1..=Self::MAX_BYTES).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
        (fits && !has_the_shape_of_a_sub(text)).then(|| Self(text.to_owned()))
    }

    /// The identifier as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

const NO_CLIENT_ID: &str = "a client_id is 1 to 128 visible ASCII characters, but not 43 letters, digits, - and _: that is \
    what residents' subjects look like";

/// Subjects are 256 random bits in base64url: 43 characters.
fn has_the_shape_of_a_sub(text: &str) -> bool {
    text.len() == 43 && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
}

impl fmt::Display for ClientId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for ClientId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom(NO_CLIENT_ID))
    }
}

#[cfg(test)]
mod tests {
    use super::ClientId;

    const SUB: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1R_wW1gFWFOEjXk";

    #[test]
    fn a_client_id_is_visible_ascii() {
        assert!(ClientId::parse("parking-permits").is_some());
        for bad in ["", "a b", "a\n", "é", &"x".repeat(129)] {
            assert!(ClientId::parse(bad).is_none(), "{bad:?}");
        }
    }

    #[test]
    fn t23_no_client_is_called_what_a_resident_could_be() {
        let sub = SUB;
        assert!(ClientId::parse(sub).is_none());
        assert!(serde_json::from_str::<ClientId>(&format!("{sub:?}")).is_err());
        assert!(ClientId::parse(&sub[1..]).is_some() && ClientId::parse(&format!("{sub}x")).is_some());
        assert!(ClientId::parse(&sub.replace('R', ".")).is_some());
    }
}
