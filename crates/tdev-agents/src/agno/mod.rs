//! Agno, the composer of components: from a spec to source and metadata, or to the component that
//! already is what the spec asks for. It registers nothing itself.
//!
//! Four ways, in this order: reuse ([`existing`]), composition ([`compose`]), the template
//! [`families`], and the language model where there is one ([`model`]). Whatever is proposed is
//! parsed and inspected, and put to the spec's examples in the sandbox ([`trial`]); the first that
//! holds is kept. Where none does, it says what was tried and what is missing.

mod candidate;
mod compose;
mod composed;
mod existing;
mod families;
mod literal;
mod model;
mod name;
mod refine;
mod review;
mod spec;
mod trial;
mod wish;

use std::sync::Arc;

use async_trait::async_trait;
use serde::Deserialize;
use serde_json::{Value, json};
use tdev_core::agent_io::{AgentSpec, Generated};
use tdev_core::component::{Component, Kind, Status};
use tdev_core::ports::Scope;
use tdev_core::{Code, Error, Result};

use crate::composer::Workbench;
use crate::{Agent, Deps};
pub use refine::{RefineRequest, Refined, Refiner};
pub use review::{Review, ReviewRequest, Reviewer};

use candidate::{Grounds, Origin, Written, kind_of, record, worked};
use trial::Trial;
use wish::Wish;

/// Candidates of one family that are tried, at most.
const MOST_CANDIDATES: usize = 16;

/// Writes components.
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

    async fn run(&self, request: GenerateRequest, scope: Scope) -> Result<Generated> {
        let spec = spec::read(match request.spec {
            SpecSource::Spec(spec) => *spec,
            SpecSource::Words(goal) => spec::of_words(goal),
        })?;
        let all: Vec<Arc<Component>> = self.deps.catalog().await?.newest().cloned().collect();
        let work = Work {
            deps: &self.deps,
            workbench: &self.workbench,
            hash: spec::hash(&spec),
            taken: all.iter().map(|c| c.name.clone()).collect(),
            spec,
            scope,
        };
        if let Some(found) = work.reuse(&all).await? {
            return Ok(found);
        }
        let usable = compose::usable(&work.spec, &all, request.allow_experimental)?;
        let mut tried: Vec<Attempt> = Vec::new();
        // Data that comes with a spec is what it is about.
        let found = if work.spec.attached.is_empty() {
            match work.composition(&usable, &mut tried).await? {
                Some(found) => Some(found),
                None => work.families(&mut tried).await?,
            }
        } else {
            match work.families(&mut tried).await? {
                Some(found) => Some(found),
                None => work.composition(&usable, &mut tried).await?,
            }
        };
        if let Some(found) = found {
            return Ok(found);
        }
        match &self.deps.model {
            Some(model) => model::write(&work, model.as_ref(), &usable).await,
            None => Err(work.nothing(&tried, &all)),
        }
    }
}

/// The template family that would write what a spec asks for from what the spec says alone, where
/// one would. Nothing is written or tried here.
pub(crate) fn family_for(spec: &AgentSpec) -> Option<&'static str> {
    let spec = spec::read(spec.clone()).ok()?;
    let wish = Wish::of(&spec);
    let said = |family: &&families::Family| {
        let sketches = (family.recognise)(&wish);
        sketches.is_ok_and(|all| all.iter().any(|s| s.grounds == Grounds::Said))
    };
    families::ALL.iter().find(said).map(|family| family.name)
}

/// A spec on its way to a component.
struct Work<'a> {
    deps: &'a Deps,
    workbench: &'a Workbench,
    spec: AgentSpec,
    hash: String,
    /// Names that are not free.
    taken: Vec<String>,
    scope: Scope,
}

/// What was tried, and why it was not kept.
struct Attempt {
    way: String,
    why: String,
    /// The hash of its source, where there was one that could be tried.
    artifact: Option<String>,
}

