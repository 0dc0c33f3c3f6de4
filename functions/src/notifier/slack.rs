//! Slack's incoming webhooks. Their address is a secret: nothing here says it.

use std::time::Duration;

use serde_json::{Value, json};
use tdev_core::{Code, Error, Result};
use ureq::Agent;

use super::message::Message;

/// Tries of one message, the first included.
const TRIES: u32 = 4;

/// The longest pause before another try, whatever Slack asks for.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// The longest text of one block.
const LONGEST_TEXT: usize = 2_900;

/// One webhook.
pub(super) struct Slack {
    agent: Agent,
    url: String,
}

/// What one try came to.
enum Tried {
    Taken,
    Again { after: Option<Duration> },
    Refused(u16),
}

impl Slack {
    /// The webhook of that address.
    ///
    /// # Errors
    /// `InvalidConfig` for what is no address, without saying it.
    pub(super) fn at(url: &str) -> Result<Self> {
        let loopback = url.starts_with("http://127.0.0.1:");
        if !(url.starts_with("https://") || loopback) || url.contains(char::is_whitespace) {
            return Err(Error::new(
                Code::InvalidConfig,
                "the secret of Slack's webhook holds no https address",
            )
            .field("TDEV_SLACK_SECRET"));
        }
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_global(Some(Duration::from_secs(10)))
            .build();
        Ok(Self {
            agent: config.into(),
            url: url.to_owned(),
        })
    }

    /// Posts a message; tries again where Slack is busy (429) or fails (5xx, or not there).
    ///
    /// # Errors
    /// `RemoteUnavailable` when that was of no use; `PermissionDenied` for what Slack will not take.
    pub(super) async fn post(&self, message: &Message) -> Result<()> {
        let body = body(message);
        for n in 0..TRIES {
            match self.try_once(body.clone()).await? {
                Tried::Taken => return Ok(()),
                Tried::Refused(status) => {
                    return Err(Error::new(
                        Code::PermissionDenied,
                        format!("slack refused a message with status {status}"),
                    )
                    .hint("the webhook may have been taken away: put a new one into its secret"));
                }
                Tried::Again { after } if n + 1 < TRIES => {
                    let usual = Duration::from_millis(250 << n);
                    tokio::time::sleep(after.unwrap_or(usual).min(LONGEST_PAUSE)).await;
                }
                Tried::Again { .. } => {}
            }
        }
        Err(Error::new(
            Code::RemoteUnavailable,
            format!("slack did not take a message in {TRIES} tries"),
        ))
    }

    async fn try_once(&self, body: Value) -> Result<Tried> {
        let (agent, url) = (self.agent.clone(), self.url.clone());
        let sent = tokio::task::spawn_blocking(move || agent.post(&url).send_json(&body)).await;
        let sent = sent.map_err(|_| Error::new(Code::Internal, "a message was not sent"))?;
        // What went wrong on the way may name the address.
        let Ok(response) = sent else {
            return Ok(Tried::Again { after: None });
        };
        let after = response
            .headers()
            .get("retry-after")
            .and_then(|seconds| seconds.to_str().ok()?.parse().ok())
            .map(Duration::from_secs);
        Ok(match response.status().as_u16() {
            200..=299 => Tried::Taken,
            429 | 500..=599 => Tried::Again { after },
            status => Tried::Refused(status),
        })
    }
}

/// A message as Slack takes it: plain text where it is read aloud or on a watch, blocks elsewhere.
fn body(message: &Message) -> Value {
    let section = |text: &str| json!({"type": "section", "text": {"type": "mrkdwn", "text": text}});
    let mut blocks = vec![section(&format!(
        "{} *{}*",
        message.mark.emoji(),
        escaped(&message.subject)
    ))];
    for line in &message.lines {
        blocks.push(section(&escaped(line)));
    }
    if let Some(link) = &message.link {
        blocks.push(section(&format!("<{}|Open in the console>", escaped(link))));
    }
    json!({"text": escaped(&message.subject), "blocks": blocks})
}

/// Without what Slack would read as a mention or a link.
fn escaped(text: &str) -> String {
    let cut: String = text.chars().take(LONGEST_TEXT).collect();
    cut.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::super::message::Mark;
    use super::*;

    #[test]
    fn a_message_mentions_nobody() {
        let message = Message {
            mark: Mark::Bad,
            subject: "<!channel> a & b".to_owned(),
            lines: vec!["<https://evil.example|click>".to_owned()],
            link: Some("https://console.aws.amazon.com/x?a=1&b=2".to_owned()),
        };
        let body = body(&message);
        assert_eq!(body["text"], "&lt;!channel&gt; a &amp; b");
        let blocks = body["blocks"].to_string();
        assert!(
            !blocks.contains("<!") && !blocks.contains("<https://evil"),
            "{blocks}"
        );
        assert_eq!(
            body["blocks"][2]["text"]["text"],
            "<https://console.aws.amazon.com/x?a=1&amp;b=2|Open in the console>"
        );
    }

    #[test]
    fn an_address_that_is_none_is_not_said() {
        for url in [
            "",
            "http://hooks.slack.example/T/B/canary",
            "canary",
            "https://a b/canary",
        ] {
            let error = Slack::at(url).map(|_| ()).unwrap_err();
            assert_eq!(error.code, Code::InvalidConfig);
            assert!(!error.to_string().contains("canary"), "{error}");
        }
    }
}
