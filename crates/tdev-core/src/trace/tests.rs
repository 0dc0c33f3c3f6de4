//! Traces of histories written by hand, as Step Functions would write them.
#![expect(
    clippy::needless_pass_by_value,
    reason = "details are written where they are passed"
)]

use chrono::TimeDelta;
use serde_json::json;

use super::*;

struct History(Vec<RunEvent>);

impl History {
    /// The next event, `ms` after the beginning, following event `previous`.
    fn then(mut self, ms: i64, previous: u64, kind: &str, details: Value) -> Self {
        let event_id = self.0.len() as u64 + 1;
        let (first, rest) = kind.split_at(1);
        let name = format!("{}{rest}EventDetails", first.to_lowercase());
        let at =
            "2026-03-01T10:00:00Z".parse::<DateTime<Utc>>().unwrap() + TimeDelta::milliseconds(ms);
        self.0.push(RunEvent {
            seq: 0,
            run_id: "r".to_owned(),
            execution: "r:flow".to_owned(),
            event_id,
            at,
            kind: kind.to_owned(),
            state: None,
            event: json!({"id": event_id, "previousEventId": previous, "type": kind, name: details}),
        });
        self
    }

    fn start() -> Self {
        Self(Vec::new()).then(0, 0, "ExecutionStarted", json!({"input": "{}"}))
    }

    fn trace(&self) -> Vec<TraceStep> {
        trace_of(&self.0)
    }
}

fn asked(step: &str, input: &Value) -> Value {
    let asked = json!({"component": "EchoAgent@v1", "step": step, "input": input});
    json!({"resource": "arn:aws:lambda:local:000000000000:function:component", "input": asked.to_string()})
}

fn answered(output: &Value) -> Value {
    json!({"output": output.to_string(), "outputDetails": {"truncated": false}})
}

fn failed(error: &Error) -> Value {
    json!({"error": error.code.as_str(), "cause": error.to_cause()})
}

#[test]
fn a_call_is_told_with_input_output_and_times() {
    let trace = History::start()
        .then(10, 0, "TaskStateEntered", json!({}))
        .then(
            11,
            2,
            "LambdaFunctionScheduled",
            asked("say", &json!({"text": "hi"})),
        )
        .then(11, 3, "LambdaFunctionStarted", Value::Null)
        .then(
            42,
            4,
            "LambdaFunctionSucceeded",
            answered(&json!({"said": "hi"})),
        )
        .then(43, 5, "TaskStateExited", json!({}))
        .then(43, 6, "ExecutionSucceeded", json!({}))
        .trace();
    assert_eq!(
        trace,
        [TraceStep {
            step: 1,
            id: "say".to_owned(),
            agent: "EchoAgent@v1".to_owned(),
            input: json!({"text": "hi"}),
            output: json!({"said": "hi"}),
            started_at: "2026-03-01T10:00:00.010Z".to_owned(),
            duration_ms: 33.0,
            attempts: 1,
            error: None,
        }]
    );
}

#[test]
fn attempts_are_counted_and_a_late_success_clears_the_failure() {
    let lost = Error::new(Code::RemoteUnavailable, "no answer");
    let trace = History::start()
        .then(0, 0, "TaskStateEntered", json!({}))
        .then(0, 2, "LambdaFunctionScheduled", asked("say", &json!({})))
        .then(5, 3, "LambdaFunctionFailed", failed(&lost))
        .then(1005, 4, "LambdaFunctionScheduled", asked("say", &json!({})))
        .then(
            1010,
            5,
            "LambdaFunctionTimedOut",
            json!({"error": "States.Timeout"}),
        )
        .then(3010, 6, "LambdaFunctionScheduled", asked("say", &json!({})))
        .then(3020, 7, "LambdaFunctionSucceeded", answered(&json!(1)))
        .then(3020, 8, "TaskStateExited", json!({}))
        .trace();
    assert_eq!(
        (trace[0].attempts, &trace[0].error, trace[0].duration_ms),
        (3, &None, 3020.0)
    );
}

#[test]
fn a_failure_that_is_caught_stays_in_the_trace_as_it_was_raised() {
    let refused = Error::new(Code::PermissionDenied, "host not granted")
        .field("url")
        .hint("grant it");
    let trace = History::start()
        .then(0, 0, "TaskStateEntered", json!({}))
        .then(0, 2, "LambdaFunctionScheduled", asked("say", &json!({})))
        .then(7, 3, "LambdaFunctionFailed", failed(&refused))
        .then(7, 4, "TaskStateExited", json!({}))
        .then(8, 5, "TaskStateEntered", json!({}))
        .then(8, 6, "LambdaFunctionScheduled", asked("after", &json!({})))
        .then(9, 7, "LambdaFunctionSucceeded", answered(&json!(2)))
        .trace();
    assert_eq!(trace[0].error, Some(refused));
    assert_eq!(trace[0].output, Value::Null);
    assert_eq!(
        (trace[1].step, trace[1].id.as_str(), &trace[1].output),
        (2, "after", &json!(2))
    );
}

