//! Gathers what is held about those for whom an officer ordered a copy of it, and makes the file once each piece of it is decided.

use super::runner::{Duty, Fault};
use crate::app::App;
use crate::domain::client;
use crate::domain::rights::bundle::Verdict;
use crate::domain::rights::download::Section;
use crate::domain::time::When;
use crate::service::rights::bundle;
use crate::view::pages::DownloadSheet;
use crate::view::{Chrome, Lang};
use std::time::Duration;

/// Copies in a round; the rest waits for the next.
const BATCH: i64 = 5;

/// Gathers and makes.
#[derive(Debug)]
pub struct MakeBundles;

impl Duty for MakeBundles {
    const NAME: &'static str = "make_bundles";
    const EVERY: Duration = Duration::from_secs(2);
    const LEASED: bool = true;

    async fn round(&mut self, app: &App, now: When) -> Result<(), Fault> {
        let pages = |lang: client::Lang, reference: &str, sections: &[Section], made_at: When| {
            let page = DownloadSheet { made_at, of: Some(reference.to_owned()), sections: sections.to_vec() };
            app.view().page(&page, &Chrome { lang: lang.into(), ..Chrome::default() }).0
        };
        let mark = |lang: client::Lang, verdict: Verdict| app.view().mark(verdict, Lang::from(lang));
        bundle::make(app, (&pages, &mark), now, BATCH).await?;
        Ok(())
    }
}
