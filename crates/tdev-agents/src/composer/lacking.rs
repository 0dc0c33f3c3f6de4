//! What would have to be there for a clause that nothing covers: the wish, what is at hand for it,
//! and what later clauses take from it.

use serde_json::{Map, Value, json};

use super::claims::Claim;
use super::clauses::Clause;
use super::draft::{Draft, Given};
use super::literals::Kind;
use super::slots::{Shape, Slot};
use super::wish::Wish;

/// A capability that is missing, as far as a goal tells what it is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Lack {
    /// What is wished for, in the goal's words.
    pub(crate) wish: String,
    /// The verb it opens with; empty where it opens with none.
    pub(crate) verb: String,
    /// What it is given, by name, as JSON Schemas; nothing where nobody tells.
    pub(crate) inputs: Map<String, Value>,
    /// What later clauses want of it; nothing where none does.
    pub(crate) outputs: Map<String, Value>,
}

/// What is lacking for each claim that does not hold, in their order.
pub(super) fn lacks(
    claims: &[Claim],
    draft: &Draft,
    clauses: &[Clause],
    given: &Given,
) -> Vec<Lack> {
    let open = claims.iter().filter(|claim| !claim.covered);
    open.filter_map(|claim| {
        let clause = clauses.get(claim.clause)?;
        Some(Lack {
            wish: worded(&clause.text),
            verb: clause.verb.clone(),
            inputs: inputs(claim.clause, clause, claims, draft, given),
            outputs: clauses
                .get(claim.clause + 1..)
                .and_then(|later| asked_of(clause, later))
                .into_iter()
                .collect(),
        })
    })
    .collect()
}

/// A wish without the words that tie it to the one before.
fn worded(text: &str) -> String {
    let mut rest = text.trim();
    while let Some((word, more)) = rest.split_once(' ')
        && matches!(
            word.to_lowercase().trim_end_matches(','),
            "and" | "then" | "also" | "finally" | "please" | "but"
        )
    {
        rest = more.trim_start();
    }
    rest.to_owned()
}

/// What is at hand for a clause: the values it names, what the step before it gives, what comes
/// with the goal.
fn inputs(
    at: usize,
    clause: &Clause,
    claims: &[Claim],
    draft: &Draft,
    given: &Given,
) -> Map<String, Value> {
    let mut all = Map::new();
    for literal in &clause.literals {
        let (name, schema) = match literal.kind {
            // A file that is named is read before anybody works on it.
            Kind::Path | Kind::Quoted => ("text", json!({"type": "string"})),
            Kind::Url => ("url", json!({"type": "string", "format": "uri"})),
            Kind::Email => ("email", json!({"type": "string", "format": "email"})),
            Kind::Date => ("date", json!({"type": "string", "format": "date"})),
            Kind::Number | Kind::Money | Kind::Percent => ("number", json!({"type": "number"})),
            Kind::List | Kind::Time | Kind::Phone | Kind::Name => continue,
        };
        all.entry(name).or_insert(schema);
    }
    if !all.is_empty() {
        return all;
    }
    let covered = |of: usize| claims.iter().any(|c| c.clause == of && c.covered);
    let before = draft
        .nodes
        .iter()
        .rfind(|n| n.clause.is_some_and(|of| of < at && covered(of)));
    if let Some(node) = before {
        let fields = node.component.output_schema.fields().into_iter();
        let slots: Vec<Slot> = fields.map(Slot::of).filter(|s| s.field.required).collect();
        // A part works on text: what was counted before is not what it is to look at.
        if let Some(slot) = slots.iter().find(|s| s.shape == Shape::Text) {
            all.insert(slot.field.name.clone(), slot.field.schema.clone());
            return all;
        }
    }
    let typed = |schema: &Value| match schema.get("const") {
        Some(Value::String(_)) => json!({"type": "string"}),
        Some(Value::Number(_)) => json!({"type": "number"}),
        Some(Value::Bool(_)) => json!({"type": "boolean"}),
        Some(Value::Array(_)) => json!({"type": "array"}),
        Some(Value::Object(_)) => json!({"type": "object"}),
        _ => schema.clone(),
    };
    let said = |name: &str| {
        super::words::stems(name)
            .iter()
            .any(|s| clause.said.contains(s))
    };
    let named = given.inputs.iter().filter(|(name, _)| said(name));
    all.extend(named.map(|(name, schema)| (name.clone(), typed(schema))));
    if let ([(name, schema)], true) = (given.inputs, all.is_empty()) {
        all.insert(name.clone(), typed(schema));
    }
    all
}

/// What a later clause calls by "the" and what this one spoke of: several where the word is in the
/// plural.
fn asked_of(clause: &Clause, later: &[Clause]) -> Option<(String, Value)> {
    let own = Wish::of(clause).thing?;
    let asked = later.iter().filter_map(|c| Wish::of(c).thing);
    let thing = asked.into_iter().find(|t| t.told && t.stem == own.stem)?;
    let plural = thing.word.ends_with('s') && !thing.word.ends_with("ss");
    let schema = if plural {
        json!({"type": "array", "items": {"type": "string"}})
    } else {
        json!({"type": "string"})
    };
    Some((thing.word, schema))
}
