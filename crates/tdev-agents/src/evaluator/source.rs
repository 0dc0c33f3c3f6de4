//! The rubric for a component's source: whether it can be used, trusted, understood and tested.

use serde_json::Value;
use tdev_core::agent_io::Evaluation;
use tdev_core::component::Example;
use tdev_core::schema::Schema;

use super::maturity::Record;
use super::rating::{Criterion, verdict};
use crate::classifier::{Finding, check_source, classify};

/// Lines beyond which a component is better cut in two.
const LONG: f64 = 150.0;

/// Scores a component's source. What every criterion can give sums to 100; what does not parse,
/// or holds no component, is capped under 50, and what hides what it runs under 70.
pub fn evaluate_source(
    code: &str,
    path: Option<&str>,
    examples: &[Example],
    record: Record,
) -> Evaluation {
    let found = match classify(code, path) {
        Ok(found) => found,
        Err(error) => {
            let mut broken = Criterion::new("validity", 25.0, 0.0);
            broken.suggest(None, error.message, None);
            return verdict(&[broken], |sum| sum);
        }
    };
    let findings = check_source(code).unwrap_or_default();
    let hidden = findings.iter().any(|finding| finding.rule != "import");
    let criteria = vec![
        Criterion::new("validity", 25.0, 1.0),
        security(25.0, &findings),
        signature(20.0, &found.input_schema, &found.output_schema),
        documentation(10.0, &found.description),
        size(8.0, code),
        tests(12.0, examples, record),
    ];
    verdict(&criteria, |sum| if hidden { sum.min(69.0) } else { sum })
}

fn security(weight: f64, findings: &[Finding]) -> Criterion {
    let cost = |finding: &Finding| if finding.rule == "import" { 0.15 } else { 0.5 };
    let mut criterion = Criterion::new(
        "security",
        weight,
        1.0 - findings.iter().map(cost).sum::<f64>(),
    );
    for finding in findings {
        criterion.suggest(
            None,
            format!("line {}: {}", finding.line, finding.message),
            None,
        );
    }
    criterion
}

fn signature(weight: f64, input: &Schema, output: &Schema) -> Criterion {
    let fields = input.fields();
    let vague: Vec<&str> = fields
        .iter()
        .filter(|field| field.type_name() == "any")
        .map(|field| field.name.as_str())
        .collect();
    let typed = match fields.len() {
        // Taking nothing is a signature too, if it is said that nothing is taken.
        0 if input.written() == &Value::Object(serde_json::Map::new()) => 0.5,
        0 => 1.0,
        all => (all - vague.len()) as f64 / all as f64,
    };
    let described = if output.is_described() { 1.0 } else { 0.0 };
    let mut criterion = Criterion::new("signature", weight, 0.6 * typed + 0.4 * described);
    for name in vague {
        criterion.suggest(None, format!("annotate `{name}` with its type"), None);
    }
    if described == 0.0 {
        criterion.suggest(
            None,
            "say what it returns: a TypedDict, a dict literal, or `output={…}`",
            None,
        );
    }
    criterion
}

fn documentation(weight: f64, description: &str) -> Criterion {
    let words = description.split_whitespace().count();
    let mut criterion = Criterion::new("documentation", weight, (words as f64 / 4.0).min(1.0));
    if words < 4 {
        criterion.suggest(
            None,
            "say in one sentence what it does: the planner finds it by that",
            None,
        );
    }
    criterion
}

fn size(weight: f64, code: &str) -> Criterion {
    let lines = code.lines().filter(|line| !line.trim().is_empty()).count() as f64;
    let mut criterion = Criterion::new("size", weight, (LONG / lines.max(LONG)).powi(2));
    if lines > LONG {
        criterion.suggest(None, "it is long: one component does one thing", None);
    }
    criterion
}

fn tests(weight: f64, examples: &[Example], record: Record) -> Criterion {
    let share = match (record.rate(), examples.len()) {
        (Some(rate), 0) => 0.8 * rate,
        (Some(rate), _) => rate,
        (None, 0) => 0.0,
        (None, _) => 0.6,
    };
    let mut criterion = Criterion::new("tests", weight, share);
    if examples.is_empty() {
        criterion.suggest(
            None,
            "add an example of input and output: it documents and tests at once",
            None,
        );
    }
    if record.rate().is_some_and(|rate| rate < 1.0) {
        criterion.suggest(None, "its last tests did not all pass", None);
    }
    criterion
}
