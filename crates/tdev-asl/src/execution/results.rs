//! A distributed Map is over: its results are gathered, and written where the definition says.

use std::sync::Arc;

use serde_json::{Value, json};

use super::Execution;
use super::dataset::MapRun;
use super::effect::{Effect, Job};
use super::frame::{Children, FrameId, Pending, Work, Writing};
use super::leave::gone;
use crate::Json;
use crate::dataset::WriteRequest;
use crate::definition::{Kind, MapState, State, Transformation, Writer};
use crate::failure::{Failure, names};
use crate::history::Details;

impl Execution {
    /// Every child of a distributed Map is through, or too many failed: then `failure` ends it.
    pub(super) fn run_done(
        &mut self,
        id: FrameId,
        state: &State,
        map: &MapState,
        children: Children,
        failure: Option<Failure>,
    ) {
        let Work::Items {
            run: Some(run),
            effective,
            ..
        } = children.work
        else {
            self.fail(id, gone());
            return;
        };
        let mut succeeded = Vec::new();
        let mut failed = Vec::new();
        let mut all = Vec::with_capacity(children.results.len());
        let flatten =
            map.writer.as_ref().map(|w| w.transformation) == Some(Transformation::Flatten);
        for (result, ok) in children.results.into_iter().zip(children.succeeded) {
            // A child that was not started, or stopped half-way, has no result.
            let Some(value) = result.map(Arc::unwrap_or_clone) else {
                continue;
            };
            let exported = map.writer.as_ref().is_some_and(|w| w.destination.is_some());
            let into = match (exported, ok) {
                (false, _) => &mut all,
                (true, true) => &mut succeeded,
                (true, false) => &mut failed,
            };
            match value {
                Value::Array(inner) if flatten && ok => into.extend(inner),
                value => into.push(value),
            }
        }
        match &map.writer {
            Some(writer) if writer.destination.is_some() => {
                let groups = [("SUCCEEDED", succeeded), ("FAILED", failed)];
                let written =
                    self.write_results(id, state, writer, &run, &effective, groups, &failure);
                if let Err(own) = written {
                    self.fail_run(id, state, failure.unwrap_or(own));
                }
            }
            _ => self.run_over(id, Arc::new(Value::Array(all)), failure),
        }
    }

    /// Too many children failed: the rest is stopped, and what there is may be written first.
    pub(super) fn run_failed(
        &mut self,
        id: FrameId,
        state: &State,
        map: &MapState,
        failure: Failure,
    ) {
        let Some(frame) = self.frame_mut(id) else {
            return;
        };
        let Pending::Children(children) = std::mem::replace(&mut frame.pending, Pending::Ready)
        else {
            return;
        };
        for child in children.running.iter().flatten() {
            self.cancel_frame(*child);
        }
        self.run_done(id, state, map, *children, Some(failure));
    }

    /// The results have been written, or could not be.
    pub(super) fn results_written(&mut self, id: FrameId, writing: Writing, own: Option<Failure>) {
        self.run_over(id, writing.result, writing.failure.or(own));
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "what a run leaves behind, used once"
    )]
    fn write_results(
        &mut self,
        id: FrameId,
        state: &State,
        writer: &Writer,
        run: &MapRun,
        effective: &Json,
        groups: [(&str, Vec<Value>); 2],
        failure: &Option<Failure>,
    ) -> Result<(), Failure> {
        let frame = self.frame(id).ok_or_else(gone)?;
        let context = self.context(frame, state).ok_or_else(gone)?;
        let destination = match &writer.destination {
            Some(template) => template.eval(&self.env(frame, &context, effective))?,
            None => return Err(gone()),
        };
        let named = |field: &str| destination.get(field).and_then(Value::as_str);
        let bucket = named("Bucket").map(str::to_owned).ok_or_else(|| {
            Failure::reported(names::RESULT_WRITER, "The ResultWriter names no Bucket.")
        })?;
        let prefix = match named("Prefix").unwrap_or_default().trim_end_matches('/') {
            "" => run.id.clone(),
            prefix => format!("{prefix}/{}", run.id),
        };
        let mut files = json!({"FAILED": [], "PENDING": [], "SUCCEEDED": []});
        let mut objects = Vec::new();
        for (status, values) in groups {
            if values.is_empty() {
                continue;
            }
            let (content, ending) = if writer.lines {
                let lines = values.iter().map(|value| format!("{value}\n"));
                (lines.collect(), "jsonl")
            } else {
                (Value::Array(values).to_string(), "json")
            };
            let key = format!("{prefix}/{status}_0.{ending}");
            files[status] = json!([{"Key": key, "Size": content.len()}]);
            objects.push((key, content));
        }
        let manifest = format!("{prefix}/manifest.json");
        let listed =
            json!({"DestinationBucket": bucket, "MapRunArn": run.arn, "ResultFiles": files});
        objects.push((manifest.clone(), listed.to_string()));
        let result = Arc::new(json!({
            "MapRunArn": run.arn,
            "ResultWriterDetails": {"Bucket": bucket, "Key": manifest},
        }));
        let task = self.next_id();
        self.tasks.insert(task, id);
        self.effects.push(Effect::RunTask {
            id: task,
            token: false,
            job: Job::Write(Box::new(WriteRequest { bucket, objects })),
        });
        let frame = self.frame_mut(id).ok_or_else(gone)?;
        frame.pending = Pending::Writer(Box::new(Writing {
            task,
            result,
            failure: failure.clone(),
        }));
        Ok(())
    }

    /// The run is over, and its results stand where they are wanted.
    fn run_over(&mut self, id: FrameId, result: Json, failure: Option<Failure>) {
        let machine = Arc::clone(&self.machine);
        let Some(frame) = self.frame(id) else { return };
        let state = &machine.states[frame.state];
        let Kind::Map(map) = &state.kind else { return };
        if let Some(failure) = failure {
            self.fail_run(id, state, failure);
            return;
        }
        self.emit(id, "MapRunSucceeded", Some(&state.name), || Details::None);
        self.emit(id, "MapStateSucceeded", Some(&state.name), || Details::None);
        let departure = self.shape(id, state, &map.shaping, result);
        self.depart(id, state, departure);
    }
}
