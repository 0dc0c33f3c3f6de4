//! The rubric for a component's source: whether it can be used, trusted, understood and tested.

pub(crate) mod reading;

use serde_json::Value;
use tdev_core::agent_io::Evaluation;
use tdev_core::component::Example;
use tdev_core::schema::Schema;

use super::maturity::Record;
use super::rating::{Criterion, verdict};
use crate::classifier::{Finding, check_source, classify};

use reading::Function;

/// Lines beyond which a component is better cut in two.
const LONG: f64 = 150.0;

/// Ways through one function beyond which nobody keeps them all in mind.
const MOST_PATHS: usize = 10;

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
            let mut broken = Criterion::new("validity", 20.0, 0.0);
            broken.suggest(None, error.message, None);
            return verdict(&[broken], |sum| sum);
        }
    };
    let findings = check_source(code).unwrap_or_default();
    let hidden = findings.iter().any(|finding| finding.rule != "import");
    let functions = reading::functions(code);
    let criteria = vec![
        Criterion::new("validity", 20.0, 1.0),
        security(20.0, &findings),
        signature(15.0, &found.input_schema, &found.output_schema),
        documentation(10.0, &found.description, code),
        complexity(10.0, &functions, code),
        error_handling(12.0, &functions),
        tests(13.0, examples, record),
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

fn documentation(weight: f64, description: &str, code: &str) -> Criterion {
    let words = description.split_whitespace().count();
    let said = reading::has_docstring(code);
    let share = 0.7 * (words as f64 / 4.0).min(1.0) + if said { 0.3 } else { 0.0 };
    let mut criterion = Criterion::new("documentation", weight, share);
    if words < 4 {
        criterion.suggest(
            None,
            "say in one sentence what it does: the planner finds it by that",
            None,
        );
    } else if !said {
        criterion.suggest(
            None,
            "add a docstring: its description is told to the planner only",
            None,
        );
    }
    criterion
}

/// Scores how much there is to keep in mind: ways through each function, and lines in all.
fn complexity(weight: f64, functions: &[Function], code: &str) -> Criterion {
    let lines = code.lines().filter(|line| !line.trim().is_empty()).count() as f64;
    let over: usize = functions
        .iter()
        .map(|function| function.paths.saturating_sub(MOST_PATHS))
        .sum();
    let simple = MOST_PATHS as f64 / (MOST_PATHS + over) as f64;
    let mut criterion = Criterion::new(
        "complexity",
        weight,
        simple * (LONG / lines.max(LONG)).powi(2),
    );
    for function in functions.iter().filter(|f| f.paths > MOST_PATHS) {
        criterion.suggest(
            None,
            format!(
                "line {}: there are {} ways through `{}`, {MOST_PATHS} can be kept in mind: cut it in two",
                function.line, function.paths, function.name
            ),
            None,
        );
    }
    if lines > LONG {
        criterion.suggest(
            None,
            format!("it has {lines} lines: one component does one thing in {LONG} or less"),
            None,
        );
    }
    criterion
}

/// Scores what becomes of failures: hidden ones weigh more than those that pass on unexplained.
fn error_handling(weight: f64, functions: &[Function]) -> Criterion {
    let sum = |count: fn(&Function) -> usize| functions.iter().map(count).sum::<usize>();
    let (bare, silent) = (sum(|f| f.bare.len()), sum(|f| f.silent.len()));
    let (effects, unguarded) = (sum(|f| f.effects), sum(|f| f.unguarded.len()));
    let open = unguarded as f64 / effects.max(1) as f64;
    let fall = |share: f64, count: usize| share.powi(i32::try_from(count).unwrap_or(i32::MAX));
    let mut criterion = Criterion::new(
        "error_handling",
        weight,
        (1.0 - 0.4 * open) * fall(0.5, silent) * fall(0.7, bare),
    );
    for function in functions {
        let name = &function.name;
        for line in &function.bare {
            criterion.suggest(
                None,
                format!("line {line}: a bare except in `{name}` catches even what ends the program: write `except Exception as error`"),
                None,
            );
        }
        for line in &function.silent {
            criterion.suggest(
                None,
                format!("line {line}: `{name}` swallows errors without a word: log them, or raise a `ToolError`"),
                None,
            );
        }
        for (line, called) in &function.unguarded {
            criterion.suggest(
                None,
                format!("line {line}: `{name}` calls {} and handles no error of it: catch `ToolError` and say which part failed", quoted(called)),
                None,
            );
        }
    }
    criterion
}

/// A component's name as messages write it.
fn quoted(called: &str) -> String {
    if called.contains(' ') {
        called.to_owned()
    } else {
        format!("`{called}`")
    }
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
        criterion.note(
            None,
            "its last tests did not all pass: `tdev test NAME --verbose` says which",
        );
    }
    criterion
}
