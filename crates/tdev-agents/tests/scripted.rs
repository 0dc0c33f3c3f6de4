//! A language model that answers by script.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use tdev_core::Result;
use tdev_core::model::{Content, ModelReply, ModelRequest, Price, StopReason, Usage};
use tdev_core::ports::{LanguageModel, Listener, ModelCard, Scope};

/// A model that says what the script says, and remembers what it was asked.
pub(crate) struct Scripted {
    card: ModelCard,
    answers: Mutex<VecDeque<Result<ModelReply>>>,
    asked: Mutex<Vec<ModelRequest>>,
}

impl Scripted {
    pub(crate) fn of(answers: Vec<Result<ModelReply>>) -> Arc<Self> {
        Arc::new(Self {
            card: ModelCard {
                id: "scripted-1".into(),
                price: Price {
                    input: 1_000_000,
                    output: 10_000_000,
                },
            },
            answers: Mutex::new(answers.into()),
            asked: Mutex::default(),
        })
    }

    pub(crate) fn asked(&self) -> Vec<ModelRequest> {
        self.asked.lock().unwrap().clone()
    }
}

#[async_trait]
impl LanguageModel for Scripted {
    fn card(&self) -> &ModelCard {
        &self.card
    }

    async fn converse(
        &self,
        request: &ModelRequest,
        _: &Scope,
        _: &dyn Listener,
    ) -> Result<ModelReply> {
        self.asked.lock().unwrap().push(request.clone());
        let answer = self.answers.lock().unwrap().pop_front();
        answer.expect("asked more often than scripted")
    }
}

pub(crate) fn reply(content: Vec<Content>, stop: StopReason) -> Result<ModelReply> {
    Ok(ModelReply {
        content,
        stop,
        usage: Usage {
            input_tokens: 1_000,
            output_tokens: 100,
        },
    })
}

/// All that a model was told, as one text.
pub(crate) fn told(request: &ModelRequest) -> String {
    serde_json::to_string(request).unwrap()
}
