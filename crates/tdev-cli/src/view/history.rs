//! The history of an execution as a table, and how it ended.

use tdev_asl::{HistoryEvent, Outcome, Status};

use super::table::{self, Cell};
use super::{Line, Look, tree, value, wrap};

/// Every event in a line: when, what, where, and what it carries.
pub(crate) fn table(events: &[HistoryEvent], width: usize) -> Vec<Line> {
    let begun = events.first().map(|event| event.timestamp);
    let rows: Vec<Vec<Cell>> = events
        .iter()
        .map(|event| {
            let since = begun.map_or(0, |begun| (event.timestamp - begun).num_milliseconds());
            row(event, since)
        })
        .collect();
    table::lines(
        &["id", "after", "time", "event", "state", "what"],
        &rows,
        width,
    )
}

#[expect(clippy::cast_precision_loss, reason = "a time shown to three digits")]
fn row(event: &HistoryEvent, since_ms: i64) -> Vec<Cell> {
    let (look, what) = match (event.error(), event.output().or(event.input())) {
        (Some(error), _) => (Look::Bad, error.to_owned()),
        (None, Some(carried)) => (Look::Plain, value::excerpt(carried)),
        (None, None) => (Look::Plain, String::new()),
    };
    let kind = event.event_type();
    let named = if event.error().is_some() {
        Look::Bad
    } else if event.enters_state() {
        Look::Strong
    } else {
        Look::Plain
    };
    let time = if since_ms == 0 {
        "0".to_owned()
    } else {
        tree::duration(since_ms as f64)
    };
    vec![
        (Look::Faint, event.id.to_string()),
        (Look::Faint, event.previous_event_id.to_string()),
        (Look::Faint, time),
        (named, kind.to_owned()),
        (
            Look::Name,
            event.state_name().unwrap_or_default().to_owned(),
        ),
        (look, what),
    ]
}

/// The status; the error and its cause where there are any.
pub(crate) fn ending(outcome: &Outcome, width: usize) -> Vec<Line> {
    let (mark, look) = match outcome.status {
        Status::Succeeded => ("✓ ", Look::Good),
        _ => ("✗ ", Look::Bad),
    };
    let first = Line::new()
        .with(look, mark)
        .with(Look::Strong, outcome.status.as_str());
    let mut lines = vec![match &outcome.error {
        Some(error) => first.and("  ").with(Look::Bad, error.as_str()),
        None => first,
    }];
    let cause = outcome.cause.as_deref().unwrap_or_default();
    lines.extend(
        wrap(cause, width.saturating_sub(2))
            .into_iter()
            .map(|part| Line::plain("  ").and(part)),
    );
    lines
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::json;
    use tdev_asl::mock::Mocks;
    use tdev_asl::{ExecutionOptions, StateMachine, VirtualClock};

    use super::*;

    #[tokio::test]
    async fn a_history_is_a_table_of_eighty_columns() {
        let machine = StateMachine::from_value(&json!({"StartAt": "Pay", "States": {
            "Pay": {"Type": "Task", "Resource": "pay:card", "ResultPath": "$.paid", "Next": "Tell",
                "Retry": [{"ErrorEquals": ["Busy"], "IntervalSeconds": 90}]},
            "Tell": {"Type": "Task", "Resource": "tell:customer", "End": true}
        }}))
        .unwrap();
        let mocks = r#"{"Pay": [{"throw": {"error": "Busy", "cause": "try later"}}, {"return": true}],
            "Tell": [{"throw": {"error": "Gone", "cause": "nobody of that name lives at the address that the order has, says the post"}}]}"#;
        let mocks = Arc::new(Mocks::parse(mocks, None, &machine).unwrap());
        let options = ExecutionOptions {
            keep_history: true,
            clock: Arc::new(VirtualClock::default()),
            ..ExecutionOptions::default()
        };
        let input = json!({"order": 7, "customer": "Ada Lovelace, London"});
        let outcome = tdev_asl::run(Arc::new(machine), input, mocks, options)
            .await
            .unwrap();
        let mut lines = table(&outcome.history, 80);
        lines.extend(ending(&outcome, 80));
        assert!(lines.iter().all(|line| line.width() <= 80));
        insta::assert_snapshot!(lines.iter().map(Line::bare).collect::<Vec<_>>().join("\n"));
    }
}
