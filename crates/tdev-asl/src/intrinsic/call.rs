//! Dispatches a call: evaluates its arguments, then the function.

use std::borrow::Cow;

use serde_json::Value;

use super::{Argument, Call, Function, array, text};
use crate::path::Path;

/// What a call may ask of the world around it; nothing else reaches a function.
pub(crate) trait Outside {
    /// The reason a path or a function failed.
    type Failure;
    /// The value a path names.
    fn path<'v>(&'v self, path: &'v Path) -> Result<Cow<'v, Value>, Self::Failure>;
    /// A random number from the execution's own sequence.
    fn random(&self) -> u64;
    /// Wraps a function's complaint about its arguments.
    fn fault(&self, call: &Call, complaint: &str) -> Self::Failure;
}

impl Call {
    /// Runs the call.
    pub(crate) fn run<O: Outside>(&self, outside: &O) -> Result<Value, O::Failure> {
        let mut arguments = Vec::with_capacity(self.arguments.len());
        for argument in &self.arguments {
            arguments.push(match argument {
                Argument::Literal(value) => Cow::Borrowed(value),
                Argument::Path(path) => outside.path(path)?,
                Argument::Call(call) => Cow::Owned(call.run(outside)?),
            });
        }
        run(self.function, &arguments, &|| outside.random())
            .map_err(|complaint| outside.fault(self, &complaint))
    }
}

fn run(
    function: Function,
    args: &[Cow<'_, Value>],
    random: &dyn Fn() -> u64,
) -> Result<Value, String> {
    match (function, args) {
        (Function::Format, [template, values @ ..]) => text::format(template, values),
        (Function::StringToJson, [a]) => text::string_to_json(a),
        (Function::JsonToString, [a]) => Ok(a.to_string().into()),
        (Function::Array, all) => Ok(all.iter().map(|v| v.clone().into_owned()).collect()),
        (Function::ArrayPartition, [a, n]) => array::partition(a, n),
        (Function::ArrayContains, [a, x]) => array::contains(a, x),
        (Function::ArrayRange, [from, to, step]) => array::range(from, to, step),
        (Function::ArrayGetItem, [a, i]) => array::item(a, i),
        (Function::ArrayLength, [a]) => array::items(a).map(|items| items.len().into()),
        (Function::ArrayUnique, [a]) => array::unique(a),
        (Function::Base64Encode, [a]) => text::base64_encode(a),
        (Function::Base64Decode, [a]) => text::base64_decode(a),
        (Function::Hash, [a, algorithm]) => text::hash(a, algorithm),
        (Function::JsonMerge, [a, b, deep]) => merge(a, b, deep),
        (Function::MathAdd, [a, b]) => Ok((integer(a)?.saturating_add(integer(b)?)).into()),
        (Function::MathRandom, [from, to, seed @ ..]) => {
            random_between(from, to, seed.first().map(AsRef::as_ref), random)
        }
        (Function::StringSplit, [a, delimiters]) => text::split(a, delimiters),
        (Function::Uuid, _) => Ok(uuid(random(), random()).into()),
        _ => Err("wrong number of arguments".to_owned()),
    }
}

/// A number rounded half up, as AWS rounds arguments.
pub(super) fn integer(value: &Value) -> Result<i64, String> {
    if let Some(n) = value.as_i64() {
        return Ok(n);
    }
    match value.as_f64() {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "saturates, as Java's Math.round does"
        )]
        Some(n) => Ok((n + 0.5).floor() as i64),
        None => Err(format!("expected a number but was given {value}")),
    }
}

fn merge(a: &Value, b: &Value, deep: &Value) -> Result<Value, String> {
    if *deep != Value::Bool(false) {
        return Err(
            "only shallow merging is supported; the third argument must be false".to_owned(),
        );
    }
    match (a, b) {
        (Value::Object(a), Value::Object(b)) => {
            let mut merged = a.clone();
            merged.extend(b.iter().map(|(k, v)| (k.clone(), v.clone())));
            Ok(Value::Object(merged))
        }
        _ => Err("expected two JSON objects".to_owned()),
    }
}

fn random_between(
    from: &Value,
    to: &Value,
    seed: Option<&Value>,
    random: &dyn Fn() -> u64,
) -> Result<Value, String> {
    let (from, to) = (integer(from)?, integer(to)?);
    let span = u64::try_from(to.saturating_sub(from)).unwrap_or(0);
    if span == 0 {
        return Err("the start number must be less than the end number".to_owned());
    }
    let drawn = match seed {
        Some(seed) => crate::execution::Random::new(integer(seed)?.cast_unsigned()).next(),
        None => random(),
    };
    Ok(from.saturating_add_unsigned(drawn % span).into())
}

