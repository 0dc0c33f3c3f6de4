//! The prompts of the judgement: files, versioned, filled with fenced data.

use minijinja::context;
use serde_json::json;
use tdev_core::Result;
use tdev_core::component::Component;
use tdev_core::ports::content_hash;
use tdev_core::workflow::Workflow;

use crate::planner::Fence;
use crate::prompts::{render, told};

/// What the prompts below are called together. A change of their words is a new version.
pub(super) const VERSION: &str = "judge.v1";

const SYSTEM: &str = include_str!("../../../prompts/judge.v1.md");
const REQUEST: &str = include_str!("../../../prompts/judge.request.v1.md");

/// SHA-256 of the prompts' files, lowercase hex.
pub(super) fn hash() -> String {
    content_hash([SYSTEM, REQUEST].join("\0").as_bytes())
}

/// Who the model is and what it must do.
pub(super) fn system(fence: &Fence) -> Result<String> {
    render(SYSTEM, &context! { fence => fence.mark() })
}

/// The plan, what it is for and what it calls: never the registry.
pub(super) fn request(
    goal: &str,
    workflow: &Workflow,
    components: &[&Component],
    fence: &Fence,
) -> Result<String> {
    let components: Vec<String> = components
        .iter()
        .map(|component| fence.line(&told(component)))
        .collect();
    render(
        REQUEST,
        &context! {
            fence => fence.mark(), goal => fence.text(goal),
            plan => fence.line(&json!(workflow)), components,
        },
    )
}
