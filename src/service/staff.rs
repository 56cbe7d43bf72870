//! Members of staff: who they are, how they prove it, and what they may do.
//!
//! ```text
//! invite ──link──> enrol (first passkey) ──> sign in ──> prove again, for what needs a fresh proof
//!                                               │
//!               every request: session, member and roles, as they stand now ──> Seat
//! ```

pub mod arrivals;
pub mod members;
mod network;
pub mod passkeys;
pub mod sessions;
pub mod upstream;

use super::Failure;
use crate::app::App;
use crate::crypto::SealError;
use crate::crypto::index::{BlindIndex, IndexKind};
use crate::crypto::roots::Roots;
use crate::crypto::seal::{PersonKeys, RowKey, RowKind, WrappedKey};
use crate::domain::account::FullName;
use crate::domain::ids::{AccountId, StaffId};
use crate::domain::staff::{Action, Circumstances, Role};

/// The word of a member who may sign in.
pub const ACTIVE: &str = "active";

/// The column of a member's sealed name.
const NAME: &str = "name";

/// Whether somebody with these roles may do this in these circumstances: the policies decide.
#[must_use]
pub fn may(app: &App, roles: &[Role], action: Action, circumstances: Circumstances) -> bool {
    app.snapshot().policy.access.decide(roles, action, circumstances).allowed
}

/// Whether somebody with these roles may ever do this: what a page may lead to.
#[must_use]
pub fn may_ever(app: &App, roles: &[Role], action: Action) -> bool {
    let snapshot = app.snapshot();
    roles.iter().any(|role| snapshot.policy.access.may(*role, action))
}

/// Whether this role must not be given without a second person: whoever has it decides about others.
#[must_use]
pub fn needs_a_second(app: &App, role: Role) -> bool {
    role == Role::Administrator || may_ever(app, &[role], Action::GiveApproval)
}

/// Roles from their words, in order, none twice. A word that is no role any more gives nothing.
#[must_use]
pub fn roles_of(words: &str) -> Vec<Role> {
    let mut roles: Vec<Role> = words.split(' ').filter_map(Role::parse).collect();
    roles.sort_unstable();
    roles.dedup();
    roles
}

/// The words of roles, as the store has them.
#[must_use]
pub fn words_of(roles: &[Role]) -> String {
    words(roles).join(" ")
}

/// The words of roles, as events have them.
fn words(roles: &[Role]) -> Vec<String> {
    roles.iter().map(|role| role.as_str().to_owned()).collect()
}

/// Opens a member's name: to say who acted, and to themselves. They act for the council, in its name; a resident who
/// asks who looked at her is told so.
pub fn open_name(roots: &Roots, id: StaffId, name: &[u8], key: &[u8]) -> Result<FullName, Failure> {
    let key = RowKey::unwrap(roots, RowKind::Staff, id.0, &WrappedKey(key.to_vec()))?;
    let text = key.open_text(NAME, name)?;
    Ok(FullName::parse(&text).map_err(|_| SealError::Malformed)?)
}

/// The blind index of a member's name.
fn name_index(roots: &Roots, name: &FullName) -> Vec<u8> {
    BlindIndex::of(roots, IndexKind::StaffName, &name.folded()).0.to_vec()
}

/// The key of a member's own that gives their pseudonym and seals what is recorded about them.
fn evidence(roots: &Roots, id: StaffId, wrapped: Option<Vec<u8>>) -> Result<PersonKeys, Failure> {
    let wrapped = WrappedKey(wrapped.ok_or(SealError::NoKey)?);
    Ok(PersonKeys::unwrap(roots, AccountId(id.0), None, &wrapped)?)
}

#[cfg(test)]
mod tests {
    use super::{roles_of, words_of};
    use crate::domain::staff::Role;

    #[test]
    fn roles_are_kept_as_words_in_order_and_none_twice() {
        let roles = roles_of("auditor customer_service auditor superuser ");
        assert_eq!(roles, [Role::CustomerService, Role::Auditor]);
        assert_eq!(words_of(&roles), "customer_service auditor");
        assert!(roles_of("").is_empty());
    }
}
