//! What is said to a language model and what it answers, in the words of Bedrock's Converse API.

mod cost;
pub mod fence;
mod price;

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use cost::{Bill, Cost};
pub use price::{Price, Usage, in_dollars, micro_dollars};

/// One call of a model. The messages begin and end with the user's.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModelRequest {
    /// Who the model is and what it must do.
    pub system: String,
    /// The conversation so far.
    pub messages: Vec<Message>,
    /// What it may ask for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tools: Vec<ModelTool>,
    /// Whether it must ask for one of them.
    #[serde(default)]
    pub choice: ToolChoice,
    /// The most tokens it may answer with.
    pub max_tokens: u32,
    /// How freely it chooses its words; the model's own default where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub temperature: Option<f32>,
}

/// Who speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// We.
    User,
    /// The model.
    Assistant,
}

/// One turn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// Who speaks.
    pub role: Role,
    /// What is said, in order.
    pub content: Vec<Content>,
}

/// A piece of a turn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Content {
    /// Plain words.
    Text(String),
    /// The model asks for a tool.
    ToolUse {
        /// The name its answer goes by.
        id: String,
        /// Which tool.
        name: String,
        /// What it is given. Whatever the model wrote, checked by nobody yet.
        input: Value,
    },
    /// What the tool said.
    ToolResult {
        /// The asking piece's id.
        id: String,
        /// The answer, or the error.
        content: Value,
        /// Whether it is an error.
        failed: bool,
    },
}

/// What a model may ask for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModelTool {
    /// `[a-zA-Z0-9_-]`, at most 64 characters.
    pub name: String,
    /// What it does.
    pub description: String,
    /// JSON Schema of its input, an object.
    pub input_schema: Value,
}

/// Whether a model must ask for a tool.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ToolChoice {
    /// As it likes.
    #[default]
    Auto,
    /// For any one of them.
    Any,
    /// For the one of that name.
    Named(String),
}

/// Why a model stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StopReason {
    /// It had said what it had to say.
    EndTurn,
    /// It waits for a tool.
    ToolUse,
    /// It ran into `max_tokens`: what it said is cut off.
    MaxTokens,
    /// It, or a guardrail, declined.
    Refused,
}

/// What a model answered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModelReply {
    /// What it said, in order.
    pub content: Vec<Content>,
    /// Why it stopped.
    pub stop: StopReason,
    /// What was read and written.
    pub usage: Usage,
}

impl ModelReply {
    /// All it said in plain words.
    pub fn text(&self) -> String {
        self.content
            .iter()
            .filter_map(|piece| match piece {
                Content::Text(text) => Some(text.as_str()),
                _ => None,
            })
            .collect()
    }

    /// The tools it asks for: id, name and input.
    pub fn tool_uses(&self) -> impl Iterator<Item = (&str, &str, &Value)> {
        self.content.iter().filter_map(|piece| match piece {
            Content::ToolUse { id, name, input } => Some((id.as_str(), name.as_str(), input)),
            _ => None,
        })
    }
}

impl Message {
    /// Our words.
    pub fn user(text: impl Into<String>) -> Self {
        Self {
            role: Role::User,
            content: vec![Content::Text(text.into())],
        }
    }
}
