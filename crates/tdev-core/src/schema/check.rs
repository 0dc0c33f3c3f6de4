//! Checking values and schemas with JSON Schema 2020-12.

use serde::Serialize;
use serde_json::{Value, json};

use crate::{Code, Error, Result};

/// One way in which a value does not fit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ValueFault {
    /// Dotted path inside the value; empty for the value itself.
    pub field: String,
    /// What is wrong, in words.
    pub reason: String,
}

pub(super) fn is_json_schema(schema: &Value) -> Result<()> {
    jsonschema::draft202012::meta::validate(schema)
        .map_err(|fault| {
            Error::new(
                Code::InvalidSchema,
                format!("not valid JSON Schema: {fault}"),
            )
            .field(dotted(&fault.instance_path().to_string()))
        })
        .and_then(|()| compile(schema).map(drop))
}

pub(super) fn value(validator: &jsonschema::Validator, value: &Value) -> Result<()> {
    let faults: Vec<ValueFault> = validator
        .iter_errors(value)
        .map(|fault| ValueFault {
            field: dotted(&fault.instance_path().to_string()),
            reason: shortened(&fault.to_string()),
        })
        .collect();
    let Some(first) = faults.first() else {
        return Ok(());
    };
    let error =
        Error::new(Code::SchemaMismatch, first.reason.clone()).details(json!({"faults": faults}));
    Err(if first.field.is_empty() {
        error
    } else {
        error.field(first.field.clone())
    })
}

pub(super) fn compile(schema: &Value) -> Result<jsonschema::Validator> {
    jsonschema::options()
        .with_draft(jsonschema::Draft::Draft202012)
        .should_validate_formats(true)
        .build(schema)
        .map_err(|fault| {
            Error::new(
                Code::InvalidSchema,
                format!("not valid JSON Schema: {fault}"),
            )
        })
}

fn dotted(pointer: &str) -> String {
    pointer.trim_start_matches('/').replace('/', ".")
}

/// A fault that quotes a large value is cut so that one line stays one line.
fn shortened(text: &str) -> String {
    const MOST: usize = 300;
    let line = text.replace('\n', " ");
    match line.char_indices().nth(MOST) {
        Some((cut, _)) => format!("{}…", line.get(..cut).unwrap_or(&line)),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use crate::schema::Schema;
    use serde_json::json;

    #[test]
    fn a_misfit_names_the_field_and_lists_every_fault() {
        let schema = Schema::new(
            json!({"text": "string", "count": "integer?", "items": [{"id": "string"}]}),
        )
        .unwrap();
        assert_eq!(
            schema.check(&json!({"text": "x", "items": [{"id": "a"}]})),
            Ok(())
        );
        let error = schema
            .check(&json!({"text": 1, "items": [{"id": 7}]}))
            .unwrap_err();
        assert_eq!(
            error.details.unwrap()["faults"].as_array().unwrap().len(),
            2
        );
        insta::assert_snapshot!(schema.check(&json!({"items": []})).unwrap_err(), @r#"SchemaMismatch: "text" is a required property"#);
        insta::assert_snapshot!(
            Schema::new(json!({"text": "strin"})).unwrap_err(),
            @"InvalidSchema: `strin` is not a type (at `text`); did you mean `string`?"
        );
    }

    #[test]
    fn both_spellings_survive_and_mean_the_same() {
        for written in [
            json!("image"),
            json!({"text": "string"}),
            json!({"type": "object", "properties": {"type": {"type": "string"}}}),
        ] {
            let schema = Schema::new(written.clone()).unwrap();
            assert_eq!(serde_json::to_value(&schema).unwrap(), written);
            schema.validate_shape().unwrap();
        }
        assert_eq!(
            Schema::new(json!("image"))
                .unwrap()
                .fields()
                .first()
                .unwrap()
                .name,
            "image"
        );
        assert_eq!(
            Schema::new(json!("username"))
                .unwrap()
                .fields()
                .first()
                .unwrap()
                .name,
            "username"
        );
    }
}
