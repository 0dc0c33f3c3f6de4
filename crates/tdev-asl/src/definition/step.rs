//! One state: the fields its type and language allow, read into the table.

use serde_json::Value;

use super::fault::nearest;
use super::flow::{Compiler, Targets};
use super::language;
use super::object::Object;
use super::policy::{catchers, retriers};
use super::shaping::{assignments, output};
use super::state::{Kind, State};
use crate::template::Language;

const TYPES: [&str; 8] = [
    "Pass", "Task", "Choice", "Wait", "Succeed", "Fail", "Parallel", "Map",
];
const ANY: [&str; 3] = ["Type", "Comment", "QueryLanguage"];
const NEXT: [&str; 2] = ["Next", "End"];
const POLICY: [&str; 2] = ["Retry", "Catch"];
const PATHS: [&str; 2] = ["InputPath", "OutputPath"];
const RESULT: [&str; 3] = ["Parameters", "ResultSelector", "ResultPath"];

/// The fields of a type: in both languages, in JSONPath only, in JSONata only.
type Allowed = (
    &'static [&'static str],
    &'static [&'static str],
    &'static [&'static str],
);

fn allowed(kind: &str) -> Allowed {
    match kind {
        "Pass" => (
            &["Assign"],
            &["Parameters", "Result", "ResultPath"],
            &["Output"],
        ),
        "Task" => (
            &[
                "Resource",
                "TimeoutSeconds",
                "HeartbeatSeconds",
                "Credentials",
                "Assign",
            ],
            &["TimeoutSecondsPath", "HeartbeatSecondsPath"],
            &["Arguments", "Output"],
        ),
        "Choice" => (&["Choices", "Default", "Assign"], &[], &["Output"]),
        "Wait" => (
            &["Seconds", "Timestamp", "Assign"],
            &["SecondsPath", "TimestampPath"],
            &["Output"],
        ),
        "Succeed" => (&[], &[], &["Output"]),
        "Fail" => (&["Error", "Cause"], &["ErrorPath", "CausePath"], &[]),
        "Parallel" => (&["Branches", "Assign"], &[], &["Arguments", "Output"]),
        _ => (
            &[
                "ItemProcessor",
                "Iterator",
                "ItemReader",
                "ItemSelector",
                "ItemBatcher",
                "ResultWriter",
                "MaxConcurrency",
                "ToleratedFailurePercentage",
                "ToleratedFailureCount",
                "Label",
                "Assign",
            ],
            &[
                "ItemsPath",
                "MaxConcurrencyPath",
                "ToleratedFailurePercentagePath",
                "ToleratedFailureCountPath",
            ],
            &["Items", "Output"],
        ),
    }
}

impl Compiler<'_> {
    pub(super) fn state(
        &mut self,
        name: &str,
        object: Object<'_>,
        targets: &Targets<'_>,
        depth: usize,
    ) -> Option<State> {
        let kind = object.required("Type", self.faults)?;
        if !TYPES.contains(&kind) {
            self.faults.suggest(
                &object.place("Type"),
                "BAD_VALUE",
                format!("unknown state type `{kind}`"),
                nearest(kind, TYPES),
            );
            return None;
        }
        let language = language(&object, self.language, self.faults);
        if (self.language, language) == (Language::Jsonata, Language::JsonPath) {
            self.faults.suggest(
                &object.place("QueryLanguage"),
                "BAD_VALUE",
                "a state of a JSONata machine cannot be written in JSONPath",
                Some("JSONata".to_owned()),
            );
        }
        self.check_fields(kind, &object, language);
        let assign = assignments(&object, language, self.faults);
        let output = output(&object, language, self.faults);
        let with_policy = matches!(kind, "Task" | "Parallel" | "Map");
        let next = self.next(kind, &object, targets);
        let compiled = match kind {
            "Pass" => Some(self.pass(&object, language)),
            "Task" => self.task(&object, language),
            "Choice" => self.choice(&object, language, targets),
            "Wait" => self.wait(&object, language),
            "Succeed" => Some(Kind::Succeed),
            "Fail" => Some(self.fail(&object, language)),
            "Parallel" => self.parallel(object, language, depth),
            _ => self.map(object, language, depth),
        };
        let retry = if with_policy {
            retriers(&object, self.faults)
        } else {
            Vec::new()
        };
        let catch = if with_policy {
            catchers(&object, language, targets, self.faults)
        } else {
            Vec::new()
        };
        let (input_path, output_path) = (
            object.selection("InputPath", self.faults),
            object.selection("OutputPath", self.faults),
        );
        Some(State {
            name: name.into(),
            language,
            kind: compiled?,
            next: next?,
            input_path,
            output_path,
            assign,
            output,
            retry,
            catch,
        })
    }

    fn check_fields(&mut self, kind: &str, object: &Object<'_>, language: Language) {
        let (both, jsonpath, jsonata) = allowed(kind);
        let shaped = matches!(kind, "Task" | "Parallel" | "Map");
        let policy: &[&str] = if shaped { &POLICY } else { &[] };
        let next: &[&str] = if matches!(kind, "Succeed" | "Fail" | "Choice") {
            &[]
        } else {
            &NEXT
        };
        let paths: &[&str] = if kind == "Fail" { &[] } else { &PATHS };
        let result: &[&str] = if shaped { &RESULT } else { &[] };
        let foreign: [&[&str]; 3] = match language {
            Language::JsonPath => [jsonata, &[], &[]],
            Language::Jsonata => [jsonpath, paths, result],
        };
        for key in object
            .map
            .keys()
            .filter(|k| foreign.iter().any(|f| f.contains(&k.as_str())))
        {
            let (here, there) = match language {
                Language::JsonPath => ("JSONPath", "JSONata"),
                Language::Jsonata => ("JSONata", "JSONPath"),
            };
            self.faults.add(
                &object.place(key),
                "FIELD_NOT_IN_LANGUAGE",
                format!("`{key}` belongs to {there}, and this state is written in {here}"),
            );
        }
        object.only(
            &[&ANY, next, policy, both, jsonpath, jsonata, paths, result],
            &format!("a {kind} state"),
            self.faults,
        );
    }

    /// `None` for a fault, `Some(None)` for a state that ends the list.
    fn next(
        &mut self,
        kind: &str,
        object: &Object<'_>,
        targets: &Targets<'_>,
    ) -> Option<Option<usize>> {
        if matches!(kind, "Succeed" | "Fail" | "Choice") {
            return Some(None);
        }
        object.either("Next", "End", self.faults);
        match (object.get("Next"), object.get("End")) {
            (Some(_), _) => {
                let name = object.string("Next", self.faults)?;
                targets
                    .find(name, &object.place("Next"), self.faults)
                    .map(Some)
            }
            (None, Some(Value::Bool(true))) => Some(None),
            (None, Some(Value::Bool(false)) | None) => {
                self.faults.add(
                    object.at,
                    "MISSING_FIELD",
                    "the state needs `Next` or `\"End\": true`",
                );
                None
            }
            (None, Some(other)) => {
                object.wrong("End", "true", other, self.faults);
                None
            }
        }
    }
}
