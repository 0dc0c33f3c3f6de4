//! Questions that wait for a person, as our own functions tell of them:
//! `{"notice": "approval", "project", "approval": {"id", "run_id", "step", "message", "expires_at"}}`.

use serde_json::Value;
use tdev_core::Result;

use super::{Mark, Message, cut, text};

pub(super) fn read(told: &Value) -> Result<Message> {
    let id = text(told, "/approval/id")?;
    let run = text(told, "/approval/run_id")?;
    let mut lines = vec![cut(text(told, "/approval/message")?)];
    if let Some(until) = told["approval"]["expires_at"].as_str() {
        lines.push(format!("It can be answered until {until}"));
    }
    lines.push(format!(
        "Answer it with POST /api/approvals/{id} and {{\"approved\": true}}"
    ));
    let project = text(told, "/project")?;
    Ok(Message {
        mark: Mark::Note,
        subject: format!("Run {run} of {project} waits for an answer"),
        lines,
        link: None,
    })
}

#[cfg(test)]
mod tests {
    use super::super::read;

    #[test]
    fn a_question_says_how_it_is_answered() {
        let told = r#"{"notice": "approval", "project": "reports", "approval": {"id": "a1", "run_id": "r1", "step": "approve", "message": "may the report be sent?", "expires_at": "2026-06-05T10:00:00Z"}}"#;
        insta::assert_snapshot!(read(None, told).unwrap().text());
    }
}
