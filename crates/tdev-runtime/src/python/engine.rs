//! The engine's configuration, one for compiling and for running, and the clock of its deadlines.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use wasmtime::{Config, Engine};

use super::error::PythonError;

/// Any processor of the architecture will do: no feature of the building machine is used.
pub(super) const TARGET: &str = if cfg!(target_arch = "aarch64") {
    "aarch64-unknown-linux-gnu"
} else {
    "x86_64-unknown-linux-gnu"
};

/// Stack for the interpreter. The calling thread needs this and some room for the host:
/// 2 MiB, what Rust and tokio give their threads, is enough.
const STACK: usize = 1 << 20;

/// Deadlines are exact to one tick.
pub(super) const TICK: Duration = Duration::from_millis(5);

pub(super) fn config() -> Config {
    let mut config = Config::new();
    config
        .wasm_component_model(true)
        .wasm_component_model_async(true)
        .epoch_interruption(true)
        .max_wasm_stack(STACK);
    config
}

/// The engine that runs what `compile` made.
pub(super) fn engine() -> Result<Engine, PythonError> {
    Engine::new(&config()).map_err(|error| PythonError::Sandbox {
        reason: error.to_string(),
    })
}

/// Moves the engine's epoch while at least one component runs, and sleeps otherwise.
pub(super) struct Ticker {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    running: usize,
    closed: bool,
}

impl Ticker {
    pub(super) fn start(engine: &Engine) -> Result<Self, PythonError> {
        let shared = Arc::new(Shared::default());
        let (engine, theirs) = (engine.clone(), shared.clone());
        thread::Builder::new()
            .name("tdev-python-clock".to_owned())
            .spawn(move || tick(&engine, &theirs))
            .map_err(|error| PythonError::Sandbox {
                reason: error.to_string(),
            })?;
        Ok(Self { shared })
    }

    /// Keeps the epoch moving until the guard is dropped.
    pub(super) fn running(&self) -> Running<'_> {
        let mut state = lock(&self.shared.state);
        state.running += 1;
        if state.running == 1 {
            self.shared.changed.notify_one();
        }
        Running(&self.shared)
    }
}

impl Drop for Ticker {
    fn drop(&mut self) {
        lock(&self.shared.state).closed = true;
        self.shared.changed.notify_one();
    }
}

/// Somebody is running.
pub(super) struct Running<'a>(&'a Shared);

impl Drop for Running<'_> {
    fn drop(&mut self) {
        lock(&self.0.state).running -= 1;
    }
}

/// How many ticks a wall time takes. One more, as the current tick is under way.
pub(super) fn ticks(wall: Duration) -> u64 {
    let ticks = wall.as_nanos().div_ceil(TICK.as_nanos());
    u64::try_from(ticks)
        .unwrap_or(u64::MAX >> 1)
        .min(u64::MAX >> 1)
        + 1
}

fn tick(engine: &Engine, shared: &Shared) {
    loop {
        {
            let mut state = lock(&shared.state);
            while state.running == 0 && !state.closed {
                state = shared
                    .changed
                    .wait(state)
                    .unwrap_or_else(PoisonError::into_inner);
            }
            if state.closed {
                return;
            }
        }
        thread::sleep(TICK);
        engine.increment_epoch();
    }
}

/// The counters stay right even if a thread panicked while holding them.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
