//! One definition over HTTP: from the text of a `service.json` to a router.

use std::sync::Arc;

use async_trait::async_trait;
use axum::Router;
use serde_json::{Map, Value};
use tdev_api::{Callee, ServerOptions, alone};
use tdev_core::Result;
use tdev_core::service::{Definition, Sealed, ServiceAnswer};

use crate::{Ground, Instance};

#[async_trait]
impl Callee for Instance {
    fn definition(&self) -> &Definition {
        self.sealed().definition()
    }

    fn hash(&self) -> &str {
        self.sealed().hash()
    }

    async fn call(&self, id: &str, input: Map<String, Value>) -> ServiceAnswer {
        Instance::call(self, id, input).await
    }
}

/// The routes of the service in the text of a `service.json`. Its own limit bounds the bodies.
///
/// # Errors
/// `InvalidService` where the text was changed after it was sealed; what keeps it from running here.
pub fn routes(text: &str, ground: &Ground, options: ServerOptions) -> Result<Router> {
    let sealed = Sealed::read(text)?;
    let body_kib = sealed.definition().limits.body_kib;
    let body_limit = usize::try_from(body_kib.saturating_mul(1024)).unwrap_or(usize::MAX);
    let callee: Arc<dyn Callee> = Arc::new(Instance::open(sealed, ground)?);
    let options = ServerOptions {
        body_limit,
        ..options
    };
    Ok(alone(callee, Arc::clone(&ground.clock), &options))
}
