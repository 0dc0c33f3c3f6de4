//! Applying what the evaluator asked for.

use tdev_core::agent_io::{PlanRequest, Remedy};
use tdev_core::workflow::{Retry, Workflow};

/// Components that a suggestion asks to be replaced.
pub(super) fn avoided(request: &PlanRequest) -> Vec<String> {
    let Some(previous) = &request.previous else {
        return Vec::new();
    };
    request
        .suggestions
        .iter()
        .filter(|s| super::replaces(s.remedy))
        .filter_map(|s| s.step.as_ref())
        .filter_map(|id| previous.steps.iter().find(|step| step.id == *id))
        .filter_map(|step| step.component().map(|c| c.name.clone()))
        .collect()
}

/// Makes the changes to steps that suggestions name.
pub(super) fn apply(workflow: &mut Workflow, request: &PlanRequest) {
    for suggestion in &request.suggestions {
        let Some(id) = &suggestion.step else { continue };
        match suggestion.remedy {
            Some(Remedy::AddRetry) => {
                if let Some(step) = workflow.steps.iter_mut().find(|s| s.id == *id) {
                    step.retry.get_or_insert(Retry {
                        max_attempts: 2,
                        interval_seconds: 1,
                        backoff_rate: 2.0,
                        max_delay_seconds: None,
                        errors: Vec::new(),
                    });
                }
            }
            Some(Remedy::AddTimeout) => {
                if let Some(step) = workflow.steps.iter_mut().find(|s| s.id == *id) {
                    step.timeout_seconds.get_or_insert(60);
                }
            }
            Some(Remedy::RemoveStep) => workflow.steps.retain(|s| s.id != *id),
            Some(Remedy::ReplaceComponent) | None => {}
        }
    }
}
