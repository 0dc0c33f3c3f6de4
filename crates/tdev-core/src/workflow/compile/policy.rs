//! Retry, time limits and what a failure means, as ASL says them.

use serde_json::{Value, json};

use super::super::check::calls;
use super::super::step::{ErrorPolicy, Retry, Step};
use super::Compiler;
use super::chain::Chain;
use crate::Code;

impl Compiler<'_> {
    /// Retry, time limit and what a failure means.
    pub(super) fn policies(&self, chain: &mut Chain, step: &Step) {
        let variable = self.variable(&step.id);
        let failed = self.names.state(&step.id, "failed");
        let fallback = match &step.on_error {
            ErrorPolicy::Fail => None,
            ErrorPolicy::Continue => Some(Value::Null),
            ErrorPolicy::Default(value) => Some(value.clone()),
        };
        let first = chain.start().to_owned();
        if let Some(state) = chain.state_mut(&first) {
            if calls(step) {
                if let Some(seconds) = step.timeout_seconds {
                    state.insert("TimeoutSeconds".into(), json!(seconds));
                }
                if let Some(retry) = step.retry.as_ref().filter(|r| r.max_attempts > 0) {
                    state.insert("Retry".into(), json!([retrier(retry)]));
                }
            }
            if fallback.is_some() {
                let catcher = json!({"ErrorEquals": ["States.ALL"], "Next": failed});
                match state.get_mut("Catch").and_then(Value::as_array_mut) {
                    Some(catchers) => catchers.push(catcher),
                    None => {
                        state.insert("Catch".into(), json!([catcher]));
                    }
                }
            }
        }
        if let Some(value) = fallback {
            chain.beside(
                &failed,
                json!({"Type": "Pass", "Assign": {variable: value}}),
            );
        }
    }
}

fn retrier(retry: &Retry) -> Value {
    let errors: Vec<String> = if retry.errors.is_empty() {
        // What a component itself failed by may pass too: only it could know.
        let transient = |code: &&Code| code.retryable() || **code == Code::ComponentFailed;
        Code::ALL
            .iter()
            .filter(transient)
            .map(|code| code.as_str())
            .chain([
                "States.Timeout",
                "Lambda.ServiceException",
                "Lambda.TooManyRequestsException",
                "Lambda.SdkClientException",
            ])
            .map(str::to_owned)
            .collect()
    } else {
        retry.errors.clone()
    };
    let mut retrier = json!({
        "ErrorEquals": errors,
        "IntervalSeconds": retry.interval_seconds,
        "MaxAttempts": retry.max_attempts,
        "BackoffRate": retry.backoff_rate
    });
    if let (Some(most), Some(map)) = (retry.max_delay_seconds, retrier.as_object_mut()) {
        map.insert("MaxDelaySeconds".into(), json!(most));
    }
    retrier
}
