//! The approval's function by its own binary: a question is told of, without its token.

use std::path::Path;

use serde_json::json;

use crate::runtime_api::Function;
use crate::scripted_aws::ScriptedAws;

/// Tables that take everything; a topic that answers with this status.
fn aws(status: &'static str) -> ScriptedAws {
    ScriptedAws::start(move |target, _| {
        match target {
        "/" => (
            status,
            "content-type: text/xml\r\n",
            "<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>".to_owned(),
        ),
        "DynamoDB_20120810.Query" => ("200 OK", "", r#"{"Items": [], "Count": 0}"#.to_owned()),
        _ => ("200 OK", "", "{}".to_owned()),
    }
    })
}

fn ask(aws: &ScriptedAws) -> (bool, Vec<String>) {
    let environment = [
        ("TDEV_STACK", "tdev-dev"),
        ("TDEV_BUCKET", "artifacts"),
        (
            "TDEV_NOTICES_TOPIC",
            "arn:aws:sns:eu-west-1:123456789012:tdev-dev-alarms",
        ),
        ("AWS_ENDPOINT_URL", aws.url.as_str()),
    ];
    let mut approval = Function::start(Path::new(env!("CARGO_BIN_EXE_approval")), &environment);
    let answer = approval.ask(&json!({
        "step": "approve", "message": "may the report be sent?", "subject": {"secret": "canary-subject"},
        "expires_seconds": 3600, "task_token": "canary-token",
        "scope": {"project": "reports", "run_id": "r1", "step": "approve", "idempotency_token": "t"},
    }));
    (answer.succeeded, approval.log())
}

#[test]
fn a_question_is_told_of_without_what_answers_it() {
    let aws = aws("200 OK");
    assert!(ask(&aws).0);
    let asked = aws.asked();
    let notice = asked
        .iter()
        .find(|line| line.contains("Action=Publish"))
        .unwrap();
    assert!(
        notice.contains("may%20the%20report%20be%20sent"),
        "{notice}"
    );
    assert!(!notice.contains("canary"), "{notice}");
    // The control: both were stored.
    let stored = asked.join("\n");
    assert!(stored.contains("canary-token") && stored.contains("canary-subject"));
}

#[test]
fn a_question_stands_where_nobody_can_be_told() {
    let (succeeded, log) = ask(&aws("403 Forbidden"));
    assert!(succeeded);
    let log = log.join("\n");
    assert!(log.contains("nobody was told of a question"), "{log}");
    assert!(!log.contains("canary"), "{log}");
}
