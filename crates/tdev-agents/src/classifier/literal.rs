//! Python literals as JSON: what decorators say about a component.

use ruff_python_ast::{Expr, Number, UnaryOp};
use serde_json::{Map, Value, json};

use super::module::Module;

/// The JSON a literal stands for; names of module-level constants and of types are followed.
/// Anything computed is `None`.
pub(super) fn json_of(expr: &Expr, module: &Module<'_>) -> Option<Value> {
    json_within(expr, module, 0)
}

fn json_within(expr: &Expr, module: &Module<'_>, followed: u8) -> Option<Value> {
    let inner = |expr: &Expr| json_within(expr, module, followed);
    Some(match expr {
        Expr::StringLiteral(text) => json!(text.value.to_str()),
        Expr::BooleanLiteral(flag) => json!(flag.value),
        Expr::NoneLiteral(_) => Value::Null,
        Expr::NumberLiteral(number) => match &number.value {
            Number::Int(int) => json!(int.as_i64()?),
            Number::Float(float) => json!(float),
            Number::Complex { .. } => return None,
        },
        Expr::UnaryOp(unary) if unary.op == UnaryOp::USub => match inner(&unary.operand)? {
            Value::Number(number) => match number.as_i64() {
                Some(int) => json!(int.checked_neg()?),
                None => json!(-number.as_f64()?),
            },
            _ => return None,
        },
        Expr::List(list) => Value::Array(list.elts.iter().map(inner).collect::<Option<_>>()?),
        Expr::Tuple(tuple) => Value::Array(tuple.elts.iter().map(inner).collect::<Option<_>>()?),
        Expr::Set(set) => Value::Array(set.elts.iter().map(inner).collect::<Option<_>>()?),
        Expr::Dict(dict) => {
            let mut map = Map::new();
            for item in &dict.items {
                let Value::String(key) = inner(item.key.as_ref()?)? else {
                    return None;
                };
                map.insert(key, inner(&item.value)?);
            }
            Value::Object(map)
        }
        Expr::Name(name) => match name.id.as_str() {
            // `{"text": str}` says the same as `{"text": "string"}`.
            "str" => json!("string"),
            "int" => json!("integer"),
            "float" => json!("number"),
            "bool" => json!("boolean"),
            "list" => json!("array"),
            "dict" => json!("object"),
            // One constant may name another, but not for ever.
            constant if followed < 8 => {
                json_within(module.constant(constant)?, module, followed + 1)?
            }
            _ => return None,
        },
        _ => return None,
    })
}

/// The strings of a list literal; a name in it stands for the component it names.
pub(super) fn names_of(expr: &Expr, module: &Module<'_>) -> Vec<String> {
    let elements: &[Expr] = match expr {
        Expr::List(list) => &list.elts,
        Expr::Tuple(tuple) => &tuple.elts,
        Expr::Set(set) => &set.elts,
        Expr::Name(name) => {
            return module
                .constant(name.id.as_str())
                .filter(|value| !value.is_name_expr())
                .map_or_else(Vec::new, |value| names_of(value, module));
        }
        Expr::StringLiteral(text) => return vec![text.value.to_str().to_owned()],
        _ => return Vec::new(),
    };
    elements
        .iter()
        .filter_map(|element| match element {
            Expr::StringLiteral(text) => Some(text.value.to_str().to_owned()),
            Expr::Name(name) => Some(match module.text(element) {
                Some(text) => text.to_owned(),
                None => name.id.to_string(),
            }),
            Expr::Call(call) => match &*call.func {
                Expr::Name(name) => Some(name.id.to_string()),
                _ => None,
            },
            _ => None,
        })
        .collect()
}
