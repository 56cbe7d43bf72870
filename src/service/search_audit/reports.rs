//! Reports over the record: who looked at a person, what an officer looked at, what stands out, how far a breach reaches.

use super::{
    Ask, Cursor, Filters, Refused, Results, Turn, Who, bound_to, check, check_pseudonyms, known, pseudonyms, resident,
    sealed, sought,
};
use crate::app::App;
use crate::crypto::seal::PersonKeys;
use crate::domain::audit::Outcome;
use crate::domain::audit::review::{self as judge, Activity, Measures, Sign};
use crate::domain::audit::vocabulary::{self, RecordReported};
use crate::domain::ids::EventId;
use crate::domain::staff::Action;
use crate::domain::time::When;
use crate::store::search::{self, Found, Place, Query, Way};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The most events that one report goes through; one that would need more says that it is not whole.
const WALKED: usize = 500_000;

/// What members of staff do to a person's record, beside what they do under `officer.`.
const DEEDS: [&str; 5] = [
    "account.suspended",
    "account.restored",
    "account.restricted",
    "account.restriction_announced",
    "account.restriction_lifted",
];
const RELEASED: &str = "claims.released";

fn is_look(kind: &str) -> bool {
    kind.starts_with("officer.") || DEEDS.contains(&kind)
}

/// The kinds of events by which somebody got to see something of a person, staff and services.
#[must_use]
pub fn looks() -> Vec<String> {
    let all = vocabulary::all().map(|entry| entry.name);
    all.filter(|name| is_look(name) || *name == RELEASED).map(ToOwned::to_owned).collect()
}

/// Puts a report on record before it is made.
async fn record(
    app: &App,
    who: Who<'_>,
    ask: &Ask,
    (report, filters, typed): (&str, Vec<String>, Option<&str>),
    keys: Option<&PersonKeys>,
    now: When,
) -> Result<EventId, Refused> {
    let held = ask.held(app)?;
    let sought = typed.map(|typed| sought(app, typed));
    let draft = ask.draft(&held, who, RecordReported { report: report.to_owned(), filters, sought });
    let event = sealed(app, draft, keys, now)?;
    app.db.write(async |w| w.commit(event.clone(), ()).await).await?;
    Ok(event.row.id)
}

fn window(from: When, to: When) -> Result<Vec<String>, Refused> {
    if from >= to { Err(Refused::Filter("time")) } else { Ok(vec![format!("from={from}"), format!("to={to}")]) }
}

/// Everybody who got to see something of one person, by her account's number or what she signs in with, newest first: the first page, or the one that a cursor leads to.
///
/// # Errors
/// [`Refused`]; nothing is shown then.
pub async fn who_saw(
    app: &App,
    who: Who<'_>,
    ask: &Ask,
    typed: &str,
    (cursor, limit): (Option<&str>, usize),
    now: When,
) -> Result<Results, Refused> {
    let held = ask.held(app)?;
    let officer = who.0;
    let search = bound_to("who_saw", ask, &typed)?;
    let cursor = cursor.map(|text| Cursor::open(app, officer, &search, text)).transpose()?;
    if cursor.is_none() {
        known::spend(app, (who, ask, &held), Action::ReportOnPerson, now).await?;
    }
    let found = resident(app, typed).await?;
    if let Some((keys, _)) = &found {
        known::permit(app, (who, ask, &held), Action::ReportOnPerson, (keys, None), now).await?;
    }
    let page = cursor.as_ref().map_or(1, |cursor| cursor.page);
    let keys = found.as_ref().map(|(keys, _)| keys);
    let event = record(app, who, ask, ("who_saw", vec![format!("page={page}")], Some(typed)), keys, now).await?;
    // From here on it is on record, also that nobody was found.
    let (keys, since) = found.ok_or(Refused::NoResident)?;
    let subject = Some(pseudonyms(&keys, since, now));
    let query = Query { subject, kinds: Some(looks()), ..Query::default() };
    Turn { officer, search, query, event, page }.take(app, cursor.as_ref(), limit).await
}

/// Goes through what is sought, newest first, page by page; `false` if there was more than [`WALKED`].
async fn walk(app: &App, query: &Query, mut each: impl FnMut(&[Found])) -> Result<bool, Refused> {
    let (mut place, mut seen): (Option<Place>, usize) = (None, 0);
    while seen < WALKED {
        let page = search::page(&mut app.db.peek(), query, place, Way::Older, search::MOST).await?;
        seen += page.found.len();
        each(&page.found);
        match page.next {
            Some(next) => place = Some(next),
            None => return Ok(true),
        }
    }
    Ok(false)
}

