//! Alarms of CloudWatch, of one metric and composite ones.

use serde_json::Value;
use tdev_core::Result;

use super::{Mark, Message, cut, region, text};

pub(super) fn read(told: &Value) -> Result<Message> {
    let name = text(told, "/AlarmName")?;
    let state = text(told, "/NewStateValue")?;
    let mut lines = Vec::new();
    if let Some(description) = told["AlarmDescription"].as_str().filter(|d| !d.is_empty()) {
        lines.push(cut(description));
    }
    lines.push(cut(text(told, "/NewStateReason")?));
    if let Some(metric) = metric(&told["Trigger"]) {
        lines.push(cut(&metric));
    }
    if let Some(time) = told["StateChangeTime"].as_str() {
        let was = told["OldStateValue"].as_str().unwrap_or("unknown");
        lines.push(format!("It was {was} until {time}"));
    }
    let arn = told["AlarmArn"].as_str();
    Ok(Message {
        mark: match state {
            "ALARM" => Mark::Bad,
            "OK" => Mark::Good,
            _ => Mark::Note,
        },
        subject: format!("{state}: {name}"),
        lines,
        link: arn.map(|arn| {
            let (region, name) = (region(arn), in_url(name));
            format!("https://console.aws.amazon.com/cloudwatch/home?region={region}#alarmsV2:alarm/{name}")
        }),
    })
}

/// `AWS/Lambda Throttles of tdev-dev-component`; a composite alarm has none.
fn metric(trigger: &Value) -> Option<String> {
    let name = trigger["MetricName"].as_str()?;
    let space = trigger["Namespace"].as_str().unwrap_or_default();
    let of: Vec<&str> = trigger["Dimensions"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|dimension| dimension["value"].as_str())
        .collect();
    let of = match &of[..] {
        [] => String::new(),
        some => format!(" of {}", some.join(", ")),
    };
    Some(format!("{space} {name}{of}"))
}

/// A name inside of an address.
fn in_url(name: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_.~".contains(&b);
    name.bytes()
        .map(|b| match plain(b) {
            true => char::from(b).to_string(),
            false => format!("%{b:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::read;
    use super::*;

    /// As CloudWatch writes it to a topic.
    const ALARM: &str = r#"{"AlarmName":"tdev-prod-runs failed","AlarmDescription":"Runs fail. Read their errors with GET /api/runs.","AWSAccountId":"123456789012","AlarmConfigurationUpdatedTimestamp":"2026-06-04T07:00:00.000+0000","NewStateValue":"ALARM","NewStateReason":"Threshold Crossed: 1 datapoint [7.0 (04/06/26 10:20:00)] was greater than or equal to the threshold (5.0).","StateChangeTime":"2026-06-04T10:25:31.123+0000","Region":"EU (Ireland)","AlarmArn":"arn:aws:cloudwatch:eu-west-1:123456789012:alarm:tdev-prod-runs failed","OldStateValue":"OK","OKActions":[],"AlarmActions":["arn:aws:sns:eu-west-1:123456789012:tdev-prod-alarms"],"InsufficientDataActions":[],"Trigger":{"MetricName":"ExecutionsFailed","Namespace":"AWS/States","StatisticType":"Statistic","Statistic":"SUM","Unit":null,"Dimensions":[{"value":"arn:aws:states:eu-west-1:123456789012:stateMachine:tdev-prod-orchestration","name":"StateMachineArn"}],"Period":300,"EvaluationPeriods":1,"ComparisonOperator":"GreaterThanOrEqualToThreshold","Threshold":5.0,"TreatMissingData":"notBreaching","EvaluateLowSampleCountPercentile":""}}"#;

    const COMPOSITE: &str = r#"{"AlarmName":"tdev-prod","AlarmDescription":null,"AWSAccountId":"123456789012","NewStateValue":"OK","NewStateReason":"arn:aws:cloudwatch:eu-west-1:123456789012:alarm:a transitioned to OK","StateChangeTime":"2026-06-04T10:25:31.123+0000","Region":"EU (Ireland)","AlarmArn":"arn:aws:cloudwatch:eu-west-1:123456789012:alarm:tdev-prod","OldStateValue":"ALARM","AlarmRule":"ALARM(a) OR ALARM(b)","TriggeringChildren":[]}"#;

    #[test]
    fn an_alarm_says_what_why_and_where() {
        insta::assert_snapshot!(read(None, ALARM).unwrap().text());
    }

    #[test]
    fn a_composite_alarm_that_is_well_again_is_good_news() {
        let message = read(None, COMPOSITE).unwrap();
        assert_eq!(message.mark, Mark::Good);
        insta::assert_snapshot!(message.text());
    }
}
