//! What a goal needs and the registry lacks, said precisely enough to be generated.

use std::sync::Arc;

use serde_json::{Map, Value, json};
use tdev_core::agent_io::{AgentSpec, Plan, PlanRequest};
use tdev_core::component::{Component, Example, Kind};
use tdev_core::schema::Schema;
use tdev_core::{Code, Error};

use crate::agno::family_for;
use crate::composer::{Claim, Composition, Lack, Source, stems};

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

/// What each family does, by the verbs for it: what a goal names beside is no reason to write it.
const WRITES: &[(&str, &[&str])] = &[
    (
        "extraction",
        &[
            "extract", "find", "list", "get", "pull", "collect", "gather", "pick", "take",
            "identify", "scrape", "harvest",
        ],
    ),
    (
        "conversion",
        &[
            "convert",
            "turn",
            "transform",
            "change",
            "rewrite",
            "reformat",
            "translate",
            "export",
        ],
    ),
    (
        "rules",
        &[
            "classify", "label", "tag", "sort", "mark", "rate", "judge", "triage", "decide",
        ],
    ),
    (
        "lookup",
        &[
            "look",
            "lookup",
            "map",
            "replace",
            "find",
            "translate",
            "get",
            "tell",
        ],
    ),
    (
        "table",
        &[
            "filter",
            "keep",
            "sort",
            "group",
            "rename",
            "select",
            "drop",
            "remove",
            "sum",
            "total",
            "count",
            "compute",
            "calculate",
            "add",
        ],
    ),
];

/// The parts of a goal that no component covers, as specs to be generated together; nothing where
/// no family would write one of them. A language model says itself what it would write.
pub(super) fn parts(found: &Composition) -> Option<Plan> {
    // A condition or what is forbidden is nothing that could be generated.
    if found.lacks.is_empty() || found.lacks.len() < found.uncovered.len() {
        return None;
    }
    let specs: Vec<AgentSpec> = found
        .lacks
        .iter()
        .map(|lack| AgentSpec {
            kind: Some(Kind::Tool),
            goal: lack.wish.clone(),
            input_schema: Schema::of_fields(lack.inputs.clone()),
            output_schema: Schema::of_fields(lack.outputs.clone()),
            ..AgentSpec::default()
        })
        .map(bare)
        .collect();
    let written = |(lack, spec): (&Lack, &AgentSpec)| {
        let family = family_for(spec)?;
        let (_, verbs) = WRITES.iter().find(|(name, _)| *name == family)?;
        verbs.contains(&lack.verb.as_str()).then_some(family)
    };
    let pairs = found.lacks.iter().zip(&specs);
    let families: Vec<&str> = pairs.map(written).collect::<Option<_>>()?;
    let told: Vec<String> = found
        .lacks
        .iter()
        .zip(&families)
        .map(|(lack, family)| format!("“{}”, of the family {family}", lack.wish))
        .collect();
    Some(Plan {
        workflow: super::nothing(),
        missing: specs,
        rationale: format!(
            "to be generated first: {}",
            told.join(" and ").replace(';', ",")
        ),
        confidence: found.coverage,
        provenance: None,
    })
}

/// A spec whose schemas are not described where nothing is known of them.
fn bare(mut spec: AgentSpec) -> AgentSpec {
    if spec.input_schema.fields().is_empty() {
        spec.input_schema = Schema::default();
    }
    if spec.output_schema.fields().is_empty() {
        spec.output_schema = Schema::default();
    }
    spec
}

/// What of a goal no component covers, with what is near: the run ends here.
pub(super) fn uncovered(
    request: &PlanRequest,
    found: &Composition,
    components: &[Arc<Component>],
) -> Error {
    let goal = std::slice::from_ref(&request.goal);
    let all = match found.uncovered.as_slice() {
        [] => goal,
        several => several,
    };
    let why = |text: &String| {
        let claim = found.claims.iter().find(|claim| claim.text == *text);
        claim.map(|claim| claim.why.as_str())
    };
    let words: Vec<String> = all.iter().flat_map(|text| stems(text)).collect();
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
    let told: Vec<String> = all
        .iter()
        .map(|text| match why(text) {
            Some(why) => format!("“{text}”: {why}"),
            None => format!("“{text}”"),
        })
        .collect();
    let reasons: Map<String, Value> = all
        .iter()
        .filter_map(|text| Some((text.clone(), json!(why(text)?))))
        .collect();
    Error::new(
        Code::CapabilityMissing,
        format!("no component covers {}", told.join(", and none ")),
    )
    .field("goal")
    .hint(hint)
    .details(json!({"goal": request.goal, "uncovered": all, "why": reasons}))
}

/// Of each wish why it counts as covered; those whose every word is met in one line.
pub(super) fn claimed(found: &Composition) -> Vec<String> {
    let quoted = |claim: &&Claim| format!("“{}”", claim.text.replace(';', ","));
    let covered = found.claims.iter().filter(|claim| claim.covered);
    let (whole, parts): (Vec<&Claim>, Vec<&Claim>) = covered.partition(|claim| claim.whole);
    let whole: Vec<String> = whole.iter().map(quoted).collect();
    let whole = (!whole.is_empty()).then(|| format!("all is met of {}", whole.join(", ")));
    let parts = parts
        .iter()
        .map(|claim| format!("{} counts as covered: {}", quoted(claim), claim.why));
    whole.into_iter().chain(parts).collect()
}
