//! `/enquiries…`: a reason first, then a resident, masked; then one field, if it is needed.

use super::seated::Seated;
use crate::domain::ids::{AccountId, EnquiryId};
use crate::domain::staff::{Action, Enquiry, Field as Masked};
use crate::service::looking::person::{self, Person, Said};
use crate::service::looking::{self, Ask, Refused, approvals, glass};
use crate::store::enquiries as rows;
use crate::view::Wrong;
use crate::view::pages::console::{Block, Cell, Console, Field, Form, Text};
use axum::extract::{Form as Posted, Path};
use axum::response::Response;
use serde::Deserialize;
use uuid::Uuid;

/// What an officer says before anything is looked for.
#[derive(Debug, Default, Deserialize)]
pub struct Typed {
    #[serde(default)]
    purpose: String,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    case: String,
    /// The second person's word, from the page of approvals.
    #[serde(default)]
    approval: Option<Uuid>,
    #[serde(default)]
    about: String,
}

impl Typed {
    /// As a form shows it again.
    pub(super) fn of(ask: &Ask<'_>) -> Self {
        let [purpose, reason, case] = [ask.purpose, ask.reason, ask.case].map(str::to_owned);
        Self { purpose, reason, case, approval: ask.approval, about: ask.who.to_owned() }
    }

    /// As the deeds have it.
    pub(super) fn ask(&self) -> Ask<'_> {
        Ask {
            purpose: &self.purpose,
            reason: &self.reason,
            case: &self.case,
            approval: self.approval,
            who: &self.about,
        }
    }
}

/// `GET /enquiries`.
pub async fn show(desk: Seated) -> Response {
    list(&desk, &Typed::default(), Vec::new()).await
}

async fn list(desk: &Seated, typed: &Typed, wrong: Vec<Wrong>) -> Response {
    let open = rows::open_of(&mut desk.app.db.peek(), desk.officer.id, desk.now).await;
    let open = match open {
        Ok(open) => open,
        Err(error) => return desk.fault(&error.into()),
    };
    let bearing = match glass::bearing(&desk.app, desk.officer.id, desk.now).await {
        Ok((glass, _)) => glass,
        Err(failure) => return desk.fault(&failure),
    };
    let fields = with_person(desk, typed, bearing.is_some());
    let page = Console::new(Text::say("enquiry-title"))
        .back("/")
        .wrong(wrong)
        .maybe(bearing.map(|glass| Block::Warning(Text::say("enquiry-glass").with("time", desk.clock(glass.until)))))
        .block(Block::Para(Text::say("enquiry-lead")))
        .block(Block::Form(Form::post("/enquiries", "open", "enquiry-open").fields(fields)))
        .maybe((!open.is_empty()).then(|| Block::Table {
            caption: Text::say("enquiry-open-ones"),
            head: ["enquiry-since", "enquiry-reason", "enquiry-case", "enquiry-until"].map(Text::say).to_vec(),
            rows: open.iter().map(|enquiry| row(desk, enquiry)).collect(),
        }));
    desk.page(&page)
}

fn row(desk: &Seated, enquiry: &Enquiry) -> Vec<Cell> {
    vec![
        Cell::link(Text::At(enquiry.opened_at), format!("/enquiries/{}", enquiry.id)),
        desk.reason(&enquiry.reason).into(),
        Text::plain(enquiry.case.clone().unwrap_or_default()).into(),
        Text::At(enquiry.until).into(),
    ]
}

/// The questions every look begins with. Looks that are kept from a resident belong to an enquiry ([`show`]).
pub(super) fn fields(desk: &Seated, typed: &Typed) -> Vec<Field> {
    let snapshot = desk.app.snapshot();
    let purposes = snapshot.policy.processing.activities.iter();
    let purposes = purposes.map(|one| (one.id.clone(), desk.words(&one.title), None)).collect();
    let reasons = snapshot.policy.reasons.iter().filter(|reason| reason.delay.is_none()).map(|reason| {
        let hint = reason.needs_case.then(|| Text::say("enquiry-needs-case"));
        (reason.code.clone(), desk.words(&reason.title), hint)
    });
    vec![
        Field::choice("purpose", "enquiry-purpose", &typed.purpose, purposes),
        Field::choice("reason", "enquiry-reason", &typed.reason, reasons.collect()).hinted("enquiry-reason-hint"),
        Field::input("case", "enquiry-case", &typed.case).hinted("enquiry-case-hint"),
    ]
}

/// The same for an enquiry, which needs a case whatever the reason is, unless the glass is broken; with the reasons that hide
/// looks, and whom it is about then, for those who may.
fn with_person(desk: &Seated, typed: &Typed, glass_broken: bool) -> Vec<Field> {
    let mut fields = fields(desk, typed);
    let snapshot = desk.app.snapshot();
    let hiding = snapshot.policy.reasons.iter().filter(|reason| reason.delay.is_some());
    for field in &mut fields {
        if let Field::Choice { name: "reason", items, .. } = field {
            if !glass_broken {
                for (.., hint) in items.iter_mut() {
                    *hint = Some(Text::say("enquiry-needs-case"));
                }
            }
            if desk.allows(Action::DelayNotice) {
                items.extend(
                    hiding.clone().map(|reason| {
                        (reason.code.clone(), desk.words(&reason.title), Some(Text::say("enquiry-hides")))
                    }),
                );
            }
        }
    }
    if desk.allows(Action::DelayNotice) {
        fields.push(Field::input("about", "enquiry-about", &typed.about).hinted("enquiry-about-hint"));
    }
    fields
}

