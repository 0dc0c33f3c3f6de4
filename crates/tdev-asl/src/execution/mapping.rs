//! Map states: where their items come from and what each iteration is given.

use std::sync::Arc;

use super::context::Item;
use super::enter::Step;
use super::frame::{Children, FrameId, Plan, Work};
use super::leave::gone;
use super::{Execution, items};
use crate::Json;
use crate::definition::{MapState, State};
use crate::failure::Failure;
use crate::history::Details;

impl Execution {
    pub(super) fn start_map(
        &mut self,
        id: FrameId,
        state: &State,
        map: &MapState,
    ) -> Result<Step, Failure> {
        let frame = self.frame(id).ok_or_else(gone)?;
        let context = self.context(frame, state).ok_or_else(gone)?;
        let raw = self.env(frame, &context, &frame.input);
        let effective = state.input_path.select(&raw)?;
        let env = raw.with_input(&effective);
        let limit = map.concurrency(&env)?;
        let found = match map.reader {
            Some(_) => Vec::new(),
            None => items::find(&map.items, &env)?,
        };
        let length = found.len();
        self.emit(id, "MapStateStarted", Some(&state.name), || {
            Details::Length { length }
        });
        // AWS looks at the tolerance only once the state has started.
        let frame = self.frame(id).ok_or_else(gone)?;
        let tolerance = map.tolerance(&self.env(frame, &context, &effective))?;
        let run = map.distributed.then(|| self.start_run(id, state, map));
        let plan = Plan {
            effective,
            limit,
            tolerance,
            run,
        };
        let started = match &map.reader {
            Some(reader) => self.read_items(id, state, reader, plan),
            None => self.run_map(id, state, map, plan, found),
        };
        started.inspect_err(|failure| self.emit_run_failed(id, state, failure))
    }

    /// Runs the iterations over `found`.
    pub(super) fn run_map(
        &mut self,
        id: FrameId,
        state: &State,
        map: &MapState,
        plan: Plan,
        found: Vec<Json>,
    ) -> Result<Step, Failure> {
        let (found, ready) = match &map.batcher {
            Some(batcher) => {
                let selected = self.select_items(id, state, map, &plan.effective, found)?;
                let frame = self.frame(id).ok_or_else(gone)?;
                let context = self.context(frame, state).ok_or_else(gone)?;
                let env = self.env(frame, &context, &plan.effective);
                (items::batch(batcher, selected, &env)?, true)
            }
            None => (found, false),
        };
        let length = found.len();
        let limit = plan.limit;
        let work = Work::Items {
            items: found,
            effective: plan.effective,
            tolerance: plan.tolerance,
            ready,
            run: plan.run,
        };
        self.launch(id, state, Children::new(length, limit, work))?;
        Ok(Step::Arranged)
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
