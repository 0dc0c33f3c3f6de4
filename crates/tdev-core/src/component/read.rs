//! Reading a record as a person wrote it: what goes without saying is filled in, and a slip is
//! named with the nearest right thing.

use serde_json::{Map, Value, json};

use super::{Component, prompt, team};
use crate::nearest::did_you_mean;
use crate::{Code, Error, Result};

impl Component {
    /// Reads a record. With a `prompt` or a `team` in it, type and runtime go without saying; so
    /// do brains and tier, by the type.
    ///
    /// # Errors
    /// `InvalidComponent` naming the field and the nearest right one.
    pub fn read(text: &str) -> Result<Self> {
        let invalid = |message: String| Error::new(Code::InvalidComponent, message);
        let record: Value = serde_json::from_str(text)
            .map_err(|fault| invalid(format!("the record is not JSON: {fault}")))?;
        let Value::Object(mut record) = record else {
            return Err(invalid("a record is an object".to_owned()));
        };
        known(&record, "prompt", prompt::FIELDS)?;
        known(&record, "team", team::FIELDS)?;
        for (field, value) in implied(&record) {
            record.entry(field).or_insert(value);
        }
        serde_path_to_error::deserialize(Value::Object(record)).map_err(|fault| {
            let path = fault.path().to_string();
            let message = fault.inner().to_string();
            // serde names the wrong word first and the right ones after it, each in backticks.
            let mut named = message.split('`').skip(1).step_by(2);
            let near = named.next().and_then(|wrong| did_you_mean(wrong, named));
            let error = invalid(format!("it is not a component record: {message}")).hint_opt(near);
            if path == "." {
                error
            } else {
                error.field(path)
            }
        })
    }
}

/// Refuses a key that a table of the record does not have.
fn known(record: &Map<String, Value>, table: &str, fields: &[&str]) -> Result<()> {
    let given = record.get(table).and_then(Value::as_object);
    let wrong = given
        .into_iter()
        .flat_map(Map::keys)
        .find(|key| !fields.contains(&key.as_str()));
    match wrong {
        None => Ok(()),
        Some(key) => Err(Error::new(
            Code::InvalidComponent,
            format!("`{table}` has no field `{key}`"),
        )
        .field(format!("{table}.{key}"))
        .hint(format!("its fields are {}", fields.join(", ")))
        .hint_opt(did_you_mean(key, fields.iter().copied()))),
    }
}

fn implied(record: &Map<String, Value>) -> Vec<(&'static str, Value)> {
    let declared = if record.contains_key("prompt") {
        Some("agent")
    } else if record.contains_key("team") {
        Some("team")
    } else {
        // It says neither what the runtime asks for: that is the fault to be told.
        record
            .get("runtime")
            .filter(|it| *it == "prompt")
            .map(|_| "agent")
    };
    let members = record
        .get("members")
        .and_then(Value::as_array)
        .map_or(0, Vec::len);
    let kind = record.get("type").and_then(Value::as_str).or(declared);
    let (tier, brains) = match kind {
        Some("tool") => ("A", 0),
        Some("team") => ("C", members.max(2)),
        _ => ("B", 1),
    };
    let mut implied = vec![("reusability", json!(tier)), ("brain_count", json!(brains))];
    if let Some(declared) = declared {
        implied.extend([("type", json!(declared)), ("runtime", json!("prompt"))]);
    }
    implied
}