fn measures(app: &App, conflicts: BTreeSet<(String, String)>) -> Measures {
    let snapshot = app.snapshot();
    let with_case = snapshot.policy.reasons.iter().filter(|reason| reason.needs_case);
    Measures { with_case: with_case.map(|reason| reason.code.clone()).collect(), conflicts }
}

/// A look at a person that came to something.
fn look(found: &Found) -> Option<judge::Look> {
    let well = is_look(&found.r#type) && found.outcome == Outcome::Ok.as_str();
    let (officer, subject) = found.officer.clone().zip(found.subject.clone()).filter(|_| well)?;
    Some(judge::Look { at: found.at, officer, subject, reason: found.reason.clone() })
}

/// What one officer did in a while.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OfficerReport {
    /// Their looks at persons.
    pub activity: Activity,
    /// All they did, by kind, looks too.
    pub by_kind: BTreeMap<String, usize>,
    /// How much of it was refused.
    pub refused: usize,
    /// Whether it is all of it.
    pub whole: bool,
}

/// What an officer, known by these pseudonyms, looked at.
///
/// # Errors
/// [`Refused`]; nothing is shown then.
pub async fn officer_report(
    app: &App,
    who: Who<'_>,
    ask: &Ask,
    (whose, conflicts): (&[String], BTreeSet<(String, String)>),
    (from, to): (When, When),
    now: When,
) -> Result<OfficerReport, Refused> {
    let mut filters = window(from, to)?;
    check_pseudonyms(whose)?;
    filters.push(format!("officer={}", whose.join(" ")));
    record(app, who, ask, ("officer", filters, None), None, now).await?;
    let query = Query { officer: Some(whose.to_vec()), from: Some(from), to: Some(to), ..Query::default() };
    let (mut report, mut looks) = (OfficerReport::default(), Vec::new());
    report.whole = walk(app, &query, |page| {
        for found in page {
            *report.by_kind.entry(found.r#type.clone()).or_default() += 1;
            report.refused += usize::from(found.outcome == Outcome::Denied.as_str());
        }
        looks.extend(page.iter().filter_map(look));
    })
    .await?;
    // One person by the pseudonyms of two years.
    for one in judge::activities(&looks, &measures(app, conflicts)).into_values() {
        let all = &mut report.activity;
        all.looks += one.looks;
        all.persons.extend(one.persons);
        for (reason, count) in one.by_reason {
            *all.by_reason.entry(reason).or_default() += count;
        }
        all.without_case += one.without_case;
        all.at_night += one.at_night;
        all.in_conflict += one.in_conflict;
    }
    Ok(report)
}

/// The looks of all officers in a while, and what stands out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    /// What each did, by pseudonym, and why it stands out.
    pub officers: BTreeMap<String, (Activity, BTreeSet<Sign>)>,
    /// Twice the median of their looks.
    pub twice_the_median: usize,
    /// Whether it is all of it.
    pub whole: bool,
}

/// The review of a month: every officer beside the others.
///
/// # Errors
/// [`Refused`]; nothing is shown then.
pub async fn review(
    app: &App,
    who: Who<'_>,
    ask: &Ask,
    (from, to): (When, When),
    conflicts: BTreeSet<(String, String)>,
    now: When,
) -> Result<Review, Refused> {
    record(app, who, ask, ("review", window(from, to)?, None), None, now).await?;
    let query = Query { by_staff: true, from: Some(from), to: Some(to), ..Query::default() };
    let mut looks = Vec::new();
    let whole = walk(app, &query, |page| looks.extend(page.iter().filter_map(look))).await?;
    let all = judge::activities(&looks, &measures(app, conflicts));
    let twice_the_median = judge::twice_the_median(&all);
    let signed = |activity: Activity| (activity.signs(twice_the_median), activity);
    let officers = all.into_iter().map(|(officer, activity)| {
        let (signs, activity) = signed(activity);
        (officer, (activity, signs))
    });
    Ok(Review { officers: officers.collect(), twice_the_median, whole })
}

/// What a breach is measured over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BreachScope {
    /// From when on.
    pub from: When,
    /// Until before when.
    pub to: When,
    /// One service.
    pub service: Option<String>,
    /// One officer, by pseudonym.
    pub officer: Option<Vec<String>>,
    /// Some kinds of events.
    pub kinds: Option<Vec<String>>,
}

/// How many events, of how many persons.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Data {
    /// Events.
    pub events: usize,
    /// Persons.
    pub subjects: usize,
}

/// How far a breach reaches.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Radius {
    /// In all. A person is counted once a log year: no name is the same in two.
    pub all: Data,
    /// By service.
    pub by_service: BTreeMap<String, Data>,
    /// By kind of event.
    pub by_kind: BTreeMap<String, Data>,
    /// By the data category of what was done (the vocabulary's).
    pub by_category: BTreeMap<String, Data>,
    /// By service and claim: of how many persons the service could have been given it. At most these: payloads, which say
    /// it exactly, are opened one by one, each as a look.
    pub by_claim: BTreeMap<(String, String), Data>,
    /// Whether it is all of it.
    pub whole: bool,
}

