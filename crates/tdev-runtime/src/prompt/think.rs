//! The loop: a model is asked, what it asks for is done, until its answer fits or a bound is met.

use std::sync::Arc;

use serde_json::{Value, json};
use tdev_core::component::Component;
use tdev_core::model::{Content, Message, ModelReply, ModelRequest, Role, StopReason};
use tdev_core::ports::LanguageModel;
use tdev_core::{Code, Error, Result};

use super::budget::Budget;
use super::contract::{ANSWER, Contract, Last};
use super::repeats::Repeats;
use super::toolbox::{Ask, Toolbox, told};
use crate::runner::Passage;

/// How often an answer that does not fit goes back.
const MENDS: u32 = 2;

/// What a model is to do.
pub(crate) struct Brief<'a> {
    /// On whose account, for errors.
    pub(crate) who: &'a Component,
    pub(crate) model: Arc<dyn LanguageModel>,
    pub(crate) system: String,
    /// What was said before, and the question.
    pub(crate) messages: Vec<Message>,
    pub(crate) contract: Contract,
    pub(crate) limits: Limits,
}

/// What it may use; its tokens are a [`Budget`].
pub(crate) struct Limits {
    /// Where the bounds stand in the metadata.
    pub(crate) table: &'static str,
    /// What the bound on turns is called there.
    pub(crate) turns_field: &'static str,
    pub(crate) turns: u32,
    pub(crate) answer_tokens: u32,
    pub(crate) temperature: Option<f64>,
}

/// What becomes of a reply.
enum Next {
    /// It is the answer.
    Done(Value),
    /// This is said, and the model is asked again.
    Say(Vec<Content>),
    /// This is said, for an answer that does not fit.
    Mend(Error, Vec<Content>),
}

/// Asks until the answer fits. `work` is given an entry for every turn and every call.
pub(crate) fn think(
    brief: Brief<'_>,
    toolbox: &Toolbox,
    budget: &mut Budget,
    passage: &Passage,
    work: &mut Vec<Value>,
) -> Result<Value> {
    let Brief {
        who,
        model,
        system,
        messages,
        contract,
        limits,
    } = brief;
    let name = who.name.as_str();
    let mut tools = toolbox.offers();
    let callable = tools.len();
    tools.extend(contract.tool());
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a temperature needs no more"
    )]
    let temperature = limits.temperature.map(|given| given as f32);
    let mut request = ModelRequest {
        system,
        messages,
        tools,
        choice: contract.choice(Last::No, callable),
        max_tokens: limits.answer_tokens,
        temperature,
    };
    let mut repeats = Repeats::default();
    let mut misfits = 0;
    for turn in 1..=limits.turns {
        let last = if turn == limits.turns {
            Last::Yes
        } else {
            Last::No
        };
        request.choice = contract.choice(last, callable);
        let field = format!("{}.max_tokens", limits.table);
        request.max_tokens = budget.grant(&request, limits.answer_tokens, who, &field)?;
        let reply = converse(&*model, &request, name, passage)?;
        let usage = budget.spend(&request, &reply);
        let asked: Vec<&str> = reply.tool_uses().map(|(_, name, _)| name).collect();
        tracing::info!(
            target: "tdev::mind",
            component = name,
            run = %passage.scope.run_id,
            step = %passage.scope.step,
            model = %model.card().id,
            turn,
            input_tokens = usage.input_tokens,
            output_tokens = usage.output_tokens,
            ?asked,
            "a model answered"
        );
        work.push(json!({
            "turn": turn, "by": name, "model": model.card().id, "asked": asked,
            "input_tokens": usage.input_tokens, "output_tokens": usage.output_tokens,
        }));
        request.messages.push(said(&reply));
        let next = weigh(&reply, &contract, last, name)?;
        let content = match next {
            Next::Done(output) => return Ok(output),
            Next::Mend(error, _) if misfits == MENDS => {
                return Err(unusable(name, &error));
            }
            Next::Mend(_, content) => {
                misfits += 1;
                content
            }
            Next::Say(content) => content,
        };
        let content = if content.is_empty() {
            if last == Last::Yes {
                break;
            }
            let asks = reply.tool_uses().map(|(id, name, input)| Ask {
                id: id.to_owned(),
                name: name.to_owned(),
                input: input.clone(),
            });
            toolbox.perform(name, asks.collect(), &mut repeats, passage, work)?
        } else {
            content
        };
        request.messages.push(Message {
            role: Role::User,
            content,
        });
    }
    let field = format!("{}.{}", limits.table, limits.turns_field);
    Err(Error::new(
        Code::ComponentFailed,
        format!(
            "`{name}` has no answer after {} turns, which is all it has",
            limits.turns
        ),
    )
    .hint(format!("raise `{field}`, or give it less to do"))
    .field(field))
}

