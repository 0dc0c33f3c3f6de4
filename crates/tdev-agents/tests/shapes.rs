//! Sound plans of several shapes over registries made up at random, and ways to damage them.

use proptest::prelude::*;
use serde_json::{Value, json};
use tdev_core::component::{Component, Status};

use crate::fakes::component;

const VERBS: &[&str] = &[
    "measure", "paint", "harvest", "weld", "inspect", "polish", "shuffle", "roast", "grind",
    "anchor", "forecast", "tune",
];
const NOUNS: &[&str] = &[
    "violin", "orchard", "bridge", "lantern", "glacier", "teapot", "saddle", "compass", "quarry",
    "beehive", "turbine", "mosaic",
];
const TYPES: &[&str] = &["string", "integer", "number", "boolean"];

/// One made-up component: what it does, and the type of what it gives.
#[derive(Debug, Clone)]
struct Part {
    verb: usize,
    noun: usize,
    gives: usize,
    outside: bool,
}

#[derive(Debug, Clone)]
pub(crate) struct Case {
    parts: Vec<Part>,
    pub(crate) shape: usize,
    whole_output: bool,
}

pub(crate) const SHAPES: &[&str] = &[
    "chain",
    "diamond",
    "fan in",
    "loop",
    "branches",
    "condition",
    "skip",
];

pub(crate) fn cases() -> impl Strategy<Value = Case> {
    let part = (0..VERBS.len(), 0..TYPES.len(), any::<bool>());
    (
        prop::collection::vec(part, 4..=6),
        prop::sample::subsequence((0..NOUNS.len()).collect::<Vec<_>>(), 6),
        0..SHAPES.len(),
        any::<bool>(),
    )
        .prop_map(|(parts, nouns, shape, whole_output)| Case {
            parts: parts
                .into_iter()
                .zip(nouns)
                .map(|((verb, gives, outside), noun)| Part {
                    verb,
                    noun,
                    gives,
                    outside,
                })
                .collect(),
            shape,
            whole_output,
        })
}

fn capital(word: &str) -> String {
    word[..1].to_uppercase() + &word[1..]
}

impl Part {
    fn name(&self) -> String {
        format!(
            "{}{}Tool",
            capital(NOUNS[self.noun]),
            capital(VERBS[self.verb])
        )
    }
    fn gives(&self) -> String {
        format!("{}_out", NOUNS[self.noun])
    }
    fn says(&self) -> String {
        format!("{} the {}", VERBS[self.verb], NOUNS[self.noun])
    }
}

/// A plan under construction: the registry it is of, and its steps.
struct Built {
    components: Vec<Component>,
    steps: Vec<Value>,
    goal: Vec<String>,
}

impl Built {
    /// Adds a step that takes these: name of the field, type, template.
    fn step(&mut self, id: &str, part: &Part, takes: &[(String, String, String)]) -> Value {
        let fields: serde_json::Map<String, Value> = takes
            .iter()
            .map(|(name, kind, _)| (name.clone(), json!(kind)))
            .collect();
        let mut one = component(
            &part.name(),
            &part.says(),
            Value::Object(fields.clone()),
            json!({part.gives(): TYPES[part.gives]}),
        );
        one.side_effects = part.outside;
        let mut old = one.clone();
        old.name = format!("Old{}", part.name());
        old.status = Status::Deprecated;
        let stranger = component(
            &format!("Whistling{}Tool", capital(NOUNS[part.noun])),
            "Whistles in the dark",
            Value::Object(fields),
            json!({part.gives(): TYPES[part.gives]}),
        );
        self.components.extend([one, old, stranger]);
        self.goal.push(part.says());
        let input: serde_json::Map<String, Value> = takes
            .iter()
            .map(|(name, _, template)| (name.clone(), json!(template)))
            .collect();
        let mut step = json!({"id": id, "agent": part.name(), "input": input});
        if part.outside {
            step["retry"] = json!({"max_attempts": 2});
            step["timeout_seconds"] = json!(30);
        }
        step
    }
}

