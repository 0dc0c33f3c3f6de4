//! The interpreter: mapped once per process, it runs programs within limits.

use std::cell::Cell;
use std::os::fd::AsRawFd;
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;
use wasmtime::Engine;
use wasmtime::component::{Component, InstancePre, Linker};

use super::artifact;
use super::engine::{self, Ticker, lock};
use super::error::PythonError;
use super::host::Host;
use super::instance::Instance;
use super::pool::{Key, Pool};
use super::sandbox::{self, Sandbox};

/// Instances at rest. Each holds a few MiB of its own; the rest is shared with the file.
const MOST_RESTING: usize = 32;

/// Invocations from outside at once. Nested calls take no slot, so they cannot wait for one
/// that is held by their own caller.
const SLOTS: usize = 32;

/// How deep components may call each other.
const DEEPEST: u32 = 8;

/// A component's source, and what to call in it.
#[derive(Debug, Clone)]
pub struct Program {
    project: String,
    file: String,
    source: Arc<str>,
    entry: String,
    code_hash: blake3::Hash,
}

impl Program {
    /// `file` is shown in tracebacks and names the module, as in `agents/summarizer.py`. `entry` is
    /// a class or function of the source; empty for its only component.
    pub fn new(
        project: impl Into<String>,
        file: impl Into<String>,
        source: impl Into<Arc<str>>,
        entry: impl Into<String>,
    ) -> Self {
        let (file, source) = (file.into(), source.into());
        let mut hash = blake3::Hasher::new();
        hash.update(&(file.len() as u64).to_le_bytes())
            .update(file.as_bytes());
        hash.update(source.as_bytes());
        let code_hash = hash.finalize();
        Self {
            project: project.into(),
            file,
            source,
            entry: entry.into(),
            code_hash,
        }
    }

    /// Whose it is.
    pub fn project(&self) -> &str {
        &self.project
    }

    /// The file name in tracebacks.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The Python source.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The class or function to call.
    pub fn entry(&self) -> &str {
        &self.entry
    }

    pub(super) fn code_hash(&self) -> blake3::Hash {
        self.code_hash
    }
}

/// What one invocation may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Time from the call to its end, waiting and host calls included.
    pub wall: Duration,
    /// Bytes of memory, of which the interpreter itself takes about 25 MiB.
    pub memory: usize,
    /// Bytes of log lines, stdout and stderr.
    pub output: usize,
    /// Bytes of JSON in the result, and in each host call.
    pub result: usize,
    /// How many components are calling above this one. A host that runs a component for a
    /// component adds one; too deep is an error.
    pub depth: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            wall: Duration::from_secs(30),
            memory: 256 << 20,
            output: 1 << 20,
            result: 6 << 20,
            depth: 0,
        }
    }
}

/// The Python interpreter. Cheap to share; one per process is enough.
pub struct Interpreter {
    engine: Engine,
    pre: InstancePre<Sandbox>,
    pool: Pool,
    ticker: Ticker,
    taken: Mutex<usize>,
    freed: Condvar,
}

thread_local! {
    /// Whether this thread is inside a guest: its stack is then partly used up.
    static INSIDE: Cell<bool> = const { Cell::new(false) };
}

impl Interpreter {
    /// Maps the interpreter that set-up left in `dir`. Takes some milliseconds.
    ///
    /// # Errors
    /// `InterpreterMissing` and `InterpreterForeign`, both naming the command that builds it.
    pub fn open(dir: &Path) -> Result<Arc<Self>, PythonError> {
        let file = artifact::open(dir)?;
        let engine = engine::engine()?;
        // The file that was checked, not whatever its path leads to by now.
        let opened = format!("/proc/self/fd/{}", file.as_raw_fd());
        #[expect(unsafe_code, reason = "mapping precompiled code is unsafe by nature")]
        // SAFETY: the bytes come from `compile`: the manifest beside them says so, and
        // `artifact::open` has checked that nobody but this user or root could have written either.
        let component = unsafe { Component::deserialize_file(&engine, opened) }
            .map_err(|error| artifact::foreign(dir, error.to_string()))?;
        let mut linker = Linker::new(&engine);
        let pre = sandbox::link(&mut linker)
            .and_then(|()| linker.instantiate_pre(&component))
            .map_err(|error| artifact::foreign(dir, error.to_string()))?;
        let ticker = Ticker::start(&engine)?;
        Ok(Arc::new(Self {
            engine,
            pre,
            pool: Pool::of(MOST_RESTING),
            ticker,
            taken: Mutex::new(0),
            freed: Condvar::new(),
        }))
    }

