//! Parallel and Map states: frames below a frame, all of them in one journal.

use std::sync::Arc;

use serde_json::Value;

use super::Execution;
use super::child::kept_of_failed;
use super::context::Item;
use super::enter::Step;
use super::frame::{Children, Frame, FrameId, Pending, Tolerance, Work};
use super::leave::gone;
use super::scope::Scope;
use crate::Json;
use crate::definition::{Kind, Parallel, Start, State};
use crate::failure::{Failure, names};
use crate::history::Details;

impl Execution {
    pub(super) fn start_parallel(
        &mut self,
        id: FrameId,
        state: &State,
        parallel: &Parallel,
    ) -> Result<Step, Failure> {
        let frame = self.frame(id).ok_or_else(gone)?;
        let context = self.context(frame, state).ok_or_else(gone)?;
        let raw = self.env(frame, &context, &frame.input);
        let effective = state.input_path.select(&raw)?;
        let input = match &parallel.shaping.arguments {
            Some(template) => template.eval(&raw.with_input(&effective))?,
            None => effective,
        };
        self.emit(id, "ParallelStateStarted", Some(&state.name), || {
            Details::None
        });
        let children = Children::new(parallel.branches.len(), usize::MAX, Work::Branches(input));
        self.launch(id, state, children)?;
        Ok(Step::Arranged)
    }

    /// Puts `children` under the frame and starts as many as may run.
    pub(super) fn launch(
        &mut self,
        id: FrameId,
        state: &State,
        children: Children,
    ) -> Result<(), Failure> {
        let frame = self.frame_mut(id).ok_or_else(gone)?;
        frame.pending = Pending::Children(Box::new(children));
        self.start_more(id, state)
    }

    pub(super) fn start_more(&mut self, id: FrameId, state: &State) -> Result<(), Failure> {
        loop {
            let Some(Pending::Children(children)) = self.frame(id).map(|f| &f.pending) else {
                return Ok(());
            };
            if children.finished == children.results.len() {
                self.gather(id, state);
                return Ok(());
            }
            if children.active >= children.limit {
                return Ok(());
            }
            if !children.again.is_empty() {
                self.restart_child(id, state)?;
            } else if children.started < children.results.len() {
                self.start_child(id, state, children.started)?;
            } else {
                return Ok(());
            }
        }
    }

