//! The registrar: lets a component into the registry once everything asked of it is shown.

use async_trait::async_trait;
use serde::Deserialize;
use tdev_core::agent_io::{Classification, Evaluation, TestRun};
use tdev_core::component::{Component, Runtime, Status, VersionId};
use tdev_core::ports::{Revision, Scope, content_hash};
use tdev_core::{Code, Error, Result};

use crate::classifier::enforce_source;
use crate::{Agent, Deps};

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
    /// What the evaluator said of the source.
    #[serde(default)]
    pub evaluation: Option<Evaluation>,
    /// Where the source lies, relative to the project.
    #[serde(default)]
    pub path: Option<String>,
    /// The status to register with; experimental for generated components whatever is asked.
    #[serde(default)]
    pub status: Option<Status>,
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
            Some(metadata) => generated(
                metadata,
                &request.classification,
                request.test_run.as_ref(),
                &code_hash,
            )?,
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
            .find(|c| c.code_hash.as_deref() == Some(&code_hash))
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

/// Holds a generated component to its gates: tested, every test passed, and the classifier sees
/// in the source what the record says.
fn generated(
    metadata: Component,
    found: &Classification,
    tests: Option<&TestRun>,
    code_hash: &str,
) -> Result<Component> {
    let refused = |field: &str, message: String| {
        Error::new(Code::InvalidComponent, message).field(field.to_owned())
    };
    if metadata.code_hash.as_deref() != Some(code_hash) {
        return Err(refused(
            "code_hash",
            format!("the record of `{}` belongs to other source", metadata.name),
        ));
    }
    if found.name != metadata.name || found.component_type != metadata.kind {
        return Err(refused(
            "name",
            format!(
                "the source is {} `{}`, the record says {} `{}`",
                found.component_type.as_str(),
                found.name,
                metadata.kind.as_str(),
                metadata.name
            ),
        ));
    }
    if let Some(undeclared) = found.tools.iter().find(|t| !metadata.tools.contains(t)) {
        return Err(refused(
            "tools",
            format!("the source calls `{undeclared}`, which the record does not name"),
        ));
    }
    match tests {
        Some(run) if run.failed == 0 && run.passed > 0 => {}
        Some(run) => {
            let reason = run
                .cases
                .iter()
                .find_map(|c| c.error.as_ref().map(|e| format!("{}: {e}", c.name)))
                .unwrap_or_else(|| "no case ran".to_owned());
            return Err(Error::new(
                Code::TestsFailed,
                format!(
                    "`{}` failed {} of {} tests",
                    metadata.name,
                    run.failed,
                    run.failed + run.passed
                ),
            )
            .hint(reason)
            .details(serde_json::to_value(run).unwrap_or_default()));
        }
        None => {
            return Err(Error::new(
                Code::TestsFailed,
                format!("`{}` was not tested", metadata.name),
            ));
        }
    }
    Ok(Component {
        status: Status::Experimental,
        ..metadata
    })
}
