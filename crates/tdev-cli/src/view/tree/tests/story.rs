//! Runs as their engines tell them, event by event.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use tdev_core::run::RunEvent;
use tdev_core::{Code, Error};

use crate::view::Line;
use crate::view::progress::Progress;
use crate::view::tree::{Moment, change, lines};

pub(super) const RUN: &str = "run-1";

/// Events as an engine tells them; each follows from the one named, the last one where none is.
#[derive(Default)]
pub(super) struct Story {
    pub(super) events: Vec<RunEvent>,
}

impl Story {
    pub(super) fn tell(
        &mut self,
        execution: &str,
        kind: &str,
        state: &str,
        details: Value,
        after: Option<u64>,
    ) -> u64 {
        let id = self
            .events
            .iter()
            .filter(|e| e.execution == execution)
            .count() as u64
            + 1;
        let mut event = json!({"id": id, "type": kind, "previousEventId": after.unwrap_or(id - 1)});
        event["someEventDetails"] = details;
        self.events.push(RunEvent {
            seq: self.events.len() as i64 + 1,
            run_id: RUN.into(),
            execution: execution.into(),
            event_id: id,
            at: at(self.events.len() as i64 * 10),
            kind: kind.into(),
            state: Some(state.into()).filter(|s: &String| !s.is_empty()),
            event,
        });
        id
    }

    pub(super) fn task(&mut self, execution: &str, state: &str, component: &str, output: &Value) {
        self.tell(
            execution,
            "TaskStateEntered",
            state,
            json!({"name": state, "input": "{}"}),
            None,
        );
        let given = json!({"component": component, "input": {}}).to_string();
        self.tell(
            execution,
            "LambdaFunctionScheduled",
            state,
            json!({"input": given}),
            None,
        );
        self.tell(
            execution,
            "LambdaFunctionSucceeded",
            state,
            json!({"output": output.to_string()}),
            None,
        );
        self.tell(
            execution,
            "TaskStateExited",
            state,
            json!({"name": state, "output": "{}"}),
            None,
        );
    }

    pub(super) fn text(&self, width: usize) -> String {
        let progress = Progress::of(&self.events);
        let moment = Moment {
            now: at(5000),
            tick: 1,
            width,
        };
        let lines = lines(&progress, moment);
        assert!(lines.iter().all(|line| line.width() <= width));
        lines.iter().map(Line::bare).collect::<Vec<_>>().join("\n")
    }

    pub(super) fn changes(&self) -> String {
        let mut progress = Progress::default();
        let mut text = String::new();
        for event in &self.events {
            if let Some(changed) = progress.apply(event) {
                let line = change(&progress, &changed, 80).unwrap();
                text += &format!("{}\n", line.bare());
            }
        }
        text
    }
}

fn at(ms: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::milliseconds(ms)
}

fn plan(steps: usize, missing: usize) -> Value {
    json!({"workflow": {"steps": vec![json!({}); steps]}, "missing": vec![json!({}); missing], "confidence": 0.92, "rationale": ""})
}

pub(super) fn whole_run() -> Story {
    let mut story = Story::default();
    story.tell(RUN, "ExecutionStarted", "", json!({"input": "{}"}), None);
    story.tell(
        RUN,
        "PassStateEntered",
        "begin",
        json!({"name": "begin", "input": "{}"}),
        None,
    );
    story.tell(
        RUN,
        "PassStateExited",
        "begin",
        json!({"name": "begin", "output": "{}"}),
        None,
    );
    story.task(RUN, "plan", "", &plan(0, 1));
    let map = story.tell(
        RUN,
        "MapStateEntered",
        "generate each",
        json!({"name": "generate each", "input": "{}"}),
        None,
    );
    let map = story.tell(
        RUN,
        "MapStateStarted",
        "generate each",
        json!({"length": 1}),
        Some(map),
    );
    story.tell(
        RUN,
        "MapIterationStarted",
        "generate each",
        json!({"name": "generate each", "index": 0}),
        Some(map),
    );
    let spec = json!({"spec": {"name": "QrCodeResolverAgent", "goal": "resolve"}}).to_string();
    story.tell(
        RUN,
        "TaskStateEntered",
        "write",
        json!({"name": "write", "input": spec}),
        None,
    );
    story.tell(RUN, "LambdaFunctionScheduled", "write", json!({}), None);
    let written =
        json!({"code": "a\nb\n", "metadata": {"name": "QrCodeResolverAgent"}}).to_string();
    story.tell(
        RUN,
        "LambdaFunctionSucceeded",
        "write",
        json!({"output": written}),
        None,
    );
    story.tell(
        RUN,
        "TaskStateExited",
        "write",
        json!({"name": "write", "output": "{}"}),
        None,
    );
    story.task(
        RUN,
        "classify draft",
        "",
        &json!({"component_type": "agent", "brain_count": 1}),
    );
    story.task(RUN, "test draft", "", &json!({"passed": 4, "failed": 0}));
    story.task(
        RUN,
        "evaluate draft",
        "",
        &json!({"score": 91.2, "rating": "A"}),
    );
    story.task(
        RUN,
        "register",
        "",
        &json!({"name": "QrCodeResolverAgent", "version_id": "v1", "status": "experimental"}),
    );
    story.tell(
        RUN,
        "MapIterationSucceeded",
        "generate each",
        json!({"name": "generate each", "index": 0}),
        None,
    );
    story.tell(RUN, "MapStateSucceeded", "generate each", json!({}), None);
    story.tell(
        RUN,
        "MapStateExited",
        "generate each",
        json!({"name": "generate each", "output": "[]"}),
        None,
    );
    story.task(RUN, "plan", "", &plan(3, 0));
    story.task(
        RUN,
        "evaluate",
        "",
        &json!({"score": 93.4, "rating": "A", "suggestions": []}),
    );
    story.tell(
        RUN,
        "TaskStateEntered",
        "execute",
        json!({"name": "execute", "input": "{}"}),
        None,
    );
    story.tell(RUN, "LambdaFunctionScheduled", "execute", json!({}), None);
    let inner = "run-1:execute";
    story.tell(inner, "ExecutionStarted", "", json!({}), None);
    story.tell(
        inner,
        "PassStateEntered",
        "start workflow",
        json!({"name": "start workflow"}),
        None,
    );
    story.task(
        inner,
        "scan",
        "QrCodeReaderTool@v1",
        &json!({"text": "u-1042"}),
    );
    story.tell(
        inner,
        "PassStateEntered",
        "warn skip",
        json!({"name": "warn skip"}),
        None,
    );
    story.tell(
        inner,
        "TaskStateEntered",
        "look-up",
        json!({"name": "look-up", "input": "{}"}),
        None,
    );
    story.tell(
        inner,
        "LambdaFunctionScheduled",
        "look-up",
        json!({"input": "{\"component\":\"UserLookupTool@v1\"}"}),
        None,
    );
    let error = Error::new(Code::RemoteUnavailable, "the directory did not answer");
    story.tell(
        inner,
        "LambdaFunctionFailed",
        "look-up",
        json!({"error": "RemoteUnavailable", "cause": error.to_cause()}),
        None,
    );
    story
}
