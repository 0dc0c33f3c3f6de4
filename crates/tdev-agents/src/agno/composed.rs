//! A composition as Python source, through the template.

use minijinja::context;
use serde_json::{Map, Value, json};
use tdev_core::agent_io::AgentSpec;
use tdev_core::component::{Kind, bare_name, kebab_case};
use tdev_core::schema::{Fit, Schema, fit};
use tdev_core::workflow::{Comparison, Condition, Operand, Root, Segment};
use tdev_core::{Code, Error, Result};

use super::candidate::{Written, tags};
use super::literal::{is_identifier, literal, one_line, render, shorthand};
use crate::composer::{Draft, Source};

const TEMPLATE: &str = include_str!("templates/agent.py.j2");

/// Writes the class of a composition.
pub(super) fn write(name: &str, spec: &AgentSpec, draft: &Draft) -> Result<Written> {
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
        let condition = node
            .condition
            .as_deref()
            .map(|text| condition(text, &variables))
            .transpose()?;
        // A condition on the item is asked of each; any other one once, before the loop.
        let (of_item, of_all) = match condition {
            Some((text, true)) => (format!(" if {text} else None"), None),
            Some((text, false)) => (String::new(), Some(text)),
            None => (String::new(), None),
        };
        let value = match &node.each {
            None => expression,
            Some(list) => format!(
                "[{expression}{of_item} for item in {}]",
                value_of(list, &variables)
            ),
        };
        body.push(match of_all {
            None => format!("{variable} = {value}"),
            Some(text) => format!("{variable} = {value} if {text} else None"),
        });
    }
    let mut outputs = outputs(draft, &variables);
    as_wanted(&mut outputs, spec);
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
    let code = render(
        TEMPLATE,
        &context! {
            name, imports, parameters, body, tools,
            description => one_line(&spec.goal),
            input => shorthand(&input),
            output => shorthand(&output),
            tags => tags(spec),
            result => format!("{{{}}}", pairs.join(", ")),
        },
    )?;
    let mut permissions: Vec<String> = Vec::new();
    for permission in draft.nodes.iter().flat_map(|n| &n.component.permissions) {
        if !permissions.contains(permission) {
            permissions.push(permission.clone());
        }
    }
    Ok(Written {
        name: name.to_owned(),
        code,
        input,
        output,
        tools,
        permissions,
        secrets: Vec::new(),
        side_effects: draft.nodes.iter().any(|n| n.component.side_effects),
    })
}

/// Outputs are called as the spec calls them: one that has no name of its own there, and the only
/// one of the spec that has none here, are the same where their types fit.
fn as_wanted(outputs: &mut [(String, String, Value)], spec: &AgentSpec) {
    let wanted = spec.output_schema.fields();
    let lacking: Vec<_> = wanted
        .iter()
        .filter(|w| w.required && outputs.iter().all(|(name, _, _)| *name != w.name))
        .collect();
    let mut spare: Vec<&mut (String, String, Value)> = outputs
        .iter_mut()
        .filter(|(name, _, _)| wanted.iter().all(|w| w.name != *name))
        .collect();
    if let ([field], [output]) = (lacking.as_slice(), spare.as_mut_slice())
        && fit(&output.2, &field.schema) == Fit::Yes
    {
        output.0.clone_from(&field.name);
    }
}

/// A draft's condition in Python, and whether it speaks of the loop's item.
fn condition(text: &str, variables: &[String]) -> Result<(String, bool)> {
    // Drafts name steps by their position, which no step's name can be.
    let parsed = Condition::parse(&text.replace("${#", "${at_"))?;
    let item = parsed
        .references()
        .iter()
        .any(|r| r.paths.iter().any(|p| p.root == Root::Item));
    Ok((in_python(&parsed, variables)?, item))
}

fn in_python(condition: &Condition, variables: &[String]) -> Result<String> {
    let deeper = |inner: &Condition| in_python(inner, variables);
    let value = |operand: &Operand| operand_in_python(operand, variables);
    Ok(match condition {
        Condition::And(a, b) => format!("({} and {})", deeper(a)?, deeper(b)?),
        Condition::Or(a, b) => format!("({} or {})", deeper(a)?, deeper(b)?),
        Condition::Not(inner) => format!("not {}", deeper(inner)?),
        Condition::Truth(operand) => format!("{} is True", value(operand)?),
        Condition::Compare(a, how, b) => {
            let (a, b) = (value(a)?, value(b)?);
            match how {
                Comparison::Equal => format!("{a} == {b}"),
                Comparison::NotEqual => format!("{a} != {b}"),
                Comparison::Less => format!("{a} < {b}"),
                Comparison::LessOrEqual => format!("{a} <= {b}"),
                Comparison::Greater => format!("{a} > {b}"),
                Comparison::GreaterOrEqual => format!("{a} >= {b}"),
                Comparison::In => format!("{a} in {b}"),
                Comparison::Contains => format!("{b} in {a}"),
            }
        }
    })
}

fn operand_in_python(operand: &Operand, variables: &[String]) -> Result<String> {
    let reference = match operand {
        Operand::Literal(value) => return Ok(literal(value)),
        Operand::Reference(reference) => reference,
    };
    let unknown = || {
        Error::new(
            Code::CapabilityMissing,
            "a condition of the plan cannot be written into an agent",
        )
        .field("spec.goal")
        .hint("a condition belongs to a workflow: `tdev compose` the goal instead")
    };
    let [path] = reference.paths.as_slice() else {
        return Err(unknown());
    };
    let mut segments = path.segments.as_slice();
    let mut text = match &path.root {
        Root::Input => match segments {
            [Segment::Field(name), rest @ ..] => {
                segments = rest;
                name.clone()
            }
            _ => return Err(unknown()),
        },
        Root::Item => "item".to_owned(),
        Root::Index => return Err(unknown()),
        Root::Step(step) => step
            .strip_prefix("at_")
            .and_then(|at| variables.get(at.parse::<usize>().ok()?))
            .cloned()
            .ok_or_else(unknown)?,
    };
    for segment in segments {
        text.push_str(&match segment {
            Segment::Field(name) => format!("[{}]", literal(&json!(name))),
            Segment::Index(at) => format!("[{at}]"),
        });
    }
    Ok(text)
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
        let skipped = producer.condition.is_some();
        let own = field
            .as_ref()
            .and_then(|f| producer.component.output_schema.field(f))
            .map_or_else(|| json!({}), |f| f.schema);
        let schema = if skipped {
            json!({})
        } else if looped {
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
            Some(field) if looped && skipped => format!(
                "[each and each[{}] for each in {variable} or []]",
                literal(&json!(field))
            ),
            Some(field) if looped => {
                format!("[each[{}] for each in {variable}]", literal(&json!(field)))
            }
            Some(field) if skipped => {
                format!("{variable} and {variable}[{}]", literal(&json!(field)))
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
            names.contains(candidate) || parameters.contains(candidate) || !is_identifier(candidate)
        };
        let free = std::iter::once(stem.clone())
            .chain((2..).map(|n| format!("{stem}_{n}")))
            .find(|c| !clashes(c));
        names.push(free.unwrap_or(stem));
    }
    names
}
