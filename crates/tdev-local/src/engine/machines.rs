//! Parsed state machines, kept for the next execution of the same definition.

use std::collections::HashMap;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Value, json};
use tdev_asl::StateMachine;
use tdev_core::{Code, Error, Result};

use super::arns::bind;

/// Most definitions kept.
const MOST: usize = 64;

/// A definition ready to run on this machine.
pub(super) struct Machine {
    pub(super) parsed: Arc<StateMachine>,
    /// The definition with its resources bound.
    pub(super) text: String,
    /// Whether some task waits for a token.
    pub(super) waits: bool,
    /// Whether the definition stands in the database.
    pub(super) kept: AtomicBool,
}

/// Machines by their definition as it was given.
#[derive(Default)]
pub(super) struct Machines {
    known: Mutex<HashMap<Value, Arc<Machine>>>,
}

impl Machines {
    /// The machine of a definition, bound or not.
    pub(super) fn of(&self, definition: &Value) -> Result<Arc<Machine>> {
        let known = self
            .known
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(definition)
            .cloned();
        if let Some(machine) = known {
            return Ok(machine);
        }
        let machine = Arc::new(read(definition)?);
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST {
            known.clear();
        }
        known.insert(definition.clone(), Arc::clone(&machine));
        Ok(machine)
    }
}

fn read(definition: &Value) -> Result<Machine> {
    let bound = bind(definition.clone());
    let parsed = StateMachine::from_value(&bound).map_err(|invalid| {
        let (place, why) = invalid
            .faults
            .first()
            .map_or(("", "it has faults"), |f| (&f.pointer, &f.message));
        Error::new(
            Code::InvalidStateMachine,
            format!("the state machine is not valid: {why}"),
        )
        .field(place.trim_start_matches('/').replace('/', "."))
        .details(json!({"faults": invalid.to_string()}))
    })?;
    let waits = parsed
        .resources()
        .iter()
        .any(|resource| resource.ends_with(".waitForTaskToken"));
    Ok(Machine {
        parsed: Arc::new(parsed),
        text: bound.to_string(),
        waits,
        kept: AtomicBool::new(false),
    })
}
