//! What a place lends to the services that run in it.

use std::path::PathBuf;
use std::sync::Arc;

use tdev_core::ports::{ArtifactStore, Clock, ComponentInvoker, LanguageModel, SessionStore};
use tdev_core::service::{Definition, Granted, Limits, granted_by};
use tdev_runtime::builtin::Builtins;
use tdev_runtime::grants::{Permissions, SecretSource};
use tdev_runtime::runner::{Mind, Quota, Runner};

use crate::pinned::PinnedRegistry;
use crate::sources::PinnedSources;

/// What is lent to every service of a place.
#[derive(Clone)]
pub struct Ground {
    /// The project, by name.
    pub project: String,
    /// The folder that granted paths lie in.
    pub root: PathBuf,
    /// Where secrets are kept.
    pub secrets: Arc<dyn SecretSource>,
    /// Where files are kept.
    pub artifacts: Arc<dyn ArtifactStore>,
    /// Where the Python interpreter lies.
    pub interpreter: PathBuf,
    /// The language model, where there is one.
    pub model: Option<Arc<dyn LanguageModel>>,
    /// What prompt components remember, where that is kept.
    pub sessions: Option<Arc<dyn SessionStore>>,
    /// Time.
    pub clock: Arc<dyn Clock>,
}

impl Ground {
    /// What runs the components of a definition: those alone, and within its permissions.
    pub(crate) fn runner(&self, definition: &Definition) -> Arc<dyn ComponentInvoker> {
        let pinned = Arc::new(PinnedRegistry::of(definition));
        let artifacts = Arc::new(PinnedSources::of(definition, Arc::clone(&self.artifacts)));
        let builtins = Builtins {
            root: self.root.clone(),
            permissions: permissions(&granted_by(&definition.permissions)),
            settings: definition.config.clone(),
            secrets: Arc::clone(&self.secrets),
            artifacts,
            clock: Arc::clone(&self.clock),
        };
        let mind = Mind {
            model: self.model.clone(),
            sessions: self.sessions.clone(),
        };
        Arc::new(Runner::new(
            self.project.clone(),
            pinned,
            builtins,
            self.interpreter.clone(),
            quota(&definition.limits),
            mind,
        ))
    }
}

fn permissions(granted: &Granted) -> Permissions {
    Permissions {
        read: granted.read.clone(),
        write: granted.write.clone(),
        http: granted.http.clone(),
        smtp: granted.smtp.clone(),
        databases: granted.databases.clone(),
    }
}

fn quota(limits: &Limits) -> Quota {
    let usual = Quota::default();
    let bytes = |given: Option<u64>, unit: usize| {
        given.and_then(|n| usize::try_from(n).ok()?.checked_mul(unit))
    };
    Quota {
        time: limits
            .time_seconds
            .map_or(usual.time, std::time::Duration::from_secs),
        memory: bytes(limits.memory_mib, 1 << 20).unwrap_or(usual.memory),
        output: bytes(limits.output_kib, 1 << 10).unwrap_or(usual.output),
    }
}
