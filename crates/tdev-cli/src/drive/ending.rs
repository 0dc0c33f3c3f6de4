//! What is said of a run once it has ended: its result, its trace, its score, and what to do next.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use tdev_core::agent_io::{Evaluation, Plan, TraceStep};
use tdev_core::run::{Run, RunEvent, RunStatus};
use tdev_core::service::Service;
use tdev_core::{Code, Error};

use super::Driven;
use crate::console::Console;
use crate::outcome::{Exit, Outcome};
use crate::project::{part, short};
use crate::view::{Line, Look, evaluation, fault, service, trace, tree, value};

/// Shows how a run ended; the result goes to stdout, all else to stderr.
pub(crate) fn conclude(console: &Console, run_id: &str, driven: Option<&Driven>) -> Outcome {
    let Some(driven) = driven else {
        console.lines(&[
            Line::new(),
            Line::plain("left the run as it is; go on with ")
                .with(Look::Name, format!("tdev resume {}", short(run_id))),
        ]);
        return Ok(Exit::Interrupted);
    };
    let run = &driven.run;
    if console.json() {
        console.record(&json!({"type": "RunEnded", "run": run}));
        return Ok(exit(run));
    }
    let width = console.width();
    if run.status == RunStatus::Succeeded {
        let result = run
            .output
            .as_ref()
            .map(|output| output.get("result").unwrap_or(output));
        console.notes(&[Line::new()]);
        console.text(&value::result(result.unwrap_or(&Value::Null)));
    }
    let steps = part(run.output.as_ref(), "trace")
        .filter(|steps: &Vec<TraceStep>| !steps.is_empty())
        .unwrap_or_else(|| steps_of(run, &driven.events));
    for part in [trace::lines(&steps, width), score(run, width)] {
        if !part.is_empty() {
            console.notes(&[Line::new()]);
            console.notes(&part);
        }
    }
    if let Some(record) = part::<Service>(run.output.as_ref(), "service") {
        console.notes(&[Line::new()]);
        console.notes(&service::deployed(&record, true));
    }
    if let Some(error) = unhappy(run) {
        console.notes(&[Line::new()]);
        console.lines(&fault::lines(&[error], width));
    }
    console.notes(&[Line::new(), farewell(run)]);
    Ok(exit(run))
}

/// The component calls of a run in order, read from its events.
pub(crate) fn steps_of(run: &Run, events: &[RunEvent]) -> Vec<TraceStep> {
    let mut executions: BTreeMap<&str, Vec<RunEvent>> = BTreeMap::new();
    for event in events.iter().filter(|event| event.execution != run.id) {
        executions
            .entry(&event.execution)
            .or_default()
            .push(event.clone());
    }
    let mut told: Vec<&Vec<RunEvent>> = executions.values().collect();
    told.sort_by_key(|events| events.first().map(|event| event.seq));
    let steps = told
        .into_iter()
        .flat_map(|events| tdev_core::trace::trace_of(events));
    steps
        .zip(1..)
        .map(|(step, number)| TraceStep {
            step: number,
            ..step
        })
        .collect()
}

fn exit(run: &Run) -> Exit {
    match run.status {
        RunStatus::Succeeded | RunStatus::Running => Exit::Done,
        RunStatus::NeedsReview => Exit::BelowGate,
        RunStatus::Failed | RunStatus::Cancelled => Exit::Failed,
    }
}

fn score(run: &Run, width: usize) -> Vec<Line> {
    let found: Option<Evaluation> = part(run.output.as_ref(), "evaluation");
    let mut lines = found
        .map(|found| evaluation::lines(&found, run.request.threshold, width))
        .unwrap_or_default();
    if run.status == RunStatus::NeedsReview
        && let Some(plan) = part::<Plan>(run.output.as_ref(), "plan")
    {
        lines.push(Line::plain("the plan that is kept:"));
        for step in &plan.workflow.steps {
            let component = step
                .component()
                .map(ToString::to_string)
                .unwrap_or_default();
            lines.push(
                Line::plain("  ")
                    .column(Look::Strong, &step.id, 24)
                    .and(" ")
                    .with(Look::Name, component),
            );
        }
    }
    lines
}

/// Why there is no result, where there is none.
fn unhappy(run: &Run) -> Option<Error> {
    match run.status {
        RunStatus::Succeeded | RunStatus::Running => None,
        RunStatus::NeedsReview => Some(run.error.clone().unwrap_or_else(|| {
            Error::new(
                Code::NeedsReview,
                format!("no plan reached the gate of {:.0}", run.request.threshold),
            )
            .hint(format!(
                "run the best one all the same: tdev resume {} --accept",
                short(&run.id)
            ))
        })),
        RunStatus::Failed => Some(
            run.error
                .clone()
                .unwrap_or_else(|| Error::new(Code::Internal, "the run failed without a reason")),
        ),
        RunStatus::Cancelled => Some(
            run.error
                .clone()
                .unwrap_or_else(|| Error::new(Code::Cancelled, "the run was cancelled")),
        ),
    }
}

/// The way on from a run without a result: what is done is kept. Only where the answer lies in
/// what was asked, or in what could be planned with, is a redrive bound to end as before.
pub(crate) fn onwards(run: &Run) -> String {
    let id = short(&run.id);
    match run.error.as_ref().map(|error| error.code) {
        Some(Code::CapabilityMissing | Code::InvalidInput) => format!("tdev resume {id} --again"),
        _ => format!("tdev redrive {id}"),
    }
}

fn farewell(run: &Run) -> Line {
    let took = run
        .ended_at
        .and_then(|ended| (ended - run.started_at).num_microseconds())
        .map(|us| {
            #[expect(clippy::cast_precision_loss, reason = "shown with three digits")]
            let us = us as f64;
            tree::duration(us / 1000.0)
        });
    let id = short(&run.id);
    let next = match run.status {
        RunStatus::NeedsReview => format!("tdev resume {id} --accept"),
        RunStatus::Failed | RunStatus::Cancelled => onwards(run),
        _ => format!("tdev trace {id}"),
    };
    Line::new()
        .with(
            Look::Faint,
            format!(
                "run {} {} in {} · ",
                run.id,
                run.status.as_str(),
                took.unwrap_or_default()
            ),
        )
        .with(Look::Name, next)
}
