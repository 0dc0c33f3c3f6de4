//! Finds the nodes a path names. Causes are worded as AWS words them.

use std::borrow::Cow;

use serde_json::Value;

use super::{Path, PathFunction, Segment};

/// Why a definite path found nothing: the part of the cause after the path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PathError {
    pub(crate) detail: String,
}

impl Path {
    /// The value under `root`: borrowed where the path is definite, built where it is not.
    pub(crate) fn find<'v>(&self, root: &'v Value) -> Result<Cow<'v, Value>, PathError> {
        self.find_from(root, 0)
    }

    /// As [`Path::find`], the first `skip` segments having been taken already.
    pub(crate) fn find_from<'v>(
        &self,
        root: &'v Value,
        skip: usize,
    ) -> Result<Cow<'v, Value>, PathError> {
        if self.definite {
            return self.find_one(root, skip);
        }
        let mut nodes = vec![root];
        for segment in &self.segments[skip..] {
            if let Segment::Function(function) = segment {
                let all = Value::Array(nodes.into_iter().cloned().collect());
                return Ok(Cow::Owned(apply(*function, &all)));
            }
            let mut next = Vec::new();
            for node in nodes {
                select(segment, node, &mut next);
            }
            nodes = next;
        }
        Ok(Cow::Owned(Value::Array(
            nodes.into_iter().cloned().collect(),
        )))
    }

    fn find_one<'v>(&self, root: &'v Value, skip: usize) -> Result<Cow<'v, Value>, PathError> {
        let mut node = root;
        let last = self.segments.len();
        for (i, segment) in self.segments.iter().enumerate().skip(skip) {
            let found = match (segment, node) {
                (Segment::Name(name), Value::Object(map)) => map.get(name),
                (Segment::Index(index), Value::Array(items)) => at(items, *index),
                (Segment::Function(function), _) => return Ok(Cow::Owned(apply(*function, node))),
                (Segment::Name(name), _) => {
                    return Err(PathError {
                        detail: format!(
                            "Expected to find an object with property ['{name}'] in path {} but found '{}'. This is not a json object according to the JsonProvider: 'com.jayway.jsonpath.spi.json.JacksonJsonNodeJsonProvider'.",
                            self.normalised(i),
                            java_class(node)
                        ),
                    });
                }
                (Segment::Index(index), _) => {
                    return Err(PathError {
                        detail: format!(
                            "Filter: [{index}] can only be applied to arrays. Current context is: {node}"
                        ),
                    });
                }
                _ => None,
            };
            match found {
                Some(value) => node = value,
                None if i + 1 == last => {
                    return Err(PathError {
                        detail: format!("No results for path: {}", self.normalised(i + 1)),
                    });
                }
                None => {
                    return Err(PathError {
                        detail: format!("Missing property in path {}", self.normalised(i + 1)),
                    });
                }
            }
        }
        Ok(Cow::Borrowed(node))
    }

    /// The first `count` segments in bracket notation, as AWS prints them.
    fn normalised(&self, count: usize) -> String {
        let mut text = String::from("$");
        for segment in &self.segments[..count] {
            match segment {
                Segment::Name(name) => {
                    text.push_str("['");
                    text.push_str(name);
                    text.push_str("']");
                }
                Segment::Index(index) => {
                    text.push('[');
                    text.push_str(&index.to_string());
                    text.push(']');
                }
                _ => text.push_str("[*]"),
            }
        }
        text
    }
}

fn java_class(node: &Value) -> &'static str {
    match node {
        Value::Null => "null",
        Value::Bool(_) => "com.fasterxml.jackson.databind.node.BooleanNode",
        Value::Number(n) if n.is_f64() => "com.fasterxml.jackson.databind.node.DoubleNode",
        Value::Number(_) => "com.fasterxml.jackson.databind.node.IntNode",
        Value::String(_) => "com.fasterxml.jackson.databind.node.TextNode",
        Value::Array(_) => "com.fasterxml.jackson.databind.node.ArrayNode",
        Value::Object(_) => "com.fasterxml.jackson.databind.node.ObjectNode",
    }
}

fn at(items: &[Value], index: i64) -> Option<&Value> {
    let len = i64::try_from(items.len()).ok()?;
    let index = if index < 0 { index + len } else { index };
    usize::try_from(index).ok().and_then(|i| items.get(i))
}

