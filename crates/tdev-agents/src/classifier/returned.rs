//! What a function returns: from its annotation, else from the literals it returns.

use ruff_python_ast::visitor::{Visitor, walk_stmt};
use ruff_python_ast::{Expr, Stmt, StmtFunctionDef};
use serde_json::{Map, Value, json};

use super::annotation::{insert, typed};
use super::documented::documented;
use super::infer::{Names, infer, same};
use super::module::Module;
use super::signature::{Bound, schema_of, taken};
use super::worded::{said_to_return, worded};

/// What a function returns.
pub(super) struct Returned {
    /// Its schema; an empty object where nothing is known.
    pub(super) schema: Value,
    /// The component whose output is returned as it is, where that is all.
    pub(super) from: Option<String>,
}

/// The output schema of a function, with what its docstring says of it.
pub(super) fn output_of(function: &StmtFunctionDef, bound: Bound, module: &Module<'_>) -> Returned {
    let returned = by_code(function, bound, module);
    let gives = documented(function).gives;
    let nothing = returned.from.is_none() && returned.schema.as_object().is_some_and(Map::is_empty);
    let schema = match said_to_return(&gives, module) {
        Some(said) if nothing => said,
        _ => worded(returned.schema, &gives, module),
    };
    Returned { schema, ..returned }
}

fn by_code(function: &StmtFunctionDef, bound: Bound, module: &Module<'_>) -> Returned {
    let declared = function
        .returns
        .as_deref()
        .map(|annotation| typed(annotation, module).schema);
    let from_code = returned_by(function, bound, module);
    let schema = match declared {
        None => return from_code,
        Some(Value::String(word)) if matches!(word.as_str(), "object" | "any" | "null") => {
            return if from_code.schema.is_object() {
                from_code
            } else {
                Returned {
                    schema: json!({}),
                    ..from_code
                }
            };
        }
        Some(schema) => schema,
    };
    Returned { schema, from: None }
}

fn returned_by(function: &StmtFunctionDef, bound: Bound, module: &Module<'_>) -> Returned {
    let mut names = Names::new();
    for parameter in taken(&function.parameters, bound, module) {
        names.insert(parameter.name, schema_of(&parameter, module).0);
    }
    let mut body = Body {
        module,
        names,
        filled: Vec::new(),
        returns: Vec::new(),
    };
    body.visit_body(&function.body);
    let mut merged: Option<Value> = None;
    for (value, _) in &body.returns {
        let value = value.clone();
        merged = Some(match merged {
            None => value,
            Some(before) => merge(&before, &value),
        });
    }
    let from = match body.returns.as_slice() {
        [(_, Some(component))] => Some(component.clone()),
        _ => None,
    };
    let schema = match merged {
        Some(Value::String(word)) if word == "any" || word == "object" => json!({}),
        Some(schema) => schema,
        None => json!({}),
    };
    Returned { schema, from }
}

/// Two returns as one: a field only one of them has is optional.
fn merge(a: &Value, b: &Value) -> Value {
    let (Value::Object(a), Value::Object(b)) = (a, b) else {
        return same(a, b);
    };
    let mut b = b.clone();
    let mut fields = Map::new();
    let bare = |key: &str| key.trim_end_matches('?').to_owned();
    let is_optional = |key: &str, value: &Value| {
        key.ends_with('?') || value.as_str().is_some_and(|word| word.ends_with('?'))
    };
    let plain = |value: &Value| match value {
        Value::String(word) => json!(word.trim_end_matches('?')),
        other => other.clone(),
    };
    for (key, value) in a {
        let name = bare(key);
        let other = [name.clone(), format!("{name}?")]
            .iter()
            .find_map(|k| b.shift_remove_entry(k));
        let optional =
            is_optional(key, value) || other.as_ref().is_none_or(|(k, v)| is_optional(k, v));
        let schema = other.map_or_else(|| plain(value), |(_, v)| same(&plain(value), &plain(&v)));
        insert(&mut fields, &name, schema, optional);
    }
    for (key, value) in b {
        insert(&mut fields, &bare(&key), plain(&value), true);
    }
    Value::Object(fields)
}

/// One walk through a function's own body in order: names, then returns.
struct Body<'m, 'a> {
    module: &'m Module<'a>,
    names: Names<'a>,
    /// Names whose fields were filled in one by one.
    filled: Vec<&'a str>,
    /// The type of each return, and the component called right there.
    returns: Vec<(Value, Option<String>)>,
}

impl<'a> Body<'_, 'a> {
    fn assign(&mut self, target: &'a Expr, value: Value) {
        match target {
            Expr::Name(name) => {
                let known = self.names.get(name.id.as_str());
                let value = match known {
                    // `result = {}` before a loop or branch, then something else.
                    Some(before) if self.filled.contains(&name.id.as_str()) => same(before, &value),
                    _ => value,
                };
                self.names.insert(name.id.as_str(), value);
            }
            Expr::Subscript(subscript) => {
                if let (Expr::Name(name), Expr::StringLiteral(key)) =
                    (&*subscript.value, &*subscript.slice)
                {
                    let entry = self
                        .names
                        .entry(name.id.as_str())
                        .or_insert_with(|| json!("any"));
                    if *entry == json!("object") {
                        *entry = json!({});
                    }
                    if let Value::Object(fields) = entry {
                        fields.insert(key.value.to_str().to_owned(), value);
                        self.filled.push(name.id.as_str());
                    }
                }
            }
            _ => {}
        }
    }
}

impl<'a> Visitor<'a> for Body<'_, 'a> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            // What an inner function returns is not what this one returns.
            Stmt::FunctionDef(_) | Stmt::ClassDef(_) => {}
            Stmt::Assign(assign) => {
                let value = infer(&assign.value, &self.names, self.module);
                for target in &assign.targets {
                    self.assign(target, value.clone());
                }
            }
            Stmt::AnnAssign(assign) => {
                let annotated = typed(&assign.annotation, self.module).schema;
                let value = match (&assign.value, &annotated) {
                    (Some(value), Value::String(word)) if word == "object" || word == "any" => {
                        infer(value, &self.names, self.module)
                    }
                    _ => annotated,
                };
                self.assign(&assign.target, value);
            }
            Stmt::Return(returned) => {
                let Some(value) = returned.value.as_deref() else {
                    return;
                };
                if value.is_none_literal_expr() {
                    return;
                }
                let inner = match value {
                    Expr::Await(wait) => &wait.value,
                    other => other,
                };
                let component = super::effects::component_called(inner, self.module);
                self.returns
                    .push((infer(value, &self.names, self.module), component));
            }
            _ => walk_stmt(self, stmt),
        }
    }

    fn visit_expr(&mut self, _: &'a Expr) {}
}
