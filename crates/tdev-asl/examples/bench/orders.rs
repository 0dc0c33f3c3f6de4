//! The machine of eight states in both languages, and the same work written by hand.

use std::sync::Arc;

use serde_json::{Value, json};
use tdev_asl::{TaskFailure, TaskHandler};

use crate::handlers::request;

/// States entered by one run: eight of the machine, ten iterations, two branches.
pub(crate) const ENTERED: u32 = 20;
/// States of the machine itself.
pub(crate) const STATES: u32 = 8;

pub(crate) fn input() -> Value {
    let lines: Vec<Value> = (0..10)
        .map(|n| json!({"sku": format!("sku-{n}"), "count": n, "price": 9.5}))
        .collect();
    json!({"user": "ada", "order": {"id": "o-17", "total": 99.5, "lines": lines}})
}

fn one(name: &str, resource: &str) -> Value {
    json!({"StartAt": name, "States": {name: {"Type": "Task", "Resource": resource, "End": true}}})
}

pub(crate) fn jsonpath() -> Value {
    json!({"StartAt": "Prepare", "States": {
        "Prepare": {"Type": "Pass", "Next": "Route", "Parameters": {
            "order.$": "$.order.id", "total.$": "$.order.total", "lines.$": "$.order.lines",
            "title.$": "States.Format('{} of {}', $.order.id, $.user)"}},
        "Route": {"Type": "Choice", "Default": "Done", "Choices": [
            {"Variable": "$.total", "NumericGreaterThan": 1000, "Next": "Done"},
            {"And": [{"Variable": "$.total", "NumericGreaterThan": 10},
                     {"Variable": "$.order", "StringMatches": "o-*"}], "Next": "Check"}]},
        "Check": {"Type": "Task", "Resource": "check", "Next": "Each", "ResultPath": "$.checked",
            "Parameters": {"order.$": "$.order", "total.$": "$.total"}},
        "Each": {"Type": "Map", "ItemsPath": "$.lines", "ResultPath": "$.prices", "Next": "Both",
            "ItemSelector": {"order.$": "$.order", "line.$": "$$.Map.Item.Value"},
            "ItemProcessor": one("Price", "price")},
        "Both": {"Type": "Parallel", "ResultPath": "$.both", "Next": "Rest",
            "Parameters": {"order.$": "$.order"},
            "Branches": [one("Ship", "ship"), one("Bill", "bill")]},
        "Rest": {"Type": "Wait", "Seconds": 0, "Next": "Store"},
        "Store": {"Type": "Task", "Resource": "store", "Next": "Done",
            "ResultSelector": {"order.$": "$.order", "title.$": "$.title",
                "count.$": "States.ArrayLength($.prices)"}},
        "Done": {"Type": "Succeed"}
    }})
}

pub(crate) fn jsonata() -> Value {
    json!({"QueryLanguage": "JSONata", "StartAt": "Prepare", "States": {
        "Prepare": {"Type": "Pass", "Next": "Route",
            "Assign": {"order": "{% $states.input.order.id %}",
                "title": "{% $states.input.order.id & ' of ' & $states.input.user %}"},
            "Output": {"total": "{% $states.input.order.total %}",
                "lines": "{% $states.input.order.lines %}"}},
        "Route": {"Type": "Choice", "Default": "Done", "Choices": [
            {"Condition": "{% $states.input.total > 1000 %}", "Next": "Done"},
            {"Condition": "{% $states.input.total > 10 and $contains($order, 'o-') %}",
                "Next": "Check"}]},
        "Check": {"Type": "Task", "Resource": "check", "Next": "Each",
            "Arguments": {"order": "{% $order %}", "total": "{% $states.input.total %}"},
            "Assign": {"checked": "{% $states.result %}"},
            "Output": "{% $states.input %}"},
        "Each": {"Type": "Map", "Items": "{% $states.input.lines %}", "Next": "Both",
            "ItemSelector": {"order": "{% $order %}",
                "line": "{% $states.context.Map.Item.Value %}"},
            "ItemProcessor": one("Price", "price"),
            "Assign": {"prices": "{% $states.result %}"}},
        "Both": {"Type": "Parallel", "Next": "Rest", "Arguments": {"order": "{% $order %}"},
            "Branches": [one("Ship", "ship"), one("Bill", "bill")]},
        "Rest": {"Type": "Wait", "Seconds": 0, "Next": "Store"},
        "Store": {"Type": "Task", "Resource": "store", "Next": "Done",
            "Arguments": {"order": "{% $order %}", "title": "{% $title %}", "prices": "{% $prices %}"},
            "Output": {"order": "{% $order %}", "title": "{% $title %}",
                "count": "{% $count($states.result.prices) %}"}},
        "Done": {"Type": "Succeed"}
    }})
}

/// What both machines do, as a person would write it in Rust against the same handler.
pub(crate) async fn by_hand(
    handler: &Arc<dyn TaskHandler>,
    mut input: Value,
) -> Result<Value, TaskFailure> {
    let mut order = input["order"].take();
    let (id, total) = (order["id"].take(), order["total"].take());
    let title = format!("{} of {}", text(&id), text(&input["user"]));
    let large = total.as_f64().is_some_and(|t| t > 10.0 && t <= 1000.0);
    if !large || !text(&id).starts_with("o-") {
        return Ok(input);
    }
    let check = json!({"order": id, "total": total});
    let checked = handler.run(request("check", 0, check)).await?;
    let mut prices = Vec::new();
    if let Value::Array(lines) = order["lines"].take() {
        for (n, line) in lines.into_iter().enumerate() {
            let line = json!({"order": id, "line": line});
            prices.push(handler.run(request("price", n, line)).await?);
        }
    }
    let count = prices.len();
    let ship = handler
        .run(request("ship", 0, json!({"order": id})))
        .await?;
    let bill = handler
        .run(request("bill", 0, json!({"order": id})))
        .await?;
    tokio::task::yield_now().await;
    let kept = json!({"order": id, "title": title, "prices": prices, "checked": checked,
        "both": [ship, bill]});
    let stored = handler.run(request("store", 0, kept)).await?;
    Ok(json!({"order": stored["order"], "title": stored["title"], "count": count}))
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
