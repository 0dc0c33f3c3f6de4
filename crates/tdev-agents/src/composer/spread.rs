//! Coordinated values: "into French and German" is done once for each where one is taken at a time.

use serde_json::Value;

use super::clauses::Clause;
use super::draft::{Draft, Node, Source};
use super::literals::Kind;
use super::slots::{Shape, Slot};

/// Repeats each last step that takes one of several coordinated values for the others. Where its
/// result goes on, what comes after would have to be done for each too, so it is left alone.
pub(super) fn spread(draft: &mut Draft, clauses: &[Clause]) {
    let mut more: Vec<Node> = Vec::new();
    for at in draft.sinks() {
        let Some(node) = draft.nodes.get(at).filter(|n| n.each.is_none()) else {
            continue;
        };
        let Some(clause) = node.clause.and_then(|c| clauses.get(c)) else {
            continue;
        };
        for (place, binding) in node.bindings.iter().enumerate() {
            let Source::Literal(value) = &binding.source else {
                continue;
            };
            let others = others(clause, value);
            if others.is_empty() || !takes_one(node, &binding.field) {
                continue;
            }
            for other in others {
                let mut again = node.clone();
                if let Some(binding) = again.bindings.get_mut(place) {
                    binding.source = Source::Literal(other.clone());
                }
                more.push(again);
            }
            break;
        }
    }
    for node in more {
        let at = draft.nodes.len();
        draft.nodes.push(node);
        let whole = |at| Source::Output {
            node: at,
            field: None,
        };
        if !draft.outputs.is_empty() {
            draft.outputs.push(whole(at));
        }
    }
}

/// The values that a clause coordinates with one.
fn others(clause: &Clause, value: &Value) -> Vec<Value> {
    let lists = clause.literals.iter().filter(|l| l.kind == Kind::List);
    lists
        .filter_map(|l| l.value.as_array())
        .find(|members| members.contains(value))
        .into_iter()
        .flatten()
        .filter(|member| *member != value)
        .cloned()
        .collect()
}

/// Whether a field is known to take one value at a time.
fn takes_one(node: &Node, field: &str) -> bool {
    let fields = node.component.input_schema.fields();
    let field = fields.into_iter().find(|f| f.name == field);
    field.is_some_and(|f| {
        let slot = Slot::of(f);
        !matches!(slot.shape, Shape::List | Shape::Object | Shape::Any)
    })
}
