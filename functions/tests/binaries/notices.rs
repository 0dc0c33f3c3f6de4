//! The notifier by its own binary: from a topic's event to Slack and to the topic of messages.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};

use crate::runtime_api::Function;
use crate::scripted_aws::ScriptedAws;

const ALARM: &str = r#"{"AlarmName":"tdev-dev-api-errors","AlarmDescription":"The API answers with server errors.","NewStateValue":"ALARM","NewStateReason":"Threshold Crossed: 1 datapoint [7.0] was greater than the threshold (5.0).","StateChangeTime":"2026-06-04T10:25:31.123+0000","Region":"EU (Ireland)","AlarmArn":"arn:aws:cloudwatch:eu-west-1:123456789012:alarm:tdev-dev-api-errors","OldStateValue":"OK","Trigger":{"MetricName":"5xx","Namespace":"AWS/ApiGateway","Dimensions":[{"value":"abc","name":"ApiId"}]}}"#;

/// The address of the webhook must not be said anywhere.
const CANARY: &str = "canary-T0-B0-xoxb";

/// The event of a topic, as SNS hands it to a function.
fn event(message: &str) -> Value {
    json!({"Records": [{
        "EventSource": "aws:sns", "EventVersion": "1.0",
        "EventSubscriptionArn": "arn:aws:sns:eu-west-1:123456789012:tdev-dev-alarms:1",
        "Sns": {
            "Type": "Notification", "MessageId": "95df01b4-ee98-5cb9-9903-4c221d41eb5e",
            "TopicArn": "arn:aws:sns:eu-west-1:123456789012:tdev-dev-alarms", "Subject": "ALARM",
            "Message": message, "Timestamp": "2026-06-04T10:25:31.200Z",
            "SignatureVersion": "1", "Signature": "x", "SigningCertUrl": "https://x",
            "UnsubscribeUrl": "https://x", "MessageAttributes": {},
        },
    }]})
}

/// Slack, SNS and Secrets Manager; Slack answers by `slack`, given how often it was asked before.
struct Scene {
    slack: ScriptedAws,
    aws: ScriptedAws,
}

fn scene(slack: impl Fn(usize) -> &'static str + Send + Sync + 'static) -> Scene {
    let tries = AtomicUsize::new(0);
    let slack = ScriptedAws::start(move |_, _| {
        let status = slack(tries.fetch_add(1, Ordering::Relaxed));
        (status, "retry-after: 0\r\n", "ok".to_owned())
    });
    let webhook = format!("{}/services/{CANARY}", slack.url);
    let aws = ScriptedAws::start(move |target, _| {
        match target {
        "secretsmanager.GetSecretValue" => (
            "200 OK",
            "content-type: application/x-amz-json-1.1\r\n",
            json!({"Name": "x", "SecretString": webhook}).to_string(),
        ),
        "/" => (
            "200 OK",
            "content-type: text/xml\r\n",
            r#"<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>"#.to_owned(),
        ),
        other => panic!("asked for {other}"),
    }
    });
    Scene { slack, aws }
}

fn notifier(scene: &Scene, secret: &str) -> Function {
    let environment = [
        ("TDEV_STACK", "tdev-dev"),
        (
            "TDEV_MESSAGES_TOPIC",
            "arn:aws:sns:eu-west-1:123456789012:tdev-dev-messages",
        ),
        ("TDEV_SLACK_SECRET", secret),
        ("AWS_ENDPOINT_URL", scene.aws.url.as_str()),
        ("AWS_LAMBDA_LOG_LEVEL", "TRACE"),
    ];
    Function::start(Path::new(env!("CARGO_BIN_EXE_notifier")), &environment)
}

#[test]
fn an_alarm_reaches_slack_and_the_topic_of_messages() {
    let scene = scene(|_| "200 OK");
    let mut notifier = notifier(&scene, "slack");
    let answer = notifier.ask(&event(ALARM));
    assert_eq!(answer.body, json!({"sent": 1}), "{answer:?}");
    let posted = scene.slack.asked();
    let [post] = &posted[..] else {
        panic!("{posted:?}")
    };
    assert!(post.contains("ALARM: tdev-dev-api-errors"), "{post}");
    let published = scene.aws.asked().join("\n");
    assert!(published.contains("Action=Publish"), "{published}");
    assert!(
        published.contains("Subject=ALARM%3A%20tdev-dev-api-errors"),
        "{published}"
    );
    assert!(
        published.contains(r#""SecretId":"tdev-dev/notifier/slack""#),
        "{published}"
    );
}

#[test]
fn slack_is_asked_again_where_it_is_busy() {
    let scene = scene(|n| ["429 Too Many Requests", "503 Service Unavailable", "200 OK"][n]);
    let answer = notifier(&scene, "slack").ask(&event(ALARM));
    assert!(answer.succeeded, "{answer:?}");
    assert_eq!(scene.slack.asked().len(), 3);
}

#[test]
fn a_webhook_that_refuses_or_never_answers_well_fails_by_a_code_and_is_not_said() {
    for (status, code, tries) in [
        ("404 Not Found", "PermissionDenied", 1),
        ("500 Internal Server Error", "RemoteUnavailable", 4),
    ] {
        let scene = scene(move |_| status);
        let mut notifier = notifier(&scene, "slack");
        let answer = notifier.ask(&event(ALARM));
        assert_eq!(answer.body["errorType"], code, "{answer:?}");
        assert_eq!(scene.slack.asked().len(), tries);
        // The control: the address was in use, and is in none of what was told of it.
        assert!(scene.slack.asked()[0].contains(CANARY));
        let log = notifier.log().join("\n");
        assert!(log.contains(code) && !log.contains(CANARY), "{log}");
        assert!(!answer.body.to_string().contains(CANARY), "{answer:?}");
    }
}

#[test]
fn without_slack_only_the_topic_is_told() {
    let scene = scene(|_| "200 OK");
    let answer = notifier(&scene, "").ask(&event(ALARM));
    assert!(answer.succeeded, "{answer:?}");
    assert!(scene.slack.asked().is_empty());
    assert_eq!(scene.aws.asked().len(), 1);
}

#[test]
fn what_is_no_notice_fails_before_anything_is_sent() {
    let scene = scene(|_| "200 OK");
    let mut notifier = notifier(&scene, "slack");
    let mut two = event(ALARM);
    let bad = event("hello")["Records"][0].clone();
    two["Records"].as_array_mut().unwrap().push(bad);
    for event in [json!({}), json!({"Records": []}), event("{}"), two] {
        let answer = notifier.ask(&event);
        assert_eq!(answer.body["errorType"], "InvalidInput", "{answer:?}");
    }
    assert!(scene.slack.asked().is_empty() && scene.aws.asked().is_empty());
}
