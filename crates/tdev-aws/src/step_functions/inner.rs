//! The execution of its own that a run's execution began, as the run's history tells of it.

use aws_sdk_sfn::types::{HistoryEvent, HistoryEventType};
use serde_json::Value;
use tdev_core::ports::Apart;

/// The ARN of what the executor had the state machine begin, where this event says so.
pub(super) fn begun(event: &HistoryEvent) -> Option<String> {
    let called = event.lambda_function_succeeded_event_details.as_ref();
    let task = event.task_succeeded_event_details.as_ref();
    let output = called
        .and_then(|d| d.output.as_deref())
        .or_else(|| task.and_then(|d| d.output.as_deref()))?;
    if !output.contains("\"apart\"") {
        return None;
    }
    let mut answer: Value = serde_json::from_str(output).ok()?;
    let apart: Apart = serde_json::from_value(answer.get_mut("apart")?.take()).ok()?;
    let of_machine = apart.machine.replacen(":stateMachine:", ":execution:", 1);
    Some(format!("{of_machine}:{}", apart.name))
}

/// Whether from this event on the state machine waits for what it began.
pub(super) fn waits(event: &HistoryEvent) -> bool {
    event.r#type == HistoryEventType::TaskSubmitted
        && event
            .task_submitted_event_details
            .as_ref()
            .is_some_and(|d| d.resource_type == "states")
}

#[cfg(test)]
mod tests {
    use aws_sdk_sfn::primitives::DateTime;
    use aws_sdk_sfn::types::{LambdaFunctionSucceededEventDetails, TaskSubmittedEventDetails};

    use super::*;

    #[test]
    fn an_executor_that_parted_names_the_execution() {
        let answered = |output: &str| {
            HistoryEvent::builder()
                .timestamp(DateTime::from_secs(0))
                .r#type(HistoryEventType::LambdaFunctionSucceeded)
                .id(4)
                .lambda_function_succeeded_event_details(
                    LambdaFunctionSucceededEventDetails::builder()
                        .output(output)
                        .build(),
                )
                .build()
                .unwrap()
        };
        let arn = "arn:aws:states:eu-west-1:1:stateMachine:tdev-w-1";
        let parted =
            format!(r#"{{"apart": {{"machine": "{arn}", "name": "r_1", "input": {{}}}}}}"#);
        let execution = "arn:aws:states:eu-west-1:1:execution:tdev-w-1:r_1";
        assert_eq!(begun(&answered(&parted)).as_deref(), Some(execution));
        assert_eq!(begun(&answered(r#"{"output": 1, "trace": []}"#)), None);
        assert_eq!(begun(&answered(r#"{"output": {"apart": 1}}"#)), None);
    }

    #[test]
    fn only_a_submitted_execution_is_waited_for() {
        let submitted = |of: &str| {
            let details = TaskSubmittedEventDetails::builder()
                .resource_type(of)
                .resource("x");
            HistoryEvent::builder()
                .timestamp(DateTime::from_secs(0))
                .r#type(HistoryEventType::TaskSubmitted)
                .id(9)
                .task_submitted_event_details(details.build().unwrap())
                .build()
                .unwrap()
        };
        assert!(waits(&submitted("states")));
        assert!(!waits(&submitted("lambda")));
    }
}
