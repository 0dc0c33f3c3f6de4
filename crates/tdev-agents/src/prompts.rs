//! Prompts for language models: files of `prompts/`, filled with data, and components as they are
//! told of.

use minijinja::Environment;
use serde_json::{Value, json};
use tdev_core::component::Component;
use tdev_core::schema::Schema;
use tdev_core::{Code, Error, Result};

/// Bytes of a schema that is told whole; of a larger one, its fields.
const WHOLE_SCHEMA: usize = 1_200;
/// Characters of a description or a fault.
const MOST_WORDS: usize = 400;

/// A prompt with its places filled.
///
/// # Errors
/// `Internal` where it has a place that nothing fills.
pub(crate) fn render(template: &str, context: &minijinja::Value) -> Result<String> {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
    environment.set_undefined_behavior(minijinja::UndefinedBehavior::Strict);
    environment.render_str(template, context).map_err(|fault| {
        Error::new(
            Code::Internal,
            format!("a prompt cannot be filled: {fault}"),
        )
    })
}

/// A component as the model is told of it.
pub(crate) fn told(component: &Component) -> Value {
    let mut told = json!({
        "name": component.name,
        "type": component.kind,
        "description": cut(&component.description),
        "input": schema(&component.input_schema),
        "output": schema(&component.output_schema),
    });
    if component.side_effects {
        told["side_effects"] = json!(true);
    }
    told
}

fn schema(schema: &Schema) -> Value {
    let written = schema.written();
    if written.to_string().len() <= WHOLE_SCHEMA {
        return written.clone();
    }
    schema
        .fields()
        .into_iter()
        .map(|field| {
            let optional = if field.required { "" } else { ", optional" };
            let words = cut(field.description());
            let told = format!("{}{optional}: {words}", field.type_name());
            (field.name.clone(), json!(told))
        })
        .collect()
}

/// The first words of a text, marked where more followed.
pub(crate) fn cut(words: &str) -> String {
    match words.char_indices().nth(MOST_WORDS) {
        Some((at, _)) => format!("{}…", &words[..at]),
        None => words.to_owned(),
    }
}
