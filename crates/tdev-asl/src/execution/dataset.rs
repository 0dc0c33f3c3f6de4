//! A distributed Map: its run, its children's names, and its items read from the object store.

use std::sync::Arc;

use serde_json::Value;

use super::context::Identity;
use super::effect::{Effect, Job};
use super::enter::Step;
use super::frame::{FrameId, Pending, Plan, Reading};
use super::leave::gone;
use super::{Execution, Setting, items};
use crate::Json;
use crate::dataset::{ReadRequest, Source};
use crate::definition::{Kind, MapState, Reader, State};
use crate::failure::{Failure, names};
use crate::history::Details;
use crate::intrinsic::uuid;

/// One run of a distributed Map: what names its children.
#[derive(Debug)]
pub(crate) struct MapRun {
    pub(crate) arn: String,
    pub(crate) id: String,
    /// What its children, which are executions of their own, say of themselves.
    setting: Arc<Setting>,
}

impl Execution {
    /// Names a run, and says that it started.
    pub(super) fn start_run(&mut self, id: FrameId, state: &State, map: &MapState) -> Arc<MapRun> {
        let run = self.draw_uuid();
        let label = match &map.label {
            Some(label) => label.clone(),
            None => self.draw_uuid(),
        };
        let machine = self.setting.machine_arn();
        let maps = machine.replace(":stateMachine:", ":mapRun:");
        let run = Arc::new(MapRun {
            arn: format!("{maps}/{label}:{run}"),
            id: run,
            setting: Arc::new(Setting {
                machine_name: format!("{}/{label}", self.setting.machine_name),
                given_arn: format!("{machine}/{label}"),
                ..Setting::clone(&self.setting)
            }),
        });
        self.emit(id, "MapRunStarted", Some(&state.name), || Details::MapRun {
            arn: run.arn.clone(),
        });
        run
    }

    fn draw_uuid(&self) -> String {
        let mut random = self.random.get();
        let drawn = uuid(random.next(), random.next());
        self.random.set(random);
        drawn
    }

    /// The identity of a child, which is an execution of its own.
    pub(super) fn child_identity(&self, run: &MapRun, input: &Json) -> Arc<Identity> {
        let name = self.draw_uuid();
        Arc::new(Identity {
            name: name.into(),
            setting: Arc::clone(&run.setting),
            input: Arc::clone(input),
            started_at: self.now,
            redriven: None,
        })
    }

    /// Has the items read, as `ItemReader` asks.
    pub(super) fn read_items(
        &mut self,
        id: FrameId,
        state: &State,
        reader: &Reader,
        plan: Plan,
    ) -> Result<Step, Failure> {
        let frame = self.frame(id).ok_or_else(gone)?;
        let context = self.context(frame, state).ok_or_else(gone)?;
        let env = self.env(frame, &context, &plan.effective);
        let arguments = reader.arguments.eval(&env)?;
        let max_items = reader
            .max_items
            .as_ref()
            .map(|a| a.count("MaxItems", &env))
            .transpose()?;
        let named = |field: &str| arguments.get(field).and_then(Value::as_str);
        let needed = |field: &str| {
            named(field).map(str::to_owned).ok_or_else(|| {
                let cause = format!("The ItemReader names no {field}.");
                Failure::reported(names::ITEM_READER, cause)
            })
        };
        let request = ReadRequest {
            bucket: needed("Bucket")?,
            key: match reader.source {
                Source::Object => needed("Key")?,
                Source::Listing => named("Prefix").unwrap_or_default().to_owned(),
            },
            source: reader.source.clone(),
            version: named("VersionId").map(str::to_owned),
            format: reader.format.clone(),
            max_items: max_items.filter(|n| *n > 0).unwrap_or(usize::MAX),
        };
        let task = self.next_id();
        self.tasks.insert(task, id);
        self.effects.push(Effect::RunTask {
            id: task,
            token: false,
            job: Job::Read(Box::new(request)),
        });
        let frame = self.frame_mut(id).ok_or_else(gone)?;
        frame.pending = Pending::Reader(Box::new(Reading { task, plan }));
        Ok(Step::Arranged)
    }

    /// The items have been read.
    pub(super) fn items_read(&mut self, id: FrameId, plan: Plan, value: Value) {
        let machine = Arc::clone(&self.machine);
        let Some(frame) = self.frame(id) else { return };
        let state = &machine.states[frame.state];
        let Kind::Map(map) = &state.kind else { return };
        let started = items::split(Arc::new(value))
            .map_err(|_| gone())
            .and_then(|found| self.run_map(id, state, map, plan, found));
        if let Err(failure) = started {
            self.fail_run(id, state, failure);
        }
    }

    /// The items could not be read, or the results not be written.
    pub(super) fn dataset_failed(&mut self, id: FrameId, failure: Failure) {
        let machine = Arc::clone(&self.machine);
        if let Some(frame) = self.frame(id) {
            self.fail_run(id, &machine.states[frame.state], failure);
        }
    }

    /// Fails a Map and, if it is a distributed one, says first that its run failed.
    pub(super) fn fail_run(&mut self, id: FrameId, state: &State, failure: Failure) {
        self.emit_run_failed(id, state, &failure);
        self.fail(id, failure);
    }

    pub(super) fn emit_run_failed(&mut self, id: FrameId, state: &State, failure: &Failure) {
        let distributed = matches!(&state.kind, Kind::Map(map) if map.distributed);
        if distributed && !failure.is_fatal() {
            self.emit(id, "MapRunFailed", Some(&state.name), || Details::Failed {
                error: failure.error.clone(),
                cause: failure.cause.clone(),
            });
        }
    }
}
