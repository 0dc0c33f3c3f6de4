//! What a workflow is given: defaults filled in, held to its schema; and whether it asks a person.

use serde_json::{Map, Value};

use super::{Action, Step, Workflow};
use crate::schema::Schema;
use crate::{Code, Error, Result};

/// The input of a workflow out of what was given by name.
///
/// # Errors
/// `InvalidInput` naming what is missing; `SchemaMismatch`.
pub fn input(schema: &Schema, mut given: Map<String, Value>) -> Result<Value> {
    for field in schema.fields() {
        if let Some(default) = field.default() {
            given
                .entry(field.name.clone())
                .or_insert_with(|| default.clone());
        }
        if field.required && !given.contains_key(&field.name) {
            let example = match field.type_name() {
                "image" | "file" => format!("--input {}=@FILE", field.name),
                _ => format!("--input {}=VALUE", field.name),
            };
            return Err(Error::new(
                Code::InvalidInput,
                format!(
                    "the input `{}` ({}) is missing",
                    field.name,
                    field.type_name()
                ),
            )
            .field(format!("inputs.{}", field.name))
            .hint(format!("give it with `{example}`")));
        }
    }
    let value = Value::Object(given);
    schema.check(&value).map_err(|error| {
        let field = error
            .field
            .as_deref()
            .map_or_else(|| "inputs".to_owned(), |f| format!("inputs.{f}"));
        error.field(field)
    })?;
    Ok(value)
}

/// The first step that waits for a person's answer, at any depth.
pub fn asks_a_person(workflow: &Workflow) -> Option<String> {
    let mut rest: Vec<&Step> = workflow.steps.iter().rev().collect();
    while let Some(step) = rest.pop() {
        if matches!(step.action, Action::Approval(_)) {
            return Some(step.id.clone());
        }
        rest.extend(step.inner().into_iter().rev());
    }
    None
}
