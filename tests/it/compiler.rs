//! The compiler against a reader: a workflow run step by step as it is written, and its
//! compilation run by the engine, must agree.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use proptest::prelude::*;
use serde_json::{Value, json};
use tdev_asl::{ExecutionOptions, StateMachine, Status, TaskFailure, TaskHandler, TaskRequest};
use tdev_core::workflow::{Catalog, Workflow, check, compile};

/// `AddTool {x, y} → {sum, list}` refuses 13; `SumTool {numbers} → {sum, list}`.
fn call(component: &str, input: &Value) -> Result<Value, &'static str> {
    let sum = match component {
        "AddTool@v1" => {
            let (x, y) = (
                input["x"].as_i64().ok_or("SchemaMismatch")?,
                input["y"].as_i64().unwrap_or(0),
            );
            if x == 13 {
                return Err("ComponentFailed");
            }
            x + y
        }
        _ => input["numbers"]
            .as_array()
            .ok_or("SchemaMismatch")?
            .iter()
            .filter_map(Value::as_i64)
            .sum(),
    };
    let list: Vec<i64> = (0..sum.rem_euclid(4)).map(|n| n + 11).collect();
    Ok(json!({"sum": sum, "list": list}))
}

fn catalog() -> Catalog {
    let output = json!({"sum": "integer", "list": "integer[]"});
    let tool = |name: &str, input: Value| {
        Arc::new(
            serde_json::from_value(
                json!({"name": name, "type": "tool", "reusability": "A", "runtime": "builtin",
                "input_schema": input, "output_schema": output}),
            )
            .unwrap(),
        )
    };
    Catalog::new(
        [
            tool("AddTool", json!({"x": "integer", "y": "integer?"})),
            tool("SumTool", json!({"numbers": "integer[]"})),
        ],
        [],
    )
}

#[derive(Debug, Clone)]
pub(crate) enum Shape {
    Add {
        from: usize,
        y: i64,
        skip_over: Option<i64>,
        forgiving: bool,
    },
    Each {
        over: usize,
        y: i64,
        only_over: Option<i64>,
        forgiving: bool,
    },
    Sum {
        over: usize,
    },
    Pair {
        from: usize,
        y: i64,
    },
}

pub(crate) fn shapes() -> impl Strategy<Value = Vec<Shape>> {
    let shape = prop_oneof![
        3 => (0usize..8, -3i64..15, prop::option::of(-5i64..15), any::<bool>())
            .prop_map(|(from, y, skip_over, forgiving)| Shape::Add { from, y, skip_over, forgiving }),
        2 => (0usize..8, 0i64..3, prop::option::of(11i64..14), any::<bool>())
            .prop_map(|(over, y, only_over, forgiving)| Shape::Each { over, y, only_over, forgiving }),
        1 => (0usize..8).prop_map(|over| Shape::Sum { over }),
        1 => (0usize..8, -3i64..15).prop_map(|(from, y)| Shape::Pair { from, y }),
    ];
    prop::collection::vec(shape, 1..7)
}

/// The workflow of the shapes. What a step reads is the nearest earlier one that gives it, or the
/// input.
pub(crate) fn workflow(shapes: &[Shape]) -> Value {
    let mut scalars: Vec<String> = Vec::new();
    let mut lists: Vec<String> = Vec::new();
    let mut loops: Vec<String> = Vec::new();
    let pick = |from: &[String], at: usize, otherwise: &str| {
        from.get(at % from.len().max(1))
            .cloned()
            .unwrap_or_else(|| otherwise.to_owned())
    };
    let mut steps = Vec::new();
    for (at, shape) in shapes.iter().enumerate() {
        let id = format!("s{at}");
        match shape {
            Shape::Add {
                from,
                y,
                skip_over,
                forgiving,
            } => {
                let x = pick(&scalars, *from, "input.n");
                let mut step = json!({"id": id, "agent": "AddTool", "input": {"x": format!("${{{x} ?? input.n}}"), "y": y}});
                if let Some(limit) = skip_over {
                    step["if"] = json!(format!("${{input.n}} <= {limit}"));
                }
                if *forgiving {
                    step["on_error"] = json!({"default": {"sum": 7, "list": [11, 12]}});
                }
                steps.push(step);
                scalars.push(format!("{id}.sum"));
                if skip_over.is_none() {
                    lists.push(format!("{id}.list"));
                }
            }
            Shape::Each {
                over,
                y,
                only_over,
                forgiving,
            } => {
                let list = pick(&lists, *over, "input.list");
                let mut step = json!({"id": id, "agent": "AddTool", "for_each": format!("${{{list}}}"), "input": {"x": "${item}", "y": y}, "max_concurrency": 2});
                if let Some(limit) = only_over {
                    step["if"] = json!(format!("${{item}} >= {limit} or ${{index}} == 0"));
                }
                if *forgiving {
                    step["on_error"] = json!({"default": {"sum": 7, "list": []}});
                }
                steps.push(step);
                if only_over.is_none() {
                    loops.push(id);
                }
            }
            Shape::Sum { over } => {
                let numbers = loops
                    .get(over % loops.len().max(1))
                    .map_or_else(|| "${input.list}".to_owned(), |l| format!("${{{l}.sum}}"));
                steps.push(json!({"id": id, "agent": "SumTool", "input": {"numbers": numbers}}));
                scalars.push(format!("{id}.sum"));
                lists.push(format!("{id}.list"));
            }
            Shape::Pair { from, y } => {
                let x = pick(&scalars, *from, "input.n");
                let branch = |name: &str, y: i64| json!([{"id": format!("{id}{name}"), "agent": "AddTool", "input": {"x": format!("${{{x} ?? input.n}}"), "y": y}}]);
                steps.push(json!({"id": id, "parallel": [branch("a", *y), branch("b", y + 1)]}));
                scalars.push(format!("{id}a.sum"));
                scalars.push(format!("{id}b.sum"));
            }
        }
    }
    let output: serde_json::Map<String, Value> = (0..shapes.len())
        .map(|at| (format!("s{at}"), json!(format!("${{s{at}}}"))))
        .collect();
    json!({"id": "random", "input_schema": {"n": "integer", "list": "integer[]"}, "steps": steps, "output": output})
}

