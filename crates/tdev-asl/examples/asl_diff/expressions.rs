//! JSONata expressions that mostly have a value.

use proptest::prelude::*;
use serde_json::{Map, Value};

use super::data::{Kind, Place, constant, one, word};

/// An expression, without the marks around it, that gives a value of a kind.
pub(super) fn value(kind: Kind, place: Place, depth: u32) -> BoxedStrategy<String> {
    let plain = plain(kind, place);
    if depth == 0 {
        return plain;
    }
    let of = |kind| value(kind, place, depth - 1);
    let two = |a, b| (of(a), of(b));
    let call = match kind {
        Kind::Number => prop_oneof![
            (two(Kind::Number, Kind::Number), one(&["+", "-", "*"]))
                .prop_map(|((a, b), op)| format!("({a} {op} {b})")),
            (of(Kind::Number), 1..5i64).prop_map(|(a, b)| format!("$floor({a} / {b})")),
            of(Kind::List).prop_map(|list| format!("$count({list})")),
            of(Kind::Text).prop_map(|text| format!("$length({text})")),
            of(Kind::Number).prop_map(|n| format!("$abs({n})")),
            two(Kind::Number, Kind::Number).prop_map(|(a, b)| format!("$max([{a}, {b}])")),
        ]
        .boxed(),
        Kind::Text => prop_oneof![
            two(Kind::Text, Kind::Text).prop_map(|(a, b)| format!("({a} & '-' & {b})")),
            (one(&["uppercase", "lowercase", "trim"]), of(Kind::Text))
                .prop_map(|(name, text)| format!("${name}({text})")),
            of(Kind::Number).prop_map(|n| format!("$string({n})")),
            (of(Kind::Text), 0..3i64).prop_map(|(text, n)| format!("$substring({text}, {n})")),
            two(Kind::Flag, Kind::Text)
                .prop_map(|(flag, text)| format!("({flag} ? {text} : 'no')")),
        ]
        .boxed(),
        Kind::Flag => prop_oneof![
            (
                two(Kind::Number, Kind::Number),
                one(&["<", "<=", ">", ">=", "=", "!="])
            )
                .prop_map(|((a, b), op)| format!("({a} {op} {b})")),
            (two(Kind::Flag, Kind::Flag), one(&["and", "or"]))
                .prop_map(|((a, b), op)| format!("({a} {op} {b})")),
            of(Kind::Flag).prop_map(|flag| format!("$not({flag})")),
            two(Kind::Text, Kind::Text).prop_map(|(a, b)| format!("$contains({a}, {b} & 'a')")),
            two(Kind::Number, Kind::List).prop_map(|(n, list)| format!("({n} in {list})")),
        ]
        .boxed(),
        Kind::List => prop_oneof![
            two(Kind::Any, Kind::Number).prop_map(|(a, b)| format!("[{a}, {b}]")),
            (of(Kind::List), one(&["reverse", "distinct"]))
                .prop_map(|(list, name)| format!("${name}({list})")),
            two(Kind::List, Kind::List).prop_map(|(a, b)| format!("$append({a}, {b})")),
            (1..4i64, 0..6i64).prop_map(|(a, b)| format!("[{a}..{b}]")),
            of(Kind::List).prop_map(|list| format!("[$map({list}, function($x) {{ [$x] }})]")),
            (base(place), -2..5i64)
                .prop_map(|(base, n)| format!("[$filter({base}.xs, function($x) {{ $x > {n} }})]")),
            base(place).prop_map(|base| format!("[$sort({base}.xs)]")),
            (base(place), 0..4i64).prop_map(|(base, n)| format!("[{base}.os[id > {n}].k]")),
        ]
        .boxed(),
        Kind::Object => prop_oneof![
            two(Kind::Any, Kind::Number).prop_map(|(a, b)| format!("{{'a': {a}, 'b': {b}}}")),
            two(Kind::Object, Kind::Object).prop_map(|(a, b)| format!("$merge([{a}, {b}])")),
        ]
        .boxed(),
        Kind::Any => prop_oneof![
            of(Kind::Number),
            of(Kind::Text),
            of(Kind::Flag),
            of(Kind::List),
            of(Kind::Object),
        ]
        .boxed(),
    };
    prop_oneof![2 => plain, 3 => call].boxed()
}

fn base(place: Place) -> BoxedStrategy<String> {
    if place.risky {
        one(&["$states.input", "$states.context.Execution.Input", "$v0"])
    } else {
        one(&["$states.context.Execution.Input", "$v0"])
    }
}

fn plain(kind: Kind, place: Place) -> BoxedStrategy<String> {
    let inside = match kind {
        Kind::Number => one(&[".n", ".f", ".o.n", ".o.d.e", ".os[0].id"]),
        Kind::Text => one(&[".s", ".o.k", ".os[0].k", ".t"]),
        Kind::Flag => one(&[".b"]),
        Kind::List => one(&[".xs", ".ws", ".os"]),
        Kind::Object => one(&[".o", ".o.d", ".os[0]"]),
        Kind::Any if place.risky => one(&[
            ".n", ".s", ".z", ".xs", ".o", "", ".os.id", ".missing", ".xs[9]",
        ]),
        Kind::Any => one(&[".n", ".s", ".z", ".xs", ".o", "", ".os.id"]),
    };
    let path = (base(place), inside).prop_map(|(base, inside)| base + &inside);
    match kind {
        Kind::Number => prop_oneof![
            4 => path, 2 => (-9..99i64).prop_map(|n| n.to_string()), 1 => Just("$c0".to_owned()),
        ]
        .boxed(),
        Kind::Text => {
            prop_oneof![4 => path, 1 => word().prop_map(|word| format!("'{word}'"))].boxed()
        }
        _ => path.boxed(),
    }
}

/// A field that holds an expression.
pub(super) fn field(kind: Kind, place: Place) -> BoxedStrategy<String> {
    value(kind, place, 2)
        .prop_map(|text| format!("{{% {text} %}}"))
        .boxed()
}

/// A template whose leaves are constants and expressions.
pub(super) fn template(place: Place) -> BoxedStrategy<Value> {
    let leaf = prop_oneof![
        2 => constant(),
        4 => field(Kind::Any, place).prop_map(Value::from),
    ];
    let object = prop::collection::vec(("[a-d]", leaf.clone()), 1..4)
        .prop_map(|fields| Value::Object(fields.into_iter().collect::<Map<_, _>>()));
    prop_oneof![
        3 => object,
        1 => prop::collection::vec(leaf, 0..3).prop_map(Value::from),
        3 => field(Kind::Any, place).prop_map(Value::from),
        1 => field(Kind::Object, place).prop_map(Value::from),
    ]
    .boxed()
}
