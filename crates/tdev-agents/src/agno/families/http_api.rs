//! Wrapper of one operation of an HTTP API, from an OpenAPI description that comes with the spec.
//!
//! The request leaves through the HTTP tools of the library, so the host is granted as everywhere:
//! by the tool's metadata and by `tdev.toml`.

mod openapi;

use serde_json::{Map, Value, json};
use tdev_core::component::{camel_case, snake_case};
use tdev_core::schema::Schema;

use super::super::candidate::Sketch;
use super::super::literal::is_identifier;
use super::super::wish::Wish;
use crate::composer::stems;
use openapi::{Document, Operation, Place};

pub(super) const NAME: &str = "http-api";

pub(super) fn recognise(wish: &Wish<'_>) -> Result<Vec<Sketch>, String> {
    let Some(attached) = wish.spec.attached.get("openapi") else {
        return Err("no OpenAPI description is attached".to_owned());
    };
    let document = Document::read(attached)?;
    let operation = chosen(wish.goal(), document.operations()?)?;
    let server = document.server(&operation)?;
    let tool = match operation.method.as_str() {
        "get" => "HttpFetchTool",
        "post" | "put" | "patch" | "delete" => "WebhookTool",
        other => {
            return Err(format!(
                "`{}` requests cannot be sent: `HttpFetchTool` gets, `WebhookTool` posts, puts, patches and deletes",
                other.to_uppercase()
            ));
        }
    };
    let auth = document.auth(&operation)?;
    let sends = operation.method != "get";
    let fields = fields(&operation)?;
    let properties: Map<String, Value> = fields
        .iter()
        .map(|f| (f.name.clone(), f.schema.clone()))
        .collect();
    let required: Vec<&String> = fields
        .iter()
        .filter(|f| f.required)
        .map(|f| &f.name)
        .collect();
    let input =
        Schema::new(json!({"type": "object", "properties": properties, "required": required}))
            .map_err(|e| e.message)?;
    // What the spec gives must be what the operation takes, where the spec says what it gives.
    if let Some(lacking) = fields
        .iter()
        .filter(|f| f.required && !wish.inputs.is_empty())
        .find(|f| wish.inputs.iter().all(|i| i.name != f.name))
    {
        return Err(format!(
            "the operation needs `{}`, which the spec does not give",
            lacking.name
        ));
    }
    if let Some(stray) = wish
        .inputs
        .iter()
        .find(|i| fields.iter().all(|f| f.name != i.name))
    {
        return Err(format!("the operation takes no `{}`", stray.name));
    }
    let answer = operation.answer.clone().unwrap_or_else(|| json!({}));
    let picks: Vec<&str> = wish.outputs.iter().map(|f| f.name.as_str()).collect();
    let known = answer.get("properties").and_then(Value::as_object);
    if let (Some(known), Some(stray)) = (
        known,
        picks.iter().find(|p| {
            !["status", "data"].contains(p) && known.is_some_and(|k| !k.contains_key(**p))
        }),
    ) {
        let names: Vec<&str> = known.keys().map(String::as_str).collect();
        return Err(format!(
            "its answer has no `{stray}`; it has {}",
            names.join(", ")
        ));
    }
    let whole = picks.is_empty() || picks.iter().all(|p| ["status", "data"].contains(p));
    let secret = auth.as_ref().map(|auth| {
        wish.spec
            .attached
            .get("secret")
            .and_then(Value::as_str)
            .map_or_else(|| auth.secret.clone(), str::to_owned)
    });
    let place = |wanted: Place| -> Vec<Value> {
        fields
            .iter()
            .filter(|f| f.place == wanted)
            .map(|f| json!({"name": f.name, "wire": f.wire, "required": f.required}))
            .collect()
    };
    let mut sketch = Sketch::pure(
        NAME,
        include_str!("../templates/http_api.py.j2"),
        json!({
            "server": server.url, "path": path_of(&operation.path, &fields)?, "tool": tool, "sends": sends,
            "method": operation.method.to_uppercase(),
            "query": place(Place::Query), "headers": place(Place::Header), "body": place(Place::Body),
            "whole_body": operation.body_is_whole, "in_path": place(Place::Path),
            "auth": auth.as_ref().map(|a| json!({
                "place": if a.place == Place::Header { "header" } else { "query" },
                "name": a.name, "prefix": a.prefix, "basic": a.basic
            })),
            "secret": secret, "whole": whole, "picks": picks,
        }),
    );
    sketch.stem = camel_case(&operation.name());
    sketch.input = input;
    sketch.output = if wish.outputs.is_empty() {
        Schema::of_fields([
            ("status".to_owned(), json!({"type": "integer"})),
            ("data".to_owned(), answer),
        ])
    } else {
        wish.spec.output_schema.clone()
    };
    sketch.uses = vec!["call_tool"];
    if !whole || fields.iter().any(|f| f.place == Place::Path) {
        sketch.uses.insert(0, "ToolError");
    }
    if secret.is_some() {
        sketch.uses.push("secret");
    }
    sketch.tools = vec![tool.to_owned()];
    sketch.permissions = vec![format!("net.http:{}", server.host)];
    sketch.secrets = secret.into_iter().collect();
    sketch.side_effects = sends;
    sketch.why = format!(
        "{} {} of {}",
        operation.method.to_uppercase(),
        operation.path,
        server.host
    );
    Ok(vec![sketch])
}

