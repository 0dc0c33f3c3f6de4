//! The prompts of the planner: files, versioned, filled with fenced data.

use minijinja::context;
use serde_json::{Value, json};
use tdev_core::agent_io::PlanRequest;
use tdev_core::component::Component;
use tdev_core::ports::content_hash;
use tdev_core::{Error, Result};

use crate::prompts::{cut, render, told};

use super::fence::Fence;

/// What the prompts below are called together. A change of their words is a new version.
pub(super) const VERSION: &str = "plan.v1";

const SYSTEM: &str = include_str!("../../../prompts/plan.v1.md");
const REQUEST: &str = include_str!("../../../prompts/plan.request.v1.md");
const MEND: &str = include_str!("../../../prompts/plan.mend.v1.md");

/// Faults that go back at once.
const MOST_FAULTS: usize = 20;

/// SHA-256 of the prompts' files, lowercase hex.
pub(super) fn hash() -> String {
    content_hash([SYSTEM, REQUEST, MEND].join("\0").as_bytes())
}

/// Who the model is and what it must do.
pub(super) fn system(fence: &Fence) -> Result<String> {
    render(SYSTEM, &context! { fence => fence.mark() })
}

/// What is wanted and what there is: the shortlist alone, never the registry.
pub(super) fn request(
    request: &PlanRequest,
    shortlist: &[&Component],
    fence: &Fence,
) -> Result<String> {
    let inputs: Vec<String> = request
        .inputs
        .iter()
        .map(|(name, value)| fence.line(&json!({"name": name, "schema": shape(value)})))
        .collect();
    let components: Vec<String> = shortlist
        .iter()
        .map(|component| fence.line(&told(component)))
        .collect();
    let previous = request
        .previous
        .as_ref()
        .map(|plan| fence.line(&json!(plan)));
    let suggestions: Vec<String> = request
        .suggestions
        .iter()
        .map(|suggestion| fence.line(&json!(suggestion)))
        .collect();
    // Names were checked when they were registered; they are no more than identifiers.
    let generated = request
        .generated
        .iter()
        .filter(|name| shortlist.iter().any(|c| c.name == **name))
        .map(|name| format!("`{name}`"))
        .collect::<Vec<_>>()
        .join(", ");
    render(
        REQUEST,
        &context! {
            fence => fence.mark(), goal => fence.text(&request.goal), inputs, components,
            previous, suggestions, generated,
        },
    )
}

/// What is wrong with an answer.
pub(super) fn mend(faults: &[Error], fence: &Fence) -> Result<String> {
    let faults: Vec<String> = faults
        .iter()
        .take(MOST_FAULTS)
        .map(|fault| fence.line(&json!(cut(&fault.to_string()))))
        .collect();
    render(MEND, &context! { fence => fence.mark(), faults })
}

/// What a value is, without what it says: the model plans with its type alone.
fn shape(value: &Value) -> Value {
    match value {
        Value::Null => json!({"type": "null"}),
        Value::Bool(_) => json!({"type": "boolean"}),
        Value::Number(number) if number.is_f64() => json!({"type": "number"}),
        Value::Number(_) => json!({"type": "integer"}),
        Value::String(_) => json!({"type": "string"}),
        Value::Array(items) => match items.first() {
            Some(first) => json!({"type": "array", "items": shape(first)}),
            None => json!({"type": "array"}),
        },
        Value::Object(fields) => match fields.get("media_type").and_then(Value::as_str) {
            Some(media) if fields.contains_key("artifact") && media.starts_with("image/") => {
                json!("image")
            }
            Some(_) if fields.contains_key("artifact") => json!("file"),
            _ => {
                let fields = fields
                    .iter()
                    .map(|(name, value)| (name.clone(), shape(value)));
                json!({"type": "object", "properties": fields.collect::<Value>()})
            }
        },
    }
}
