//! Python annotations as schemas in the seed's shorthand.

use ruff_python_ast::{Expr, Operator, Stmt, StmtClassDef};
use ruff_python_parser::parse_expression;
use serde_json::{Map, Value, json};

use super::literal::json_of;
use super::module::Module;

/// What an annotation says of a value.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Typed {
    /// The schema, in shorthand where there is one.
    pub(super) schema: Value,
    /// Whether `None` is allowed, so that the field may be left out.
    pub(super) optional: bool,
}

impl Typed {
    fn of(schema: Value) -> Self {
        Self {
            schema,
            optional: false,
        }
    }

    /// A value nothing is known of.
    pub(super) fn any() -> Self {
        Self::of(json!("any"))
    }
}

/// Deepest nesting of classes in classes that is followed.
const DEEPEST: usize = 6;

/// Reads an annotation.
pub(super) fn typed(expr: &Expr, module: &Module<'_>) -> Typed {
    read(expr, module, 0)
}

fn read(expr: &Expr, module: &Module<'_>, depth: usize) -> Typed {
    if depth > DEEPEST * 3 {
        return Typed::any();
    }
    match expr {
        Expr::Name(_) | Expr::Attribute(_) => Typed::of(named(expr, module, depth)),
        Expr::NoneLiteral(_) => Typed {
            schema: json!("null"),
            optional: true,
        },
        Expr::StringLiteral(text) => match parse_expression(text.value.to_str()) {
            // A quoted annotation names a type before it is defined.
            Ok(parsed) => read(parsed.expr(), module, depth + 1),
            Err(_) => Typed::any(),
        },
        Expr::BinOp(or) if or.op == Operator::BitOr => {
            union(&[&*or.left, &*or.right], module, depth + 1)
        }
        Expr::Subscript(subscript) => {
            let head = module.dotted(&subscript.value).unwrap_or_default();
            let head = head.rsplit('.').next().unwrap_or_default();
            let arguments: Vec<&Expr> = match &*subscript.slice {
                Expr::Tuple(tuple) => tuple.elts.iter().collect(),
                one => vec![one],
            };
            generic(head, &arguments, module, depth + 1)
        }
        _ => Typed::any(),
    }
}

fn generic(head: &str, arguments: &[&Expr], module: &Module<'_>, depth: usize) -> Typed {
    let first = || {
        arguments
            .first()
            .map_or_else(Typed::any, |one| read(one, module, depth))
    };
    match head {
        "Optional" => Typed {
            optional: true,
            ..first()
        },
        "Union" => union(arguments, module, depth),
        "Annotated" | "Required" | "ReadOnly" | "Final" | "ClassVar" | "Awaitable" => first(),
        "Coroutine" => arguments
            .last()
            .map_or_else(Typed::any, |last| read(last, module, depth)),
        "NotRequired" => Typed {
            optional: true,
            ..first()
        },
        "list" | "List" | "Sequence" | "Iterable" | "Iterator" | "set" | "Set" | "frozenset"
        | "FrozenSet" | "deque" | "Collection" | "AsyncIterator" | "Generator" => {
            Typed::of(list_of(first().schema))
        }
        "tuple" | "Tuple" => match arguments {
            [one] | [one, Expr::EllipsisLiteral(_)] => {
                Typed::of(list_of(read(one, module, depth).schema))
            }
            _ => Typed::of(json!("array")),
        },
        "dict" | "Dict" | "Mapping" | "MutableMapping" | "defaultdict" | "OrderedDict"
        | "Counter" => Typed::of(json!("object")),
        "Literal" => Typed::of(choices(
            &arguments
                .iter()
                .filter_map(|one| json_of(one, module))
                .collect::<Vec<_>>(),
        )),
        _ => Typed::any(),
    }
}

fn list_of(item: Value) -> Value {
    match item {
        Value::String(word) if word == "any" => json!("array"),
        Value::String(word) => json!(format!("{word}[]")),
        other => json!([other]),
    }
}

/// One of these values.
pub(super) fn choices(values: &[Value]) -> Value {
    if !values.is_empty() && values.iter().all(Value::is_string) {
        json!({"type": "string", "enum": values})
    } else {
        json!({"enum": values})
    }
}

