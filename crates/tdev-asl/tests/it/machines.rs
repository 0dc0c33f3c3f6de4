//! Random machines, and hands whose answers depend on what they are asked and on nothing else.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::Mutex;

use async_trait::async_trait;
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use tdev_asl::{Handle, TaskFailure, TaskHandler, TaskRequest};

/// A whole machine.
pub(crate) fn machine() -> impl Strategy<Value = Value> {
    let list = prop::collection::vec(state(2), 1..5);
    (list, prop::option::weighted(0.2, 20..200u32)).prop_map(|(states, timeout)| {
        let mut definition = flow(states);
        if let Some(seconds) = timeout {
            definition["TimeoutSeconds"] = json!(seconds);
        }
        rename(&mut definition, &mut 0);
        definition
    })
}

/// What every machine is given.
pub(crate) fn input() -> Value {
    json!({"items": [{"n": 1}, {"n": 2}, {"n": 3}]})
}

fn leaf() -> BoxedStrategy<Value> {
    prop_oneof![
        1 => Just(json!({"Type": "Pass", "Result": {"a": [1, 2]}, "ResultPath": "$.r"})),
        1 => Just(
            json!({"Type": "Pass", "Parameters": {"id.$": "States.UUID()", "n.$": "States.MathRandom(0, 1000)"}, "ResultPath": "$.drawn"})
        ),
        1 => Just(
            json!({"Type": "Pass", "Assign": {"v.$": "$$.State.EnteredTime", "count.$": "$$.Execution.RedriveCount"}})
        ),
        1 => Just(
            json!({"Type": "Pass", "QueryLanguage": "JSONata", "Assign": {"t": "{% $now() %}"}, "Output": {"u": "{% $uuid() %}", "r": "{% $random() %}"}})
        ),
        1 => Just(
            json!({"Type": "Choice", "Choices": [{"Variable": "$$.Execution.RedriveCount", "NumericGreaterThan": 0, "Next": "?+1"}], "Default": "?+1"})
        ),
        1 => (1..50u32).prop_map(|s| json!({"Type": "Wait", "Seconds": s})),
        3 => task(),
    ]
    .boxed()
}

fn task() -> impl Strategy<Value = Value> {
    let resource = prop_oneof![
        3 => Just("steady"),
        4 => Just("moody"),
        1 => Just("silent"),
        1 => Just("abort"),
        2 => Just("ask.waitForTaskToken"),
    ];
    (resource, recovery(), any::<bool>()).prop_map(|(resource, recovery, beats)| {
        let mut state = json!({"Type": "Task", "Resource": resource, "ResultPath": "$.task"});
        if resource == "silent" {
            state["TimeoutSeconds"] = json!(9);
        }
        if resource.ends_with("Token") {
            state["TimeoutSeconds"] = json!(30);
            if beats {
                state["HeartbeatSeconds"] = json!(4);
            }
        }
        with(state, recovery)
    })
}

/// `Retry` and `Catch`, or neither.
fn recovery() -> impl Strategy<Value = Value> {
    let retry = prop::option::weighted(
        0.4,
        Just(json!([{"ErrorEquals": ["States.ALL"], "MaxAttempts": 2, "JitterStrategy": "FULL"}])),
    );
    let catch = prop::option::weighted(
        0.2,
        Just(json!([{"ErrorEquals": ["States.ALL"], "ResultPath": "$.caught", "Next": "?+1"}])),
    );
    (retry, catch).prop_map(|(retry, catch)| {
        let mut fields = json!({});
        for (field, value) in [("Retry", retry), ("Catch", catch)] {
            if let Some(value) = value {
                fields[field] = value;
            }
        }
        fields
    })
}

fn with(mut state: Value, fields: Value) -> Value {
    if let (Some(state), Value::Object(fields)) = (state.as_object_mut(), fields) {
        state.extend(fields);
    }
    state
}

/// One state without its `Next`.
fn state(depth: u32) -> BoxedStrategy<Value> {
    if depth == 0 {
        return leaf();
    }
    let inner = prop::collection::vec(state(depth - 1), 1..3);
    let branches = prop::collection::vec(inner.clone(), 1..4);
    prop_oneof![
        4 => leaf(),
        2 => (branches, recovery()).prop_map(|(branches, recovery)| with(
            json!({"Type": "Parallel", "ResultPath": "$.p",
                "Branches": branches.into_iter().map(flow).collect::<Vec<_>>()}),
            recovery,
        )),
        2 => (inner, 0..3usize, 0..4u32, recovery()).prop_map(|(inner, width, kind, recovery)| {
            let mut map = json!({"Type": "Map", "MaxConcurrency": width,
                "ItemsPath": "$$.Execution.Input.items", "ResultPath": "$.m",
                "ItemProcessor": flow(inner)});
            if kind < 2 {
                let kind = ["STANDARD", "EXPRESS"][kind as usize];
                map["ItemProcessor"]["ProcessorConfig"] =
                    json!({"Mode": "DISTRIBUTED", "ExecutionType": kind});
                map["ToleratedFailureCount"] = json!(1);
            }
            with(map, recovery)
        }),
    ]
    .boxed()
}

