//! The context object (`$$`, `$states.context`), put together only where something reads it.

use std::borrow::Cow;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Serialize, Serializer};
use serde_json::{Map, Value, json};

use crate::Json;
use crate::path::{Path, PathError, Segment};

/// What holds for a whole execution, from one redrive to the next.
#[derive(Debug, Clone)]
pub(crate) struct Identity {
    pub(crate) name: Arc<str>,
    pub(crate) execution_arn: String,
    pub(crate) machine_name: String,
    pub(crate) machine_arn: String,
    pub(crate) role_arn: String,
    pub(crate) input: Json,
    pub(crate) started_at: DateTime<Utc>,
    /// How often the execution was redriven, and when last.
    pub(crate) redriven: Option<(u32, DateTime<Utc>)>,
}

/// The item an iteration works on.
#[derive(Debug)]
pub(crate) struct Item {
    pub(crate) index: usize,
    pub(crate) value: Json,
}

/// The context object of one state. Dereferences to the JSON object, which is built on first use.
#[derive(Debug, Clone)]
pub struct TaskContext {
    pub(crate) identity: Option<Arc<Identity>>,
    pub(crate) state: Arc<str>,
    pub(crate) entered_at: DateTime<Utc>,
    pub(crate) retry_count: u32,
    pub(crate) item: Option<Arc<Item>>,
    pub(crate) token: Option<Arc<str>>,
    built: OnceLock<Value>,
}

impl TaskContext {
    pub(crate) const fn new(
        identity: Arc<Identity>,
        state: Arc<str>,
        entered_at: DateTime<Utc>,
        retry_count: u32,
        item: Option<Arc<Item>>,
    ) -> Self {
        Self {
            identity: Some(identity),
            state,
            entered_at,
            retry_count,
            item,
            token: None,
            built: OnceLock::new(),
        }
    }

    /// The value a `$$` path names, without building what it does not touch.
    pub(crate) fn find(&self, path: &Path) -> Result<Cow<'_, Value>, PathError> {
        let name = |i: usize| match path.segments.get(i) {
            Some(Segment::Name(name)) => name.as_str(),
            _ => "",
        };
        if let Some(identity) = &self.identity {
            match (name(0), name(1), name(2)) {
                ("Execution", "Input", _) => return path.find_from(&identity.input, 2),
                ("Map", "Item", "Value") => {
                    if let Some(item) = &self.item {
                        return path.find_from(&item.value, 3);
                    }
                }
                ("Map", "Item", "Index") => {
                    if let Some(item) = &self.item {
                        return Ok(Cow::Owned(item.index.into()));
                    }
                }
                ("State", "Name", "") => return Ok(Cow::Owned((*self.state).into())),
                _ => {}
            }
        }
        path.find(self)
    }

    fn build(&self) -> Value {
        let Some(identity) = &self.identity else {
            return Value::Null;
        };
        let mut object = Map::new();
        let mut execution = json!({
            "Id": identity.execution_arn,
            "Input": *identity.input,
            "Name": *identity.name,
            "RoleArn": identity.role_arn,
            "StartTime": timestamp(identity.started_at),
            "RedriveCount": identity.redriven.map_or(0, |(count, _)| count),
        });
        if let Some((_, at)) = identity.redriven {
            execution["RedriveTime"] = timestamp(at).into();
        }
        object.insert("Execution".to_owned(), execution);
        if let Some(item) = &self.item {
            object.insert(
                "Map".to_owned(),
                json!({"Item": {"Index": item.index, "Value": *item.value}}),
            );
        }
        object.insert(
            "State".to_owned(),
            json!({
                "Name": *self.state,
                "EnteredTime": timestamp(self.entered_at),
                "RetryCount": self.retry_count,
            }),
        );
        object.insert(
            "StateMachine".to_owned(),
            json!({"Id": identity.machine_arn, "Name": identity.machine_name}),
        );
        if let Some(token) = &self.token {
            object.insert("Task".to_owned(), json!({"Token": **token}));
        }
        Value::Object(object)
    }
}

/// A moment as AWS writes it: UTC, milliseconds, `Z`.
pub(crate) fn timestamp(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

impl Deref for TaskContext {
    type Target = Value;

    fn deref(&self) -> &Value {
        self.built.get_or_init(|| self.build())
    }
}

impl From<Value> for TaskContext {
    /// A context object given as JSON, for callers that make requests by hand.
    fn from(value: Value) -> Self {
        Self {
            identity: None,
            state: "".into(),
            entered_at: DateTime::UNIX_EPOCH,
            retry_count: 0,
            item: None,
            token: None,
            built: OnceLock::from(value),
        }
    }
}

impl Serialize for TaskContext {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (**self).serialize(serializer)
    }
}
