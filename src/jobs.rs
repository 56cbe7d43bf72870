//! Duties that nobody asks for at a door. Each is a loop with a pause; what only one node may do at a time is done
//! under a lease in the database.
//!
//! | duty | every | lease | what it does |
//! | --- | --- | --- | --- |
//! | [`send_messages`] | 250 ms | yes | letters and back-channel calls of the outbox |
//! | [`expire`] | 10 s | yes | ends sessions that ran out, parts with services that left, forgets rows past their time |
//! | [`refresh`] | 250 ms | no | policies and keys, as the database has them |

pub mod expire;
pub mod refresh;
pub mod runner;
pub mod send_messages;

use crate::app::App;
use crate::http::shutdown::Shutdown;
use tokio::task::JoinSet;

/// Starts every duty; the tasks end once the shutdown began and work in hand is done.
#[must_use]
pub fn start(app: &App, shutdown: &Shutdown) -> JoinSet<()> {
    let holder = crate::crypto::tokens::uuid();
    let mut duties = JoinSet::new();
    duties.spawn(runner::run(app.clone(), holder, send_messages::SendMessages::new(), shutdown.clone()));
    duties.spawn(runner::run(app.clone(), holder, expire::Expire::default(), shutdown.clone()));
    duties.spawn(runner::run(app.clone(), holder, refresh::Refresh, shutdown.clone()));
    duties
}
