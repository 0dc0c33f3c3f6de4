//! What an invocation spends on language models, counted where they are asked.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use tdev_core::Result;
use tdev_core::model::{ModelReply, ModelRequest, Price, Usage};
use tdev_core::ports::{LanguageModel, Listener, ModelCard, Scope};

/// What models were paid since it was last taken. A function has one invocation at a time, so that
/// is what the invocation spent.
#[derive(Clone, Default)]
pub struct Spending(Arc<Mutex<Option<Spent>>>);

/// Calls of models, together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Spent {
    pub(super) calls: u64,
    pub(super) usage: Usage,
    /// In millionths of a dollar.
    pub(super) micro_dollars: u64,
}

impl Spending {
    fn add(&self, usage: Usage, micro_dollars: u64) {
        let mut spent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let sum = spent.get_or_insert_default();
        sum.calls += 1;
        sum.usage.input_tokens += usage.input_tokens;
        sum.usage.output_tokens += usage.output_tokens;
        sum.micro_dollars += micro_dollars;
    }

    /// What was spent, if any model was asked; from here on it is counted anew.
    pub(super) fn take(&self) -> Option<Spent> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// A model whose answers are counted. It stands under the meter: what the ledger answers was paid
/// for before.
pub struct Counted {
    /// The model that is asked.
    pub model: Arc<dyn LanguageModel>,
    /// What it costs; nothing where that is not known.
    pub price: Price,
    /// Where it is counted.
    pub spending: Spending,
}

#[async_trait]
impl LanguageModel for Counted {
    fn card(&self) -> &ModelCard {
        self.model.card()
    }

    async fn converse(
        &self,
        request: &ModelRequest,
        scope: &Scope,
        listener: &dyn Listener,
    ) -> Result<ModelReply> {
        let reply = self.model.converse(request, scope, listener).await?;
        self.spending.add(reply.usage, self.price.of(reply.usage));
        Ok(reply)
    }
}
