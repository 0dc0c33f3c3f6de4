//! The context object (`$$`, `$states.context`), put together only where something reads it.

use std::borrow::Cow;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use super::Setting;
use crate::Json;
use crate::path::{Path, PathError, Segment};

/// What holds for a whole execution, from one redrive to the next.
#[derive(Debug, Clone)]
pub(crate) struct Identity {
    pub(crate) name: Arc<str>,
    pub(crate) setting: Arc<Setting>,
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
    /// Boxed because it is seldom built and every request carries its room.
    built: OnceLock<Box<Value>>,
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
        let mut names = [""; DEPTH];
        for (depth, segment) in path.segments.iter().take(DEPTH).enumerate() {
            let Segment::Name(name) = segment else { break };
            names[depth] = name;
            match self.part(&names[..=depth]) {
                Some(Part::Value(Cow::Borrowed(value))) => return path.find_from(value, depth + 1),
                Some(Part::Value(Cow::Owned(value))) if depth + 1 == path.segments.len() => {
                    return Ok(Cow::Owned(value));
                }
                Some(Part::Members(_)) => {}
                _ => break,
            }
        }
        path.find(self)
    }

    /// What stands under `names`, `None` if nothing does.
    pub(crate) fn part(&self, names: &[&str]) -> Option<Part<'_>> {
        let identity = self.identity.as_ref()?;
        let value = match *names {
            [] => {
                return Some(Part::Members(&[
                    "Execution",
                    "Map",
                    "State",
                    "StateMachine",
                    "Task",
                ]));
            }
            ["Execution"] => {
                return Some(Part::Members(&[
                    "Id",
                    "Input",
                    "Name",
                    "RoleArn",
                    "StartTime",
                    "RedriveCount",
                    "RedriveTime",
                ]));
            }
            ["Execution", "Id"] => identity.setting.execution_arn(&identity.name).into(),
            ["Execution", "Input"] => return Some(Part::shared(&identity.input)),
            ["Execution", "Name"] => (*identity.name).into(),
            ["Execution", "RoleArn"] => identity.setting.role_arn.as_str().into(),
            ["Execution", "StartTime"] => timestamp(identity.started_at).into(),
            ["Execution", "RedriveCount"] => identity.redriven.map_or(0, |(count, _)| count).into(),
            ["Execution", "RedriveTime"] => timestamp(identity.redriven?.1).into(),
            ["Map"] => {
                self.item.as_ref()?;
                return Some(Part::Members(&["Item"]));
            }
            ["Map", "Item"] => {
                self.item.as_ref()?;
                return Some(Part::Members(&["Index", "Value"]));
            }
            ["Map", "Item", "Index"] => self.item.as_ref()?.index.into(),
            ["Map", "Item", "Value"] => return Some(Part::shared(&self.item.as_ref()?.value)),
            ["State"] => return Some(Part::Members(&["Name", "EnteredTime", "RetryCount"])),
            ["State", "Name"] => (*self.state).into(),
            ["State", "EnteredTime"] => timestamp(self.entered_at).into(),
            ["State", "RetryCount"] => self.retry_count.into(),
            ["StateMachine"] => return Some(Part::Members(&["Id", "Name"])),
            ["StateMachine", "Id"] => identity.setting.machine_arn().into_owned().into(),
            ["StateMachine", "Name"] => identity.setting.machine_name.as_str().into(),
            ["Task"] => {
                self.token.as_ref()?;
                return Some(Part::Members(&["Token"]));
            }
            ["Task", "Token"] => (**self.token.as_ref()?).into(),
            _ => return None,
        };
        Some(Part::Value(Cow::Owned(value)))
    }

    /// Everything under the first `depth` of `names`.
    fn build(&self, names: [&'static str; DEPTH], depth: usize) -> Option<Value> {
        match self.part(&names[..depth])? {
            Part::Value(value) => Some(value.into_owned()),
            Part::Members(members) => {
                let mut object = Map::new();
                for member in members {
                    let mut below = names;
                    below[depth] = member;
                    if let Some(value) = self.build(below, depth + 1) {
                        object.insert((*member).to_owned(), value);
                    }
                }
                Some(Value::Object(object))
            }
        }
    }
}

/// How deep the members of the object are nested, payloads aside.
const DEPTH: usize = 3;

/// A part of the context object.
pub(crate) enum Part<'c> {
    /// An object that has some of these members.
    Members(&'static [&'static str]),
    Value(Cow<'c, Value>),
}

impl<'c> Part<'c> {
    fn shared(value: &'c Json) -> Self {
        Self::Value(Cow::Borrowed(value))
    }
}

/// A moment as AWS writes it: UTC, milliseconds, `Z`.
pub(crate) fn timestamp(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// A moment as S3 counts it in a listing: seconds since 1970.
pub(crate) const fn timestamp_seconds(at: DateTime<Utc>) -> i64 {
    at.timestamp()
}

impl Deref for TaskContext {
    type Target = Value;

    fn deref(&self) -> &Value {
        self.built
            .get_or_init(|| Box::new(self.build([""; DEPTH], 0).unwrap_or_default()))
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
            built: OnceLock::from(Box::new(value)),
        }
    }
}

impl Serialize for TaskContext {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (**self).serialize(serializer)
    }
}
