//! What the model proposes: the tool it must call, and what it wrote, read.

use serde::Deserialize;
use serde_json::{Value, json};
use tdev_core::agent_io::AgentSpec;
use tdev_core::component::Component;
use tdev_core::model::ModelTool;
use tdev_core::schema::Schema;
use tdev_core::workflow::Step;
use tdev_core::{Code, Error, Result};

/// The tool's name.
pub(super) const TOOL: &str = "propose_plan";

/// A plan as the model writes it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Proposal {
    pub(super) workflow: Option<Proposed>,
    #[serde(default)]
    pub(super) missing: Vec<AgentSpec>,
    #[serde(default)]
    pub(super) rationale: String,
    #[serde(default)]
    pub(super) confidence: f64,
}

/// Its workflow. What it is called and what it is for is not the model's to say.
#[derive(Debug, Deserialize)]
pub(super) struct Proposed {
    #[serde(default)]
    pub(super) input_schema: Schema,
    pub(super) steps: Vec<Step>,
    pub(super) output: Option<Value>,
}

/// Reads what the tool was called with.
///
/// # Errors
/// `ModelInvalid` naming the place.
pub(super) fn read(input: &Value) -> Result<Proposal> {
    if let Value::String(_) = input {
        return Err(Error::new(
            Code::ModelInvalid,
            format!("what `{TOOL}` was called with is not JSON"),
        ));
    }
    Proposal::deserialize(input).map_err(|fault| {
        Error::new(
            Code::ModelInvalid,
            format!("what `{TOOL}` was called with cannot be read: {fault}"),
        )
    })
}

/// The tool, which knows the shortlist's names.
pub(super) fn tool(shortlist: &[&Component]) -> ModelTool {
    let names: Vec<&str> = shortlist.iter().map(|c| c.name.as_str()).collect();
    ModelTool {
        name: TOOL.into(),
        description: "Proposes the plan for the goal: a workflow of listed components, or the \
                      components that are missing for it."
            .into(),
        input_schema: json!({
            "type": "object",
            "additionalProperties": false,
            "properties": {
                "workflow": {
                    "type": "object",
                    "properties": {
                        "input_schema": {"type": "object", "description": "the inputs that steps refer to"},
                        "steps": {"type": "array", "minItems": 1, "items": {
                            "type": "object",
                            "additionalProperties": false,
                            "properties": {
                                "id": {"type": "string", "pattern": "^[a-z][a-z0-9-]*$"},
                                "agent": {"type": "string", "enum": names},
                                "input": {"type": "object"},
                                "if": {"type": "string"},
                                "for_each": {"type": "string"},
                                "max_concurrency": {"type": "integer", "minimum": 1},
                                "retry": {
                                    "type": "object",
                                    "additionalProperties": false,
                                    "properties": {
                                        "max_attempts": {"type": "integer", "minimum": 1, "maximum": 5},
                                        "interval_seconds": {"type": "integer", "minimum": 1},
                                        "backoff_rate": {"type": "number", "minimum": 1},
                                    },
                                    "required": ["max_attempts"],
                                },
                                "timeout_seconds": {"type": "integer", "minimum": 1},
                                "on_error": {"description": "\"fail\", \"continue\" or {\"default\": VALUE}"},
                            },
                            "required": ["id", "agent", "input"],
                        }},
                        "output": {"description": "a template over the steps"},
                    },
                    "required": ["steps", "output"],
                },
                "missing": {"type": "array", "items": {
                    "type": "object",
                    "additionalProperties": false,
                    "properties": {
                        "goal": {"type": "string"},
                        "input_schema": {"type": "object"},
                        "output_schema": {"type": "object"},
                        "tools": {"type": "array", "items": {"type": "string", "enum": names}},
                    },
                    "required": ["goal", "input_schema", "output_schema"],
                }},
                "rationale": {"type": "string"},
                "confidence": {"type": "number", "minimum": 0, "maximum": 1},
            },
            "required": ["rationale", "confidence"],
        }),
    }
}