/// What a refusal has to be mended at.
pub(super) fn to_mend(refused: &Refused) -> Option<Wrong> {
    Some(match refused {
        Refused::NoPurpose => Wrong::Console("purpose", "wrong-purpose"),
        Refused::NoReason => Wrong::Console("reason", "wrong-reason"),
        Refused::NoCase => Wrong::Console("case", "wrong-case-missing"),
        Refused::BadCase => Wrong::Console("case", "wrong-case"),
        Refused::NoPerson => Wrong::Console("about", "wrong-about"),
        _ => return None,
    })
}

/// `POST /enquiries`.
pub async fn open(desk: Seated, Posted(typed): Posted<Typed>) -> Response {
    match looking::open(desk.deed(), &typed.ask()).await {
        Ok(enquiry) => desk.see_other(&format!("/enquiries/{}", enquiry.id)),
        Err(Refused::NeedsApproval) if typed.approval.is_none() => {
            match approvals::ask_for_enquiry(desk.deed(), &typed.ask()).await {
                Ok(_) => desk.see_other("/approvals?asked=1"),
                Err(refused) => match to_mend(&refused) {
                    Some(wrong) => list(&desk, &typed, vec![wrong]).await,
                    None => desk.refused(&refused),
                },
            }
        }
        Err(refused) => match to_mend(&refused) {
            Some(wrong) => list(&desk, &typed, vec![wrong]).await,
            None => desk.refused(&refused),
        },
    }
}

/// `GET /enquiries/{enquiry}`.
pub async fn one(desk: Seated, Path(id): Path<Uuid>) -> Response {
    search_page(&desk, id, "", false).await
}

async fn search_page(desk: &Seated, id: Uuid, typed: &str, nobody: bool) -> Response {
    let enquiry = match looking::find(desk.deed(), EnquiryId(id)).await {
        Ok(enquiry) => enquiry,
        Err(refused) => return desk.refused(&refused),
    };
    let found = match rows::all_found(&mut desk.app.db.peek(), enquiry.id).await {
        Ok(found) => found,
        Err(error) => return desk.fault(&error.into()),
    };
    let here = format!("/enquiries/{id}");
    let links = found.iter().enumerate().map(|(place, account)| {
        Cell::link(Text::say("enquiry-person").with("number", place + 1), format!("{here}/people/{account}"))
    });
    let field = Field::input("who", "enquiry-who", typed).hinted("enquiry-who-hint");
    let page = Console::new(Text::say("enquiry-search-title"))
        .back("/enquiries")
        .wrong(nobody.then_some(Wrong::Console("who", "wrong-nobody-found")).into_iter().collect())
        .block(Block::Facts(vec![
            (Text::say("enquiry-reason"), desk.reason(&enquiry.reason).into()),
            (Text::say("enquiry-case"), Text::plain(enquiry.case.clone().unwrap_or_default()).into()),
            (Text::say("enquiry-until"), Text::At(enquiry.until).into()),
        ]))
        .block(Block::Form(Form::post(format!("{here}/search"), "search", "enquiry-search").fields(vec![field])))
        .maybe((!found.is_empty()).then(|| Block::Heading(Text::say("enquiry-found"))))
        .maybe((!found.is_empty()).then(|| Block::Links(links.collect())))
        .block(Block::Form(Form::post(format!("{here}/close"), "close", "enquiry-close").weight("secondary")));
    desk.page(&page)
}

/// Whom to look for.
#[derive(Debug, Deserialize)]
pub struct Who {
    #[serde(default)]
    who: String,
}

/// `POST /enquiries/{enquiry}/search`.
pub async fn search(desk: Seated, Path(id): Path<Uuid>, Posted(typed): Posted<Who>) -> Response {
    if typed.who.trim().is_empty() {
        return search_page(&desk, id, "", true).await;
    }
    let found = async {
        let enquiry = looking::find(desk.deed(), EnquiryId(id)).await?;
        person::search(desk.deed(), &enquiry, &typed.who).await
    };
    match found.await {
        Ok(Some(account)) => desk.see_other(&format!("/enquiries/{id}/people/{account}")),
        Ok(None) => search_page(&desk, id, &typed.who, true).await,
        Err(refused) => desk.refused(&refused),
    }
}

/// `POST /enquiries/{enquiry}/close`.
pub async fn close(desk: Seated, Path(id): Path<Uuid>) -> Response {
    match looking::close(desk.deed(), EnquiryId(id)).await {
        Ok(()) => desk.see_other("/enquiries"),
        Err(refused) => desk.refused(&refused),
    }
}

