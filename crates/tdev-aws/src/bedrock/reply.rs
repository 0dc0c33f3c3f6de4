//! A reply out of the SDK's words, whole or in pieces.

use std::collections::BTreeMap;

use aws_sdk_bedrockruntime::operation::converse::ConverseOutput;
use aws_sdk_bedrockruntime::types::{
    ContentBlock, ContentBlockDelta, ContentBlockStart, ConverseOutput as Said,
    ConverseStreamOutput, StopReason as Stop, TokenUsage,
};
use serde_json::Value;
use tdev_core::model::{Content, ModelReply, StopReason, Usage};
use tdev_core::{Code, Error, Result};

use super::document;

/// The reply of Converse.
///
/// # Errors
/// `ModelInvalid` for what is none.
pub(super) fn whole(answer: ConverseOutput) -> Result<ModelReply> {
    let usage = answer.usage.as_ref().map(usage).ok_or_else(uncounted)?;
    let stop = stop(&answer.stop_reason)?;
    let Some(Said::Message(message)) = answer.output else {
        return Err(unreadable("an answer without a message"));
    };
    let content = message
        .content
        .into_iter()
        .filter_map(|block| match block {
            ContentBlock::Text(text) => Some(Content::Text(text)),
            ContentBlock::ToolUse(asked) => Some(Content::ToolUse {
                input: document::read(&asked.input),
                id: asked.tool_use_id,
                name: asked.name,
            }),
            // What it thought by itself, and what we did not ask for.
            _ => None,
        })
        .collect();
    Ok(ModelReply {
        content,
        stop,
        usage,
    })
}

/// What was heard of a stream so far.
#[derive(Default)]
pub(super) struct Streamed {
    blocks: BTreeMap<i32, Block>,
    stop: Option<StopReason>,
    usage: Option<Usage>,
}

enum Block {
    Text(String),
    Asked {
        id: String,
        name: String,
        input: String,
    },
}

impl Streamed {
    /// Takes one event in and returns the words in it.
    ///
    /// # Errors
    /// `ModelInvalid` for a reason to stop that is none.
    pub(super) fn hear(&mut self, event: ConverseStreamOutput) -> Result<Option<String>> {
        match event {
            ConverseStreamOutput::ContentBlockStart(begun) => {
                if let Some(ContentBlockStart::ToolUse(asked)) = begun.start {
                    let block = Block::Asked {
                        id: asked.tool_use_id,
                        name: asked.name,
                        input: String::new(),
                    };
                    self.blocks.insert(begun.content_block_index, block);
                }
            }
            ConverseStreamOutput::ContentBlockDelta(event) => {
                let at = event.content_block_index;
                match event.delta {
                    Some(ContentBlockDelta::Text(words)) => {
                        // A text is not announced; its first piece begins it.
                        let block = self.blocks.entry(at);
                        if let Block::Text(text) =
                            block.or_insert_with(|| Block::Text(String::new()))
                        {
                            text.push_str(&words);
                        }
                        return Ok(Some(words));
                    }
                    Some(ContentBlockDelta::ToolUse(piece)) => {
                        if let Some(Block::Asked { input, .. }) = self.blocks.get_mut(&at) {
                            input.push_str(&piece.input);
                        }
                    }
                    _ => {}
                }
            }
            ConverseStreamOutput::MessageStop(event) => {
                self.stop = Some(stop(&event.stop_reason)?);
            }
            ConverseStreamOutput::Metadata(event) => {
                self.usage = event.usage.as_ref().map(usage);
            }
            _ => {}
        }
        Ok(None)
    }

    /// The whole reply.
    ///
    /// # Errors
    /// `ModelUnavailable` where it was cut off; `ModelInvalid` where nothing was counted.
    pub(super) fn whole(self) -> Result<ModelReply> {
        let Some(stop) = self.stop else {
            return Err(Error::new(
                Code::ModelUnavailable,
                "the answer of the language model was cut off on the way",
            ));
        };
        let content = self.blocks.into_values().map(|block| match block {
            Block::Text(text) => Content::Text(text),
            Block::Asked { id, name, input } => Content::ToolUse {
                input: match input.trim() {
                    "" => Value::Object(serde_json::Map::new()),
                    // What is no JSON is handed on as text: it fits no schema, and the caller
                    // can tell the model so.
                    text => {
                        serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.into()))
                    }
                },
                id,
                name,
            },
        });
        Ok(ModelReply {
            content: content.collect(),
            stop,
            usage: self.usage.ok_or_else(uncounted)?,
        })
    }
}

fn stop(reason: &Stop) -> Result<StopReason> {
    Ok(match reason {
        Stop::EndTurn | Stop::StopSequence => StopReason::EndTurn,
        Stop::ToolUse => StopReason::ToolUse,
        Stop::MaxTokens | Stop::ModelContextWindowExceeded => StopReason::MaxTokens,
        Stop::ContentFiltered | Stop::GuardrailIntervened => StopReason::Refused,
        other => {
            return Err(unreadable(&format!(
                "an unusable reason to stop, `{}`",
                other.as_str()
            )));
        }
    })
}

/// What was read from or written to a cache was read too, and costs no more than that.
fn usage(tokens: &TokenUsage) -> Usage {
    let count = |tokens: i32| u64::try_from(tokens).unwrap_or(0);
    let cached = tokens.cache_read_input_tokens.map_or(0, count)
        + tokens.cache_write_input_tokens.map_or(0, count);
    Usage {
        input_tokens: count(tokens.input_tokens) + cached,
        output_tokens: count(tokens.output_tokens),
    }
}

fn uncounted() -> Error {
    unreadable("an answer that does not say what it cost")
}

fn unreadable(what: &str) -> Error {
    Error::new(Code::ModelInvalid, format!("Bedrock sent {what}"))
}
