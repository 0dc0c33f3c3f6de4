//! Finds the nodes a path names. Causes are worded as AWS words them.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::{Path, Segment};

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
        let mut everywhere = false;
        for segment in &self.segments[skip..] {
            if let Segment::Members(names) = segment {
                let all = nodes.into_iter().filter_map(|node| members(node, names));
                return Ok(Cow::Owned(Value::Array(all.collect())));
            }
            if let Segment::Function(function) = segment {
                let all = Value::Array(nodes.into_iter().cloned().collect());
                return function.apply(&all, root).map(Cow::Owned);
            }
            let mut next = Vec::new();
            for node in nodes {
                // After `..` an object is put to the test wherever it stands, so not again as an
                // element of its array.
                let twice = everywhere && matches!(segment, Segment::Filter(_)) && node.is_array();
                if !twice {
                    select(segment, node, root, &mut next);
                }
            }
            everywhere = matches!(segment, Segment::Descend);
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
                (Segment::Function(function), _) => {
                    return function.apply(node, root).map(Cow::Owned);
                }
                (Segment::Members(names), Value::Object(_)) => {
                    return Ok(Cow::Owned(members(node, names).unwrap_or_default()));
                }
                (Segment::Members(names), _) => {
                    return Err(self.no_object(i, &format!("'{}'", names.join("', '")), node));
                }
                (Segment::Name(name), _) => {
                    return Err(self.no_object(i, &format!("'{name}'"), node));
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
                // An index out of bounds is noticed only at the end of the path.
                None if i + 1 == last || matches!(segment, Segment::Index(_)) => {
                    return Err(PathError {
                        detail: format!("No results for path: {}", self.normalised(last)),
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

    fn no_object(&self, count: usize, names: &str, node: &Value) -> PathError {
        PathError {
            detail: format!(
                "Expected to find an object with property [{names}] in path {} but found '{}'. This is not a json object according to the JsonProvider: 'com.jayway.jsonpath.spi.json.JacksonJsonNodeJsonProvider'.",
                self.normalised(count),
                java_class(node)
            ),
        }
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
                Segment::Members(names) => {
                    text.push_str("['");
                    text.push_str(&names.join("','"));
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

/// The members of these names that the object has.
fn members(node: &Value, names: &[String]) -> Option<Value> {
    let map = node.as_object()?;
    let found = names
        .iter()
        .filter_map(|name| Some((name.clone(), map.get(name)?.clone())));
    Some(Value::Object(found.collect::<Map<_, _>>()))
}

fn select<'v>(segment: &Segment, node: &'v Value, root: &Value, out: &mut Vec<&'v Value>) {
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
                select(part, node, root, out);
            }
        }
        (Segment::Filter(filter), Value::Array(items)) => {
            out.extend(items.iter().filter(|item| filter.lets(item, root)));
        }
        // An object is put to the test itself.
        (Segment::Filter(filter), Value::Object(_)) if filter.lets(node, root) => out.push(node),
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

    proptest::proptest! {
        #[test]
        fn no_text_and_no_value_brings_it_down(
            tail in r#"[.\[\]?@$*()'",:=~<>!&|/ abl0-9-]{0,24}|\[\?\(@[.=<>!&| a-z0-9'\[\]/~()-]{0,20}\)\]"#
        ) {
            let value = json!({"a": [1, {"b": "l"}, null], "b": {"a": {"l": [0]}}, "l": "text"});
            for start in ["$", "$.a", "$..b"] {
                if let Ok(path) = parse(&format!("{start}{tail}")) {
                    let _ = path.find(&value);
                }
            }
        }
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
    fn filters_are_those_of_jayway() {
        let value = json!({
            "limit": 2,
            "l": [
                {"v": 1, "t": "x", "tags": ["a"], "n": null},
                {"v": 2, "t": "yY", "tags": ["a", "b"], "n": 0},
                {"v": 3, "tags": []}
            ]
        });
        for (filter, expected) in [
            ("@.v == 1", json!([1])),
            ("@.v >= 2 && @.t == 'yY'", json!([2])),
            ("@.v < 2 || @.v > 2", json!([1, 3])),
            ("@.t =~ /y+/i", json!([2])),
            ("@.t =~ /y/", json!([])),
            ("@.v in [1, 3]", json!([1, 3])),
            ("@.v nin [1]", json!([2, 3])),
            ("@.tags subsetof ['a', 'c']", json!([1, 3])),
            ("@.tags anyof ['b']", json!([2])),
            ("@.tags noneof ['b']", json!([1, 3])),
            ("@.tags contains 'b'", json!([2])),
            ("@.tags size 2", json!([2])),
            ("@.tags empty true", json!([3])),
            ("@.t", json!([1, 2])),
            ("!@.t", json!([3])),
            ("!@.n", json!([1, 3])),
            ("@.v == $.limit", json!([2])),
            ("@.tags.length() > 1", json!([2])),
            ("@.v == '1'", json!([])),
            ("@.t != 'x'", json!([2, 3])),
            ("!(@.v == 1) && (@.v == 1 || @.v == 3)", json!([3])),
            ("@['v'] == 1.0", json!([1])),
        ] {
            let found = find(&format!("$.l[?({filter})].v"), &value);
            assert_eq!(found, Ok(expected), "{filter}");
        }
        let found = find("$..[?(@.v > 2)].v", &value);
        assert_eq!(found, Ok(json!([3])));
        let object = json!({"o": {"v": 1}});
        assert_eq!(find("$.o[?(@.v == 1)].v", &object), Ok(json!([1])));
    }

    #[test]
    fn names_side_by_side_make_an_object() {
        let value = json!({"a": 1, "b": 2, "c": 3});
        let both = json!({"a": 1, "c": 3});
        assert_eq!(find("$['a','c','none']", &value), Ok(both));
    }

    #[test]
    fn functions_end_a_path() {
        let value = json!({"a": [1, 2, 3], "s": "abc", "o": {"k": 1}, "e": []});
        for (path, expected) in [
            ("$.a.sum()", json!(6.0)),
            ("$.a.avg()", json!(2.0)),
            ("$.a.min()", json!(1.0)),
            ("$.a[*].max()", json!(3.0)),
            ("$.a.first()", json!(1)),
            ("$.a.last()", json!(3)),
            ("$.a.index(-1)", json!(3)),
            ("$.a.append(4)", json!([1, 2, 3, 4])),
            ("$.s.concat('-', $.s)", json!("abc-abc")),
            ("$.s.length()", json!(3)),
            ("$.o.keys()", json!(["k"])),
        ] {
            assert_eq!(find(path, &value), Ok(expected), "{path}");
        }
        assert!(find("$.e.max()", &value).is_err());
        assert!(parse("$.a.nope()").is_err());
        assert!(parse("$.a.max().x").is_err());
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
