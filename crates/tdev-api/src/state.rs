//! What every handler shares.

use std::ops::Deref;
use std::sync::Arc;

use tdev_core::ports::Scope;
use uuid::{NoContext, Timestamp, Uuid};

use crate::guard::Digest;
use crate::idempotency::Answers;
use crate::runs::Drives;
use crate::{ServerOptions, Services};

/// Handle to the shared state; cloning it is cheap.
#[derive(Clone)]
pub(crate) struct Api(Arc<Shared>);

/// The shared state.
pub(crate) struct Shared {
    pub(crate) services: Services,
    pub(crate) options: ServerOptions,
    /// Digest of the token, where one is set.
    pub(crate) token: Option<Digest>,
    pub(crate) drives: Drives,
    pub(crate) answers: Answers,
}

impl Deref for Api {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

impl Api {
    pub(crate) fn new(services: Services, options: ServerOptions) -> Self {
        Self(Arc::new(Shared {
            token: options.token.as_deref().map(Digest::of),
            services,
            options,
            drives: Drives::default(),
            answers: Answers::default(),
        }))
    }

    /// A new time-ordered id.
    pub(crate) fn new_id(&self) -> String {
        let now = self.services.clock.now();
        let seconds = u64::try_from(now.timestamp()).unwrap_or_default();
        let at = Timestamp::from_unix(NoContext, seconds, now.timestamp_subsec_nanos());
        Uuid::new_v7(at).to_string()
    }

    /// The scope of a call made outside any run.
    pub(crate) fn scope(&self) -> Scope {
        Scope {
            project: self.services.project.clone(),
            idempotency_token: self.new_id(),
            ..Scope::default()
        }
    }
}