fn union(members: &[&Expr], module: &Module<'_>, depth: usize) -> Typed {
    let read: Vec<Typed> = members
        .iter()
        .map(|member| read(member, module, depth))
        .collect();
    let optional = read.iter().any(|typed| typed.optional);
    let mut schemas: Vec<Value> = Vec::new();
    for typed in read {
        if typed.schema != json!("null") && !schemas.contains(&typed.schema) {
            schemas.push(typed.schema);
        }
    }
    let schema = match schemas.as_slice() {
        [] => json!("null"),
        [one] => one.clone(),
        several => match several
            .iter()
            .map(|s| s.as_str().filter(|word| JSON_WORDS.contains(word)))
            .collect::<Option<Vec<_>>>()
        {
            Some(words) => json!({"type": words}),
            None => json!("any"),
        },
    };
    Typed { schema, optional }
}

const JSON_WORDS: &[&str] = &["string", "integer", "number", "boolean", "object", "array"];

fn named(expr: &Expr, module: &Module<'_>, depth: usize) -> Value {
    let Some(dotted) = module.dotted(expr) else {
        return json!("any");
    };
    if let Some(class) = module.class(&dotted) {
        return if depth < DEEPEST {
            class_schema(class, module, depth)
        } else {
            json!("object")
        };
    }
    let word = match dotted.rsplit('.').next().unwrap_or_default() {
        "str" | "bytes" | "LiteralString" => "string",
        "int" => "integer",
        "float" | "Decimal" | "Number" => "number",
        "bool" => "boolean",
        "dict" | "Dict" | "Mapping" | "MutableMapping" | "OrderedDict" => "object",
        "list" | "List" | "tuple" | "Tuple" | "set" | "Set" | "Sequence" | "Iterable" => "array",
        "None" => "null",
        "datetime" => "datetime",
        "date" => "date",
        "time" if dotted != "time" => "time",
        "UUID" => "uuid",
        "Path" | "PurePath" => "path",
        "Image" => "image",
        "File" | "FileRef" => "file",
        "EmailStr" => "email",
        "HttpUrl" | "AnyUrl" => "url",
        _ => match expr {
            // An alias: `Record = dict[str, str]`.
            Expr::Name(name) if depth < DEEPEST => {
                return module.constant(name.id.as_str()).map_or_else(
                    || json!("any"),
                    |alias| read(alias, module, depth + 1).schema,
                );
            }
            _ => "any",
        },
    };
    json!(word)
}

/// The fields of a class that only holds data: TypedDict, dataclass, model, named tuple, enum.
fn class_schema(class: &StmtClassDef, module: &Module<'_>, depth: usize) -> Value {
    let bases: Vec<String> = class
        .arguments
        .iter()
        .flat_map(|arguments| arguments.args.iter())
        .filter_map(|base| module.dotted(base))
        .collect();
    if bases.iter().any(|base| base.ends_with("Enum")) {
        let values = class.body.iter().filter_map(|stmt| match stmt {
            Stmt::Assign(assign) => json_of(&assign.value, module),
            _ => None,
        });
        return choices(&values.collect::<Vec<_>>());
    }
    let partial = class.arguments.as_ref().is_some_and(|arguments| {
        arguments.keywords.iter().any(|keyword| {
            keyword
                .arg
                .as_ref()
                .is_some_and(|name| name.as_str() == "total")
                && matches!(&keyword.value, Expr::BooleanLiteral(flag) if !flag.value)
        })
    });
    let mut fields = Map::new();
    for base in bases
        .iter()
        .filter_map(|base| module.class(base))
        .filter(|base| base.name != class.name)
    {
        if depth < DEEPEST
            && let Value::Object(inherited) = class_schema(base, module, depth + 1)
        {
            fields.extend(inherited);
        }
    }
    for stmt in &class.body {
        if let Stmt::AnnAssign(field) = stmt
            && let Expr::Name(name) = &*field.target
        {
            let typed = read(&field.annotation, module, depth + 1);
            let optional = typed.optional || field.value.is_some() || partial;
            insert(&mut fields, name.id.as_str(), typed.schema, optional);
        }
    }
    if fields.is_empty() {
        json!("object")
    } else {
        Value::Object(fields)
    }
}

/// Adds a field; what may be left out is marked with `?` where shorthand has room for it.
pub(super) fn insert(fields: &mut Map<String, Value>, name: &str, schema: Value, optional: bool) {
    match schema {
        Value::String(word) if optional => {
            drop(fields.insert(name.to_owned(), json!(format!("{word}?"))));
        }
        other if optional => drop(fields.insert(format!("{name}?"), other)),
        other => drop(fields.insert(name.to_owned(), other)),
    }
}
