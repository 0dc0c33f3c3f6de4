//! Titan's text embeddings on Amazon Bedrock, by its InvokeModel operation: one text a call.

use async_trait::async_trait;
use aws_config::SdkConfig;
use aws_sdk_bedrockruntime::primitives::Blob;
use futures::stream::{self, StreamExt as _, TryStreamExt as _};
use serde_json::{Value, json};
use tdev_core::model::{Price, Usage};
use tdev_core::ports::{Embedded, Embedder, EmbeddingModel};
use tdev_core::{Code, Error, Result};

use super::client::Lazy;
use super::failure;

/// The model's id. It has no versions of its weights beyond this.
pub const ID: &str = "amazon.titan-embed-text-v2:0";

/// The bytes of a text that are read. The model takes 8,192 tokens and refuses more, and a token is
/// a byte at least.
pub const LONGEST: usize = 8_192;

/// Calls at a time.
const AT_ONCE: usize = 8;

/// How long its vectors are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Length {
    /// 512 numbers.
    Half,
    /// 1,024 numbers.
    Full,
}

impl Length {
    /// How many numbers that is.
    pub const fn dimensions(self) -> usize {
        match self {
            Self::Half => 512,
            Self::Full => 1_024,
        }
    }
}

/// Amazon Titan Text Embeddings V2.
pub struct Titan {
    model: EmbeddingModel,
    price: Price,
    client: Lazy,
}

impl Titan {
    /// With the usual configuration, which is read when the first text comes.
    pub fn lazy(length: Length, price: Price, region: Option<&str>, url: Option<&str>) -> Self {
        Self::with(length, price, Lazy::usual(region, url))
    }

    /// With a configuration of the caller's.
    pub fn over(length: Length, price: Price, config: SdkConfig) -> Self {
        Self::with(length, price, Lazy::over(config))
    }

    fn with(length: Length, price: Price, client: Lazy) -> Self {
        Self {
            model: EmbeddingModel {
                name: ID.to_owned(),
                dimensions: length.dimensions(),
            },
            price,
            client,
        }
    }

    /// The vector of one text, and the tokens that were read. The service refuses a text without
    /// words, so it is not sent: it means nothing, and zeros are near nothing.
    async fn one(&self, text: &str) -> Result<(Vec<f32>, u64)> {
        if text.trim().is_empty() {
            return Ok((vec![0.0; self.model.dimensions], 0));
        }
        let body = json!({
            "inputText": text.get(..text.floor_char_boundary(LONGEST)).unwrap_or(text),
            "dimensions": self.model.dimensions,
            "normalize": true,
            "embeddingTypes": ["float"],
        });
        let answer = self
            .client
            .get()
            .await
            .invoke_model()
            .model_id(ID)
            .content_type("application/json")
            .accept("application/json")
            .body(Blob::new(body.to_string()))
            .send()
            .await
            .map_err(|fault| failure::of(&fault))?;
        let answer: Value =
            serde_json::from_slice(answer.body().as_ref()).map_err(|_| failure::unreadable())?;
        let vector = vector(&answer).ok_or_else(failure::unreadable)?;
        if vector.len() != self.model.dimensions {
            return Err(Error::new(
                Code::ModelInvalid,
                format!(
                    "`{ID}` was asked for {} numbers and gave {}",
                    self.model.dimensions,
                    vector.len()
                ),
            ));
        }
        let tokens = answer
            .get("inputTextTokenCount")
            .and_then(Value::as_u64)
            .ok_or_else(failure::unreadable)?;
        Ok((unit(vector).ok_or_else(failure::unreadable)?, tokens))
    }
}

#[async_trait]
impl Embedder for Titan {
    fn model(&self) -> &EmbeddingModel {
        &self.model
    }

    /// All of them or none.
    async fn embed(&self, texts: &[String]) -> Result<Embedded> {
        let calls = texts
            .iter()
            .cloned()
            .map(|text| async move { self.one(&text).await });
        let read: Vec<(Vec<f32>, u64)> =
            stream::iter(calls).buffered(AT_ONCE).try_collect().await?;
        let tokens = read.iter().map(|(_, tokens)| tokens).sum();
        Ok(Embedded {
            vectors: read.into_iter().map(|(vector, _)| vector).collect(),
            tokens,
            micro_dollars: self.price.of(Usage {
                input_tokens: tokens,
                output_tokens: 0,
            }),
        })
    }
}

/// The numbers of an answer; none where one of them is no number.
fn vector(answer: &Value) -> Option<Vec<f32>> {
    let numbers = answer.get("embedding")?.as_array()?;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "they were single precision before they were written down"
    )]
    let numbers = numbers.iter().map(|x| x.as_f64().map(|x| x as f32));
    numbers.collect()
}

/// At length 1, which being written down in digits takes a little from; none for what has no
/// direction.
fn unit(vector: Vec<f32>) -> Option<Vec<f32>> {
    let length = vector.iter().map(|x| x * x).sum::<f32>().sqrt();
    (length.is_finite() && length > 0.0).then(|| vector.into_iter().map(|x| x / length).collect())
}
