//! States in JSONata.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::data::{Kind, Languages, Place, constant, one};
use super::expressions::{field, template};
use super::functions;
use super::jsonpath::{Fields, maybe, retry, with};
use super::machine::{branches, counter, flow, target, within};

fn all(parts: Vec<BoxedStrategy<Fields>>) -> BoxedStrategy<Fields> {
    parts.prop_map(|parts| parts.concat()).boxed()
}

/// A state of its type, which says its language where its machine has another.
fn of(kind: &'static str, place: Place) -> Value {
    if matches!(place.language, Languages::Mixed | Languages::Marked) {
        json!({"Type": kind, "QueryLanguage": "JSONata"})
    } else {
        json!({"Type": kind})
    }
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
    let succeed = output(place).prop_map(move |fields| with(of("Succeed", place), fields));
    if !place.risky {
        return succeed.boxed();
    }
    let texts = prop_oneof![
        2 => field(Kind::Text, place),
        1 => Just("as written".to_owned()),
    ];
    let fail = (texts.clone(), texts).prop_map(move |(error, cause)| {
        with(
            of("Fail", place),
            vec![("Error", json!(error)), ("Cause", json!(cause))],
        )
    });
    prop_oneof![succeed, fail].boxed()
}

/// `Output`, which more often than not keeps the fields that later expressions look for.
fn output(place: Place) -> BoxedStrategy<Fields> {
    let kept = field(Kind::Any, place).prop_map(|text| {
        let inner = text
            .trim_start_matches("{% ")
            .trim_end_matches(" %}")
            .to_owned();
        json!(format!(
            "{{% $merge([$states.context.Execution.Input, {{'r': {inner}}}]) %}}"
        ))
    });
    maybe("Output", 2, prop_oneof![2 => kept, 1 => template(place)])
}

fn assign(place: Place) -> BoxedStrategy<Fields> {
    let name = counter(place);
    maybe(
        "Assign",
        6,
        field(Kind::Number, place).prop_map(move |text| json!({name.as_str(): text})),
    )
}

fn pass(place: Place) -> BoxedStrategy<Value> {
    all(vec![output(place), assign(place)])
        .prop_map(move |fields| with(of("Pass", place), fields))
        .boxed()
}

fn wait(place: Place) -> BoxedStrategy<Value> {
    let until = prop_oneof![
        Just(vec![("Seconds", json!(0))]),
        Just(vec![(
            "Seconds",
            json!("{% $states.context.Execution.Input.o.d.e %}")
        )]),
        Just(vec![(
            "Timestamp",
            json!("{% $states.context.Execution.Input.t %}")
        )]),
    ]
    .boxed();
    all(vec![until, output(place), assign(place)])
        .prop_map(move |fields| with(of("Wait", place), fields))
        .boxed()
}

fn choice(place: Place) -> BoxedStrategy<Value> {
    let rule = (
        field(Kind::Flag, place),
        target(last(place)),
        output(place),
        assign(place),
    )
        .prop_map(|(condition, next, output, assign)| {
            with(
                with(json!({"Condition": condition, "Next": next}), output),
                assign,
            )
        });
    let default = if place.risky {
        prop_oneof![5 => Just(true), 1 => Just(false)].boxed()
    } else {
        Just(true).boxed()
    };
    (
        prop::collection::vec(rule, 1..4),
        default,
        output(place),
        assign(place),
    )
        .prop_map(move |(rules, default, output, assign)| {
            let choice = vec![("Choices", json!(rules)), ("Default", json!(default))];
            with(with(with(of("Choice", place), choice), output), assign)
        })
        .boxed()
}

