//! The model mind: a language model proposes over the shortlist, the referee disposes.
//!
//! An answer that cannot be taken goes back with its faults, at most twice; then, as when the model
//! fails or the run's budget ends, what the composer says stands in, and the plan says so.

mod fence;
mod prompt;
mod proposal;
mod referee;

use tdev_core::agent_io::{Mind, Plan, PlanRequest, Provenance};
use tdev_core::component::Component;
use tdev_core::model::{
    Content, Message, ModelReply, ModelRequest, Role, StopReason, ToolChoice, Usage,
};
use tdev_core::ports::{LanguageModel, Scope};
use tdev_core::workflow::Catalog;
use tdev_core::{Code, Error, Result};

pub(crate) use self::fence::Fence;
use self::referee::{Inputs, Referee};

/// How often an answer goes back.
const MENDS: usize = 2;
/// Tokens of one answer.
const MOST_TOKENS: u32 = 4_096;

/// What the model is asked about.
pub(super) struct Question<'a> {
    pub(super) request: &'a PlanRequest,
    pub(super) catalog: &'a Catalog,
    /// The components that may appear in a plan.
    pub(super) shortlist: &'a [&'a Component],
    pub(super) scope: &'a Scope,
}

/// The model's plan, or, where it has none that can be taken, that of the composer.
///
/// # Errors
/// What the composer says where it has no plan either; what is wrong with the model's
/// configuration.
pub(super) async fn plan(
    model: &dyn LanguageModel,
    question: &Question<'_>,
    composed: Result<Plan>,
) -> Result<Plan> {
    let mut told = Provenance {
        mind: Mind::Model,
        model: model.card().id.clone(),
        prompt: prompt::VERSION.into(),
        prompt_hash: prompt::hash(),
        calls: 0,
        usage: Usage::default(),
        micro_dollars: 0,
        stood_in: None,
    };
    let why = match ask(model, question, &mut told).await {
        Ok(mut plan) => {
            plan.provenance = Some(told);
            return Ok(plan);
        }
        Err(error) if stands_in(error.code) => error,
        Err(error) => return Err(error),
    };
    let reason = format!("the language model's plan was not taken: {}", why.message);
    match composed {
        Ok(mut plan) => {
            plan.rationale = format!("{}; {reason}", plan.rationale);
            told.mind = Mind::Composer;
            told.stood_in = Some(why);
            plan.provenance = Some(told);
            Ok(plan)
        }
        Err(mut error) => {
            error.message = format!("{}; {reason}", error.message);
            Err(error)
        }
    }
}

/// Whether the composer may speak for a model that ended so. What is wrong with a configuration
/// is for a person to mend, and not to be glossed over.
const fn stands_in(code: Code) -> bool {
    matches!(
        code,
        Code::ModelUnavailable
            | Code::ModelThrottled
            | Code::ModelRefused
            | Code::ModelInvalid
            | Code::BudgetExceeded
    )
}

async fn ask(
    model: &dyn LanguageModel,
    question: &Question<'_>,
    told: &mut Provenance,
) -> Result<Plan> {
    let data = serde_json::to_vec(&(question.request, question.shortlist)).unwrap_or_default();
    let fence = Fence::of(&question.scope.idempotency_token, &data);
    let referee = Referee {
        request: question.request,
        catalog: question.catalog,
        shortlist: question.shortlist,
        inputs: if question.scope.run_id.is_empty() {
            Inputs::Later
        } else {
            Inputs::Given
        },
    };
    let asked = prompt::request(question.request, question.shortlist, &fence)?;
    let mut request = ModelRequest {
        system: prompt::system(&fence)?,
        messages: vec![Message::user(asked)],
        tools: vec![proposal::tool(question.shortlist)],
        choice: ToolChoice::Named(proposal::TOOL.into()),
        max_tokens: MOST_TOKENS,
        temperature: Some(0.0),
    };
    let mut mends = 0;
    loop {
        let reply = model.converse(&request, question.scope, &()).await?;
        told.calls += 1;
        told.usage.input_tokens += reply.usage.input_tokens;
        told.usage.output_tokens += reply.usage.output_tokens;
        told.micro_dollars += model.card().price.of(reply.usage);
        if reply.stop == StopReason::Refused {
            return Err(Error::new(Code::ModelRefused, "it declined"));
        }
        let faults = match judged(&referee, &reply) {
            Ok(plan) => return Ok(plan),
            Err(faults) => faults,
        };
        if mends == MENDS {
            return Err(spent(&faults));
        }
        mends += 1;
        let words = prompt::mend(&faults, &fence)?;
        request.messages.extend(sent_back(&reply, words));
    }
}

fn judged(referee: &Referee<'_>, reply: &ModelReply) -> Result<Plan, Vec<Error>> {
    if reply.stop == StopReason::MaxTokens {
        let cut = format!("the answer was cut off after {MOST_TOKENS} tokens");
        return Err(vec![
            Error::new(Code::ModelInvalid, cut).hint("propose a shorter plan"),
        ]);
    }
    let input = proposed(reply).map(|(_, input)| input).ok_or_else(|| {
        vec![Error::new(
            Code::ModelInvalid,
            format!("`{}` was not called", proposal::TOOL),
        )]
    })?;
    let proposal = proposal::read(input).map_err(|fault| vec![fault])?;
    referee.judge(proposal)
}

fn proposed(reply: &ModelReply) -> Option<(&str, &serde_json::Value)> {
    reply
        .tool_uses()
        .find(|(_, name, _)| *name == proposal::TOOL)
        .map(|(id, _, input)| (id, input))
}

/// The model's turn, as far as it can be repeated to it, and ours.
fn sent_back(reply: &ModelReply, words: String) -> [Message; 2] {
    match proposed(reply).filter(|(_, input)| input.is_object()) {
        Some((id, input)) => [
            Message {
                role: Role::Assistant,
                content: vec![Content::ToolUse {
                    id: id.into(),
                    name: proposal::TOOL.into(),
                    input: input.clone(),
                }],
            },
            Message {
                role: Role::User,
                content: vec![Content::ToolResult {
                    id: id.into(),
                    content: serde_json::Value::String(words),
                    failed: true,
                }],
            },
        ],
        // What was no call cannot be answered as one.
        None => [
            Message {
                role: Role::Assistant,
                content: vec![Content::Text("(no plan that can be read)".into())],
            },
            Message::user(words),
        ],
    }
}

fn spent(faults: &[Error]) -> Error {
    let first = faults.first().map(ToString::to_string).unwrap_or_default();
    let told: Vec<String> = faults.iter().map(ToString::to_string).collect();
    Error::new(
        Code::ModelInvalid,
        format!("it was still unsound after {MENDS} corrections ({first})"),
    )
    .details(serde_json::json!({"faults": told}))
}
