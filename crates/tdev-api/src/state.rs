//! What every handler shares.

use std::ops::Deref;
use std::sync::Arc;

use tdev_core::audit::id_at;
use tdev_core::ports::Scope;

use crate::guard::Door;
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
    pub(crate) door: Door,
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
            door: Door::of(&options),
            services,
            options,
            drives: Drives::default(),
            answers: Answers::default(),
        }))
    }

    /// A new time-ordered id.
    pub(crate) fn new_id(&self) -> String {
        id_at(self.services.clock.now())
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
