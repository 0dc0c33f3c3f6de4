//! In which form an answer is given: plain words, or a call of `answer` with the output's fields.

use serde_json::{Map, Value, json};
use tdev_core::model::{ModelTool, ToolChoice};
use tdev_core::schema::Schema;
use tdev_core::{Code, Error, Result};

/// The tool by which a model answers. No component can be called so: their names are CamelCase.
pub(crate) const ANSWER: &str = "answer";

/// The form of an answer.
#[derive(Debug, Clone)]
pub(crate) enum Contract {
    /// Words, whatever they are.
    Words,
    /// Words, which are the output's only field.
    Field(String, Schema),
    /// The fields of a schema.
    Fields(Schema),
}

impl Contract {
    /// The form for a schema: words where it has one field, and that any text.
    pub(crate) fn of(schema: &Schema) -> Self {
        let fields = schema.fields();
        match fields.as_slice() {
            [only]
                if only.schema.get("type") == Some(&json!("string"))
                    && ["enum", "const"]
                        .iter()
                        .all(|key| only.schema.get(key).is_none()) =>
            {
                Self::Field(only.name.clone(), schema.clone())
            }
            _ => Self::Fields(schema.clone()),
        }
    }

    /// The fields of a schema, be it one field of text.
    pub(crate) const fn of_fields(schema: Schema) -> Self {
        Self::Fields(schema)
    }

    /// The tool to answer by, where there is one.
    pub(crate) fn tool(&self) -> Option<ModelTool> {
        let Self::Fields(schema) = self else {
            return None;
        };
        Some(ModelTool {
            name: ANSWER.to_owned(),
            description: "Gives the final answer, once there is nothing left to find out"
                .to_owned(),
            input_schema: object(schema),
        })
    }

    /// Which tool a model must ask for.
    pub(crate) fn choice(&self, last: Last, tools: usize) -> ToolChoice {
        match (self, last) {
            (Self::Words | Self::Field(..), _) => ToolChoice::Auto,
            (Self::Fields(_), Last::No) if tools > 0 => ToolChoice::Any,
            (Self::Fields(_), _) => ToolChoice::Named(ANSWER.to_owned()),
        }
    }

    /// The output that words are.
    ///
    /// # Errors
    /// What the model is to be told.
    pub(crate) fn words(&self, said: &str) -> Result<Value> {
        let said = said.trim();
        if said.is_empty() {
            return Err(
                Error::new(Code::SchemaMismatch, "you said nothing").hint("give your answer")
            );
        }
        match self {
            Self::Words => Ok(json!(said)),
            Self::Field(name, schema) => {
                let fields = Map::from_iter([(name.clone(), json!(said))]);
                fitting(schema, Value::Object(fields))
            }
            Self::Fields(_) => Err(Error::new(
                Code::SchemaMismatch,
                "an answer in words cannot be used",
            )
            .hint(format!("call `{ANSWER}` with it"))),
        }
    }

    /// The output that a call of `answer` gives.
    ///
    /// # Errors
    /// What the model is to be told.
    pub(crate) fn fields(&self, given: Value) -> Result<Value> {
        match self {
            Self::Fields(schema) => fitting(schema, given),
            Self::Words | Self::Field(..) => Err(Error::new(
                Code::SchemaMismatch,
                format!("there is no tool `{ANSWER}`"),
            )
            .hint("give your answer in plain words")),
        }
    }
}

/// Whether a turn is the last one there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Last {
    Yes,
    No,
}

fn fitting(schema: &Schema, given: Value) -> Result<Value> {
    schema.check(&given).map(|()| given)
}

/// A schema as providers want a tool's: of an object.
pub(crate) fn object(schema: &Schema) -> Value {
    let mut schema = schema.json_schema().clone();
    match schema.as_object_mut() {
        Some(map) => {
            map.entry("type").or_insert_with(|| json!("object"));
            map.entry("properties").or_insert_with(|| json!({}));
            schema
        }
        None => json!({"type": "object", "properties": {}}),
    }
}