/// A list of states; `?+1` is the one after.
fn flow(mut states: Vec<Value>) -> Value {
    states.push(json!({"Type": "Pass", "End": true}));
    let count = states.len();
    let named = states
        .into_iter()
        .enumerate()
        .map(|(i, mut state)| {
            let next = json!(format!("?{}", i + 1));
            if state["Type"] == "Choice" {
                state["Choices"][0]["Next"] = next.clone();
                state["Default"] = next;
            } else if i + 1 < count {
                state["Next"] = next.clone();
                if let Some(catch) = state.pointer_mut("/Catch/0/Next") {
                    *catch = next;
                }
            }
            (format!("?{i}"), state)
        })
        .collect::<Map<_, _>>();
    json!({"StartAt": "?0", "States": named})
}

/// Names are unique in a machine, so each list gets a prefix of its own.
fn rename(flow: &mut Value, next: &mut u32) {
    let prefix = format!("L{next}-");
    let own = next.to_string();
    *next += 1;
    let named = |name: &Value| json!(name.as_str().unwrap().replace('?', &prefix));
    flow["StartAt"] = named(&flow["StartAt"]);
    let states = std::mem::take(flow["States"].as_object_mut().unwrap());
    for (name, mut state) in states {
        for place in ["/Next", "/Default", "/Choices/0/Next", "/Catch/0/Next"] {
            if let Some(target) = state.pointer_mut(place) {
                *target = named(target);
            }
        }
        if let Some(assign) = state.get("Assign").and_then(Value::as_object) {
            // No scope may assign what an outer one assigns.
            let renamed = assign.iter().map(|(name, value)| {
                let (variable, ending) = name.split_at(name.find('.').unwrap_or(name.len()));
                (format!("{variable}{own}{ending}"), value.clone())
            });
            state["Assign"] = Value::Object(renamed.collect());
        }
        if let Some(branches) = state.get_mut("Branches").and_then(Value::as_array_mut) {
            branches.iter_mut().for_each(|b| rename(b, next));
        }
        if let Some(processor) = state.get_mut("ItemProcessor") {
            rename(processor, next);
        }
        flow["States"][name.replace('?', &prefix)] = state;
    }
}

/// Answers by the state, the item, the attempt and the redrive alone, so that a call made again
/// after a crash is answered as before; only a redrive or a retry may find it in another mood.
pub(crate) struct Hands {
    pub(crate) handle: Handle,
    mood: u64,
    /// Whether commands are sent that no call waits for: signs of life, and aborts.
    commands: bool,
    /// Every idempotency token seen, with how often.
    pub(crate) calls: Mutex<HashMap<String, usize>>,
}

impl Hands {
    pub(crate) fn new(handle: Handle, mood: u64, commands: bool) -> Self {
        Self {
            handle,
            mood,
            commands,
            calls: Mutex::default(),
        }
    }

    fn draw(&self, req: &TaskRequest) -> u64 {
        let mut hasher = DefaultHasher::new();
        let item = req.context["Map"]["Item"]["Index"].as_u64();
        let redrive = req.context["Execution"]["RedriveCount"].as_u64();
        (self.mood, &req.state, item, redrive, req.attempt).hash(&mut hasher);
        hasher.finish() % 100
    }
}

#[async_trait]
impl TaskHandler for Hands {
    async fn run(&self, req: TaskRequest) -> Result<Value, TaskFailure> {
        let token = req.idempotency_token.clone();
        *self.calls.lock().unwrap().entry(token).or_default() += 1;
        let drawn = self.draw(&req);
        let answer = if drawn < 40 {
            Err(TaskFailure::new("Moody", drawn.to_string()))
        } else {
            Ok(json!(drawn))
        };
        match (req.resource.as_str(), &req.task_token) {
            (_, Some(token)) => {
                if self.commands && drawn.is_multiple_of(2) {
                    let _ = self.handle.heartbeat(token).await;
                }
                // Some are never answered.
                if drawn >= 20 {
                    let _ = self.handle.complete_token(token, answer).await;
                }
                Ok(Value::Null)
            }
            ("moody", _) => answer,
            ("silent", _) if drawn < 60 => std::future::pending().await,
            ("abort", _) if self.commands && drawn < 30 => {
                let _ = self.handle.abort(Some("Stop".to_owned()), None).await;
                std::future::pending().await
            }
            _ => Ok(json!({"said": req.state})),
        }
    }
}
