//! A resident ends her own account: her password is asked for, and a code if she has a second step, whatever her session
//! says (security row A08).

use super::close::{self, Closing, End, Notice};
use super::{Cause, Erased, erase};
use crate::app::App;
use crate::domain::audit::Context;
use crate::domain::ids::{AccountId, ClientId};
use crate::domain::session::SignedIn;
use crate::domain::time::When;
use crate::service::account::{Proof, prove};
use crate::service::second_step::{self, Again, Unproven};
use crate::service::{Failure, people, post};
use crate::store::signals;
use jiff::civil::Date;
use std::collections::BTreeSet;

/// When it is deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// Closed now, deleted later.
    Later,
    /// Deleted now.
    Now,
}

/// The letters that may go out.
pub struct Letters<'a> {
    /// It is closed.
    pub closed: Notice<'a>,
    /// It is deleted.
    pub erased: post::Text,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Left {
    /// Closed; deleted from this day on, or on a day that is not known yet.
    Closed(Option<Date>),
    /// Deleted, and so many services are told.
    Deleted(usize),
    /// It may not be deleted yet: it is closed.
    Held,
    /// The password is wrong.
    WrongCurrent,
    /// Too many wrong ones.
    Shut {
        /// When it opens.
        until: When,
    },
    /// The code of the second step is not right.
    Unproven(Unproven),
    /// It is not open any more.
    Gone,
}

/// The day from which an account that is closed now is deleted, if the schedule deletes anything.
#[must_use]
pub fn closed_until(app: &App, now: When) -> Option<Date> {
    End::of(&app.snapshot().policy, now).day
}

/// The services that would be told.
///
/// # Errors
/// What the store says.
pub async fn told(app: &App, account: AccountId) -> Result<BTreeSet<ClientId>, Failure> {
    let given = signals::given(&mut app.db.peek(), account).await?;
    Ok(given.into_iter().filter_map(|(client, ..)| ClientId::parse(&client)).collect())
}

/// Ends the account of the person whose session it is.
///
/// # Errors
/// [`Failure`]; the next round finishes what was begun.
pub async fn leave(
    app: &App,
    who: &SignedIn,
    (wish, again): (Wish, &Again<'_>),
    letters: &Letters<'_>,
    context: Context,
    now: When,
) -> Result<Left, Failure> {
    match prove(app, who, again.password, &context, now).await? {
        Proof::Right(_) => {}
        Proof::Wrong => return Ok(Left::WrongCurrent),
        Proof::Closed { until } => return Ok(Left::Shut { until }),
    }
    let keys = people::keys(&mut app.db.peek(), &app.roots, who.account).await?;
    if let Some(unproven) = second_step::code(app, &keys, again, &context, now).await? {
        return Ok(Left::Unproven(unproven));
    }
    if wish == Wish::Now {
        let cause = Cause::Resident(context.clone());
        match erase(app, who.account, &cause, Some(&letters.erased), now).await? {
            Erased::Done { services, .. } => return Ok(Left::Deleted(services)),
            Erased::Gone | Erased::Stays => return Ok(Left::Gone),
            // Nobody uses it any more, and it goes when it may.
            Erased::Held(_) => {}
        }
    }
    let held = wish == Wish::Now;
    Ok(match close::close(app, who, letters.closed, context, now).await? {
        Closing::Closed(_) if held => Left::Held,
        Closing::Closed(day) => Left::Closed(day),
        Closing::NotOpen => Left::Gone,
    })
}
