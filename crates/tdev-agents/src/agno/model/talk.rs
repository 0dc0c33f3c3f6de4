//! A talk with a model until it hands in something that can be used: once, and twice with what was
//! found.

use serde::Deserialize;
use serde_json::{Value, json};
use tdev_core::model::{
    Content, Message, ModelReply, ModelRequest, ModelTool, Role, StopReason, ToolChoice, Usage,
};
use tdev_core::ports::{LanguageModel, Scope, content_hash};
use tdev_core::{Code, Error, Result};

use super::prompt::{Prompt, findings};

/// How often a model may try.
const TRIES: u32 = 3;

/// The longest answer, in tokens.
const MOST_TOKENS: u32 = 8_000;

/// The tool it answers by.
const ANSWER: &str = "write_component";

/// What a model hands in.
#[derive(Deserialize)]
pub(in crate::agno) struct Answer {
    pub(in crate::agno) code: String,
    #[serde(default)]
    pub(in crate::agno) explanation: String,
}

/// One talk.
pub(in crate::agno) struct Talk<'m> {
    model: &'m dyn LanguageModel,
    prompt: Prompt,
    prompt_hash: String,
    messages: Vec<Message>,
    /// What it said last, and the id that is answered under.
    last: Option<(ModelReply, Option<String>)>,
    found: Vec<String>,
    tries: u32,
    usage: Usage,
}

impl<'m> Talk<'m> {
    /// A talk that begins with this question.
    pub(in crate::agno) fn new(
        model: &'m dyn LanguageModel,
        prompt: Prompt,
        asked: String,
    ) -> Self {
        let prompt_hash = content_hash(format!("{}\n{asked}", prompt.system).as_bytes());
        Self {
            model,
            prompt,
            prompt_hash,
            messages: vec![Message::user(asked)],
            last: None,
            found: Vec::new(),
            tries: 0,
            usage: Usage::default(),
        }
    }

    /// What it hands in next; nothing once it has had all its tries. What cannot be read is given
    /// back here.
    ///
    /// # Errors
    /// What the model's port says; `ModelRefused`.
    pub(in crate::agno) async fn next(&mut self, scope: &Scope) -> Result<Option<Answer>> {
        while self.tries < TRIES {
            self.tries += 1;
            if let Some((reply, asking)) = self.last.take() {
                self.messages
                    .extend(given_back(reply, asking.as_ref(), &self.found));
            }
            let reply = self
                .model
                .converse(&self.request(), &scope_of(scope, self.tries), &())
                .await?;
            self.usage.input_tokens += reply.usage.input_tokens;
            self.usage.output_tokens += reply.usage.output_tokens;
            let (asking, answer) = read(&reply)?;
            self.last = Some((reply, asking));
            match answer {
                Ok(answer) => return Ok(Some(answer)),
                Err(why) => self.found = vec![why],
            }
        }
        Ok(None)
    }

    /// What is wrong with what it handed in.
    pub(in crate::agno) fn found(&mut self, found: Vec<String>) {
        self.found = found;
    }

    /// For provenance: model, prompt, what it cost and what it says of its work.
    pub(in crate::agno) fn facts(&self, answer: &Answer) -> Value {
        json!({
            "model": self.model.card().id, "prompt": self.prompt.name, "prompt_hash": self.prompt_hash,
            "attempts": self.tries, "usage": self.usage, "reasons": [answer.explanation],
        })
    }

    /// Nothing it handed in can be used.
    pub(in crate::agno) fn given_up(self) -> Error {
        let id = &self.model.card().id;
        Error::new(
            Code::ModelInvalid,
            format!(
                "what `{id}` wrote cannot be used after {TRIES} tries: {}",
                self.found
                    .first()
                    .map_or("it wrote nothing", String::as_str)
            ),
        )
        .field("spec.goal")
        .hint("say more in the goal, or give more examples; `tdev init tool` starts it by hand")
        .details(json!({
            "findings": self.found, "model": id, "prompt": self.prompt.name,
            "prompt_hash": self.prompt_hash,
        }))
    }

    fn request(&self) -> ModelRequest {
        ModelRequest {
            system: self.prompt.system.to_owned(),
            messages: self.messages.clone(),
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
fn given_back(reply: ModelReply, asking: Option<&String>, found: &[String]) -> [Message; 2] {
    let mut content = reply.content;
    if content.is_empty() {
        content.push(Content::Text("(nothing)".to_owned()));
    }
    let told = findings(found);
    // Whoever asks for tools wants every one of them answered.
    let mut answers: Vec<Content> = content
        .iter()
        .filter_map(|piece| match piece {
            Content::ToolUse { id, .. } => Some(Content::ToolResult {
                id: id.clone(),
                content: if Some(id) == asking {
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
