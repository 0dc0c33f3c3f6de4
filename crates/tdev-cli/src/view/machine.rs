//! A definition in Amazon States Language as a person reads about it: what it has, what is wrong.

use std::collections::BTreeSet;
use std::path::Path;

use tdev_asl::{Fault, StateMachine};
use tdev_core::{Code, Error};

use super::{Line, Look, fault};

/// What a definition's file is called in messages.
pub(crate) fn file_name(file: &Path) -> String {
    if file == Path::new("-") {
        "standard input".to_owned()
    } else {
        file.display().to_string()
    }
}

/// A definition without faults.
pub(crate) fn sound(name: &str, machine: &StateMachine) -> Vec<Line> {
    let states = machine.state_names().len();
    let resources: BTreeSet<String> = machine.resources().into_iter().collect();
    let counted = format!(
        "  {}, {}",
        count(states, "state"),
        count(resources.len(), "resource")
    );
    vec![
        Line::new()
            .with(Look::Good, "✓ ")
            .with(Look::Strong, format!("{name} is valid"))
            .with(Look::Faint, counted),
    ]
}

/// Every fault, and how many there are.
pub(crate) fn faulty(name: &str, faults: &[Fault], width: usize) -> Vec<Line> {
    let errors: Vec<Error> = faults.iter().map(|found| error(name, found)).collect();
    let mut lines = fault::lines(&errors, width);
    lines.push(
        Line::new()
            .with(Look::Bad, "✗ ")
            .with(Look::Strong, format!("{name} is not valid"))
            .with(Look::Faint, format!("  {}", count(faults.len(), "fault"))),
    );
    lines
}

/// One fault of the definition in `name`, in the words all errors are told in.
pub(crate) fn error(name: &str, fault: &Fault) -> Error {
    let place = match (fault.line, fault.column) {
        (Some(line), Some(column)) => format!("{name}:{line}:{column} {}", fault.pointer),
        _ => format!("{name} {}", fault.pointer),
    };
    let hint = fault
        .suggestion
        .as_ref()
        .map(|word| format!("did you mean `{word}`?"));
    Error::new(Code::InvalidStateMachine, fault.message.as_str())
        .field(place.trim_end())
        .hint_opt(hint)
}

pub(crate) fn count(n: usize, what: &str) -> String {
    if n == 1 {
        format!("1 {what}")
    } else {
        format!("{n} {what}s")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(lines: &[Line]) -> String {
        lines.iter().map(Line::bare).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn every_fault_is_told_with_its_place_in_the_file() {
        let definition = r#"{
  "StartAt": "Frist",
  "States": {
    "First": {"Type": "Task", "Resource": "pay", "Nxt": "Second", "End": true},
    "Second": {"Type": "Wait", "Seconds": -1, "End": true}
  }
}"#;
        let invalid = StateMachine::parse(definition).unwrap_err();
        insta::assert_snapshot!(text(&faulty("orders.asl.json", &invalid.faults, 72)));
    }

    #[test]
    fn a_sound_definition_says_what_it_has() {
        let machine = StateMachine::parse(
            r#"{"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "pay", "Next": "B"},
                "B": {"Type": "Task", "Resource": "pay", "End": true}}}"#,
        )
        .unwrap();
        assert_eq!(
            text(&sound("orders.asl.json", &machine)),
            "✓ orders.asl.json is valid  2 states, 1 resource"
        );
    }
}
