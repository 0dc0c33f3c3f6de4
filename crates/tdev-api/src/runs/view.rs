//! Runs, events and approvals as clients see them: without task tokens and inner faults.

use serde_json::Value;
use tdev_core::run::{Approval, Run, RunEvent};

use crate::problem::public;

/// A whole run.
pub(crate) fn run_view(run: Run) -> Run {
    Run {
        error: run.error.as_ref().map(public),
        ..run
    }
}

/// A run in a list: without its output, which is read with the run itself.
pub(crate) fn run_summary(run: Run) -> Run {
    Run {
        output: None,
        ..run_view(run)
    }
}

/// An event.
pub(crate) fn event_view(mut event: RunEvent) -> RunEvent {
    hide_tokens(&mut event.event);
    event
}

/// An approval.
pub(crate) fn approval_view(mut approval: Approval) -> Approval {
    approval.task_token.clear();
    hide_tokens(&mut approval.subject);
    approval
}

const HIDDEN: &str = "hidden";

/// Whoever has a task token can answer in a person's stead. History events carry what a task was
/// given, the token included, and as JSON inside of text.
fn hide_tokens(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, inner) in fields {
                if is_token(name) {
                    *inner = HIDDEN.into();
                } else {
                    hide_tokens(inner);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(hide_tokens),
        Value::String(text) if mentions_token(text) => {
            match serde_json::from_str::<Value>(text) {
                Ok(mut inner) => {
                    hide_tokens(&mut inner);
                    *text = inner.to_string();
                }
                // JSON cut short can still hold one.
                Err(_) if names_token(text) => HIDDEN.clone_into(text),
                Err(_) => {}
            }
        }
        _ => {}
    }
}

fn is_token(name: &str) -> bool {
    name.chars()
        .filter(|c| !matches!(c, '_' | '\\'))
        .flat_map(char::to_lowercase)
        .eq("tasktoken".chars())
}

fn names_token(text: &str) -> bool {
    text.split('"').any(is_token)
}

fn mentions_token(text: &str) -> bool {
    text.as_bytes()
        .windows(5)
        .any(|five| five.eq_ignore_ascii_case(b"token"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_task_token_is_hidden_at_any_depth_and_inside_of_text() {
        let parameters = json!({"Payload": {"task_token": "s3cret", "message": "token of thanks"}});
        let twice = json!(json!({"TaskToken": "s3cret"}).to_string()).to_string();
        let mut event = json!({
            "taskScheduledEventDetails": {"parameters": parameters.to_string()},
            "list": [{"taskToken": "s3cret"}, twice],
            "cut short": r#"{"Payload":{"task_token":"s3cre"#,
            "free text": "a task_token in words",
        });
        hide_tokens(&mut event);
        let shown = event.to_string();
        assert!(!shown.contains("s3cre"), "{shown}");
        assert!(shown.contains("token of thanks") && shown.contains("a task_token in words"));
    }
}
