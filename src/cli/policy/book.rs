//! `portreeve policy book`: collection, use, secure storage, access and retention as one document, for approval.

use super::access;
use super::source::{From, Running, page, write};
use crate::cli::{Ending, Say};
use crate::domain::retention::Rule;
use crate::policy::ropa::{CategoryPart, Ropa, ropa};
use crate::policy::{Bundle, Shared, plain};
use crate::service::setup;
use anyhow::Context as _;
use jiff::civil::Date;
use minijinja::context;
use minijinja::value::Serde;
use serde::Serialize;
use serde_json::json;
use std::path::PathBuf;
use std::sync::Arc;

const PAGE: &str = include_str!("book.html");

/// Write the policies as one document in plain English, to be approved: collection, use, storage, access, retention.
#[derive(Debug, clap::Args)]
#[command(after_help = "Who owns it and when it is reviewed stands under [book] in register.toml.")]
pub(in crate::cli) struct Book {
    #[command(flatten)]
    from: From,
    /// Write a page to print and sign as well.
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
}

/// One of the five parts.
#[derive(Debug, Serialize)]
struct Part {
    id: &'static str,
    title: &'static str,
    lead: &'static str,
    tables: Vec<Table>,
}

#[derive(Debug, Serialize)]
struct Table {
    caption: &'static str,
    head: Vec<String>,
    rows: Vec<Vec<String>>,
}

fn table(caption: &'static str, head: &[&str], rows: Vec<Vec<String>>) -> Table {
    Table { caption, head: head.iter().map(|one| (*one).to_owned()).collect(), rows }
}

impl Book {
    pub(in crate::cli) async fn run(self, say: Say) -> anyhow::Result<Ending> {
        let running = self.from.find().await?;
        let day = running.today();
        let Running { bundle, clients } = running;
        let book = bundle.register.book.clone();
        let book =
            book.context("register.toml does not say who owns the policies: add [book] with owner and review_by")?;
        let record = ropa(&bundle, clients.iter().map(Arc::as_ref), &setup::held_in(), day);
        let parts = parts(&bundle, &record);
        let controller = &bundle.controller;
        write(self.html.as_deref(), || {
            page(
                PAGE,
                context! {
                    controller => controller.name.en.as_str(),
                    account => controller.account_name.en.as_str(),
                    day => day.to_string(),
                    version => bundle.version(),
                    digest => bundle.digest_hex(),
                    owner => book.owner.as_str(),
                    review_by => book.review_by.to_string(),
                    officer => controller.data_protection_officer.email.as_str(),
                    parts => Serde(&parts),
                },
            )
        })?;
        let answer = json!({
            "day": day, "version": bundle.version(), "digest": bundle.digest_hex(), "owner": book.owner,
            "review_by": book.review_by.to_string(), "parts": parts, "html": self.html,
        });
        let head = format!(
            "How we collect, use, store, show and keep personal data, by the policies {} on {day}\nOwner: {}. To be reviewed by {}.",
            bundle.version(),
            book.owner,
            book.review_by
        );
        say.answer(&answer, &in_words(&head, &parts));
        Ok(Ending::Fine)
    }
}

fn in_words(head: &str, parts: &[Part]) -> String {
    let mut text = vec![head.to_owned()];
    for (part, number) in parts.iter().zip(1..) {
        text.push(format!("\n{number}. {}\n{}", part.title, part.lead));
        for table in &part.tables {
            text.push(format!("\n{}", table.caption));
            for row in &table.rows {
                let cells = table.head.iter().zip(row).skip(1).filter(|(_, cell)| !cell.is_empty());
                let said = cells.map(|(head, cell)| format!("{head}: {cell}")).collect::<Vec<_>>().join("; ");
                text.push(format!("  {}. {said}", row.first().map(String::as_str).unwrap_or_default()));
            }
        }
    }
    text.push(
        "\nApproved by (name and office):\nSignature and date:\nSecond signature, data protection officer:".to_owned(),
    );
    text.join("\n")
}

fn parts(bundle: &Bundle, record: &Ropa) -> Vec<Part> {
    vec![collection(record), using(bundle, record), storage(record), reading(bundle), retention(bundle, record)]
}

fn titles(record: &Ropa, ids: &[String]) -> String {
    let title = |id: &String| record.categories.iter().find(|it| &it.id == id).map(|it| it.title.clone());
    ids.iter().filter_map(title).collect::<Vec<_>>().join("; ")
}

fn collection(record: &Ropa) -> Part {
    let rows = record.activities.iter().map(|one| {
        vec![
            one.title.clone(),
            one.subjects.clone(),
            titles(record, &one.categories),
            one.basis.clone(),
            one.power.clone(),
        ]
    });
    let head = ["What we do", "Whose data", "Which data", "Lawful basis", "Power or duty"];
    Part {
        id: "collection",
        title: "What we collect",
        lead: "We collect what an activity below needs, and nothing else: a table or an event that belongs to no activity does not pass \
               the checks of the program.",
        tables: vec![table("What we do with accounts", &head, rows.collect())],
    }
}

