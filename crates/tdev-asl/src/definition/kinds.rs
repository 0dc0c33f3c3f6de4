//! What each type of state holds besides the fields all states have.

use std::sync::Arc;

use serde_json::Value;

use super::SECONDS;
use super::fault::below;
use super::flow::{Compiler, Targets};
use super::object::{Object, reference};
use super::resource::{Form, Resource};
use super::shaping::{arguments, assignments, output, result_path, shaping};
use super::state::{Amount, Kind, Rule, Task, Text, Until};
use crate::choice::{self, parse_timestamp};
use crate::template::{Language, Template, compile, expression, intrinsic_or_path};

impl Compiler<'_> {
    pub(super) fn pass(&mut self, object: &Object<'_>, language: Language) -> Kind {
        Kind::Pass {
            parameters: match language {
                Language::JsonPath => arguments(object, language, "", self.faults),
                Language::Jsonata => None,
            },
            result: object.get("Result").map(|v| Arc::new(v.clone())),
            result_path: result_path(object, language, self.faults),
        }
    }

    pub(super) fn task(&mut self, object: &Object<'_>, language: Language) -> Option<Kind> {
        let shaping = shaping(object, language, self.faults);
        let timeout = object.amount("TimeoutSeconds", (1.0, SECONDS), language, self.faults);
        let heartbeat = object.amount("HeartbeatSeconds", (1.0, SECONDS), language, self.faults);
        if let (Some(Amount::Literal(t)), Some(Amount::Literal(h))) = (&timeout, &heartbeat)
            && h >= t
        {
            self.faults.add(
                &object.place("HeartbeatSeconds"),
                "BAD_VALUE",
                "`HeartbeatSeconds` must be smaller than `TimeoutSeconds`",
            );
        }
        let resource = object.required("Resource", self.faults)?;
        if resource.trim().is_empty() {
            self.faults.add(
                &object.place("Resource"),
                "BAD_VALUE",
                "`Resource` is empty",
            );
        }
        if Resource::is_activity(resource) {
            self.faults.add(
                &object.place("Resource"),
                "NOT_SUPPORTED",
                format!("`{resource}` is an activity, which is left out: wait for a token instead"),
            );
        }
        self.credentials(object, language);
        let resource = Resource::read(resource);
        if resource.form == Form::LambdaInvoke {
            self.function_named(object, language);
        }
        Some(Kind::Task(Box::new(Task {
            resource,
            shaping,
            timeout,
            heartbeat,
        })))
    }

    /// `Credentials`: of no effect here, and checked as AWS checks it.
    fn credentials(&mut self, object: &Object<'_>, language: Language) {
        let place = object.place("Credentials");
        let Some(credentials) = object
            .get("Credentials")
            .and_then(|v| Object::of(v, &place, self.faults))
        else {
            return;
        };
        let by_path = match language {
            Language::JsonPath => "RoleArn.$",
            Language::Jsonata => "RoleArn",
        };
        credentials.only(&[&["RoleArn", by_path]], "credentials", self.faults);
        if credentials.get("RoleArn").is_none() && credentials.get(by_path).is_none() {
            self.faults.add(
                credentials.at,
                "MISSING_FIELD",
                "the credentials name no role: `RoleArn` is missing",
            );
        }
        credentials.string("RoleArn", self.faults);
        let value = object.get("Credentials").unwrap_or(&Value::Null);
        compile(value, language, "Credentials", &place, self.faults);
    }

    /// `lambda:invoke` is told in its arguments which function to call.
    fn function_named(&mut self, object: &Object<'_>, language: Language) {
        let field = match language {
            Language::JsonPath => "Parameters",
            Language::Jsonata => "Arguments",
        };
        let named = match object.get(field) {
            Some(Value::Object(map)) => {
                map.contains_key("FunctionName") || map.contains_key("FunctionName.$")
            }
            Some(other) => language == Language::Jsonata && other.is_string(),
            None => false,
        };
        if !named {
            self.faults.add(
                &object.place(field),
                "MISSING_FIELD",
                format!("`{field}` of lambda:invoke must name a `FunctionName`"),
            );
        }
    }

    pub(super) fn choice(
        &mut self,
        object: &Object<'_>,
        language: Language,
        targets: &Targets<'_>,
    ) -> Option<Kind> {
        let place = object.place("Choices");
        let default = match object.string("Default", self.faults) {
            Some(name) => Some(targets.find(name, &object.place("Default"), self.faults)?),
            None => None,
        };
        let items = match object.get("Choices") {
            Some(Value::Array(items)) if !items.is_empty() => items,
            Some(_) => {
                self.faults
                    .add(&place, "WRONG_TYPE", "`Choices` must be a non-empty array");
                return None;
            }
            None => {
                self.faults
                    .add(object.at, "MISSING_FIELD", "`Choices` is missing");
                return None;
            }
        };
        let mut rules = Vec::with_capacity(items.len());
        for (i, item) in items.iter().enumerate() {
            let here = below(&place, &i.to_string());
            let Some(rule) = Object::of(item, &here, self.faults) else {
                continue;
            };
            let test = choice::compile(rule.map, language, &here, self.faults);
            let next = rule
                .required("Next", self.faults)
                .and_then(|name| targets.find(name, &rule.place("Next"), self.faults));
            if language == Language::JsonPath && rule.get("Output").is_some() {
                self.faults.add(
                    &rule.place("Output"),
                    "FIELD_NOT_IN_LANGUAGE",
                    "`Output` belongs to JSONata, and this state is written in JSONPath",
                );
            }
            let assign = assignments(&rule, language, self.faults);
            let output = output(&rule, language, self.faults);
            if let (Some(test), Some(next)) = (test, next) {
                rules.push(Rule {
                    test,
                    next,
                    assign,
                    output,
                });
            }
        }
        (rules.len() == items.len()).then_some(Kind::Choice { rules, default })
    }

    pub(super) fn wait(&mut self, object: &Object<'_>, language: Language) -> Option<Kind> {
        const FIELDS: [&str; 4] = ["Seconds", "SecondsPath", "Timestamp", "TimestampPath"];
        let given: Vec<&str> = FIELDS
            .into_iter()
            .filter(|f| object.get(f).is_some())
            .collect();
        match given.as_slice() {
            [] => self.faults.add(
                object.at,
                "MISSING_FIELD",
                "a Wait state needs `Seconds` or `Timestamp`",
            ),
            [_] => {}
            [first, others @ ..] => others
                .iter()
                .for_each(|o| object.either(first, o, self.faults)),
        }
        let until = match *given.first()? {
            "Seconds" | "SecondsPath" => {
                Until::Seconds(object.amount("Seconds", (0.0, SECONDS), language, self.faults)?)
            }
            "TimestampPath" => {
                let text = object.string("TimestampPath", self.faults)?;
                Until::TimestampPath(reference(
                    text,
                    &object.place("TimestampPath"),
                    self.faults,
                )?)
            }
            _ => {
                let text = object.string("Timestamp", self.faults)?;
                let at = object.place("Timestamp");
                if language == Language::Jsonata && text.starts_with("{%") {
                    Until::TimestampExpression(expression(text, &at, self.faults)?)
                } else if let Some(moment) = parse_timestamp(text) {
                    Until::Timestamp(moment.to_utc())
                } else {
                    self.faults.add(
                        &at,
                        "BAD_VALUE",
                        format!("`{text}` is not a timestamp such as 2024-05-01T10:00:00Z"),
                    );
                    return None;
                }
            }
        };
        Some(Kind::Wait(until))
    }

    pub(super) fn fail(&mut self, object: &Object<'_>, language: Language) -> Kind {
        object.either("Error", "ErrorPath", self.faults);
        object.either("Cause", "CausePath", self.faults);
        Kind::Fail {
            error: self.text("Error", object, language),
            cause: self.text("Cause", object, language),
        }
    }

    fn text(&mut self, field: &str, object: &Object<'_>, language: Language) -> Option<Text> {
        let by_path = format!("{field}Path");
        let at = object.place(&by_path);
        if language == Language::JsonPath
            && let Some(text) = object.string(&by_path, self.faults)
        {
            return match intrinsic_or_path(text, &by_path, &at, self.faults) {
                Template::Path(path, _) => Some(Text::Path(path)),
                Template::Intrinsic(call) => Some(Text::Intrinsic(call)),
                _ => None,
            };
        }
        let text = object.string(field, self.faults)?;
        if language == Language::Jsonata && text.starts_with("{%") {
            return expression(text, &object.place(field), self.faults).map(Text::Expression);
        }
        Some(Text::Literal(text.to_owned()))
    }
}
