//! Language models, and the ledger that keeps their cost within a run's budget.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::Scope;
use crate::model::{ModelReply, ModelRequest, Price, Usage, in_dollars};
use crate::{Code, Error, Result};

/// Which model answers, and for how much.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelCard {
    /// The provider's id of it, as it stands in provenance and in the ledger.
    pub id: String,
    /// What it asks for its work. Nothing where it runs on one's own machine.
    pub price: Price,
}

/// Hears a reply while it is written.
pub trait Listener: Send + Sync {
    /// The next few words.
    fn text(&self, piece: &str);
}

/// Hears nothing.
impl Listener for () {
    fn text(&self, _: &str) {}
}

/// A language model, wherever it runs.
#[async_trait]
pub trait LanguageModel: Send + Sync {
    /// Which one it is, the same for as long as this lives.
    fn card(&self) -> &ModelCard;

    /// Answers once. What the model asks of tools is for the caller to do and to answer in a
    /// further request.
    ///
    /// # Errors
    /// `ModelUnavailable` and `ModelThrottled` when retries were of no use; `ModelRefused`;
    /// `ModelInvalid` where the answer cannot be read; `BudgetExceeded` before anything is sent.
    async fn converse(
        &self,
        request: &ModelRequest,
        scope: &Scope,
        listener: &dyn Listener,
    ) -> Result<ModelReply>;
}

/// One call in the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Charge {
    /// The run.
    pub run_id: String,
    /// What the same call made again goes by.
    pub key: String,
    /// The step, where there is one.
    pub step: String,
    /// The model's id.
    pub model: String,
    /// What was read and written; nothing while it is under way.
    pub usage: Usage,
    /// What it cost in millionths of a dollar; the most it can cost while it is under way.
    pub micro_dollars: u64,
    /// Whether the model has a price; without one nothing is known of the cost.
    pub priced: bool,
    /// Whether the cost is known.
    pub settled: bool,
}

impl Charge {
    /// What is said where the call would take a run beyond its limit (in millionths of a dollar).
    pub fn exceeds(&self, limit: u64, spent: u64) -> Error {
        let left = in_dollars(limit.saturating_sub(spent));
        Error::new(
            Code::BudgetExceeded,
            format!(
                "the next call of `{}` may cost {}, and of {} the run has {left} left",
                self.model,
                in_dollars(self.micro_dollars),
                in_dollars(limit),
            ),
        )
        .hint("give the run more with --max-cost-usd, or change `max_cost_usd` under [models]")
    }
}

/// How a call that is about to be made stands.
#[derive(Debug, Clone, PartialEq)]
pub enum Reserved {
    /// It is charged and may be made.
    Granted,
    /// It was made before, and this was the answer: there is nothing to make and to charge again.
    Answered(ModelReply),
}

/// What runs have spent on models. A call is charged with the most it can cost before it is made,
/// and with what it did cost after; one that nobody settles stays charged in full, whatever else
/// becomes of the run.
#[async_trait]
pub trait Ledger: Send + Sync {
    /// Charges a call that is about to be made, if the run's charges with it stay within `limit`
    /// (millionths of a dollar; none is no limit). All of it or nothing, whoever else charges. A
    /// call of that run and key that was settled is answered from here. One that was begun and
    /// never settled may have been paid for: it stays charged, and this one comes on top.
    ///
    /// # Errors
    /// `BudgetExceeded`, naming what is left; then nothing is charged.
    async fn reserve(&self, charge: &Charge, limit: Option<u64>) -> Result<Reserved>;

    /// Replaces what the call of that run and key was last charged with by what it did cost, and
    /// keeps the answer.
    async fn settle(&self, charge: &Charge, reply: &ModelReply) -> Result<()>;

    /// Takes back what the call of that run and key was last charged with: it is known to have
    /// cost nothing.
    async fn release(&self, charge: &Charge) -> Result<()>;

    /// The charges of a run, oldest first.
    async fn of(&self, run_id: &str) -> Result<Vec<Charge>>;
}