/// Counts of events and persons under each name.
#[derive(Default)]
struct Tally<K>(BTreeMap<K, (usize, BTreeSet<usize>)>);

impl<K: Ord> Tally<K> {
    fn add(&mut self, name: K, subject: Option<usize>) {
        let (events, subjects) = self.0.entry(name).or_default();
        *events += 1;
        subjects.extend(subject);
    }

    fn counts(self) -> BTreeMap<K, Data> {
        let counted = |(name, (events, subjects)): (K, (usize, BTreeSet<usize>))| {
            (name, Data { events, subjects: subjects.len() })
        };
        self.0.into_iter().map(counted).collect()
    }
}

#[derive(Default)]
struct Tallies {
    /// A number for each pseudonym.
    persons: HashMap<String, usize>,
    all: Tally<()>,
    services: Tally<String>,
    kinds: Tally<String>,
    categories: Tally<String>,
    claims: Tally<(String, String)>,
}

impl Tallies {
    fn person(&mut self, found: &Found) -> Option<usize> {
        let next = self.persons.len();
        found.subject.as_ref().map(|subject| *self.persons.entry(subject.clone()).or_insert(next))
    }

    fn add(&mut self, found: &Found, claims: &BTreeSet<String>) {
        let person = self.person(found);
        self.all.add((), person);
        self.kinds.add(found.r#type.clone(), person);
        let kind = vocabulary::named(&found.r#type);
        let categories: BTreeSet<&str> = kind.iter().flat_map(|kind| kind.payload).map(|(_, one)| *one).collect();
        for category in categories {
            self.categories.add(category.to_owned(), person);
        }
        if let Some(service) = &found.client_id {
            self.services.add(service.clone(), person);
            for claim in claims {
                self.claims.add((service.clone(), claim.clone()), person);
            }
        }
    }
}

/// How far a breach reaches: persons, data and services of a while.
///
/// # Errors
/// [`Refused`]; nothing is shown then.
pub async fn blast_radius(
    app: &App,
    who: Who<'_>,
    ask: &Ask,
    scope: &BreachScope,
    now: When,
) -> Result<Radius, Refused> {
    let mut filters = window(scope.from, scope.to)?;
    let words = Filters { service: scope.service.clone(), officer: scope.officer.clone(), ..Filters::default() };
    check(app, &words).await?;
    if scope.kinds.iter().flatten().any(|kind| vocabulary::named(kind).is_none()) {
        return Err(Refused::Filter("kind"));
    }
    filters.extend(scope.service.iter().map(|service| format!("service={service}")));
    filters.extend(scope.officer.iter().map(|officer| format!("officer={}", officer.join(" "))));
    filters.extend(scope.kinds.iter().map(|kinds| format!("kinds={}", kinds.join(" "))));
    record(app, who, ask, ("breach", filters, None), None, now).await?;
    let query = Query {
        officer: scope.officer.clone(),
        client: scope.service.clone(),
        kinds: scope.kinds.clone(),
        from: Some(scope.from),
        to: Some(scope.to),
        ..Query::default()
    };
    let (mut tallies, mut place, mut seen, mut whole) = (Tallies::default(), None, 0, false);
    while seen < WALKED {
        let mut read = app.db.read().await?;
        let page = search::page(&mut read, &query, place, Way::Older, search::MOST).await?;
        let mut claims: HashMap<EventId, BTreeSet<String>> = HashMap::new();
        let range = page.found.last().zip(page.found.first()).map(|(oldest, newest)| (oldest.place(), newest.place()));
        if let Some(range) = range.filter(|_| page.found.iter().any(|found| found.r#type == RELEASED)) {
            for (event, words) in search::released(&mut read, range, scope.service.as_deref()).await? {
                claims.entry(event).or_default().extend(words.split_whitespace().map(ToOwned::to_owned));
            }
        }
        let none = BTreeSet::new();
        // Members of staff who come and go are nobody whose data a breach reaches.
        let concerned = page.found.iter().filter(|found| !found.r#type.starts_with("staff."));
        concerned.for_each(|found| tallies.add(found, claims.get(&found.id).unwrap_or(&none)));
        seen += page.found.len();
        place = page.next;
        if place.is_none() {
            whole = true;
            break;
        }
    }
    Ok(Radius {
        all: tallies.all.counts().remove(&()).unwrap_or_default(),
        by_service: tallies.services.counts(),
        by_kind: tallies.kinds.counts(),
        by_category: tallies.categories.counts(),
        by_claim: tallies.claims.counts(),
        whole,
    })
}
