//! The model mind: a body that must be invented is written by a language model, inspected and tried
//! like anything else, and given back with what was found at most twice.

pub(super) mod prompt;
mod talk;

use std::sync::Arc;

use serde_json::json;
use tdev_core::Result;
use tdev_core::agent_io::Generated;
use tdev_core::component::{Component, Kind};
use tdev_core::ports::LanguageModel;
use tdev_core::schema::{Fit, Schema, fit};

use super::candidate::{Origin, Written, kind_of};
use super::{Work, name};
use crate::classifier::{check_source, classify};
pub(super) use talk::{Answer, Talk};

/// Components it is told of.
const SHORTLIST: usize = 12;

/// Has a model write what the spec asks for.
///
/// # Errors
/// What the model's port says; `ModelRefused`; `ModelInvalid` where nothing it wrote can be used,
/// with what was found.
pub(super) async fn write(
    work: &Work<'_>,
    model: &dyn LanguageModel,
    usable: &[Arc<Component>],
) -> Result<Generated> {
    let kind = kind_of(&work.spec, Kind::Tool);
    let name = match &work.spec.name {
        Some(name) => name.clone(),
        None => name::free(
            &name::with_kind(&name::of_goal(&work.spec.goal), kind),
            &work.taken,
        ),
    };
    let offered = offered(work, usable).await?;
    let asked = prompt::user(&work.spec, &name, kind, &offered);
    let mut talk = Talk::new(model, prompt::WRITE, asked);
    while let Some(answer) = talk.next(&work.scope).await? {
        let found = match inspected(work, &name, kind, &offered, &answer) {
            Err(findings) => findings,
            Ok(written) => {
                let mut facts = talk.facts(&answer);
                facts["tools"] = json!(written.tools);
                let origin = Origin {
                    mind: "model",
                    facts,
                };
                match work.tried(kind, written, origin).await? {
                    Ok((generated, _)) => return Ok(generated),
                    Err(rejected) => vec![rejected.why],
                }
            }
        };
        talk.found(found);
    }
    Err(talk.given_up())
}

/// The components it may build on, those that the goal may need.
async fn offered(work: &Work<'_>, usable: &[Arc<Component>]) -> Result<Vec<Arc<Component>>> {
    let found = work
        .deps
        .retriever
        .shortlist(&work.spec.goal, usable, SHORTLIST, |_| true)
        .await?;
    Ok(found.candidates.into_iter().map(|c| c.component).collect())
}

/// Everything that can be known of the answer without running it.
fn inspected(
    work: &Work<'_>,
    name: &str,
    kind: Kind,
    offered: &[Arc<Component>],
    answer: &Answer,
) -> Result<Written, Vec<String>> {
    let code = format!("{}\n", answer.code.trim_end());
    let findings = check_source(&code).map_err(|e| vec![e.message])?;
    if !findings.is_empty() {
        return Err(findings
            .iter()
            .map(|f| format!("line {}: {}", f.line, f.message))
            .collect());
    }
    let class = classify(&code, None).map_err(|e| vec![e.message])?;
    let mut found = Vec::new();
    if class.name != name || class.component_type != kind {
        found.push(format!(
            "it must be the {} `{name}`, and it is the {} `{}`",
            kind.as_str(),
            class.component_type.as_str(),
            class.name
        ));
    }
    for tool in &class.tools {
        if offered.iter().all(|c| c.name != *tool) {
            found.push(format!(
                "`{tool}` is none of the components that may be called"
            ));
        }
    }
    let spec = &work.spec;
    let outputs = class.output_schema.fields();
    for want in spec.output_schema.fields().iter().filter(|f| f.required) {
        let given = outputs.iter().find(|out| out.name == want.name);
        match given.map(|out| fit(&out.schema, &want.schema)) {
            None if class.output_schema.is_described() => {
                found.push(format!("it does not return `{}`", want.name));
            }
            Some(Fit::No(why)) => found.push(format!("`{}`: {why}", want.name)),
            _ => {}
        }
    }
    for need in class.input_schema.fields().iter().filter(|f| f.required) {
        if spec.input_schema.is_described() && spec.input_schema.field(&need.name).is_none() {
            found.push(format!("it needs `{}`, which nobody gives", need.name));
        }
    }
    if !found.is_empty() {
        return Err(found);
    }
    let called: Vec<&Arc<Component>> = offered
        .iter()
        .filter(|c| class.tools.contains(&c.name))
        .collect();
    let mut permissions = class.permissions;
    for permission in called.iter().flat_map(|c| &c.permissions) {
        if !permissions.contains(permission) {
            permissions.push(permission.clone());
        }
    }
    let or = |said: &Schema, read: Schema| {
        if said.is_described() {
            said.clone()
        } else {
            read
        }
    };
    Ok(Written {
        name: name.to_owned(),
        code,
        input: or(&spec.input_schema, class.input_schema),
        output: or(&spec.output_schema, class.output_schema),
        tools: class.tools,
        permissions,
        secrets: class.secrets,
        side_effects: called.iter().any(|c| c.side_effects),
    })
}
