//! Bedrock's Converse and ConverseStream over a real wire.

use std::sync::Mutex;
use std::time::Duration;

use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use serde_json::json;
use tdev_aws::bedrock::{Bedrock, Manner};
use tdev_core::model::{
    Content, Message, ModelReply, ModelRequest, ModelTool, Price, Role, StopReason, ToolChoice,
    Usage,
};
use tdev_core::ports::{LanguageModel, Listener, ModelCard, Scope};
use tdev_core::{Code, Result};

use crate::answers::{event, fails, message, metadata, says, stop, streamed, words};
use crate::scripted::{Act, Scripted, answer};

const MODEL: &str = "eu.amazon.nova-lite-v1:0";
const BOTH: [Manner; 2] = [Manner::Whole, Manner::Streamed];

/// The way to the scripted server, whose first word is waited for no longer than `patience`.
pub(crate) async fn config(server: &Scripted, patience: Duration) -> SdkConfig {
    #[expect(deprecated, reason = "the new name is in a crate of its own")]
    let files = aws_config::profile::profile_file::ProfileFiles::builder()
        .with_contents(
            aws_config::profile::profile_file::ProfileFileKind::Credentials,
            "[default]\naws_access_key_id = AKTEST\naws_secret_access_key = secret\n",
        )
        .build();
    let http = aws_smithy_http_client::Builder::new().build_http();
    let provider = ProviderConfig::without_region().with_http_client(http.clone());
    let credentials = ProfileFileCredentialsProvider::builder()
        .configure(&provider)
        .profile_files(files)
        .profile_name("default")
        .build();
    aws_config::defaults(BehaviorVersion::latest())
        .http_client(http)
        .region(Region::new("eu-central-1"))
        .endpoint_url(server.url())
        .credentials_provider(credentials)
        .retry_config(
            RetryConfig::standard()
                .with_max_attempts(3)
                .with_initial_backoff(Duration::from_millis(1)),
        )
        .timeout_config(
            TimeoutConfig::builder()
                .operation_attempt_timeout(patience)
                .build(),
        )
        .load()
        .await
}

async fn model(server: &Scripted, manner: Manner, patience: Duration) -> Bedrock {
    let config = config(server, patience).await;
    let card = ModelCard {
        id: MODEL.into(),
        price: Price::default(),
    };
    Bedrock::over(card, manner, config)
}

async fn ask(server: &Scripted, manner: Manner) -> Result<ModelReply> {
    let model = model(server, manner, Duration::from_secs(60)).await;
    model.converse(&question(), &Scope::default(), &()).await
}

fn question() -> ModelRequest {
    ModelRequest {
        system: "You plan.".into(),
        messages: vec![Message::user("Plan a walk.")],
        tools: vec![ModelTool {
            name: "propose".into(),
            description: "Proposes.".into(),
            input_schema: json!({"type": "object", "properties": {"n": {"type": "integer", "minimum": 1}}}),
        }],
        choice: ToolChoice::Named("propose".into()),
        max_tokens: 500,
        temperature: Some(0.0),
    }
}

#[tokio::test]
async fn a_tool_call_comes_back_whole_in_both_manners() {
    for manner in BOTH {
        let act = says(
            manner,
            "I plan. ",
            Some("{\"steps\": [1, 2.5, \"x\"]}"),
            "tool_use",
        );
        let server = Scripted::new(vec![act]);
        let reply = ask(&server, manner).await.unwrap();
        assert_eq!(
            reply,
            ModelReply {
                content: vec![
                    Content::Text("I plan. ".into()),
                    Content::ToolUse {
                        id: "t1".into(),
                        name: "propose".into(),
                        input: json!({"steps": [1, 2.5, "x"]}),
                    },
                ],
                stop: StopReason::ToolUse,
                usage: Usage {
                    input_tokens: 120,
                    output_tokens: 18
                },
            }
        );
        let asked = server.asked().remove(0);
        let operation = if manner == Manner::Whole {
            "converse"
        } else {
            "converse-stream"
        };
        let path = format!(
            "POST /model/{}/{operation} HTTP/1.1",
            MODEL.replace(':', "%3A")
        );
        assert!(asked.head.starts_with(&path), "{}", asked.head);
        assert!(asked.head.contains("AWS4-HMAC-SHA256 Credential=AKTEST/"));
        assert_eq!(
            asked.json(),
            json!({
                "system": [{"text": "You plan."}],
                "messages": [{"role": "user", "content": [{"text": "Plan a walk."}]}],
                "inferenceConfig": {"maxTokens": 500, "temperature": 0.0},
                "toolConfig": {
                    "tools": [{"toolSpec": {"name": "propose", "description": "Proposes.", "inputSchema":
                        {"json": {"type": "object", "properties": {"n": {"type": "integer", "minimum": 1}}}}}}],
                    "toolChoice": {"tool": {"name": "propose"}},
                },
            })
        );
    }
}

