//! Specs: from plain words, checked, and hashed for provenance.

use serde_json::json;
use tdev_core::agent_io::AgentSpec;
use tdev_core::component::Kind;
use tdev_core::ports::content_hash;
use tdev_core::schema::Schema;
use tdev_core::{Code, Error, Result};

/// A spec that says only what is wanted.
pub(super) fn of_words(goal: String) -> AgentSpec {
    AgentSpec {
        name: None,
        kind: None,
        goal,
        input_schema: Schema::default(),
        output_schema: Schema::default(),
        tools: Vec::new(),
        examples: Vec::new(),
    }
}

/// Checks what can be known before composing.
pub(super) fn validate(spec: &AgentSpec) -> Result<()> {
    if spec.goal.trim().is_empty() {
        return Err(
            Error::new(Code::InvalidInput, "the goal of the spec is empty").field("spec.goal"),
        );
    }
    if spec.kind == Some(Kind::Tool) {
        return Err(Error::new(Code::CapabilityMissing, "a tool is a body of code, and without a model none can be invented")
            .field("spec.type")
            .hint("`tdev init tool --name NAME` starts one by hand; `tdev generate agent` composes one from tools"));
    }
    if let Some(name) = &spec.name {
        let camel = name.chars().next().is_some_and(char::is_uppercase)
            && name.chars().all(|c| c.is_ascii_alphanumeric());
        if !camel {
            return Err(Error::new(
                Code::InvalidInput,
                format!("`{name}` is not a CamelCase name"),
            )
            .field("spec.name")
            .hint(format!(
                "for example `{}`",
                tdev_core::component::camel_case(name)
            )));
        }
    }
    for (at, example) in spec.examples.iter().enumerate() {
        spec.input_schema.check(&example.input).map_err(|e| {
            let inner = e.field.clone().unwrap_or_default();
            e.field(
                format!("spec.examples[{at}].input.{inner}")
                    .trim_end_matches('.')
                    .to_owned(),
            )
        })?;
    }
    Ok(())
}

/// What makes two specs the same wish: everything but the examples.
pub(super) fn hash(spec: &AgentSpec) -> String {
    let wish = json!([
        spec.name,
        spec.kind,
        spec.goal.to_lowercase(),
        spec.input_schema,
        spec.output_schema,
        spec.tools
    ]);
    content_hash(wish.to_string().as_bytes())
}
