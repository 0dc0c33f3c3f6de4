//! Whether what one component gives can be what another takes.

use serde_json::Value;

/// The verdict on handing a value of one schema to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fit {
    /// Every value fits.
    Yes,
    /// Some may; only the run can tell.
    Maybe,
    /// None can; the reason in words.
    No(String),
}

/// Judges whether a value that satisfies `given` can satisfy `wanted`.
///
/// Only a certain misfit is `No`: an unknown or open schema is `Maybe`.
pub fn fit(given: &Value, wanted: &Value) -> Fit {
    if is_open(wanted) {
        return Fit::Yes;
    }
    if is_open(given) {
        return Fit::Maybe;
    }
    if let Some(value) = given.get("const") {
        return if jsonschema::is_valid(wanted, value) {
            Fit::Yes
        } else {
            Fit::No(format!("{value} is not {}", article(wanted)))
        };
    }
    let (given_types, wanted_types) = (types(given), types(wanted));
    if given_types.is_empty() || wanted_types.is_empty() {
        return Fit::Maybe;
    }
    let fitting = given_types
        .iter()
        .filter(|g| wanted_types.iter().any(|w| type_fits(g, w)))
        .count();
    if fitting == 0 {
        return Fit::No(format!("{} is not {}", article(given), article(wanted)));
    }
    let semantic = |schema: &Value| {
        schema
            .get("x-tdev-type")
            .and_then(Value::as_str)
            .map(str::to_owned)
    };
    match (semantic(given), semantic(wanted)) {
        // Any image is a file; a file may be an image.
        (Some(g), Some(w)) if g == "file" && w == "image" => return Fit::Maybe,
        (None, Some(w)) if (w == "image" || w == "file") && !has_field(given, "artifact") => {
            return Fit::No(format!("{} is not {}", article(given), article(wanted)));
        }
        _ => {}
    }
    if given_types.contains(&"array")
        && let (Some(g), Some(w)) = (given.get("items"), wanted.get("items"))
        && let Fit::No(reason) = fit(g, w)
    {
        return Fit::No(format!("its items: {reason}"));
    }
    for field in super::field::fields_of(wanted)
        .iter()
        .filter(|f| f.required)
    {
        let inside = given.get("properties").and_then(|p| p.get(&field.name));
        match inside {
            Some(g) => {
                if let Fit::No(reason) = fit(g, &field.schema) {
                    return Fit::No(format!("its `{}`: {reason}", field.name));
                }
            }
            None if given.get("properties").is_some()
                && given.get("additionalProperties") == Some(&Value::Bool(false)) =>
            {
                return Fit::No(format!("it has no `{}`", field.name));
            }
            None => {}
        }
    }
    if fitting == given_types.len()
        && wanted.get("enum").is_none()
        && wanted.get("pattern").is_none()
        && wanted.get("format") == given.get("format")
    {
        Fit::Yes
    } else {
        Fit::Maybe
    }
}

fn has_field(schema: &Value, name: &str) -> bool {
    schema
        .get("properties")
        .is_none_or(|properties| properties.get(name).is_some())
}

fn is_open(schema: &Value) -> bool {
    match schema {
        Value::Bool(open) => *open,
        Value::Object(map) => !["type", "const", "enum"]
            .iter()
            .any(|k| map.contains_key(*k)),
        _ => true,
    }
}

fn types(schema: &Value) -> Vec<&str> {
    match schema.get("type") {
        Some(Value::String(word)) => vec![word],
        Some(Value::Array(words)) => words.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

fn type_fits(given: &str, wanted: &str) -> bool {
    given == wanted
        || (given == "integer" && wanted == "number")
        || (given == "number" && wanted == "integer")
}

fn article(schema: &Value) -> String {
    let name = super::field::type_name(schema);
    let article = if name.starts_with(['a', 'e', 'i', 'o', 'u']) {
        "an"
    } else {
        "a"
    };
    format!("{article} `{name}`")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::Schema;
    use serde_json::json;

    fn verdict(given: &str, wanted: &str) -> Fit {
        let field = |word: &str| {
            Schema::new(json!({"x": word}))
                .unwrap()
                .field("x")
                .unwrap()
                .schema
        };
        fit(&field(given), &field(wanted))
    }

    #[test]
    fn only_a_certain_misfit_is_refused() {
        assert_eq!(verdict("string", "string"), Fit::Yes);
        assert_eq!(verdict("integer", "number"), Fit::Yes);
        assert_eq!(verdict("string", "any"), Fit::Yes);
        assert_eq!(verdict("any", "string"), Fit::Maybe);
        assert_eq!(verdict("string", "email"), Fit::Maybe);
        assert_eq!(verdict("file", "image"), Fit::Maybe);
        assert_eq!(verdict("image", "file"), Fit::Yes);
        assert_eq!(
            verdict("string", "image"),
            Fit::No("a `string` is not an `image`".into())
        );
        assert_eq!(
            verdict("string[]", "integer[]"),
            Fit::No("its items: a `string` is not an `integer`".into())
        );
        assert_eq!(
            verdict("object", "string"),
            Fit::No("an `object` is not a `string`".into())
        );
    }
}
