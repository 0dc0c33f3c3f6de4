//! The classifier: parses a component's source, never runs it, and says what decides in it, what
//! it takes and gives, what it would touch, and what it resembles.

mod actions;
mod allowed;
mod annotation;
mod applied;
mod asks;
mod aws;
mod calls;
mod classify;
mod credentials;
mod dead;
mod declared;
mod decode;
mod documented;
mod effects;
mod entry;
mod expressions;
mod frameworks;
mod given;
mod infer;
mod literal;
mod makes;
mod minds;
mod module;
mod objects;
mod policy;
mod reading;
mod returned;
mod running;
mod security;
mod settle;
mod signature;
mod similar;
mod source;
mod standard;
mod verdict;
mod vocabulary;
mod wire;
mod worded;
pub(crate) mod words;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use tdev_core::Result;
use tdev_core::agent_io::Classification;
use tdev_core::component::ComponentRef;
use tdev_core::ports::{Filter, Scope};

pub use classify::{classify, judge_file};
pub(crate) use credentials::secret_in;
pub use decode::decode;
pub use security::{Finding, check_source, enforce_source};

use crate::{Agent, Deps};

/// What the classifier is asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Input {
    /// Python source.
    pub code: String,
    /// Where it lies, relative to the project; helps to name what has no name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
}

/// The classifier agent.
pub struct Classifier {
    deps: Deps,
}

impl Classifier {
    /// A classifier that compares with what is registered.
    pub const fn new(deps: Deps) -> Self {
        Self { deps }
    }
}

#[async_trait]
impl Agent for Classifier {
    const NAME: &'static str = "classifier";
    type Input = Input;
    type Output = Classification;

    async fn run(&self, input: Input, _: Scope) -> Result<Classification> {
        let classify::Found {
            mut classification,
            returns,
        } = classify::read(
            &input.code,
            input.path.as_deref(),
            classify::Holds::Component,
        )?;
        // What hands on another component's output returns what that one does.
        if let Some(name) = returns
            && !classification.output_schema.is_described()
            && let Ok(component) = self
                .deps
                .registry
                .get(&ComponentRef {
                    name,
                    version: None,
                })
                .await
        {
            classification.output_schema = component.output_schema.clone();
        }
        let registered = self.deps.registry.list(&Filter::default()).await?;
        classification.similar_to =
            similar::similar_to(&classification, registered.iter().map(AsRef::as_ref));
        Ok(classification)
    }
}