#[tokio::test]
async fn what_a_tool_said_goes_back_under_its_name() {
    let manner = Manner::Whole;
    let server = Scripted::new(vec![says(manner, "done", None, "end_turn")]);
    let request = ModelRequest {
        messages: vec![
            Message::user("How far?"),
            Message {
                role: Role::Assistant,
                content: vec![Content::ToolUse {
                    id: "a".into(),
                    name: "far".into(),
                    input: json!({"to": "Rome"}),
                }],
            },
            Message {
                role: Role::User,
                content: vec![Content::ToolResult {
                    id: "a".into(),
                    content: json!("no road"),
                    failed: true,
                }],
            },
        ],
        ..question()
    };
    let model = model(&server, manner, Duration::from_secs(60)).await;
    model
        .converse(&request, &Scope::default(), &())
        .await
        .unwrap();
    assert_eq!(
        server.asked()[0].json()["messages"].as_array().unwrap()[1..],
        [
            json!({"role": "assistant", "content": [{"toolUse": {"toolUseId": "a", "name": "far", "input": {"to": "Rome"}}}]}),
            json!({"role": "user", "content": [{"toolResult": {"toolUseId": "a", "content": [{"text": "no road"}], "status": "error"}}]}),
        ]
    );
}

#[tokio::test]
async fn reasons_to_stop_are_told_apart() {
    for manner in BOTH {
        for (reason, stop) in [
            ("end_turn", StopReason::EndTurn),
            ("max_tokens", StopReason::MaxTokens),
            ("content_filtered", StopReason::Refused),
            ("guardrail_intervened", StopReason::Refused),
        ] {
            let server = Scripted::new(vec![says(manner, "well", None, reason)]);
            let reply = ask(&server, manner).await.unwrap();
            assert_eq!((reply.stop, reply.text().as_str()), (stop, "well"));
        }
        let server = Scripted::new(vec![says(manner, "well", None, "malformed_tool_use")]);
        assert_eq!(
            ask(&server, manner).await.unwrap_err().code,
            Code::ModelInvalid
        );
    }
}

#[tokio::test]
async fn words_are_heard_while_the_model_still_writes() {
    struct Heard(
        Mutex<Vec<String>>,
        Mutex<Option<tokio::sync::oneshot::Sender<()>>>,
    );
    impl Listener for Heard {
        fn text(&self, piece: &str) {
            self.0.lock().unwrap().push(piece.into());
            if let Some(first) = self.1.lock().unwrap().take() {
                first.send(()).unwrap();
            }
        }
    }
    let first = streamed(&[
        event("messageStart", json!({"role": "assistant"})),
        words("Once "),
    ]);
    let rest = [words("upon"), stop("end_turn"), metadata()].concat();
    let server = Scripted::new(vec![Act::Slowly(first, rest)]);
    let (told, first_heard) = tokio::sync::oneshot::channel();
    let heard = Heard(Mutex::default(), Mutex::new(Some(told)));
    let model = model(&server, Manner::Streamed, Duration::from_secs(60)).await;
    let (question, scope) = (question(), Scope::default());
    let (reply, ()) = futures::join!(model.converse(&question, &scope, &heard), async {
        // The server holds the rest back until the first piece has been heard.
        first_heard.await.unwrap();
        server.go_on();
    });
    assert_eq!(reply.unwrap().text(), "Once upon");
    assert_eq!(*heard.0.lock().unwrap(), ["Once ", "upon"]);
}

