//! Pushes signals to the services that take them so (RFC 8935), and gives up what no service answered for 14 days, pushed
//! or waiting to be fetched.
//!
//! Every service has a few lanes of its own, so that one that is slow delays nobody else. Of one person a service is told
//! one thing at a time, in order. A node that dies in the middle of a try leaves a row whose lease runs out; the same token,
//! by its `jti`, is pushed again then.

use super::runner::{Duty, Fault, share};
use crate::app::App;
use crate::domain::ids::ClientId;
use crate::domain::signal::Delivery;
use crate::domain::time::When;
use crate::service::signals::{delivery, overdue};
use crate::store::signals;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// Tries at a time to one service.
const LANES: usize = 4;

/// How long tries in hand have when the node stops: longer than one call may take.
const LAST_TRIES: Duration = Duration::from_secs(8);

/// How often it is looked for what ran out.
const LOOKED_AFTER: Duration = Duration::from_secs(10);

/// Signals given up in one look.
const BATCH: i64 = 200;

/// Signals that somebody has to look after, up to [`COUNTED`].
const OVERDUE: &str = "portreeve_signals_overdue";

/// More of them are not counted.
const COUNTED: i64 = 1_000;

/// The duty. Holds what is being tried.
#[derive(Debug, Default)]
pub struct DeliverSignals {
    in_hand: JoinSet<()>,
    lanes: HashMap<ClientId, Arc<Semaphore>>,
    looked_at: Option<When>,
}

impl Duty for DeliverSignals {
    const NAME: &'static str = "deliver_signals";
    const EVERY: Duration = Duration::from_millis(250);
    const LEASED: bool = true;

    async fn round(&mut self, app: &App, now: When) -> Result<(), Fault> {
        while self.in_hand.try_join_next().is_some() {}
        let snapshot = app.snapshot();
        for (client,) in signals::due(&mut app.db.peek(), now).await? {
            let Some(client) = ClientId::parse(&client).and_then(|id| snapshot.client(&id).cloned()) else { continue };
            let Some(Delivery::Push(endpoint)) = client.signals.as_ref().map(|signals| &signals.delivery) else {
                continue;
            };
            let lanes = self.lanes.entry(client.id.clone()).or_insert_with(|| Arc::new(Semaphore::new(LANES)));
            let free = lanes.available_permits();
            if free == 0 {
                continue;
            }
            for taken in delivery::take(app, &client.id, free, now).await? {
                let Ok(lane) = Arc::clone(lanes).try_acquire_owned() else { break };
                let (app, endpoint) = (app.clone(), endpoint.clone());
                self.in_hand.spawn(async move {
                    if let Err(failure) = delivery::push(&app, endpoint.as_str(), &taken, share()).await {
                        tracing::error!(signal = %taken.jti, error = %failure, "what became of a signal was not noted");
                    }
                    drop(lane);
                });
            }
        }
        if self.looked_at.is_none_or(|at| now.since(at) >= LOOKED_AFTER) {
            self.looked_at = Some(now);
            delivery::give_up(app, now, BATCH).await?;
            let overdue = overdue::all(&mut app.db.peek(), "", now, COUNTED).await?.len();
            #[expect(clippy::cast_precision_loss, reason = "a gauge of signals")]
            metrics::gauge!(OVERDUE).set(overdue as f64);
        }
        Ok(())
    }

    async fn finish(&mut self) {
        let all = async { while self.in_hand.join_next().await.is_some() {} };
        // What is cut off here is tried again when its lease has run out.
        let _ = tokio::time::timeout(LAST_TRIES, all).await;
        self.in_hand.abort_all();
    }
}
