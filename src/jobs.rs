//! Duties that nobody asks for at a door. Each is a loop with a pause; what only one node may do at a time is done
//! under a lease in the database.
//!
//! | duty | every | lease | what it does |
//! | --- | --- | --- | --- |
//! | [`send_messages`] | 250 ms | yes | letters and back-channel calls of the outbox |
//! | [`deliver_signals`] | 250 ms | yes | signals are pushed to services, and given up after 14 days |
//! | [`expire`] | 10 s | yes | ends sessions that ran out, parts with services that left, forgets rows past their time |
//! | [`end_consents`] | 1 min | yes | consents that ran out are written down, and people reminded before |
//! | [`make_bundles`] | 2 s | yes | copies of everything that is held, for those for whom an officer ordered one |
//! | [`make_downloads`] | 2 s | yes | what accounts can see of themselves, as files that were asked for |
//! | [`retention`] | 10 s | yes | the schedule is carried out, erasures are finished, unused accounts warned |
//! | [`rotate_keys`] | 10 min | yes | signing keys: the next one published, let sign, old ones destroyed |
//! | [`seal_log`] | 500 ms | yes | events get their places in the log, and its head is signed |
//! | [`show_witnesses`] | 10 s | yes | the heads of the logs are shown to others, who cosign them |
//! | [`stream_log`] | 1 s | yes | sealed events are sent to a collector |
//! | [`watch_log`] | 2 s | no | how long events wait for their places, and whether rows are what their leaves say |
//! | [`remember_head`] | 1 min | no | what the log's head is, kept in the vault and in the node's folder |
//! | [`watch_glass`] | 1 min | yes | broken glass that nobody reviewed in time |
//! | [`refresh`] | 250 ms | no | policies and keys, as the database has them |

pub mod deliver_signals;
pub mod end_consents;
pub mod expire;
pub mod holder;
pub mod make_bundles;
pub mod make_downloads;
pub mod refresh;
pub mod remember_head;
pub mod retention;
pub mod rotate_keys;
pub mod runner;
pub mod seal_log;
pub mod send_messages;
pub mod show_witnesses;
pub mod stream_log;
pub mod watch_glass;
pub mod watch_log;

use crate::app::App;
use crate::config::{Collector, Witness};
use crate::http::shutdown::Shutdown;
use holder::Holder;
use runner::Duty;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::task::JoinSet;

/// Where the settings say that the record, or its head, is shown, sent or kept.
#[derive(Debug, Clone, Default)]
pub struct Others {
    /// Who cosigns its checkpoints.
    pub witnesses: Vec<Witness>,
    /// Who is sent its entries.
    pub collector: Option<Collector>,
    /// The folder that this node keeps its state in.
    pub folder: Option<PathBuf>,
}

/// Starts every duty; the tasks end once the shutdown began and work in hand is done. What a process before on the same
/// folder held is given back first.
pub async fn start(app: &App, holder: Holder, others: Others, shutdown: &Shutdown) -> JoinSet<()> {
    if let Err(error) = holder.give_back_before(&app.db).await {
        tracing::warn!(%error, "the leases of the process before could not be given back: they run out by themselves");
    }
    // The last duty to end unlocks the folder.
    let holder = Arc::new(holder);
    let mut duties = JoinSet::new();
    duties.spawn(run(app, &holder, send_messages::SendMessages::new(), shutdown));
    duties.spawn(run(app, &holder, deliver_signals::DeliverSignals::default(), shutdown));
    duties.spawn(run(app, &holder, expire::Expire::default(), shutdown));
    duties.spawn(run(app, &holder, end_consents::EndConsents, shutdown));
    duties.spawn(run(app, &holder, make_bundles::MakeBundles, shutdown));
    duties.spawn(run(app, &holder, make_downloads::MakeDownloads, shutdown));
    duties.spawn(run(app, &holder, retention::Retention::beside_others(shutdown), shutdown));
    duties.spawn(run(app, &holder, seal_log::SealLog::default(), shutdown));
    duties.spawn(run(app, &holder, show_witnesses::ShowWitnesses::to(others.witnesses), shutdown));
    duties.spawn(run(app, &holder, stream_log::StreamLog::to(others.collector), shutdown));
    duties.spawn(run(app, &holder, watch_log::WatchLog::default(), shutdown));
    duties.spawn(run(app, &holder, remember_head::RememberHead::into(others.folder), shutdown));
    duties.spawn(run(app, &holder, refresh::Refresh, shutdown));
    duties.spawn(run(app, &holder, watch_glass::WatchGlass, shutdown));
    duties.spawn(run(app, &holder, rotate_keys::RotateKeys, shutdown));
    duties
}

fn run<D: Duty + 'static>(
    app: &App,
    holder: &Arc<Holder>,
    duty: D,
    shutdown: &Shutdown,
) -> impl Future<Output = ()> + Send + use<D> {
    let (app, holder, shutdown) = (app.clone(), Arc::clone(holder), shutdown.clone());
    async move {
        runner::run(app, holder.id(), duty, shutdown).await;
    }
}
