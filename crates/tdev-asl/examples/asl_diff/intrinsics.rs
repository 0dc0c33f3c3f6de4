//! Intrinsic functions, nested, with arguments that mostly fit.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::data::{Kind, Place, constant, one, path, word};

/// A call, or a plain path, that gives a value of a kind.
pub(super) fn value(kind: Kind, place: Place, depth: u32) -> BoxedStrategy<String> {
    let plain = match kind {
        Kind::Number => {
            prop_oneof![path(kind, place), (-9..99i64).prop_map(|n| n.to_string())].boxed()
        }
        Kind::Text => prop_oneof![path(kind, place), quoted()].boxed(),
        _ => path(kind, place),
    };
    if depth == 0 {
        return plain;
    }
    let of = |kind| value(kind, place, depth - 1);
    let call = match kind {
        Kind::Number => prop_oneof![
            call("MathAdd", vec![of(Kind::Number), of(Kind::Number)]),
            call("ArrayLength", vec![of(Kind::List)]),
        ]
        .boxed(),
        Kind::Text => prop_oneof![
            2 => (one(&["{}", "a {} b", "{} x", "b={}", "{}", "a {} b", "{}!", "{}", "it\\'s {}", "\\{{}\\}"]), of(Kind::Any))
                .prop_map(|(text, value)| format!("States.Format('{text}', {value})")),
            1 => (of(Kind::Any), of(Kind::Any))
                .prop_map(|(a, b)| format!("States.Format('{{}}-{{}}', {a}, {b})")),
            1 => call("JsonToString", vec![path(Kind::Any, place)]),
            1 => call("Base64Encode", vec![of(Kind::Text)]),
            1 => of(Kind::Text)
                .prop_map(|text| format!("States.Base64Decode(States.Base64Encode({text}))")),
            1 => (of(Kind::Text), one(&["MD5", "SHA-1", "SHA-256", "SHA-384", "SHA-512"]))
                .prop_map(|(text, name)| format!("States.Hash({text}, '{name}')")),
        ]
        .boxed(),
        Kind::Flag => call("ArrayContains", vec![of(Kind::List), of(Kind::Any)]),
        Kind::List => prop_oneof![
            call("Array", vec![of(Kind::Any)]),
            call(
                "Array",
                vec![of(Kind::Any), of(Kind::Number), of(Kind::Text)]
            ),
            (-5..5i64, -5..9i64, 1..4i64)
                .prop_map(|(a, b, c)| format!("States.ArrayRange({a}, {b}, {c})")),
            (of(Kind::List), 1..4i64)
                .prop_map(|(list, n)| format!("States.ArrayPartition({list}, {n})")),
            call("ArrayUnique", vec![of(Kind::List)]),
            (of(Kind::Text), one(&[",", "b", ", ", "a,"]))
                .prop_map(|(text, by)| format!("States.StringSplit({text}, '{by}')")),
        ]
        .boxed(),
        Kind::Object => prop_oneof![
            (of(Kind::Object), of(Kind::Object))
                .prop_map(|(a, b)| format!("States.JsonMerge({a}, {b}, false)")),
            one(&[
                "States.StringToJson('{\"a\": 1, \"b\": [null, 2.5]}')",
                "States.StringToJson($$.Execution.Input.j)",
            ]),
        ]
        .boxed(),
        Kind::Any => prop_oneof![
            of(Kind::Number),
            of(Kind::Text),
            of(Kind::Flag),
            of(Kind::List),
            of(Kind::Object),
            (of(Kind::Any), of(Kind::Text), 0..2usize)
                .prop_map(|(a, b, n)| format!("States.ArrayGetItem(States.Array({a}, {b}), {n})")),
        ]
        .boxed(),
    };
    prop_oneof![2 => plain, 3 => call].boxed()
}

fn quoted() -> BoxedStrategy<String> {
    word().prop_map(|word| format!("'{word}'")).boxed()
}

fn call(name: &'static str, arguments: Vec<BoxedStrategy<String>>) -> BoxedStrategy<String> {
    arguments
        .prop_map(move |arguments| format!("States.{name}({})", arguments.join(", ")))
        .boxed()
}

/// What a field named `….$` may hold.
pub(super) fn computed(place: Place) -> BoxedStrategy<String> {
    // A literal alone is no path and no call.
    let call = value(Kind::Any, place, 2).prop_map(|text| {
        let stands = text.starts_with('$') || text.starts_with("States.");
        if stands {
            text
        } else {
            format!("States.Array({text})")
        }
    });
    prop_oneof![2 => path(Kind::Any, place), 3 => call].boxed()
}

/// A payload template.
pub(super) fn template(place: Place) -> BoxedStrategy<Value> {
    let field = prop_oneof![
        2 => constant().prop_map(|value| (false, value)),
        4 => computed(place).prop_map(|text| (true, json!(text))),
    ];
    let flat = prop::collection::vec(("[a-d]", field), 1..4)
        .prop_map(object)
        .boxed();
    let nested = (flat.clone(), flat.clone()).prop_map(|(mut outer, inner)| {
        outer["list"] = json!([inner, 1, "$.n"]);
        outer
    });
    prop_oneof![3 => flat, 1 => nested].boxed()
}

fn object(fields: Vec<(String, (bool, Value))>) -> Value {
    let mut map = Map::new();
    for (name, (computed, value)) in fields {
        // `a` and `a.$` in one object would be one field twice.
        map.shift_remove(&name);
        map.shift_remove(&format!("{name}.$"));
        map.insert(if computed { format!("{name}.$") } else { name }, value);
    }
    Value::Object(map)
}
