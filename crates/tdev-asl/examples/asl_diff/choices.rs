//! Choice rules in JSONPath: every operator, nested.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::data::{Kind, Place, one, reference, word};

/// A condition.
pub(super) fn condition(place: Place) -> BoxedStrategy<Value> {
    // A variable that is not there ends the execution: mostly it is.
    let safe = Place {
        risky: false,
        ..place
    };
    let leaf = prop_oneof![5 => leaf(safe), 1 => leaf(place)].boxed();
    leaf.prop_recursive(2, 6, 3, |inner| {
        let several = prop::collection::vec(inner.clone(), 1..3);
        prop_oneof![
            several.clone().prop_map(|rules| json!({"And": rules})),
            several.prop_map(|rules| json!({"Or": rules})),
            inner.prop_map(|rule| json!({"Not": rule})),
        ]
    })
    .boxed()
}

fn leaf(place: Place) -> BoxedStrategy<Value> {
    const ORDER: &[&str] = &[
        "Equals",
        "LessThan",
        "GreaterThan",
        "LessThanEquals",
        "GreaterThanEquals",
    ];
    let of = |kind| reference(kind, place);
    let compared = |kind: Kind, what: &'static str, literal: BoxedStrategy<Value>| {
        // Now and then the variable is of another type, which is simply false.
        let variable = prop_oneof![4 => reference(kind, place), 1 => reference(Kind::Any, place)];
        let literal = literal.prop_map(|value| (false, value));
        // moto reads no context object on this side, and compares variables the wrong way round.
        let right = if place.risky {
            let other = reference(kind, place).prop_map(|path| {
                (
                    true,
                    json!(
                        path.replace("$$.Execution.Input", "$")
                            .replace("$v0.", "$.")
                    ),
                )
            });
            prop_oneof![4 => literal, 1 => other].boxed()
        } else {
            literal.boxed()
        };
        (variable, one(ORDER), right).prop_map(move |(variable, order, (by_path, value))| {
            let suffix = if by_path { "Path" } else { "" };
            json!({"Variable": variable, format!("{what}{order}{suffix}"): value})
        })
    };
    let number = prop_oneof![(-5..20i64).prop_map(Value::from), Just(json!(1.25))].boxed();
    let time = one(&[
        "2026-01-02T03:04:05Z",
        "2025-01-01T00:00:00Z",
        "2026-01-02T03:04:05.678Z",
        "2027-01-01T00:00:00Z",
        "2026-01-02T03:04:06+01:00",
    ]);
    let flag = (of(Kind::Flag), any::<bool>())
        .prop_map(|(variable, flag)| json!({"Variable": variable, "BooleanEquals": flag}));
    let matches = (
        of(Kind::Text),
        one(&["*", "a*", "*b", "a*b*", "a\\*b", "", "*a*"]),
    )
        .prop_map(|(variable, pattern)| json!({"Variable": variable, "StringMatches": pattern}));
    let is = (
        of(Kind::Any),
        one(&[
            "IsNull",
            "IsNumeric",
            "IsString",
            "IsBoolean",
            "IsTimestamp",
            "IsPresent",
        ]),
        any::<bool>(),
    )
        .prop_map(|(variable, operator, wanted)| json!({"Variable": variable, operator: wanted}));
    prop_oneof![
        3 => compared(Kind::Number, "Numeric", number),
        3 => compared(Kind::Text, "String", word().prop_map(Value::from).boxed()),
        1 => compared(Kind::Text, "Timestamp", time.prop_map(Value::from).boxed()),
        1 => flag,
        1 => matches,
        3 => is,
    ]
    .boxed()
}
