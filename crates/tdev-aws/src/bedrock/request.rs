//! A request in the SDK's words.

use aws_sdk_bedrockruntime::error::BuildError;
use aws_sdk_bedrockruntime::types::{
    AnyToolChoice, AutoToolChoice, ContentBlock, ConversationRole, InferenceConfiguration, Message,
    SpecificToolChoice, SystemContentBlock, Tool, ToolChoice, ToolConfiguration, ToolInputSchema,
    ToolResultBlock, ToolResultContentBlock, ToolResultStatus, ToolSpecification, ToolUseBlock,
};
use serde_json::{Value, json};
use tdev_core::model::{self, Content, ModelRequest, Role};
use tdev_core::{Code, Error, Result};

use super::document;

/// What both operations take.
pub(super) struct Parts {
    pub(super) system: Vec<SystemContentBlock>,
    pub(super) messages: Vec<Message>,
    pub(super) inference: InferenceConfiguration,
    pub(super) tools: Option<ToolConfiguration>,
}

/// Takes a request apart.
///
/// # Errors
/// `Internal` for one that the SDK does not take.
pub(super) fn parts(request: &ModelRequest) -> Result<Parts> {
    let system = match request.system.as_str() {
        "" => Vec::new(),
        words => vec![SystemContentBlock::Text(words.to_owned())],
    };
    let messages = request.messages.iter().map(message);
    let inference = InferenceConfiguration::builder()
        .max_tokens(i32::try_from(request.max_tokens).unwrap_or(i32::MAX))
        .set_temperature(request.temperature)
        .build();
    Ok(Parts {
        system,
        messages: messages.collect::<Result<_, _>>().map_err(refused)?,
        inference,
        tools: tools(request).map_err(refused)?,
    })
}

#[expect(clippy::needless_pass_by_value, reason = "it is mapped over")]
fn refused(fault: BuildError) -> Error {
    Error::new(
        Code::Internal,
        format!("the request is none that Bedrock takes: {fault}"),
    )
}

fn message(turn: &model::Message) -> Result<Message, BuildError> {
    let role = match turn.role {
        Role::User => ConversationRole::User,
        Role::Assistant => ConversationRole::Assistant,
    };
    let content = turn.content.iter().map(piece).collect::<Result<_, _>>()?;
    Message::builder()
        .role(role)
        .set_content(Some(content))
        .build()
}

fn piece(piece: &Content) -> Result<ContentBlock, BuildError> {
    Ok(match piece {
        Content::Text(text) => ContentBlock::Text(text.clone()),
        Content::ToolUse { id, name, input } => {
            // Bedrock takes objects alone; what was none is handed back inside one.
            let input = match input {
                Value::Object(_) => document::of(input),
                other => document::of(&json!({"unreadable": other})),
            };
            let used = ToolUseBlock::builder()
                .tool_use_id(id)
                .name(name)
                .input(input);
            ContentBlock::ToolUse(used.build()?)
        }
        Content::ToolResult {
            id,
            content,
            failed,
        } => {
            let said = match content {
                Value::String(text) => ToolResultContentBlock::Text(text.clone()),
                Value::Object(_) => ToolResultContentBlock::Json(document::of(content)),
                other => ToolResultContentBlock::Text(other.to_string()),
            };
            let status = if *failed {
                ToolResultStatus::Error
            } else {
                ToolResultStatus::Success
            };
            let result = ToolResultBlock::builder()
                .tool_use_id(id)
                .content(said)
                .status(status);
            ContentBlock::ToolResult(result.build()?)
        }
    })
}

fn tools(request: &ModelRequest) -> Result<Option<ToolConfiguration>, BuildError> {
    if request.tools.is_empty() {
        return Ok(None);
    }
    let choice = match &request.choice {
        model::ToolChoice::Auto => ToolChoice::Auto(AutoToolChoice::builder().build()),
        model::ToolChoice::Any => ToolChoice::Any(AnyToolChoice::builder().build()),
        model::ToolChoice::Named(name) => {
            ToolChoice::Tool(SpecificToolChoice::builder().name(name).build()?)
        }
    };
    let mut all = ToolConfiguration::builder().tool_choice(choice);
    for tool in &request.tools {
        let specification = ToolSpecification::builder()
            .name(&tool.name)
            .description(&tool.description)
            .input_schema(ToolInputSchema::Json(document::of(&tool.input_schema)))
            .build()?;
        all = all.tools(Tool::ToolSpec(specification));
    }
    all.build().map(Some)
}
