//! A language model that says what a test has it say, and remembers what it was asked.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use serde_json::Value;
use tdev_core::model::{Content, ModelReply, ModelRequest, Price, StopReason, Usage};
use tdev_core::ports::{LanguageModel, Listener, ModelCard, Scope};
use tdev_core::{Code, Error, Result};

type Mind = dyn Fn(usize, &ModelRequest) -> Result<ModelReply> + Send + Sync;

/// A model that answers by a function of the request and of how often it was asked before.
pub(crate) struct Scripted {
    card: ModelCard,
    mind: Box<Mind>,
    asked: Mutex<Vec<(ModelRequest, Scope)>>,
}

impl Scripted {
    pub(crate) fn by(
        mind: impl Fn(usize, &ModelRequest) -> Result<ModelReply> + Send + Sync + 'static,
    ) -> Arc<Self> {
        Arc::new(Self {
            card: ModelCard {
                id: "scripted-1".to_owned(),
                price: Price::default(),
            },
            mind: Box::new(mind),
            asked: Mutex::default(),
        })
    }

    /// One reply after the other; asked further, it is not there.
    pub(crate) fn says(replies: impl IntoIterator<Item = ModelReply>) -> Arc<Self> {
        let replies: Vec<ModelReply> = replies.into_iter().collect();
        Self::by(move |at, _| {
            let reply = replies.get(at).cloned();
            reply.ok_or_else(|| Error::new(Code::ModelUnavailable, "the script is over"))
        })
    }

    pub(crate) fn requests(&self) -> Vec<ModelRequest> {
        let asked = self.asked.lock().unwrap();
        asked.iter().map(|(request, _)| request.clone()).collect()
    }

    pub(crate) fn scopes(&self) -> Vec<Scope> {
        let asked = self.asked.lock().unwrap();
        asked.iter().map(|(_, scope)| scope.clone()).collect()
    }

    /// What the last request's newest message says, as JSON.
    pub(crate) fn told(&self) -> Value {
        let requests = self.requests();
        let last = requests.last().unwrap().messages.last().unwrap();
        serde_json::to_value(&last.content).unwrap()
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
        scope: &Scope,
        _: &dyn Listener,
    ) -> Result<ModelReply> {
        let at = {
            let mut asked = self.asked.lock().unwrap();
            asked.push((request.clone(), scope.clone()));
            asked.len() - 1
        };
        (self.mind)(at, request)
    }
}

const USAGE: Usage = Usage {
    input_tokens: 100,
    output_tokens: 10,
};

/// A reply in words.
pub(crate) fn says(text: &str) -> ModelReply {
    stopped(StopReason::EndTurn, vec![Content::Text(text.to_owned())])
}

/// A reply that asks for tools.
pub(crate) fn asks<const N: usize>(calls: [(&str, Value); N]) -> ModelReply {
    let content = calls
        .into_iter()
        .enumerate()
        .map(|(at, (name, input))| Content::ToolUse {
            id: format!("call-{at}"),
            name: name.to_owned(),
            input,
        });
    stopped(StopReason::ToolUse, content.collect())
}

pub(crate) fn stopped(stop: StopReason, content: Vec<Content>) -> ModelReply {
    ModelReply {
        content,
        stop,
        usage: USAGE,
    }
}
