//! The model mind: a body that must be invented is written by a language model, inspected and tried
//! like anything else, and given back with what was found at most twice.

mod prompt;

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};
use tdev_core::agent_io::Generated;
use tdev_core::component::{Component, Kind};
use tdev_core::model::{
    Content, Message, ModelReply, ModelRequest, ModelTool, Role, StopReason, ToolChoice, Usage,
};
use tdev_core::ports::{LanguageModel, Scope};
use tdev_core::schema::{Fit, fit};
use tdev_core::{Code, Error, Result};

use super::candidate::{Origin, Written, kind_of};
use super::{Work, hash_of, name};
use crate::classifier::{check_source, classify};

/// How often a model may try: once, and twice with what was found.
const TRIES: u32 = 3;

/// Components it is told of.
const SHORTLIST: usize = 12;

/// The longest answer, in tokens.
const MOST_TOKENS: u32 = 8_000;

/// The tool it answers by.
const ANSWER: &str = "write_component";

#[derive(Deserialize)]
struct Answer {
    code: String,
    #[serde(default)]
    explanation: String,
}

/// Has a model write what the spec asks for.
///
/// # Errors
/// What the model's port says; `ModelRefused`; `ModelInvalid` where nothing it wrote can be used,
/// with what was found.
pub(super) async fn write(
    work: &Work<'_>,
    model: &dyn LanguageModel,
    usable: &[Arc<Component>],
) -> Result<Generated> {
    let kind = kind_of(&work.spec, Kind::Tool);
    let name = match &work.spec.name {
        Some(name) => name.clone(),
        None => name::free(
            &name::with_kind(&name::of_goal(&work.spec.goal), kind),
            &work.taken,
        ),
    };
    let offered = offered(work, usable).await?;
    let asked = prompt::user(&work.spec, &name, kind, &offered);
    let prompt_hash = hash_of(&format!("{}\n{asked}", prompt::SYSTEM));
    let mut messages = vec![Message::user(asked)];
    let mut usage = Usage::default();
    let mut found = Vec::new();
    for attempt in 1..=TRIES {
        let reply = model
            .converse(&request(messages.clone()), &scope_of(&work.scope, attempt), &())
            .await?;
        usage.input_tokens += reply.usage.input_tokens;
        usage.output_tokens += reply.usage.output_tokens;
        let (asking, answer) = read(&reply)?;
        found = match answer {
            Err(why) => vec![why],
            Ok(answer) => match inspected(work, &name, kind, &offered, &answer) {
                Err(findings) => findings,
                Ok(written) => {
                    let origin = Origin {
                        mind: "model",
                        facts: json!({
                            "model": model.card().id, "prompt": prompt::NAME,
                            "prompt_hash": prompt_hash, "attempts": attempt, "usage": usage,
                            "tools": written.tools, "reasons": [answer.explanation],
                        }),
                    };
                    match work.tried(kind, written, origin).await? {
                        Ok((generated, _)) => return Ok(generated),
                        Err(why) => vec![why],
                    }
                }
            },
        };
        messages.extend(given_back(reply, asking, &found));
    }
    Err(Error::new(
        Code::ModelInvalid,
        format!(
            "what `{}` wrote cannot be used after {TRIES} tries: {}",
            model.card().id,
            found.first().map_or("it wrote nothing", String::as_str)
        ),
    )
    .field("spec.goal")
    .hint("say more in the goal, or give more examples; `tdev init tool` starts it by hand")
    .details(json!({"findings": found, "model": model.card().id, "prompt": prompt::NAME, "prompt_hash": prompt_hash})))
}

fn request(messages: Vec<Message>) -> ModelRequest {
    ModelRequest {
        system: prompt::SYSTEM.to_owned(),
        messages,
        tools: vec![ModelTool {
            name: ANSWER.to_owned(),
            description: "Hands in the component".to_owned(),
            input_schema: json!({
                "type": "object",
                "properties": {
                    "code": {"type": "string", "description": "The whole Python file"},
                    "explanation": {"type": "string", "description": "How it works, in one or two sentences"}
                },
                "required": ["code", "explanation"],
                "additionalProperties": false
            }),
        }],
        choice: ToolChoice::Named(ANSWER.to_owned()),
        max_tokens: MOST_TOKENS,
        temperature: None,
    }
}

/// Each try is a call of its own, the same when the whole is repeated.
fn scope_of(scope: &Scope, attempt: u32) -> Scope {
    Scope {
        idempotency_token: format!("{}.write{attempt}", scope.idempotency_token)
            .trim_start_matches('.')
            .to_owned(),
        ..scope.clone()
    }
}

/// The components it may build on, those that the goal may need.
async fn offered(work: &Work<'_>, usable: &[Arc<Component>]) -> Result<Vec<Arc<Component>>> {
    let found = work
        .deps
        .retriever
        .shortlist(&work.spec.goal, usable, SHORTLIST, |_| true)
        .await?;
    Ok(found.candidates.into_iter().map(|c| c.component).collect())
}

