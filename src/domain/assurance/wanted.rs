//! The level a request asks for, in each of the ways there are, and whether a session has it.
//!
//! | asked by | what it means |
//! | --- | --- |
//! | the service file's `least_assurance` | nothing less will do |
//! | `acr` in `claims`, essential (OIDC Core §5.5.1.1) | the answer carries one of these values, or fails |
//! | `vtr` (RFC 8485 §4) | the answer meets one of these vectors, or fails |
//! | `acr_values`, or `acr` not essential (OIDC Core §3.1.2.1) | the first that we offer is tried; the answer says what was reached |

use super::Level;

/// What a request asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Nothing less will do.
    pub least: Level,
    /// One of these must be in the answer, best first; names that are not ours were passed over, and cannot be met.
    pub essential: Option<Vec<Level>>,
    /// One of these vectors must be met: each as the level it comes to, or as one that nobody can reach here.
    pub vectors: Option<Vec<Option<Level>>>,
    /// These are wished for, the dearest first.
    pub wished: Vec<Level>,
}

/// What the answer says of the sign-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reached {
    /// `acr`.
    pub acr: Level,
    /// `vot` (RFC 8485 §3), if vectors were asked for.
    pub vot: Option<&'static str>,
}

/// Whether a session has what is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It has.
    Met(Reached),
    /// A further step would bring it there.
    StepUp {
        /// Nothing less will do; else she may go on without.
        needed: bool,
    },
    /// Nothing that we offer would.
    Unmet,
}

impl Wanted {
    /// What the answer would say of a session of this level; `None` if that is not what must be.
    #[must_use]
    pub fn reached(&self, has: Level) -> Option<Reached> {
        if has < self.least {
            return None;
        }
        // Each level includes the ones below it, so that any of them may be named truly.
        let acr = match &self.essential {
            None => has,
            Some(values) => values.iter().copied().find(|value| *value <= has)?,
        };
        let vot = match &self.vectors {
            None => None,
            Some(vectors) => Some(vot(vectors.iter().copied().flatten().filter(|level| *level <= has).max()?)),
        };
        Some(Reached { acr, vot })
    }

    /// Judges a session of level `has`, where nobody can get above `offered`. Nothing lower than what must be is ever
    /// taken for it.
    #[must_use]
    pub fn judge(&self, has: Level, offered: Level) -> Verdict {
        let has = has.min(offered);
        if let Some(reached) = self.reached(has) {
            let wished = self.wished.iter().copied().find(|level| *level <= offered);
            return if wished.is_some_and(|level| level > has) {
                Verdict::StepUp { needed: false }
            } else {
                Verdict::Met(reached)
            };
        }
        let above = Level::ALL.into_iter().filter(|level| *level > has && *level <= offered);
        if above.into_iter().any(|level| self.reached(level).is_some()) {
            Verdict::StepUp { needed: true }
        } else {
            Verdict::Unmet
        }
    }
}

/// A level as its vector says it. There is no component for identity: only an upstream proof of it could give one.
const fn vot(level: Level) -> &'static str {
    match level {
        Level::A0 => "Cl",
        Level::A1 | Level::A2 | Level::A3 => "Cl.Cm",
    }
}

/// A `vtr` that cannot be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("vtr is not a JSON array of vectors as RFC 8485 §3.1 writes them")]
pub struct WantedError;

/// No request in its senses has more.
const MOST_VECTORS: usize = 16;

/// Parses `vtr`: a JSON array of vectors (RFC 8485 §3.1, §4.1) in the words of GOV.UK One Login. `Cl` is a password,
/// `Cm` a second factor with it, `P0` no identity. Each comes out as the level it needs; `P1` to `P3`, and components
/// that we do not know, are out of reach.
///
/// # Errors
/// [`WantedError`] if it is not such an array, is empty, or a vector contradicts itself.
pub fn parse_vtr(text: &str) -> Result<Vec<Option<Level>>, WantedError> {
    let vectors: Vec<String> = serde_json::from_str(text).map_err(|_| WantedError)?;
    if vectors.is_empty() || vectors.len() > MOST_VECTORS {
        return Err(WantedError);
    }
    vectors.iter().map(|vector| parse_vector(vector)).collect()
}

fn parse_vector(vector: &str) -> Result<Option<Level>, WantedError> {
    let (mut level, mut known, mut proofs) = (Level::A0, true, 0);
    for component in vector.split('.') {
        let mut chars = component.chars();
        let (category, value, rest) = (chars.next(), chars.next(), chars.next());
        let (Some(category), Some(value), None) = (category, value, rest) else {
            return Err(WantedError);
        };
        if !category.is_ascii_uppercase() || !(value.is_ascii_lowercase() || value.is_ascii_digit()) {
            return Err(WantedError);
        }
        proofs += u32::from(category == 'P');
        match component {
            "P0" | "Cl" => {}
            "Cm" => level = Level::A1,
            _ => known = false,
        }
    }
    // Two answers to "who is it?" at once ask for nothing.
    if proofs > 1 { Err(WantedError) } else { Ok(known.then_some(level)) }
}

#[cfg(test)]
mod tests {
    use super::{Reached, Verdict, Wanted, WantedError, parse_vtr};
    use crate::domain::assurance::Level::{self, A0, A1, A2};

