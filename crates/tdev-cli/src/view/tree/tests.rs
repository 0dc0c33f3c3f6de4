//! The tree of whole runs, from their events.

mod story;

use serde_json::json;
use tdev_core::{Code, Error};

use self::story::{RUN, Story, whole_run};
use super::duration;

#[test]
fn a_run_under_way_shows_stages_components_and_steps() {
    insta::assert_snapshot!(whole_run().text(80));
}

#[test]
fn a_retry_that_fails_fails_the_run() {
    let mut story = whole_run();
    let inner = "run-1:execute";
    let error = Error::new(Code::RemoteUnavailable, "the directory did not answer");
    let failed = json!({"error": "RemoteUnavailable", "cause": error.to_cause()});
    story.tell(
        inner,
        "LambdaFunctionScheduled",
        "look-up",
        json!({"input": "{}"}),
        None,
    );
    story.tell(
        inner,
        "LambdaFunctionFailed",
        "look-up",
        failed.clone(),
        None,
    );
    story.tell(inner, "ExecutionFailed", "", failed.clone(), None);
    story.tell(RUN, "LambdaFunctionFailed", "execute", failed.clone(), None);
    story.tell(RUN, "ExecutionFailed", "", failed, None);
    insta::assert_snapshot!(story.text(60));
}

#[test]
fn a_redriven_run_shows_what_is_done_again_and_what_stays_done() {
    let mut story = whole_run();
    let inner = "run-1:execute";
    let error = Error::new(Code::RemoteUnavailable, "the directory did not answer");
    let failed = json!({"error": "RemoteUnavailable", "cause": error.to_cause()});
    let entered = |story: &Story, of: &str, state: &str| {
        let found = story.events.iter().rfind(|e| {
            e.execution == of && e.kind == "TaskStateEntered" && e.state.as_deref() == Some(state)
        });
        found.map(|e| e.event_id)
    };
    story.tell(inner, "ExecutionFailed", "", failed.clone(), None);
    story.tell(RUN, "LambdaFunctionFailed", "execute", failed.clone(), None);
    story.tell(RUN, "ExecutionFailed", "", failed, None);
    story.tell(
        RUN,
        "ExecutionRedriven",
        "",
        json!({"redriveCount": 1}),
        None,
    );
    let execute = entered(&story, RUN, "execute");
    story.tell(
        RUN,
        "LambdaFunctionScheduled",
        "execute",
        json!({}),
        execute,
    );
    story.tell(
        inner,
        "ExecutionRedriven",
        "",
        json!({"redriveCount": 1}),
        None,
    );
    let look_up = entered(&story, inner, "look-up");
    let given = json!({"input": "{\"component\":\"UserLookupTool@v1\"}"});
    story.tell(inner, "LambdaFunctionScheduled", "look-up", given, look_up);
    insta::assert_snapshot!("redriven_under_way", story.text(60));
    let output = json!({"output": "{}"});
    story.tell(
        inner,
        "LambdaFunctionSucceeded",
        "look-up",
        output.clone(),
        None,
    );
    let left = json!({"name": "look-up", "output": "{}"});
    story.tell(inner, "TaskStateExited", "look-up", left, None);
    story.tell(inner, "ExecutionSucceeded", "", output.clone(), None);
    story.tell(
        RUN,
        "LambdaFunctionSucceeded",
        "execute",
        output.clone(),
        None,
    );
    let left = json!({"name": "execute", "output": "{}"});
    story.tell(RUN, "TaskStateExited", "execute", left, None);
    story.tell(RUN, "ExecutionSucceeded", "", output, None);
    insta::assert_snapshot!("redriven_done", story.text(60));
}

#[test]
fn a_loop_counts_its_items_in_one_line() {
    let mut story = Story::default();
    let inner = "run-1:execute";
    story.tell(
        RUN,
        "TaskStateEntered",
        "execute",
        json!({"name": "execute", "input": "{}"}),
        None,
    );
    let map = story.tell(
        inner,
        "MapStateEntered",
        "send for each",
        json!({"name": "send for each"}),
        None,
    );
    for index in 0..3 {
        story.tell(
            inner,
            "MapIterationStarted",
            "send for each",
            json!({"index": index}),
            Some(map),
        );
        story.task(inner, "send", "SlackPosterTool@v1", &json!({}));
    }
    insta::assert_snapshot!(story.text(80));
}

#[test]
fn where_nothing_can_be_redrawn_each_change_is_a_line() {
    insta::assert_snapshot!(whole_run().changes());
}

#[test]
fn durations_read_as_people_say_them() {
    let said: Vec<String> = [0.04, 3.21, 12.3, 999.7, 61_000.0, 3_599_900.0]
        .map(duration)
        .to_vec();
    assert_eq!(
        said,
        [
            "0.0 ms",
            "3.2 ms",
            "12 ms",
            "1.0 s",
            "1 min 01 s",
            "60 min 00 s"
        ]
    );
}
