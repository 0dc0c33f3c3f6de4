//! The Service Instance Definition: everything that runs when a service is called, in one record.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::canonical::canonical;
use super::permissions::Permission;
use crate::component::{Component, Runtime};
use crate::ports::content_hash;
use crate::schema::Schema;
use crate::workflow::Workflow;
use crate::{Code, Error, Result};

/// What the first field of every definition says; a later shape says something else.
pub const FORMAT: &str = "tdev.service/1";

/// What exactly runs. It never changes; other content is another definition.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    /// [`FORMAT`].
    pub format: String,
    /// The service it was made for.
    pub service_id: String,
    /// The workflow, pinned.
    pub workflow: Workflow,
    /// The workflows inside it, pinned.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub nested: Vec<Workflow>,
    /// What the workflow compiles to: the Amazon States Language that is run.
    pub state_machine: Value,
    /// Every component that can be called, at any depth, with its source.
    pub components: Vec<Pinned>,
    /// Settings of components, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub config: BTreeMap<String, Map<String, Value>>,
    /// What one call may use.
    #[serde(default)]
    pub limits: Limits,
    /// Names of the secrets its components ask for; never their values.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub secrets: Vec<String>,
    /// What it may touch, and why; what is not listed is refused.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub permissions: Vec<Permission>,
    /// Experimental components that somebody consented to, pinned.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub experimental: Vec<String>,
    /// What it takes and gives.
    pub entry: Entry,
    /// The call that shows that it works.
    pub health: HealthCheck,
}

/// A component as it was when the service was packaged.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pinned {
    /// The whole record.
    pub record: Component,
    /// Its source, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// SHA-256 in lowercase hex: of the source where there is one, of the record else.
    pub hash: String,
}

/// What a call takes and what it gives, as JSON Schema.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Of the input.
    pub input_schema: Schema,
    /// Of the output.
    pub output_schema: Value,
}

/// What one call may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Seconds a whole call may take.
    pub call_seconds: u64,
    /// KiB of its input.
    pub body_kib: u64,
    /// Seconds a component may take where its record does not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_seconds: Option<u64>,
    /// MiB a Python component may use.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory_mib: Option<u64>,
    /// KiB a component may print.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output_kib: Option<u64>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            call_seconds: 60,
            body_kib: 1024,
            time_seconds: None,
            memory_mib: None,
            output_kib: None,
        }
    }
}

/// The call that shows that a service works.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HealthCheck {
    /// Its input.
    pub input: Map<String, Value>,
    /// Where the input comes from, in words.
    pub because: String,
}

/// The hash a component is pinned by.
pub fn pinned_hash(record: &Component, code: Option<&str>) -> String {
    match code {
        Some(code) => content_hash(code.as_bytes()),
        None => {
            let record = serde_json::to_value(record).unwrap_or_default();
            content_hash(canonical(&record).as_bytes())
        }
    }
}

impl Definition {
    /// The workflow with its version, `id@v1`.
    pub fn workflow_ref(&self) -> String {
        format!("{}@{}", self.workflow.id, self.workflow.version_id)
    }

    /// Names of the components its own steps call, once each, in the order of the steps.
    pub fn agents(&self) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for pinned in &self.components {
            if !names.contains(&pinned.record.name) {
                names.push(pinned.record.name.clone());
            }
        }
        names
    }

    /// The input of a call: defaults filled in, held to the entry's schema.
    ///
    /// # Errors
    /// `InvalidInput` naming the field that is missing; `SchemaMismatch`.
    pub fn input(&self, given: Map<String, Value>) -> Result<Value> {
        crate::workflow::input(&self.entry.input_schema, given)
    }

    /// Whether what is pinned is what the hashes beside it say.
    ///
    /// # Errors
    /// `InvalidService` naming the component.
    pub fn intact(&self) -> Result<()> {
        let fault = |at: usize, message: String| {
            Err(Error::new(Code::InvalidService, message).field(format!("components.{at}")))
        };
        if self.format != FORMAT {
            return Err(Error::new(
                Code::InvalidService,
                format!("`{}` is not a shape this program knows", self.format),
            )
            .field("format")
            .hint(format!(
                "it knows `{FORMAT}`; update tdev, or package again"
            )));
        }
        for (at, pinned) in self.components.iter().enumerate() {
            let name = pinned.record.pinned();
            if pinned_hash(&pinned.record, pinned.code.as_deref()) != pinned.hash {
                return fault(at, format!("`{name}` is not what its hash says"));
            }
            let wants_code = pinned.record.runtime == Runtime::Python;
            if wants_code != pinned.code.is_some() {
                return fault(at, format!("`{name}` is pinned without its source"));
            }
            if wants_code && pinned.record.code_hash.as_ref() != Some(&pinned.hash) {
                return fault(
                    at,
                    format!("the record of `{name}` belongs to other source"),
                );
            }
        }
        Ok(())
    }
}