fn using(bundle: &Bundle, record: &Ropa) -> Part {
    let purposes = bundle.register.purposes.iter().map(|one| {
        vec![
            one.title.en.clone(),
            one.because.en.clone(),
            plain::basis(one.basis).to_owned(),
            one.owner.clone(),
            format!("{}, {}", one.approved_by, one.approved_on),
            one.review_by.to_string(),
            one.dpia.clone().or_else(|| one.dpia_not_needed_because.clone()).unwrap_or_default(),
        ]
    });
    let shares = record.sharing.iter().map(|one| {
        vec![
            one.service.en.clone(),
            one.title.en.clone(),
            one.claims.join(", "),
            format!("{} ({})", one.recipient.en, plain::recipient(one.recipient_role)),
            if one.asks() { "asked, and may say no" } else { "told" }.to_owned(),
            notice(one),
            one.recipient_retention.en.clone(),
        ]
    });
    Part {
        id: "use",
        title: "What we use it for",
        lead: "Each use has a purpose that somebody approved, and one lawful basis. A service gets what a share below names, under a \
               record that the resident can see.",
        tables: vec![
            table(
                "Purposes",
                &["Purpose", "Why", "Lawful basis", "Owner", "Approved", "Review by", "Impact assessment"],
                purposes.collect(),
            ),
            table(
                "Who receives what",
                &["Service", "Purpose", "Gets", "Recipient", "Residents are", "Notice", "Kept by it"],
                shares.collect(),
            ),
        ],
    }
}

/// The notice that is read, and what will be read in its place.
fn notice(one: &Shared) -> String {
    let ahead = plain::ahead(&one.notices_ahead);
    if ahead.is_empty() { one.notice.clone() } else { format!("{}; {ahead}", one.notice) }
}

fn storage(record: &Ropa) -> Part {
    let rows =
        record.activities.iter().map(|one| vec![one.title.clone(), one.security.clone(), one.recipients.join(", ")]);
    let processors = record.processors.iter().map(|one| {
        vec![
            one.name.clone(),
            one.task.clone(),
            one.location.clone(),
            one.agreement.clone(),
            one.sub_processors.join(", "),
            one.contact.clone(),
        ]
    });
    Part {
        id: "storage",
        title: "How we store it securely",
        lead: "What is personal is encrypted under a key of its own person. Passwords, codes and tokens are kept in a form that cannot be \
               read back. Every change is on a record that shows if it is altered.",
        tables: vec![
            table(
                "How each activity keeps data safe",
                &["What we do", "How it is kept safe", "Who helps us"],
                rows.collect(),
            ),
            table(
                "Who works for us",
                &["Processor", "What it does", "Where the data is", "Agreement", "It passes data on to", "Contact"],
                processors.collect(),
            ),
        ],
    }
}

fn reading(bundle: &Bundle) -> Part {
    let (head, rows) = access::rows(bundle);
    let why = bundle.access.titles().iter().map(|one| vec![one.title.clone(), one.why.clone()]);
    Part {
        id: "access",
        title: "Who may see it",
        lead: "A member of staff sees a resident’s record only for a reason, and the resident can read who looked and why. What is not \
               here is refused.",
        tables: vec![
            Table { caption: "Who on the staff may do what", head, rows },
            table("Why", &["Rule", "Why"], why.collect()),
        ],
    }
}

fn retention(bundle: &Bundle, record: &Ropa) -> Part {
    let schedule = &bundle.retention;
    let rule = |one: &Rule| {
        let means = one.method.clone().unwrap_or_default();
        vec![
            one.title.clone(),
            plain::retention(one),
            means,
            plain::warnings(one),
            plain::looks(one),
            plain::holds(one),
            one.rationale.clone(),
            one.owner.clone(),
        ]
    };
    let engine = &bundle.engine;
    let cooling = plain::length(engine.cooling).unwrap_or_else(|| "not at all".to_owned());
    let said = |what: &str, value: String| vec![what.to_owned(), value];
    let day = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
    let careful = vec![
        said("Version", schedule.version.clone()),
        said(
            "Approved by",
            if schedule.is_draft() {
                "nobody yet: a draft, which destroys nothing but what has run out".to_owned()
            } else {
                schedule.approved_by.join(", ")
            },
        ),
        said("Approved in", schedule.approved_ref.clone().unwrap_or_default()),
        said("In effect from", day(schedule.effective_from)),
        said("Looked at again by", day(schedule.review_by)),
        said("What is due is counted, and stands before anything goes", cooling),
        said(
            "Two people approve a run that would destroy more than",
            format!("{} records, or {} in 100 accounts", engine.max_destroy_per_run, engine.max_share_of_accounts),
        ),
    ];
    let row =
        |one: &CategoryPart| vec![one.title.clone(), one.retention.clone(), one.rule.clone(), one.legal_basis.clone()];
    Part {
        id: "retention",
        title: "How long we keep it",
        lead: "Nothing is kept without a rule. What a rule says is destroyed is destroyed by the program, and a certificate says so.",
        tables: vec![
            table(
                "Records, and how long they are kept",
                &["Record", "Kept", "Rule", "Law"],
                record.categories.iter().map(row).collect(),
            ),
            table(
                "The rules, as they are carried out",
                &[
                    "Record",
                    "Kept",
                    "By",
                    "Warned",
                    "A person looks first if",
                    "Kept longer for",
                    "Why so long",
                    "Owner",
                ],
                schedule.rules.iter().map(rule).collect(),
            ),
            table("How carefully", &["What", "How"], careful),
        ],
    }
}
