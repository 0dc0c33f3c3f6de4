//! What a caller chooses for one execution.

use std::sync::Arc;

use super::clock::{Clock, SystemClock};
use super::handle::Handle;
use super::journal::{Journal, Observer};
use super::store::ObjectStore;
use crate::execution::Setting;

/// Choices for one execution. `Default` is express mode: no journal, no history.
#[derive(Clone)]
pub struct ExecutionOptions {
    /// The execution's name; the key of its journal.
    pub name: String,
    /// The machine's name, for the context object.
    pub machine_name: String,
    /// The machine's ARN; made from the name if empty.
    pub machine_arn: String,
    /// The role's ARN, for the context object.
    pub role_arn: String,
    /// Where time comes from.
    pub clock: Arc<dyn Clock>,
    /// Who is told of events.
    pub observer: Option<Arc<dyn Observer>>,
    /// Where records are kept. Without one the execution runs in memory only (express).
    pub journal: Option<Arc<dyn Journal>>,
    /// Where a distributed Map reads items from and writes results to.
    pub store: Option<Arc<dyn ObjectStore>>,
    /// Whether [`Outcome::history`](super::Outcome::history) is filled.
    pub keep_history: bool,
    /// Commands to the execution while it runs.
    pub handle: Option<Handle>,
    /// How often the execution is to have been redriven: one that ended without success, and was
    /// redriven less often, goes on. Said again after a crash, it is no redrive more.
    pub redrives: u32,
    /// Where random numbers start; drawn if absent. A resumed execution keeps its own.
    pub seed: Option<u64>,
}

impl ExecutionOptions {
    /// Express options under `name`.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            ..Self::default()
        }
    }

    /// What the execution needs to know; its texts are moved there.
    pub(super) fn setting(&mut self) -> Setting {
        Setting {
            machine_name: std::mem::take(&mut self.machine_name),
            given_arn: std::mem::take(&mut self.machine_arn),
            role_arn: std::mem::take(&mut self.role_arn),
            write_events: self.keep_history
                || self.observer.is_some()
                || self.journal.as_ref().is_some_and(|j| j.wants_events()),
            limit_events: self.journal.is_some(),
        }
    }
}

impl Default for ExecutionOptions {
    fn default() -> Self {
        Self {
            name: "execution".to_owned(),
            machine_name: "machine".to_owned(),
            machine_arn: String::new(),
            role_arn: "arn:aws:iam::123456789012:role/execution".to_owned(),
            clock: Arc::new(SystemClock),
            observer: None,
            journal: None,
            store: None,
            keep_history: false,
            handle: None,
            redrives: 0,
            seed: None,
        }
    }
}

impl std::fmt::Debug for ExecutionOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ExecutionOptions")
            .field("name", &self.name)
            .field("machine_name", &self.machine_name)
            .field("journalled", &self.journal.is_some())
            .finish_non_exhaustive()
    }
}
