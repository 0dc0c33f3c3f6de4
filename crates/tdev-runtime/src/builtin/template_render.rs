//! Fills a template with values.

use serde::Deserialize;
use serde_json::{Map, Value, json};
use tdev_core::Result;

use super::{BuiltinTool, ToolContext, template, typed};

pub(super) struct TemplateRender;

#[derive(Deserialize)]
struct Input {
    template: String,
    #[serde(default)]
    values: Map<String, Value>,
}

impl BuiltinTool for TemplateRender {
    fn name(&self) -> &'static str {
        "TemplateRenderTool"
    }

    fn metadata(&self) -> &'static str {
        include_str!("template_render.json")
    }

    fn call(&self, context: &ToolContext, input: Value) -> Result<Value> {
        let input: Input = typed(input)?;
        let nodes = template::parse(&input.template)?;
        Ok(json!({"text": template::render(&nodes, &input.values, context.deadline())?}))
    }
}
