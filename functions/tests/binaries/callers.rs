//! The API's function by its own binary: who asks is what API Gateway says, and nobody reaches
//! another's project.

use std::path::Path;

use serde_json::{Value, json};

use crate::runtime_api::Function;
use crate::scripted_aws::ScriptedAws;

const PRINCIPALS: &str =
    r#"{"arn:aws:iam::123456789012:role/Dev": ["reports", "sales"], "user-1": ["sales"]}"#;

fn aws() -> ScriptedAws {
    ScriptedAws::start(|target, _| match target {
        "DynamoDB_20120810.Query" => ("200 OK", "", r#"{"Items": [], "Count": 0}"#.to_owned()),
        other => panic!("asked for {other}"),
    })
}

fn api(aws: &ScriptedAws) -> Function {
    let environment = [
        ("TDEV_STACK", "tdev-dev"),
        ("TDEV_BUCKET", "artifacts"),
        ("TDEV_PROJECT", "main"),
        ("TDEV_HOSTS", "abc.execute-api.eu-west-1.amazonaws.com"),
        (
            "TDEV_ORCHESTRATION_ARN",
            "arn:aws:states:eu-west-1:123456789012:stateMachine:o",
        ),
        (
            "TDEV_WORKFLOW_ARN",
            "arn:aws:states:eu-west-1:123456789012:stateMachine:w",
        ),
        ("TDEV_PRINCIPALS", PRINCIPALS),
        ("AWS_ENDPOINT_URL", aws.url.as_str()),
    ];
    Function::start(Path::new(env!("CARGO_BIN_EXE_api")), &environment)
}

/// A request as API Gateway hands it over, payload 2.0.
fn request(path: &str, authorizer: &Value, project: Option<&str>) -> Value {
    let mut event = json!({
        "version": "2.0", "routeKey": format!("GET {path}"), "rawPath": path, "rawQueryString": "",
        "headers": {
            "accept": "*/*", "content-length": "0", "user-agent": "curl/8.5.0",
            "host": "abc.execute-api.eu-west-1.amazonaws.com",
            "x-amzn-trace-id": "Root=1-5e6722a7-cc56xmpl46db7ae02d4da47e",
            "x-forwarded-for": "205.255.255.176", "x-forwarded-port": "443",
            "x-forwarded-proto": "https",
        },
        "requestContext": {
            "accountId": "123456789012", "apiId": "abc", "authorizer": authorizer,
            "domainName": "abc.execute-api.eu-west-1.amazonaws.com", "domainPrefix": "abc",
            "http": {"method": "GET", "path": path, "protocol": "HTTP/1.1",
                "sourceIp": "205.255.255.176", "userAgent": "curl/8.5.0"},
            "requestId": "JKJaXmPLvHcESHA=", "routeKey": format!("GET {path}"), "stage": "$default",
            "time": "10/Mar/2026:05:16:23 +0000", "timeEpoch": 1_773_119_783_636_u64,
        },
        "isBase64Encoded": false,
    });
    if authorizer.is_null() {
        event["requestContext"]
            .as_object_mut()
            .unwrap()
            .remove("authorizer");
    }
    if let Some(project) = project {
        event["headers"]["x-tdev-project"] = json!(project);
    }
    event
}

fn signer(arn: &str) -> Value {
    json!({"iam": {
        "accessKey": "ASIAEXAMPLE", "accountId": "123456789012", "callerId": "AROAEXAMPLE:alice",
        "cognitoIdentity": null, "principalOrgId": "o-abc", "userArn": arn,
        "userId": "AROAEXAMPLE:alice",
    }})
}

fn bearer(sub: &str) -> Value {
    json!({"jwt": {"claims": {
        "aud": "tdev", "exp": "1773123383", "iat": "1773119783", "iss": "https://idp.example.com",
        "sub": sub,
    }, "scopes": null}})
}

const ALICE: &str = "arn:aws:sts::123456789012:assumed-role/Dev/alice";

#[test]
fn each_caller_is_shown_their_own_project() {
    let aws = aws();
    let mut api = api(&aws);
    for (authorizer, named, project) in [
        (signer(ALICE), None, "reports"),
        (signer(ALICE), Some("sales"), "sales"),
        (bearer("user-1"), None, "sales"),
    ] {
        let before = aws.asked().len();
        let answer = api.ask(&request("/api/runs", &authorizer, named)).body;
        assert_eq!(answer["statusCode"], 200, "{answer}");
        let asked = aws.asked().split_off(before).join("\n");
        assert!(
            asked.contains(&format!("\"{project}")),
            "{project}: {asked}"
        );
        assert!(!asked.contains("\"main"), "{asked}");
    }
}

#[test]
fn what_is_not_the_callers_is_not_found_and_nothing_is_asked_for() {
    let aws = aws();
    let mut api = api(&aws);
    for (authorizer, named) in [
        (signer(ALICE), Some("main")),
        (signer(ALICE), Some("../reports")),
        (bearer("user-1"), Some("reports")),
        (bearer("user-2"), None),
        (signer("arn:aws:iam::123456789012:user/bo"), None),
    ] {
        let answer = api.ask(&request("/api/runs", &authorizer, named)).body;
        assert_eq!(answer["statusCode"], 404, "{answer}");
        let problem: Value = serde_json::from_str(answer["body"].as_str().unwrap()).unwrap();
        assert_eq!(problem["code"], "ProjectNotFound");
    }
    assert!(aws.asked().is_empty());
}

#[test]
fn without_an_authoriser_only_liveness_answers() {
    let aws = aws();
    let mut api = api(&aws);
    let status = |answer: Value| answer["statusCode"].as_u64().unwrap();
    assert_eq!(
        status(api.ask(&request("/health", &Value::Null, None)).body),
        200
    );
    assert_eq!(
        status(api.ask(&request("/api/runs", &Value::Null, None)).body),
        401
    );
    assert_eq!(
        status(
            api.ask(&request("/health/../api/runs", &Value::Null, None))
                .body
        ),
        401
    );
    // A refusal is no failure of the function.
    let log = api.log();
    let errors = log
        .iter()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .filter(|line| line["_aws"].is_object() && line["errors"] != 0);
    assert_eq!(errors.count(), 0);
}

#[test]
fn what_is_no_request_fails_by_our_code() {
    let aws = aws();
    let answer = api(&aws).ask(&json!({"requestContext": {"authorizer": signer(ALICE)}}));
    assert_eq!(answer.body["errorType"], "InvalidInput", "{answer:?}");
}