/// A candidate that is not kept.
struct Rejected {
    why: String,
    /// The hash of its source. It stays where a person can look at it, and nothing refers to it;
    /// what inspection finds something in is never stored.
    artifact: Option<String>,
}

impl Work<'_> {
    /// The component that covers the spec and holds its examples, where there is one.
    async fn reuse(&self, all: &[Arc<Component>]) -> Result<Option<Generated>> {
        let examples = worked(&self.spec);
        for cover in existing::covers(&self.spec, &self.hash, all) {
            let tried = trial::put_to(self.deps, &cover.component, &examples, &self.scope).await?;
            let mut because = cover.because;
            match tried {
                Trial::Failed(_) => continue,
                Trial::Held => because.push(format!("all {} examples hold", examples.len())),
                Trial::Untried(_) => {}
            }
            let code = match &cover.component.code_hash {
                Some(hash) => {
                    String::from_utf8_lossy(&self.deps.artifacts.get(hash).await?).into_owned()
                }
                None => String::new(),
            };
            return Ok(Some(Generated {
                code,
                metadata: (*cover.component).clone(),
                tests: cover.component.examples.clone(),
                provenance: json!({
                    "mind": "reuse", "component": cover.component.pinned().to_string(),
                    "score": cover.score, "because": because,
                }),
                reused: true,
            }));
        }
        Ok(None)
    }

    async fn composition(
        &self,
        usable: &[Arc<Component>],
        tried: &mut Vec<Attempt>,
    ) -> Result<Option<Generated>> {
        let mut failed = |why: String, artifact: Option<String>| {
            tried.push(Attempt {
                way: "composition".to_owned(),
                why,
                artifact,
            });
        };
        if self.spec.kind == Some(Kind::Tool) {
            let why = "what is composed of others is an agent, and a tool is asked for";
            failed(why.to_owned(), None);
            return Ok(None);
        }
        // What has proved itself is built on first.
        let stable: Vec<Arc<Component>> = usable
            .iter()
            .filter(|c| c.status == Status::Stable)
            .cloned()
            .collect();
        let proposed = match compose::propose(self, &stable).await? {
            Ok(proposed) => Ok(proposed),
            Err(_) => compose::propose(self, usable).await?,
        };
        match proposed {
            Err(why) => {
                failed(why, None);
                Ok(None)
            }
            Ok((written, origin)) => match self.tried(Kind::Agent, written, origin).await? {
                Ok((found, _)) => Ok(Some(found)),
                Err(rejected) => {
                    failed(rejected.why, rejected.artifact);
                    Ok(None)
                }
            },
        }
    }

    /// The first sketch of any family that holds the examples.
    async fn families(&self, tried: &mut Vec<Attempt>) -> Result<Option<Generated>> {
        let wish = Wish::of(&self.spec);
        let kind = kind_of(&self.spec, Kind::Tool);
        for family in families::ALL {
            let mut failed = |rejected: Rejected| {
                tried.push(Attempt {
                    way: format!("family {}", family.name),
                    why: rejected.why,
                    artifact: rejected.artifact,
                });
            };
            let sketches = match (family.recognise)(&wish) {
                Ok(sketches) => sketches,
                Err(why) => {
                    failed(Rejected {
                        why,
                        artifact: None,
                    });
                    continue;
                }
            };
            let mut last: Option<Rejected> = None;
            for sketch in sketches.iter().take(MOST_CANDIDATES) {
                let name = match &self.spec.name {
                    Some(name) => name.clone(),
                    None => name::free(&name::with_kind(&sketch.stem, kind), &self.taken),
                };
                let written = sketch.write(&name, &self.spec)?;
                match self.tried(kind, written, sketch.origin()).await? {
                    // What was read off examples is kept only where they were tried.
                    Ok((found, Trial::Untried(why))) if sketch.grounds == Grounds::Shown => {
                        last = Some(Rejected {
                            why: why.to_owned(),
                            artifact: found.metadata.code_hash,
                        });
                    }
                    Ok((found, _)) => return Ok(Some(found)),
                    Err(rejected) => {
                        last = last.or(Some(Rejected {
                            why: format!("{} ({})", rejected.why, sketch.why),
                            ..rejected
                        }));
                    }
                }
            }
            if let Some(rejected) = last {
                failed(rejected);
            }
        }
        Ok(None)
    }

    /// Stores, inspects and tries what was written; why not, where it is not to be kept.
    async fn tried(
        &self,
        kind: Kind,
        written: Written,
        origin: Origin,
    ) -> Result<Result<(Generated, Trial), Rejected>> {
        let rejected = |why: String, artifact: Option<&str>| {
            Ok(Err(Rejected {
                why,
                artifact: artifact.map(str::to_owned),
            }))
        };
        if let Err(found) = trial::inspect(&written) {
            return rejected(found.message, None);
        }
        let code_hash = self.deps.artifacts.put(written.code.as_bytes()).await?;
        let provenance = self.provenance(&origin, &code_hash);
        let metadata = record(
            &self.spec,
            kind,
            &written,
            &code_hash,
            provenance.clone(),
            self.deps.clock.now(),
        );
        if let Err(fault) = metadata.validate() {
            return rejected(fault.message, Some(&code_hash));
        }
        let examples = worked(&self.spec);
        match trial::put_to(self.deps, &metadata, &examples, &self.scope).await? {
            Trial::Failed(why) => rejected(why, Some(&code_hash)),
            trial => Ok(Ok((
                Generated {
                    code: written.code,
                    metadata,
                    tests: self.spec.examples.clone(),
                    provenance,
                    reused: false,
                },
                trial,
            ))),
        }
    }

    /// How a component came to be.
    fn provenance(&self, origin: &Origin, code_hash: &str) -> Value {
        let mut all = json!({
            "mind": origin.mind, "spec": self.spec, "spec_hash": self.hash, "code_hash": code_hash,
        });
        if let (Some(all), Some(facts)) = (all.as_object_mut(), origin.facts.as_object()) {
            all.extend(facts.clone());
        }
        all
    }

    /// Nothing can be written: what was tried, and what would help.
    fn nothing(&self, tried: &[Attempt], all: &[Arc<Component>]) -> Error {
        let told: Vec<Value> = tried
            .iter()
            .map(|a| match &a.artifact {
                Some(hash) => json!({"way": a.way, "why_not": a.why, "artifact": hash}),
                None => json!({"way": a.way, "why_not": a.why}),
            })
            .collect();
        let telling = tried
            .iter()
            .find(|a| a.why.starts_with("example "))
            .or_else(|| {
                let composed = self.spec.kind != Some(Kind::Tool);
                tried.iter().find(|a| composed && a.way == "composition")
            })
            .map_or_else(String::new, |a| format!("; {}: {}", a.way, a.why));
        let near = existing::near(&self.spec.goal, all, 3);
        let nearest = match near.as_slice() {
            [] => String::new(),
            names => format!("the nearest is `{}`; ", names.join("`, then `")),
        };
        let next = if worked(&self.spec).is_empty() {
            "give examples of input and output, attach the table or description it needs, configure a model, or start it by hand with `tdev init tool`"
        } else {
            "say more in the goal, give more examples, configure a model, or start it by hand with `tdev init tool`"
        };
        Error::new(
            Code::CapabilityMissing,
            format!(
                "nothing here can do “{}”{telling}",
                candidate_goal(&self.spec.goal)
            ),
        )
        .field("spec.goal")
        .hint(format!("{nearest}{next}"))
        .details(json!({"goal": self.spec.goal, "near": near, "tried": told, "model": "none is configured"}))
    }
}

/// A goal in one short line.
fn candidate_goal(goal: &str) -> String {
    let line = literal::one_line(goal);
    match line.char_indices().nth(120) {
        Some((cut, _)) => format!("{}…", line.get(..cut).unwrap_or_default()),
        None => line,
    }
}
