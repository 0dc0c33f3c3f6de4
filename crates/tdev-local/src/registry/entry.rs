//! One name in `registry.json`: its newest version at the name, older ones under `versions`.

use std::sync::Arc;

use serde_json::{Map, Value, json};
use tdev_core::component::{Component, VersionId};
use tdev_core::{Code, Error, Result};

/// Every spelling a field of [`Component`] has. What is not among these is somebody else's and
/// is carried along unchanged.
const FIELDS: &[&str] = &[
    "name",
    "type",
    "version",
    "version_id",
    "status",
    "description",
    "brain_count",
    "reusability",
    "input_schema",
    "output_schema",
    "tools",
    "members",
    "tags",
    "permissions",
    "secrets",
    "class_path",
    "path",
    "code_hash",
    "owner",
    "created_at",
    "runtime",
    "prompt",
    "team",
    "side_effects",
    "timeout_seconds",
    "examples",
    "provenance",
    "class",
    "input",
    "output",
    "author",
];

/// The key under which older versions stand.
const OLDER: &str = "versions";

/// All versions of one name as the file has them, oldest first.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    versions: Vec<Version>,
}

#[derive(Debug, Clone)]
struct Version {
    component: Arc<Component>,
    /// Its record as it stands in the file, without the older versions.
    record: Map<String, Value>,
}

impl Entry {
    /// Reads what stands at a name.
    pub(super) fn read(name: &str, written: &Value) -> Result<Self> {
        let fault = |why: String| {
            Error::new(Code::StoreCorrupt, format!("the entry `{name}` {why}")).field(name)
        };
        let mut newest = written
            .as_object()
            .cloned()
            .ok_or_else(|| fault("is not an object".into()))?;
        let older = match newest.shift_remove(OLDER) {
            None => Vec::new(),
            Some(Value::Array(older)) => older,
            Some(_) => return Err(fault(format!("has `{OLDER}` that is not a list"))),
        };
        let mut versions = Vec::with_capacity(older.len() + 1);
        for record in older {
            let Value::Object(record) = record else {
                return Err(fault(format!(
                    "has a version under `{OLDER}` that is not an object"
                )));
            };
            versions.push(Version::read(name, record)?);
        }
        versions.push(Version::read(name, newest)?);
        versions.sort_by_key(|v| v.component.version_id);
        if let Some([one, _]) = versions.array_windows().find(|[a, b]| a.id() == b.id()) {
            return Err(fault(format!("has version `{}` twice", one.id())));
        }
        Ok(Self { versions })
    }

    /// An entry of no versions yet.
    pub(super) const fn empty() -> Self {
        Self {
            versions: Vec::new(),
        }
    }

    /// Its versions, oldest first.
    pub(super) fn components(&self) -> impl Iterator<Item = &Arc<Component>> {
        self.versions.iter().map(|v| &v.component)
    }

    /// Puts a version in place of the one of the same number, or beside the others. Fields the
    /// record had that are nobody's here stay in it.
    pub(super) fn put(&mut self, component: Arc<Component>) -> Result<()> {
        let at = self
            .versions
            .binary_search_by_key(&component.version_id, |v| v.id());
        let before = at
            .ok()
            .and_then(|i| self.versions.get(i))
            .map(|v| &v.record);
        let version = Version {
            record: record_of(&component, before)?,
            component,
        };
        match at {
            Ok(i) => self.versions.splice(i..=i, [version]).for_each(drop),
            Err(i) => self.versions.insert(i, version),
        }
        Ok(())
    }

    /// As it is written to the file.
    pub(super) fn write(&self) -> Value {
        let Some((newest, older)) = self.versions.split_last() else {
            return json!({});
        };
        let mut record = newest.record.clone();
        if !older.is_empty() {
            let older = older.iter().map(|v| Value::Object(v.numbered())).collect();
            record.insert(OLDER.to_owned(), Value::Array(older));
        }
        Value::Object(record)
    }
}

