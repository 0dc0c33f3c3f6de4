//! The registrar: lets a component into the registry once everything asked of it is shown.

mod gate;

use async_trait::async_trait;
use serde::Deserialize;
use tdev_core::agent_io::{Classification, Evaluation, TestRun};
use tdev_core::component::{Component, Runtime, Status, VersionId};
use tdev_core::ports::{Revision, Scope, content_hash};
use tdev_core::{Code, Error, Result};

use crate::classifier::enforce_source;
use crate::{Agent, Deps};
use gate::Shown;

/// Registers components.
pub struct Registrar {
    deps: Deps,
}

/// What is to be registered, and what speaks for it.
#[derive(Debug, Clone, Deserialize)]
pub struct RegisterRequest {
    /// The source.
    pub code: String,
    /// What the classifier found in it.
    pub classification: Classification,
    /// The record written with it, for generated components; derived from the classification
    /// otherwise.
    #[serde(default)]
    pub metadata: Option<Component>,
    /// The tests it was put to; required of a generated component.
    #[serde(default)]
    pub test_run: Option<TestRun>,
    /// What the evaluator said of the source; required of a generated component.
    #[serde(default)]
    pub evaluation: Option<Evaluation>,
    /// The score a generated component must reach, 0 to 100.
    #[serde(default = "usual_threshold")]
    pub threshold: f64,
    /// Where the source lies, relative to the project.
    #[serde(default)]
    pub path: Option<String>,
    /// The status to register with; experimental for generated components whatever is asked.
    #[serde(default)]
    pub status: Option<Status>,
}

const fn usual_threshold() -> f64 {
    85.0
}

impl Registrar {
    /// A registrar over these ports.
    pub const fn new(deps: Deps) -> Self {
        Self { deps }
    }
}

#[async_trait]
impl Agent for Registrar {
    const NAME: &'static str = "registrar";
    type Input = RegisterRequest;
    type Output = Component;

    async fn run(&self, request: RegisterRequest, _scope: Scope) -> Result<Component> {
        enforce_source(&request.code)?;
        let code_hash = content_hash(request.code.as_bytes());
        let component = match request.metadata {
            Some(metadata) => {
                let shown = Shown {
                    found: &request.classification,
                    tests: request.test_run.as_ref(),
                    evaluation: request.evaluation.as_ref(),
                    threshold: request.threshold,
                };
                gate::pass(metadata, &shown, &code_hash)?
            }
            None => self.by_hand(
                &request.classification,
                request.path,
                request.status,
                code_hash.clone(),
            ),
        };
        component.validate()?;
        let known = match self.deps.registry.versions(&component.name).await {
            Ok(versions) => versions,
            Err(error) if error.code == Code::ComponentNotFound => Vec::new(),
            Err(error) => return Err(error),
        };
        // The source first: a record without it could never run, and registering again restores a
        // source that was lost.
        self.deps.artifacts.put(request.code.as_bytes()).await?;
        // Registered again unchanged, it is the same version.
        if let Some(same) = known
            .iter()
            .rev()
            .find(|c| c.code_hash.as_deref() == Some(&code_hash) && same_terms(c, &component))
        {
            return Ok((**same).clone());
        }
        if known.last().is_some_and(|c| c.runtime == Runtime::Builtin) {
            return Err(Error::new(
                Code::AlreadyExists,
                format!("`{}` is part of the library", component.name),
            )
            .field("name")
            .hint("give the component another name"));
        }
        let condition = if known.is_empty() {
            Revision::New
        } else {
            Revision::NextVersion
        };
        let stored = self.deps.registry.put(component, condition).await?;
        Ok((*stored).clone())
    }
}

impl Registrar {
    fn by_hand(
        &self,
        found: &Classification,
        path: Option<String>,
        status: Option<Status>,
        code_hash: String,
    ) -> Component {
        let module = path.as_deref().map_or_else(String::new, |p| {
            p.trim_end_matches(".py")
                .replace(['/', '\\'], ".")
                .trim_matches('.')
                .to_owned()
                + "."
        });
        let entry = if found.entry.is_empty() {
            &found.name
        } else {
            &found.entry
        };
        Component {
            name: found.name.clone(),
            kind: found.component_type,
            version: semver::Version::new(1, 0, 0),
            version_id: VersionId::default(),
            status: status.unwrap_or_default(),
            description: found.description.clone(),
            brain_count: found.brain_count,
            reusability: found.reusability,
            input_schema: found.input_schema.clone(),
            output_schema: found.output_schema.clone(),
            tools: found.tools.clone(),
            members: found.members.clone(),
            tags: found.tags.clone(),
            permissions: found.permissions.clone(),
            secrets: found.secrets.clone(),
            class_path: Some(format!("{module}{entry}")),
            path,
            code_hash: Some(code_hash),
            owner: None,
            created_at: Some(self.deps.clock.now()),
            runtime: Runtime::Python,
            prompt: None,
            team: None,
            side_effects: false,
            timeout_seconds: None,
            examples: Vec::new(),
            provenance: None,
        }
    }
}

/// Whether two records of one source are held to the same tests and limits.
fn same_terms(stored: &Component, given: &Component) -> bool {
    given.provenance.is_none()
        || (stored.examples == given.examples && stored.timeout_seconds == given.timeout_seconds)
}
