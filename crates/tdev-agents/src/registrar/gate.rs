//! The gate of generated components: tested, every test passed, scored high enough, and the
//! classifier sees in the source what the record says.

use tdev_core::agent_io::{Classification, Evaluation, TestRun};
use tdev_core::component::{Component, Status};
use tdev_core::{Code, Error, Result};

/// What speaks for a generated component.
pub(super) struct Shown<'a> {
    /// What the classifier found in the source.
    pub(super) found: &'a Classification,
    pub(super) tests: Option<&'a TestRun>,
    pub(super) evaluation: Option<&'a Evaluation>,
    /// The score it must reach.
    pub(super) threshold: f64,
}

/// Lets a generated component through as experimental.
///
/// # Errors
/// `InvalidComponent`, `TestsFailed` or `NeedsReview`, naming the reason and the next step.
pub(super) fn pass(metadata: Component, shown: &Shown<'_>, code_hash: &str) -> Result<Component> {
    as_recorded(&metadata, shown.found, code_hash)?;
    tested(&metadata, shown.tests)?;
    scored(&metadata, shown.evaluation, shown.threshold)?;
    Ok(Component {
        status: Status::Experimental,
        ..metadata
    })
}

fn as_recorded(metadata: &Component, found: &Classification, code_hash: &str) -> Result<()> {
    let refused = |field: &str, message: String| {
        Err(Error::new(Code::InvalidComponent, message)
            .field(field.to_owned())
            .hint("generate it again; its record and source must come from one answer"))
    };
    if metadata.code_hash.as_deref() != Some(code_hash) {
        return refused(
            "code_hash",
            format!("the record of `{}` belongs to other source", metadata.name),
        );
    }
    if found.name != metadata.name || found.component_type != metadata.kind {
        return refused(
            "name",
            format!(
                "the source is {} `{}`, the record says {} `{}`",
                found.component_type.as_str(),
                found.name,
                metadata.kind.as_str(),
                metadata.name
            ),
        );
    }
    if let Some(undeclared) = found.tools.iter().find(|t| !metadata.tools.contains(t)) {
        return refused(
            "tools",
            format!("the source calls `{undeclared}`, which the record does not name"),
        );
    }
    if let Some(undeclared) = found.secrets.iter().find(|s| !metadata.secrets.contains(s)) {
        return refused(
            "secrets",
            format!("the source asks for `{undeclared}`, which the record does not name"),
        );
    }
    Ok(())
}

fn tested(metadata: &Component, tests: Option<&TestRun>) -> Result<()> {
    let name = &metadata.name;
    let failed = |message: String, hint: String| Error::new(Code::TestsFailed, message).hint(hint);
    match tests {
        Some(run) if run.failed == 0 && run.passed > 0 => Ok(()),
        Some(run) if run.failed == 0 => Err(failed(
            format!("nothing of `{name}` could be tested"),
            if metadata.side_effects {
                "it changes the world outside, so it is only put to examples somebody chose: give one with `--example`"
            } else {
                "give an example of input and output with `--example`"
            }
            .to_owned(),
        )),
        Some(run) => {
            let reason = run
                .cases
                .iter()
                .find_map(|c| {
                    let error = c.error.as_ref()?;
                    let place = error.field.as_ref().map_or_else(String::new, |f| format!(" at `{f}`"));
                    Some(format!("{}{place}: {}", c.name, error.message))
                })
                .unwrap_or_default();
            Err(failed(
                format!(
                    "`{name}` failed {} of {} tests: {reason}",
                    run.failed,
                    run.failed + run.passed
                ),
                "if the example is right, say more in the goal; nothing was registered".to_owned(),
            )
            .details(serde_json::to_value(run).unwrap_or_default()))
        }
        None => Err(failed(
            format!("`{name}` was not tested"),
            "a generated component is tested before it is registered".to_owned(),
        )),
    }
}

fn scored(metadata: &Component, evaluation: Option<&Evaluation>, threshold: f64) -> Result<()> {
    let Some(evaluation) = evaluation else {
        return Err(Error::new(
            Code::NeedsReview,
            format!("`{}` was not evaluated", metadata.name),
        )
        .hint("a generated component is evaluated before it is registered"));
    };
    if evaluation.score >= threshold {
        return Ok(());
    }
    let asked: Vec<&str> = evaluation
        .suggestions
        .iter()
        .take(3)
        .map(|s| s.message.as_str())
        .collect();
    Err(Error::new(
        Code::NeedsReview,
        format!(
            "`{}` scores {:.0} and the gate is {threshold:.0}: {}",
            metadata.name,
            evaluation.score,
            asked.join("; ")
        ),
    )
    .hint("mend what it names and register it by hand with `tdev register FILE`; nothing was registered")
    .details(serde_json::to_value(evaluation).unwrap_or_default()))
}
