//! `access.cedar` and `access.cedarschema`: who on the staff may do what, under which circumstances.
//!
//! The policies are parsed once and held to their schema strictly; every decision asks the engine. What nothing permits
//! is refused, a `forbid` holds over every `permit`, and a question that the engine cannot answer is refused.

mod difference;
mod names;
mod schema;
mod table;

pub use names::{said, said_of};
pub(super) use schema::{apart, says_the_same};
pub use table::{Condition, Row};

use super::finding::{Finding, Place};
use super::sources::{Sources, line_of};
use crate::domain::staff::{Action, Circumstances, Role};
use cedar_policy::{
    Authorizer, Context, Decision as Answer, Entities, Entity, PolicyId, PolicySet, Request, RestrictedExpression,
    Schema, ValidationMode, Validator,
};
use miette::Diagnostic;
use names::Names;
use std::collections::HashSet;
use std::sync::Arc;

pub(super) const FILE: &str = "access.cedar";
pub(super) const SCHEMA: &str = "access.cedarschema";

/// The policies, ready to be asked.
#[derive(Debug, Clone)]
pub struct Access(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    policies: PolicySet,
    titles: Vec<Title>,
    names: Names,
}

/// What a policy says of itself: the annotations that a reader of the table reads.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Title {
    /// `@id`: what a decision names.
    pub id: String,
    /// Whether it takes away what others permit.
    pub forbids: bool,
    /// `@title`: what it says, in a sentence.
    pub title: String,
    /// `@why`: the reason for it.
    pub why: String,
}

/// What was decided, and by which policies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Whether it may be done.
    pub allowed: bool,
    /// The `@id` of each policy that decided it, in order; of none where nothing permits it.
    pub because: Vec<String>,
}

impl Access {
    /// Whether somebody in these roles may do this, under these circumstances.
    #[must_use]
    pub fn decide(&self, roles: &[Role], action: Action, of: Circumstances) -> Decision {
        let refused = Decision { allowed: false, because: Vec::new() };
        let Some((request, entities)) = self.question(roles, action, of) else { return refused };
        let response = Authorizer::new().is_authorized(&request, &self.0.policies, &entities);
        if response.diagnostics().errors().next().is_some() {
            return refused;
        }
        let mut because: Vec<String> = response.diagnostics().reason().map(ToString::to_string).collect();
        because.sort();
        Decision { allowed: response.decision() == Answer::Allow, because }
    }

    /// Whether somebody in this role may do this at all: under the best circumstances for it.
    #[must_use]
    pub fn may(&self, role: Role, action: Action) -> bool {
        table::every().any(|of| self.decide(&[role], action, of).allowed)
    }

    /// What each policy says of itself, in the order of the file.
    #[must_use]
    pub fn titles(&self) -> &[Title] {
        &self.0.titles
    }

    /// The policies were held to their schema when they were read; requests are made here alone.
    fn question(&self, roles: &[Role], action: Action, of: Circumstances) -> Option<(Request, Entities)> {
        let names = &self.0.names;
        let parents: HashSet<_> = roles.iter().filter_map(|role| names.role(*role)).cloned().collect();
        let staff = Entity::new_no_attrs(names.staff().clone(), parents);
        let entities = Entities::from_entities([staff], None).ok()?;
        let context = Context::from_pairs(
            table::named(of).map(|(name, holds)| (name.to_owned(), RestrictedExpression::new_bool(holds))),
        );
        let (asked, resource) = names.action(action)?;
        let request = Request::new(names.staff().clone(), asked.clone(), resource.clone(), context.ok()?, None).ok()?;
        Some((request, entities))
    }
}

pub(super) fn load(sources: &Sources, findings: &mut Vec<Finding>) -> Option<Access> {
    let schema = schema(sources, findings);
    let policies = policies(sources, findings);
    let (schema, (policies, titles)) = (schema?, policies?);
    let result = Validator::new(schema).validate(&policies, ValidationMode::Strict);
    let text = sources.text(FILE).unwrap_or_default();
    let wrong = result.validation_errors().map(|fault| (fault.to_string(), line(text, fault)));
    let idle = result.validation_warnings().map(|fault| (fault.to_string(), line(text, fault)));
    let faults: Vec<(String, Option<usize>)> = wrong.chain(idle).collect();
    for (message, line) in &faults {
        let at = Place { file: FILE.to_owned(), line: *line };
        let remedy = "Write what access.cedarschema knows.";
        findings.push(Finding::error("access.invalid", at, format!("{message}."), remedy));
    }
    let names = Names::new()?;
    faults.is_empty().then(|| Access(Arc::new(Inner { policies, titles, names })))
}

fn schema(sources: &Sources, findings: &mut Vec<Finding>) -> Option<Schema> {
    let text = sources.text_or_missing(SCHEMA, findings)?;
    match Schema::from_cedarschema_str(text) {
        Ok((schema, _)) => Some(schema),
        Err(error) => {
            findings.push(unreadable(SCHEMA, text, &error));
            None
        }
    }
}

/// The policies under their own names. The language numbers them; a decision must name one that an auditor finds.
fn policies(sources: &Sources, findings: &mut Vec<Finding>) -> Option<(PolicySet, Vec<Title>)> {
    let text = sources.text_or_missing(FILE, findings)?;
    let written: PolicySet = match text.parse() {
        Ok(written) => written,
        Err(error) => {
            let error: cedar_policy::ParseErrors = error;
            findings.extend(error.iter().map(|fault| unreadable(FILE, text, fault)));
            return None;
        }
    };
    let before = findings.len();
    if written.templates().next().is_some() {
        let at = Place { file: FILE.to_owned(), line: None };
        let message = "There is a template, which decides nothing.";
        findings.push(Finding::error("access.template", at, message, "Write ?principal and ?resource out."));
    }
    let (mut named, mut titles) = (PolicySet::new(), Vec::new());
    for policy in written.policies() {
        let said = |key: &str| policy.annotation(key).unwrap_or_default().to_owned();
        let id = said("id");
        let begins = policy.to_cedar().unwrap_or_default();
        let at = || Place { file: FILE.to_owned(), line: begins_at(text, &begins) };
        if id.is_empty() {
            let message = "A policy has no @id: a decision could not name it.";
            findings.push(Finding::error("access.id", at(), message, "Write @id(\"…\") over it."));
        } else if named.add(policy.new_id(PolicyId::new(&id))).is_err() {
            let message = format!("There are two policies {id:?}.");
            findings.push(Finding::error("access.id", at(), message, "Give one of them another @id."));
        }
        let forbids = policy.effect() == cedar_policy::Effect::Forbid;
        titles.push(Title { id, forbids, title: said("title"), why: said("why") });
    }
    (findings.len() == before).then_some((named, titles))
}

/// The line that a policy's own text begins at, where it is there once.
pub(super) fn begins_at(text: &str, policy: &str) -> Option<usize> {
    let at = text.find(policy)?;
    text.get(at + 1..)?.find(policy).is_none().then(|| line_of(text, at))
}

fn unreadable(file: &str, text: &str, fault: &impl Diagnostic) -> Finding {
    let at = Place { file: file.to_owned(), line: line(text, fault) };
    Finding::error("access.unreadable", at, format!("{fault}."), "Correct the line.")
}

/// The line that a fault points at.
fn line(text: &str, fault: &impl Diagnostic) -> Option<usize> {
    let label = fault.labels()?.next()?;
    Some(line_of(text, label.offset()))
}

#[cfg(test)]
mod tests;