    const NEEDED: Verdict = Verdict::StepUp { needed: true };
    const WISHED: Verdict = Verdict::StepUp { needed: false };

    fn wanted() -> Wanted {
        Wanted { least: A0, essential: None, vectors: None, wished: vec![] }
    }

    fn met(acr: Level, vot: Option<&'static str>) -> Verdict {
        Verdict::Met(Reached { acr, vot })
    }

    #[test]
    fn the_service_s_least_level_is_a_step_up_or_nothing() {
        let permits = Wanted { least: A1, ..wanted() };
        assert_eq!(permits.judge(A0, A1), NEEDED);
        assert_eq!(permits.judge(A1, A1), met(A1, None));
        assert_eq!(permits.judge(A0, A0), Verdict::Unmet);
        assert_eq!(permits.judge(A1, A0), Verdict::Unmet, "a level no longer offered is not claimed");
    }

    #[test]
    fn w10_an_essential_acr_is_met_stepped_up_to_or_fails() {
        let essential = |values: &[Level]| Wanted { essential: Some(values.to_vec()), ..wanted() };
        assert_eq!(essential(&[A1]).judge(A0, A1), NEEDED);
        assert_eq!(essential(&[A1]).judge(A1, A1), met(A1, None));
        assert_eq!(essential(&[A1, A0]).judge(A0, A1), met(A0, None), "one of the values is enough");
        assert_eq!(essential(&[A0]).judge(A1, A1), met(A0, None), "the answer carries a value that was asked for");
        assert_eq!(essential(&[A2]).judge(A1, A1), Verdict::Unmet);
        assert_eq!(essential(&[]).judge(A1, A1), Verdict::Unmet, "only names that are not ours");
    }

    #[test]
    fn a_wish_is_tried_and_never_fails() {
        let wish = |values: &[Level]| Wanted { wished: values.to_vec(), ..wanted() };
        assert_eq!(wish(&[A1]).judge(A0, A1), WISHED);
        assert_eq!(wish(&[A2, A1]).judge(A0, A1), WISHED, "the first that is offered");
        assert_eq!(wish(&[A0, A1]).judge(A0, A1), met(A0, None), "the order is the service's");
        assert_eq!(wish(&[A2]).judge(A0, A1), met(A0, None));
        assert_eq!(wish(&[A0]).judge(A1, A1), met(A1, None), "the answer says what was reached");
    }

    #[test]
    fn w10_a_vector_is_met_stepped_up_to_or_fails() {
        let vtr = |text: &str| Wanted { vectors: Some(parse_vtr(text).unwrap()), ..wanted() };
        assert_eq!(vtr(r#"["Cl"]"#).judge(A0, A1), met(A0, Some("Cl")));
        assert_eq!(vtr(r#"["Cl.Cm"]"#).judge(A0, A1), NEEDED);
        assert_eq!(vtr(r#"["Cl.Cm","Cl"]"#).judge(A0, A1), met(A0, Some("Cl")), "any of them is enough");
        assert_eq!(vtr(r#"["Cl","P0.Cl.Cm"]"#).judge(A1, A1), met(A1, Some("Cl.Cm")));
        assert_eq!(vtr(r#"["Cl"]"#).judge(A1, A1), met(A1, Some("Cl")), "nothing is claimed that was not asked for");
        for out_of_reach in [r#"["P2.Cl.Cm"]"#, r#"["P1"]"#, r#"["P3.Cl.Cm","P1.Cl"]"#, r#"["Cl.Ac"]"#] {
            assert_eq!(vtr(out_of_reach).judge(A1, A1), Verdict::Unmet, "{out_of_reach}");
        }
        assert_eq!(vtr(r#"["P2.Cl.Cm","P0.Cl"]"#).judge(A0, A1), met(A0, Some("Cl")), "the other one can be met");
        assert_eq!(vtr(r#"["Cl.Cm"]"#).judge(A0, A0), Verdict::Unmet);
    }

    #[test]
    fn everything_asked_for_holds_at_once() {
        let vectors = Some(parse_vtr(r#"["Cl.Cm"]"#).unwrap());
        let both = Wanted { essential: Some(vec![A0]), vectors, ..wanted() };
        assert_eq!(both.judge(A0, A1), NEEDED);
        assert_eq!(both.judge(A1, A1), met(A0, Some("Cl.Cm")));
    }

    #[test]
    fn a_vtr_is_an_array_of_vectors() {
        assert_eq!(parse_vtr(r#"["Cl.Cm","P0.Cl","P2","Cm.Cl"]"#), Ok(vec![Some(A1), Some(A0), None, Some(A1)]));
        let many = format!("[{}\"Cl\"]", "\"Cl\",".repeat(16));
        for bad in [
            "",
            "Cl.Cm",
            "[]",
            "{}",
            "\"Cl\"",
            "[1]",
            "[\"\"]",
            "[\"Cl.\"]",
            "[\"cl\"]",
            "[\"CL\"]",
            "[\"Clm\"]",
            "[\"P0.P2.Cl\"]",
            "[\"Cl Cm\"]",
            "[[\"Cl\"]]",
            "null",
            &many,
        ] {
            assert_eq!(parse_vtr(bad), Err(WantedError), "{bad}");
        }
    }
}