fn call(place: Place) -> BoxedStrategy<Fields> {
    let flaky = (0..4i64, constant()).prop_map(|(fails, value)| {
        let count = "{% $states.context.State.RetryCount %}";
        (
            "flaky",
            json!({"fails": fails, "retry": count, "value": value}),
        )
    });
    // What a function is given here is always an object.
    let event = template(place).prop_map(|value| json!({"event": value}));
    let function = prop_oneof![
        2 => event.clone().prop_map(|event| ("echo", event)),
        1 => event.clone().prop_map(|event| ("shape", event)),
        1 => event.prop_map(|event| ("raise", event)),
        2 => flaky,
    ];
    let answer = one(&[
        "{% $states.result.Payload %}",
        "{% {'got': $states.result.Payload, 'code': $states.result.StatusCode} %}",
    ]);
    (function, any::<bool>(), answer)
        .prop_map(|((name, event), direct, answer)| {
            let arn = functions::arn(name);
            if direct {
                return vec![("Resource", json!(arn)), ("Arguments", event)];
            }
            vec![
                ("Resource", json!("arn:aws:states:::lambda:invoke")),
                ("Arguments", json!({"FunctionName": arn, "Payload": event})),
                ("Output", json!(answer)),
            ]
        })
        .boxed()
}

fn task(place: Place) -> BoxedStrategy<Value> {
    all(vec![call(place), assign(place), retry(), catch(place)])
        .prop_map(move |fields| with(of("Task", place), fields))
        .boxed()
}

fn catch(place: Place) -> BoxedStrategy<Fields> {
    let told = if place.risky {
        let shown = prop_oneof![
            Just(json!("{% $states.errorOutput %}")),
            Just(json!({"failed": "{% $states.errorOutput.Error %}", "n": 1})),
        ];
        maybe("Output", 2, shown)
    } else {
        output(place)
    };
    let outcome = (told, target(last(place)), assign(place))
        .prop_map(|(told, next, assign)| with(with(json!({"Next": next}), told), assign));
    let names = one(&[
        "Custom",
        "Busy",
        "Own",
        "States.TaskFailed",
        "States.QueryEvaluationError",
    ]);
    let named = (names, outcome.clone())
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

fn parallel(place: Place) -> BoxedStrategy<Value> {
    let shown = prop_oneof![
        Just(json!(
            "{% {'first': $states.result[0], 'count': $count($states.result)} %}"
        )),
        template(place),
    ];
    let arguments = template(place).prop_filter("moto takes no list", |value| !value.is_array());
    let fields = vec![
        maybe("Arguments", 2, arguments),
        maybe("Output", 2, shown),
        assign(place),
        retry(),
        catch(place),
    ];
    (branches(within(place, true)), all(fields))
        .prop_map(move |(branches, fields)| {
            with(
                with(of("Parallel", place), vec![("Branches", branches)]),
                fields,
            )
        })
        .boxed()
}

fn map(place: Place) -> BoxedStrategy<Value> {
    let width = if place.risky {
        Just(vec![("MaxConcurrency", json!(1))]).boxed()
    } else {
        maybe("MaxConcurrency", 1, (0..3i64).prop_map(Value::from))
    };
    let items = prop_oneof![
        Just(json!("{% $v0.ws %}")),
        Just(json!("{% $states.context.Execution.Input.xs %}")),
        Just(json!([1, "{% $c0 %}", {"n": "{% $v0.n %}"}])),
    ]
    .prop_map(|items| vec![("Items", items)]);
    let selector = json!({
        "i": "{% $states.context.Map.Item.Index %}", "v": "{% $states.context.Map.Item.Value %}",
        "n": "{% $v0.n %}", "xs": [2, 1],
    });
    let inner = within(place, true);
    let fields = vec![
        items.boxed(),
        maybe("ItemSelector", 1, Just(selector)),
        width,
        maybe("Output", 2, template(place)),
        assign(place),
        retry(),
        catch(place),
    ];
    (flow(inner), all(fields))
        .prop_map(move |(mut processor, fields)| {
            processor["ProcessorConfig"] = json!({"Mode": "INLINE"});
            with(
                with(of("Map", place), vec![("ItemProcessor", processor)]),
                fields,
            )
        })
        .boxed()
}
