//! A person's rights (UK GDPR Chapter III): what the council does when she uses one.

pub mod bundle;
pub mod cases;
pub mod download;
pub mod figures;
pub mod restriction;
pub mod steps;

use super::sharing::Judge;
use crate::domain::audit::{ActorClass, Context, Draft, Kind};

/// Who does something in a case.
#[derive(Clone, Copy)]
pub enum Hand<'a> {
    /// Herself, in her account.
    Resident(&'a Context),
    /// Somebody on our pages who has not said by an account who they are.
    Visitor(&'a Context),
    /// A member of the council.
    Council(Judge<'a>),
}

impl Hand<'_> {
    fn draft<K: Kind>(&self, payload: K) -> Draft<K> {
        match self {
            Self::Resident(context) => Draft::new(ActorClass::Resident, payload).from((*context).clone()),
            Self::Visitor(context) => Draft::new(ActorClass::Visitor, payload).from((*context).clone()),
            Self::Council(judge) => judge.draft(payload),
        }
    }
}
