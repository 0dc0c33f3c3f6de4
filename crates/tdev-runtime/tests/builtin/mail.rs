//! Sending mail: what arrives, what is refused, and what cannot be smuggled in.

use serde_json::{Value, json};
use tdev_core::Code;
use tdev_core::ports::Scope;
use tdev_runtime::builtin::Builtins;

use super::project::{Setup, project, repository};
use super::server::Server;

fn home(server: &Server, granted: bool) -> Builtins {
    let hosts = if granted {
        vec![format!("127.0.0.1:{}", server.port)]
    } else {
        vec!["*".to_owned()]
    };
    project(&repository(), json!({"smtp": hosts}))
        .setting("EmailSenderTool", "host", json!("127.0.0.1"))
        .setting("EmailSenderTool", "port", json!(server.port))
        .setting("EmailSenderTool", "security", json!("none"))
        .setting(
            "EmailSenderTool",
            "from",
            json!("Robot <robot@example.com>"),
        )
}

fn letter(to: &Value, subject: &str) -> Value {
    json!({"to": to, "subject": subject, "body": "Hello Mira"})
}

#[test]
fn a_message_arrives_and_a_retry_is_the_same_message() {
    let server = Server::smtp(None);
    let home = home(&server, true);
    let scope = Scope {
        idempotency_token: "run-7.send".into(),
        ..Scope::default()
    };
    let input = letter(
        &json!(["mira@example.com", "jonas@example.com"]),
        "Greetings",
    );
    let sent = home
        .call("EmailSenderTool", input.clone(), scope.clone(), None)
        .unwrap();
    let again = home.call("EmailSenderTool", input, scope, None).unwrap();
    assert_eq!(sent["message_id"], again["message_id"]);
    assert_eq!(
        sent["recipients"],
        json!(["mira@example.com", "jonas@example.com"])
    );
    let message = &server.asked()[0];
    for part in [
        "RCPT TO:<mira@example.com>",
        "RCPT TO:<jonas@example.com>",
        "Subject: Greetings",
        "Hello Mira",
    ] {
        assert!(message.contains(part), "{part} in {message}");
    }
}

#[test]
fn a_private_mail_server_must_be_listed_with_its_port() {
    let server = Server::smtp(None);
    let refused =
        home(&server, false).run("EmailSenderTool", letter(&json!("mira@example.com"), "x"));
    assert_eq!(refused.unwrap_err().code, Code::PermissionDenied);
    assert_eq!(server.asked(), Vec::<String>::new());
}

#[test]
fn headers_and_recipients_cannot_be_smuggled_in() {
    let server = Server::smtp(None);
    let home = home(&server, true);
    home.run(
        "EmailSenderTool",
        letter(
            &json!("mira@example.com"),
            "Hi\r\nBcc: eve@example.com\r\n\r\nevil",
        ),
    )
    .unwrap();
    let message = &server.asked()[0];
    assert!(
        !message
            .lines()
            .any(|line| line.starts_with("Bcc:") || line == "evil"),
        "{message}"
    );
    for to in [
        "mira@example.com\r\nRCPT TO:<eve@example.com>",
        "not an address",
        "a@b> SIZE=1 <c@d",
        "",
    ] {
        let refused = home
            .run("EmailSenderTool", letter(&json!(to), "x"))
            .unwrap_err();
        assert_eq!(
            (refused.code, refused.field.as_deref()),
            (Code::InvalidInput, Some("to")),
            "{to}"
        );
    }
    assert_eq!(server.asked().len(), 1);
}

#[test]
fn a_password_does_not_cross_an_open_connection() {
    let server = Server::smtp(None);
    let home = home(&server, true)
        .setting("EmailSenderTool", "username", json!("robot"))
        .secret("SMTP_PASSWORD", "pw");
    let refused = home.run("EmailSenderTool", letter(&json!("mira@example.com"), "x"));
    assert_eq!(refused.unwrap_err().code, Code::InvalidConfig);
}

#[test]
fn a_server_that_refuses_is_a_failure_not_worth_a_retry() {
    let server = Server::smtp(Some("550 no such user"));
    let refused =
        home(&server, true).run("EmailSenderTool", letter(&json!("mira@example.com"), "x"));
    assert_eq!(refused.unwrap_err().code, Code::ComponentFailed);
}