/// The registry, a sound plan and its goal.
pub(crate) fn built(case: &Case) -> (Vec<Component>, Value, String) {
    let mut made = Built {
        components: Vec::new(),
        steps: Vec::new(),
        goal: Vec::new(),
    };
    let p = &case.parts;
    let first = |_: &Part| {
        vec![(
            "seed".to_owned(),
            "string".to_owned(),
            "${input.seed}".to_owned(),
        )]
    };
    let of = |part: &Part, id: &str| {
        (
            part.gives(),
            TYPES[part.gives].to_owned(),
            format!("${{{id}.{}}}", part.gives()),
        )
    };
    let last;
    match SHAPES[case.shape] {
        "chain" => {
            for at in 0..p.len() {
                let takes = if at == 0 {
                    first(&p[0])
                } else {
                    vec![of(&p[at - 1], &format!("s{}", at - 1))]
                };
                let step = made.step(&format!("s{at}"), &p[at], &takes);
                made.steps.push(step);
            }
            last = (p.len() - 1, format!("s{}", p.len() - 1));
        }
        "diamond" | "skip" => {
            let skip = SHAPES[case.shape] == "skip";
            let a = made.step("s0", &p[0], &first(&p[0]));
            let b = made.step("s1", &p[1], &[of(&p[0], "s0")]);
            let from = if skip {
                of(&p[1], "s1")
            } else {
                of(&p[0], "s0")
            };
            let c = made.step("s2", &p[2], &[from]);
            let other = if skip {
                of(&p[0], "s0")
            } else {
                of(&p[1], "s1")
            };
            let d = made.step("s3", &p[3], &[other, of(&p[2], "s2")]);
            made.steps.extend([a, b, c, d]);
            last = (3, "s3".to_owned());
        }
        "fan in" => {
            for (at, part) in p.iter().enumerate().take(3) {
                let step = made.step(&format!("s{at}"), part, &first(part));
                made.steps.push(step);
            }
            let takes: Vec<_> = (0..3).map(|at| of(&p[at], &format!("s{at}"))).collect();
            let step = made.step("s3", &p[3], &takes);
            made.steps.push(step);
            last = (3, "s3".to_owned());
        }
        "loop" => {
            let takes = vec![("one".to_owned(), "string".to_owned(), "${item}".to_owned())];
            let mut each = made.step("s0", &p[0], &takes);
            each["for_each"] = json!("${input.list}");
            let b = made.step("s1", &p[1], &first(&p[1]));
            let c = made.step("s2", &p[2], &[of(&p[1], "s1")]);
            made.steps.extend([each, b, c]);
            last = (2, "s2".to_owned());
        }
        "branches" => {
            let a = made.step("s0", &p[0], &first(&p[0]));
            let b = made.step("s1", &p[1], &[of(&p[0], "s0")]);
            let c = made.step("s2", &p[2], &[of(&p[0], "s0")]);
            let d = made.step("s3", &p[3], &first(&p[3]));
            made.steps
                .extend([a, json!({"id": "both", "parallel": [[b], [c]]}), d]);
            last = (3, "s3".to_owned());
        }
        _ => {
            let a = made.step("s0", &p[0], &first(&p[0]));
            let b = made.step("s1", &p[1], &[of(&p[0], "s0")]);
            let mut c = made.step("s2", &p[2], &[of(&p[1], "s1")]);
            c["if"] = json!("${input.seed} != 'none'");
            made.steps.extend([a, b, c]);
            last = (2, "s2".to_owned());
        }
    }
    let (at, id) = &last;
    let mut output = json!({"result": if case.whole_output { format!("${{{id}}}") } else { format!("${{{id}.{}}}", p[*at].gives()) }});
    match SHAPES[case.shape] {
        "loop" => output["each"] = json!("${s0}"),
        "branches" => output["both"] = json!("${both}"),
        _ => {}
    }
    made.components.push(component(
        "IdleTool",
        "Idles about",
        json!({"value": "string"}),
        json!({"idle": "string"}),
    ));
    let goal = made.goal.join(", then ");
    let plan = json!({
        "id": "p", "description": goal, "input_schema": {"seed": "string", "list": "string[]"},
        "steps": made.steps, "output": output,
    });
    (made.components, plan, goal)
}

