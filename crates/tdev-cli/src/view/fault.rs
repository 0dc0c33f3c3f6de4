//! Errors as a person reads them, and as a program does.

use serde_json::{Map, Value, json};
use tdev_core::Error;

use super::{Line, Look, wrap};

/// A short block for each error: message, where, and what to do.
pub(crate) fn lines(faults: &[Error], width: usize) -> Vec<Line> {
    faults
        .iter()
        .flat_map(|fault| block(fault, width))
        .collect()
}

fn block(error: &Error, width: usize) -> Vec<Line> {
    let mut message = wrap(&error.message, width.saturating_sub(7)).into_iter();
    let first = message.next().unwrap_or_default();
    let mut lines = vec![
        Line::new()
            .with(Look::Bad, "error: ")
            .with(Look::Strong, first),
    ];
    lines.extend(message.map(|rest| Line::plain("       ").with(Look::Strong, rest)));
    let mut say = |label: &str, look: Look, text: &str| {
        for (place, part) in wrap(text, width.saturating_sub(9)).into_iter().enumerate() {
            let label = if place == 0 { label } else { "" };
            lines.push(
                Line::plain("  ")
                    .column(Look::Faint, label, 7)
                    .with(look, part),
            );
        }
    };
    if let Some(field) = &error.field {
        say("at", Look::Name, field);
    }
    if let Some(hint) = &error.hint {
        say("help", Look::Good, hint);
    }
    if let Some(traceback) = error
        .details
        .as_ref()
        .and_then(|d| d.get("traceback"))
        .and_then(Value::as_str)
    {
        for line in traceback.trim_end().lines() {
            say("", Look::Faint, line);
        }
    }
    say("code", Look::Faint, error.code.as_str());
    lines
}

/// The error as RFC 9457 has it; of several, the first, with all of them in `faults`.
pub(crate) fn problem(faults: &[Error]) -> Value {
    let mut problem = Map::new();
    if let Some(first) = faults.first() {
        problem.insert(
            "type".into(),
            json!(tdev_core::error::problem_type(first.code.as_str())),
        );
        problem.insert("status".into(), json!(first.code.http_status()));
        problem.insert("code".into(), json!(first.code));
        problem.insert("detail".into(), json!(first.message));
        let more = [("field", &first.field), ("hint", &first.hint)];
        for (name, text) in more {
            if let Some(text) = text {
                problem.insert(name.into(), json!(text));
            }
        }
        if let Some(details) = &first.details {
            problem.insert("details".into(), (**details).clone());
        }
        problem.insert("retryable".into(), json!(first.retryable()));
    }
    if faults.len() > 1 {
        problem.insert("faults".into(), json!(faults));
    }
    Value::Object(problem)
}

#[cfg(test)]
mod tests {
    use tdev_core::Code;

    use super::*;

    #[test]
    fn an_error_is_a_short_block_with_place_and_remedy() {
        let error = Error::new(
            Code::InvalidWorkflow,
            "unknown step `tranlate` in the body of the mail that is sent at the end of it",
        )
        .field("steps.send.input.body")
        .hint("did you mean `translate`?");
        let text: Vec<String> = lines(&[error], 60).iter().map(Line::bare).collect();
        insta::assert_snapshot!(text.join("\n"), @r"
        error: unknown step `tranlate` in the body of the mail that
               is sent at the end of it
          at     steps.send.input.body
          help   did you mean `translate`?
          code   InvalidWorkflow
        ");
    }

    #[test]
    fn a_problem_keeps_code_and_field() {
        let error = Error::new(Code::ComponentNotFound, "no component named `X`").field("name");
        let problem = problem(&[error]);
        assert_eq!(problem["code"], "ComponentNotFound");
        assert_eq!(problem["status"], 404);
        assert_eq!(problem["field"], "name");
        assert_eq!(problem["detail"], "no component named `X`");
    }
}
