//! Models on Amazon Bedrock: language models by its Converse and ConverseStream operations, and
//! [`titan`], which turns texts into vectors.

mod client;
mod document;
mod failure;
mod reply;
mod request;

pub mod titan;

use async_trait::async_trait;
use aws_config::SdkConfig;
use tdev_core::Result;
use tdev_core::model::{ModelReply, ModelRequest};
use tdev_core::ports::{LanguageModel, Listener, ModelCard, Scope};

use self::client::Lazy;
use self::reply::Streamed;

/// How an answer comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// In pieces, while it is written (ConverseStream).
    Streamed,
    /// In one piece (Converse), for models that cannot stream while they call tools.
    Whole,
}

/// One model on Bedrock.
pub struct Bedrock {
    card: ModelCard,
    manner: Manner,
    client: Lazy,
}

impl Bedrock {
    /// A model with the usual configuration, which is read when the first question is asked.
    pub fn lazy(card: ModelCard, manner: Manner, region: Option<&str>, url: Option<&str>) -> Self {
        Self {
            card,
            manner,
            client: Lazy::usual(region, url),
        }
    }

    /// A model with a configuration of the caller's.
    pub fn over(card: ModelCard, manner: Manner, config: SdkConfig) -> Self {
        Self {
            card,
            manner,
            client: Lazy::over(config),
        }
    }
}

#[async_trait]
impl LanguageModel for Bedrock {
    fn card(&self) -> &ModelCard {
        &self.card
    }

    async fn converse(
        &self,
        request: &ModelRequest,
        _scope: &Scope,
        listener: &dyn Listener,
    ) -> Result<ModelReply> {
        let client = self.client.get().await;
        let parts = request::parts(request)?;
        match self.manner {
            Manner::Whole => {
                let answer = client
                    .converse()
                    .model_id(&self.card.id)
                    .set_system(Some(parts.system))
                    .set_messages(Some(parts.messages))
                    .inference_config(parts.inference)
                    .set_tool_config(parts.tools)
                    .send()
                    .await
                    .map_err(|fault| failure::of(&fault))?;
                let reply = reply::whole(answer)?;
                listener.text(&reply.text());
                Ok(reply)
            }
            Manner::Streamed => {
                let mut answer = client
                    .converse_stream()
                    .model_id(&self.card.id)
                    .set_system(Some(parts.system))
                    .set_messages(Some(parts.messages))
                    .inference_config(parts.inference)
                    .set_tool_config(parts.tools)
                    .send()
                    .await
                    .map_err(|fault| failure::of(&fault))?;
                let mut streamed = Streamed::default();
                // Begun, it may be paid for: what breaks off now is not asked for again.
                while let Some(event) = answer
                    .stream
                    .recv()
                    .await
                    .map_err(|fault| failure::midway(&fault))?
                {
                    if let Some(piece) = streamed.hear(event)? {
                        listener.text(&piece);
                    }
                }
                streamed.whole()
            }
        }
    }
}