/// A version 4 UUID made of two random numbers.
pub(crate) fn uuid(high: u64, low: u64) -> String {
    uuid::Builder::from_random_bytes((u128::from(high) << 64 | u128::from(low)).to_be_bytes())
        .into_uuid()
        .to_string()
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use serde_json::json;

    use super::*;
    use crate::intrinsic::parse;

    struct World {
        input: Value,
        drawn: Cell<u64>,
    }

    impl Outside for World {
        type Failure = String;
        fn path<'v>(&'v self, path: &'v Path) -> Result<Cow<'v, Value>, String> {
            path.find(&self.input).map_err(|e| e.detail)
        }
        fn random(&self) -> u64 {
            self.drawn.set(self.drawn.get() + 7);
            self.drawn.get()
        }
        fn fault(&self, _: &Call, complaint: &str) -> String {
            complaint.to_owned()
        }
    }

    fn check(call: &str, input: Value, expected: Value) {
        let world = World {
            input,
            drawn: Cell::new(0),
        };
        assert_eq!(parse(call).unwrap().run(&world), Ok(expected), "{call}");
    }

    fn refused(call: &str, input: Value) {
        let world = World {
            input,
            drawn: Cell::new(0),
        };
        assert!(parse(call).unwrap().run(&world).is_err(), "{call}");
    }

    #[test]
    fn text_functions() {
        let input = json!({"name": "Ada", "n": 1.5, "o": {"a": 1, "b": [null, "x"]}});
        check(
            "States.Format('{} {} {}', $.name, $.n, null)",
            input.clone(),
            json!("Ada 1.5 null"),
        );
        check(
            "States.Format('{}', $.o)",
            input.clone(),
            json!("{a=1, b=[null, x]}"),
        );
        check(r"States.Format('\{\} {}', 1)", json!({}), json!("{} 1"));
        refused("States.Format('{} {}', 1)", json!({}));
        refused("States.Format('{}', 1, 2)", json!({}));
        check(
            "States.JsonToString($.o)",
            input,
            json!(r#"{"a":1,"b":[null,"x"]}"#),
        );
        check(r"States.StringToJson($)", json!("[1]"), json!([1]));
        refused("States.StringToJson('{')", json!({}));
        check(
            "States.Base64Encode('Data to encode')",
            json!({}),
            json!("RGF0YSB0byBlbmNvZGU="),
        );
        check(
            "States.Base64Decode('RGF0YSB0byBlbmNvZGU=')",
            json!({}),
            json!("Data to encode"),
        );
        check("States.Base64Decode('aGk')", json!({}), json!("hi"));
        refused("States.Base64Decode('*')", json!({}));
        check(
            "States.StringSplit('1,2.3,,4', ',.')",
            json!({}),
            json!(["1", "2", "3", "4"]),
        );
        check(
            "States.Hash('input data', 'SHA-1')",
            json!({}),
            json!("aaff4a450a104cd177d28d18d74485e8cae074b7"),
        );
        refused("States.Hash('x', 'SHA-3')", json!({}));
    }

    #[test]
    fn array_functions() {
        check(
            "States.Array(1, 'a', null)",
            json!({}),
            json!([1, "a", null]),
        );
        check(
            "States.ArrayPartition($, 2)",
            json!([1, 2, 3]),
            json!([[1, 2], [3]]),
        );
        refused("States.ArrayPartition($, 0)", json!([1]));
        check("States.ArrayContains($, 2)", json!([1, 2.0]), json!(true));
        check(
            "States.ArrayRange(1, 9, 2)",
            json!({}),
            json!([1, 3, 5, 7, 9]),
        );
        check("States.ArrayRange(3, 1, -1)", json!({}), json!([3, 2, 1]));
        refused("States.ArrayRange(1, 9, 0)", json!({}));
        refused("States.ArrayRange(1, 2000, 1)", json!({}));
        check("States.ArrayGetItem($, 1)", json!([1, 2]), json!(2));
        refused("States.ArrayGetItem($, 2)", json!([1, 2]));
        check("States.ArrayLength($)", json!([1, 2]), json!(2));
        check(
            "States.ArrayUnique($)",
            json!([1, 2, 1, "1"]),
            json!([1, 2, "1"]),
        );
        refused("States.ArrayLength($)", json!("abc"));
    }

    #[test]
    fn numbers_round_half_up_as_aws_rounds() {
        for (a, b, sum) in [
            (1.5, 0.0, 2),
            (-1.5, 0.0, -1),
            (-0.5, 0.5, 1),
            (1.49, 1.5, 3),
        ] {
            check(
                "States.MathAdd($.a, $.b)",
                json!({"a": a, "b": b}),
                json!(sum),
            );
        }
    }

    #[test]
    fn merging_and_chance() {
        check(
            "States.JsonMerge($.a, $.b, false)",
            json!({"a": {"x": 1}, "b": {"x": 2, "y": 3}}),
            json!({"x": 2, "y": 3}),
        );
        refused(
            "States.JsonMerge($.a, $.b, true)",
            json!({"a": {}, "b": {}}),
        );
        check("States.MathRandom(5, 6)", json!({}), json!(5));
        refused("States.MathRandom(6, 5)", json!({}));
        check(
            "States.UUID()",
            json!({}),
            json!("00000000-0000-4007-8000-00000000000e"),
        );
    }
}
