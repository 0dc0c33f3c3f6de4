//! Ends of executions, as EventBridge tells of them.

use serde_json::Value;
use tdev_core::{Error, Result};

use super::{Mark, Message, cut, region, text};

/// The execution's name is the run's id; what it was asked stays out of the message.
pub(super) fn read(told: &Value) -> Result<Message> {
    let run = text(told, "/detail/name")?;
    let status = text(told, "/detail/status")?;
    let arn = text(told, "/detail/executionArn")?;
    let detail = &told["detail"];
    let mark = match status {
        "SUCCEEDED" => Mark::Good,
        "RUNNING" | "ABORTED" => Mark::Note,
        _ => Mark::Bad,
    };
    let mut lines = Vec::new();
    if let Some(name) = detail["error"].as_str() {
        let error = Error::from_failure(name, detail["cause"].as_str().unwrap_or_default());
        lines.push(cut(&format!("{}: {}", error.code.as_str(), error.message)));
        lines.extend(error.hint.as_deref().map(cut));
    }
    lines.push(format!("Read it with GET /api/runs/{run}"));
    let region = region(arn);
    Ok(Message {
        mark,
        subject: format!("Run {run} {}", word(status)),
        lines,
        link: Some(format!(
            "https://console.aws.amazon.com/states/home?region={region}#/v2/executions/details/{arn}"
        )),
    })
}

fn word(status: &str) -> String {
    match status {
        "TIMED_OUT" => "ran out of time".to_owned(),
        "ABORTED" => "was cancelled".to_owned(),
        other => other.to_lowercase().replace('_', " "),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use tdev_core::Code;

    use super::super::read;
    use super::*;

    fn event(status: &str, error: &Value, cause: &Value) -> String {
        json!({
            "version": "0", "id": "315c1398-40ff-a850-213b-158f73e60175",
            "detail-type": "Step Functions Execution Status Change", "source": "aws.states",
            "account": "123456789012", "time": "2026-06-04T19:42:21Z", "region": "eu-west-1",
            "resources": ["arn:aws:states:eu-west-1:123456789012:execution:tdev-prod-orchestration:0197"],
            "detail": {
                "executionArn": "arn:aws:states:eu-west-1:123456789012:execution:tdev-prod-orchestration:0197",
                "stateMachineArn": "arn:aws:states:eu-west-1:123456789012:stateMachine:tdev-prod-orchestration",
                "name": "0197", "status": status, "startDate": 1_780_000_000_000_u64,
                "stopDate": 1_780_000_100_000_u64, "input": "{\"goal\":\"private\"}",
                "inputDetails": {"included": true}, "output": null, "outputDetails": null,
                "error": error, "cause": cause,
            },
        })
        .to_string()
    }

    #[test]
    fn a_failed_run_says_why_in_our_words_and_not_what_was_asked() {
        let cause = Error::new(Code::CapabilityMissing, "no component knits").hint("register one");
        let told = event(
            "FAILED",
            &json!(cause.code.as_str()),
            &json!(cause.to_cause()),
        );
        let message = read(None, &told).unwrap();
        assert_eq!(message.mark, Mark::Bad);
        assert!(!message.text().contains("private"));
        insta::assert_snapshot!(message.text());
    }

    #[test]
    fn one_that_ended_without_an_error_says_how() {
        let subject = |status| {
            let told = event(status, &Value::Null, &Value::Null);
            read(None, &told).unwrap().subject
        };
        assert_eq!(subject("TIMED_OUT"), "Run 0197 ran out of time");
        assert_eq!(subject("ABORTED"), "Run 0197 was cancelled");
        assert_eq!(subject("SUCCEEDED"), "Run 0197 succeeded");
    }
}
