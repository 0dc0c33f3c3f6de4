//! What the model thinks: the tool it must call, what it wrote, and how many points that costs.

use serde::Deserialize;
use serde_json::{Value, json};
use tdev_core::agent_io::{Remedy, Suggestion};
use tdev_core::model::{ModelReply, ModelTool, StopReason};
use tdev_core::{Code, Error, Result};

use crate::prompts::cut;

/// The tool's name.
pub(super) const TOOL: &str = "judge_plan";
/// The criterion's name.
pub(super) const CRITERION: &str = "judgement";
/// The most points a model can take away.
const MOST: f64 = 10.0;
/// Concerns that are heard.
const CONCERNS: usize = 5;

/// A verdict as the model writes it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Answer {
    goal_met: Met,
    #[serde(default)]
    concerns: Vec<Concern>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Met {
    Fully,
    Partly,
    Not,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Concern {
    #[serde(default)]
    step: Option<String>,
    concern: String,
    mend: String,
    severity: Severity,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Severity {
    Major,
    Minor,
}

/// The tool, which knows the plan's steps.
pub(super) fn tool(steps: &[String]) -> ModelTool {
    ModelTool {
        name: TOOL.into(),
        description: "Says whether the plan does what the goal asks, and what is wrong with it."
            .into(),
        input_schema: json!({
            "type": "object",
            "additionalProperties": false,
            "properties": {
                "goal_met": {"type": "string", "enum": ["fully", "partly", "not"]},
                "concerns": {"type": "array", "maxItems": CONCERNS, "items": {
                    "type": "object",
                    "additionalProperties": false,
                    "properties": {
                        "step": {"type": "string", "enum": steps},
                        "concern": {"type": "string"},
                        "mend": {"type": "string"},
                        "severity": {"type": "string", "enum": ["major", "minor"]},
                    },
                    "required": ["concern", "mend", "severity"],
                }},
            },
            "required": ["goal_met", "concerns"],
        }),
    }
}

/// Reads what was answered about a plan of these steps.
///
/// # Errors
/// `ModelRefused`; `ModelInvalid` where the tool was not called, or with something else.
pub(super) fn read(reply: &ModelReply, steps: &[String]) -> Result<Answer> {
    match reply.stop {
        StopReason::Refused => return Err(Error::new(Code::ModelRefused, "it declined")),
        StopReason::MaxTokens => return Err(invalid("its answer was cut off")),
        StopReason::EndTurn | StopReason::ToolUse => {}
    }
    let input: &Value = reply
        .tool_uses()
        .find(|(_, name, _)| *name == TOOL)
        .map(|(_, _, input)| input)
        .ok_or_else(|| invalid(format!("it did not call `{TOOL}`")))?;
    let answer = Answer::deserialize(input)
        .map_err(|fault| invalid(format!("its verdict cannot be read: {fault}")))?;
    match answer
        .concerns
        .iter()
        .filter_map(|concern| concern.step.as_ref())
        .find(|step| !steps.contains(step))
    {
        Some(step) => Err(invalid(format!(
            "it speaks of a step `{}` that the plan does not have",
            plain(step)
        ))),
        None => Ok(answer),
    }
}

impl Answer {
    /// Points it takes away: none at best, [`MOST`] at worst.
    pub(super) fn cost(&self) -> f64 {
        let met = match self.goal_met {
            Met::Fully => 0.0,
            Met::Partly => 4.0,
            Met::Not => MOST,
        };
        let concerns: f64 = self
            .concerns
            .iter()
            .take(CONCERNS)
            .map(|concern| match concern.severity {
                Severity::Major => 3.0,
                Severity::Minor => 1.0,
            })
            .sum();
        (met + concerns).min(MOST)
    }

    /// What it would have changed.
    pub(super) fn suggestions(self) -> Vec<Suggestion> {
        self.concerns
            .into_iter()
            .take(CONCERNS)
            .map(|concern| Suggestion {
                criterion: CRITERION.into(),
                step: concern.step,
                message: format!("{}; {}", plain(&concern.concern), plain(&concern.mend)),
                remedy: Some(Remedy::PlanAgain),
            })
            .collect()
    }
}

fn invalid(message: impl Into<String>) -> Error {
    Error::new(Code::ModelInvalid, message)
}

/// A model's words on one line: what it writes is shown on terminals.
fn plain(words: &str) -> String {
    let line: String = words
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    cut(line.trim().trim_end_matches('.'))
}
