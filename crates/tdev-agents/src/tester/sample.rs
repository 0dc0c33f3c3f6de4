//! Values made from a schema, the same for the same seed.

use serde_json::{Map, Value, json};

/// Deepest nesting that is filled.
const DEEPEST: usize = 6;

const TEXTS: &[&str] = &[
    "hello",
    "The quick brown fox.",
    "naïve café 日本",
    "a, b; c",
    "42",
    "x",
];

/// Makes values from one stream of numbers.
pub(super) struct Sampler {
    state: u64,
}

impl Sampler {
    /// A stream of numbers that this seed begins.
    pub(super) const fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    /// The next number, by splitmix64.
    const fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn pick<'v, T>(&mut self, from: &'v [T]) -> Option<&'v T> {
        let count = u64::try_from(from.len()).ok().filter(|count| *count > 0)?;
        from.get(usize::try_from(self.next() % count).ok()?)
    }

    fn between(&mut self, least: i64, most: i64) -> i64 {
        let span = u64::try_from(most.saturating_sub(least))
            .unwrap_or(0)
            .saturating_add(1);
        least.saturating_add(i64::try_from(self.next() % span).unwrap_or(0))
    }

    /// A value of this schema; `None` where none can be made up: a file, a pattern, a reference.
    pub(super) fn value(&mut self, schema: &Value) -> Option<Value> {
        self.within(schema, 0)
    }

    fn within(&mut self, schema: &Value, depth: usize) -> Option<Value> {
        if depth > DEEPEST {
            return None;
        }
        let Value::Object(map) = schema else {
            return (schema != &Value::Bool(false)).then(|| json!("anything"));
        };
        if let Some(value) = map.get("const") {
            return Some(value.clone());
        }
        if let Some(values) = map.get("enum").and_then(Value::as_array) {
            return self.pick(values).cloned();
        }
        if let Some(examples) = map
            .get("examples")
            .and_then(Value::as_array)
            .filter(|list| !list.is_empty())
        {
            return self.pick(examples).cloned();
        }
        if let Some(choices) = ["anyOf", "oneOf"]
            .iter()
            .find_map(|word| map.get(*word))
            .and_then(Value::as_array)
        {
            let choice = self.pick(choices)?.clone();
            return self.within(&choice, depth + 1);
        }
        if map.contains_key("$ref") || map.contains_key("allOf") || map.contains_key("pattern") {
            return None;
        }
        if matches!(
            map.get("x-tdev-type").and_then(Value::as_str),
            Some("image" | "file")
        ) {
            return None;
        }
        let word = match map.get("type") {
            Some(Value::String(word)) => word.as_str(),
            Some(Value::Array(words)) => words.first().and_then(Value::as_str)?,
            _ => return Some(json!("anything")),
        };
        match word {
            "object" => self.object(map, depth),
            "array" => {
                let least = map
                    .get("minItems")
                    .and_then(Value::as_i64)
                    .unwrap_or(1)
                    .clamp(0, 100);
                let most = map
                    .get("maxItems")
                    .and_then(Value::as_i64)
                    .unwrap_or(least + 2)
                    .clamp(least, 100);
                let count = self.between(least, most);
                let items = map.get("items").cloned().unwrap_or(Value::Bool(true));
                (0..count)
                    .map(|_| self.within(&items, depth + 1))
                    .collect::<Option<Vec<_>>>()
                    .map(Value::Array)
            }
            "string" => self.text(map),
            "integer" => {
                let (least, most) = range(map);
                Some(json!(self.between(least, most)))
            }
            "number" => {
                let (least, most) = range(map);
                Some(json!(self.between(least, most) as f64))
            }
            "boolean" => Some(json!(self.next().is_multiple_of(2))),
            "null" => Some(Value::Null),
            _ => None,
        }
    }

    fn object(&mut self, map: &Map<String, Value>, depth: usize) -> Option<Value> {
        let required: Vec<&str> = map
            .get("required")
            .and_then(Value::as_array)
            .map(|names| names.iter().filter_map(Value::as_str).collect())
            .unwrap_or_default();
        let mut object = Map::new();
        for (name, schema) in map
            .get("properties")
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
        {
            let needed = required.contains(&name.as_str());
            if !needed && self.next().is_multiple_of(2) {
                continue;
            }
            match self.within(schema, depth + 1) {
                Some(value) => drop(object.insert(name.clone(), value)),
                None if needed => return None,
                None => {}
            }
        }
        Some(Value::Object(object))
    }

    fn text(&mut self, map: &Map<String, Value>) -> Option<Value> {
        let text = match map.get("format").and_then(Value::as_str) {
            Some("date") => "2024-02-29".to_owned(),
            Some("time") => "12:30:00Z".to_owned(),
            Some("date-time") => "2024-02-29T12:30:00Z".to_owned(),
            Some("email") => "someone@example.com".to_owned(),
            Some("uri") => "https://example.com/".to_owned(),
            Some("uuid") => "018f2e4c-7b1a-7c3d-9e5f-0123456789ab".to_owned(),
            Some(_) => return None,
            None if map.get("x-tdev-type").and_then(Value::as_str) == Some("path") => {
                "notes.txt".to_owned()
            }
            None => {
                let least = map
                    .get("minLength")
                    .and_then(Value::as_u64)
                    .and_then(|n| usize::try_from(n).ok())
                    .unwrap_or(0)
                    .min(10_000);
                let most = map
                    .get("maxLength")
                    .and_then(Value::as_u64)
                    .and_then(|n| usize::try_from(n).ok())
                    .unwrap_or(usize::MAX);
                let text = self.pick(TEXTS)?;
                text.chars()
                    .cycle()
                    .take(text.chars().count().max(least).min(most))
                    .collect()
            }
        };
        Some(Value::String(text))
    }
}

fn range(map: &Map<String, Value>) -> (i64, i64) {
    let bound = |plain: &str, exclusive: &str, step: i64| {
        let whole = |word: &str| map.get(word).and_then(Value::as_f64);
        match (whole(plain), whole(exclusive)) {
            // Bounds are brought inside what a double holds exactly.
            (Some(bound), _) => Some(bound.clamp(-9e15, 9e15) as i64),
            (None, Some(bound)) => Some((bound.clamp(-9e15, 9e15) as i64).saturating_add(step)),
            (None, None) => None,
        }
    };
    let least = bound("minimum", "exclusiveMinimum", 1);
    let most = bound("maximum", "exclusiveMaximum", -1);
    match (least, most) {
        (Some(least), Some(most)) => (least, most.max(least)),
        (Some(least), None) => (least, least.saturating_add(9)),
        (None, Some(most)) => (most.saturating_sub(9), most),
        (None, None) => (1, 10),
    }
}