impl Version {
    fn read(name: &str, record: Map<String, Value>) -> Result<Self> {
        let fault = |why: String| {
            Error::new(
                Code::StoreCorrupt,
                format!("the entry `{name}` is not a component: {why}"),
            )
            .field(name)
        };
        let mut whole = record.clone();
        match whole.get("name") {
            None => {
                whole.insert("name".to_owned(), json!(name));
            }
            Some(given) if given == name => {}
            Some(given) => return Err(fault(format!("it names itself {given}"))),
        }
        for (field, value) in implied(&record) {
            whole.entry(field).or_insert(value);
        }
        let component =
            serde_json::from_value(Value::Object(whole)).map_err(|e| fault(e.to_string()))?;
        Ok(Self {
            component: Arc::new(component),
            record,
        })
    }

    fn id(&self) -> VersionId {
        self.component.version_id
    }

    /// The record with its version said, which a minimal entry may leave out.
    fn numbered(&self) -> Map<String, Value> {
        let mut record = self.record.clone();
        record
            .entry("version_id")
            .or_insert_with(|| json!(self.id().to_string()));
        record
    }
}

/// What a minimal record leaves to its type.
fn implied(record: &Map<String, Value>) -> [(&'static str, Value); 2] {
    let members = record
        .get("members")
        .and_then(Value::as_array)
        .map_or(0, Vec::len);
    let (tier, brains) = match record.get("type").and_then(Value::as_str) {
        Some("tool") => ("A", 0),
        Some("team") => ("C", members.max(2)),
        _ => ("B", 1),
    };
    [("reusability", json!(tier)), ("brain_count", json!(brains))]
}

/// A component as its record, in the one order of fields, then whatever else `before` had.
fn record_of(
    component: &Component,
    before: Option<&Map<String, Value>>,
) -> Result<Map<String, Value>> {
    let unwritable = |why: String| {
        Error::new(
            Code::InvalidComponent,
            format!("`{}` cannot be written: {why}", component.name),
        )
    };
    let Value::Object(mut record) =
        serde_json::to_value(component).map_err(|e| unwritable(e.to_string()))?
    else {
        return Err(unwritable("it is not an object".into()));
    };
    record.shift_remove("name");
    for (field, value) in before.into_iter().flatten() {
        if !FIELDS.contains(&field.as_str()) {
            record.insert(field.clone(), value.clone());
        }
    }
    Ok(record)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_of_a_component_is_known_here() {
        let full = json!({
            "name": "X", "type": "team", "version": "1.2.3", "version_id": "v4", "status": "stable",
            "description": "d", "brain_count": 2, "reusability": "C", "input_schema": {"a": "string"},
            "output_schema": {"b": "string"}, "tools": ["T"], "members": ["A", "B"], "tags": ["t"],
            "permissions": ["net.http"], "secrets": ["K"], "class_path": "m.X", "path": "m.py",
            "code_hash": "00", "owner": "o", "created_at": "2026-01-01T00:00:00Z", "runtime": "python",
            "prompt": {"instructions": "i", "max_turns": 3, "max_tokens": 5000, "max_answer_tokens": 500,
                       "temperature": 0.2, "memory": {"chars": 900}},
            "team": {"mode": "router", "max_rounds": 3, "max_tokens": 5000, "max_answer_tokens": 500,
                     "route_by": "likeness", "default": "A"},
            "side_effects": true, "timeout_seconds": 3, "examples": [{"input": {}, "output": {}}],
            "provenance": {"by": "hand"}});
        let component: Component = serde_json::from_value(full.clone()).unwrap();
        let written = serde_json::to_value(&component).unwrap();
        assert_eq!(written, full);
        for field in written.as_object().unwrap().keys() {
            assert!(
                FIELDS.contains(&field.as_str()),
                "{field} would be kept twice"
            );
        }
    }

    #[test]
    fn a_team_without_numbers_counts_its_members() {
        let entry = Entry::read(
            "T",
            &json!({"type": "team", "class": "t.T", "members": ["A", "B", "C"]}),
        )
        .unwrap();
        assert_eq!(entry.components().next().unwrap().brain_count, 3);
    }
}
