//! What a model is told: the versioned prompt, and the spec as data behind fences.

use std::sync::Arc;

use serde_json::{Value, json};
use tdev_core::agent_io::AgentSpec;
use tdev_core::component::{Component, Kind};
pub(in crate::agno) use tdev_core::model::fence::block as fenced;

/// A versioned prompt: who the model is and what it must do.
#[derive(Debug, Clone, Copy)]
pub(in crate::agno) struct Prompt {
    /// As provenance has it; a file of `prompts/`.
    pub(in crate::agno) name: &'static str,
    pub(in crate::agno) system: &'static str,
}

/// For a new component.
pub(in crate::agno) const WRITE: Prompt = Prompt {
    name: "write.v1",
    system: include_str!("../../../prompts/write.v1.md"),
};

/// For a better version of one.
pub(in crate::agno) const REFINE: Prompt = Prompt {
    name: "refine.v1",
    system: include_str!("../../../prompts/refine.v1.md"),
};

/// What is asked for.
pub(super) fn user(spec: &AgentSpec, name: &str, kind: Kind, offered: &[Arc<Component>]) -> String {
    let wanted = json!({
        "name": name, "type": kind.as_str(), "goal": spec.goal,
        "input_schema": spec.input_schema.json_schema(), "output_schema": spec.output_schema.json_schema(),
        "attached": spec.attached,
    });
    let components: Vec<Value> = offered
        .iter()
        .map(|c| {
            json!({
                "name": c.name, "type": c.kind.as_str(), "description": c.description,
                "input": c.input_schema.json_schema(), "output": c.output_schema.json_schema(),
            })
        })
        .collect();
    let data = format!(
        "{}\n{}\n{}",
        fenced("specification", &pretty(&wanted)),
        fenced("examples", &pretty(&json!(spec.examples))),
        fenced("components that may be called", &pretty(&json!(components))),
    );
    format!(
        "Write the {} `{name}` that the following data describes.\n\n{data}",
        kind.as_str()
    )
}

/// What was found wrong. Traces and messages may quote the data, so they are fenced as well.
pub(super) fn findings(found: &[String]) -> String {
    let lines: Vec<String> = found.iter().map(|line| format!("- {line}")).collect();
    format!(
        "It cannot be used yet. What was found:\n\n{}\nMend it and hand in the whole file again.",
        fenced("findings", &lines.join("\n"))
    )
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}
