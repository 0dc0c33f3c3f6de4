//! A distributed Map is over: its results are gathered, and written where the definition says.

use std::sync::Arc;

use serde_json::{Value, json};

use super::Execution;
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
        mut children: Children,
        failure: Option<Failure>,
    ) {
        let export = map.writer.as_ref().filter(|w| w.destination.is_some());
        if export.is_none() && failure.is_some() {
            self.run_over(id, Json::default(), Some(Box::new(children)), failure);
            return;
        }
        let mut succeeded = Vec::new();
        let mut failed = Vec::new();
        let mut all = Vec::with_capacity(children.results.len());
        let flatten =
            map.writer.as_ref().map(|w| w.transformation) == Some(Transformation::Flatten);
        // What is exported stays, for a redrive after a failure; what is not is handed on.
        let results = match export {
            Some(_) => children.results.clone(),
            None => std::mem::take(&mut children.results),
        };
        for (result, ok) in results.into_iter().zip(&children.succeeded) {
            // A child that was not started, or stopped half-way, has no result.
            let Some(value) = result.map(Arc::unwrap_or_clone) else {
                continue;
            };
            let into = match (export.is_some(), ok) {
                (false, _) => &mut all,
                (true, true) => &mut succeeded,
                (true, false) => &mut failed,
            };
            match value {
                Value::Array(inner) if flatten && *ok => into.extend(inner),
                value => into.push(value),
            }
        }
        match export {
            Some(writer) => {
                let groups = [("SUCCEEDED", succeeded), ("FAILED", failed)];
                self.write_results(id, state, writer, children, groups, failure);
            }
            None => self.run_over(id, Arc::new(Value::Array(all)), None, None),
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
        self.halt(id);
        let Some(frame) = self.frame_mut(id) else {
            return;
        };
        let Pending::Children(children) =
            std::mem::replace(&mut frame.pending, Pending::Stopped(None))
        else {
            return;
        };
        self.run_done(id, state, map, *children, Some(failure));
    }

    /// The results have been written, or could not be.
    pub(super) fn results_written(&mut self, id: FrameId, writing: Writing, own: Option<Failure>) {
        let Writing {
            result,
            failure,
            children,
            ..
        } = writing;
        self.run_over(id, result, Some(children), failure.or(own));
    }

    fn write_results(
        &mut self,
        id: FrameId,
        state: &State,
        writer: &Writer,
        children: Children,
        groups: [(&str, Vec<Value>); 2],
        failure: Option<Failure>,
    ) {
        let children = Box::new(children);
        match self.begin_writing(id, state, writer, &children, groups) {
            Ok((task, result)) => {
                if let Some(frame) = self.frame_mut(id) {
                    frame.pending = Pending::Writer(Box::new(Writing {
                        task,
                        result,
                        failure,
                        children,
                    }));
                }
            }
            Err(own) => self.run_over(id, Json::default(), Some(children), failure.or(Some(own))),
        }
    }

    /// Has the results written; gives the job's number and the state's result after it.
    fn begin_writing(
        &mut self,
        id: FrameId,
        state: &State,
        writer: &Writer,
        children: &Children,
        groups: [(&str, Vec<Value>); 2],
    ) -> Result<(u64, Json), Failure> {
        let Work::Items {
            run: Some(run),
            effective,
            ..
        } = &children.work
        else {
            return Err(gone());
        };
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
        Ok((task, result))
    }

    /// The run is over, and its results stand where they are wanted. Of one that failed, a redrive
    /// will find the children as they are left.
    fn run_over(
        &mut self,
        id: FrameId,
        result: Json,
        children: Option<Box<Children>>,
        failure: Option<Failure>,
    ) {
        let machine = Arc::clone(&self.machine);
        let Some(frame) = self.frame_mut(id) else {
            return;
        };
        let state = &machine.states[frame.state];
        let Kind::Map(map) = &state.kind else { return };
        if let Some(failure) = failure {
            if let Some(children) = children {
                frame.pending = Pending::Children(children);
            }
            self.fail_run(id, state, failure);
            return;
        }
        frame.pending = Pending::Ready;
        self.emit(id, "MapRunSucceeded", Some(&state.name), || Details::None);
        self.emit(id, "MapStateSucceeded", Some(&state.name), || Details::None);
        let departure = self.shape(id, state, &map.shaping, result, None);
        self.depart(id, state, departure);
    }
}