/// `GET /enquiries/{enquiry}/people/{account}`.
pub async fn person(desk: Seated, Path((id, account)): Path<(Uuid, Uuid)>) -> Response {
    let seen = async {
        let enquiry = looking::find(desk.deed(), EnquiryId(id)).await?;
        let seen = person::view(desk.deed(), &enquiry, AccountId(account)).await?;
        Ok::<_, Refused>((enquiry, seen))
    };
    match seen.await {
        Ok((enquiry, seen)) => desk.page(&record(&desk, &enquiry, &seen)),
        Err(refused) => desk.refused(&refused),
    }
}

/// What a record shows.
pub(super) fn facts(seen: &Person) -> Vec<(Text, Cell)> {
    let label = |field: Masked| Text::say(&format!("person-{}", field.as_str()));
    let mut facts: Vec<(Text, Cell)> =
        seen.fields.iter().map(|shown| (label(shown.field), said(&shown.said).into())).collect();
    let yes_or_no = |yes: bool| Text::say(if yes { "yes" } else { "no" });
    facts.extend([
        (Text::say("person-state"), Text::say(&format!("person-state-{}", seen.state.as_str())).into()),
        (Text::say("person-since"), Text::At(seen.created_at).into()),
        (Text::say("person-sessions"), Text::plain(seen.sessions.to_string()).into()),
        (Text::say("person-second-step"), yes_or_no(seen.second_step).into()),
        (Text::say("person-account"), Text::plain(seen.account.to_string()).into()),
    ]);
    facts
}

fn said(said: &Said) -> Text {
    match said {
        Said::Given => Text::say("person-given"),
        Said::Text(text) => Text::plain(text.clone()),
        Said::Day(day) => Text::Day(*day),
    }
}

fn record(desk: &Seated, enquiry: &Enquiry, seen: &Person) -> Console {
    let told = if enquiry.approval.is_some() { "person-not-told" } else { "person-told" };
    // Nothing that is kept from her is done about a right of hers, and nothing without a case.
    let writes = enquiry.approval.is_none() && enquiry.case.is_some();
    let enquiry = enquiry.id;
    let here = format!("/enquiries/{enquiry}/people/{}", seen.account);
    let mut page = Console::new(Text::say("person-title"))
        .back(format!("/enquiries/{enquiry}"))
        .block(Block::Inset(Text::say(told)))
        .block(Block::Facts(facts(seen)));
    for shown in seen.fields.iter().filter(|shown| !shown.revealed) {
        let (id, button) = match shown.field {
            Masked::Name => ("reveal-name", "person-reveal-name"),
            Masked::Email => ("reveal-email", "person-reveal-email"),
            Masked::Birthdate => ("reveal-birthdate", "person-reveal-birthdate"),
            Masked::Address => ("reveal-address", "person-reveal-address"),
            Masked::PhoneNumber => ("reveal-phone-number", "person-reveal-phone_number"),
        };
        let form = Form::post(format!("{here}/reveal"), id, button).hidden("field", shown.field.as_str());
        page = page.block(Block::Form(form.weight("secondary")));
    }
    if writes && desk.allows(Action::RecordChoice) {
        page = page.block(Block::Links(vec![Cell::link(Text::say("choices-link"), format!("{here}/choices"))]));
    }
    if writes && desk.allows(Action::ReceiveRequest) {
        page = page.block(Block::Links(vec![Cell::link(Text::say("rights-desk-link"), format!("{here}/rights"))]));
    }
    if writes && desk.allows(Action::HandleRights) {
        page = page.block(Block::Links(vec![Cell::link(Text::say("restriction-link"), format!("{here}/restriction"))]));
    }
    let services = seen.told.iter().flat_map(|told| {
        let client = desk.service(&told.client);
        told.claims.iter().map(move |claim| {
            vec![client.clone().into(), Text::Claim(claim.as_str().to_owned()).into(), Text::At(told.at).into()]
        })
    });
    let rows: Vec<Vec<Cell>> = services.collect();
    page.maybe((!rows.is_empty()).then(|| Block::Table {
        caption: Text::say("person-services"),
        head: ["person-service", "person-claim", "person-when"].map(Text::say).to_vec(),
        rows,
    }))
}

/// Which field to reveal.
#[derive(Debug, Deserialize)]
pub struct Which {
    #[serde(default)]
    field: String,
}

/// `POST /enquiries/{enquiry}/people/{account}/reveal`.
pub async fn reveal(desk: Seated, Path((id, account)): Path<(Uuid, Uuid)>, Posted(which): Posted<Which>) -> Response {
    let here = format!("/enquiries/{id}/people/{account}");
    let Some(field) = Masked::parse(&which.field) else {
        return desk.refused(&Refused::NotFound);
    };
    // They come back here, and press the button again.
    if !desk.officer.is_fresh(desk.now) {
        return desk.prove_again(&here);
    }
    let revealed = async {
        let enquiry = looking::find(desk.deed(), EnquiryId(id)).await?;
        person::reveal(desk.deed(), &enquiry, AccountId(account), field).await
    };
    match revealed.await {
        Ok(()) => desk.see_other(&here),
        Err(refused) => desk.refused(&refused),
    }
}