pub(crate) const DAMAGES: &[&str] = &[
    "drop a step",
    "swap two inputs",
    "duplicate a step",
    "unknown component",
    "broken reference",
    "mistyped reference",
    "mistyped constant",
    "missing required input",
    "wrong order",
    "side effect without error handling",
    "deprecated component",
    "another component",
    "dead step",
];

/// Top-level steps that call a component, as positions.
fn calls(steps: &[Value]) -> Vec<usize> {
    (0..steps.len())
        .filter(|at| steps[*at].get("agent").is_some())
        .collect()
}

/// The damaged plan; `None` where that damage does not apply.
pub(crate) fn damaged(plan: &Value, case: &Case, what: &str, pick: usize) -> Option<Value> {
    let mut plan = plan.clone();
    let steps = plan["steps"].as_array_mut().unwrap();
    let calls = calls(steps);
    let at = calls[pick % calls.len()];
    let fields: Vec<String> = steps[at]["input"]
        .as_object()
        .unwrap()
        .keys()
        .cloned()
        .collect();
    let field = fields[pick % fields.len()].clone();
    let name = steps[at]["agent"].as_str().unwrap().to_owned();
    let part = case.parts.iter().find(|part| part.name() == name)?.clone();
    match what {
        "drop a step" => drop(steps.remove(at)),
        "swap two inputs" => {
            // Of one step with inputs of different types, or of two steps.
            let other = *calls
                .iter()
                .find(|other| **other != at && steps[**other]["input"] != steps[at]["input"])?;
            let (a, b) = (steps[at]["input"].clone(), steps[other]["input"].clone());
            steps[at]["input"] = b;
            steps[other]["input"] = a;
        }
        "duplicate a step" => {
            let mut copy = steps[at].clone();
            copy["id"] = json!("copy");
            steps.insert(at, copy);
        }
        "unknown component" => {
            steps[at]["agent"] = json!(format!("{}x", name.replace("Tool", "Tol")));
        }
        "broken reference" => steps[at]["input"][&field] = json!("${nowhere.text}"),
        "mistyped reference" => {
            let text = steps[at]["input"][&field].as_str()?.to_owned();
            let cut = text
                .strip_suffix('}')
                .filter(|text| text.contains('.') && !text.contains("input"))?;
            steps[at]["input"][&field] = json!(format!("{cut}x}}"));
        }
        "mistyped constant" => steps[at]["input"][&field] = json!(["not", {"this": "type"}]),
        "missing required input" => {
            drop(steps[at]["input"].as_object_mut().unwrap().remove(&field));
        }
        "wrong order" => {
            // An earlier step is given what a later one makes of it.
            let later = *calls.iter().find(|later| {
                steps[**later]["input"]
                    .to_string()
                    .contains(&format!("${{{}.", steps[at]["id"].as_str().unwrap()))
            })?;
            let agent = steps[later]["agent"].as_str().unwrap().to_owned();
            let gives = case.parts.iter().find(|part| part.name() == agent)?.gives();
            let id = steps[later]["id"].as_str().unwrap().to_owned();
            steps[at]["input"][&field] = json!(format!("${{{id}.{gives}}}"));
        }
        "side effect without error handling" => {
            if !part.outside {
                return None;
            }
            steps[at].as_object_mut().unwrap().remove("retry");
            steps[at].as_object_mut().unwrap().remove("timeout_seconds");
        }
        "deprecated component" => steps[at]["agent"] = json!(format!("Old{name}")),
        "another component" => {
            steps[at]["agent"] = json!(format!("Whistling{}Tool", capital(NOUNS[part.noun])));
        }
        "dead step" => steps.insert(
            0,
            json!({"id": "idle", "agent": "IdleTool", "input": {"value": "${input.seed}"}}),
        ),
        _ => return None,
    }
    Some(plan)
}
