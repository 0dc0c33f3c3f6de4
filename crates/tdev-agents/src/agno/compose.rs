//! Composition: the components that are there, put together by the composer's search, held to what
//! the spec asks for.

mod each;

use std::sync::Arc;

use serde_json::{Value, json};
use tdev_core::agent_io::AgentSpec;
use tdev_core::component::{Component, Status};
use tdev_core::nearest::did_you_mean;
use tdev_core::schema::{Fit, Schema, fit};
use tdev_core::{Code, Error, Result};

use super::candidate::{Origin, Written};
use super::{Work, composed, name};
use crate::composer::{Composition, Draft, Given, Source};

/// Components that may be built on: stable ones, experimental ones where asked, and of those the
/// ones the spec names.
///
/// # Errors
/// `ComponentNotFound` for a name in `spec.tools` that is none of them.
pub(super) fn usable(
    spec: &AgentSpec,
    all: &[Arc<Component>],
    allow_experimental: bool,
) -> Result<Vec<Arc<Component>>> {
    let usable: Vec<Arc<Component>> = all
        .iter()
        .filter(|c| {
            c.status == Status::Stable || (allow_experimental && c.status == Status::Experimental)
        })
        .filter(|c| spec.tools.is_empty() || spec.tools.contains(&c.name))
        .filter(|c| spec.name.as_ref() != Some(&c.name))
        .cloned()
        .collect();
    match spec
        .tools
        .iter()
        .find(|name| usable.iter().all(|c| c.name != **name))
    {
        None => Ok(usable),
        Some(unknown) => Err(Error::new(
            Code::ComponentNotFound,
            format!("no component `{unknown}` to build on"),
        )
        .field("spec.tools")
        .hint_opt(did_you_mean(unknown, all.iter().map(|c| c.name.as_str())))),
    }
}

/// Components the search is given; registries up to this size it is given whole.
const SHORTLIST: usize = 128;

/// The components a composition may be found among: all where they are few, else those the goal
/// may need, those that take what is given and those that give what is wanted.
async fn near(work: &Work<'_>, components: &[Arc<Component>]) -> Result<Vec<Arc<Component>>> {
    if components.len() <= SHORTLIST {
        return Ok(components.to_vec());
    }
    let spec = &work.spec;
    let fields = |schema: &Schema| -> String {
        let names: Vec<String> = schema.fields().into_iter().map(|f| f.name).collect();
        names.join(" ")
    };
    // What a spec says of its fields is a part of its goal.
    let wanted = format!(
        "{} {} {}",
        spec.goal,
        fields(&spec.input_schema),
        fields(&spec.output_schema)
    );
    let found = work
        .deps
        .retriever
        .shortlist(wanted.trim(), components, SHORTLIST, |_| true)
        .await?;
    let mut chosen: Vec<_> = found.candidates.into_iter().map(|c| c.component).collect();
    // The order in which components are looked at decides between equals.
    chosen.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(chosen)
}

/// An agent composed of these components, or why none can be.
///
/// # Errors
/// What a hosted model or the store of vectors says.
pub(super) async fn propose(
    work: &Work<'_>,
    components: &[Arc<Component>],
) -> Result<Result<(Written, Origin), String>> {
    let spec = &work.spec;
    let inputs: Vec<(String, Value)> = spec
        .input_schema
        .fields()
        .into_iter()
        .map(|f| (f.name, f.schema))
        .collect();
    let given = Given {
        inputs: &inputs,
        preferred: &[],
        avoided: &[],
    };
    let library = work
        .workbench
        .library(near(work, components).await?)
        .await?;
    let found = work.workbench.compose(&spec.goal, &library, &given).await?;
    let whole = written(spec, &work.taken, &found);
    let (Err(_), Some(one)) = (&whole, each::one_of(spec)) else {
        return Ok(whole);
    };
    // What is done with each of a list is what is done with one, as often as there are items.
    let inputs = [(one.name.clone(), one.schema.clone())];
    let given = Given {
        inputs: &inputs,
        ..given
    };
    let mut found = work.workbench.compose(&one.goal, &library, &given).await?;
    if each::spread(&mut found.draft, &one) {
        return Ok(written(spec, &work.taken, &found).or(whole));
    }
    Ok(whole)
}

/// A composition as a component, or why it is none.
fn written(
    spec: &AgentSpec,
    taken: &[String],
    found: &Composition,
) -> Result<(Written, Origin), String> {
    covers(spec, found)?;
    let name = match &spec.name {
        Some(name) => name.clone(),
        None => name::free(&name::derive(&found.draft), taken),
    };
    let written = composed::write(&name, spec, &found.draft).map_err(|e| e.message)?;
    let outputs = written.output.fields();
    if let Some(lacking) = spec.output_schema.fields().iter().find(|want| {
        want.required
            && !outputs.iter().any(|out| {
                out.name == want.name && !matches!(fit(&out.schema, &want.schema), Fit::No(_))
            })
    }) {
        return Err(format!("no component found gives `{}`", lacking.name));
    }
    let tools: Vec<String> = found
        .draft
        .nodes
        .iter()
        .map(|n| n.component.pinned().to_string())
        .collect();
    let facts = json!({"built_on": tools, "reasons": found.reasons});
    Ok((
        written,
        Origin {
            mind: "composer",
            facts,
        },
    ))
}

/// Holds a composition to its spec: everything covered, nothing asked for that is not given,
/// nothing that was said left out.
fn covers(spec: &AgentSpec, found: &Composition) -> Result<(), String> {
    if found.draft.nodes.is_empty() || !found.uncovered.is_empty() {
        let what = if found.uncovered.is_empty() {
            spec.goal.clone()
        } else {
            found.uncovered.join("” and “")
        };
        return Err(format!("no component covers “{what}”"));
    }
    let known = spec.input_schema.fields();
    if spec.input_schema.is_described()
        && let Some(lacking) = found
            .draft
            .inputs
            .iter()
            .find(|f| known.iter().all(|k| k.name != f.name))
    {
        return Err(format!(
            "nothing in the spec gives `{}` ({})",
            lacking.name,
            lacking.type_name()
        ));
    }
    match said(&spec.goal)
        .into_iter()
        .find(|text| !heard(&found.draft, text))
    {
        Some(text) => Err(format!("no component found takes “{text}”")),
        None => Ok(()),
    }
}

/// What a goal says to the letter: quoted text and numbers.
fn said(goal: &str) -> Vec<String> {
    let Ok(pattern) =
        regex::Regex::new(r#""([^"]+)"|“([^”]+)”|`([^`]+)`|(?:^|\s)(-?\d+(?:\.\d+)?)\b"#)
    else {
        return Vec::new();
    };
    pattern
        .captures_iter(goal)
        .filter_map(|found| Some(found.iter().skip(1).flatten().next()?.as_str().to_owned()))
        .collect()
}

/// Whether it stands in a draft, alone or in a longer text.
fn heard(draft: &Draft, text: &str) -> bool {
    draft.nodes.iter().any(|node| {
        let bound = node.bindings.iter().any(|binding| match &binding.source {
            Source::Literal(value) => value.to_string().contains(text),
            _ => false,
        });
        bound || node.condition.as_ref().is_some_and(|c| c.contains(text))
    })
}
