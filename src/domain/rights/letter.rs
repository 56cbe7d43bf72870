//! What somebody is written about her case, and what she is shown of it.

use super::clock::Clock;
use super::kind::Kind;
use super::step::Step;
use crate::domain::client::Lang;
use crate::domain::time::When;
use jiff::civil::Date;

/// What she is written with one step, in her language, with where she may complain (UK GDPR Art 12(4)).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// Her language.
    pub lang: Lang,
    /// What the case is called by.
    pub reference: String,
    /// What she asked for.
    pub kind: Kind,
    /// What happened.
    pub step: Step,
    /// When the case was received.
    pub received: When,
    /// By when she is answered, or her complaint acknowledged; none if there is no day.
    pub due: Option<Date>,
    /// What she is told with it.
    pub words: Option<String>,
    /// Who at the council looks at complaints: its name, e-mail address and number.
    pub complaints: [String; 3],
    /// The regulator: its name, website and number.
    pub regulator: [String; 3],
}

/// A case as anybody may see it who may know that it is there: nothing of what was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// What it is called by.
    pub reference: String,
    /// What is asked for.
    pub kind: Kind,
    /// When it was received.
    pub received: When,
    /// How it stands.
    pub clock: Clock,
    /// Its steps, in their order.
    pub steps: Vec<(Step, When)>,
}
