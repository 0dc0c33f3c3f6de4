//! The components a model may call, and calling them: checked, several at once, errors as data.

use std::sync::Arc;
use std::thread;
use std::time::Instant;

use serde_json::{Value, json};
use tdev_core::component::Component;
use tdev_core::model::{Content, ModelTool};
use tdev_core::nearest::did_you_mean;
use tdev_core::{Code, Error, Result};

use super::contract::{ANSWER, object};
use super::repeats::{Repeats, Verdict};
use crate::runner::{Effects, Inner, Passage};

/// Calls of one turn that are made; more are refused.
const MOST_CALLS: usize = 16;

/// Calls under way at once.
const AT_ONCE: usize = 4;

/// Bytes of an answer that a model is given; the rest is left out, and it is told.
const MOST_BYTES: usize = 24 << 10;

/// Bytes of inputs and outputs in a trace.
const TRACED_BYTES: usize = 2 << 10;

/// What a model may call.
pub(crate) struct Toolbox {
    runner: Arc<Inner>,
    tools: Vec<Arc<Component>>,
    effects: Effects,
}

/// What a model asked for.
pub(super) struct Ask {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) input: Value,
}

/// An ask that was looked at: a call to make, or why not.
type Looked<'a> = Result<(&'a Arc<Component>, Value)>;

impl Toolbox {
    /// What a component's metadata grants in `tools` and `members`.
    ///
    /// # Errors
    /// `ComponentNotFound` for an entry that is not registered.
    pub(crate) fn of(
        runner: &Arc<Inner>,
        component: &Component,
        passage: &Passage,
    ) -> Result<Self> {
        let mut tools: Vec<Arc<Component>> = Vec::new();
        for entry in component.tools.iter().chain(&component.members) {
            let found = runner.granted(entry, passage)?;
            if tools.iter().all(|tool| tool.name != found.name) {
                tools.push(found);
            }
        }
        Ok(Self {
            runner: Arc::clone(runner),
            tools,
            effects: Effects::default(),
        })
    }

    /// Nothing to call.
    pub(crate) fn empty(runner: &Arc<Inner>) -> Self {
        Self {
            runner: Arc::clone(runner),
            tools: Vec::new(),
            effects: Effects::default(),
        }
    }

    pub(super) fn offers(&self) -> Vec<ModelTool> {
        let offer = |tool: &Arc<Component>| ModelTool {
            name: tool.name.clone(),
            description: tool.description.clone(),
            input_schema: object(&tool.input_schema),
        };
        self.tools.iter().map(offer).collect()
    }

    /// Does what was asked in one turn, and answers each in its order.
    ///
    /// # Errors
    /// What no model can mend: the end of time, cancellation, a home that lacks something, a call
    /// made over and over.
    pub(super) fn perform(
        &self,
        who: &str,
        asks: Vec<Ask>,
        repeats: &mut Repeats,
        passage: &Passage,
        work: &mut Vec<Value>,
    ) -> Result<Vec<Content>> {
        let mut looked: Vec<Looked> = Vec::with_capacity(asks.len());
        for (at, ask) in asks.iter().enumerate() {
            looked.push(if at >= MOST_CALLS {
                Err(Error::new(
                    Code::InvalidInput,
                    format!("a turn has at most {MOST_CALLS} calls"),
                )
                .hint("ask again in the next one"))
            } else {
                match self.look(ask) {
                    Err(refused) => Err(refused),
                    Ok(call) => match repeats.count(who, &ask.name, &ask.input)? {
                        Verdict::Make => Ok(call),
                        Verdict::Tell(error) => Err(error),
                    },
                }
            });
        }
        let answers = self.make(&looked, passage);
        let mut results = Vec::with_capacity(asks.len());
        for (ask, (answer, ms)) in asks.into_iter().zip(answers) {
            work.push(entry(&ask, &answer, ms));
            tracing::info!(
                target: "tdev::mind",
                component = who,
                run = %passage.scope.run_id,
                step = %passage.scope.step,
                called = %ask.name,
                ms,
                error = answer.as_ref().err().map(tracing::field::display),
                "a model called"
            );
            passage.left(who)?;
            results.push(match answer {
                Err(error) if ends_all(error.code) => return Err(error),
                Err(error) => told(ask.id, &error),
                Ok(output) => Content::ToolResult {
                    id: ask.id,
                    content: shortened(output, MOST_BYTES),
                    failed: false,
                },
            });
        }
        Ok(results)
    }