    /// Runs a program's entry with a JSON value, on this thread, until it ends or its limits do.
    ///
    /// Blocks: from async code, call it in `spawn_blocking`.
    ///
    /// # Errors
    /// Every variant but the interpreter's own two.
    pub fn call(
        &self,
        program: &Program,
        input: &Value,
        limits: &Limits,
        host: Arc<dyn Host>,
    ) -> Result<Value, PythonError> {
        if limits.depth > DEEPEST {
            return Err(PythonError::TooDeep { limit: DEEPEST });
        }
        let deadline = Instant::now() + limits.wall;
        let _slot = if limits.depth == 0 {
            Some(self.slot(deadline)?)
        } else {
            None
        };
        if INSIDE.get() {
            // The host calls from within a guest's host call: take a stack that is not half full.
            return thread::scope(|scope| {
                thread::Builder::new()
                    .spawn_scoped(scope, || self.run(program, input, limits, deadline, host))
                    .map_err(|error| PythonError::Sandbox {
                        reason: error.to_string(),
                    })?
                    .join()
                    .unwrap_or_else(|_| {
                        Err(PythonError::Sandbox {
                            reason: "it panicked".into(),
                        })
                    })
            });
        }
        self.run(program, input, limits, deadline, host)
    }

    /// How many instances are at rest, ready to be used again.
    pub fn resting(&self) -> usize {
        self.pool.len()
    }

    /// Drops every instance at rest of a project: it was deleted, or its secrets changed.
    pub fn forget(&self, project: &str) {
        self.pool.forget(project);
    }

    fn run(
        &self,
        program: &Program,
        input: &Value,
        limits: &Limits,
        deadline: Instant,
        host: Arc<dyn Host>,
    ) -> Result<Value, PythonError> {
        let _ticking = self.ticker.running();
        let _inside = Inside::enter();
        let key = Key::of(program);
        let mut instance = match self.pool.take(&key) {
            Some(mut warm) => {
                warm.begin(limits, deadline, host);
                warm
            }
            None => {
                let mut fresh = Instance::fresh(&self.engine, &self.pre, limits, deadline, host)?;
                fresh.load(program, limits)?;
                fresh
            }
        };
        let result = instance.call(program, input.to_string(), limits);
        if instance.end() {
            self.pool.put(key, instance);
        }
        let text = result?;
        serde_json::from_str(&text).map_err(|error| PythonError::ResultInvalid {
            message: format!("the result is not JSON: {error}"),
        })
    }

    fn slot(&self, deadline: Instant) -> Result<Slot<'_>, PythonError> {
        let mut taken = lock(&self.taken);
        while *taken >= SLOTS {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(PythonError::Busy { slots: SLOTS });
            }
            taken = self
                .freed
                .wait_timeout(taken, left)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
        *taken += 1;
        Ok(Slot(self))
    }
}

struct Slot<'a>(&'a Interpreter);

impl Drop for Slot<'_> {
    fn drop(&mut self) {
        *lock(&self.0.taken) -= 1;
        self.0.freed.notify_one();
    }
}

struct Inside;

impl Inside {
    fn enter() -> Self {
        INSIDE.set(true);
        Self
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        INSIDE.set(false);
    }
}
