//! The ports of a project, as the core agents are given them.

use std::sync::Arc;

use async_trait::async_trait;
use aws_config::SdkConfig;
use tdev_agents::Deps;
use tdev_agents::retrieval::Retriever;
use tdev_aws::Home;
use tdev_aws::bedrock::titan::Titan;
use tdev_aws::serve::Spending;
use tdev_core::model::Price;
use tdev_core::ports::{
    Clock, Embedder, Engine, EngineOutcome, EngineRequest, LanguageModel, SystemClock,
};
use tdev_core::{Code, Error, Result};
use tdev_runtime::library::{self, WithLibrary};

use crate::config::Settings;
use crate::model;

/// What a function makes ports from.
pub(crate) struct Ground {
    pub(crate) sdk: SdkConfig,
    pub(crate) settings: Settings,
    /// Where models count what they cost.
    pub(crate) spending: Spending,
}

impl Ground {
    /// The stores of a project.
    pub(crate) fn home(&self, project: &str) -> Result<Home> {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let settings = &self.settings;
        Home::of(
            &self.sdk,
            settings.tables(),
            &settings.bucket,
            project,
            clock,
        )
    }

    /// The language model, where one is configured.
    pub(crate) fn model(&self, home: &Home) -> Result<Option<Arc<dyn LanguageModel>>> {
        let model = self.settings.model.as_ref();
        model
            .map(|model| model::language_model(model, &self.sdk, home, &self.spending))
            .transpose()
    }

    /// Everything an agent of that project may touch. Components run in their own function;
    /// workflows run in the executor's, by the engine it brings.
    pub(crate) fn deps(&self, project: &str) -> Result<Deps> {
        let home = self.home(project)?;
        Ok(Deps {
            registry: home.registry(library::components()?),
            artifacts: Arc::new(WithLibrary(home.artifacts())),
            workflows: home.workflows(),
            past: home.past_plans(),
            test_runs: home.test_runs(),
            approvals: home.approvals(),
            components: home.components(&self.settings.stack),
            engine: Arc::new(NoEngine),
            retriever: Arc::new(Retriever::new(self.embedder(), home.vectors())),
            model: self.model(&home)?,
            clock: Arc::new(SystemClock),
        })
    }

    /// What reads meanings: Titan, where it is configured.
    fn embedder(&self) -> Result<Arc<dyn Embedder>> {
        match self.settings.embeddings {
            // What meanings cost is in no run's ledger yet, so no price is asked for.
            Some(length) => Ok(Arc::new(Titan::over(
                length,
                Price::default(),
                self.sdk.clone(),
            ))),
            None => Err(Error::new(
                Code::Unsupported,
                "the functions have no model that reads meanings; components are found by their words",
            )
            .hint("deploy with `TitanDimensions`, 512 or 1024")),
        }
    }
}

/// That of functions which run no workflows: an engine is a tenth of a function's size.
struct NoEngine;

#[async_trait]
impl Engine for NoEngine {
    async fn run(&self, _: EngineRequest) -> Result<EngineOutcome> {
        Err(Error::new(
            Code::Unsupported,
            "only the function of the executor runs workflows",
        ))
    }
}
