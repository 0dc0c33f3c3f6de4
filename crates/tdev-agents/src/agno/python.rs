//! A composition as Python source, through the template.

use minijinja::{Environment, context};
use serde_json::{Map, Value, json};
use tdev_core::agent_io::AgentSpec;
use tdev_core::component::{Kind, bare_name, kebab_case};
use tdev_core::schema::Schema;
use tdev_core::{Code, Error, Result};

use crate::composer::{Draft, Source};

const TEMPLATE: &str = include_str!("templates/agent.py.j2");

const KEYWORDS: &[&str] = &[
    "and",
    "as",
    "assert",
    "async",
    "await",
    "break",
    "class",
    "continue",
    "def",
    "del",
    "elif",
    "else",
    "except",
    "finally",
    "for",
    "from",
    "global",
    "if",
    "import",
    "in",
    "is",
    "lambda",
    "match",
    "nonlocal",
    "not",
    "or",
    "pass",
    "raise",
    "return",
    "self",
    "try",
    "while",
    "with",
    "yield",
    "item",
    "call_tool",
    "call_agent",
];

/// Source and what it takes and gives.
pub(super) struct Written {
    pub(super) code: String,
    pub(super) input: Schema,
    pub(super) output: Schema,
    /// The components it calls, by name.
    pub(super) tools: Vec<String>,
}

/// Writes the class of a composition.
pub(super) fn write(name: &str, spec: &AgentSpec, draft: &Draft) -> Result<Written> {
    if let Some(node) = draft.nodes.iter().find(|n| n.condition.is_some()) {
        return Err(Error::new(
            Code::CapabilityMissing,
            format!(
                "the condition on `{}` cannot be written into an agent",
                node.component.name
            ),
        )
        .field("spec.goal")
        .hint("a condition belongs to a workflow: `tdev compose` the goal instead"));
    }
    let parameters: Vec<String> = draft.inputs.iter().map(|f| f.name.clone()).collect();
    if let Some(odd) = parameters.iter().find(|p| !is_identifier(p)) {
        return Err(Error::new(
            Code::InvalidInput,
            format!("the input `{odd}` cannot be a Python parameter"),
        )
        .field("spec.input_schema"));
    }
    let variables = variables(draft, &parameters);
    let mut body = Vec::new();
    for (node, variable) in draft.nodes.iter().zip(&variables) {
        let call = if node.component.kind == Kind::Tool {
            "call_tool"
        } else {
            "call_agent"
        };
        let arguments: Vec<String> = node
            .bindings
            .iter()
            .map(|binding| {
                let value = value_of(&binding.source, &variables);
                if is_identifier(&binding.field) {
                    format!("{}={value}", binding.field)
                } else {
                    format!("**{{{}: {value}}}", literal(&json!(binding.field)))
                }
            })
            .collect();
        let expression = format!(
            "{call}({}{}{})",
            literal(&json!(node.component.name)),
            if arguments.is_empty() { "" } else { ", " },
            arguments.join(", ")
        );
        body.push(match &node.each {
            None => format!("{variable} = {expression}"),
            Some(list) => format!(
                "{variable} = [{expression} for item in {}]",
                value_of(list, &variables)
            ),
        });
    }
    let outputs = outputs(draft, &variables);
    let pairs: Vec<String> = outputs
        .iter()
        .map(|(name, value, _)| format!("{}: {value}", literal(&json!(name))))
        .collect();
    let input = Schema::of_fields(
        draft
            .inputs
            .iter()
            .map(|f| (f.name.clone(), f.schema.clone())),
    );
    let output = Schema::of_fields(
        outputs
            .iter()
            .map(|(name, _, schema)| (name.clone(), schema.clone())),
    );
    let mut tools: Vec<String> = Vec::new();
    for node in &draft.nodes {
        if !tools.contains(&node.component.name) {
            tools.push(node.component.name.clone());
        }
    }
    let mut imports: Vec<&str> = Vec::new();
    for kind in [Kind::Tool, Kind::Agent] {
        if draft
            .nodes
            .iter()
            .any(|n| (n.component.kind == Kind::Tool) == (kind == Kind::Tool))
        {
            imports.push(if kind == Kind::Tool {
                "call_tool"
            } else {
                "call_agent"
            });
        }
    }
    imports.sort_unstable();
    let code = render(&context! {
        name, imports, parameters, body, tools,
        description => one_line(&spec.goal),
        input => shorthand(&input),
        output => shorthand(&output),
        tags => super::tags(spec),
        result => format!("{{{}}}", pairs.join(", ")),
    })?;
    Ok(Written {
        code,
        input,
        output,
        tools,
    })
}

fn render(context: &minijinja::Value) -> Result<String> {
    let internal = |e: minijinja::Error| {
        Error::new(
            Code::Internal,
            format!("the agent template cannot be rendered: {e}"),
        )
    };
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
    environment.set_keep_trailing_newline(true);
    environment.add_filter("py", |value: minijinja::Value| {
        let value: Value = serde_json::to_value(value).unwrap_or_default();
        literal(&value)
    });
    environment
        .add_template("agent.py", TEMPLATE)
        .map_err(internal)?;
    environment
        .get_template("agent.py")
        .and_then(|t| t.render(context))
        .map_err(internal)
}

