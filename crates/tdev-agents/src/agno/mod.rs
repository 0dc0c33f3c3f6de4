//! Agno, the composer of agents: from a spec to source and metadata, or to the component that
//! already is what the spec asks for. It registers nothing itself.

mod existing;
mod name;
mod python;
mod spec;

use async_trait::async_trait;
use serde::Deserialize;
use serde_json::{Value, json};
use tdev_core::agent_io::{AgentSpec, Generated};
use tdev_core::component::{Component, Kind, Reusability, Runtime, Status, VersionId, snake_case};
use tdev_core::ports::Scope;
use tdev_core::{Code, Error, Result};

use crate::composer::{Composition, Given, Workbench, keywords};
use crate::{Agent, Deps};

/// Writes agents.
pub struct Agno {
    deps: Deps,
    workbench: Workbench,
}

/// What Agno is asked.
#[derive(Debug, Clone, Deserialize)]
pub struct GenerateRequest {
    /// A spec, or a goal in plain words.
    pub spec: SpecSource,
    /// Whether to build on experimental components too.
    #[serde(default)]
    pub allow_experimental: bool,
}

/// A spec, structured or in plain words.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum SpecSource {
    /// In plain words.
    Words(String),
    /// Structured.
    Spec(Box<AgentSpec>),
}

impl Agno {
    /// Agno over these ports.
    pub fn new(deps: Deps) -> Self {
        Self {
            workbench: Workbench::new(std::sync::Arc::clone(&deps.retriever)),
            deps,
        }
    }
}

#[async_trait]
impl Agent for Agno {
    const NAME: &'static str = "agno";
    type Input = GenerateRequest;
    type Output = Generated;

    async fn run(&self, request: GenerateRequest, _scope: Scope) -> Result<Generated> {
        let spec = match request.spec {
            SpecSource::Spec(spec) => *spec,
            SpecSource::Words(goal) => spec::of_words(goal),
        };
        spec::validate(&spec)?;
        let catalog = self.deps.catalog().await?;
        let hash = spec::hash(&spec);
        if let Some(component) = existing::find(&spec, &hash, catalog.newest()) {
            let code = match &component.code_hash {
                Some(hash) => {
                    String::from_utf8_lossy(&self.deps.artifacts.get(hash).await?).into_owned()
                }
                None => String::new(),
            };
            let provenance = component.provenance.clone().unwrap_or(Value::Null);
            return Ok(Generated {
                code,
                metadata: (*component).clone(),
                tests: component.examples.clone(),
                provenance,
                reused: true,
            });
        }
        let components: Vec<_> = catalog
            .newest()
            .filter(|c| {
                c.status == Status::Stable
                    || (request.allow_experimental && c.status == Status::Experimental)
            })
            .filter(|c| spec.tools.is_empty() || spec.tools.contains(&c.name))
            .filter(|c| spec.name.as_ref() != Some(&c.name))
            .cloned()
            .collect();
        if let Some(unknown) = spec
            .tools
            .iter()
            .find(|name| components.iter().all(|c| c.name != **name))
        {
            let known: Vec<&str> = catalog.newest().map(|c| c.name.as_str()).collect();
            return Err(Error::new(
                Code::ComponentNotFound,
                format!("no component `{unknown}` to build on"),
            )
            .field("spec.tools")
            .hint_opt(tdev_core::nearest::did_you_mean(unknown, known)));
        }
        let inputs: Vec<(String, Value)> = spec
            .input_schema
            .fields()
            .into_iter()
            .map(|f| (f.name, f.schema))
            .collect();
        let given = Given {
            inputs: &inputs,
            preferred: &[],
            avoided: &[],
        };
        let library = self.workbench.library(components).await?;
        let found = self.workbench.compose(&spec.goal, &library, &given).await?;
        let found = composable(&spec, found)?;
        let taken: Vec<String> = catalog.newest().map(|c| c.name.clone()).collect();
        let name = match &spec.name {
            Some(name) => name.clone(),
            None => name::free(&name::derive(&found.draft), &taken),
        };
        let written = python::write(&name, &spec, &found.draft)?;
        let code_hash = self.deps.artifacts.put(written.code.as_bytes()).await?;
        let tools: Vec<String> = found
            .draft
            .nodes
            .iter()
            .map(|n| n.component.pinned().to_string())
            .collect();
        let provenance = json!({
            "mind": "composer", "spec": spec, "spec_hash": hash, "built_on": tools, "code_hash": code_hash,
            "reasons": found.reasons
        });
        let metadata = self.metadata(
            &name,
            &spec,
            &found,
            &written,
            code_hash,
            provenance.clone(),
        );
        metadata.validate()?;
        Ok(Generated {
            code: written.code,
            metadata,
            tests: spec.examples,
            provenance,
            reused: false,
        })
    }
}

impl Agno {
    fn metadata(
        &self,
        name: &str,
        spec: &AgentSpec,
        found: &Composition,
        written: &python::Written,
        code_hash: String,
        provenance: Value,
    ) -> Component {
        let nodes = &found.draft.nodes;
        let mut permissions: Vec<String> = Vec::new();
        for permission in nodes.iter().flat_map(|n| &n.component.permissions) {
            if !permissions.contains(permission) {
                permissions.push(permission.clone());
            }
        }
        Component {
            name: name.to_owned(),
            kind: Kind::Agent,
            version: semver::Version::new(1, 0, 0),
            version_id: VersionId::default(),
            status: Status::Experimental,
            description: spec.goal.clone(),
            brain_count: 1,
            reusability: Reusability::B,
            input_schema: written.input.clone(),
            output_schema: written.output.clone(),
            tools: written.tools.clone(),
            members: Vec::new(),
            tags: tags(spec),
            permissions,
            secrets: Vec::new(),
            class_path: Some(format!("generated.{}.{name}", snake_case(name))),
            path: None,
            code_hash: Some(code_hash),
            owner: Some("Agno".to_owned()),
            created_at: Some(self.deps.clock.now()),
            runtime: Runtime::Python,
            side_effects: nodes.iter().any(|n| n.component.side_effects),
            timeout_seconds: None,
            examples: spec
                .examples
                .iter()
                .filter(|e| e.output != json!({}))
                .cloned()
                .collect(),
            provenance: Some(provenance),
        }
    }
}

/// Search words: what the goal says.
fn tags(spec: &AgentSpec) -> Vec<String> {
    keywords(&spec.goal).into_iter().take(8).collect()
}

/// Holds a composition to its spec: everything covered, everything asked for given.
fn composable(spec: &AgentSpec, found: Composition) -> Result<Composition> {
    let missing = |message: String| {
        Error::new(Code::CapabilityMissing, message)
            .field("spec.goal")
            .hint("without a model an agent is composed from registered components only; `tdev init tool` starts what is missing")
    };
    if found.draft.nodes.is_empty() || !found.uncovered.is_empty() {
        let what = if found.uncovered.is_empty() {
            spec.goal.clone()
        } else {
            found.uncovered.join("” and “")
        };
        return Err(missing(format!("no component covers “{what}”")));
    }
    let known = spec.input_schema.fields();
    if spec.input_schema.is_described()
        && let Some(lacking) = found
            .draft
            .inputs
            .iter()
            .find(|f| known.iter().all(|k| k.name != f.name))
    {
        return Err(missing(format!(
            "nothing in the spec gives `{}` ({})",
            lacking.name,
            lacking.type_name()
        ))
        .field("spec.input_schema"));
    }
    Ok(found)
}
