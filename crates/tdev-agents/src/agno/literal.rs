//! Python's spelling: literals, names, annotations, and templates that know them.

use minijinja::{AutoEscape, Environment};
use serde_json::{Value, json};
use tdev_core::schema::{Field, Schema};
use tdev_core::{Code, Error, Result};

/// The frame that every family's template fills.
const FRAME: &str = include_str!("templates/component.py.j2");

/// Names that are taken: Python's own, and those a component imports or its body binds.
const TAKEN: &[&str] = &[
    "and",
    "as",
    "assert",
    "async",
    "await",
    "break",
    "class",
    "continue",
    "def",
    "del",
    "elif",
    "else",
    "except",
    "finally",
    "for",
    "from",
    "global",
    "if",
    "import",
    "in",
    "is",
    "lambda",
    "match",
    "nonlocal",
    "not",
    "or",
    "pass",
    "raise",
    "return",
    "self",
    "try",
    "while",
    "with",
    "yield",
    "None",
    "True",
    "False",
    "item",
    "call_tool",
    "call_agent",
    "secret",
    "log",
];

/// A JSON value as a Python literal.
pub(super) fn literal(value: &Value) -> String {
    match value {
        Value::Null => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Array(items) => format!(
            "[{}]",
            items.iter().map(literal).collect::<Vec<_>>().join(", ")
        ),
        Value::Object(map) => {
            let pairs: Vec<String> = map
                .iter()
                .map(|(k, v)| format!("{}: {}", literal(&json!(k)), literal(v)))
                .collect();
            format!("{{{}}}", pairs.join(", "))
        }
        // JSON's escapes are Python's.
        scalar => scalar.to_string(),
    }
}

/// Text as it may stand between three quotes.
pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .replace("\"\"\"", "'''")
        .replace('\\', "/")
        .trim_end_matches('"')
        .to_owned()
}

/// Whether a name can be a parameter or variable.
pub(super) fn is_identifier(name: &str) -> bool {
    name.chars()
        .next()
        .is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && !TAKEN.contains(&name)
}

/// A field's type as Python would annotate it.
pub(super) fn annotation(field: &Field) -> String {
    let base = match field.schema.get("type").and_then(Value::as_str) {
        Some("string") => "str",
        Some("integer") => "int",
        Some("number") => "float",
        Some("boolean") => "bool",
        Some("array") => "list",
        Some("object") => "dict",
        _ => "object",
    };
    if field.required {
        base.to_owned()
    } else {
        format!("{base} | None = None")
    }
}

/// Schemas as an author would write them, where the shorthand can say it.
pub(super) fn shorthand(schema: &Schema) -> Value {
    let fields = schema.fields();
    let plain = fields.iter().all(|f| {
        !matches!(f.type_name(), "object" | "array")
            && f.schema.get("enum").is_none()
            && f.schema.get("description").is_none()
            && f.schema.get("default").is_none()
    });
    if !plain {
        return schema.json_schema().clone();
    }
    Value::Object(
        fields
            .iter()
            .map(|f| {
                let optional = if f.required { "" } else { "?" };
                (
                    f.name.clone(),
                    json!(format!("{}{optional}", f.type_name())),
                )
            })
            .collect(),
    )
}

/// Renders a template, which may extend `component.py`.
///
/// # Errors
/// `Internal`: the templates are the program's own.
pub(super) fn render(template: &str, values: &minijinja::Value) -> Result<String> {
    let internal = |e: minijinja::Error| {
        Error::new(
            Code::Internal,
            format!("a template cannot be rendered: {e}"),
        )
    };
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::None);
    environment.set_keep_trailing_newline(true);
    environment.set_trim_blocks(true);
    environment.set_lstrip_blocks(true);
    environment.add_filter("py", |value: minijinja::Value| {
        literal(&serde_json::to_value(value).unwrap_or_default())
    });
    for (name, text) in [("component.py", FRAME), ("this", template)] {
        environment.add_template(name, text).map_err(internal)?;
    }
    environment
        .get_template("this")
        .and_then(|t| t.render(values))
        .map_err(internal)
}
