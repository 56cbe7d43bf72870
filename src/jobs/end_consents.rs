//! Writes down which consents ran out or fell with their notice, and reminds people two months before. What goes out looks at
//! the clock and the notice each time, so nothing waits for this; the ledger does, and the services. While the clock is in doubt
//! nothing ends and nobody is written to: neither could be taken back.

use super::runner::{Duty, Fault};
use crate::app::App;
use crate::domain::client::{self, Client};
use crate::domain::time::When;
use crate::service::post::Text;
use crate::service::{retention, sharing};
use crate::view::Lang;
use std::time::Duration;

/// People in a round, of each kind; the rest waits for the next.
const BATCH: i64 = 200;

/// Ends and reminds.
#[derive(Debug)]
pub struct EndConsents;

impl Duty for EndConsents {
    const NAME: &'static str = "end_consents";
    const EVERY: Duration = Duration::from_mins(1);
    const LEASED: bool = true;

    async fn round(&mut self, app: &App, now: When) -> Result<(), Fault> {
        if retention::clock_in_doubt(app, now).await?.is_some() {
            return Ok(());
        }
        sharing::expire(app, now, BATCH).await?;
        let url = format!("{}/account/sharing", app.origin.as_str());
        let compose = |client: &Client, lang: client::Lang, until: When| {
            let (lang, service) = match lang {
                client::Lang::En => (Lang::En, &client.name.en),
                client::Lang::Cy => (Lang::Cy, &client.name.cy),
            };
            let letter = app.view().letters(lang).consent_ends(service, until, &url);
            Text { subject: letter.subject, body: letter.body }
        };
        sharing::remind(app, &compose, now, BATCH).await?;
        Ok(())
    }
}
