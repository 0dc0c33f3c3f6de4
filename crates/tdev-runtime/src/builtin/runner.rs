//! Calls builtin tools for one project: grants resolved, time limited, crashes contained.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Map, Value};
use tdev_core::ports::{ArtifactStore, Clock, Scope};
use tdev_core::{Code, Error, Result};

use super::ToolContext;
use crate::grants::{Grants, Permissions, SecretSource, Secrets};

const DEFAULT_SECONDS: u64 = 30;

/// What a project lends to builtin tools.
#[derive(Clone)]
pub struct Builtins {
    /// The project's folder.
    pub root: PathBuf,
    /// `[permissions]` of `tdev.toml`.
    pub permissions: Permissions,
    /// `[components.NAME]` tables of `tdev.toml`.
    pub settings: BTreeMap<String, Map<String, Value>>,
    /// Where secrets are kept.
    pub secrets: Arc<dyn SecretSource>,
    /// Where files are kept.
    pub artifacts: Arc<dyn ArtifactStore>,
    /// Time.
    pub clock: Arc<dyn Clock>,
}

impl Builtins {
    /// Calls a tool and checks what goes in and comes out against its schemas. Blocks: call it
    /// from a thread that may.
    ///
    /// `until` is when whoever asked for it must be done. The permissions are those of the compiled-in metadata, whatever a registry says of the name.
    ///
    /// # Errors
    /// What the tool says; `SchemaMismatch`; `ComponentCrashed` where it panicked.
    pub fn call(
        &self,
        name: &str,
        input: Value,
        scope: Scope,
        until: Option<Instant>,
    ) -> Result<Value> {
        let tool = super::find(name)?;
        let component = super::component(name)?;
        component.input_schema.check(&input)?;
        let settings = self.settings.get(name).cloned().unwrap_or_default();
        let seconds = component.timeout_seconds.unwrap_or(DEFAULT_SECONDS);
        let own = Instant::now() + Duration::from_secs(seconds);
        let context = ToolContext {
            component: tool.name(),
            grants: Grants::resolve(&self.root, &self.permissions, component, &settings),
            settings,
            secrets: Secrets::of(component, Arc::clone(&self.secrets)),
            artifacts: Arc::clone(&self.artifacts),
            clock: Arc::clone(&self.clock),
            scope,
            deadline: until.map_or(own, |until| until.min(own)),
        };
        // Decoders of foreign formats are where a panic would come from; it ends one call only.
        let output =
            catch_unwind(AssertUnwindSafe(|| tool.call(&context, input))).unwrap_or_else(|_| {
                Err(Error::new(
                    Code::ComponentCrashed,
                    format!("{name} ended abnormally"),
                ))
            })?;
        component.output_schema.check(&output)?;
        Ok(output)
    }
}
