//! What a tool is given to work with: grants, settings, secrets, files by reference, and time.

use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use futures::executor::block_on;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use tdev_core::ports::{ArtifactStore, Clock, FileRef, Scope};
use tdev_core::{Code, Error, Result};

use crate::grants::{Grants, HttpClient, Secrets};

/// Everything one call of one tool may use.
pub struct ToolContext {
    pub(super) component: &'static str,
    pub(super) grants: Grants,
    pub(super) settings: Map<String, Value>,
    pub(super) secrets: Secrets,
    pub(super) artifacts: Arc<dyn ArtifactStore>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) scope: Scope,
    pub(super) deadline: Instant,
}

impl ToolContext {
    /// What it may touch.
    pub const fn grants(&self) -> &Grants {
        &self.grants
    }

    /// A granted HTTP client whose refusals name `field`.
    pub const fn http(&self, field: &'static str) -> HttpClient<'_> {
        HttpClient::new(&self.grants.http, self.deadline, field)
    }

    /// A secret its metadata names.
    ///
    /// # Errors
    /// `SecretNotFound`, `PermissionDenied`.
    pub fn secret(&self, name: &str) -> Result<String> {
        self.secrets.get(name)
    }

    /// A secret its metadata names, where it is set.
    ///
    /// # Errors
    /// `PermissionDenied`.
    pub fn secret_if_set(&self, name: &str) -> Result<Option<String>> {
        self.secrets.find(name)
    }

    /// A key of its own table in `tdev.toml`, where it is set.
    ///
    /// # Errors
    /// `InvalidConfig` for a value of another type.
    pub fn setting<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>> {
        let Some(value) = self.settings.get(key) else {
            return Ok(None);
        };
        T::deserialize(value).map(Some).map_err(|fault| {
            Error::new(
                Code::InvalidConfig,
                format!("`{key}` of {} is not right: {fault}", self.component),
            )
            .field(format!("components.{}.{key}", self.component))
        })
    }

    /// A key of its own table in `tdev.toml` that it cannot do without.
    ///
    /// # Errors
    /// `InvalidConfig` with an example line where it is missing.
    pub fn needed_setting<T: DeserializeOwned>(&self, key: &str, example: &str) -> Result<T> {
        self.setting(key)?.ok_or_else(|| {
            let component = self.component;
            Error::new(
                Code::InvalidConfig,
                format!("{component} needs `{key}` in tdev.toml"),
            )
            .field(format!("components.{component}.{key}"))
            .hint(format!(
                "write {key} = {example} under [components.{component}]"
            ))
        })
    }

    /// The bytes behind a file reference, of which there may be `most`.
    ///
    /// # Errors
    /// `PayloadTooLarge`, `ArtifactNotFound`.
    pub fn read(&self, file: &FileRef, most: u64, field: &str) -> Result<Vec<u8>> {
        let bounded = |size: u64| {
            if size <= most {
                return Ok(());
            }
            let large = format!("the file has {size} bytes, and at most {most} are taken");
            Err(Error::new(Code::PayloadTooLarge, large).field(field))
        };
        bounded(file.size.unwrap_or(0))?;
        let bytes =
            block_on(self.artifacts.get(&file.artifact)).map_err(|error| error.field(field))?;
        bounded(bytes.len() as u64)?;
        Ok(bytes)
    }

    /// Stores bytes and refers to them.
    ///
    /// # Errors
    /// `StoreUnavailable`.
    pub fn store(&self, bytes: &[u8], media_type: &str, name: &str) -> Result<FileRef> {
        let artifact = block_on(self.artifacts.put(bytes))?;
        Ok(FileRef {
            artifact,
            media_type: Some(media_type.to_owned()),
            name: Some(name.to_owned()),
            size: Some(bytes.len() as u64),
        })
    }

    /// Now.
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// On whose behalf.
    pub const fn scope(&self) -> &Scope {
        &self.scope
    }

    /// When it must be done.
    pub const fn deadline(&self) -> Instant {
        self.deadline
    }

    /// How long it still has.
    ///
    /// # Errors
    /// `ComponentTimeout` where its time is up; long loops ask now and then.
    pub fn time_left(&self) -> Result<Duration> {
        let left = self.deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(Error::new(
                Code::ComponentTimeout,
                format!("{} ran out of time", self.component),
            ));
        }
        Ok(left)
    }
}
