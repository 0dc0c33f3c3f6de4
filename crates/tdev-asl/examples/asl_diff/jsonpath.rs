//! States in JSONPath.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::choices;
use super::data::{Kind, Place, constant, one, path};
use super::functions;
use super::intrinsics::{computed, template, value};
use super::machine::{branches, counter, flow, target, within};

/// Fields a state may have, by name.
pub(super) type Fields = Vec<(&'static str, Value)>;

/// `state` with more fields.
pub(super) fn with(mut state: Value, fields: Fields) -> Value {
    for (name, value) in fields {
        state[name] = value;
    }
    state
}

/// A field that is there with a weight of 2 in `absent + 2`.
pub(super) fn maybe(
    name: &'static str,
    absent: u32,
    value: impl Strategy<Value = Value> + 'static,
) -> BoxedStrategy<Fields> {
    prop_oneof![
        absent => Just(Vec::new()),
        2 => value.prop_map(move |value| vec![(name, value)]),
    ]
    .boxed()
}

fn all(parts: Vec<BoxedStrategy<Fields>>) -> BoxedStrategy<Fields> {
    parts.prop_map(|parts| parts.concat()).boxed()
}

/// A state that another one follows.
pub(super) fn state(place: Place) -> BoxedStrategy<Value> {
    let plain = prop_oneof![
        4 => pass(place), 4 => task(place), 3 => choice(place), 1 => wait(place),
    ];
    if place.depth == 0 {
        return plain.boxed();
    }
    prop_oneof![6 => plain, 1 => parallel(place), 1 => map(place)].boxed()
}

/// A state that nothing follows.
pub(super) fn last(place: Place) -> BoxedStrategy<Value> {
    let succeed = all(vec![input_path(place), output_path(place)])
        .prop_map(|fields| with(json!({"Type": "Succeed"}), fields));
    if !place.risky {
        return succeed.boxed();
    }
    let texts = || {
        value(Kind::Text, place, 1)
            .prop_filter("a literal is no path", |text| text.starts_with(['$', 'S']))
    };
    let fail = prop_oneof![
        1 => Just(json!({"Type": "Fail"})),
        5 => Just(json!({"Type": "Fail", "Error": "Own", "Cause": "as asked"})),
        5 => (texts(), texts()).prop_map(
            |(error, cause)| json!({"Type": "Fail", "ErrorPath": error, "CausePath": cause})
        ),
    ];
    prop_oneof![succeed, fail].boxed()
}

fn input_path(place: Place) -> BoxedStrategy<Fields> {
    let object = path(Kind::Object, place).prop_map(Value::from);
    if place.risky {
        maybe(
            "InputPath",
            12,
            prop_oneof![1 => Just(json!("$")), 2 => object, 1 => Just(Value::Null)],
        )
    } else {
        maybe("InputPath", 12, object)
    }
}

fn output_path(place: Place) -> BoxedStrategy<Fields> {
    let any = path(Kind::Any, place).prop_map(Value::from);
    if place.risky {
        maybe(
            "OutputPath",
            14,
            prop_oneof![1 => Just(json!("$")), 2 => any, 1 => Just(Value::Null)],
        )
    } else {
        maybe("OutputPath", 14, any)
    }
}

fn result_path(place: Place) -> BoxedStrategy<Fields> {
    let places = if place.risky {
        prop_oneof![
            5 => one(&["$.r0", "$.r1", "$.r2"]).prop_map(Value::from),
            2 => Just(Value::Null),
            1 => one(&["$.o.x", "$.deep.er", "$", "$['r3']", "$.n"]).prop_map(Value::from),
        ]
        .boxed()
    } else {
        Just(Value::Null).boxed()
    };
    // What is replaced whole is lost to all paths after it: not too often.
    prop_oneof![
        1 => Just(Vec::new()),
        4 => places.prop_map(|path| vec![("ResultPath", path)]),
    ]
    .boxed()
}

fn assign(place: Place) -> BoxedStrategy<Fields> {
    let name = counter(place);
    let number = prop_oneof![
        path(Kind::Number, place),
        path(Kind::Number, place).prop_map(|path| format!("States.MathAdd({path}, 1)")),
    ];
    maybe(
        "Assign",
        6,
        number.prop_map(move |text| json!({format!("{name}.$"): text})),
    )
}

fn pass(place: Place) -> BoxedStrategy<Value> {
    let content = prop_oneof![
        2 => constant().prop_map(|value| vec![("Result", value)]),
        4 => template(place).prop_map(|value| vec![("Parameters", value)]),
        1 => Just(Vec::new()),
    ]
    .boxed();
    let fields = vec![
        input_path(place),
        content,
        result_path(place),
        output_path(place),
        assign(place),
    ];
    all(fields)
        .prop_map(|fields| with(json!({"Type": "Pass"}), fields))
        .boxed()
}

fn wait(place: Place) -> BoxedStrategy<Value> {
    let until = prop_oneof![
        Just(vec![("Seconds", json!(0))]),
        Just(vec![("Timestamp", json!("2020-01-02T03:04:05Z"))]),
        Just(vec![("SecondsPath", json!("$$.Execution.Input.o.d.e"))]),
        Just(vec![("TimestampPath", json!("$$.Execution.Input.t"))]),
    ]
    .boxed();
    all(vec![
        until,
        input_path(place),
        output_path(place),
        assign(place),
    ])
    .prop_map(|fields| with(json!({"Type": "Wait"}), fields))
    .boxed()
}

fn choice(place: Place) -> BoxedStrategy<Value> {
    // moto reads `$` here as what the condition came to.
    let safe = Place {
        risky: false,
        ..place
    };
    let rule = (choices::condition(place), target(last(place)), assign(safe)).prop_map(
        |(mut rule, next, assign)| {
            rule["Next"] = next;
            with(rule, assign)
        },
    );
    let default = if place.risky {
        prop_oneof![5 => Just(true), 1 => Just(false)].boxed()
    } else {
        Just(true).boxed()
    };
    let shaping = all(vec![input_path(place), output_path(place)]);
    (prop::collection::vec(rule, 1..4), default, shaping)
        .prop_map(|(rules, default, shaping)| {
            with(
                json!({"Type": "Choice", "Choices": rules, "Default": default}),
                shaping,
            )
        })
        .boxed()
}

/// Who is called, with what, and how its answer is taken.
fn call(place: Place) -> BoxedStrategy<Fields> {
    let flaky = (0..4i64, constant()).prop_map(|(fails, value)| {
        (
            "flaky",
            json!({"fails": fails, "retry.$": "$$.State.RetryCount", "value": value}),
        )
    });
    let content = template(place);
    let function = prop_oneof![
        2 => content.clone().prop_map(|event| ("echo", event)),
        1 => content.clone().prop_map(|event| ("shape", event)),
        1 => content.prop_map(|event| ("raise", event)),
        2 => flaky,
    ];
    (function, any::<bool>())
        .prop_map(|((name, event), direct)| {
            let arn = functions::arn(name);
            if direct {
                return vec![("Resource", json!(arn)), ("Parameters", event)];
            }
            vec![
                ("Resource", json!("arn:aws:states:::lambda:invoke")),
                ("Parameters", json!({"FunctionName": arn, "Payload": event})),
                (
                    "ResultSelector",
                    json!({"got.$": "$.Payload", "code.$": "$.StatusCode"}),
                ),
            ]
        })
        .boxed()
}

fn task(place: Place) -> BoxedStrategy<Value> {
    let fields = vec![
        input_path(place),
        call(place),
        result_path(place),
        output_path(place),
        assign(place),
        retry(),
        catch(place),
    ];
    all(fields)
        .prop_map(|fields| with(json!({"Type": "Task"}), fields))
        .boxed()
}

/// Retriers, the one for everything last and alone.
pub(super) fn retry() -> BoxedStrategy<Fields> {
    let policy = (
        0..4i64,
        one(&["Custom", "Busy", "States.TaskFailed", "States.Timeout"]),
        any::<bool>(),
    );
    let some = prop::collection::vec(policy, 0..2);
    let every = prop::option::of(0..3i64);
    let list = (some, every).prop_map(|(some, every)| {
        let mut list: Vec<Value> = some
            .into_iter()
            .map(|(most, name, again)| {
                let names = if again { json!([name, "Own"]) } else { json!([name]) };
                json!({"ErrorEquals": names, "MaxAttempts": most, "IntervalSeconds": 1, "BackoffRate": 1.5})
            })
            .collect();
        list.extend(every.map(|most| json!({"ErrorEquals": ["States.ALL"], "MaxAttempts": most})));
        json!(list)
    });
    let list = list.prop_filter("an empty list says nothing", |list| list != &json!([]));
    maybe("Retry", 2, list)
}

/// Catchers. Where nothing may fail there is one, and it catches all.
fn catch(place: Place) -> BoxedStrategy<Fields> {
    let end = last(place);
    let shape = if place.risky {
        prop_oneof![
            2 => Just(None),
            3 => one(&["$.error", "$", "$.o.error"]).prop_map(|path| Some(json!(path))),
            1 => Just(Some(Value::Null)),
        ]
        .boxed()
    } else {
        Just(None).boxed()
    };
    let outcome = (shape, target(end), assign(place)).prop_map(|(shape, next, assign)| {
        let mut catcher = json!({"Next": next});
        if let Some(path) = shape {
            catcher["ResultPath"] = path;
        }
        with(catcher, assign)
    });
    let named = (
        one(&[
            "Custom",
            "Busy",
            "Own",
            "States.TaskFailed",
            "States.Runtime",
        ]),
        outcome.clone(),
    )
        .prop_map(|(name, catcher)| with(catcher, vec![("ErrorEquals", json!([name]))]));
    let every =
        outcome.prop_map(|catcher| with(catcher, vec![("ErrorEquals", json!(["States.ALL"]))]));
    let list = (prop::collection::vec(named, 0..2), every).prop_map(|(mut list, every)| {
        list.push(every);
        json!(list)
    });
    if place.risky {
        maybe("Catch", 2, list)
    } else {
        list.prop_map(|list| vec![("Catch", list)]).boxed()
    }
}

fn parameters(place: Place) -> BoxedStrategy<Fields> {
    maybe("Parameters", 2, template(place))
}

fn parallel(place: Place) -> BoxedStrategy<Value> {
    let selector = Just(json!({"first.$": "$[0]", "all.$": "$"}));
    let fields = vec![
        input_path(place),
        parameters(place),
        maybe("ResultSelector", 4, selector),
        result_path(place),
        output_path(place),
        assign(place),
        retry(),
        catch(place),
    ];
    (branches(within(place, false)), all(fields))
        .prop_map(|(branches, fields)| {
            with(json!({"Type": "Parallel", "Branches": branches}), fields)
        })
        .boxed()
}

fn map(place: Place) -> BoxedStrategy<Value> {
    // Side by side nothing may fail; one after another the first failure is the one.
    let width = if place.risky {
        Just(vec![("MaxConcurrency", json!(1))]).boxed()
    } else {
        maybe("MaxConcurrency", 1, (0..3i64).prop_map(Value::from))
    };
    let items = one(&[
        "$$.Execution.Input.xs",
        "$$.Execution.Input.os",
        "$v0.ws",
        "$$.Execution.Input.o.none",
    ]);
    let items = items.prop_map(move |path| {
        let there = !path.ends_with("none") || place.risky;
        vec![(
            "ItemsPath",
            json!(if there { path.as_str() } else { "$v0.ws" }),
        )]
    });
    let selector = prop_oneof![
        Just(json!({"i.$": "$$.Map.Item.Index", "v.$": "$$.Map.Item.Value", "n": 1, "xs": [3, 1]})),
        computed(place).prop_map(|text| json!({"c.$": text, "v.$": "$$.Map.Item.Value"})),
    ];
    let inner = within(place, false);
    let fields = vec![
        input_path(place),
        items.boxed(),
        maybe("ItemSelector", 1, selector),
        maybe("ResultSelector", 6, Just(json!({"all.$": "$"}))),
        width,
        result_path(place),
        output_path(place),
        assign(place),
        retry(),
        catch(place),
    ];
    (flow(inner), all(fields))
        .prop_map(|(mut processor, fields)| {
            processor["ProcessorConfig"] = json!({"Mode": "INLINE"});
            with(json!({"Type": "Map", "ItemProcessor": processor}), fields)
        })
        .boxed()
}
