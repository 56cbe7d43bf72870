//! `/exports`: entries of the record leave the house, approved by a second person, as a zip that is made while it is sent.

use super::enquiries::{self, to_mend};
use super::record::Typed;
use super::seated::Seated;
use crate::domain::audit::forms::Form as Written;
use crate::domain::staff::{Action, Approval};
use crate::service::export::pack::{self, Shelf, Torn};
use crate::service::looking::exports::{self as deeds, Asked, Parcel, Wanted};
use crate::service::looking::{Refused, approvals};
use crate::store::approvals::ApprovalRow;
use crate::store::{Db, log};
use crate::view::Wrong;
use crate::view::pages::console::{Block, Cell, Console, Field, Form, Text};
use axum::body::{Body, Bytes};
use axum::extract::{Form as Posted, Path};
use axum::response::Response;
use http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use http::{HeaderValue, StatusCode};
use serde::Deserialize;
use std::io::{self, Write as _};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::mpsc::{Sender, channel};
use uuid::Uuid;
use zip::ZipWriter;
use zip::write::{SimpleFileOptions, StreamWriter};

/// What is to leave the house, as typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Ask {
    form: String,
    year: String,
    from_index: String,
    to_index: String,
    #[serde(flatten)]
    search: Typed,
}

/// `GET /exports`.
pub async fn show(desk: Seated) -> Response {
    page(&desk, &Ask::default(), Vec::new()).await
}

async fn page(desk: &Seated, typed: &Ask, wrong: Vec<Wrong>) -> Response {
    let own = match approvals::own(desk.deed()).await {
        Ok(own) => own,
        Err(refused) => return desk.refused(&refused),
    };
    let years = match log::all(&mut desk.app.db.peek()).await {
        Ok(logs) => logs,
        Err(error) => return desk.fault(&error.into()),
    };
    let there = years.into_iter().filter(|log| log.destroyed_at.is_none());
    let years = there.map(|log| (log.year.to_string(), Text::plain(log.name), None)).collect();
    let forms = Written::ALL
        .map(|form| (form.as_str().to_owned(), Text::say(&format!("exports-form-{}", form.as_str())), None));
    let forms = std::iter::once((String::new(), Text::say("exports-form-json"), None)).chain(forms).collect();
    let mut fields = enquiries::fields(desk, &enquiries::Typed::of(&typed.search.why()));
    fields.push(Field::choice("form", "exports-form", &typed.form, forms));
    fields.push(Field::choice("year", "exports-year", &typed.year, years));
    fields.push(Field::input("from_index", "exports-from", &typed.from_index).hinted("exports-range-hint"));
    fields.push(Field::input("to_index", "exports-to", &typed.to_index));
    fields.extend(typed.search.filters(desk).await);
    let mut page = Console::new(Text::say("exports-title"))
        .back("/")
        .wrong(wrong)
        .block(Block::Para(Text::say("exports-lead")))
        .block(Block::Inset(Text::say("exports-inset")));
    for row in own.iter().filter(|row| row.kind == Approval::Export.as_str() && row.approved == Some(true)) {
        if row.used_at.is_none() && desk.now < row.until {
            let take = Form::post(format!("/exports/{}", row.id), "take", "exports-take");
            page = page.block(Block::Facts(facts(row))).block(Block::Form(take));
        }
    }
    let form = Form::post("/exports", "ask", "exports-ask").fields(fields);
    desk.page(&page.block(Block::Heading(Text::say("exports-new"))).block(Block::Form(form)))
}

/// What was asked for, to whoever asked and to whoever decides.
pub(super) fn facts(row: &ApprovalRow) -> Vec<(Text, Cell)> {
    let Some(asked) = Asked::read(row) else { return Vec::new() };
    let form = asked.form.clone().unwrap_or_else(|| "json".to_owned());
    let mut facts: Vec<(Text, Cell)> = vec![
        (Text::say("exports-year"), Text::plain(asked.year.to_string()).into()),
        (Text::say("exports-asked-from"), Text::plain(asked.from.to_string()).into()),
        (Text::say("exports-asked-to"), Text::plain(asked.to.to_string()).into()),
        (Text::say("exports-form"), Text::say(&format!("exports-form-{form}")).into()),
        (Text::say("enquiry-case"), Text::plain(row.case_ref.clone().unwrap_or_default()).into()),
        (Text::say("approvals-until"), Text::At(row.until).into()),
    ];
    let filters = asked.filters();
    if !filters.is_empty() {
        facts.push((Text::say("exports-filters"), Text::plain(filters.join(", ")).into()));
    }
    facts
}

/// A whole number, or nothing at all.
fn number<N: std::str::FromStr>(field: &'static str, typed: &str) -> Result<Option<N>, Wrong> {
    match typed.trim() {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|_| Wrong::Console(field, "wrong-index")),
    }
}

