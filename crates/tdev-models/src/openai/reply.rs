//! A reply put together from the pieces it is streamed in.

use serde::Deserialize;
use serde_json::Value;
use tdev_core::model::{Content, ModelReply, StopReason, Usage};
use tdev_core::{Code, Error, Result};

use super::failure::line;

/// Tools asked for in one reply; more is a model gone astray.
const MOST_TOOLS: usize = 64;

/// One event of the stream, or the whole answer of a server that does not stream.
#[derive(Deserialize)]
struct Chunk {
    #[serde(default)]
    choices: Vec<Choice>,
    usage: Option<Tokens>,
    error: Option<Value>,
}

#[derive(Deserialize)]
struct Choice {
    #[serde(alias = "message")]
    delta: Option<Delta>,
    finish_reason: Option<String>,
}

#[derive(Deserialize)]
struct Delta {
    content: Option<String>,
    refusal: Option<String>,
    tool_calls: Option<Vec<Call>>,
}

#[derive(Deserialize)]
struct Call {
    index: Option<usize>,
    id: Option<String>,
    function: Option<Function>,
}

#[derive(Deserialize)]
struct Function {
    name: Option<String>,
    arguments: Option<Value>,
}

#[derive(Deserialize)]
struct Tokens {
    prompt_tokens: u64,
    completion_tokens: u64,
}

#[derive(Default)]
struct Asked {
    id: String,
    name: String,
    arguments: String,
}

/// What was heard so far.
#[derive(Default)]
pub(super) struct Reply {
    words: String,
    refusal: String,
    asked: Vec<Asked>,
    finish: Option<String>,
    usage: Option<Usage>,
}

impl Reply {
    /// Takes one piece in and returns the words in it.
    ///
    /// # Errors
    /// `ModelInvalid` for what cannot be read; `ModelUnavailable` where the service gives up.
    pub(super) fn hear(&mut self, json: &str) -> Result<String> {
        let chunk: Chunk = serde_json::from_str(json)
            .map_err(|fault| unreadable(&format!("an answer that cannot be read: {fault}")))?;
        if let Some(error) = chunk.error.filter(|error| !error.is_null()) {
            let said = error.get("message").and_then(Value::as_str);
            let said = line(said.unwrap_or("no reason given"));
            return Err(Error::new(
                Code::ModelUnavailable,
                format!("the language model broke off: {said}"),
            ));
        }
        if let Some(tokens) = chunk.usage {
            self.usage = Some(Usage {
                input_tokens: tokens.prompt_tokens,
                output_tokens: tokens.completion_tokens,
            });
        }
        let mut said = String::new();
        // More than one was not asked for.
        let Some(choice) = chunk.choices.into_iter().next() else {
            return Ok(said);
        };
        if let Some(delta) = choice.delta {
            said = delta.content.unwrap_or_default();
            self.words.push_str(&said);
            self.refusal.push_str(&delta.refusal.unwrap_or_default());
            for call in delta.tool_calls.unwrap_or_default() {
                self.call(call)?;
            }
        }
        self.finish = choice.finish_reason.or(self.finish.take());
        Ok(said)
    }

    fn call(&mut self, call: Call) -> Result<()> {
        // A server that does not number its calls sends each one whole.
        let at = call.index.unwrap_or(self.asked.len());
        if at >= MOST_TOOLS {
            return Err(unreadable("more tool calls than can be meant"));
        }
        if at >= self.asked.len() {
            self.asked.resize_with(at + 1, Asked::default);
        }
        let Some(asked) = self.asked.get_mut(at) else {
            return Ok(());
        };
        if let Some(id) = call.id {
            asked.id = id;
        }
        if let Some(function) = call.function {
            asked.name.push_str(&function.name.unwrap_or_default());
            match function.arguments {
                Some(Value::String(text)) => asked.arguments.push_str(&text),
                Some(Value::Null) | None => {}
                Some(value) => asked.arguments.push_str(&value.to_string()),
            }
        }
        Ok(())
    }

    /// Whether the model has said why it stopped.
    pub(super) const fn finished(&self) -> bool {
        self.finish.is_some()
    }

    /// The whole reply to a request of `sent` bytes.
    ///
    /// # Errors
    /// `ModelUnavailable` where it was cut off; `ModelInvalid` for a reason to stop that is none.
    pub(super) fn whole(self, sent: usize) -> Result<ModelReply> {
        let Some(finish) = self.finish.clone() else {
            return Err(Error::new(
                Code::ModelUnavailable,
                "the answer of the language model was cut off on the way",
            ));
        };
        let stop = match finish.as_str() {
            _ if !self.refusal.is_empty() => StopReason::Refused,
            "content_filter" => StopReason::Refused,
            "length" => StopReason::MaxTokens,
            // Where one tool must be asked for, OpenAI says `stop`.
            "stop" | "tool_calls" | "function_call" | "eos" | "end_turn" => {
                if self.asked.is_empty() {
                    StopReason::EndTurn
                } else {
                    StopReason::ToolUse
                }
            }
            other => {
                return Err(unreadable(&format!(
                    "an unknown reason to stop, `{}`",
                    line(other)
                )));
            }
        };
        // Where nobody says what was read and written, the most it can have been: a token is at
        // least a byte.
        let usage = self.usage.unwrap_or_else(|| Usage {
            input_tokens: sent as u64,
            output_tokens: self.written(),
        });
        let mut content = Vec::new();
        let words = if self.refusal.is_empty() {
            self.words
        } else {
            self.refusal
        };
        if !words.is_empty() {
            content.push(Content::Text(words));
        }
        content.extend(self.asked.into_iter().enumerate().map(|(at, asked)| {
            let text = asked.arguments.trim();
            let input = match text {
                "" => Value::Object(serde_json::Map::new()),
                // What is no JSON is handed on as text: it fits no schema, and the caller can
                // tell the model so.
                text => serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.into())),
            };
            let id = if asked.id.is_empty() {
                format!("call-{at}")
            } else {
                asked.id
            };
            Content::ToolUse {
                id,
                name: asked.name,
                input,
            }
        }));
        Ok(ModelReply {
            content,
            stop,
            usage,
        })
    }

    fn written(&self) -> u64 {
        let asked: usize = self
            .asked
            .iter()
            .map(|asked| asked.name.len() + asked.arguments.len())
            .sum();
        (self.words.len() + self.refusal.len() + asked) as u64
    }
}

fn unreadable(what: &str) -> Error {
    Error::new(
        Code::ModelInvalid,
        format!("the language model sent {what}"),
    )
}
