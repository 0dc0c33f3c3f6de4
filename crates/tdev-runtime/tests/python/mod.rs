//! The Python sandbox, through its public interface and with the real interpreter.
//!
//! Every test needs the interpreter and fails, naming the command that builds it, without one.

mod artifact;
mod attacks;
mod cases;
mod host_calls;
mod instances;
mod limits;
mod support;
