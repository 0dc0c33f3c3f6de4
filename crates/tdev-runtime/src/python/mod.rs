//! Runs components written in Python: CPython compiled to WebAssembly, with no ambient authority.
//!
//! # What a component has
//! A processor, within `Limits::wall`; memory, within `Limits::memory`; clocks and random numbers;
//! and the effects it asks the host for by name, through [`Host::call`], which grants or denies
//! each from the component's metadata.
//!
//! # What it does not have, each with a test named for the attack
//! - files, environment, arguments, standard input: the WASI context is empty
//! - network: no address is allowed and no name resolves
//! - processes, threads, `ctypes`, native packages: CPython is built without them
//! - another project's memory: an instance belongs to one project and one source, and dies with it
//! - the host's stack, memory or time: traps, limits on growth and a deadline end the instance,
//!   never the program; a sleep in WASI ends at the deadline too
//!
//! Introspection inside the guest is not a boundary and nothing depends on it: a component may
//! replace every Python function of `guest/`, and gains nothing that the imports do not give.
//! What it may do is fail, or answer wrongly, for itself.
//!
//! # Warm instances
//! A component's module body runs once and its class is instantiated once; later calls of the same
//! source in the same project may find what earlier ones left in globals, as in a warm Lambda.
//! An exception keeps the instance; a trap (time, stack, `os._exit`), exhausted memory or a memory
//! that has grown drops it.

mod artifact;
#[cfg(feature = "compile")]
mod compile;
mod engine;
mod error;
mod failure;
mod host;
mod instance;
mod interpreter;
mod pool;
mod sandbox;

pub use artifact::{BUILD_COMMAND, folder, verify};
#[cfg(feature = "compile")]
pub use compile::compile;
pub use error::PythonError;
pub use host::{Host, HostError};
pub use interpreter::{Interpreter, Limits, Program};