/// Decides what a reply is. Nothing to say means that its calls are to be made.
fn weigh(reply: &ModelReply, contract: &Contract, last: Last, who: &str) -> Result<Next> {
    let asks: Vec<(&str, &str, &Value)> = reply.tool_uses().collect();
    let back = |error: Error| {
        let content = if asks.is_empty() {
            let hint = error
                .hint
                .as_deref()
                .map_or_else(String::new, |hint| format!("; {hint}"));
            vec![Content::Text(format!(
                "That cannot be used: {}{hint}.",
                error.message
            ))]
        } else {
            asks.iter()
                .map(|(id, _, _)| told((*id).to_owned(), &error))
                .collect()
        };
        Next::Mend(error, content)
    };
    match reply.stop {
        StopReason::Refused => {
            let words: String = reply.text().trim().chars().take(300).collect();
            let words = words.replace('\n', " ");
            let why = if words.is_empty() {
                "and did not say why".to_owned()
            } else {
                format!("and said: {words}")
            };
            Err(Error::new(
                Code::ModelRefused,
                format!("`{who}`: the model declined, {why}"),
            ))
        }
        StopReason::MaxTokens => Ok(back(
            Error::new(
                Code::ModelInvalid,
                "your answer was cut off: it is too long",
            )
            .hint("be brief"),
        )),
        StopReason::EndTurn | StopReason::ToolUse => Ok(match asks.as_slice() {
            [] => match contract.words(&reply.text()) {
                Ok(output) => Next::Done(output),
                Err(error) => back(error),
            },
            [(_, ANSWER, input)] => match contract.fields((*input).clone()) {
                Ok(output) => Next::Done(output),
                Err(error) => back(error),
            },
            // In the last turn an answer counts, whatever stands beside it.
            many if last == Last::Yes => {
                let answer = many.iter().find(|(_, name, _)| *name == ANSWER);
                match answer.map(|(_, _, input)| contract.fields((*input).clone())) {
                    Some(Ok(output)) => Next::Done(output),
                    _ => Next::Say(Vec::new()),
                }
            }
            _ => Next::Say(Vec::new()),
        }),
    }
}

/// A reply as a message. A model that says nothing has still had its turn.
fn said(reply: &ModelReply) -> Message {
    let mut content: Vec<Content> = reply
        .content
        .iter()
        .filter(|piece| !matches!(piece, Content::ToolResult { .. }))
        .filter(|piece| !matches!(piece, Content::Text(text) if text.trim().is_empty()))
        .cloned()
        .collect();
    if content.is_empty() {
        content.push(Content::Text("(nothing)".to_owned()));
    }
    Message {
        role: Role::Assistant,
        content,
    }
}

fn unusable(who: &str, why: &Error) -> Error {
    let error = Error::new(
        Code::ModelInvalid,
        format!(
            "`{who}`: the model's answer did not fit after {MENDS} corrections: {}",
            why.message
        ),
    );
    match &why.field {
        Some(field) => error.field(format!("output.{field}")),
        None => error,
    }
}

/// Asks once, no longer than there is time and somebody who waits for it.
fn converse(
    model: &dyn LanguageModel,
    request: &ModelRequest,
    who: &str,
    passage: &Passage,
) -> Result<ModelReply> {
    let left = passage.left(who)?;
    let mut caller = passage.caller.clone();
    passage.handle.block_on(async {
        tokio::select! {
            reply = model.converse(request, &passage.scope, &()) => reply,
            // The sender says nothing: that it is gone is all there is to hear.
            _ = caller.changed() => Err(crate::runner::cancelled(who)),
            () = tokio::time::sleep(left) => Err(crate::runner::late(who)),
        }
    })
}
