//! Reading a case file: each case by itself, so that one bad case is one bad case.

use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::{Case, Verdict, group_of};

/// Something in a case file that is no case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    /// Its id, or its place in the file.
    pub id: String,
    /// Why it cannot be read.
    pub reason: String,
}

/// The cases of a file: a list in JSON.
///
/// # Errors
/// The text is no list in JSON.
pub fn read(text: &str) -> Result<Vec<Result<Case, Unread>>, serde_json::Error> {
    let list: Vec<&RawValue> = serde_json::from_str(text)?;
    Ok(list
        .into_iter()
        .enumerate()
        .map(|(place, raw)| case(place, raw.get()))
        .collect())
}

fn case(place: usize, text: &str) -> Result<Case, Unread> {
    let unread = |id: Option<&str>, reason: String| Unread {
        id: id.map_or_else(|| format!("case {place}"), str::to_owned),
        reason,
    };
    let value: Value =
        serde_json::from_str(text).map_err(|fault| unread(None, fault.to_string()))?;
    if !value.is_object() {
        return Err(unread(None, "a case must be an object".to_owned()));
    }
    let id = value.get("id").and_then(Value::as_str).map(str::to_owned);
    serde_json::from_value(value).map_err(|fault| unread(id.as_deref(), fault.to_string()))
}

impl From<Unread> for Verdict {
    fn from(unread: Unread) -> Self {
        Self {
            group: group_of(&unread.id).to_owned(),
            expected: Value::Null,
            got: json!({"not_run": unread.reason}),
            differences: vec![format!("not read: {}", unread.reason)],
            id: unread.id,
        }
    }
}
