//! A project of some components: the starter library, and what a test declares.

use std::sync::Arc;

use serde_json::{Value, json};
use tdev_core::Result;
use tdev_core::component::{Component, ComponentRef, family};
use tdev_core::ports::{ComponentInvoker, Invocation, LanguageModel, Scope};
use tdev_runtime::builtin::Builtins;
use tdev_runtime::library::components;
use tdev_runtime::runner::{Mind, Quota, Runner};

use crate::builtin::project::project;
use crate::fakes::{Scripted, Sessions};
use crate::library::home::{Shelf, interpreters};

pub(crate) struct Home {
    runner: Runner,
    pub(crate) sessions: Arc<Sessions>,
    shelf: Arc<Shelf>,
    pub(crate) builtins: Builtins,
}

impl Home {
    /// A project that grants nothing.
    pub(crate) fn of(
        model: Option<&Arc<Scripted>>,
        own: impl IntoIterator<Item = Component>,
    ) -> Self {
        let folder = std::env::temp_dir();
        Self::on(project(&folder, json!({})), model, own)
    }

    /// The same, with any model.
    pub(crate) fn thinking(
        model: Arc<dyn LanguageModel>,
        own: impl IntoIterator<Item = Component>,
    ) -> Self {
        let folder = std::env::temp_dir();
        Self::with(project(&folder, json!({})), Some(model), own)
    }

    pub(crate) fn on(
        builtins: Builtins,
        model: Option<&Arc<Scripted>>,
        own: impl IntoIterator<Item = Component>,
    ) -> Self {
        let model = model.map(|model| Arc::clone(model) as Arc<dyn LanguageModel>);
        Self::with(builtins, model, own)
    }

    fn with(
        builtins: Builtins,
        model: Option<Arc<dyn LanguageModel>>,
        own: impl IntoIterator<Item = Component>,
    ) -> Self {
        let shipped = components().unwrap();
        let all = shipped.into_iter().chain(own).map(Arc::new).collect();
        let shelf = Arc::new(Shelf(all));
        let sessions = Arc::new(Sessions::default());
        let mind = Mind {
            model,
            sessions: Some(Arc::clone(&sessions) as Arc<_>),
        };
        let runner = Runner::new(
            "demo".to_owned(),
            Arc::clone(&shelf) as Arc<_>,
            builtins.clone(),
            interpreters(),
            Quota::default(),
            mind,
        );
        Self {
            runner,
            sessions,
            shelf,
            builtins,
        }
    }

    /// Runs a component as a step of that idempotency token would.
    pub(crate) async fn run_as(&self, token: &str, name: &str, input: Value) -> Result<Value> {
        let scope = Scope {
            project: "demo".to_owned(),
            run_id: "run-1".to_owned(),
            step: "step-1".to_owned(),
            idempotency_token: token.to_owned(),
            redriven: None,
        };
        let component = ComponentRef {
            name: name.to_owned(),
            version: None,
        };
        self.runner
            .invoke(Invocation {
                component,
                input,
                scope,
            })
            .await
    }

    pub(crate) async fn run(&self, name: &str, input: Value) -> Result<Value> {
        self.run_as("", name, input).await
    }

    /// What registering a record would say.
    pub(crate) async fn check(&self, record: &Component) -> Result<()> {
        record.validate()?;
        family::check(record, &*self.shelf).await
    }
}

/// A record of Python source, whose source is stored in a project.
pub(crate) fn python(builtins: &Builtins, mut record: Value, source: &str) -> Component {
    let put = builtins.artifacts.put(source.as_bytes());
    record["code_hash"] = json!(futures::executor::block_on(put).unwrap());
    record["runtime"] = json!("python");
    Component::read(&record.to_string()).unwrap()
}

/// A declared agent: `with` adds to its record, and its `prompt` to the defaults.
pub(crate) fn agent(name: &str, with: &Value) -> Component {
    let record = json!({
        "name": name,
        "description": "Answers",
        "input_schema": {"text": "string"},
        "output_schema": {"reply": "string"},
        "prompt": {"instructions": "Answer what you are asked."}
    });
    declared(record, with)
}

/// A declared team: `with` adds to its record.
pub(crate) fn team(name: &str, with: &Value) -> Component {
    let record = json!({
        "name": name,
        "description": "Works together",
        "input_schema": {"text": "string"},
        "output_schema": {},
    });
    declared(record, with)
}

fn declared(mut record: Value, with: &Value) -> Component {
    for (field, value) in with.as_object().unwrap() {
        match (record.get_mut(field), value) {
            (Some(Value::Object(known)), Value::Object(more)) if field == "prompt" => {
                known.extend(more.clone());
            }
            _ => record[field] = value.clone(),
        }
    }
    let component = Component::read(&record.to_string()).unwrap_or_else(|fault| panic!("{fault}"));
    component
        .validate()
        .unwrap_or_else(|fault| panic!("{fault}"));
    component
}

/// An output whose trace says nothing of how long things took.
pub(crate) fn timeless(mut output: Value) -> Value {
    for entry in output["trace"].as_array_mut().unwrap() {
        if let Some(ms) = entry.get_mut("ms") {
            *ms = json!("[ms]");
        }
    }
    output
}
