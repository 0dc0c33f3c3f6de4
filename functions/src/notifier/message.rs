//! What a topic was told, as a message people read: alarms of CloudWatch, ends of executions,
//! questions to people, notices of AWS Budgets.

mod alarm;
mod approval;
mod execution;

use serde_json::Value;
use tdev_core::{Code, Error, Result};

/// How AWS Budgets begins its notices, which are plain text.
const BUDGET: &str = "AWS Budget Notification";

/// The longest line of a message; what is longer has a console to be read in.
const LONGEST_LINE: usize = 1_000;

/// How it looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    /// Something is wrong.
    Bad,
    /// Something is right again.
    Good,
    /// Something waits or is to be known.
    Note,
}

impl Mark {
    pub(super) const fn emoji(self) -> &'static str {
        match self {
            Self::Bad => ":red_circle:",
            Self::Good => ":large_green_circle:",
            Self::Note => ":large_blue_circle:",
        }
    }
}

/// One message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Message {
    pub(super) mark: Mark,
    /// One line that says it all.
    pub(super) subject: String,
    /// More, a line each.
    pub(super) lines: Vec<String>,
    /// Where to look.
    pub(super) link: Option<String>,
}

impl Message {
    /// As an e-mail reads it.
    pub(super) fn text(&self) -> String {
        let mut text = format!("{}\n", self.subject);
        for line in &self.lines {
            text.push_str(&format!("\n{line}\n"));
        }
        if let Some(link) = &self.link {
            text.push_str(&format!("\n{link}\n"));
        }
        text
    }
}

/// Reads what a topic was told.
///
/// # Errors
/// `InvalidInput` for what none of them says.
pub(super) fn read(subject: Option<&str>, text: &str) -> Result<Message> {
    if text.trim_start().starts_with(BUDGET) {
        return Ok(budget(subject, text));
    }
    let told: Value = serde_json::from_str(text)
        .map_err(|_| unknown("it is neither JSON nor a notice of AWS Budgets"))?;
    if told.get("AlarmName").is_some() {
        alarm::read(&told)
    } else if told["source"] == "aws.states" {
        execution::read(&told)
    } else if told["notice"] == "approval" {
        approval::read(&told)
    } else {
        Err(unknown(
            "it is no alarm, no end of an execution and no question to a person",
        ))
    }
}

/// Its own words, without the letter around them.
fn budget(subject: Option<&str>, text: &str) -> Message {
    let said = text.lines().map(str::trim).filter(|line| {
        !line.is_empty() && !line.starts_with("Dear ") && !line.starts_with("Go to the AWS")
    });
    Message {
        mark: Mark::Bad,
        subject: subject.unwrap_or(BUDGET).to_owned(),
        lines: said.map(cut).collect(),
        link: Some("https://console.aws.amazon.com/billing/home#/budgets".to_owned()),
    }
}

/// A field of text that must be there.
fn text<'a>(told: &'a Value, pointer: &str) -> Result<&'a str> {
    let found = told.pointer(pointer).and_then(Value::as_str);
    found.ok_or_else(|| unknown(&format!("it has no `{}`", pointer.trim_start_matches('/'))))
}

/// A line that is not too long to be read.
fn cut(line: &str) -> String {
    match line.char_indices().nth(LONGEST_LINE) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.to_owned(),
    }
}

/// The region of an ARN.
fn region(arn: &str) -> &str {
    arn.split(':').nth(3).unwrap_or_default()
}

fn unknown(why: &str) -> Error {
    Error::new(
        Code::InvalidInput,
        format!("the message of the topic is not understood: {why}"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_budgets_notice_is_told_in_its_own_words() {
        let text = "AWS Budget Notification June 04, 2026\nAWS Account 123456789012\n\nDear AWS Customer,\n\nYou requested that we alert you when the ACTUAL Cost associated with your tdev-prod budget is greater than $80.00 for the current month. The ACTUAL Cost associated with this budget is $85.12.\n\nBudget Name: tdev-prod\nBudget Type: Cost\nBudgeted Amount: $100.00\nAlert Type: ACTUAL\nAlert Threshold: > $80.00\nACTUAL Amount: $85.12\n\nGo to the AWS Budgets dashboard: https://console.aws.amazon.com/billing/home#/budgets\n";
        let message = read(
            Some("AWS Budgets: tdev-prod has exceeded your alert threshold"),
            text,
        );
        insta::assert_snapshot!(message.unwrap().text());
    }

    #[test]
    fn what_nobody_says_is_refused() {
        for text in [
            "",
            "hello",
            "[]",
            "{}",
            r#"{"AlarmName": 3}"#,
            r#"{"AlarmName": "a"}"#,
            r#"{"source": "aws.states"}"#,
            r#"{"source": "aws.ec2"}"#,
            r#"{"notice": "approval"}"#,
        ] {
            let error = read(None, text).unwrap_err();
            assert_eq!(error.code, Code::InvalidInput, "{text}");
        }
    }
}
