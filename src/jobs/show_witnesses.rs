//! Shows the heads of the logs to the witnesses that the settings name, and keeps their cosignatures.

use super::runner::{Duty, Fault};
use crate::app::App;
use crate::domain::time::When;
use crate::service::Failure;
use crate::service::witness::{Answer, Witness, heads, submit};
use std::collections::HashMap;
use std::time::Duration;

/// Entries that a witness has cosigned, by `witness`.
const COSIGNED: &str = "portreeve_log_cosigned_entries";
/// Whether a witness has seen another log than ours, by `witness`: 1 is an alarm.
const CONTRADICTED: &str = "portreeve_log_contradicted";

/// The duty. Knows what it said of whom, to say it once.
#[derive(Debug, Default)]
pub struct ShowWitnesses {
    witnesses: Vec<Witness>,
    told: HashMap<(String, String), Answer>,
}

impl ShowWitnesses {
    /// For these witnesses.
    #[must_use]
    pub fn to(witnesses: Vec<Witness>) -> Self {
        Self { witnesses, told: HashMap::new() }
    }

    fn tell(&mut self, log: &str, witness: &str, answer: Answer) {
        let contradicted = matches!(answer, Answer::Behind { .. } | Answer::Inconsistent);
        metrics::gauge!(CONTRADICTED, "witness" => witness.to_owned()).set(f64::from(u8::from(contradicted)));
        if let Answer::Cosigned(size) | Answer::Known(size) = answer {
            #[expect(clippy::cast_precision_loss, reason = "a gauge of entries")]
            metrics::gauge!(COSIGNED, "witness" => witness.to_owned()).set(size as f64);
        }
        let place = (log.to_owned(), witness.to_owned());
        // Sizes change all the time; what is worth a line is of what kind the answer is.
        let before = self.told.get(&place).map(std::mem::discriminant);
        if before != Some(std::mem::discriminant(&answer)) {
            match &answer {
                Answer::Behind { seen, ours } => {
                    tracing::error!(log, witness, seen, ours, "a witness has seen another log than ours");
                }
                Answer::Inconsistent => {
                    tracing::error!(log, witness, "a witness says that our log does not begin with the one it saw");
                }
                Answer::Away(why) => tracing::warn!(log, witness, why, "a witness does not cosign"),
                Answer::Cosigned(size) | Answer::Known(size) => tracing::debug!(log, witness, size, "cosigned"),
            }
        }
        self.told.insert(place, answer);
    }
}

impl Duty for ShowWitnesses {
    const NAME: &'static str = "show_witnesses";
    const EVERY: Duration = Duration::from_secs(10);
    const LEASED: bool = true;

    async fn round(&mut self, app: &App, now: When) -> Result<(), Fault> {
        if self.witnesses.is_empty() {
            return Ok(());
        }
        // One log that is not as it was signed must not take the witnesses from the other: it is told at the end.
        let mut odd = None;
        for (log, head) in heads(app).await? {
            let head = match head {
                Ok(head) => head,
                Err(fault) => {
                    odd = Some(fault);
                    continue;
                }
            };
            for witness in self.witnesses.clone() {
                match submit(app, &witness, (&log, &head), now).await {
                    Err(Failure::Log(fault)) => odd = Some(fault),
                    answer => self.tell(&log.name, witness.key.name(), answer?),
                }
            }
        }
        odd.map_or(Ok(()), |fault| Err(Failure::Log(fault).into()))
    }
}
