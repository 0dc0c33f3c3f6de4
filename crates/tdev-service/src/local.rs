//! The target `local`: this machine. Versions are instances in memory, by the hash of their
//! definition; who is called is what the record says at that moment.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use tdev_core::Result;
use tdev_core::ports::{ArtifactStore, CallRequest, ServiceLog, Target};
use tdev_core::service::{Sealed, Service, ServiceAnswer, ServiceCall, ServiceVersion};

use crate::ground::Ground;
use crate::instance::{Instance, admit};

/// Most instances kept open.
const MOST: usize = 32;

/// Where the target keeps things.
#[derive(Clone)]
pub struct Place {
    /// Definitions.
    pub definitions: Arc<dyn ArtifactStore>,
    /// Calls.
    pub log: Arc<dyn ServiceLog>,
}

/// The target `local`.
pub struct LocalTarget {
    ground: Ground,
    place: Place,
    open: Mutex<HashMap<String, Arc<Instance>>>,
}

impl LocalTarget {
    /// A target over what the project lends.
    pub fn new(ground: Ground, place: Place) -> Self {
        Self {
            ground,
            place,
            open: Mutex::default(),
        }
    }

    /// The instance of a definition, opened where it is not yet.
    async fn instance(&self, hash: &str) -> Result<Arc<Instance>> {
        if let Some(open) = self.held().get(hash) {
            return Ok(Arc::clone(open));
        }
        let content = self.place.definitions.get(hash).await?;
        let sealed = Sealed::open(&content, hash)?;
        let instance = Arc::new(self.opened(sealed).await?);
        let mut open = self.held();
        if open.len() >= MOST {
            open.clear();
        }
        open.insert(hash.to_owned(), Arc::clone(&instance));
        Ok(instance)
    }

    /// Opening maps an interpreter: not on a thread that serves others.
    async fn opened(&self, sealed: Sealed) -> Result<Instance> {
        let ground = self.ground.clone();
        tokio::task::spawn_blocking(move || Instance::open(sealed, &ground))
            .await
            .unwrap_or_else(|lost| Err(gone(&lost)))
    }

    fn held(&self) -> std::sync::MutexGuard<'_, HashMap<String, Arc<Instance>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn gone(lost: &tokio::task::JoinError) -> tdev_core::Error {
    tdev_core::Error::new(
        tdev_core::Code::Internal,
        format!("a service could not be opened: {lost}"),
    )
}

#[async_trait]
impl Target for LocalTarget {
    async fn admit(&self, sealed: &Sealed) -> Result<()> {
        let (ground, sealed) = (self.ground.clone(), sealed.clone());
        tokio::task::spawn_blocking(move || admit(sealed.definition(), &ground))
            .await
            .unwrap_or_else(|lost| Err(gone(&lost)))
    }

    async fn store(&self, sealed: &Sealed) -> Result<()> {
        // Where it was packaged is where it is run from.
        self.place.definitions.put(sealed.content()).await.map(drop)
    }

    async fn install(&self, _service: &str, version: &ServiceVersion) -> Result<()> {
        self.instance(&version.definition).await.map(drop)
    }

    async fn invoke(&self, call: CallRequest) -> Result<ServiceAnswer> {
        let at = self.ground.clock.now();
        let instance = self.instance(&call.version.definition).await?;
        let answer = instance.call(&call.id, call.input).await;
        let kept = ServiceCall {
            id: call.id,
            service_id: call.service_id,
            version_id: call.version.version_id,
            kind: call.kind,
            at,
            duration_ms: answer.duration_ms,
            refused: answer.refused,
            error: answer.output.as_ref().err().cloned(),
            steps: ServiceCall::steps_of(&answer.trace),
        };
        self.place.log.record(&kept).await?;
        Ok(answer)
    }

    async fn shift(&self, _service: &Service) -> Result<()> {
        // The record is read at every call.
        Ok(())
    }

    async fn remove(&self, _service: &str, version: &ServiceVersion) -> Result<()> {
        self.held().remove(&version.definition);
        Ok(())
    }
}