#[test]
fn interleaved_branches_keep_their_own_outputs() {
    let trace = History::start()
        .then(0, 0, "ParallelStateEntered", json!({}))
        .then(0, 2, "ParallelStateStarted", Value::Null)
        .then(1, 3, "TaskStateEntered", json!({}))
        .then(1, 3, "TaskStateEntered", json!({}))
        .then(
            1,
            4,
            "LambdaFunctionScheduled",
            asked("left", &json!({"n": 1})),
        )
        .then(
            1,
            5,
            "LambdaFunctionScheduled",
            asked("right", &json!({"n": 2})),
        )
        .then(2, 7, "LambdaFunctionStarted", Value::Null)
        .then(2, 6, "LambdaFunctionStarted", Value::Null)
        .then(3, 8, "LambdaFunctionSucceeded", answered(&json!("right")))
        .then(3, 10, "TaskStateExited", json!({}))
        .then(9, 9, "LambdaFunctionSucceeded", answered(&json!("left")))
        .then(9, 12, "TaskStateExited", json!({}))
        .trace();
    let told: Vec<_> = trace
        .iter()
        .map(|s| {
            (
                s.id.as_str(),
                &s.input["n"],
                s.output.as_str().unwrap(),
                s.duration_ms,
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            ("left", &json!(1), "left", 8.0),
            ("right", &json!(2), "right", 2.0)
        ]
    );
}

#[test]
fn a_call_cut_off_by_the_end_says_so() {
    let boom = Error::new(Code::ComponentFailed, "boom");
    let history = History::start()
        .then(1, 0, "TaskStateEntered", json!({}))
        .then(1, 0, "TaskStateEntered", json!({}))
        .then(1, 2, "LambdaFunctionScheduled", asked("slow", &json!({})))
        .then(1, 3, "LambdaFunctionScheduled", asked("broken", &json!({})))
        .then(4, 5, "LambdaFunctionFailed", failed(&boom));
    let under_way = history.trace();
    assert_eq!(
        (&under_way[0].error, &under_way[1].error),
        (&None, &Some(boom.clone()))
    );
    let trace = history
        .then(6, 6, "ExecutionFailed", json!({"error": "ComponentFailed"}))
        .trace();
    assert_eq!(trace[0].error.as_ref().unwrap().code, Code::Cancelled);
    assert_eq!((trace[0].duration_ms, &trace[1].error), (5.0, &Some(boom)));
}

#[test]
fn a_call_made_again_by_a_redrive_is_the_same_step() {
    let boom = Error::new(Code::ComponentFailed, "boom");
    let history = History::start()
        .then(1, 0, "TaskStateEntered", json!({}))
        .then(1, 0, "TaskStateEntered", json!({}))
        .then(1, 2, "LambdaFunctionScheduled", asked("slow", &json!({})))
        .then(1, 3, "LambdaFunctionScheduled", asked("broken", &json!({})))
        .then(4, 5, "LambdaFunctionFailed", failed(&boom))
        .then(6, 6, "ExecutionFailed", json!({"error": "ComponentFailed"}))
        .then(9, 7, "ExecutionRedriven", json!({"redriveCount": 1}))
        .then(9, 2, "LambdaFunctionScheduled", asked("slow", &json!({})))
        .then(9, 3, "LambdaFunctionScheduled", asked("broken", &json!({})));
    let under_way = history.trace();
    assert_eq!(under_way[0].error, None, "what goes on is not cut off");
    let trace = history
        .then(12, 10, "LambdaFunctionSucceeded", answered(&json!(2)))
        .then(13, 9, "LambdaFunctionSucceeded", answered(&json!(1)))
        .trace();
    let told: Vec<_> = trace
        .iter()
        .map(|s| (s.id.as_str(), s.attempts, &s.output, &s.error))
        .collect();
    assert_eq!(
        told,
        [
            ("slow", 2, &json!(1), &None),
            ("broken", 2, &json!(2), &None)
        ]
    );
}

#[test]
fn calls_of_agents_and_waits_for_people_are_not_component_calls() {
    let planner =
        json!({"resource": "arn:aws:lambda:local:000000000000:function:planner", "input": "{}"});
    let component = json!({"FunctionName": "arn:aws:lambda:local:000000000000:function:component",
        "Payload": {"component": "EchoAgent@v1", "step": "say", "input": 1}});
    let trace = History::start()
        .then(1, 0, "TaskStateEntered", json!({}))
        .then(1, 2, "LambdaFunctionScheduled", planner)
        .then(1, 3, "LambdaFunctionSucceeded", answered(&json!({})))
        .then(1, 4, "TaskStateExited", json!({}))
        .then(2, 5, "TaskStateEntered", json!({}))
        .then(
            2,
            6,
            "TaskScheduled",
            json!({"parameters": component.to_string()}),
        )
        .then(
            3,
            7,
            "TaskSucceeded",
            answered(&json!({"Payload": {"x": 1}, "StatusCode": 200})),
        )
        .trace();
    assert_eq!(trace.len(), 1);
    assert_eq!(
        (trace[0].step, trace[0].id.as_str(), &trace[0].output),
        (1, "say", &json!({"x": 1}))
    );
}
