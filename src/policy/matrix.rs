//! Purpose × service × claim: which service gets what, what for, on which basis, under which papers. One line a share, from
//! what runs: the services of the files, and those that registered themselves.

use super::{Bundle, Edition};
use crate::domain::audit::Basis;
use crate::domain::claims::Claim;
use crate::domain::client::{Client, Words};
use crate::domain::retention::Period;
use crate::domain::sharing::{Article9, Asked, NoticeRef, RecipientRole, Share, lasts};
use jiff::civil::Date;
use serde::Serialize;

/// One share of one service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Shared {
    /// The service.
    pub client_id: String,
    /// Its name.
    pub service: Words,
    /// The purpose, by its id.
    pub purpose: String,
    /// The purpose in a resident's words.
    pub title: Words,
    /// Why the data is needed.
    pub because: Words,
    /// What goes out.
    pub claims: Vec<&'static str>,
    /// Our basis.
    #[serde(serialize_with = "word")]
    pub basis: Basis,
    /// The power or duty behind it.
    pub power: Option<Words>,
    /// Who the recipient is to the council.
    #[serde(serialize_with = "role")]
    pub recipient_role: RecipientRole,
    /// The recipient by name.
    pub recipient: Words,
    /// The basis of a recipient that decides for itself.
    pub recipient_basis: Option<String>,
    /// Whether the service cannot be given without it.
    pub required: bool,
    /// Whether it is asked for later than at sign-in.
    pub in_context: bool,
    /// The notice that residents read: the edition that holds on the day.
    pub notice: String,
    /// The editions that will take its place, the next one first.
    pub notices_ahead: Vec<Ahead>,
    /// How long the recipient keeps it.
    pub recipient_retention: Words,
    /// How long a consent lasts.
    pub expires: Option<Period>,
    /// Whether residents are asked how old they are before they are asked for their consent.
    pub asks_age: bool,
    /// Why a claim goes out whole that a derived one says less of.
    pub raw_because: Option<String>,
    /// The impact assessment, of the share or else of its purpose.
    pub dpia: Option<String>,
    /// The agreement.
    pub agreement: Option<String>,
    /// Of a special category: which, and the condition of Article 9.
    pub special: Option<(&'static str, Option<&'static str>)>,
}

/// An edition of a notice whose day has not come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Ahead {
    /// Which.
    pub notice: String,
    /// The first day it holds.
    pub from: Date,
}

