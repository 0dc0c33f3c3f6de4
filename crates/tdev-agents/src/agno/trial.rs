//! Trying a candidate on the spec's examples, in the sandbox: what it does decides, not what it
//! looks like.

use tdev_core::Result;
use tdev_core::component::{Component, Example};
use tdev_core::ports::Scope;

use super::candidate::Written;
use crate::Deps;
use crate::classifier::{classify, enforce_source};
use crate::tester::{Case, CaseKind, is_about_the_home, judge};

/// How a trial went.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Trial {
    /// Every example held.
    Held,
    /// Nothing could be tried, for this reason.
    Untried(&'static str),
    /// An example did not hold, in words.
    Failed(String),
}

/// What can be known of source without running it.
///
/// # Errors
/// `InvalidComponent` with every finding.
pub(super) fn inspect(written: &Written) -> Result<()> {
    enforce_source(&written.code)?;
    classify(&written.code, None).map(|_| ())
}

/// Puts a candidate to the examples. Its source must be stored; what reaches outside is not tried
/// here, but by the tester, once.
///
/// # Errors
/// What the home lacks: that says nothing about the candidate.
pub(super) async fn put_to(
    deps: &Deps,
    candidate: &Component,
    examples: &[Example],
    scope: &Scope,
) -> Result<Trial> {
    if examples.is_empty() {
        return Ok(Trial::Untried(
            "the spec has no example of what must come out",
        ));
    }
    if candidate.side_effects {
        return Ok(Trial::Untried("running it changes the world outside"));
    }
    if !candidate.permissions.is_empty() {
        return Ok(Trial::Untried("it reaches outside"));
    }
    for (at, example) in examples.iter().enumerate() {
        let answer = deps
            .components
            .try_out(candidate, example.input.clone(), scope.clone())
            .await;
        if let Err(error) = &answer
            && is_about_the_home(error)
        {
            return Err(error.clone());
        }
        let case = Case {
            kind: CaseKind::Example,
            name: format!("example {}", at + 1),
            input: example.input.clone(),
            expected: Some(example.output.clone()),
        };
        if let Err(error) = judge(&case, &candidate.output_schema, answer) {
            let place = error
                .field
                .map_or_else(String::new, |field| format!(" at `{field}`"));
            return Ok(Trial::Failed(format!(
                "{}{place}: {}",
                case.name, error.message
            )));
        }
    }
    Ok(Trial::Held)
}
