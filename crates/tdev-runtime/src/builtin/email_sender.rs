//! Sends an e-mail through the project's mail server.

use lettre::message::header::ContentType;
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{Message, SmtpTransport, Transport};
use serde::Deserialize;
use serde_json::{Value, json};
use tdev_core::{Code, Error, Result};
use url::Host;

use super::{BuiltinTool, ToolContext, typed};
use crate::grants::addresses;

const MOST_RECIPIENTS: usize = 50;

pub(super) struct EmailSender;

#[derive(Deserialize)]
struct Input {
    to: Recipients,
    subject: String,
    body: String,
    html: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Recipients {
    One(String),
    Several(Vec<String>),
}

/// How the connection is kept from being read.
#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Security {
    Tls,
    StartTls,
    None,
}

impl BuiltinTool for EmailSender {
    fn name(&self) -> &'static str {
        "EmailSenderTool"
    }

    fn metadata(&self) -> &'static str {
        include_str!("email_sender.json")
    }

    fn call(&self, context: &ToolContext, input: Value) -> Result<Value> {
        let input: Input = typed(input)?;
        let from: String = context.needed_setting("from", "\"T-Developer <robot@example.com>\"")?;
        let (message, recipients) = compose(context, input, &from)?;
        let id = message
            .headers()
            .get_raw("Message-ID")
            .unwrap_or_default()
            .to_owned();
        connect(context)?
            .send(&message)
            .map_err(|fault| refusal(&fault))?;
        Ok(json!({"sent": true, "message_id": id, "recipients": recipients}))
    }
}

fn compose(context: &ToolContext, input: Input, from: &str) -> Result<(Message, Vec<String>)> {
    let to = match input.to {
        Recipients::One(one) => one
            .split([',', ';'])
            .map(|part| part.trim().to_owned())
            .collect(),
        Recipients::Several(several) => several,
    };
    if to.is_empty() || to.len() > MOST_RECIPIENTS {
        let amount = format!(
            "a message goes to 1 to {MOST_RECIPIENTS} recipients, not {}",
            to.len()
        );
        return Err(Error::new(Code::InvalidInput, amount).field("to"));
    }
    let mailbox = |address: &str, field: &str| {
        address.parse::<Mailbox>().map_err(|_| {
            Error::new(
                Code::InvalidInput,
                format!("`{address}` is not an e-mail address"),
            )
            .field(field)
        })
    };
    // A retried step sends the same message again, so that servers and readers can tell.
    let token = &context.scope().idempotency_token;
    let unique = if token.is_empty() {
        context.now().timestamp_micros().to_string()
    } else {
        token.clone()
    };
    let plain: String = unique
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || *c == '-')
        .collect();
    let mut builder = Message::builder()
        .from(mailbox(from, "components.EmailSenderTool.from")?)
        .subject(input.subject)
        .date(context.now().into())
        .message_id(Some(format!("<{plain}@t-developer>")));
    for address in &to {
        builder = builder.to(mailbox(address, "to")?);
    }
    let message = match input.html {
        Some(html) => builder.multipart(MultiPart::alternative_plain_html(input.body, html)),
        None => builder.header(ContentType::TEXT_PLAIN).body(input.body),
    };
    let message = message.map_err(|fault| {
        Error::new(
            Code::InvalidInput,
            format!("the message cannot be written: {fault}"),
        )
    })?;
    Ok((message, to))
}

fn connect(context: &ToolContext) -> Result<SmtpTransport> {
    const FIELD: &str = "components.EmailSenderTool.host";
    let host: String = context.needed_setting("host", "\"smtp.example.com\"")?;
    let port: u16 = context.setting("port")?.unwrap_or(587);
    let usual = if port == 465 {
        Security::Tls
    } else {
        Security::StartTls
    };
    let security: Security = context.setting("security")?.unwrap_or(usual);
    let wrong = |reason: String| Error::new(Code::InvalidConfig, reason).field(FIELD);
    let parsed =
        Host::parse(&host).map_err(|fault| wrong(format!("`{host}` is not a host: {fault}")))?;
    let left = context.time_left()?;
    let vetted = addresses(&context.grants().smtp, &parsed, port, left, FIELD)?;
    let address = vetted
        .first()
        .ok_or_else(|| wrong(format!("`{host}` has no address")))?;
    let certified = || TlsParameters::new(host.clone()).map_err(|fault| wrong(fault.to_string()));
    let tls = match security {
        Security::Tls => Tls::Wrapper(certified()?),
        Security::StartTls => Tls::Required(certified()?),
        Security::None => Tls::None,
    };
    // The address that was judged is the one connected to; the name is only for the certificate.
    let mut builder = SmtpTransport::builder_dangerous(address.ip().to_string())
        .port(port)
        .tls(tls)
        .timeout(Some(left));
    if let Some(username) = context.setting::<String>("username")? {
        if security == Security::None {
            return Err(
                wrong("a password is not sent over an open connection".into())
                    .hint("set security = \"starttls\", or leave `username` out"),
            );
        }
        builder = builder.credentials(Credentials::new(username, context.secret("SMTP_PASSWORD")?));
    }
    Ok(builder.build())
}

/// Server replies are told; a permanent one is not worth a retry.
fn refusal(fault: &lettre::transport::smtp::Error) -> Error {
    if fault.is_timeout() {
        return Error::new(
            Code::ComponentTimeout,
            "the mail server did not answer in time",
        );
    }
    if fault.is_permanent() {
        return Error::new(
            Code::ComponentFailed,
            format!("the mail server refused the message: {fault}"),
        );
    }
    Error::new(
        Code::RemoteUnavailable,
        format!("the mail server cannot be used: {fault}"),
    )
}