impl Ask {
    async fn read(&self, desk: &Seated) -> Result<Wanted, Wrong> {
        let (_, filters) = self.search.read(desk, Action::ExportRecord).await?;
        let form = match self.form.as_str() {
            "" => None,
            word => Some(Written::parse(word).ok_or(Wrong::Console("form", "wrong-filter"))?),
        };
        let year = number("year", &self.year)?;
        let (from, to) = (number("from_index", &self.from_index)?, number("to_index", &self.to_index)?);
        Ok(Wanted { year, from, to, form, filters })
    }
}

/// `POST /exports`: a second person is asked.
pub async fn ask(desk: Seated, Posted(typed): Posted<Ask>) -> Response {
    let wanted = match typed.read(&desk).await {
        Ok(wanted) => wanted,
        Err(wrong) => return page(&desk, &typed, vec![wrong]).await,
    };
    match deeds::ask(desk.deed(), &typed.search.why(), &wanted).await {
        Ok(_) => desk.see_other("/approvals?asked=1"),
        Err(Refused::NoRange) => page(&desk, &typed, vec![Wrong::Console("from_index", "wrong-range")]).await,
        Err(refused) => match to_mend(&refused) {
            Some(wrong) => page(&desk, &typed, vec![wrong]).await,
            None => desk.refused(&refused),
        },
    }
}

/// `POST /exports/{approval}`: what was approved, once.
pub async fn take(desk: Seated, Path(id): Path<Uuid>) -> Response {
    // They come back to the page, and press the button again.
    if !desk.officer.is_fresh(desk.now) {
        return desk.prove_again("/exports");
    }
    match deeds::take(desk.deed(), id).await {
        Ok(parcel) => sent(&desk, parcel),
        Err(refused) => desk.refused(&refused),
    }
}

/// So many pieces wait for the browser at most.
const WAITING: usize = 4;

fn sent(desk: &Seated, parcel: Parcel) -> Response {
    let (to, mut pieces) = channel::<io::Result<Bytes>>(WAITING);
    let db = desk.app.db.clone();
    let name = format!("attachment; filename=\"portreeve-export-{}.zip\"", parcel.taken.event);
    tokio::spawn(async move {
        if let Err(torn) = Box::pin(pack(&db, &parcel, &to)).await {
            tracing::error!(error = %torn, event = %parcel.taken.event, "an export did not go out whole");
            // The body breaks off, so that no browser takes it for whole.
            let _ = to.send(Err(io::Error::other("the export broke off"))).await;
        }
    });
    let body = Body::from_stream(futures_util::stream::poll_fn(move |context| pieces.poll_recv(context)));
    let mut answer = desk.answer(StatusCode::OK, body);
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/zip"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(name) = HeaderValue::from_str(&name) {
        headers.insert(CONTENT_DISPOSITION, name);
    }
    answer
}

async fn pack(db: &Db, parcel: &Parcel, to: &Sender<io::Result<Bytes>>) -> Result<(), Torn> {
    let forms: Vec<Written> = parcel.form.into_iter().collect();
    let mut zip = Zip::to(to.clone());
    match &parcel.chosen {
        None => pack::range(db, &parcel.taken, &forms, &mut zip).await?,
        Some(chosen) => pack::chosen(db, &parcel.taken, &forms, (chosen, &parcel.filters), &mut zip).await?,
    };
    Ok(Box::pin(zip.finish()).await?)
}

/// What the zip was written into since it was last sent on.
#[derive(Clone, Default)]
struct Buffer(Arc<Mutex<Vec<u8>>>);

impl Buffer {
    fn drain(&self) -> Vec<u8> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl io::Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A zip that leaves while it is made.
struct Zip {
    writer: ZipWriter<StreamWriter<Buffer>>,
    buffer: Buffer,
    to: Sender<io::Result<Bytes>>,
}

impl Zip {
    fn to(to: Sender<io::Result<Bytes>>) -> Self {
        let buffer = Buffer::default();
        Self { writer: ZipWriter::new_stream(buffer.clone()), buffer, to }
    }

    async fn send(&self) -> io::Result<()> {
        let bytes = self.buffer.drain();
        if bytes.is_empty() {
            return Ok(());
        }
        let gone = |_| io::Error::new(io::ErrorKind::BrokenPipe, "nobody takes it any more");
        self.to.send(Ok(bytes.into())).await.map_err(gone)
    }

    async fn finish(mut self) -> io::Result<()> {
        let writer = std::mem::replace(&mut self.writer, ZipWriter::new_stream(Buffer::default()));
        writer.finish().map_err(io::Error::other)?;
        self.send().await
    }
}

impl Shelf for Zip {
    fn begin(&mut self, name: &str) -> io::Result<()> {
        // Entries may be more than four gigabytes; hashes and proofs never are.
        let options = SimpleFileOptions::default().large_file(name.starts_with("entries."));
        self.writer.start_file(name, options).map_err(io::Error::other)
    }

    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.writer.write_all(bytes)
    }

    async fn turn(&mut self) -> io::Result<()> {
        self.send().await
    }
}
