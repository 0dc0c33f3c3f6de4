//! How a flaw of a plan could be mended: which reference was meant, what a field could be given,
//! which component could stand in for another.

use serde_json::{Value, json};
use tdev_core::agent_io::Remedy;
use tdev_core::nearest::nearest;
use tdev_core::schema::{Field, Fit, fit};
use tdev_core::workflow::{Action, Catalog, Root, Segment, Template, Workflow};

use super::graph::{Node, strings};
use super::sources::{best, depends, sources};
use super::stand_in::{added, substitute};

/// A change that would mend a step, or the plan's output where no step is named.
#[derive(Debug, Clone)]
pub(super) struct Mend {
    /// The step.
    pub(super) step: Option<String>,
    /// Its input field, where it is about one.
    pub(super) field: Option<String>,
    /// What to do, for people.
    pub(super) message: String,
    /// What to do, for the planner.
    pub(super) remedy: Remedy,
}

/// Every change by which references and inputs of a plan would fit.
pub(super) fn mends(workflow: &Workflow, nodes: &[Node<'_>], catalog: &Catalog) -> Vec<Mend> {
    let mut all = Vec::new();
    for (at, node) in nodes.iter().enumerate() {
        if let Action::Call { component, .. } = &node.step.action
            && !node.known
        {
            let by = substitute(node, workflow, nodes, catalog);
            let message = by.as_ref().map_or_else(
                || format!("find another component than `{}`", component.name),
                |by| format!("replace `{}` by `{by}`", component.name),
            );
            all.push(Mend {
                step: Some(node.step.id.clone()),
                field: None,
                message,
                remedy: Remedy::ReplaceComponent { by },
            });
        }
        let ([component], Some(Value::Object(input))) = (node.components.as_slice(), node.input())
        else {
            continue;
        };
        let fields = component.input_schema.fields();
        let strange =
            |name: &&String| !fields.is_empty() && fields.iter().all(|f| f.name != **name);
        for name in input.keys().filter(strange) {
            all.push(Mend {
                step: Some(node.step.id.clone()),
                field: Some(name.clone()),
                message: format!(
                    "leave `{name}` out: `{}` takes no such field",
                    component.name
                ),
                remedy: Remedy::DropInput {
                    field: name.clone(),
                },
            });
        }
        for field in fields {
            match input.get(&field.name) {
                None if field.required => all.extend(bound(at, &field, None, workflow, nodes)),
                None => {}
                Some(given) => all.extend(fitted(at, &field, given, workflow, nodes, catalog)),
            }
        }
    }
    if let Some(output) = &workflow.output {
        all.extend(output_mends(output, workflow, nodes));
    }
    all
}

/// A value for a field that has none, or none that fits.
fn bound(
    at: usize,
    field: &Field,
    was: Option<&str>,
    workflow: &Workflow,
    nodes: &[Node<'_>],
) -> Option<Mend> {
    let node = nodes.get(at)?;
    let found = best(at, &field.name, &field.schema, was, workflow, nodes)?;
    Some(Mend {
        step: Some(node.step.id.clone()),
        field: Some(field.name.clone()),
        message: format!("give `{}` the value `{}`", field.name, found.reference),
        remedy: Remedy::BindInput {
            field: field.name.clone(),
            to: json!(found.reference),
        },
    })
}

/// Mends what a field is given, where that is broken or does not fit.
fn fitted(
    at: usize,
    field: &Field,
    given: &Value,
    workflow: &Workflow,
    nodes: &[Node<'_>],
    catalog: &Catalog,
) -> Option<Mend> {
    let Value::String(text) = given else {
        let constant = !given.to_string().contains("${");
        let wrong = constant && matches!(fit(&json!({"const": given}), &field.schema), Fit::No(_));
        return wrong
            .then(|| bound(at, field, None, workflow, nodes))
            .flatten();
    };
    let template = Template::parse(text).ok()?;
    let whole = template.whole().is_some();
    for reference in template.references() {
        for path in &reference.paths {
            let broken = match &path.root {
                Root::Input => path.segments.first().is_some_and(|first| {
                    let name = segment(first);
                    name.is_some_and(|name| {
                        workflow.input_schema.is_described()
                            && workflow.input_schema.field(name).is_none()
                    })
                }),
                Root::Step(id) => {
                    let other = nodes.iter().position(|n| n.step.id == *id);
                    other.is_none_or(|other| {
                        other == at
                            // Of a circle, the reference to what stands below is the wrong one.
                            || (other > at && depends(nodes, other, at))
                            || lacks(nodes.get(other), path.segments.first().and_then(segment))
                            || (whole
                                && misfits(
                                    nodes.get(other),
                                    path.segments.first().and_then(segment),
                                    &field.schema,
                                ))
                    })
                }
                Root::Item | Root::Index => false,
            };
            if !broken {
                continue;
            }
            // A slip in a step's id is put right before anything is added.
            if let Root::Step(id) = &path.root
                && nodes.iter().all(|n| n.step.id != *id)
                && let Some(near) = nearest(id, nodes.iter().map(|n| n.step.id.as_str()))
                && let Some(from) = written(text, None, &path.root)
            {
                let to = from.replacen(id.as_str(), near, 1);
                return Some(Mend {
                    step: nodes.get(at).map(|n| n.step.id.clone()),
                    field: Some(field.name.clone()),
                    message: format!("write `{to}` where `{from}` stands"),
                    remedy: Remedy::FixReference { from, to },
                });
            }
            if let (Root::Step(id), Some(name)) =
                (&path.root, path.segments.first().and_then(segment))
                && nodes.iter().all(|n| n.step.id != *id)
                && let Some(mend) = added(at, id, name, workflow, nodes, catalog)
            {
                return Some(mend);
            }
            let was = path.segments.iter().rev().find_map(segment);
            let from = written(text, path.segments.first().and_then(segment), &path.root)?;
            let wanted = if whole {
                field.schema.clone()
            } else {
                json!({})
            };
            let named = was.unwrap_or(&field.name);
            let found = best(at, &field.name, &wanted, Some(named), workflow, nodes)?;
            return Some(Mend {
                step: nodes.get(at).map(|n| n.step.id.clone()),
                field: Some(field.name.clone()),
                message: format!("write `{}` where `{from}` stands", found.reference),
                remedy: Remedy::FixReference {
                    from,
                    to: found.reference,
                },
            });
        }
    }
    None
}

/// The field a segment names.
pub(super) fn segment(segment: &Segment) -> Option<&str> {
    match segment {
        Segment::Field(name) => Some(name),
        Segment::Index(_) => None,
    }
}

/// The reference as it stands in a text, from `${` to `}`.
fn written(text: &str, field: Option<&str>, root: &Root) -> Option<String> {
    let root = match root {
        Root::Step(id) => id.as_str(),
        Root::Input => "input",
        Root::Item => "item",
        Root::Index => "index",
    };
    text.match_indices("${").find_map(|(start, _)| {
        let inside = text.get(start..)?;
        let end = inside.find('}')?;
        let whole = inside.get(..=end)?;
        (whole.contains(root) && field.is_none_or(|field| whole.contains(field)))
            .then(|| whole.to_owned())
    })
}

/// Whether a step's output has no such field.
fn lacks(node: Option<&Node<'_>>, field: Option<&str>) -> bool {
    let (Some(node), Some(field)) = (node, field) else {
        return false;
    };
    match (node.components.as_slice(), &node.step.each) {
        ([component], None) => {
            component.output_schema.is_described() && component.output_schema.field(field).is_none()
        }
        _ => false,
    }
}

fn misfits(node: Option<&Node<'_>>, field: Option<&str>, wanted: &Value) -> bool {
    let (Some(node), Some(field)) = (node, field) else {
        return false;
    };
    match (node.components.as_slice(), &node.step.each) {
        ([component], None) => component
            .output_schema
            .field(field)
            .is_some_and(|field| matches!(fit(&field.schema, wanted), Fit::No(_))),
        _ => false,
    }
}

fn output_mends(output: &Value, workflow: &Workflow, nodes: &[Node<'_>]) -> Vec<Mend> {
    let mut texts = Vec::new();
    strings(output, &mut |text| texts.push(text.to_owned()));
    let mut all = Vec::new();
    for text in texts {
        let Ok(template) = Template::parse(&text) else {
            continue;
        };
        for path in template.references().flat_map(|reference| &reference.paths) {
            let Root::Step(id) = &path.root else { continue };
            let name = path.segments.first().and_then(segment);
            let node = nodes.iter().find(|n| n.step.id == *id);
            if node.is_some() && !lacks(node, name) {
                continue;
            }
            let Some(from) = written(&text, name, &path.root) else {
                continue;
            };
            // The same step's other field, else the last thing that is made.
            let found = sources(None, workflow, nodes)
                .into_iter()
                .filter(|source| source.step.is_some())
                .max_by_key(|source| {
                    let same = source
                        .step
                        .and_then(|s| nodes.get(s))
                        .is_some_and(|n| n.step.id == *id);
                    let named = name.is_some_and(|name| name == source.field.name);
                    (named, same, source.step)
                });
            if let Some(found) = found {
                all.push(Mend {
                    step: None,
                    field: None,
                    message: format!(
                        "write `{}` where `{from}` stands in the output",
                        found.reference
                    ),
                    remedy: Remedy::FixReference {
                        from,
                        to: found.reference,
                    },
                });
            }
        }
    }
    all
}
