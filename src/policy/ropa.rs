//! The record of processing activities (UK GDPR Art 30(1)), from what is in force and what runs: the council's own processing,
//! each share of each service, each category of data that a table or an event holds, and each processor.

use super::matrix::{Ahead, Shared, editions, matrix};
use super::{Bundle, plain};
use crate::domain::client::Client;
use crate::domain::retention::NOT_PERSONAL;
use crate::domain::sharing::RecipientRole;
use jiff::civil::Date;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Where each data category is held: tables, and `events` for what events carry.
pub type Held<'a> = BTreeMap<&'a str, BTreeSet<&'a str>>;

/// The record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Ropa {
    /// The day it is the record of, where the council is.
    pub day: Date,
    /// The bundle in force it was made from.
    pub version: String,
    /// Its SHA-256.
    pub digest: String,
    /// The controller and its data protection officer (Art 30(1)(a)).
    pub controller: Named,
    /// See there.
    pub dpo: Named,
    /// The council's own processing.
    pub activities: Vec<Own>,
    /// What services get.
    pub sharing: Vec<Shared>,
    /// Every category of personal data that is held.
    pub categories: Vec<CategoryPart>,
    /// Who works for the council.
    pub processors: Vec<ProcessorPart>,
}

/// Somebody, and how to reach them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Named {
    /// The name.
    pub name: String,
    /// The postal address.
    pub address: String,
    /// The e-mail address.
    pub email: String,
    /// The telephone number.
    pub phone: String,
}

/// An activity of the council's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Own {
    /// Its id.
    pub id: String,
    /// What it is.
    pub title: String,
    /// Its basis, and the power behind it.
    pub basis: String,
    /// See there.
    pub power: String,
    /// Whose data (Art 30(1)(c)).
    pub subjects: String,
    /// The categories of data, by id.
    pub categories: Vec<String>,
    /// Who receives them (Art 30(1)(d)): the processors that take part.
    pub recipients: Vec<String>,
    /// Transfers abroad and their safeguards (Art 30(1)(e)).
    pub transfers: String,
    /// How it is kept safe (Art 30(1)(g)).
    pub security: String,
    /// What residents are told: the edition of the notice that holds on the day.
    pub notice: String,
    /// The editions that will take its place, the next one first.
    pub notices_ahead: Vec<Ahead>,
    /// The impact assessment.
    pub dpia: String,
}

/// A category of data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CategoryPart {
    /// Its id.
    pub id: String,
    /// What it is.
    pub title: String,
    /// Where it is held.
    pub held_in: Vec<String>,
    /// What uses it.
    pub activities: Vec<String>,
    /// How long (Art 30(1)(f)).
    pub retention: String,
    /// The rule of the schedule, and the law behind it.
    pub rule: String,
    /// See there.
    pub legal_basis: String,
}

/// A processor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProcessorPart {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its address and contact.
    pub contact: String,
    /// What it does.
    pub task: String,
    /// Where the data lies.
    pub location: String,
    /// The agreement.
    pub agreement: String,
    /// Whom it passes data on to.
    pub sub_processors: Vec<String>,
    /// The activities it takes part in.
    pub activities: Vec<String>,
}

/// The record of what runs on a day: these clients, and these categories of data.
pub fn ropa<'a>(bundle: &Bundle, clients: impl IntoIterator<Item = &'a Client>, held: &Held<'_>, day: Date) -> Ropa {
    let controller = &bundle.controller;
    let officer = &controller.data_protection_officer;
    Ropa {
        day,
        version: bundle.version().to_owned(),
        digest: bundle.digest_hex(),
        controller: Named {
            name: controller.name.en.clone(),
            address: controller.address.en.clone(),
            email: controller.email.clone(),
            phone: controller.phone.clone(),
        },
        dpo: Named {
            name: officer.name.en.clone(),
            address: officer.post.en.clone(),
            email: officer.email.clone(),
            phone: officer.phone.clone(),
        },
        activities: own(bundle, held, day),
        sharing: matrix(bundle, clients, day),
        categories: categories(bundle, held),
        processors: processors(bundle),
    }
}

fn own(bundle: &Bundle, held: &Held<'_>, day: Date) -> Vec<Own> {
    let processing = &bundle.processing;
    let (notice, notices_ahead) = editions(bundle, &processing.account.notice, day);
    let account = bundle.register.purpose(&processing.account.purpose);
    let of = |activity: &super::Activity| {
        let power = activity.power.as_deref().and_then(|id| bundle.register.power(id));
        let name = |id: &String| processing.processors.iter().find(|it| &it.id == id).map(|it| it.name.clone());
        Own {
            id: activity.id.clone(),
            title: activity.title.en.clone(),
            basis: plain::basis(activity.basis).to_owned(),
            power: power.map(|it| it.title.en.clone()).unwrap_or_default(),
            subjects: activity.subjects.en.clone(),
            categories: activity.categories.iter().filter(|id| held.contains_key(id.as_str())).cloned().collect(),
            recipients: activity.processors.iter().filter_map(name).collect(),
            transfers: activity.transfers.as_ref().map_or_else(|| "none".to_owned(), |it| it.en.clone()),
            security: activity.security.en.clone(),
            notice: notice.clone(),
            notices_ahead: notices_ahead.clone(),
            dpia: account.and_then(|it| it.dpia.clone()).unwrap_or_default(),
        }
    };
    processing.activities.iter().map(of).collect()
}

