//! What a goal needs and the registry lacks, said precisely enough to be generated.

use std::sync::Arc;

use serde_json::{Map, Value, json};
use tdev_core::agent_io::{AgentSpec, Plan, PlanRequest};
use tdev_core::component::{Component, Example, Kind};
use tdev_core::schema::Schema;
use tdev_core::{Code, Error, Result};

use crate::composer::{Composition, Source, stems};

/// Tools in a row and no agent that is the row: the row becomes the spec of one.
pub(super) fn chain(request: &PlanRequest, found: &Composition) -> Plan {
    let draft = &found.draft;
    let fields = |sources: Vec<(usize, Option<&String>)>| {
        let mut properties = Map::new();
        for (at, field) in sources {
            for out in draft
                .nodes
                .get(at)
                .map(|n| n.component.output_schema.fields())
                .unwrap_or_default()
            {
                if field.is_none_or(|name| *name == out.name) {
                    properties.insert(out.name.clone(), out.schema.clone());
                }
            }
        }
        properties
    };
    let sources: Vec<(usize, Option<&String>)> = if draft.outputs.is_empty() {
        draft.sinks().into_iter().map(|at| (at, None)).collect()
    } else {
        draft
            .outputs
            .iter()
            .filter_map(|source| match source {
                Source::Output { node, field } => Some((*node, field.as_ref())),
                _ => None,
            })
            .collect()
    };
    let inputs: Map<String, Value> = draft
        .inputs
        .iter()
        .map(|f| (f.name.clone(), f.schema.clone()))
        .collect();
    let given: Map<String, Value> = request
        .inputs
        .iter()
        .filter(|(name, _)| inputs.contains_key(*name))
        .map(|(n, v)| (n.clone(), v.clone()))
        .collect();
    // What the run itself brings is the first test, where it brings all.
    let examples = if given.len() == inputs.len() && !inputs.is_empty() {
        vec![Example {
            input: Value::Object(given),
            output: json!({}),
        }]
    } else {
        Vec::new()
    };
    let tools: Vec<String> = draft
        .nodes
        .iter()
        .map(|n| n.component.name.clone())
        .collect();
    let spec = AgentSpec {
        kind: Some(Kind::Agent),
        goal: request.goal.clone(),
        input_schema: Schema::of_fields(inputs),
        output_schema: Schema::of_fields(fields(sources)),
        tools: tools.clone(),
        examples,
        ..AgentSpec::default()
    };
    Plan {
        workflow: super::nothing(),
        missing: vec![spec],
        rationale: format!(
            "no agent covers the goal; {} in a row would",
            tools.join(" and ")
        ),
        confidence: found.coverage,
        provenance: None,
    }
}

/// Words that nothing in the registry answers. Without a model nothing can be composed from
/// nothing, so the run ends here, naming what is near.
pub(super) fn uncovered(
    request: &PlanRequest,
    first: &str,
    all: &[String],
    components: &[Arc<Component>],
) -> Result<Plan> {
    let words = stems(first);
    let mut near: Vec<(usize, &str)> = components
        .iter()
        .map(|c| {
            let offered = stems(&format!("{} {}", c.name, c.description));
            (
                words.iter().filter(|w| offered.contains(w)).count(),
                c.name.as_str(),
            )
        })
        .filter(|(shared, _)| *shared > 0)
        .collect();
    near.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(b.1)));
    let hint = if near.is_empty() {
        "`tdev list` shows what there is; `tdev init tool` starts what is missing".to_owned()
    } else {
        let names: Vec<String> = near
            .iter()
            .take(3)
            .map(|(_, name)| format!("`{name}`"))
            .collect();
        format!(
            "the nearest are {}; `tdev init tool` starts what is missing",
            names.join(", ")
        )
    };
    let quoted: Vec<String> = all.iter().map(|text| format!("“{text}”")).collect();
    Err(Error::new(
        Code::CapabilityMissing,
        format!("no component covers {}", quoted.join(" and ")),
    )
    .field("goal")
    .hint(hint)
    .details(json!({"goal": request.goal, "uncovered": all})))
}
