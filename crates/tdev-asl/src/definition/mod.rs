//! Definitions: read once, checked whole, compiled to a table of states.

mod dataset;
mod fault;
mod flow;
mod iteration;
mod kinds;
mod object;
mod policy;
mod position;
mod resource;
mod shaping;
mod state;
mod step;
mod variables;

pub use fault::{Fault, Invalid};
pub(crate) use fault::{Faults, below, nearest};
pub(crate) use resource::{Form, Pattern, Resource};
pub(crate) use state::*;

use serde_json::Value;
use sha2::Digest as _;

use crate::template::Language;
use object::Object;

/// JSON nested deeper than this is refused before anything walks it.
const DEPTH: usize = 256;
/// The largest number of seconds the language allows.
pub(crate) const SECONDS: f64 = 99_999_999.0;

/// The fields of the machine itself.
const FIELDS: [&str; 8] = [
    "Comment",
    "StartAt",
    "States",
    "Version",
    "TimeoutSeconds",
    "QueryLanguage",
    "ProcessorConfig",
    "$schema",
];

/// A machine: parsed, checked and compiled. Immutable, and shared through `Arc`.
#[derive(Debug)]
pub struct StateMachine {
    pub(crate) states: Vec<State>,
    pub(crate) start: Start,
    pub(crate) timeout: Option<f64>,
    pub(crate) fingerprint: String,
}

impl StateMachine {
    /// Parses a definition. Faults carry line and column.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let value = serde_json::from_str(text)
            .map_err(|e| Invalid::not_json("the definition is not JSON", &e))?;
        Self::from_value(&value).map_err(|invalid| invalid.located(text))
    }

    /// Reads a definition already parsed as JSON. Faults carry pointers only.
    pub fn from_value(v: &Value) -> Result<Self, Invalid> {
        let mut faults = Faults::default();
        let machine = if depth_within(v, DEPTH) {
            read(v, &mut faults)
        } else {
            faults.add("", "TOO_DEEP", format!("nested deeper than {DEPTH} levels"));
            None
        };
        match machine {
            Some(machine) if faults.list.is_empty() => Ok(machine),
            _ => Err(Invalid {
                faults: faults.list,
            }),
        }
    }

    /// Every Task resource, in the order of the definition.
    pub fn resources(&self) -> Vec<String> {
        self.states
            .iter()
            .filter_map(|state| match &state.kind {
                Kind::Task(task) => Some(task.resource.text.clone()),
                _ => None,
            })
            .collect()
    }

    /// Every Task with its resource, by state and as written, in the order of the definition.
    pub fn tasks(&self) -> impl Iterator<Item = (&str, &str)> {
        self.states.iter().filter_map(|state| match &state.kind {
            Kind::Task(task) => Some((&*state.name, task.resource.text.as_str())),
            _ => None,
        })
    }

    /// The name of every state, in the order of the definition.
    pub fn state_names(&self) -> Vec<&str> {
        self.states.iter().map(|state| &*state.name).collect()
    }

    /// A digest of the definition: journals are replayed against the definition they began with.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }
}

fn read(value: &Value, faults: &mut Faults) -> Option<StateMachine> {
    let object = Object::of(value, "", faults)?;
    object.only(&[&FIELDS], "a state machine", faults);
    let language = language(&object, Language::JsonPath, faults);
    if let Some(version) = object.string("Version", faults)
        && version != "1.0"
    {
        faults.suggest(
            "/Version",
            "BAD_VALUE",
            "unknown version",
            Some("1.0".to_owned()),
        );
    }
    let timeout = object.integer("TimeoutSeconds", (1.0, SECONDS), faults);
    let mut compiler = flow::Compiler::new(language, faults);
    let start = compiler.flow(object, 0);
    let states = compiler.finish();
    Some(StateMachine {
        states: states?,
        start: start?,
        timeout,
        fingerprint: fingerprint(value),
    })
}

fn language(object: &Object<'_>, inherited: Language, faults: &mut Faults) -> Language {
    match object.string("QueryLanguage", faults) {
        None => inherited,
        Some("JSONPath") => Language::JsonPath,
        Some("JSONata") => Language::Jsonata,
        Some(other) => {
            faults.suggest(
                &object.place("QueryLanguage"),
                "BAD_VALUE",
                format!("unknown query language `{other}`"),
                nearest(other, ["JSONPath", "JSONata"]),
            );
            inherited
        }
    }
}

fn fingerprint(value: &Value) -> String {
    // The order of members means nothing, and some stores do not keep it.
    let mut sorted = value.clone();
    sorted.sort_all_objects();
    let digest = sha2::Sha256::digest(sorted.to_string());
    digest[..8].iter().map(|b| format!("{b:02x}")).collect()
}

/// Whether `value` is nested at most `limit` deep; a worklist, so depth costs no stack.
fn depth_within(value: &Value, limit: usize) -> bool {
    let mut pending = vec![(value, 0)];
    while let Some((value, depth)) = pending.pop() {
        if depth > limit {
            return false;
        }
        match value {
            Value::Array(items) => pending.extend(items.iter().map(|v| (v, depth + 1))),
            Value::Object(map) => pending.extend(map.values().map(|v| (v, depth + 1))),
            _ => {}
        }
    }
    true
}
