//! The type of an expression, as far as its form tells.

use std::collections::HashMap;

use ruff_python_ast::{Expr, ExprCall, Number, Operator, UnaryOp};
use serde_json::{Map, Value, json};

use super::annotation::{insert, typed};
use super::module::Module;

/// Types of names in a function.
pub(super) type Names<'a> = HashMap<&'a str, Value>;

/// Deepest nesting of literals that is followed.
const DEEPEST: usize = 8;

/// The schema of an expression's value in shorthand; `"any"` where its form does not tell.
pub(super) fn infer(expr: &Expr, names: &Names<'_>, module: &Module<'_>) -> Value {
    within(expr, names, module, 0)
}

fn within(expr: &Expr, names: &Names<'_>, module: &Module<'_>, depth: usize) -> Value {
    if depth > DEEPEST {
        return json!("any");
    }
    let inner = |expr: &Expr| within(expr, names, module, depth + 1);
    match expr {
        Expr::StringLiteral(_) | Expr::FString(_) => json!("string"),
        Expr::NumberLiteral(number) => match number.value {
            Number::Int(_) => json!("integer"),
            _ => json!("number"),
        },
        Expr::BooleanLiteral(_) | Expr::Compare(_) => json!("boolean"),
        Expr::UnaryOp(unary) if unary.op == UnaryOp::Not => json!("boolean"),
        Expr::UnaryOp(unary) => inner(&unary.operand),
        Expr::List(list) => list_of(&list.elts.iter().map(inner).collect::<Vec<_>>()),
        Expr::ListComp(comp) => list_of(&[inner(&comp.elt)]),
        Expr::Tuple(_) | Expr::Set(_) | Expr::SetComp(_) | Expr::Generator(_) => json!("array"),
        Expr::Dict(dict) => {
            let mut fields = Map::new();
            for item in &dict.items {
                match item.key.as_ref() {
                    Some(Expr::StringLiteral(key)) => {
                        insert(&mut fields, key.value.to_str(), inner(&item.value), false);
                    }
                    _ => return json!("object"),
                }
            }
            if fields.is_empty() {
                json!("object")
            } else {
                Value::Object(fields)
            }
        }
        Expr::DictComp(_) => json!("object"),
        Expr::Name(name) => names
            .get(name.id.as_str())
            .cloned()
            .unwrap_or_else(|| json!("any")),
        Expr::Await(wait) => inner(&wait.value),
        Expr::Named(named) => inner(&named.value),
        Expr::If(choice) => same(&inner(&choice.body), &inner(&choice.orelse)),
        Expr::BoolOp(or) => or
            .values
            .iter()
            .map(inner)
            .reduce(|a, b| same(&a, &b))
            .unwrap_or_else(|| json!("any")),
        Expr::BinOp(op) => arithmetic(op.op, &inner(&op.left), &inner(&op.right)),
        Expr::Call(call) => called(call, names, module, depth),
        _ => json!("any"),
    }
}

/// The type both have, else any.
pub(super) fn same(a: &Value, b: &Value) -> Value {
    match (a.as_str(), b.as_str()) {
        _ if a == b => a.clone(),
        (Some("integer"), Some("number")) | (Some("number"), Some("integer")) => json!("number"),
        _ => json!("any"),
    }
}

fn list_of(items: &[Value]) -> Value {
    let item = items.iter().cloned().reduce(|a, b| same(&a, &b));
    match item {
        Some(Value::String(word)) if word != "any" => json!(format!("{word}[]")),
        Some(Value::Object(fields)) => json!([fields]),
        _ => json!("array"),
    }
}

fn arithmetic(op: Operator, left: &Value, right: &Value) -> Value {
    let number = |v: &Value| {
        v.as_str()
            .is_some_and(|word| word == "integer" || word == "number")
    };
    match op {
        Operator::Mod if left == "string" => json!("string"),
        Operator::Add | Operator::Mult
            if left == "string" || (op == Operator::Add && right == "string") =>
        {
            json!("string")
        }
        Operator::Div if number(left) && number(right) => json!("number"),
        _ if number(left) && number(right) => same(left, right),
        _ => json!("any"),
    }
}

fn called(call: &ExprCall, names: &Names<'_>, module: &Module<'_>, depth: usize) -> Value {
    let argument = || {
        call.arguments
            .args
            .first()
            .map_or_else(|| json!("any"), |one| within(one, names, module, depth + 1))
    };
    if let Expr::Attribute(attribute) = &*call.func {
        match attribute.attr.as_str() {
            "strip" | "lstrip" | "rstrip" | "lower" | "upper" | "title" | "capitalize" | "join"
            | "format" | "replace" | "isoformat" | "strftime" | "hexdigest" | "decode"
            | "casefold" | "zfill" | "removeprefix" | "removesuffix" | "swapcase" | "center"
            | "ljust" | "rjust" => return json!("string"),
            "split" | "splitlines" | "rsplit" | "findall" => return json!("string[]"),
            "startswith" | "endswith" | "isdigit" | "isalpha" | "isupper" | "islower"
            | "isalnum" => return json!("boolean"),
            "count" | "find" | "rfind" => return json!("integer"),
            "total_seconds" | "timestamp" => return json!("number"),
            _ => {}
        }
    }
    let Some(dotted) = module.dotted(&call.func) else {
        return json!("any");
    };
    let word = match dotted.as_str() {
        "str"
        | "repr"
        | "chr"
        | "hex"
        | "bin"
        | "json.dumps"
        | "textwrap.shorten"
        | "textwrap.fill"
        | "html.escape"
        | "re.sub"
        | "urllib.parse.quote"
        | "urllib.parse.urlencode"
        | "tdev.secret" => "string",
        "len" | "int" | "ord" | "math.floor" | "math.ceil" => "integer",
        "float" | "math.sqrt" | "statistics.mean" | "statistics.median" | "time.time" => "number",
        "round" => {
            return if call.arguments.args.len() > 1 {
                json!("number")
            } else {
                json!("integer")
            };
        }
        "abs" => return argument(),
        "sum" | "max" | "min" => {
            return match argument().as_str().and_then(|word| word.strip_suffix("[]")) {
                Some(item) => json!(item),
                None => json!("any"),
            };
        }
        "bool" | "isinstance" | "any" | "all" | "callable" | "hasattr" => "boolean",
        "sorted" | "list" | "set" => {
            return match argument() {
                Value::String(word) if word.ends_with("[]") => json!(word),
                Value::Array(items) => Value::Array(items),
                _ => json!("array"),
            };
        }
        "dict" if call.arguments.args.is_empty() && !call.arguments.keywords.is_empty() => {
            let mut fields = Map::new();
            for keyword in &call.arguments.keywords {
                match &keyword.arg {
                    Some(name) => insert(
                        &mut fields,
                        name.as_str(),
                        within(&keyword.value, names, module, depth + 1),
                        false,
                    ),
                    None => return json!("object"),
                }
            }
            return Value::Object(fields);
        }
        "dict" => "object",
        local => {
            let found = module
                .functions()
                .find(|function| function.name.as_str() == local);
            return match found.and_then(|function| function.returns.as_deref()) {
                Some(annotation) => typed(annotation, module).schema,
                None => json!("any"),
            };
        }
    };
    json!(word)
}
