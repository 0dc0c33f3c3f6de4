//! Specs: from plain words, checked, completed from their examples, and hashed for provenance.

use serde_json::{Value, json};
use tdev_core::agent_io::AgentSpec;
use tdev_core::ports::content_hash;
use tdev_core::schema::Schema;
use tdev_core::{Code, Error, Result};

use super::wish::schema_of;

/// Examples beyond which a spec is no spec but a data set.
const MOST_EXAMPLES: usize = 200;

/// A spec that says only what is wanted.
pub(super) fn of_words(goal: String) -> AgentSpec {
    AgentSpec {
        goal,
        ..AgentSpec::default()
    }
}

/// Checks what can be known before anything is written, and completes schemas that the examples
/// show.
///
/// # Errors
/// `InvalidInput` and `SchemaMismatch`, naming the field.
pub(super) fn read(spec: AgentSpec) -> Result<AgentSpec> {
    let fault = |field: &str, message: String| Error::new(Code::InvalidInput, message).field(field);
    if spec.goal.trim().is_empty() {
        return Err(fault("spec.goal", "the goal of the spec is empty".into()));
    }
    if let Some(name) = &spec.name {
        let camel = name.chars().next().is_some_and(char::is_uppercase)
            && name.chars().all(|c| c.is_ascii_alphanumeric());
        if !camel {
            return Err(
                fault("spec.name", format!("`{name}` is not a CamelCase name")).hint(format!(
                    "for example `{}`",
                    tdev_core::component::camel_case(name)
                )),
            );
        }
    }
    if spec.examples.len() > MOST_EXAMPLES {
        return Err(fault(
            "spec.examples",
            format!("a spec has at most {MOST_EXAMPLES} examples"),
        ));
    }
    let spec = completed(spec)?;
    for (at, example) in spec.examples.iter().enumerate() {
        let place = |side: &str, e: Error| {
            let inner = e.field.clone().unwrap_or_default();
            let place = format!("spec.examples[{at}].{side}.{inner}");
            e.field(place.trim_end_matches('.').to_owned())
        };
        spec.input_schema
            .check(&example.input)
            .map_err(|e| place("input", e))?;
        contradicting(&spec.output_schema, &example.output).map_err(|e| place("output", e))?;
    }
    if let Some(two) = contradiction(&spec) {
        return Err(fault(
            &format!("spec.examples[{two}]"),
            "two examples have the same input and different outputs".into(),
        ));
    }
    Ok(spec)
}

/// An example may show a part of the output; what it shows must be of the right type.
fn contradicting(schema: &Schema, output: &Value) -> Result<()> {
    let (Some(shown), true) = (output.as_object(), schema.is_described()) else {
        return Ok(());
    };
    for field in schema.fields() {
        if let Some(value) = shown.get(&field.name) {
            Schema::of_fields([(field.name.clone(), field.schema.clone())])
                .check(&json!({&field.name: value}))?;
        }
    }
    if schema.closed()
        && let Some(stray) = shown.keys().find(|name| schema.field(name).is_none())
    {
        return Err(Error::new(
            Code::SchemaMismatch,
            format!("the output schema has no `{stray}`"),
        )
        .field(stray.clone()));
    }
    Ok(())
}

fn contradiction(spec: &AgentSpec) -> Option<usize> {
    spec.examples.iter().enumerate().find_map(|(at, example)| {
        spec.examples
            .iter()
            .take(at)
            .any(|other| other.input == example.input && other.output != example.output)
            .then_some(at)
    })
}

/// A schema nobody wrote is what the examples show.
fn completed(spec: AgentSpec) -> Result<AgentSpec> {
    let shown = |values: Vec<&Value>| -> Result<Option<Schema>> {
        let objects: Vec<&Value> = values
            .into_iter()
            .filter(|v| v.as_object().is_some_and(|o| !o.is_empty()))
            .collect();
        if objects.is_empty() {
            return Ok(None);
        }
        Schema::new(schema_of(&objects)).map(Some)
    };
    let mut spec = spec;
    if !spec.input_schema.is_described()
        && let Some(schema) = shown(spec.examples.iter().map(|e| &e.input).collect())?
    {
        spec.input_schema = schema;
    }
    if !spec.output_schema.is_described()
        && let Some(schema) = shown(spec.examples.iter().map(|e| &e.output).collect())?
    {
        spec.output_schema = schema;
    }
    Ok(spec)
}

/// What makes two specs the same wish: everything but the examples.
pub(super) fn hash(spec: &AgentSpec) -> String {
    let wish = json!([
        spec.name,
        spec.kind,
        spec.goal.to_lowercase(),
        spec.input_schema,
        spec.output_schema,
        spec.tools,
        spec.attached
    ]);
    content_hash(wish.to_string().as_bytes())
}