/// Runs a workflow as a person would read it.
pub(crate) fn read(workflow: &Value, input: &Value) -> Result<Value, String> {
    let mut values: BTreeMap<String, Value> = BTreeMap::from([("input".to_owned(), input.clone())]);
    let mut output = serde_json::Map::new();
    for step in workflow["steps"].as_array().unwrap() {
        let id = step["id"].as_str().unwrap();
        let value = match step.get("parallel") {
            Some(branches) => {
                let mut both = serde_json::Map::new();
                for inner in branches.as_array().unwrap().iter().map(|b| &b[0]) {
                    let value = one(inner, &values, &Value::Null, 0)?;
                    values.insert(inner["id"].as_str().unwrap().to_owned(), value.clone());
                    both.insert(inner["id"].as_str().unwrap().to_owned(), value);
                }
                Value::Object(both)
            }
            None => match step.get("for_each") {
                Some(list) => {
                    let items = look(list.as_str().unwrap(), &values, &Value::Null);
                    let items = items.as_array().unwrap().clone();
                    let all: Result<Vec<Value>, String> = items
                        .iter()
                        .enumerate()
                        .map(|(at, item)| one(step, &values, item, at))
                        .collect();
                    Value::Array(all?)
                }
                None => one(step, &values, &Value::Null, 0)?,
            },
        };
        output.insert(id.to_owned(), value.clone());
        values.insert(id.to_owned(), value);
    }
    Ok(Value::Object(output))
}

fn one(
    step: &Value,
    values: &BTreeMap<String, Value>,
    item: &Value,
    index: usize,
) -> Result<Value, String> {
    if let Some(condition) = step.get("if").and_then(Value::as_str) {
        let limit: i64 = condition
            .split_whitespace()
            .nth(2)
            .unwrap()
            .parse()
            .unwrap();
        let holds = if condition.starts_with("${item}") {
            item.as_i64().unwrap() >= limit || index == 0
        } else {
            values["input"]["n"].as_i64().unwrap() <= limit
        };
        if !holds {
            return Ok(Value::Null);
        }
    }
    let input: Value = step["input"]
        .as_object()
        .unwrap()
        .iter()
        .map(|(name, value)| {
            (
                name.clone(),
                value
                    .as_str()
                    .map_or_else(|| value.clone(), |text| look(text, values, item)),
            )
        })
        .collect::<serde_json::Map<_, _>>()
        .into();
    let component = format!("{}@v1", step["agent"].as_str().unwrap());
    call(&component, &input).or_else(|code| {
        step.pointer("/on_error/default")
            .cloned()
            .ok_or_else(|| code.to_owned())
    })
}

fn look(text: &str, values: &BTreeMap<String, Value>, item: &Value) -> Value {
    let inside = text
        .strip_prefix("${")
        .and_then(|t| t.strip_suffix('}'))
        .unwrap_or(text);
    if inside == "item" {
        return item.clone();
    }
    inside
        .split(" ?? ")
        .map(|path| {
            let (root, field) = path.split_once('.').unwrap();
            match &values[root] {
                Value::Array(items) => items.iter().map(|i| i[field].clone()).collect(),
                value => value.get(field).cloned().unwrap_or(Value::Null),
            }
        })
        .find(|value| !value.is_null())
        .unwrap_or(Value::Null)
}

struct Components;

#[async_trait]
impl TaskHandler for Components {
    async fn run(&self, request: TaskRequest) -> Result<Value, TaskFailure> {
        let component = request.input["component"].as_str().unwrap_or_default();
        call(component, &request.input["input"]).map_err(|code| TaskFailure {
            error: code.to_owned(),
            cause: String::new(),
        })
    }
}

async fn engine(definition: &Value, input: &Value) -> Result<Value, String> {
    let machine =
        StateMachine::from_value(definition).unwrap_or_else(|e| panic!("{e}\n{definition:#}"));
    let outcome = tdev_asl::run(
        Arc::new(machine),
        input.clone(),
        Arc::new(Components),
        ExecutionOptions::new("random"),
    )
    .await
    .unwrap();
    match outcome.status {
        Status::Succeeded => Ok(outcome.output.unwrap()),
        _ => Err(outcome.error.unwrap_or_default()),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn a_compiled_workflow_does_what_is_written(shapes in shapes(), n in -4i64..16, list in prop::collection::vec(11i64..15, 0..4)) {
        let written = workflow(&shapes);
        let input = json!({"n": n, "list": list});
        let parsed: Workflow = serde_json::from_value(written.clone()).unwrap();
        let checked = check(&parsed, &catalog()).unwrap_or_else(|faults| panic!("{faults:?}\n{written:#}"));
        let definition = compile(&checked);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let ran = runtime.block_on(engine(&definition, &input));
        prop_assert_eq!(ran, read(&written, &input), "{:#}", written);
    }
}
