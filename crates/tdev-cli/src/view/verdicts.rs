//! Recorded runs and how many of them the engine repeats: a table by group, then what differs.

use tdev_asl::corpus::{Group, Report};

use super::table::{self, Cell};
use super::{Line, Look, wrap};

/// How much of one difference is shown.
const MOST: usize = 6;

/// The groups, all of them together, and every case that differs with what differs.
pub(crate) fn lines(report: &Report, width: usize) -> Vec<Line> {
    let mut rows: Vec<Vec<Cell>> = report
        .groups()
        .into_iter()
        .map(|(name, group)| row((Look::Name, name.to_owned()), group))
        .collect();
    let all = Group {
        total: report.verdicts.len(),
        passed: report.passed(),
    };
    rows.push(row((Look::Strong, "all".to_owned()), all));
    let mut lines = table::lines(&["group", "passed", "of", "share"], &rows, width);
    for verdict in report.failed() {
        lines.push(Line::new());
        // A name is what is looked for elsewhere: it is never cut.
        let id = verdict.id.as_str();
        lines.push(Line::new().with(Look::Bad, "✗ ").with(Look::Strong, id));
        for difference in &verdict.differences {
            let parts = wrap(difference, width.saturating_sub(4));
            let hidden = parts.len() > MOST;
            for (place, part) in parts.into_iter().take(MOST).enumerate() {
                let begin = if place == 0 { "  • " } else { "    " };
                let line = Line::new().with(Look::Care, begin).and(part);
                lines.push(line.cut(width));
            }
            if hidden {
                lines.push(Line::new().with(Look::Faint, "    … the rest with --json"));
            }
        }
    }
    lines
}

#[expect(clippy::cast_precision_loss, reason = "a share shown to one decimal")]
fn row(name: Cell, group: Group) -> Vec<Cell> {
    let share = 100.0 * group.passed as f64 / group.total.max(1) as f64;
    let look = if group.passed == group.total {
        Look::Good
    } else {
        Look::Bad
    };
    vec![
        name,
        (Look::Plain, group.passed.to_string()),
        (Look::Plain, group.total.to_string()),
        (look, format!("{share:.1} %")),
    ]
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use tdev_asl::corpus::check_text;

    use super::*;

    fn case(id: &str, output: &Value) -> Value {
        json!({
            "id": id,
            "definition": {"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}},
            "input": {"n": 1},
            "status": "SUCCEEDED",
            "output": output,
        })
    }

    #[tokio::test]
    async fn groups_are_counted_and_differences_named() {
        let long: Vec<u32> = (0..400).collect();
        let cases = json!([
            case("assign/one", &json!({"n": 1})),
            case("assign/two", &json!({"n": 2})),
            case("choice/three", &json!({"n": 1})),
            case(
                "choice/a_name_so_long_that_it_does_not_fit_in_a_narrow_window",
                &json!(long)
            ),
            7,
        ]);
        let report = check_text(&cases.to_string()).await.unwrap();
        let lines = lines(&report, 72);
        let named = |line: &Line| line.bare().starts_with('✗');
        assert!(lines.iter().all(|line| line.width() <= 72 || named(line)));
        insta::assert_snapshot!(lines.iter().map(Line::bare).collect::<Vec<_>>().join("\n"));
    }
}
