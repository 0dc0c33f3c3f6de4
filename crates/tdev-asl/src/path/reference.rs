//! Writing through a reference path: where `ResultPath` puts a result.

use serde_json::{Map, Value};

use super::{Path, Segment};

impl Path {
    /// Puts `value` where this reference path points, making objects on the way.
    /// `Err` gives the target back where the path runs through something that is no object.
    pub(crate) fn put(&self, target: Value, value: Value) -> Result<Value, Value> {
        let mut target = target;
        if self.can_put(&target) {
            write(&self.segments, &mut target, value);
            Ok(target)
        } else {
            Err(target)
        }
    }

    fn can_put(&self, target: &Value) -> bool {
        let mut node = Some(target);
        for segment in &self.segments {
            node = match (segment, node) {
                (Segment::Name(_), None) => None,
                (Segment::Name(name), Some(Value::Object(map))) => map.get(name),
                (Segment::Index(i), Some(Value::Array(items))) => {
                    match usize::try_from(*i).ok().filter(|i| *i < items.len()) {
                        Some(i) => items.get(i),
                        None => return false,
                    }
                }
                _ => return false,
            };
        }
        true
    }
}

fn write(segments: &[Segment], target: &mut Value, value: Value) {
    let mut node = target;
    for segment in segments {
        node = match (segment, node) {
            (Segment::Name(name), Value::Object(map)) => map
                .entry(name.as_str())
                .or_insert_with(|| Value::Object(Map::new())),
            (Segment::Index(i), Value::Array(items)) => {
                match usize::try_from(*i).ok().and_then(|i| items.get_mut(i)) {
                    Some(item) => item,
                    None => return,
                }
            }
            _ => return,
        };
    }
    *node = value;
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::parse;

    #[test]
    fn missing_parents_are_made() {
        let path = parse("$.a.b").unwrap();
        assert_eq!(
            path.put(json!({"x": 1}), json!(2)),
            Ok(json!({"x": 1, "a": {"b": 2}}))
        );
    }

    #[test]
    fn an_index_replaces_and_never_extends() {
        let path = parse("$.a[1]").unwrap();
        assert_eq!(
            path.put(json!({"a": [1, 2]}), json!(9)),
            Ok(json!({"a": [1, 9]}))
        );
        assert!(path.put(json!({"a": [1]}), json!(9)).is_err());
    }

    #[test]
    fn a_scalar_on_the_way_is_not_replaced() {
        let path = parse("$.a.b").unwrap();
        assert_eq!(path.put(json!({"a": 1}), json!(2)), Err(json!({"a": 1})));
        assert!(parse("$.a").unwrap().put(json!([1]), json!(2)).is_err());
    }
}
