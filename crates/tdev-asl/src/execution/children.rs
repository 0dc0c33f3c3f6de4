//! Parallel and Map states: frames below a frame, all of them in one journal.

use std::sync::Arc;

use serde_json::Value;

use super::Execution;
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
        let child = Frame {
            parent: Some((id, index)),
            state: start,
            input,
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
        let last = self.remove_frame(child).map(|f| (f.last_event, f.silent));
        let Some(frame) = self.frame_mut(id) else {
            return;
        };
        if let Some((last, false)) = last {
            frame.last_event = frame.last_event.max(last);
        }
        let state = &machine.states[frame.state];
        let Pending::Children(children) = &mut frame.pending else {
            return;
        };
        children.end(index, Some(output));
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
        let frame = self.frame_mut(id)?;
        let state = &machine.states[frame.state];
        let Pending::Children(children) = &mut frame.pending else {
            return None;
        };
        children.end(index, None);
        children.fallen.push(child);
        let Kind::Map(map) = &state.kind else {
            return Some(failure);
        };
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
            self.emit(id, "MapRunFailed", Some(&state.name), || Details::Failed {
                error: failure.error.clone(),
                cause: failure.cause.clone(),
            });
            return Some(failure);
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
        let Pending::Children(children) = std::mem::replace(&mut frame.pending, Pending::Ready)
        else {
            return;
        };
        let result: Json = Arc::new(Value::Array(
            children
                .results
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
                if map.distributed {
                    self.emit(id, "MapRunSucceeded", Some(&state.name), || Details::None);
                }
                self.emit(id, "MapStateSucceeded", Some(&state.name), || Details::None);
                &map.shaping
            }
            _ => return,
        };
        let departure = self.shape(id, state, shaping, result);
        self.depart(id, state, departure);
    }
}

impl Children {
    pub(super) fn new(length: usize, limit: usize, work: Work) -> Self {
        Self {
            results: vec![None; length],
            running: vec![None; length],
            active: 0,
            finished: 0,
            started: 0,
            limit,
            failed: 0,
            fallen: Vec::new(),
            again: Vec::new(),
            run: None,
            work,
        }
    }

    fn end(&mut self, index: usize, output: Option<Json>) {
        self.running[index] = None;
        self.results[index] = output;
        self.active -= 1;
        self.finished += 1;
    }
}
