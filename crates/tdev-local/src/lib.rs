//! Adapters for one machine: every port of the core on a project folder's `.tdev/`.
//!
//! [`Home`] opens a folder and hands out the adapters: components in a `registry.json` people can
//! read, sources and files in an artifact folder, what is under way in journals, everything else in
//! one database, and an orchestrator and engines that run state machines with `tdev-asl`.
//!
//! Invariants: opening touches nothing on disk, reading makes no folder, no file is ever half
//! written, and several processes may use one folder at once.

mod home;

mod artifacts;
mod registry;
mod sqlite;

mod engine;
mod journals;
mod lease;
mod orchestrator;

mod fault;
mod folder;

pub use engine::Invokers;
pub use home::Home;

/// Runs blocking work apart from the threads that serve everything else.
async fn apart<T: Send + 'static>(
    work: impl FnOnce() -> tdev_core::Result<T> + Send + 'static,
) -> tdev_core::Result<T> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|e| {
        Err(tdev_core::Error::new(
            tdev_core::Code::Internal,
            format!("background work was lost: {e}"),
        ))
    })
}
