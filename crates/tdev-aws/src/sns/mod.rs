//! Topics of SNS: what is published there reaches everybody who subscribed, people by e-mail among
//! them.

use aws_config::SdkConfig;
use aws_sdk_sns::Client;
use tdev_core::{Code, Error, Result};

use crate::fault;

/// The longest subject SNS takes, in characters; it must be one line of ASCII.
const SUBJECT: usize = 100;

/// The longest message SNS takes, in bytes.
const MESSAGE: usize = 256 * 1024;

/// One topic.
pub struct Topic {
    client: Client,
    arn: String,
}

impl Topic {
    /// The topic of that ARN. Nothing is asked before something is published.
    pub fn of(sdk: &SdkConfig, arn: &str) -> Self {
        Self {
            client: Client::new(sdk),
            arn: arn.to_owned(),
        }
    }

    /// Publishes a text. The subject is cut to what an e-mail's may be.
    ///
    /// # Errors
    /// `PayloadTooLarge`; `PermissionDenied`; `RemoteUnavailable` when retries were of no use.
    pub async fn publish(&self, subject: &str, text: &str) -> Result<()> {
        if text.len() > MESSAGE {
            return Err(Error::new(
                Code::PayloadTooLarge,
                format!("a message of {} bytes is longer than 256 KiB", text.len()),
            ));
        }
        let sent = self
            .client
            .publish()
            .topic_arn(&self.arn)
            .subject(plain(subject))
            .message(text)
            .send()
            .await;
        match sent {
            Ok(_) => Ok(()),
            Err(error) => {
                let said = fault::of("publish a message", &error);
                Err(match said.code {
                    Code::StoreUnavailable => Error {
                        code: Code::RemoteUnavailable,
                        ..said
                    },
                    _ => said,
                })
            }
        }
    }
}

/// What SNS takes for a subject: printable ASCII on one line, not too long, not empty.
fn plain(subject: &str) -> String {
    let one_line = subject.split_whitespace().collect::<Vec<_>>().join(" ");
    let ascii = one_line.chars().map(|c| {
        if c.is_ascii_graphic() || c == ' ' {
            c
        } else {
            '?'
        }
    });
    let text: String = ascii.take(SUBJECT).collect();
    if text.is_empty() {
        "T-Developer".to_owned()
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_is_one_line_of_ascii() {
        assert_eq!(plain("ALARM:\n  runs  fail"), "ALARM: runs fail");
        assert_eq!(plain("Prüfung"), "Pr?fung");
        assert_eq!(plain(" \n"), "T-Developer");
        assert_eq!(plain(&"x".repeat(300)).len(), SUBJECT);
    }
}
