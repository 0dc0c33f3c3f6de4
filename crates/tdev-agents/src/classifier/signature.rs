//! What a function takes: from its annotations, its defaults and the keys it reads.

use ruff_python_ast::visitor::{Visitor, walk_expr};
use ruff_python_ast::{CmpOp, Expr, ExprContext, Parameters, StmtFunctionDef};
use serde_json::{Map, Value, json};

use super::annotation::{insert, typed};
use super::documented::documented;
use super::infer::{Names, infer};
use super::module::Module;
use super::worded::worded;

/// A lone parameter of such a name, without an annotation, is given the whole input. The same
/// rule stands in the sandbox's caller.
const WHOLE_NAMES: &[&str] = &["input", "inputs", "data", "payload", "event", "request"];

/// Whether the first parameter of a function is the instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bound {
    /// A method.
    Method,
    /// A plain function.
    Free,
}

/// One parameter that is a field of the input.
pub(super) struct Taken<'a> {
    /// Its name.
    pub(super) name: &'a str,
    annotation: Option<&'a Expr>,
    default: Option<&'a Expr>,
}

/// The parameters that are fields of the input.
pub(super) fn taken<'a>(
    parameters: &'a Parameters,
    bound: Bound,
    module: &Module<'_>,
) -> Vec<Taken<'a>> {
    parameters
        .iter_non_variadic_params()
        .skip(usize::from(bound == Bound::Method))
        .map(|p| Taken {
            name: p.parameter.name.as_str(),
            annotation: p.parameter.annotation.as_deref(),
            default: p.default.as_deref(),
        })
        .filter(|p| {
            !p.annotation
                .is_some_and(|annotation| is_injected(annotation, module))
        })
        .collect()
}

/// Frameworks hand a context to a function beside its input; it is no field of the input.
fn is_injected(annotation: &Expr, module: &Module<'_>) -> bool {
    let head = match annotation {
        Expr::Subscript(subscript) => &subscript.value,
        other => other,
    };
    module.dotted(head).is_some_and(|dotted| {
        let (package, name) = dotted.rsplit_once('.').unwrap_or(("", &dotted));
        !package.is_empty() && name.contains("Context")
    })
}

/// The input schema of a function, with what its docstring says of it.
pub(super) fn input_of(function: &StmtFunctionDef, bound: Bound, module: &Module<'_>) -> Value {
    worded(
        by_code(function, bound, module),
        &documented(function).takes,
        module,
    )
}

fn by_code(function: &StmtFunctionDef, bound: Bound, module: &Module<'_>) -> Value {
    let parameters = taken(&function.parameters, bound, module);
    let variadic = function.parameters.vararg.is_some() || function.parameters.kwarg.is_some();
    if let [one] = parameters.as_slice()
        && !variadic
        && let Some(whole) = whole_input(one, function, module)
    {
        return whole;
    }
    let mut fields = Map::new();
    for parameter in parameters {
        let (schema, nullable) = schema_of(&parameter, module);
        insert(
            &mut fields,
            parameter.name,
            schema,
            nullable || parameter.default.is_some(),
        );
    }
    Value::Object(fields)
}

/// The schema of a parameter, and whether it may be left out for being `None`.
pub(super) fn schema_of(parameter: &Taken<'_>, module: &Module<'_>) -> (Value, bool) {
    match (parameter.annotation, parameter.default) {
        // `Optional[T]` without a default still has to be passed to a Python function.
        (Some(annotation), default) => {
            let typed = typed(annotation, module);
            (typed.schema, typed.optional && default.is_some())
        }
        (None, Some(Expr::NoneLiteral(_)) | None) => (json!("any"), false),
        (None, Some(default)) => (infer(default, &Names::new(), module), true),
    }
}

/// The schema where the one parameter is given the whole input object.
fn whole_input(
    parameter: &Taken<'_>,
    function: &StmtFunctionDef,
    module: &Module<'_>,
) -> Option<Value> {
    match parameter.annotation {
        None if !WHOLE_NAMES.contains(&parameter.name) => return None,
        None => {}
        Some(annotation) => match typed(annotation, module).schema {
            Value::String(word) if word == "object" => {}
            Value::Object(fields) if is_typed_dict(annotation, module) => {
                return Some(Value::Object(fields));
            }
            _ => return None,
        },
    }
    let mut keys = KeysRead {
        of: parameter.name,
        required: Vec::new(),
        optional: Vec::new(),
    };
    keys.visit_body(&function.body);
    let mut fields = Map::new();
    for (key, optional) in keys.in_order() {
        insert(&mut fields, key, json!("any"), optional);
    }
    Some(Value::Object(fields))
}

fn is_typed_dict(annotation: &Expr, module: &Module<'_>) -> bool {
    let class = module
        .dotted(annotation)
        .and_then(|name| module.class(&name));
    class
        .and_then(|class| class.arguments.as_ref())
        .is_some_and(|arguments| {
            arguments.args.iter().any(|base| {
                module
                    .dotted(base)
                    .is_some_and(|name| name.ends_with("TypedDict"))
            })
        })
}

/// Keys a function reads from its one mapping.
struct KeysRead<'a> {
    of: &'a str,
    required: Vec<&'a str>,
    optional: Vec<&'a str>,
}

impl<'a> KeysRead<'a> {
    fn is_it(&self, expr: &Expr) -> bool {
        matches!(expr, Expr::Name(name) if name.id.as_str() == self.of)
    }

    fn in_order(self) -> Vec<(&'a str, bool)> {
        let mut keys: Vec<(&str, bool)> = Vec::new();
        let all = self
            .required
            .iter()
            .map(|key| (*key, false))
            .chain(self.optional.iter().map(|key| (*key, true)));
        for (key, optional) in all {
            match keys.iter_mut().find(|(known, _)| *known == key) {
                // What is asked after with `in` or `get` may be missing, wherever else it is read.
                Some(known) => known.1 |= optional,
                None => keys.push((key, optional)),
            }
        }
        keys
    }
}

impl<'a> Visitor<'a> for KeysRead<'a> {
    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Subscript(s) if s.ctx == ExprContext::Load && self.is_it(&s.value) => {
                if let Expr::StringLiteral(key) = &*s.slice {
                    self.required.push(key.value.to_str());
                }
            }
            Expr::Call(call) => {
                if let Expr::Attribute(attribute) = &*call.func
                    && attribute.attr.as_str() == "get"
                    && self.is_it(&attribute.value)
                    && let Some(Expr::StringLiteral(key)) = call.arguments.args.first()
                {
                    self.optional.push(key.value.to_str());
                }
            }
            Expr::Compare(compare) => {
                if let (Expr::StringLiteral(key), [CmpOp::In | CmpOp::NotIn], [right]) =
                    (&*compare.left, &*compare.ops, &*compare.comparators)
                    && self.is_it(right)
                {
                    self.optional.push(key.value.to_str());
                }
            }
            _ => {}
        }
        walk_expr(self, expr);
    }
}
