//! Typed reading of the fields of one JSON object, noting what is wrong with them.

use serde_json::{Map, Value};

use super::fault::{Faults, below, nearest};
use super::state::{Amount, ResultPath, Selection};
use crate::path::Path;
use crate::template::{Language, Template, compile, expression, path};

/// A JSON object of the definition and its place.
#[derive(Clone, Copy)]
pub(super) struct Object<'a> {
    pub(super) map: &'a Map<String, Value>,
    pub(super) at: &'a str,
}

impl<'a> Object<'a> {
    pub(super) fn of(value: &'a Value, at: &'a str, faults: &mut Faults) -> Option<Self> {
        match value {
            Value::Object(map) => Some(Self { map, at }),
            other => {
                faults.add(
                    at,
                    "WRONG_TYPE",
                    format!("expected an object but found {}", kind(other)),
                );
                None
            }
        }
    }

    pub(super) fn place(&self, field: &str) -> String {
        below(self.at, field)
    }

    /// How AWS begins the location of a field in an entry of a list: `Choices[0]/`, `Catch[1]/`.
    pub(super) fn entry(&self) -> String {
        let mut tokens = self.at.rsplit('/');
        match (tokens.next(), tokens.next()) {
            (Some(index), Some(list @ ("Choices" | "Catch"))) => format!("{list}[{index}]/"),
            _ => String::new(),
        }
    }

