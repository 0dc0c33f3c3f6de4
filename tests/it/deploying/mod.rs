//! Deployments through the real state machine, stores and target, in virtual time; faults are put
//! where a test wants them.

mod bench;
mod hands;

mod canary;
mod controls;
mod definitions;
mod failures;
mod permissions;
mod strategies;