/// What residents read under a notice that is named, on a day: the edition that holds, and those that will.
pub(super) fn editions(bundle: &Bundle, named: &NoticeRef, day: Date) -> (String, Vec<Ahead>) {
    let ahead = |edition: &Edition| Ahead { notice: edition.reference().to_string(), from: edition.effective_from };
    let coming = bundle.register.editions_ahead(named, day).into_iter().map(ahead).collect();
    (bundle.register.edition_on(named, day).to_string(), coming)
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn word<S: serde::Serializer>(basis: &Basis, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(basis.as_str())
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn role<S: serde::Serializer>(role: &RecipientRole, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(role.as_str())
}

impl Shared {
    /// Whether residents are asked, and may say no; all others are told.
    #[must_use]
    pub fn asks(&self) -> bool {
        self.basis == Basis::Consent
    }

    /// Why this claim goes out whole; none where it says no more than is needed, or nothing is said.
    #[must_use]
    pub fn whole_because(&self, claim: &str) -> Option<&str> {
        let less = |claim: Claim| Claim::ALL.iter().any(|other| other.is_derived() && other.detail() == claim.detail());
        let whole = Claim::parse(claim).is_some_and(|claim| !claim.is_derived() && less(claim));
        self.raw_because.as_deref().filter(|_| whole)
    }

    fn of(bundle: &Bundle, client: &Client, share: &Share, day: Date) -> Self {
        let (notice, notices_ahead) = editions(bundle, &share.notice, day);
        let purpose = bundle.register.purpose(&share.purpose);
        let party = share.papers.party.as_deref().and_then(|id| bundle.register.party(id));
        let named = |words: Option<&Words>| words.cloned().unwrap_or_else(|| Words::same(&share.purpose));
        Self {
            client_id: client.id.as_str().to_owned(),
            service: client.name.clone(),
            purpose: share.purpose.clone(),
            title: named(purpose.map(|it| &it.title)),
            because: named(purpose.map(|it| &it.because)),
            claims: share.claims.iter().map(Claim::as_str).collect(),
            basis: share.basis,
            power: share.power.as_deref().and_then(|id| bundle.register.power(id)).map(|it| it.title.clone()),
            recipient_role: share.recipient_role,
            recipient: party.map_or_else(|| bundle.controller.name.clone(), |party| party.name.clone()),
            recipient_basis: share.recipient_basis.clone(),
            required: share.required,
            in_context: share.ask == Asked::InContext,
            notice,
            notices_ahead,
            recipient_retention: share.recipient_retention.clone(),
            expires: (share.basis == Basis::Consent).then(|| lasts(share)),
            asks_age: share.asks_age,
            raw_because: share.papers.raw_because.clone(),
            dpia: share.papers.dpia.clone().or_else(|| purpose.and_then(|it| it.dpia.clone())),
            agreement: share.papers.agreement.clone(),
            special: share.papers.special.as_ref().map(|it| (it.kind.as_str(), it.condition.map(Article9::as_str))),
        }
    }
}

/// The matrix on a day, by service and then in the order of its file.
pub fn matrix<'a>(bundle: &Bundle, clients: impl IntoIterator<Item = &'a Client>, day: Date) -> Vec<Shared> {
    let of = |client: &'a Client| client.shares.iter().map(move |share| Shared::of(bundle, client, share, day));
    clients.into_iter().flat_map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::{Shared, matrix};
    use crate::domain::audit::Basis;
    use crate::policy::sample::tests::with;
    use jiff::civil::{Date, date};
    use std::sync::Arc;

    const DAY: Date = date(2026, 11, 26);

    fn whole(line: &Shared) -> Vec<Option<&str>> {
        line.claims.iter().map(|claim| line.whole_because(claim)).collect()
    }

    #[test]
    fn each_share_is_one_line_and_says_why() {
        let bundle = with(&[]).unwrap();
        let lines = matrix(&bundle, bundle.clients.values().map(Arc::as_ref), DAY);
        let said: Vec<_> = lines
            .iter()
            .map(|line| {
                (line.client_id.as_str(), line.purpose.as_str(), line.claims.join(" "), line.basis, line.asks())
            })
            .collect();
        assert_eq!(
            said,
            [
                ("garden-waste", "collect-garden-waste", "name email email_verified".into(), Basis::Contract, false),
                ("garden-waste", "order-garden-waste", "over_18".into(), Basis::Contract, false),
                (
                    "parking-permits",
                    "issue-resident-permit",
                    "name email email_verified".into(),
                    Basis::PublicTask,
                    false
                ),
                (
                    "parking-permits",
                    "find-permit-zone",
                    "address in_borough postcode_district".into(),
                    Basis::PublicTask,
                    false
                ),
                ("parking-permits", "permit-newsletter", "email email_verified".into(), Basis::Consent, true),
            ]
        );
        let permit = &lines[2];
        assert_eq!(permit.power.as_ref().unwrap().en, "Road Traffic Regulation Act 1984, section 45");
        assert_eq!(
            (permit.dpia.as_deref(), permit.recipient.en.as_str()),
            (Some("DPIA-2026-021"), "Havenbrook Borough Council")
        );
        assert_eq!((lines[4].expires.unwrap().to_string().as_str(), lines[4].required), ("P24M", false));
        let zone = "The permit names the house whose residents it is for";
        assert_eq!((whole(&lines[3]), whole(permit)), (vec![Some(zone), None, None], vec![None; 3]));
    }

    #[test]
    fn an_age_that_is_asked_and_a_length_that_is_not_said_are_there() {
        const PERMITS: &str = "services/parking-permits.toml";
        let line = |to: &str| {
            let bundle = with(&[(PERMITS, "expires = \"P24M\"\n", to)]).unwrap();
            matrix(&bundle, bundle.clients.values().map(Arc::as_ref), DAY).pop().unwrap()
        };
        let (asks, one) = (line("consent_age = \"ask\"\n"), line("expires = \"P1Y\"\n"));
        assert_eq!(
            (asks.asks_age, asks.expires.unwrap().to_string().as_str()),
            (true, "P24M"),
            "as the law of the house is"
        );
        assert_eq!((one.asks_age, one.expires.unwrap().to_string().as_str()), (false, "P1Y"));
    }

    #[test]
    fn the_edition_that_holds_is_named_and_the_next_one_with_its_day() {
        const REGISTER: &str = "register.toml";
        let second = "[[notice]]\nid = \"garden-waste\"\nversion = 2\nchange = \"material\"\nwhy = \"x\"\napproved_by = \"x\"\n\
                      approved_ref = \"x\"\neffective_from = 2027-03-01\n\n[[notice]]";
        let bundle = with(&[
            (REGISTER, "[[notice]]", second),
            ("services/garden-waste.toml", "garden-waste@1", "garden-waste@2"),
        ])
        .unwrap();
        let read = |day: Date| {
            let lines = matrix(&bundle, bundle.clients.values().map(Arc::as_ref), day);
            let ahead =
                |line: &Shared| line.notices_ahead.iter().map(|it| format!("{} {}", it.notice, it.from)).collect();
            lines.iter().map(|line| (line.notice.clone(), ahead(line))).collect::<Vec<(String, Vec<String>)>>()
        };
        let (before, after) = (read(date(2027, 2, 28)), read(date(2027, 3, 1)));
        assert_eq!(before[0], ("garden-waste@1".to_owned(), vec!["garden-waste@2 2027-03-01".to_owned()]));
        assert_eq!(after[0], ("garden-waste@2".to_owned(), Vec::new()));
        assert_eq!((&before[2..], before[2].1.len()), (&after[2..], 0), "what has one edition has it on every day");
    }
}