fn categories(bundle: &Bundle, held: &Held<'_>) -> Vec<CategoryPart> {
    let personal = held.iter().filter(|(id, _)| !NOT_PERSONAL.contains(id));
    let of = |(id, places): (&&str, &BTreeSet<&str>)| {
        let rule = bundle.retention.rule_for(id);
        let uses = bundle.processing.activities.iter().filter(|it| it.categories.iter().any(|one| one == id));
        CategoryPart {
            id: (*id).to_owned(),
            title: rule.map_or_else(|| (*id).to_owned(), |it| it.title.clone()),
            held_in: places.iter().map(|place| (*place).to_owned()).collect(),
            activities: uses.map(|it| it.id.clone()).collect(),
            retention: rule.map(plain::retention).unwrap_or_default(),
            rule: rule.map(|it| it.id.clone()).unwrap_or_default(),
            legal_basis: rule.map(|it| it.legal_basis.clone()).unwrap_or_default(),
        }
    };
    personal.map(of).collect()
}

fn processors(bundle: &Bundle) -> Vec<ProcessorPart> {
    let processing = &bundle.processing;
    let of = |processor: &super::Processor| {
        let party = processor.party.as_deref().and_then(|id| bundle.register.party(id));
        let takes_part = processing.activities.iter().filter(|it| it.processors.contains(&processor.id));
        let name = |id: &String| bundle.register.party(id).map_or_else(|| id.clone(), |it| it.name.en.clone());
        ProcessorPart {
            id: processor.id.clone(),
            name: processor.name.clone(),
            contact: party.map(|it| format!("{}; {}", it.address, it.contact)).unwrap_or_default(),
            task: processor.task.en.clone(),
            location: processor.location.clone(),
            agreement: processor.agreement.clone(),
            sub_processors: party.map(|it| it.sub_processors.iter().map(name).collect()).unwrap_or_default(),
            activities: takes_part.map(|it| it.id.clone()).collect(),
        }
    };
    processing.processors.iter().map(of).collect()
}

/// The columns of the table, with the clause of UK GDPR Art 30(1) each is for.
pub const COLUMNS: [&str; 17] = [
    "kind",
    "id",
    "controller (30(1)(a))",
    "data protection officer (30(1)(a))",
    "purpose (30(1)(b))",
    "lawful basis",
    "power or duty",
    "data subjects (30(1)(c))",
    "data categories (30(1)(c))",
    "recipients (30(1)(d))",
    "transfers and safeguards (30(1)(e))",
    "retention (30(1)(f))",
    "security (30(1)(g))",
    "notice",
    "notice to come",
    "impact assessment",
    "agreement",
];

impl Ropa {
    /// One row an activity, a share and a processor, in the order of [`COLUMNS`].
    #[must_use]
    pub fn rows(&self) -> Vec<[String; 17]> {
        let who = |one: &Named| format!("{}, {}, {}, {}", one.name, one.address, one.email, one.phone);
        let (controller, officer) = (who(&self.controller), who(&self.dpo));
        let mut rows = Vec::new();
        let by_id = |id: &String| self.categories.iter().find(|category| &category.id == id);
        for one in &self.activities {
            let known: Vec<&CategoryPart> = one.categories.iter().filter_map(by_id).collect();
            let kept = known.iter().map(|it| format!("{}: {}", it.title, it.retention)).collect::<Vec<_>>();
            rows.push([
                "own processing".to_owned(),
                one.id.clone(),
                controller.clone(),
                officer.clone(),
                one.title.clone(),
                one.basis.clone(),
                one.power.clone(),
                one.subjects.clone(),
                known.iter().map(|it| it.title.as_str()).collect::<Vec<_>>().join("; "),
                one.recipients.join("; "),
                one.transfers.clone(),
                kept.join("; "),
                one.security.clone(),
                one.notice.clone(),
                plain::ahead(&one.notices_ahead),
                one.dpia.clone(),
                String::new(),
            ]);
        }
        for one in &self.sharing {
            let own = one.recipient_role == RecipientRole::SameController;
            let abroad = if own { "none" } else { "as the agreement says" };
            rows.push([
                "sharing".to_owned(),
                format!("{}/{}", one.client_id, one.purpose),
                controller.clone(),
                officer.clone(),
                one.title.en.clone(),
                plain::basis(one.basis).to_owned(),
                one.power.as_ref().map(|it| it.en.clone()).unwrap_or_default(),
                format!("People who use {}", one.service.en),
                one.claims.join("; "),
                format!("{} ({})", one.recipient.en, plain::recipient(one.recipient_role)),
                abroad.to_owned(),
                format!("at the recipient: {}", one.recipient_retention.en),
                "Released only under a record the resident can see".to_owned(),
                one.notice.clone(),
                plain::ahead(&one.notices_ahead),
                one.dpia.clone().unwrap_or_default(),
                one.agreement.clone().unwrap_or_default(),
            ]);
        }
        for one in &self.processors {
            rows.push([
                "processor".to_owned(),
                one.id.clone(),
                controller.clone(),
                officer.clone(),
                one.task.clone(),
                String::new(),
                String::new(),
                String::new(),
                String::new(),
                [vec![format!("{}, {}", one.name, one.contact)], one.sub_processors.clone()].concat().join("; "),
                format!("held in: {}", one.location),
                String::new(),
                String::new(),
                String::new(),
                String::new(),
                String::new(),
                one.agreement.clone(),
            ]);
        }
        rows
    }
}
