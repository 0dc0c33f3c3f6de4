//! Compares two texts line by line.

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};
use similar::{ChangeTag, TextDiff as Diff};
use tdev_core::Result;

use super::{BuiltinTool, ToolContext, typed};

const EXACT: Duration = Duration::from_secs(3);

pub(super) struct TextDiff;

#[derive(Deserialize)]
struct Input {
    before: String,
    after: String,
}

impl BuiltinTool for TextDiff {
    fn name(&self) -> &'static str {
        "TextDiffTool"
    }

    fn metadata(&self) -> &'static str {
        include_str!("text_diff.json")
    }

    fn call(&self, context: &ToolContext, input: Value) -> Result<Value> {
        let input: Input = typed(input)?;
        // After that long the comparison goes on coarsely instead of exactly.
        let diff = Diff::configure()
            .timeout(context.time_left()?.min(EXACT))
            .diff_lines(&input.before, &input.after);
        let count = |tag: ChangeTag| {
            diff.iter_all_changes()
                .filter(|change| change.tag() == tag)
                .count()
        };
        let (added, removed) = (count(ChangeTag::Insert), count(ChangeTag::Delete));
        let text = diff
            .unified_diff()
            .context_radius(3)
            .header("before", "after")
            .to_string();
        Ok(json!({
            "diff": text,
            "changed": added + removed > 0,
            "added": added,
            "removed": removed,
            "similarity": (f64::from(diff.ratio()) * 1000.0).round() / 1000.0,
        }))
    }
}
