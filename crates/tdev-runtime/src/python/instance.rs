//! One interpreter with one component in it.

use std::sync::Arc;
use std::time::Instant;

use wasmtime::component::{InstancePre, TypedFunc};
use wasmtime::{Engine, Store};

use super::engine::ticks;
use super::error::PythonError;
use super::failure::{described, trapped};
use super::host::Host;
use super::interpreter::{Limits, Program};
use super::sandbox::Sandbox;

type Answer = (Result<String, String>,);

/// An instance at rest keeps at most this much more memory than a fresh one.
const KEPT_GROWTH: usize = 32 << 20;

/// Names and keywords around a payload that is at its limit.
const FUEL_MARGIN: usize = 64 << 10;

pub(super) struct Instance {
    store: Store<Sandbox>,
    load: TypedFunc<(String, String), Answer>,
    call: TypedFunc<(String, String), Answer>,
    fresh_memory: usize,
    loaded: bool,
    trapped: bool,
}

impl Instance {
    pub(super) fn fresh(
        engine: &Engine,
        pre: &InstancePre<Sandbox>,
        limits: &Limits,
        deadline: Instant,
        host: Arc<dyn Host>,
    ) -> Result<Self, PythonError> {
        let mut store = Store::new(engine, Sandbox::new());
        store.limiter(|sandbox| sandbox);
        open(&mut store, limits, deadline, host);
        let instance = pre
            .instantiate(&mut store)
            .map_err(|error| trapped(&error, limits))?;
        let load = instance
            .get_typed_func(&mut store, "load")
            .map_err(|error| broken(&error))?;
        let call = instance
            .get_typed_func(&mut store, "call")
            .map_err(|error| broken(&error))?;
        let fresh_memory = store.data().memory();
        Ok(Self {
            store,
            load,
            call,
            fresh_memory,
            loaded: false,
            trapped: false,
        })
    }

    /// Opens a warm instance for another invocation.
    pub(super) fn begin(&mut self, limits: &Limits, deadline: Instant, host: Arc<dyn Host>) {
        open(&mut self.store, limits, deadline, host);
    }

    /// Runs the module body. A module whose body fails is not kept.
    pub(super) fn load(&mut self, program: &Program, limits: &Limits) -> Result<(), PythonError> {
        let arguments = (program.file().to_owned(), program.source().to_owned());
        let load = self.load;
        self.run(load, arguments, program, limits)?;
        self.loaded = true;
        Ok(())
    }

    /// Calls the program's entry with JSON and returns JSON.
    pub(super) fn call(
        &mut self,
        program: &Program,
        input: String,
        limits: &Limits,
    ) -> Result<String, PythonError> {
        let call = self.call;
        let result = self.run(call, (program.entry().to_owned(), input), program, limits)?;
        if result.len() > limits.result {
            return Err(PythonError::OutputLimit {
                what: "result",
                limit: limits.result,
            });
        }
        Ok(result)
    }

    /// Closes it, and says whether it may serve again.
    pub(super) fn end(&mut self) -> bool {
        let sandbox = self.store.data_mut();
        sandbox.end();
        self.loaded
            && !self.trapped
            && !sandbox.memory_refused()
            && sandbox.memory() <= self.fresh_memory + KEPT_GROWTH
    }

    fn run(
        &mut self,
        function: TypedFunc<(String, String), Answer>,
        arguments: (String, String),
        program: &Program,
        limits: &Limits,
    ) -> Result<String, PythonError> {
        let answer = function.call(&mut self.store, arguments);
        if answer.is_ok() && self.store.data().is_late() {
            // It slept past the deadline and ended before the epoch could end it.
            self.trapped = true;
            return Err(PythonError::Timeout { limit: limits.wall });
        }
        match answer {
            Ok((Ok(answer),)) => Ok(answer),
            Ok((Err(text),)) => Err(described(&text, program.file(), limits)),
            Err(error) => {
                self.trapped = true;
                Err(match trapped(&error, limits) {
                    // CPython aborts where it cannot even make a MemoryError.
                    PythonError::Crashed { .. } if self.store.data().memory_refused() => {
                        PythonError::OutOfMemory {
                            limit: limits.memory,
                        }
                    }
                    error => error,
                })
            }
        }
    }
}

fn open(store: &mut Store<Sandbox>, limits: &Limits, deadline: Instant, host: Arc<dyn Host>) {
    let left = deadline.saturating_duration_since(Instant::now());
    store.set_epoch_deadline(ticks(left));
    store.set_hostcall_fuel(limits.result.saturating_add(FUEL_MARGIN));
    store.data_mut().begin(*limits, deadline, host);
}

fn broken(error: &wasmtime::Error) -> PythonError {
    PythonError::Sandbox {
        reason: error.to_string(),
    }
}