fn select<'v>(segment: &Segment, node: &'v Value, out: &mut Vec<&'v Value>) {
    match (segment, node) {
        (Segment::Name(name), Value::Object(map)) => out.extend(map.get(name)),
        (Segment::Index(index), Value::Array(items)) => out.extend(at(items, *index)),
        (Segment::Wildcard, Value::Object(map)) => out.extend(map.values()),
        (Segment::Wildcard, Value::Array(items)) => out.extend(items),
        (Segment::Slice(from, to, step), Value::Array(items)) => {
            let len = i64::try_from(items.len()).unwrap_or(i64::MAX);
            let clamp = |n: i64| (if n < 0 { n + len } else { n }).clamp(0, len);
            let mut i = clamp(from.unwrap_or(0));
            let end = clamp(to.unwrap_or(len));
            while i < end {
                out.extend(at(items, i));
                i = i.saturating_add(*step);
            }
        }
        (Segment::Union(parts), _) => {
            for part in parts {
                select(part, node, out);
            }
        }
        (Segment::Filter(filter), Value::Array(_) | Value::Object(_)) => {
            out.extend(filter.query(node).all());
        }
        (Segment::Descend, _) => descend(node, out),
        _ => {}
    }
}

/// The node and all below it, parents first; a worklist, so depth costs no stack.
fn descend<'v>(node: &'v Value, out: &mut Vec<&'v Value>) {
    let mut pending = vec![node];
    while let Some(node) = pending.pop() {
        match node {
            Value::Array(items) => {
                out.push(node);
                pending.extend(items.iter().rev());
            }
            Value::Object(map) => {
                out.push(node);
                let mut values: Vec<_> = map.values().collect();
                values.reverse();
                pending.extend(values);
            }
            _ => {}
        }
    }
}

fn apply(function: PathFunction, node: &Value) -> Value {
    let numbers = || -> Vec<f64> {
        node.as_array()
            .map(|items| items.iter().filter_map(Value::as_f64).collect())
            .unwrap_or_default()
    };
    match function {
        PathFunction::Length => match node {
            Value::Array(items) => items.len().into(),
            Value::Object(map) => map.len().into(),
            Value::String(text) => text.chars().count().into(),
            _ => Value::Null,
        },
        PathFunction::Keys => match node {
            Value::Object(map) => map.keys().cloned().collect::<Vec<_>>().into(),
            _ => Value::Null,
        },
        PathFunction::Min => numbers().into_iter().reduce(f64::min).into(),
        PathFunction::Max => numbers().into_iter().reduce(f64::max).into(),
        PathFunction::Sum => numbers().into_iter().sum::<f64>().into(),
        PathFunction::Avg => {
            let all = numbers();
            #[expect(
                clippy::cast_precision_loss,
                reason = "an array never has 2^52 elements"
            )]
            let count = all.len() as f64;
            if all.is_empty() {
                Value::Null
            } else {
                (all.iter().sum::<f64>() / count).into()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::parse;
    use super::*;

    fn find(path: &str, value: &Value) -> Result<Value, String> {
        parse(path)
            .unwrap()
            .find(value)
            .map(Cow::into_owned)
            .map_err(|e| e.detail)
    }

    #[test]
    fn definite_paths_give_the_node_itself() {
        let value = json!({"a": {"b-c": [1, 2, {"d": "x"}]}});
        assert_eq!(find("$.a.b-c[2].d", &value), Ok(json!("x")));
        assert_eq!(find("$['a']['b-c'][-1].d", &value), Ok(json!("x")));
        assert_eq!(find("$.a.b-c.length()", &value), Ok(json!(3)));
    }

    #[test]
    fn indefinite_paths_give_a_list_even_of_nothing() {
        let value = json!({"items": [{"v": 1}, {"v": 2}, {"v": 3}]});
        assert_eq!(find("$.items[*].v", &value), Ok(json!([1, 2, 3])));
        assert_eq!(find("$.items[1:].v", &value), Ok(json!([2, 3])));
        assert_eq!(find("$.items[0,2].v", &value), Ok(json!([1, 3])));
        assert_eq!(find("$.items[?(@.v > 1)].v", &value), Ok(json!([2, 3])));
        assert_eq!(find("$..v", &value), Ok(json!([1, 2, 3])));
        assert_eq!(find("$.none.deeper[*]", &value), Ok(json!([])));
    }

    #[test]
    fn a_missing_leaf_and_a_missing_parent_read_differently() {
        assert_eq!(
            find("$.a", &json!({})),
            Err("No results for path: $['a']".to_owned())
        );
        assert_eq!(
            find("$.a.b.c", &json!({})),
            Err("Missing property in path $['a']".to_owned())
        );
    }
}