#[tokio::test]
async fn throttling_is_tried_again_and_then_said() {
    let throttled = || fails("429 Too Many Requests", "ThrottlingException", "slow down.");
    for manner in BOTH {
        let server = Scripted::new(vec![
            throttled(),
            throttled(),
            says(manner, "well", None, "end_turn"),
        ]);
        assert_eq!(ask(&server, manner).await.unwrap().text(), "well");
        assert_eq!(server.asked().len(), 3);
        let server = Scripted::new(vec![throttled(), throttled(), throttled()]);
        let error = ask(&server, manner).await.unwrap_err();
        assert_eq!(error.code, Code::ModelThrottled);
        assert_eq!(
            error.message,
            "Bedrock takes no more requests for now: slow down"
        );
    }
}

#[tokio::test]
async fn what_no_further_try_mends_is_said_at_once() {
    for (status, kind, code) in [
        (
            "403 Forbidden",
            "AccessDeniedException",
            Code::PermissionDenied,
        ),
        (
            "404 Not Found",
            "ResourceNotFoundException",
            Code::InvalidConfig,
        ),
        ("400 Bad Request", "ValidationException", Code::ModelRefused),
    ] {
        let server = Scripted::new(vec![fails(status, kind, "no")]);
        let error = ask(&server, Manner::Streamed).await.unwrap_err();
        assert_eq!(error.code, code, "{error}");
        assert_eq!(server.asked().len(), 1);
    }
}

#[tokio::test]
async fn a_model_that_says_nothing_is_neither_waited_for_nor_asked_twice() {
    for manner in BOTH {
        let server = Scripted::new(vec![Act::Nothing, says(manner, "late", None, "end_turn")]);
        let model = model(&server, manner, Duration::from_millis(80)).await;
        let error = model
            .converse(&question(), &Scope::default(), &())
            .await
            .unwrap_err();
        assert_eq!(error.code, Code::ModelUnavailable);
        assert_eq!(error.message, "Bedrock did not answer in time");
        assert_eq!(server.asked().len(), 1, "{manner:?}");
    }
}

#[tokio::test]
async fn a_stream_that_breaks_off_is_not_asked_for_again() {
    let begun = || words("Once ");
    let exception = message(
        &[
            (":exception-type", "modelStreamErrorException"),
            (":content-type", "application/json"),
            (":message-type", "exception"),
        ],
        "{\"message\": \"overloaded\"}",
    );
    let mut half = begun();
    half.truncate(20);
    for (events, code) in [
        (vec![begun()], Code::ModelUnavailable),
        (vec![begun(), half], Code::ModelUnavailable),
        (vec![begun(), exception], Code::ModelUnavailable),
        (vec![begun(), stop("end_turn")], Code::ModelInvalid),
    ] {
        let server = Scripted::new(vec![Act::Say(streamed(&events))]);
        let error = ask(&server, Manner::Streamed).await.unwrap_err();
        assert_eq!(error.code, code, "{error}");
        assert_eq!(server.asked().len(), 1);
    }
}

#[tokio::test]
async fn arguments_cut_off_or_no_json_are_handed_on_as_they_were_written() {
    let server = Scripted::new(vec![says(
        Manner::Streamed,
        "",
        Some("{\"steps\": [{\"id\""),
        "max_tokens",
    )]);
    let reply = ask(&server, Manner::Streamed).await.unwrap();
    assert_eq!(reply.stop, StopReason::MaxTokens);
    let (_, _, input) = reply.tool_uses().next().unwrap();
    assert_eq!(input, &json!("{\"steps\": [{\"id\""));
    // Truncated JSON of the whole answer.
    let cut = answer(
        "200 OK",
        "content-type: application/json\r\n",
        "{\"output\": {\"mess",
    );
    let server = Scripted::new(vec![Act::Say(cut)]);
    let error = ask(&server, Manner::Whole).await.unwrap_err();
    assert_eq!(error.code, Code::ModelInvalid, "{error}");
}
