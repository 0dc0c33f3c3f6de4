//! What a language model thinks of a plan that the rubric finds sound: it may take a few points
//! away and says why. It never adds any, so no words in a plan or a component can raise a score.

mod answer;
mod prompt;

use tdev_core::agent_io::{Evaluation, Mind, Provenance, Suggestion};
use tdev_core::component::Component;
use tdev_core::model::{Message, ModelRequest, ToolChoice, Usage};
use tdev_core::ports::{LanguageModel, Scope};
use tdev_core::workflow::Workflow;
use tdev_core::{Code, Error, Result};

use self::answer::Answer;
use super::graph::Node;
use super::rating::marked_down;
use crate::planner::Fence;

/// Tokens of one answer.
const MOST_TOKENS: u32 = 1_024;

/// What the model is asked about.
pub(super) struct Question<'a> {
    pub(super) goal: &'a str,
    pub(super) workflow: &'a Workflow,
    /// Its steps, laid flat, and what they call.
    pub(super) nodes: &'a [Node<'a>],
    pub(super) scope: &'a Scope,
}

/// The verdict with the model's share in it. Where the model has none to give, the rubric's stands
/// and says so.
///
/// # Errors
/// What is wrong with the model's configuration.
pub(super) async fn judged(
    model: &dyn LanguageModel,
    question: &Question<'_>,
    evaluation: Evaluation,
) -> Result<Evaluation> {
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
    let mut evaluation = match ask(model, question, &mut told).await {
        Ok(answer) => {
            let cost = answer.cost();
            marked_down(evaluation, answer::CRITERION, cost, answer.suggestions())
        }
        Err(error) if passes(error.code) => {
            let mut evaluation = evaluation;
            evaluation.notes.push(Suggestion {
                criterion: answer::CRITERION.into(),
                step: None,
                message: format!(
                    "the language model's judgement was not heard: {}",
                    error.message
                ),
                remedy: None,
            });
            told.mind = Mind::Composer;
            told.stood_in = Some(error);
            evaluation
        }
        Err(error) => return Err(error),
    };
    evaluation.provenance = Some(told);
    Ok(evaluation)
}

/// Whether the rubric may speak alone where a model ended so.
const fn passes(code: Code) -> bool {
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
) -> Result<Answer> {
    let steps: Vec<String> = question.nodes.iter().map(|n| n.step.id.clone()).collect();
    let components = called(question.nodes);
    let data =
        serde_json::to_vec(&(question.goal, question.workflow, &components)).map_err(|fault| {
            Error::new(
                Code::Internal,
                format!("a plan cannot be written as JSON: {fault}"),
            )
        })?;
    let fence = Fence::of(&question.scope.idempotency_token, &data);
    let request = ModelRequest {
        system: prompt::system(&fence)?,
        messages: vec![Message::user(prompt::request(
            question.goal,
            question.workflow,
            &components,
            &fence,
        )?)],
        tools: vec![answer::tool(&steps)],
        choice: ToolChoice::Named(answer::TOOL.into()),
        max_tokens: MOST_TOKENS,
        temperature: Some(0.0),
    };
    let reply = model.converse(&request, question.scope, &()).await?;
    told.calls += 1;
    told.usage = reply.usage;
    told.micro_dollars = model.card().price.of(reply.usage);
    answer::read(&reply, &steps)
}

/// What the plan calls, each once.
fn called<'a>(nodes: &'a [Node<'a>]) -> Vec<&'a Component> {
    let mut components: Vec<&Component> = Vec::new();
    for component in nodes.iter().flat_map(|node| &node.components) {
        if !components.iter().any(|known| known.name == component.name) {
            components.push(component);
        }
    }
    components
}
