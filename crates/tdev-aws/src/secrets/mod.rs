//! Secrets in Secrets Manager, kept for a few minutes and never shown.
//!
//! A project's secret `name` lies under `<stack>/<project>/<name>`, so that no project reads what
//! another was given.

mod mask;

pub(crate) use mask::mask;

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use aws_config::SdkConfig;
use aws_sdk_secretsmanager::Client;
use chrono::{DateTime, TimeDelta, Utc};
use tdev_core::Result;
use tdev_core::ports::Clock;

use crate::fault;

/// How long one that was read is used; a rotated secret is seen after that.
const KEPT: TimeDelta = TimeDelta::minutes(5);

/// The secrets of one project.
pub struct Secrets {
    client: Client,
    prefix: String,
    clock: Arc<dyn Clock>,
    read: Mutex<HashMap<String, Read>>,
}

/// One secret as it was read, or that there was none.
struct Read {
    value: Option<String>,
    at: DateTime<Utc>,
}

impl Secrets {
    /// The secrets of a project of a stack. Nothing is read before it is asked for.
    pub fn of(sdk: &SdkConfig, stack: &str, project: &str, clock: Arc<dyn Clock>) -> Self {
        Self {
            client: Client::new(sdk),
            prefix: format!("{stack}/{project}/"),
            clock,
            read: Mutex::default(),
        }
    }

    /// The secret of that name, where there is one.
    ///
    /// # Errors
    /// `PermissionDenied` and `StoreUnavailable`; neither says anything of what is kept.
    pub async fn get(&self, name: &str) -> Result<Option<String>> {
        let now = self.clock.now();
        if let Some(value) = self.fresh(name, now) {
            return Ok(value);
        }
        let asked = self
            .client
            .get_secret_value()
            .secret_id(format!("{}{name}", self.prefix))
            .send()
            .await;
        let value = match asked {
            Ok(found) => found.secret_string.inspect(|secret| mask::remember(secret)),
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(|e| e.is_resource_not_found_exception()) =>
            {
                None
            }
            Err(error) => return Err(fault::of(&format!("read the secret `{name}`"), &error)),
        };
        let read = Read {
            value: value.clone(),
            at: now,
        };
        self.read
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(name.to_owned(), read);
        Ok(value)
    }

    /// What was read of that name not long ago.
    fn fresh(&self, name: &str, now: DateTime<Utc>) -> Option<Option<String>> {
        let read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        let one = read.get(name)?;
        (now - one.at < KEPT).then(|| one.value.clone())
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secrets({}…)", self.prefix)
    }
}
