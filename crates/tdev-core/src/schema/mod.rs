//! Schemas of what components take and return: the seed's shorthand or JSON Schema 2020-12.

mod check;
mod field;
mod fit;
mod shorthand;

use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Value, json};

pub use check::ValueFault;
pub use field::Field;
pub use fit::{Fit, fit};
pub use shorthand::SEMANTIC_TYPES;

use crate::Result;

/// A schema as it was written, and what it means in JSON Schema.
///
/// The written form is kept lossless; everything else reads the expanded one.
#[derive(Debug, Clone)]
pub struct Schema {
    written: Value,
    expanded: Arc<Value>,
    /// Compiled when the first value is checked; shared by every clone.
    validator: Arc<OnceLock<Result<jsonschema::Validator>>>,
}

impl Schema {
    /// Reads a schema in either spelling.
    ///
    /// # Errors
    /// `InvalidSchema` naming the field and the nearest known type.
    pub fn new(written: Value) -> Result<Self> {
        let expanded = Arc::new(shorthand::expand_top(&written)?);
        Ok(Self {
            written,
            expanded,
            validator: Arc::default(),
        })
    }

    /// An object of these fields, all required; their schemas are JSON Schema already.
    pub fn of_fields(fields: impl IntoIterator<Item = (String, Value)>) -> Self {
        let properties: serde_json::Map<String, Value> = fields.into_iter().collect();
        let required: Vec<&String> = properties.keys().collect();
        let written = json!({"type": "object", "properties": properties, "required": required});
        Self {
            expanded: Arc::new(written.clone()),
            written,
            validator: Arc::default(),
        }
    }

    /// The schema that says nothing: any object.
    pub fn any_object() -> Self {
        let written = json!({});
        Self {
            expanded: Arc::new(json!({"type": "object"})),
            written,
            validator: Arc::default(),
        }
    }

    /// As its author wrote it.
    pub const fn written(&self) -> &Value {
        &self.written
    }

    /// As JSON Schema 2020-12.
    pub fn json_schema(&self) -> &Value {
        &self.expanded
    }

    /// The named fields of an object schema, in the order written.
    pub fn fields(&self) -> Vec<Field> {
        field::fields_of(&self.expanded)
    }

    /// The field of that name.
    pub fn field(&self, name: &str) -> Option<Field> {
        self.fields().into_iter().find(|field| field.name == name)
    }

    /// Whether fields beyond those named are refused.
    pub fn closed(&self) -> bool {
        self.expanded.get("additionalProperties") == Some(&Value::Bool(false))
    }

    /// Whether any fields are named at all.
    pub fn is_described(&self) -> bool {
        self.expanded.get("properties").is_some()
    }

    /// Checks that the expanded form is valid JSON Schema.
    ///
    /// # Errors
    /// `InvalidSchema` with the place inside the schema.
    pub fn validate_shape(&self) -> Result<()> {
        check::is_json_schema(&self.expanded)
    }

    /// Checks a value, listing every fault.
    ///
    /// # Errors
    /// `SchemaMismatch` naming the first field at fault, with all of them in `details`.
    pub fn check(&self, value: &Value) -> Result<()> {
        let validator = self
            .validator
            .get_or_init(|| check::compile(&self.expanded));
        check::value(validator.as_ref().map_err(Clone::clone)?, value)
    }
}

impl Default for Schema {
    fn default() -> Self {
        Self::any_object()
    }
}

impl PartialEq for Schema {
    fn eq(&self, other: &Self) -> bool {
        self.written == other.written
    }
}

impl Serialize for Schema {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        self.written.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Schema {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        let written = Value::deserialize(deserializer)?;
        Self::new(written).map_err(serde::de::Error::custom)
    }
}
