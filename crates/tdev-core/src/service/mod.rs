//! Services: what exactly runs (a definition), how it came to run (a deployment), and what may
//! become of it (the rules).
//!
//! Reading order: [`Definition`] and [`Sealed`] (what is deployed, under the hash of its content),
//! [`Parts`] (what one is made of), [`Permission`] (what it may touch, and why), [`DeployRequest`]
//! and [`Strategy`] (what is asked), [`Service`] (the record of one service, and every change of it),
//! [`judge`] (whether a canary goes on), [`route`] (which version answers a call).

mod canonical;
mod definition;
mod sealed;

mod assemble;
mod permissions;

mod request;
mod rollout;

mod changes;
mod record;
mod route;

mod calls;
mod differences;

pub use assemble::{Parts, assemble};
pub use calls::{
    CallKind, CalledStep, Entry as LogEntry, Level, Metrics, ServiceAnswer, ServiceCall,
};
pub use canonical::canonical;
pub use changes::{Finished, Undone};
pub use definition::{Definition, Entry, FORMAT, HealthCheck, Limits, Pinned, pinned_hash};
pub use differences::{Difference, differences};
pub use permissions::{Granted, Permission, derive, granted_by};
pub use record::{Claim, Failure, Service, ServiceStatus, ServiceVersion, Share, VersionState};
pub use request::{By, DeployRequest, Strategy, TargetKind};
pub use rollout::{Verdict, judge, look_again};
pub use route::route;
pub use sealed::Sealed;

#[cfg(test)]
mod tests;
