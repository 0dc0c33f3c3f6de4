//! Messages for people: what CloudWatch, Step Functions and AWS Budgets tell a topic, in words, to
//! Slack and to the topic that people subscribed to by e-mail.
//!
//! At least once: where one of the two fails, the whole event fails and is given again.

mod message;
mod slack;

use std::sync::Arc;

use serde_json::{Value, json};
use tdev_aws::connect::connect;
use tdev_aws::secrets::Secrets;
use tdev_aws::serve::serve_events;
use tdev_aws::sns::Topic;
use tdev_core::ports::SystemClock;
use tdev_core::{Code, Error, Result};

use crate::config;
use message::Message;
use slack::Slack;

/// The secrets of the notifier lie where those of a project of this name would.
const SECRETS: &str = "notifier";

/// Serves notices.
///
/// # Errors
/// What kept the runtime from being reached, or what the configuration lacks.
pub async fn serve() -> Result<(), lambda_runtime::Error> {
    let watch = config::watch()?;
    let channels = config::channels()?;
    let sdk = connect().await;
    let topic = Topic::of(&sdk, &channels.topic);
    let secrets = Secrets::of(&sdk, &channels.stack, SECRETS, Arc::new(SystemClock));
    serve_events(watch, async |event, _| {
        let messages = messages(&event)?;
        for message in &messages {
            Box::pin(topic.publish(&message.subject, &message.text())).await?;
            if let Some(name) = &channels.slack_secret {
                let slack = Box::pin(slack(&secrets, name)).await?;
                Box::pin(slack.post(message)).await?;
            }
        }
        Ok(json!({"sent": messages.len()}))
    })
    .await
}

async fn slack(secrets: &Secrets, name: &str) -> Result<Slack> {
    let url = secrets.get(name).await?.ok_or_else(|| {
        Error::new(
            Code::SecretNotFound,
            format!("the secret `{name}`, the address of Slack's webhook, is not set"),
        )
        .field("TDEV_SLACK_SECRET")
    })?;
    Slack::at(url.trim())
}

/// What an event of SNS brings. One record that makes no sense fails them all, before any is sent:
/// the event goes to the dead letters whole.
fn messages(event: &Value) -> Result<Vec<Message>> {
    let records = event["Records"].as_array().filter(|all| !all.is_empty());
    let records = records.ok_or_else(|| {
        Error::new(
            Code::InvalidInput,
            "the event has no `Records`: the notifier is subscribed to a topic of SNS",
        )
        .field("Records")
    })?;
    let read = records.iter().enumerate().map(|(at, record)| {
        let notice = &record["Sns"];
        let text = notice["Message"].as_str().ok_or_else(|| {
            Error::new(Code::InvalidInput, "the record holds no message of SNS")
                .field(format!("Records[{at}].Sns.Message"))
        })?;
        message::read(notice["Subject"].as_str(), text)
            .map_err(|error| error.field(format!("Records[{at}].Sns.Message")))
    });
    read.collect()
}
