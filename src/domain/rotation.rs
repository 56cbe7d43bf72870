//! When signing keys change. A service keeps a copy of the key set for as long as `/jwks` says, and verifies what was
//! signed a while ago: so a key is published well before it signs, and stays published well after.

use super::time::When;
use std::time::Duration;

/// How long anybody may keep a copy of the key set.
pub const KEY_SET_KEPT: Duration = Duration::from_mins(15);
/// How long a key is published at least before it signs: no copy from before that is still in use. The minute is for
/// nodes to follow and for clocks to differ.
pub const PUBLISHED_AHEAD: Duration = Duration::from_mins(16);
/// How long a key signs.
pub const SIGNS_FOR: Duration = Duration::from_hours(90 * 24);
/// How long it has signed when the key after it is published: a week before its end.
pub const NEXT_AFTER: Duration = Duration::from_hours(83 * 24);
/// How long a key that signs no longer stays published: longer than anything it signed is looked at. Of all that, an
/// `id_token_hint` is shown latest.
pub const KEPT_AFTER: Duration = Duration::from_hours(90 * 24);

/// What is to be done about the keys of one algorithm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// Nothing.
    Nothing,
    /// The key after the present one is to be published.
    Publish,
    /// The one that is published is to sign.
    Sign,
}

/// Decides what is due. `signs_since` is of the key that signs, `published` of the one published ahead of it.
#[must_use]
pub fn due(signs_since: When, published: Option<When>, now: When) -> Due {
    match published {
        None if now >= signs_since + NEXT_AFTER => Due::Publish,
        Some(published) if now >= signs_since + SIGNS_FOR && now >= may_sign_from(published) => Due::Sign,
        None | Some(_) => Due::Nothing,
    }
}

/// From when a key may sign.
#[must_use]
pub fn may_sign_from(published: When) -> When {
    published + PUBLISHED_AHEAD
}

#[cfg(test)]
mod tests {
    use super::{Due, KEPT_AFTER, KEY_SET_KEPT, NEXT_AFTER, PUBLISHED_AHEAD, SIGNS_FOR, due};
    use crate::domain::time::When;
    use std::time::Duration;

    #[test]
    fn f15_a_key_is_published_early_and_signs_for_ninety_days() {
        let began = When::from_seconds(1_000_000);
        let moment = Duration::from_micros(1);
        assert_eq!(due(began, None, began + NEXT_AFTER - moment), Due::Nothing);
        assert_eq!(due(began, None, began + NEXT_AFTER), Due::Publish);
        let published = began + NEXT_AFTER;
        assert_eq!(due(began, Some(published), began + SIGNS_FOR - moment), Due::Nothing);
        assert_eq!(due(began, Some(published), began + SIGNS_FOR), Due::Sign);
        // Late to be published, late to sign.
        let published = began + SIGNS_FOR * 2;
        assert_eq!(due(began, Some(published), published + PUBLISHED_AHEAD - moment), Due::Nothing);
        assert_eq!(due(began, Some(published), published + PUBLISHED_AHEAD), Due::Sign);
        assert!(PUBLISHED_AHEAD > KEY_SET_KEPT && KEPT_AFTER > Duration::from_hours(12));
    }
}