/// A JSON value as a Python literal.
fn literal(value: &Value) -> String {
    match value {
        Value::Null => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Array(items) => format!(
            "[{}]",
            items.iter().map(literal).collect::<Vec<_>>().join(", ")
        ),
        Value::Object(map) => {
            let pairs: Vec<String> = map
                .iter()
                .map(|(k, v)| format!("{}: {}", literal(&json!(k)), literal(v)))
                .collect();
            format!("{{{}}}", pairs.join(", "))
        }
        // JSON's escapes are Python's.
        scalar => scalar.to_string(),
    }
}

fn value_of(source: &Source, variables: &[String]) -> String {
    let variable = |node: usize| variables.get(node).cloned().unwrap_or_default();
    let key = |field: &str| literal(&json!(field));
    match source {
        Source::Literal(value) => literal(value),
        Source::Input(name) => name.clone(),
        Source::Output {
            node,
            field: Some(field),
        } => format!("{}[{}]", variable(*node), key(field)),
        Source::Output { node, field: None } => variable(*node),
        Source::Item(Some(field)) => format!("item[{}]", key(field)),
        Source::Item(None) => "item".to_owned(),
    }
}

/// What the agent returns: name, expression and schema of each field.
fn outputs(draft: &Draft, variables: &[String]) -> Vec<(String, String, Value)> {
    let sources: Vec<Source> = if draft.outputs.is_empty() {
        draft
            .sinks()
            .into_iter()
            .flat_map(|at| {
                let node = draft.nodes.get(at);
                let looped = node.is_some_and(|n| n.each.is_some());
                let fields = node
                    .map(|n| n.component.output_schema.fields())
                    .unwrap_or_default();
                if looped || fields.is_empty() {
                    vec![Source::Output {
                        node: at,
                        field: None,
                    }]
                } else {
                    fields
                        .into_iter()
                        .map(|f| Source::Output {
                            node: at,
                            field: Some(f.name),
                        })
                        .collect()
                }
            })
            .collect()
    } else {
        draft.outputs.clone()
    };
    let mut named: Map<String, Value> = Map::new();
    let mut found = Vec::new();
    for source in sources {
        let Source::Output { node, field } = &source else {
            continue;
        };
        let variable = variables.get(*node).cloned().unwrap_or_default();
        let Some(producer) = draft.nodes.get(*node) else {
            continue;
        };
        let looped = producer.each.is_some();
        let own = field
            .as_ref()
            .and_then(|f| producer.component.output_schema.field(f))
            .map_or_else(|| json!({}), |f| f.schema);
        let schema = if looped {
            json!({"type": "array", "items": own})
        } else {
            own
        };
        let name = match field {
            Some(field) if !named.contains_key(field) => field.clone(),
            Some(field) => format!("{variable}_{field}"),
            None => variable.clone(),
        };
        let optional = field
            .as_ref()
            .and_then(|f| producer.component.output_schema.field(f))
            .is_some_and(|f| !f.required);
        let expression = match field {
            Some(field) if looped => {
                format!("[each[{}] for each in {variable}]", literal(&json!(field)))
            }
            Some(field) if optional => format!("{variable}.get({})", literal(&json!(field))),
            _ => value_of(&source, variables),
        };
        if optional && !looped {
            continue;
        }
        named.insert(name.clone(), Value::Null);
        found.push((name, expression, schema));
    }
    found
}

fn variables(draft: &Draft, parameters: &[String]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for node in &draft.nodes {
        let name = &node.component.name;
        let stem = kebab_case(bare_name(name)).replace('-', "_");
        let clashes = |candidate: &String| {
            names.contains(candidate)
                || parameters.contains(candidate)
                || KEYWORDS.contains(&candidate.as_str())
        };
        let free = std::iter::once(stem.clone())
            .chain((2..).map(|n| format!("{stem}_{n}")))
            .find(|c| !clashes(c));
        names.push(free.unwrap_or(stem));
    }
    names
}

/// Schemas as an author would write them, where the shorthand can say it.
fn shorthand(schema: &Schema) -> Value {
    let fields = schema.fields();
    let plain = fields.iter().all(|f| {
        f.type_name() != "object" && f.type_name() != "array" && f.schema.get("enum").is_none()
    });
    if !plain {
        return schema.json_schema().clone();
    }
    Value::Object(
        fields
            .iter()
            .map(|f| (f.name.clone(), json!(f.type_name())))
            .collect(),
    )
}

fn one_line(text: &str) -> String {
    text.split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .replace("\"\"\"", "'''")
        .replace('\\', "/")
}

fn is_identifier(name: &str) -> bool {
    name.chars()
        .next()
        .is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && !KEYWORDS.contains(&name)
}