/// A field of the input and where it goes.
struct Given {
    /// As Python and the schema call it.
    name: String,
    /// As the API calls it.
    wire: String,
    place: Place,
    required: bool,
    schema: Value,
}

fn fields(operation: &Operation) -> Result<Vec<Given>, String> {
    let mut all: Vec<Given> = Vec::new();
    for parameter in &operation.parameters {
        if parameter.place == Place::Cookie {
            if parameter.required {
                return Err(format!(
                    "it needs the cookie `{}`, and no tool sends cookies",
                    parameter.name
                ));
            }
            continue;
        }
        let mut name = snake_case(&parameter.name);
        if is_identifier(&parameter.name) {
            name.clone_from(&parameter.name);
        }
        if !is_identifier(&name) {
            name = format!("{name}_");
        }
        if all.iter().any(|f| f.name == name) {
            name = format!("{name}_{}", parameter.place.as_str());
        }
        if !is_identifier(&name) {
            return Err(format!(
                "`{}` cannot be the name of an input",
                parameter.name
            ));
        }
        all.push(Given {
            name,
            wire: parameter.name.clone(),
            place: parameter.place,
            required: parameter.required,
            schema: parameter.schema.clone(),
        });
    }
    Ok(all)
}

/// The operation the goal means: the only one, or the one whose words it shares most of.
fn chosen(goal: &str, operations: Vec<Operation>) -> Result<Operation, String> {
    let words = stems(goal);
    let mut ranked: Vec<(usize, Operation)> = operations
        .into_iter()
        .map(|operation| {
            let own = stems(&operation.words());
            let shared = words.iter().filter(|w| own.contains(w)).count();
            let named = operation.id.as_deref().is_some_and(|id| goal.contains(id));
            (shared + if named { 100 } else { 0 }, operation)
        })
        .collect();
    ranked.sort_by_key(|(rank, _)| std::cmp::Reverse(*rank));
    let told: Vec<String> = ranked
        .iter()
        .take(5)
        .map(|(_, o)| format!("{} {}", o.method.to_uppercase(), o.path))
        .collect();
    let tied = matches!(ranked.as_slice(), [(a, _), (b, _), ..] if a == b);
    match ranked.into_iter().next() {
        None => Err("its description has no operation".to_owned()),
        Some(_) if tied => Err(format!(
            "the goal fits several operations alike, say which: {}",
            told.join(", ")
        )),
        Some((_, operation)) => Ok(operation),
    }
}

/// The path with Python's placeholders.
fn path_of(path: &str, fields: &[Given]) -> Result<String, String> {
    let mut text = String::new();
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, tail) = after
            .split_once('}')
            .ok_or_else(|| format!("the path `{path}` has an open bracket"))?;
        let field = fields
            .iter()
            .find(|f| f.place == Place::Path && f.wire == name)
            .ok_or_else(|| format!("the path's `{name}` is no parameter of the operation"))?;
        text.push_str(&plain(before)?);
        text.push_str(&format!("{{_part({})}}", field.name));
        rest = tail;
    }
    text.push_str(&plain(rest)?);
    Ok(text)
}

/// A piece of a path may hold nothing that means something to Python's format strings.
fn plain(text: &str) -> Result<String, String> {
    let odd = |c: char| !(c.is_ascii_alphanumeric() || "/-_.~:@!$&()*+,;=%".contains(c));
    match text.find(odd) {
        None => Ok(text.to_owned()),
        Some(_) => Err(format!("`{text}` is no piece of a path")),
    }
}