/// What a reply hands in: the id it is to be answered under, and the answer or what is wrong.
fn read(reply: &ModelReply) -> Result<(Option<String>, Result<Answer, String>)> {
    if reply.stop == StopReason::Refused {
        return Err(Error::new(
            Code::ModelRefused,
            "the model declined to write this component",
        )
        .field("spec.goal")
        .hint("say the goal in other words, or write it by hand: `tdev init tool`"));
    }
    let asked = reply.tool_uses().find(|(_, name, _)| *name == ANSWER);
    let id = asked.map(|(id, _, _)| id.to_owned());
    if reply.stop == StopReason::MaxTokens {
        let why = format!("the answer was cut off at {MOST_TOKENS} tokens; write a shorter file");
        return Ok((id, Err(why)));
    }
    let answer = match asked {
        None => Err(format!("there was no call of `{ANSWER}`; answer by it")),
        Some((_, _, input)) => serde_json::from_value::<Answer>(input.clone())
            .map_err(|fault| format!("the input of `{ANSWER}` does not fit its schema: {fault}")),
    };
    Ok((id, answer))
}

/// The next two messages: what it said, and what was found.
fn given_back(reply: ModelReply, asking: Option<String>, found: &[String]) -> [Message; 2] {
    let mut content = reply.content;
    if content.is_empty() {
        content.push(Content::Text("(nothing)".to_owned()));
    }
    let told = prompt::findings(found);
    // Whoever asks for tools wants every one of them answered.
    let mut answers: Vec<Content> = content
        .iter()
        .filter_map(|piece| match piece {
            Content::ToolUse { id, .. } => Some(Content::ToolResult {
                id: id.clone(),
                content: if Some(id) == asking.as_ref() {
                    Value::String(told.clone())
                } else {
                    json!("not done: hand in one component, once")
                },
                failed: true,
            }),
            _ => None,
        })
        .collect();
    if asking.is_none() {
        answers.push(Content::Text(told));
    }
    [
        Message {
            role: Role::Assistant,
            content,
        },
        Message {
            role: Role::User,
            content: answers,
        },
    ]
}

/// Everything that can be known of the answer without running it.
fn inspected(
    work: &Work<'_>,
    name: &str,
    kind: Kind,
    offered: &[Arc<Component>],
    answer: &Answer,
) -> Result<Written, Vec<String>> {
    let code = format!("{}\n", answer.code.trim_end());
    let findings = check_source(&code).map_err(|e| vec![e.message])?;
    if !findings.is_empty() {
        return Err(findings
            .iter()
            .map(|f| format!("line {}: {}", f.line, f.message))
            .collect());
    }
    let class = classify(&code, None).map_err(|e| vec![e.message])?;
    let mut found = Vec::new();
    if class.name != name || class.component_type != kind {
        found.push(format!(
            "it must be the {} `{name}`, and it is the {} `{}`",
            kind.as_str(),
            class.component_type.as_str(),
            class.name
        ));
    }
    for tool in &class.tools {
        if offered.iter().all(|c| c.name != *tool) {
            found.push(format!("`{tool}` is none of the components that may be called"));
        }
    }
    let spec = &work.spec;
    let outputs = class.output_schema.fields();
    for want in spec.output_schema.fields().iter().filter(|f| f.required) {
        let given = outputs.iter().find(|out| out.name == want.name);
        match given.map(|out| fit(&out.schema, &want.schema)) {
            None if class.output_schema.is_described() => {
                found.push(format!("it does not return `{}`", want.name));
            }
            Some(Fit::No(why)) => found.push(format!("`{}`: {why}", want.name)),
            _ => {}
        }
    }
    for need in class.input_schema.fields().iter().filter(|f| f.required) {
        if spec.input_schema.is_described() && spec.input_schema.field(&need.name).is_none() {
            found.push(format!("it needs `{}`, which nobody gives", need.name));
        }
    }
    if !found.is_empty() {
        return Err(found);
    }
    let called: Vec<&Arc<Component>> = offered
        .iter()
        .filter(|c| class.tools.contains(&c.name))
        .collect();
    let mut permissions = class.permissions;
    for permission in called.iter().flat_map(|c| &c.permissions) {
        if !permissions.contains(permission) {
            permissions.push(permission.clone());
        }
    }
    let or = |said: &tdev_core::schema::Schema, read: tdev_core::schema::Schema| {
        if said.is_described() { said.clone() } else { read }
    };
    Ok(Written {
        name: name.to_owned(),
        code,
        input: or(&spec.input_schema, class.input_schema),
        output: or(&spec.output_schema, class.output_schema),
        tools: class.tools,
        permissions,
        secrets: class.secrets,
        side_effects: called.iter().any(|c| c.side_effects),
    })
}
