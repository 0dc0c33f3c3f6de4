//! Shaping an input to its schema before it is checked.

use serde_json::Value;
use tdev_core::component::Component;
use tdev_core::{Code, Error, Result};

/// The input with defaults filled in and empty optional fields left out: a skipped step gives
/// null, and null for an optional field is no value.
pub(crate) fn shaped(component: &Component, mut input: Value) -> Result<Value> {
    let Some(map) = input.as_object_mut() else {
        return Err(Error::new(
            Code::SchemaMismatch,
            format!(
                "the input of `{}` must be an object of fields",
                component.name
            ),
        )
        .field("input"));
    };
    for field in component.input_schema.fields() {
        if !field.required && map.get(&field.name).is_some_and(Value::is_null) {
            map.shift_remove(&field.name);
        }
        if let Some(default) = field.default() {
            map.entry(field.name.clone())
                .or_insert_with(|| default.clone());
        }
    }
    component.input_schema.check(&input).map_err(|error| {
        let message = format!(
            "the input of `{}` does not fit: {}",
            component.name, error.message
        );
        let field = error
            .field
            .as_deref()
            .map_or_else(|| "input".to_owned(), |f| format!("input.{f}"));
        Error { message, ..error }.field(field)
    })?;
    Ok(input)
}
