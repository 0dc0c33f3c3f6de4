//! Map states: where their items come from and what each iteration is given.

use std::sync::Arc;

use serde_json::Value;

use super::context::Item;
use super::effect::Effect;
use super::enter::Step;
use super::frame::{Children, FrameId, MapRun, Pending, Work};
use super::leave::gone;
use super::{Execution, items};
use crate::Json;
use crate::definition::{Kind, MapState, State};
use crate::driver::TaskRequest;
use crate::failure::{Failure, names};
use crate::history::Details;

impl Execution {
    pub(super) fn start_map(
        &mut self,
        id: FrameId,
        state: &State,
        map: &MapState,
    ) -> Result<Step, Failure> {
        if map.reader.is_some() {
            return self.read_items(id, state, map);
        }
        let frame = self.frame(id).ok_or_else(gone)?;
        let context = self.context(frame, state).ok_or_else(gone)?;
        let raw = self.env(frame, &context, &frame.input);
        let effective = state.input_path.select(&raw)?;
        let found = items::find(&map.items, &raw.with_input(&effective))?;
        self.run_map(id, state, map, effective, found)
    }

    /// Runs the iterations over `found`.
    fn run_map(
        &mut self,
        id: FrameId,
        state: &State,
        map: &MapState,
        effective: Json,
        found: Vec<Json>,
    ) -> Result<Step, Failure> {
        let frame = self.frame(id).ok_or_else(gone)?;
        let context = self.context(frame, state).ok_or_else(gone)?;
        let env = self.env(frame, &context, &effective);
        let limit = map.concurrency(&env)?;
        let tolerance = map.tolerance(&env)?;
        let (found, ready) = match &map.batcher {
            Some(batcher) => {
                let selected = self.select_items(id, state, map, &effective, found)?;
                let env = self.env(frame, &context, &effective);
                (items::batch(batcher, selected, &env)?, true)
            }
            None => (found, false),
        };
        let length = found.len();
        self.emit(id, "MapStateStarted", Some(&state.name), || {
            Details::Length { length }
        });
        let run = map.distributed.then(|| MapRun {
            number: self.next_id(),
            redrives: 0,
        });
        if let Some(run) = run {
            let arn = self.map_run_arn(state, run);
            self.emit(id, "MapRunStarted", Some(&state.name), || Details::MapRun {
                arn,
            });
        }
        let work = Work::Items {
            items: found,
            effective,
            tolerance,
            ready,
        };
        let children = Children {
            run,
            ..Children::new(length, limit, work)
        };
        self.launch(id, state, children)?;
        Ok(Step::Arranged)
    }

    pub(super) fn map_run_arn(&self, state: &State, run: MapRun) -> String {
        let arn = &self.setting.machine_arn;
        format!(
            "{}/{}:{}",
            arn.replace(":stateMachine:", ":mapRun:"),
            state.name,
            run.number
        )
    }

    /// Has the items read by a task, as `ItemReader` asks.
    fn read_items(&mut self, id: FrameId, state: &State, map: &MapState) -> Result<Step, Failure> {
        let Some(reader) = &map.reader else {
            return Err(gone());
        };
        let task = self.next_id();
        let frame = self.frame(id).ok_or_else(gone)?;
        let context = self.context(frame, state).ok_or_else(gone)?;
        let raw = self.env(frame, &context, &frame.input);
        let effective = state.input_path.select(&raw)?;
        let arguments = match &reader.arguments {
            Some(template) => template.eval(&raw.with_input(&effective))?,
            None => effective,
        };
        let request = TaskRequest {
            resource: reader.resource.text.clone(),
            input: Arc::unwrap_or_clone(arguments),
            state: state.name.to_string(),
            execution: Arc::clone(&context.identity.as_ref().ok_or_else(gone)?.name),
            idempotency_token: format!("{:x}:{task}", self.seed),
            redriven: None,
            attempt: frame.retry_count,
            task_token: None,
            timeout: None,
            context,
        };
        self.tasks.insert(task, id);
        self.effects.push(Effect::RunTask {
            id: task,
            token: false,
            request: Box::new(request),
        });
        if let Some(frame) = self.frame_mut(id) {
            frame.pending = Pending::Reader(task);
        }
        Ok(Step::Arranged)
    }

    /// The items have been read.
    pub(super) fn items_read(&mut self, id: FrameId, value: Value) {
        let machine = Arc::clone(&self.machine);
        let Some(frame) = self.frame_mut(id) else {
            return;
        };
        frame.pending = Pending::Ready;
        let state = &machine.states[frame.state];
        let Kind::Map(map) = &state.kind else { return };
        if let Err(failure) = self.run_read(id, state, map, value) {
            self.fail(id, failure);
        }
    }

    fn run_read(
        &mut self,
        id: FrameId,
        state: &State,
        map: &MapState,
        value: Value,
    ) -> Result<Step, Failure> {
        let frame = self.frame(id).ok_or_else(gone)?;
        let context = self.context(frame, state).ok_or_else(gone)?;
        let raw = self.env(frame, &context, &frame.input);
        let effective = state.input_path.select(&raw)?;
        let mut found = items::split(Arc::new(value)).map_err(|_| {
            Failure::reported(
                names::ITEM_READER,
                "The item reader did not return an array.",
            )
        })?;
        if let Some(most) = map.reader.as_ref().and_then(|r| r.max_items.as_ref()) {
            found.truncate(most.count("MaxItems", &raw.with_input(&effective))?);
        }
        self.run_map(id, state, map, effective, found)
    }

    /// The input of one iteration.
    pub(super) fn select_item(
        &self,
        id: FrameId,
        state: &State,
        map: &MapState,
        effective: &Json,
        item: &Arc<Item>,
    ) -> Result<Json, Failure> {
        let Some(selector) = &map.item_selector else {
            return Ok(Arc::clone(&item.value));
        };
        let frame = self.frame(id).ok_or_else(gone)?;
        let mut context = self.context(frame, state).ok_or_else(gone)?;
        context.item = Some(Arc::clone(item));
        selector.eval(&self.env(frame, &context, effective))
    }

    fn select_items(
        &self,
        id: FrameId,
        state: &State,
        map: &MapState,
        effective: &Json,
        found: Vec<Json>,
    ) -> Result<Vec<Json>, Failure> {
        found
            .into_iter()
            .enumerate()
            .map(|(index, value)| {
                self.select_item(id, state, map, effective, &Arc::new(Item { index, value }))
            })
            .collect()
    }
}
