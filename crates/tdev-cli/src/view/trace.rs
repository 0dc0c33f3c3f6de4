//! The trace of a run as a table: step, component, time, attempts, and what came out.

use tdev_core::agent_io::TraceStep;

use super::table::{self, Cell};
use super::{Line, Look, tree, value};

/// The steps in order of starting.
pub(crate) fn lines(steps: &[TraceStep], width: usize) -> Vec<Line> {
    let rows: Vec<Vec<Cell>> = steps.iter().map(row).collect();
    if rows.is_empty() {
        Vec::new()
    } else {
        table::lines(
            &["step", "component", "took", "tries", "output"],
            &rows,
            width,
        )
    }
}

fn row(step: &TraceStep) -> Vec<Cell> {
    let (look, said) = match &step.error {
        Some(error) => (Look::Bad, format!("{}: {}", error.code, error.message)),
        None => (Look::Plain, value::excerpt(&step.output)),
    };
    let tries = if step.attempts > 1 {
        Look::Care
    } else {
        Look::Faint
    };
    vec![
        (Look::Strong, step.id.clone()),
        (Look::Name, step.agent.clone()),
        (Look::Plain, tree::duration(step.duration_ms)),
        (tries, step.attempts.to_string()),
        (look, said),
    ]
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use tdev_core::{Code, Error};

    use super::*;

    #[test]
    fn steps_are_a_table_of_eighty_columns() {
        let step = |step, id: &str, agent: &str, output: Value, error| TraceStep {
            step,
            id: id.into(),
            agent: agent.into(),
            input: json!({}),
            output,
            started_at: "2026-01-01T00:00:00Z".into(),
            duration_ms: 12.345 * f64::from(step),
            attempts: step,
            error,
        };
        let steps = [
            step(
                1,
                "read-qr-code",
                "QrCodeReaderTool@v1",
                json!({"text": "u-1042", "texts": ["u-1042"]}),
                None,
            ),
            step(
                2,
                "look-up-user",
                "UserLookupTool@v1",
                json!(null),
                Some(Error::new(
                    Code::ComponentFailed,
                    "no such user in the table that was given",
                )),
            ),
        ];
        let lines = lines(&steps, 80);
        assert!(lines.iter().all(|line| line.width() <= 80));
        insta::assert_snapshot!(lines.iter().map(Line::bare).collect::<Vec<_>>().join("\n"));
    }
}