    /// Holds an ask to what is granted and to the schema of what it asks for.
    fn look(&self, ask: &Ask) -> Result<(&Arc<Component>, Value)> {
        let Some(tool) = self.tools.iter().find(|tool| tool.name == ask.name) else {
            let known: Vec<&str> = self.tools.iter().map(|tool| tool.name.as_str()).collect();
            let error = if ask.name == ANSWER {
                Error::new(Code::InvalidInput, "an answer stands alone")
                    .hint("read what the other calls say, then give it")
            } else {
                Error::new(
                    Code::PermissionDenied,
                    format!("you have no tool `{}`", ask.name),
                )
                .hint(format!("yours are {}", known.join(", ")))
            };
            return Err(error.hint_opt(did_you_mean(&ask.name, known)));
        };
        let schema = &tool.input_schema;
        let fields = schema.fields();
        let names = || fields.iter().map(|field| field.name.as_str());
        let given = ask.input.as_object();
        let stray = given
            .into_iter()
            .flat_map(|given| given.keys())
            .find(|key| schema.is_described() && names().all(|name| name != key.as_str()));
        if let Some(stray) = stray {
            return Err(Error::new(
                Code::SchemaMismatch,
                format!("`{}` takes no field `{stray}`", tool.name),
            )
            .field(format!("input.{stray}"))
            .hint(format!(
                "its fields are {}",
                names().collect::<Vec<_>>().join(", ")
            ))
            .hint_opt(did_you_mean(stray, names())));
        }
        crate::runner::shaped(tool, ask.input.clone()).map(|input| (tool, input))
    }

    /// Makes the calls, a few at once, and says how long each took.
    fn make(&self, looked: &[Looked], passage: &Passage) -> Vec<(Result<Value>, u64)> {
        let one = |looked: &Looked| {
            let (tool, input) = looked.as_ref().map_err(Clone::clone)?;
            passage.left(&tool.name)?;
            let inside = self.effects.passage(passage, &tool.name, input);
            self.runner.run(tool, input.clone(), &inside)
        };
        let timed = |looked: &Looked| {
            let begun = Instant::now();
            let answer = one(looked);
            let ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
            (answer, ms)
        };
        let timed = &timed;
        let lost = || {
            let error = Error::new(Code::ComponentCrashed, "the call's thread ended abnormally");
            (Err(error), 0)
        };
        let mut answers = Vec::with_capacity(looked.len());
        for few in looked.chunks(AT_ONCE) {
            if let [alone] = few {
                answers.push(timed(alone));
                continue;
            }
            thread::scope(|scope| {
                let under_way: Vec<_> = few
                    .iter()
                    .map(|one| scope.spawn(move || timed(one)))
                    .collect();
                let done = under_way
                    .into_iter()
                    .map(|call| call.join().unwrap_or_else(|_| lost()));
                answers.extend(done);
            });
        }
        answers
    }
}

/// Errors that no further turn can mend.
pub(crate) const fn ends_all(code: Code) -> bool {
    matches!(
        code,
        Code::Cancelled | Code::InterpreterMissing | Code::InterpreterForeign
    )
}

/// A failure as a model is told it.
pub(super) fn told(id: String, error: &Error) -> Content {
    let mut content = json!({
        "error": error.code,
        "message": error.message,
        "retryable": error.retryable(),
    });
    if let Some(field) = &error.field {
        content["field"] = json!(field);
    }
    if let Some(hint) = &error.hint {
        content["hint"] = json!(hint);
    }
    Content::ToolResult {
        id,
        content,
        failed: true,
    }
}

fn entry(ask: &Ask, answer: &Result<Value>, ms: u64) -> Value {
    let input = shortened(ask.input.clone(), TRACED_BYTES);
    let mut entry = json!({"called": ask.name, "input": input, "ms": ms});
    match answer {
        Ok(output) => entry["output"] = shortened(output.clone(), TRACED_BYTES),
        Err(error) => entry["error"] = json!({"code": error.code, "message": error.message}),
    }
    entry
}

/// A value, or its beginning.
pub(crate) fn shortened(value: Value, most: usize) -> Value {
    let text = value.to_string();
    if text.len() <= most {
        return value;
    }
    let beginning: String = text
        .char_indices()
        .take_while(|(at, c)| at + c.len_utf8() <= most)
        .map(|(_, c)| c)
        .collect();
    json!({"beginning": beginning, "omitted_bytes": text.len() - beginning.len()})
}
