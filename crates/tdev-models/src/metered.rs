//! A model that charges a run before it asks, and that asks nothing twice.

use std::sync::Arc;

use async_trait::async_trait;
use tdev_core::model::{ModelReply, ModelRequest, Price, Usage, micro_dollars};
use tdev_core::ports::{
    Charge, LanguageModel, Ledger, Listener, ModelCard, Reserved, RunStore, Scope, content_hash,
};
use tdev_core::{Code, Error, Result};
use uuid::Uuid;

/// What is known of a model's price.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pricing {
    /// It costs this.
    Known(Price),
    /// Nothing: what it costs cannot be held to a budget.
    Unknown,
}

/// What runs may spend.
#[async_trait]
pub trait Budgets: Send + Sync {
    /// The most a run may spend on models, in millionths of a dollar, where there is such.
    async fn limit(&self, run_id: &str) -> Result<Option<u64>>;
}

/// What each run was given, and never more than the project allows.
pub struct RunBudgets {
    /// Runs.
    pub runs: Arc<dyn RunStore>,
    /// What the project allows each run, in millionths of a dollar.
    pub most: Option<u64>,
}

#[async_trait]
impl Budgets for RunBudgets {
    async fn limit(&self, run_id: &str) -> Result<Option<u64>> {
        let given = match self.runs.get(run_id).await {
            Ok(run) => run.request.max_cost_usd,
            // What is asked outside of any run was given nothing of its own.
            Err(error) if error.code == Code::RunNotFound => None,
            Err(error) => return Err(error),
        };
        // An amount that is none is no budget at all, rather than no limit.
        let given = given.map(|dollars| micro_dollars(dollars).unwrap_or(0));
        Ok([given, self.most].into_iter().flatten().min())
    }
}

/// A model over another. Before each call it charges the run with the most the call can cost, and
/// after it with what it did cost. The same request under the same idempotency token is one call:
/// made again, after a crash or by a retry, it is answered from the ledger.
pub struct Metered {
    /// The model that is asked.
    pub model: Arc<dyn LanguageModel>,
    /// Its price.
    pub pricing: Pricing,
    /// Where it is charged.
    pub ledger: Arc<dyn Ledger>,
    /// What runs may spend.
    pub budgets: Arc<dyn Budgets>,
}

impl Metered {
    /// The charge of a call under way.
    fn charge(&self, request: &ModelRequest, scope: &Scope) -> Charge {
        let sent = serde_json::to_vec(request).unwrap_or_default();
        // Without a token nothing says that two calls are one.
        let work = if scope.idempotency_token.is_empty() {
            Uuid::new_v4().to_string()
        } else {
            scope.idempotency_token.clone()
        };
        let run_id = if scope.run_id.is_empty() {
            format!("ask:{work}")
        } else {
            scope.run_id.clone()
        };
        let model = self.model.card().id.clone();
        let asked = content_hash(&[model.as_bytes(), b"\0", &sent].concat());
        Charge {
            run_id,
            key: format!("{work}:{asked}"),
            step: scope.step.clone(),
            model,
            usage: Usage::default(),
            micro_dollars: match self.pricing {
                Pricing::Known(price) => price.at_most(request),
                Pricing::Unknown => 0,
            },
            priced: self.pricing != Pricing::Unknown,
            settled: false,
        }
    }
}

#[async_trait]
impl LanguageModel for Metered {
    fn card(&self) -> &ModelCard {
        self.model.card()
    }

    async fn converse(
        &self,
        request: &ModelRequest,
        scope: &Scope,
        listener: &dyn Listener,
    ) -> Result<ModelReply> {
        let mut charge = self.charge(request, scope);
        let limit = self.budgets.limit(&charge.run_id).await?;
        if limit.is_some() && self.pricing == Pricing::Unknown {
            return Err(Error::new(
                Code::BudgetExceeded,
                format!(
                    "what `{}` costs is not known, and the run has a budget",
                    charge.model
                ),
            )
            .hint("say it in tdev.toml under [models.price], in dollars per million tokens; 0 where it costs nothing"));
        }
        match self.ledger.reserve(&charge, limit).await? {
            Reserved::Answered(reply) => {
                listener.text(&reply.text());
                return Ok(reply);
            }
            Reserved::Granted => {}
        }
        match self.model.converse(request, scope, listener).await {
            Ok(reply) => {
                charge.usage = reply.usage;
                charge.micro_dollars = match self.pricing {
                    Pricing::Known(price) => price.of(reply.usage),
                    Pricing::Unknown => 0,
                };
                charge.settled = true;
                self.ledger.settle(&charge, &reply).await?;
                Ok(reply)
            }
            Err(error) => {
                if free(error.code) {
                    self.ledger.release(&charge).await?;
                }
                Err(error)
            }
        }
    }
}

/// Whether a call that ended so was certainly not paid for: it was not begun, or was turned away.
/// A model that did not answer in time, or not well, may have worked.
const fn free(code: Code) -> bool {
    matches!(
        code,
        Code::ModelThrottled
            | Code::ModelRefused
            | Code::ModelNotConfigured
            | Code::SecretNotFound
            | Code::InvalidConfig
            | Code::PermissionDenied
    )
}
