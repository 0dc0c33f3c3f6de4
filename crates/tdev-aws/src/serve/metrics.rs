//! Metrics of an invocation: one line in CloudWatch's embedded metric format, which CloudWatch reads
//! out of the log.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::spending::Spent;

/// Where CloudWatch keeps them.
const NAMESPACE: &str = "TDeveloper";

/// One invocation, after it.
pub(super) struct Measured<'a> {
    pub(super) at: DateTime<Utc>,
    pub(super) stage: &'a str,
    pub(super) function: &'a str,
    pub(super) request_id: &'a str,
    pub(super) project: &'a str,
    pub(super) run: &'a str,
    pub(super) cold: bool,
    pub(super) milliseconds: f64,
    /// The code it failed with.
    pub(super) failed: Option<&'a str>,
    /// What models were paid, where one was asked.
    pub(super) spent: Option<Spent>,
}

/// The line: metrics by stage and function, and one more of errors by their code. What is no metric
/// and no dimension can be searched for.
pub(super) fn line(of: &Measured) -> Value {
    let metric = |name: &str, unit: &str| json!({"Name": name, "Unit": unit});
    let mut metrics = vec![
        metric("duration", "Milliseconds"),
        metric("errors", "Count"),
        metric("cold_starts", "Count"),
    ];
    if of.spent.is_some() {
        metrics.extend([
            metric("model_calls", "Count"),
            metric("tokens_read", "Count"),
            metric("tokens_written", "Count"),
            metric("cost_usd", "None"),
        ]);
    }
    let mut directives = vec![json!({
        "Namespace": NAMESPACE, "Dimensions": [["stage", "function"]], "Metrics": metrics,
    })];
    let mut line = json!({
        "timestamp": of.at.to_rfc3339_opts(chrono::SecondsFormat::Millis, true),
        "level": "INFO",
        "message": "invocation",
        "stage": of.stage,
        "function": of.function,
        "request_id": of.request_id,
        "project": of.project,
        "run": of.run,
        "duration": of.milliseconds,
        "errors": u8::from(of.failed.is_some()),
        "cold_starts": u8::from(of.cold),
    });
    if let Some(code) = of.failed {
        directives.push(json!({
            "Namespace": NAMESPACE, "Dimensions": [["stage", "function", "code"]],
            "Metrics": [metric("errors", "Count")],
        }));
        line["code"] = json!(code);
    }
    if let Some(spent) = of.spent {
        line["model_calls"] = json!(spent.calls);
        line["tokens_read"] = json!(spent.usage.input_tokens);
        line["tokens_written"] = json!(spent.usage.output_tokens);
        line["cost_usd"] = dollars(spent.micro_dollars);
    }
    line["_aws"] = json!({
        "Timestamp": of.at.timestamp_millis(), "CloudWatchMetrics": directives,
    });
    line
}

#[expect(
    clippy::cast_precision_loss,
    reason = "nobody spends 2^53 microdollars"
)]
fn dollars(micro_dollars: u64) -> Value {
    json!(micro_dollars as f64 / 1e6)
}

#[cfg(test)]
mod tests {
    use tdev_core::model::Usage;

    use super::*;

    fn measured() -> Measured<'static> {
        Measured {
            at: DateTime::from_timestamp_millis(1_700_000_000_123).unwrap(),
            stage: "dev",
            function: "tdev-dev-planner",
            request_id: "q1",
            project: "demo",
            run: "r1",
            cold: true,
            milliseconds: 12.5,
            failed: None,
            spent: None,
        }
    }

    /// Every name a directive uses must stand beside it, by the format's own rules.
    fn targets_are_there(line: &Value) {
        for directive in line["_aws"]["CloudWatchMetrics"].as_array().unwrap() {
            for metric in directive["Metrics"].as_array().unwrap() {
                let name = metric["Name"].as_str().unwrap();
                assert!(line[name].is_number(), "{name}");
            }
            for dimension in directive["Dimensions"][0].as_array().unwrap() {
                assert!(line[dimension.as_str().unwrap()].is_string(), "{dimension}");
            }
        }
    }

    #[test]
    fn a_good_invocation_has_its_duration_and_no_error() {
        let line = line(&measured());
        assert_eq!(
            line,
            json!({
                "timestamp": "2023-11-14T22:13:20.123Z", "level": "INFO", "message": "invocation",
                "stage": "dev", "function": "tdev-dev-planner", "request_id": "q1",
                "project": "demo", "run": "r1",
                "duration": 12.5, "errors": 0, "cold_starts": 1,
                "_aws": {
                    "Timestamp": 1_700_000_000_123_u64,
                    "CloudWatchMetrics": [{
                        "Namespace": "TDeveloper", "Dimensions": [["stage", "function"]],
                        "Metrics": [
                            {"Name": "duration", "Unit": "Milliseconds"},
                            {"Name": "errors", "Unit": "Count"},
                            {"Name": "cold_starts", "Unit": "Count"},
                        ],
                    }],
                },
            })
        );
        targets_are_there(&line);
    }

    #[test]
    fn a_failed_one_counts_by_its_code_and_what_models_cost_is_told() {
        let line = line(&Measured {
            failed: Some("BudgetExceeded"),
            spent: Some(Spent {
                calls: 2,
                usage: Usage {
                    input_tokens: 1200,
                    output_tokens: 34,
                },
                micro_dollars: 4_500,
            }),
            ..measured()
        });
        targets_are_there(&line);
        assert_eq!(
            line["_aws"]["CloudWatchMetrics"][1],
            json!({
                "Namespace": "TDeveloper", "Dimensions": [["stage", "function", "code"]],
                "Metrics": [{"Name": "errors", "Unit": "Count"}],
            })
        );
        assert_eq!(
            (&line["code"], &line["errors"]),
            (&json!("BudgetExceeded"), &json!(1))
        );
        assert_eq!(
            (&line["tokens_read"], &line["cost_usd"]),
            (&json!(1200), &json!(0.0045))
        );
    }
}
