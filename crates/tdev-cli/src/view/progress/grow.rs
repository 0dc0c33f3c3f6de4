//! How the tree grows: what each kind of event does to it.

use chrono::{DateTime, Utc};
use tdev_core::run::RunEvent;
use tdev_core::workflow::step_of_state;

use super::{Progress, Standing, Thread, UNNAMED, stage};
use crate::view::event::{self, Meaning};

impl Progress {
    pub(super) fn take_in(
        &mut self,
        thread: &mut Thread,
        main: bool,
        event: &RunEvent,
    ) -> Option<usize> {
        let inherited = thread
            .scopes
            .get(&event::previous(event))
            .copied()
            .unwrap_or(thread.under);
        let meaning = event::meaning(event);
        let state = event::state(event).unwrap_or("").to_owned();
        let mut scope = inherited;
        let changed = match meaning {
            Meaning::Entered => {
                if event.kind.starts_with("Map") {
                    thread.homes.insert(state.clone(), inherited);
                }
                self.enter(thread, main, scope, &state, event)
            }
            Meaning::IterationStarted if main => {
                let map = thread.open.get(&(inherited, state)).copied();
                let node = self.grow(map.or(inherited), UNNAMED, event.at);
                scope = Some(node);
                None
            }
            Meaning::Exited => {
                if let Some(home) = thread.homes.remove(&state) {
                    scope = home;
                }
                self.leave(thread, main, scope, &state, event)
            }
            Meaning::ExecutionSucceeded | Meaning::ExecutionFailed => {
                self.end(thread, main, meaning, event)
            }
            Meaning::ExecutionRedriven => {
                self.reopen();
                None
            }
            _ => thread
                .open
                .get(&(scope, state.clone()))
                .copied()
                .filter(|node| self.attempt(*node, main, &state, meaning, event)),
        };
        thread.scopes.insert(event.event_id, scope);
        changed
    }

    fn enter(
        &mut self,
        thread: &mut Thread,
        main: bool,
        scope: Option<usize>,
        state: &str,
        event: &RunEvent,
    ) -> Option<usize> {
        if !main && let Some(step) = state.strip_suffix(" skip") {
            let node = self
                .child(scope, step)
                .unwrap_or_else(|| self.grow(scope, step, event.at));
            let node = self.nodes.get_mut(node)?;
            if node.times.0 == 0 {
                node.standing = Standing::Skipped;
                node.ended = Some(event.at);
            }
            return None;
        }
        let label = if main {
            stage::label(event, state)?
        } else {
            step_of_state(state)?.to_owned()
        };
        let known = if main {
            None
        } else {
            self.child(scope, &label)
        };
        let id = known.unwrap_or_else(|| self.grow(scope, &label, event.at));
        if let (Some(scope), Some(name)) = (scope, main.then(|| stage::subject(event)).flatten())
            && let Some(around) = self
                .nodes
                .get_mut(scope)
                .filter(|around| around.label == UNNAMED)
        {
            around.label = name;
        }
        thread.open.insert((scope, state.to_owned()), id);
        let node = self.nodes.get_mut(id)?;
        node.times.0 += 1;
        node.standing = Standing::Running;
        node.ended = None;
        None
    }

    fn leave(
        &mut self,
        thread: &mut Thread,
        main: bool,
        scope: Option<usize>,
        state: &str,
        event: &RunEvent,
    ) -> Option<usize> {
        let id = thread.open.get(&(scope, state.to_owned())).copied()?;
        let inside = self.nodes.get(id)?.children.clone();
        let node = self.nodes.get_mut(id)?;
        node.times.1 += 1;
        if node.times.1 < node.times.0 {
            return None;
        }
        node.ended = Some(event.at);
        node.standing = if node.error.is_some() {
            Standing::Forgiven
        } else {
            Standing::Done
        };
        if main && node.note.is_empty() {
            node.note = event::payload(event, "output")
                .and_then(|output| stage::note(state, &output))
                .unwrap_or_default();
        }
        for inner in inside {
            self.close(inner, Standing::Done, event.at);
        }
        Some(id)
    }

    /// Takes in what an attempt says; whether that is worth a line.
    fn attempt(
        &mut self,
        id: usize,
        main: bool,
        state: &str,
        meaning: Meaning,
        event: &RunEvent,
    ) -> bool {
        let Some(node) = self.nodes.get_mut(id) else {
            return false;
        };
        match meaning {
            Meaning::Scheduled => {
                node.attempts += 1;
                node.standing = Standing::Running;
                if !main && node.note.is_empty() {
                    let given = event::payload(event, "parameters")
                        .or_else(|| event::payload(event, "input"));
                    let component = given
                        .as_ref()
                        .and_then(|given| event::find(given, &["component"]));
                    node.note = component
                        .and_then(|found| found.get("component")?.as_str())
                        .unwrap_or_default()
                        .to_owned();
                }
                false
            }
            Meaning::Submitted => {
                node.standing = Standing::Waiting;
                true
            }
            Meaning::Succeeded => {
                node.error = None;
                let said = event::payload(event, "output").filter(|_| main);
                if let Some(note) = said.as_ref().and_then(|output| stage::note(state, output)) {
                    node.note = note;
                }
                if let Some(name) = said.as_ref().and_then(stage::made)
                    && let Some(around) = self
                        .nodes
                        .iter_mut()
                        .find(|node| node.children.contains(&id))
                {
                    around.label = name.to_owned();
                }
                false
            }
            Meaning::Failed => {
                node.error = Some(event::failure(event));
                node.standing = Standing::Troubled;
                true
            }
            _ => false,
        }
    }

    fn end(
        &mut self,
        thread: &Thread,
        main: bool,
        meaning: Meaning,
        event: &RunEvent,
    ) -> Option<usize> {
        let open = if main {
            self.roots.clone()
        } else {
            thread.open.values().copied().collect()
        };
        let standing = if meaning == Meaning::ExecutionSucceeded {
            Standing::Done
        } else {
            Standing::Failed
        };
        let mut failed = None;
        for id in open {
            if self.node(id).is_some_and(|node| !node.standing.ended()) {
                failed = Some(id).filter(|_| standing == Standing::Failed);
                self.close(id, standing, event.at);
                failed = failed.filter(|id| !self.explained(*id));
                if let Some(node) = self
                    .nodes
                    .get_mut(id)
                    .filter(|_| standing == Standing::Failed)
                    && (node.error.is_none() || !main)
                {
                    node.error.get_or_insert_with(|| event::failure(event));
                }
            }
        }
        failed
    }

    /// What the end of the run had closed is under way again; what was done stays so.
    fn reopen(&mut self) {
        let failed = self.nodes.iter_mut();
        for node in failed.filter(|node| node.standing == Standing::Failed) {
            node.standing = Standing::Running;
            node.ended = None;
            node.error = None;
        }
    }

    fn close(&mut self, id: usize, standing: Standing, at: DateTime<Utc>) {
        let Some(node) = self.nodes.get_mut(id) else {
            return;
        };
        if node.standing.ended() {
            return;
        }
        node.standing = standing;
        node.ended = Some(at);
        for inner in node.children.clone() {
            self.close(inner, standing, at);
        }
    }
}
