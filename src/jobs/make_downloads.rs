//! Makes the files that residents asked for of what their account can see, and forgets those that nobody fetched in time.

use super::runner::{Duty, Fault};
use crate::app::App;
use crate::domain::client;
use crate::domain::rights::download::Section;
use crate::domain::time::When;
use crate::service::post::Text;
use crate::service::rights::download;
use crate::view::pages::DownloadSheet;
use crate::view::{Chrome, Lang};
use std::time::Duration;

/// Files in a round; the rest waits for the next.
const BATCH: i64 = 5;

/// Makes and forgets.
#[derive(Debug)]
pub struct MakeDownloads;

impl Duty for MakeDownloads {
    const NAME: &'static str = "make_downloads";
    const EVERY: Duration = Duration::from_secs(2);
    const LEASED: bool = true;

    async fn round(&mut self, app: &App, now: When) -> Result<(), Fault> {
        let url = format!("{}/account/download", app.origin.as_str().trim_end_matches('/'));
        let sheet = |lang: client::Lang, sections: &[Section], made_at: When| {
            let page = DownloadSheet { made_at, of: None, sections: sections.to_vec() };
            app.view().page(&page, &Chrome { lang: lang.into(), ..Chrome::default() }).0
        };
        let ready = |lang: client::Lang, until: When| {
            let letter = app.view().letters(Lang::from(lang)).download_ready(&url, until);
            Text { subject: letter.subject, body: letter.body }
        };
        download::make(app, (&sheet, &ready), now, BATCH).await?;
        Ok(())
    }
}
