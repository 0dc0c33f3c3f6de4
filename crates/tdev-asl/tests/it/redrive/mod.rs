//! Redrive: an execution that did not succeed goes on from where it ended, and no further back.

mod children;
mod refusals;
mod states;

use std::sync::Arc;

use serde_json::{Value, json};
use tdev_asl::{
    EngineError, ExecutionOptions, Handle, MemoryJournal, Outcome, StateMachine, VirtualClock,
    redrive, run,
};

use crate::script::Script;

/// One execution, its journal and those it calls.
struct Stage {
    machine: Arc<StateMachine>,
    journal: Arc<MemoryJournal>,
    clock: Arc<VirtualClock>,
    script: Arc<Script>,
    handle: Handle,
}

impl Stage {
    fn new(definition: &Value, tasks: &Value) -> Self {
        Self {
            machine: Arc::new(StateMachine::from_value(definition).unwrap()),
            journal: Arc::new(MemoryJournal::new()),
            clock: Arc::new(VirtualClock::default()),
            script: Arc::new(Script::new(tasks)),
            handle: Handle::new(),
        }
    }

    fn options(&mut self) -> ExecutionOptions {
        // A handle leads to one driver only.
        self.handle = Handle::new();
        ExecutionOptions {
            name: "played".to_owned(),
            clock: self.clock.clone(),
            journal: Some(self.journal.clone()),
            keep_history: true,
            handle: Some(self.handle.clone()),
            seed: Some(5),
            ..ExecutionOptions::default()
        }
    }

    async fn run(&mut self, input: Value) -> Outcome {
        let (machine, script) = (self.machine.clone(), self.script.clone());
        run(machine, input, script, self.options()).await.unwrap()
    }

    async fn redrive(&mut self) -> Outcome {
        self.try_redrive().await.unwrap()
    }

    async fn try_redrive(&mut self) -> Result<Outcome, EngineError> {
        let (machine, script) = (self.machine.clone(), self.script.clone());
        redrive(machine, script, self.options()).await
    }

    fn asked(&self, resource: &str) -> usize {
        self.script.asked(resource)
    }
}

/// A machine of one list of states.
fn machine(start: &str, states: &Value) -> Value {
    json!({"StartAt": start, "States": states})
}

/// The types of the events that followed the last redrive.
fn since_redrive(outcome: &Outcome) -> Vec<&'static str> {
    let types: Vec<_> = outcome.history.iter().map(|e| e.event_type()).collect();
    let last = types.iter().rposition(|t| *t == "ExecutionRedriven");
    types[last.unwrap()..].to_vec()
}