    pub(super) fn get(&self, field: &str) -> Option<&'a Value> {
        self.map.get(field)
    }

    pub(super) fn string(&self, field: &str, faults: &mut Faults) -> Option<&'a str> {
        match self.map.get(field)? {
            Value::String(text) => Some(text),
            other => {
                self.wrong(field, "a string", other, faults);
                None
            }
        }
    }

    pub(super) fn required(&self, field: &str, faults: &mut Faults) -> Option<&'a str> {
        if !self.map.contains_key(field) {
            faults.add(self.at, "MISSING_FIELD", format!("`{field}` is missing"));
        }
        self.string(field, faults)
    }

    pub(super) fn wrong(&self, field: &str, wanted: &str, found: &Value, faults: &mut Faults) {
        faults.add(
            &self.place(field),
            "WRONG_TYPE",
            format!("`{field}` must be {wanted} but is {}", kind(found)),
        );
    }

    /// Notes every field that is not among `allowed`.
    pub(super) fn only(&self, allowed: &[&[&str]], what: &str, faults: &mut Faults) {
        for key in self.map.keys() {
            if !allowed.iter().any(|list| list.contains(&key.as_str())) {
                faults.suggest(
                    &self.place(key),
                    "UNKNOWN_FIELD",
                    format!("`{key}` is not a field of {what}"),
                    nearest(key, allowed.iter().flat_map(|list| list.iter().copied())),
                );
            }
        }
    }

    /// Notes the second of two fields that exclude each other.
    pub(super) fn either(&self, first: &str, second: &str, faults: &mut Faults) {
        if self.map.contains_key(first) && self.map.contains_key(second) {
            faults.add(
                &self.place(second),
                "CONFLICTING_FIELDS",
                format!("`{second}` cannot stand beside `{first}`"),
            );
        }
    }

    /// A payload template: in JSONPath an object, in JSONata any value.
    pub(super) fn payload(
        &self,
        field: &str,
        language: Language,
        location: &str,
        faults: &mut Faults,
    ) -> Option<Template> {
        let value = self.map.get(field)?;
        if language == Language::JsonPath && !value.is_object() {
            self.wrong(field, "an object", value, faults);
            return None;
        }
        Some(compile(
            value,
            language,
            location,
            &self.place(field),
            faults,
        ))
    }

    /// A path field that may be `null`.
    pub(super) fn selection(&self, field: &str, faults: &mut Faults) -> Selection {
        match self.map.get(field) {
            None => Selection::Whole,
            Some(Value::Null) => Selection::Nothing,
            Some(Value::String(text)) if text == "$" => Selection::Whole,
            Some(Value::String(text)) => {
                path(text, &self.place(field), faults).map_or(Selection::Whole, Selection::Path)
            }
            Some(other) => {
                self.wrong(field, "a path or null", other, faults);
                Selection::Whole
            }
        }
    }

    /// `ResultPath`, which must be a reference path.
    pub(super) fn result_path(&self, faults: &mut Faults) -> ResultPath {
        const FIELD: &str = "ResultPath";
        match self.map.get(FIELD) {
            None => ResultPath::Replace,
            Some(Value::Null) => ResultPath::Discard,
            Some(Value::String(text)) if text == "$" => ResultPath::Replace,
            Some(Value::String(text)) => match path(text, &self.place(FIELD), faults) {
                Some(found) if found.is_reference() && found.root == crate::path::Root::Input => {
                    ResultPath::At(found)
                }
                Some(_) => {
                    faults.add(
                        &self.place(FIELD),
                        "BAD_JSONPATH",
                        format!("`{FIELD}` must be a reference path such as `$.result`"),
                    );
                    ResultPath::Replace
                }
                None => ResultPath::Replace,
            },
            Some(other) => {
                self.wrong(FIELD, "a reference path or null", other, faults);
                ResultPath::Replace
            }
        }
    }

    /// A number within `range`: literal, by `…Path` (JSONPath), or by expression (JSONata).
    pub(super) fn amount(
        &self,
        field: &str,
        range: (f64, f64),
        language: Language,
        faults: &mut Faults,
    ) -> Option<Amount> {
        let by_path = format!("{field}Path");
        if language == Language::JsonPath
            && let Some(text) = self.string(&by_path, faults)
        {
            self.either(field, &by_path, faults);
            return reference(text, &self.place(&by_path), faults).map(Amount::Path);
        }
        match self.map.get(field)? {
            Value::String(text) if language == Language::Jsonata => {
                expression(text, &self.place(field), faults).map(Amount::Expression)
            }
            // Of all amounts only a percentage may be a fraction.
            value if field.ends_with("Percentage") => self
                .number(field, value, range, faults)
                .map(Amount::Literal),
            _ => self.integer(field, range, faults).map(Amount::Literal),
        }
    }

    /// A literal number within `range`; whole unless the range is that of a rate.
    pub(super) fn number(
        &self,
        field: &str,
        value: &Value,
        range: (f64, f64),
        faults: &mut Faults,
    ) -> Option<f64> {
        match value.as_f64() {
            Some(n) if n >= range.0 && n <= range.1 => Some(n),
            Some(n) => {
                let wanted = if range.1 < f64::MAX {
                    format!("lie between {} and {}", range.0, range.1)
                } else {
                    format!("be at least {}", range.0)
                };
                faults.add(
                    &self.place(field),
                    "BAD_VALUE",
                    format!("`{field}` must {wanted} but is {n}"),
                );
                None
            }
            None => {
                self.wrong(field, "a number", value, faults);
                None
            }
        }
    }

    /// An integer within `range`.
    pub(super) fn integer(
        &self,
        field: &str,
        range: (f64, f64),
        faults: &mut Faults,
    ) -> Option<f64> {
        let value = self.map.get(field)?;
        let n = self.number(field, value, range, faults)?;
        if n.fract() != 0.0 {
            faults.add(
                &self.place(field),
                "BAD_VALUE",
                format!("`{field}` must be an integer but is {n}"),
            );
            return None;
        }
        Some(n)
    }
}

/// A path that names exactly one place.
pub(super) fn reference(text: &str, at: &str, faults: &mut Faults) -> Option<Path> {
    let found = path(text, at, faults)?;
    if !found.is_reference() {
        faults.add(
            at,
            "BAD_JSONPATH",
            format!("`{text}` must be a reference path, which names one place, such as `$.a.b`"),
        );
        return None;
    }
    Some(found)
}

pub(super) const fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}
