//! The page about a verification, for a reader who is no technician.

use super::verify::Outcome;
use minijinja::value::Serde;
use minijinja::{Environment, context};

const TEMPLATE: &str = include_str!("report.html");

/// The numbered proofs (deploy/verify/FORMAT.md), in plain words.
const PROOFS: [(u8, &str); 10] = [
    (1, "The log was signed by the council’s key, and by the witnesses who were asked for."),
    (2, "Each entry is the one that was sealed at its place."),
    (3, "No entry is missing, and none stands twice."),
    (4, "The log only grew: each earlier signed state is the beginning of this one."),
    (5, "Each detail that the export holds is the one that was sealed."),
    (6, "No detail is gone without an entry that says why."),
    (7, "Each policy that an entry cites was put in force in this log, or just before it was opened."),
    (8, "Times go forward."),
    (9, "Each act of a member of staff has a reason."),
    (10, "Each entry that says details were destroyed counts them, and stands behind them."),
];

/// The page.
pub(super) fn page(outcome: &Outcome) -> anyhow::Result<String> {
    let mut environment = Environment::new();
    environment.add_template("report.html", TEMPLATE)?;
    let proofs: Vec<_> = PROOFS
        .iter()
        .map(|(number, words)| {
            let wrong = outcome.verdict.failed.get(number).copied().unwrap_or_default();
            // Of a part of a log nobody knows what was put in force before it.
            let open = *number == 7 && outcome.from > 0;
            context! { number => *number, words => *words, wrong, open }
        })
        .collect();
    let page = environment.get_template("report.html")?;
    Ok(page.render(context! { outcome => Serde(outcome), proofs, fine => outcome.fine() })?)
}
