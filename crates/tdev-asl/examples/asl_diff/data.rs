//! What machines work on: inputs of one shape, and paths into them.

use proptest::prelude::*;
use serde_json::{Value, json};

/// Where in a machine something is generated, which decides what it may do.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    /// How many Parallel and Map states may still be nested.
    pub(super) depth: u32,
    /// Whether it may fail. Of states that run side by side at most one may, so that it is
    /// certain which error wins.
    pub(super) risky: bool,
    /// Which languages its states may be in.
    pub(super) language: Languages,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Languages {
    Jsonpath,
    Jsonata,
    Mixed,
    /// JSONata in a machine in JSONPath: every state says so.
    Marked,
}

/// The kinds of value that a field can ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Number,
    Text,
    Flag,
    List,
    Object,
    Any,
}

pub(super) fn word() -> impl Strategy<Value = String> + Clone {
    prop_oneof![
        6 => "[a-d]{0,3}",
        1 => Just("a,b,,c".to_owned()),
        1 => Just("Grüße, 日本".to_owned()),
        1 => Just("12".to_owned()),
        1 => Just("a*b".to_owned()),
    ]
}

/// An input. Every one has the same fields, so that paths into it can be right.
pub(super) fn input() -> impl Strategy<Value = Value> {
    let lists = (
        prop::collection::vec(-3..9i64, 0..5),
        prop::collection::vec(word(), 0..4),
        prop::collection::vec((0..5i64, word()), 1..4),
    );
    (
        (-5..20i64, -20..20i64, word(), any::<bool>()),
        lists,
        (word(), -2..9i64, 0..4i64),
    )
        .prop_map(|((n, quarters, s, b), (xs, ws, os), (k, m, e))| {
            let os: Vec<Value> = os
                .into_iter()
                .map(|(id, k)| json!({"id": id, "k": k}))
                .collect();
            #[expect(clippy::cast_precision_loss, reason = "small numbers")]
            let f = quarters as f64 / 4.0;
            json!({
                "n": n, "f": f, "s": s, "b": b, "z": null, "xs": xs, "ws": ws, "os": os,
                "o": {"k": k, "n": m, "d": {"e": e}},
                "t": "2026-01-02T03:04:05Z", "j": "{\"a\": [1, {\"b\": null}]}",
            })
        })
}

/// Any constant.
pub(super) fn constant() -> BoxedStrategy<Value> {
    let leaf = prop_oneof![
        (-9..99i64).prop_map(Value::from),
        word().prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        Just(Value::Null),
        Just(json!(1.5)),
    ];
    leaf.prop_recursive(2, 6, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::vec(("[a-c]", inner), 0..3)
                .prop_map(|fields| fields.into_iter().collect::<Value>()),
        ]
    })
    .boxed()
}

/// One of some texts.
pub(super) fn one(texts: &'static [&'static str]) -> BoxedStrategy<String> {
    prop::sample::select(texts).prop_map(str::to_owned).boxed()
}

/// A path to a value of a kind, as JSONPath. In a place that may not fail it is always there.
pub(super) fn path(kind: Kind, place: Place) -> BoxedStrategy<String> {
    let base = if place.risky {
        one(&[
            "$$.Execution.Input",
            "$$.Execution.Input",
            "$$.Execution.Input",
            "$v0",
            "$v0",
            "$",
            "$",
        ])
    } else {
        one(&["$$.Execution.Input", "$v0"])
    };
    let below = (base, inside(kind, place.risky)).prop_map(|(base, inside)| {
        // moto finds nothing there where it should find an empty list.
        let many = inside.contains('*') || inside.contains(':');
        let inside = if many && base == "$v0" {
            ".xs".to_owned()
        } else {
            inside
        };
        base + &inside
    });
    match kind {
        Kind::Number => prop_oneof![6 => below, 1 => Just("$c0".to_owned())].boxed(),
        Kind::Any => prop_oneof![
            8 => below,
            1 => one(&["$$.State.Name", "$$.StateMachine.Name", "$$.Execution.Input"]),
        ]
        .boxed(),
        _ => below.boxed(),
    }
}

/// A path to one value, as a Choice must have it.
pub(super) fn reference(kind: Kind, place: Place) -> BoxedStrategy<String> {
    path(kind, place)
        .prop_map(|path| {
            let many = ["*", ":", "?", "..", ","]
                .iter()
                .any(|mark| path.contains(mark));
            if many { "$v0.xs".to_owned() } else { path }
        })
        .boxed()
}

fn inside(kind: Kind, risky: bool) -> BoxedStrategy<String> {
    const NUMBERS: &[&str] = &[".n", ".o.n", ".o.d.e", ".f"];
    const TEXTS: &[&str] = &[".s", ".o.k", ".t"];
    const LISTS: &[&str] = &[".xs", ".ws", ".os", ".xs[*]", ".os[*].id", ".xs[0:2]"];
    const OBJECTS: &[&str] = &[".o", ".o.d", ".os[0]"];
    const RARE: &[&str] = &[
        ".missing",
        ".o.missing",
        ".xs[9]",
        ".xs[0]",
        ".xs[-1]",
        ".xs[1:]",
        ".xs[0,1]",
        ".o.*",
        ".os[?(@.id > 2)]",
        ".os[?(@.k == 'a')].id",
        "..id",
        ".n.deeper",
        ".s[0]",
        ".os[0].id",
        "['n']",
        ".o['d'].e",
        ".os[*]['k']",
    ];
    match kind {
        Kind::Number => one(NUMBERS),
        Kind::Text => one(TEXTS),
        Kind::Flag => one(&[".b"]),
        Kind::List => one(LISTS),
        Kind::Object => one(OBJECTS),
        Kind::Any if risky => prop_oneof![
            4 => one(NUMBERS), 4 => one(TEXTS), 4 => one(LISTS), 4 => one(OBJECTS),
            2 => one(&[".z", ".b", ".j", ""]),
            1 => one(RARE),
        ]
        .boxed(),
        Kind::Any => prop_oneof![
            one(NUMBERS),
            one(TEXTS),
            one(LISTS),
            one(OBJECTS),
            one(&[".z", ".b", ".j", ""]),
        ]
        .boxed(),
    }
}