    pub(super) fn start_child(
        &mut self,
        id: FrameId,
        state: &State,
        index: usize,
    ) -> Result<(), Failure> {
        let frame = self.frame(id).ok_or_else(gone)?;
        let Pending::Children(children) = &frame.pending else {
            return Err(gone());
        };
        let (start, input, item, distributed) = match (&state.kind, &children.work) {
            (Kind::Parallel(parallel), Work::Branches(input)) => (
                parallel.branches[index],
                Arc::clone(input),
                frame.item.clone(),
                false,
            ),
            (
                Kind::Map(map),
                Work::Items {
                    items,
                    effective,
                    ready,
                    ..
                },
            ) => {
                let value = Arc::clone(&items[index]);
                let item = Arc::new(Item {
                    index,
                    value: Arc::clone(&value),
                });
                let input = match &map.item_selector {
                    Some(_) if !ready => self.select_item(id, state, map, effective, &item)?,
                    _ => value,
                };
                (map.start, input, Some(item), map.distributed)
            }
            _ => return Err(gone()),
        };
        self.add_child(id, state, index, start, input, item, distributed)
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "what a child is made of, used once"
    )]
    fn add_child(
        &mut self,
        id: FrameId,
        state: &State,
        index: usize,
        start: Start,
        input: Json,
        item: Option<Arc<Item>>,
        distributed: bool,
    ) -> Result<(), Failure> {
        let in_map = matches!(state.kind, Kind::Map(_));
        if in_map && !distributed {
            self.emit(id, "MapIterationStarted", Some(&state.name), || {
                Details::Iteration { index }
            });
        }
        let parent = self.frame(id).ok_or_else(gone)?;
        let identity = match &parent.pending {
            Pending::Children(children) => match &children.work {
                Work::Items { run: Some(run), .. } => self.child_identity(run, &input),
                _ => Arc::clone(&parent.identity),
            },
            _ => return Err(gone()),
        };
        let child = Frame {
            parent: Some((id, index)),
            identity,
            state: start,
            input,
            size: usize::MAX,
            // The children of a distributed Map are executions of their own.
            scope: if distributed {
                Arc::default()
            } else {
                Scope::inside(&parent.scope)
            },
            item,
            silent: parent.silent || distributed,
            entered_at: self.now,
            entered_event: 0,
            last_event: parent.last_event,
            attempts: Vec::new(),
            retry_count: 0,
            pending: Pending::Ready,
        };
        let child = self.add_frame(child);
        self.ready.push_back(child);
        if let Some(Pending::Children(children)) = self.frame_mut(id).map(|f| &mut f.pending) {
            children.running[index] = Some(child);
            children.active += 1;
            children.started += 1;
        }
        Ok(())
    }

    /// A branch or iteration is through.
    pub(super) fn child_succeeded(
        &mut self,
        id: FrameId,
        index: usize,
        child: FrameId,
        output: Json,
    ) {
        let machine = Arc::clone(&self.machine);
        let now = self.now;
        let Some(child) = self.remove_frame(child) else {
            return;
        };
        let Some(frame) = self.frame_mut(id) else {
            return;
        };
        if !child.silent {
            frame.last_event = frame.last_event.max(child.last_event);
        }
        let state = &machine.states[frame.state];
        let output = match &state.kind {
            Kind::Map(map) if map.distributed => map.kept_of(&child.identity, output, now),
            _ => output,
        };
        let Pending::Children(children) = &mut frame.pending else {
            return;
        };
        children.end(index, Some(output), true);
        if let Kind::Map(map) = &state.kind
            && !map.distributed
        {
            self.emit(id, "MapIterationSucceeded", Some(&state.name), || {
                Details::Iteration { index }
            });
        }
        if let Err(failure) = self.start_more(id, state) {
            self.fail(id, failure);
        }
    }

    /// A branch or iteration failed: gives what the state above fails with, if it does.
    pub(super) fn child_failed(
        &mut self,
        id: FrameId,
        index: usize,
        child: Frame,
        failure: Failure,
    ) -> Option<Failure> {
        let machine = Arc::clone(&self.machine);
        let now = self.now;
        let frame = self.frame_mut(id)?;
        let state = &machine.states[frame.state];
        let Pending::Children(children) = &mut frame.pending else {
            return None;
        };
        let Kind::Map(map) = &state.kind else {
            children.end(index, None, false);
            children.fallen.push(child);
            return Some(failure);
        };
        let kept = map
            .distributed
            .then(|| kept_of_failed(&child.identity, &failure, now));
        children.end(index, kept, false);
        children.fallen.push(child);
        if !map.distributed {
            self.emit(id, "MapIterationFailed", Some(&state.name), || {
                Details::Iteration { index }
            });
            self.emit_aborted(id, state);
            return Some(failure);
        }
        children.failed += 1;
        let (failed, total) = (children.failed, children.results.len());
        let tolerance = match &children.work {
            Work::Items { tolerance, .. } => *tolerance,
            Work::Branches(_) => Tolerance::default(),
        };
        if tolerance.exceeded(failed, total) {
            let failure = Failure::reported(
                names::THRESHOLD,
                "The specified tolerated failure threshold was exceeded",
            );
            self.run_failed(id, state, map, failure);
            return None;
        }
        self.start_more(id, state).err()
    }

    /// The iterations still running when one fails.
    fn emit_aborted(&mut self, id: FrameId, state: &State) {
        let Some(Pending::Children(children)) = self.frame(id).map(|f| &f.pending) else {
            return;
        };
        let running: Vec<usize> = children
            .running
            .iter()
            .enumerate()
            .filter_map(|(index, frame)| frame.map(|_| index))
            .collect();
        for index in running {
            self.emit(id, "MapIterationAborted", Some(&state.name), || {
                Details::Iteration { index }
            });
        }
    }

    /// All children are through: their outputs, in order, are the state's result.
    fn gather(&mut self, id: FrameId, state: &State) {
        let Some(frame) = self.frame_mut(id) else {
            return;
        };
        let Pending::Children(mut children) = std::mem::replace(&mut frame.pending, Pending::Ready)
        else {
            return;
        };
        if let Kind::Map(map) = &state.kind
            && map.distributed
        {
            self.run_done(id, state, map, *children, None);
            return;
        }
        let results = std::mem::take(&mut children.results);
        // What the children were given goes first, so that the state's input has one owner.
        drop(children);
        let result: Json = Arc::new(Value::Array(
            results
                .into_iter()
                .flatten()
                .map(Arc::unwrap_or_clone)
                .collect(),
        ));
        let shaping = match &state.kind {
            Kind::Parallel(parallel) => {
                self.emit(id, "ParallelStateSucceeded", Some(&state.name), || {
                    Details::None
                });
                &parallel.shaping
            }
            Kind::Map(map) => {
                self.emit(id, "MapStateSucceeded", Some(&state.name), || Details::None);
                &map.shaping
            }
            _ => return,
        };
        let departure = self.shape(id, state, shaping, result, None);
        self.depart(id, state, departure);
    }
}

impl Children {
    pub(super) fn new(length: usize, limit: usize, work: Work) -> Self {
        Self {
            results: vec![None; length],
            succeeded: vec![false; length],
            running: vec![None; length],
            active: 0,
            finished: 0,
            started: 0,
            limit,
            failed: 0,
            fallen: Vec::new(),
            again: Vec::new(),
            redrives: 0,
            work,
        }
    }

    fn end(&mut self, index: usize, output: Option<Json>, succeeded: bool) {
        self.running[index] = None;
        self.results[index] = output;
        self.succeeded[index] = succeeded;
        self.active -= 1;
        self.finished += 1;
    }
}
